import { patched, proxyActivities } from '@temporalio/workflow';
import type { MessageActivities } from '../contract/activities.ts';
import { taskQueues } from '../contract/temporal.ts';
import { isNoEmail, isTextsOffReason } from '../domain/common/by-email.ts';
import type { DeliveryOutcomeData } from '../domain/common/command.ts';
import { aboutNumber } from '../domain/common/delivery-failure.ts';
import type { OpenIntent, Urgency } from '../domain/common/message-intent.ts';
import { isToldSkip } from '../domain/common/no-way.ts';
import type { ToldReason } from '../domain/common/no-way.ts';
import type { patches } from './patches.ts';

const activitiesByUrgency = {
  1: sender(1),
  2: sender(2),
  3: sender(3),
  4: sender(4),
  5: sender(5),
} satisfies Record<Urgency, MessageActivities>;

const firstTold: readonly ToldReason[] = ['not-safe-to-text', 'no-textable-number'];

/** Since when a skip for this reason is reported. Runs from before that go on as they were. */
function patchOf(reason: ToldReason): keyof typeof patches {
  return firstTold.includes(reason) ? 'told-of-no-way' : 'told-of-more-skips';
}

/**
 * A delivery may wait for the sending hours or for a gateway that is down, but not for ever: after a day
 * and a half it is given up and a person is told.
 */
function sender(urgency: Urgency): MessageActivities {
  return proxyActivities<MessageActivities>({
    taskQueue: taskQueues.messages,
    startToCloseTimeout: '2 minutes',
    // It says that it is alive meanwhile: a text that is moved today must not wait minutes for a worker that died.
    heartbeatTimeout: '10s',
    scheduleToCloseTimeout: '36 hours',
    retry: { initialInterval: '2s', backoffCoefficient: 2, maximumInterval: '5 minutes' },
    priority: { priorityKey: urgency },
  });
}

/**
 * Detached deliveries: a dead gateway never holds up a record, a withdrawal or a clock. The claim on
 * the message record keeps a second run of the same delivery from sending twice, so an intent may be
 * started again after a new run or a restart.
 */
export class Deliveries {
  readonly #forceId: string;
  readonly #report: (data: DeliveryOutcomeData) => void;
  readonly #running = new Set<string>();

  constructor(forceId: string, report: (data: DeliveryOutcomeData) => void) {
    this.#forceId = forceId;
    this.#report = report;
  }

  get running(): number {
    return this.#running.size;
  }

  start(intents: readonly OpenIntent[]): void {
    for (const intent of intents) {
      if (this.#running.has(intent.intentId)) continue;
      this.#running.add(intent.intentId);
      void this.#deliver(intent);
    }
  }

  async #deliver({ intentId, urgency, purpose: told = 'unknown' }: OpenIntent): Promise<void> {
    try {
      const { status, purpose, reason, byEmail } = await activitiesByUrgency[urgency].deliverMessage({
        forceId: this.#forceId,
        intentId,
      });
      if (status === 'unknown' || status === 'failed') {
        this.#report({ intentId, outcome: status, purpose, ...aboutNumber(reason) });
      } else if (status === 'skipped' && isTextsOffReason(reason) && byEmail !== undefined) {
        // No history from before e-mails to the person has such an answer, so no patch tells them apart.
        this.#report({ intentId, outcome: status, purpose, reason, byEmail });
      } else if (status === 'skipped' && isNoEmail(purpose, reason)) {
        this.#report({ intentId, outcome: status, purpose, reason });
      } else if (status === 'skipped' && isToldSkip(purpose, reason) && patched(patchOf(reason))) {
        this.#report({ intentId, outcome: status, purpose, reason });
      }
    } catch {
      // The failure's text stays in the history of the activity; the pathway only learns that a person must look.
      this.#report({ intentId, outcome: 'failed', purpose: told });
    } finally {
      this.#running.delete(intentId);
    }
  }
}
