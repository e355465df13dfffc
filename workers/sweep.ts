import { setTimeout as pause } from 'node:timers/promises';
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { Log } from '../platform/log.ts';
import type { Metrics } from '../platform/metrics.ts';
import { lookAgain, startCarryFact, startRun, type RunAddress } from '../platform/pathway-runs.ts';
import { isTemporalAway } from '../platform/temporal-client.ts';
import { isDatabaseAway } from '../store/away.ts';
import type { Database } from '../store/database.ts';
import { settleGivenUpMessages } from '../store/given-up-messages.ts';
import {
  confirmRun,
  overduePathways,
  pathwaysAwaitingRun,
  pathwaysNeedingRun,
  unknownPathways,
} from '../store/pathways.ts';
import { uncarriedFacts } from '../store/person-facts.ts';
import { recordFactsOfReply, uncarriedReplies } from '../store/replies.ts';
import { eraseUnmatchedReplies } from '../store/retention.ts';
import { uncarriedFailures } from '../store/reported-failures.ts';
import type { PlaceInList } from '../store/place-in-list.ts';
import { forgetUntaken } from '../store/laid-down.ts';
import { indexNamesLeft } from '../store/name-index.ts';
import { forgetExpiredRequests } from '../store/requests.ts';
import { holdSweepLock, recordSweep } from '../store/sweeps.ts';
import { pathwayWorkflowId, searchAttributes, workflowTypes } from '../workflows/contract/temporal.ts';
import { deliveryCommandId } from '../workflows/domain/common/command.ts';
import { GrowingPauses } from './growing-pauses.ts';

const everyMs = 5_000;
const compareEveryMs = 30_000;
/** A missing run and one too many make the counts agree, so the names are compared now and then all the same. */
const compareNamesEveryMs = 5 * 60_000;
const mostAtATurn = 500;
const atOnce = 10;
/** How long one call to the engine may take, and the whole list of its runs. */
const answerWithinMs = 5_000;
const listWithinMs = 60_000;
const nothing = { missing: [], unneeded: [] };
/** A clock this late has no run, or one that is stuck or has not heard of it. */
const overdueSeconds = 5;

export interface SweepReport {
  readonly confirmed: number;
  readonly restarted: number;
  readonly facts: number;
  /** Texts that came in. */
  readonly replies: number;
  /** Texts that the gateway could not deliver after all. */
  readonly undelivered: number;
  /** Messages that nobody went on with and that are settled now. */
  readonly givenUp: number;
}

/**
 * Mends what the engine cannot see: accepted pathways whose run was never started, runs that are gone, runs that
 * have not heard of all that the ledger holds (both worker and Temporal were killed between an append and the end
 * of its workflow task), facts not yet carried, texts that a gateway could not deliver, messages that were given up.
 * Runs whose pathway is gone from a restored ledger it only tells of: they do nothing, and what they know may be all
 * that is left. It lives in the worker process and not in a schedule of Temporal's, because a schedule is kept in the
 * very store whose loss it has to mend. One process sweeps at a time.
 */
export class Sweep {
  readonly #db: Database;
  readonly #client: Client;
  readonly #log: Log;
  readonly #metrics: Pick<Metrics, 'sweepAt' | 'lostRuns'>;
  readonly #batch: number;
  #comparedAt = 0;
  #namesComparedAt = 0;
  #lostRuns = 0;
  readonly #woken = new GrowingPauses();
  /** Where the last turn ended: what cannot be started must not keep the rest of a long list from its turn. */
  #factsAfter: PlaceInList | null = null;
  #repliesAfter: PlaceInList | null = null;
  #undeliveredAfter: PlaceInList | null = null;
  #awaitingAfter: PlaceInList | null = null;
  #overdueAfter: PlaceInList | null = null;

  /** @param parts.batch how much of each list one turn takes; 500 when not given */
  constructor(parts: {
    readonly db: Database;
    readonly client: Client;
    readonly log: Log;
    readonly metrics: Pick<Metrics, 'sweepAt' | 'lostRuns'>;
    readonly batch?: number;
  }) {
    this.#db = parts.db;
    this.#client = parts.client;
    this.#log = parts.log;
    this.#metrics = parts.metrics;
    this.#batch = parts.batch ?? mostAtATurn;
  }

  /** Sweeps until the signal aborts. A sweep that fails is logged and tried again at the next turn. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await holdSweepLock(this.#db, async () => {
          const report = await this.once();
          await recordSweep(this.#db);
          this.#metrics.sweepAt.setToCurrentTime();
          if (Object.values(report).some((count) => count > 0)) this.#log.info(report, 'sweep');
        });
      } catch (error) {
        this.#log.warn({ error: error instanceof Error ? error.name : 'unknown' }, 'sweep failed');
      }
      await pause(everyMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** @throws the first failure, after everything else was done: what fails for one holds up nobody else. */
  async once(): Promise<SweepReport> {
    const failures: unknown[] = [];
    // What binds first: who took in a STOP may have died before it was a fact, and Temporal may be away.
    const replies = await uncarriedReplies(this.#db, this.#batch, this.#repliesAfter);
    failures.push(...(await inBatches(replies, (reply) => recordFactsOfReply(this.#db, reply))));
    // Then facts: somebody's safety hangs on them.
    const facts = await uncarriedFacts(this.#db, this.#batch, this.#factsAfter);
    this.#factsAfter = this.#placeAfter(facts);
    failures.push(
      ...(await inBatches(facts, (fact) =>
        this.#soon(() => startCarryFact(this.#client, { forceId: fact.forceId, factId: fact.factId })),
      )),
    );
    this.#repliesAfter = this.#placeAfter(replies);
    failures.push(
      ...(await inBatches(replies, ({ forceId, replyId }) =>
        this.#soon(() => startCarryFact(this.#client, { forceId, factId: replyId })),
      )),
    );
    const undelivered = await uncarriedFailures(this.#db, this.#batch, this.#undeliveredAfter);
    this.#undeliveredAfter = this.#placeAfter(undelivered);
    failures.push(
      ...(await inBatches(undelivered, ({ forceId, intentId }) =>
        this.#soon(() => startCarryFact(this.#client, { forceId, factId: intentId })),
      )),
    );
    const waiting = await pathwaysAwaitingRun(this.#db, this.#batch, this.#awaitingAfter);
    this.#awaitingAfter = this.#placeAfter(waiting);
    failures.push(...(await this.#startAll(waiting)));
    const overdue = await overduePathways(this.#db, overdueSeconds, this.#batch, this.#overdueAfter);
    this.#overdueAfter = this.#placeAfter(overdue);
    failures.push(...(await this.#startAll(overdue)));
    failures.push(...(await this.#wake(overdue.map(({ pathwayId }) => pathwayId))));
    const comparing = Date.now() - this.#comparedAt >= compareEveryMs;
    if (comparing) this.#comparedAt = Date.now();
    const compared = comparing
      ? await this.#compareRuns().catch((error: unknown) => {
          failures.push(error);
          return nothing;
        })
      : nothing;
    const { missing, unneeded } = compared;
    failures.push(...(await this.#startAll(missing)));
    failures.push(...(await this.#wake(unneeded)));
    const givenUp = comparing
      ? await settleGivenUpMessages(this.#db, { reportOf: deliveryCommandId(''), limit: this.#batch })
      : 0;
    if (comparing) {
      await forgetExpiredRequests(this.#db);
      await forgetUntaken(this.#db);
      await eraseUnmatchedReplies(this.#db);
      await indexNamesLeft(this.#db, this.#batch).catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
    return {
      ...{ confirmed: waiting.length, restarted: missing.length, facts: facts.length },
      ...{ replies: replies.length, undelivered: undelivered.length, givenUp },
    };
  }

  /** Where the next turn goes on; from the start again after the last page. */
  #placeAfter(page: readonly { readonly place: PlaceInList }[]): PlaceInList | null {
    return page.length < this.#batch ? null : (page.at(-1)?.place ?? null);
  }

  /** A server that takes a call and does not answer must not hold up what needs none. */
  #soon<T>(work: () => Promise<T>, withinMs = answerWithinMs): Promise<T> {
    return this.#client.withDeadline(Date.now() + withinMs, work);
  }

  #startAll(addresses: readonly RunAddress[]): Promise<unknown[]> {
    return inBatches(addresses, async (address) => {
      await this.#soon(() => startRun(this.#client, address));
      await confirmRun(this.#db, address.forceId, address.pathwayId);
    });
  }

  /** Has runs read the ledger again. One that has ended meanwhile need not. */
  #wake(pathwayIds: readonly string[]): Promise<unknown[]> {
    return inBatches(this.#woken.due(pathwayIds, Date.now()), async (pathwayId) => {
      await this.#soon(() => lookAgain(this.#client, pathwayId)).catch((error: unknown) => {
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      });
      this.#woken.tried(pathwayId, Date.now());
    });
  }

  /**
   * Compares the runs that ought to be alive with those that are: by count at every turn, name by name when
   * the counts differ, and now and then anyway. The list lags a little; starting a run that is alive does no harm.
   */
  async #compareRuns(): Promise<{
    readonly missing: readonly RunAddress[];
    readonly unneeded: readonly string[];
  }> {
    const needed = await pathwaysNeedingRun(this.#db);
    const { count } = await this.#soon(() => this.#client.workflow.count(running));
    const namesAreFresh = Date.now() - this.#namesComparedAt < compareNamesEveryMs;
    if (namesAreFresh && count === needed.length + this.#lostRuns) return { missing: [], unneeded: [] };
    const surplus = new Set<string>();
    await this.#soon(async () => {
      for await (const { workflowId } of this.#client.workflow.list({ query: running, pageSize: 1_000 })) {
        surplus.add(workflowId);
      }
    }, listWithinMs);
    const missing = needed.filter(({ pathwayId }) => !surplus.delete(pathwayWorkflowId(pathwayId)));
    const unneeded = [...surplus].map((workflowId) => workflowId.slice(pathwayWorkflowId('').length));
    const lost = unneeded.length === 0 ? [] : await unknownPathways(this.#db, unneeded);
    this.#tellOfLostRuns(lost);
    this.#namesComparedAt = Date.now();
    // Most are just ending; one that has not heard of its end would stay for ever.
    return { missing, unneeded: unneeded.filter((id) => !lost.includes(id)) };
  }

  #tellOfLostRuns(lost: readonly string[]): void {
    this.#lostRuns = lost.length;
    this.#metrics.lostRuns.set(lost.length);
    if (lost.length === 0) return;
    this.#log.error(
      { runs: lost.length, pathwayIds: lost.slice(0, 20) },
      'runs whose pathway the ledger does not hold: left alone',
    );
  }
}

const kinds = [workflowTypes.diversion, workflowTypes.compulsory].map((type) => `'${type}'`).join(', ');
const running = `ExecutionStatus = 'Running' AND WorkflowType IN (${kinds}) AND ${searchAttributes.force} IS NOT NULL`;

/** Acts on each, some at once, and answers what failed; gives up where a whole batch found nobody to answer. */
async function inBatches<T>(items: readonly T[], act: (item: T) => Promise<unknown>): Promise<unknown[]> {
  const failures: unknown[] = [];
  for (let index = 0; index < items.length; index += atOnce) {
    const part = items.slice(index, index + atOnce);
    const results = await Promise.allSettled(part.map((item) => act(item)));
    const failed = results
      .filter((result) => result.status === 'rejected')
      .map(({ reason }) => reason as unknown);
    failures.push(...failed);
    if (
      failed.length === part.length &&
      failed.every((error) => isTemporalAway(error) || isDatabaseAway(error))
    )
      break;
  }
  return failures;
}
