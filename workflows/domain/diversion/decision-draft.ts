import type { Attention, SettledAttention } from '../common/attention.ts';
import type { Command } from '../common/command.ts';
import type { ClearedDeadline, Deadline } from '../common/deadline.ts';
import type { Decision } from '../common/decision.ts';
import type { Instant } from '../common/instant.ts';
import type { MessageIntent } from '../common/message-intent.ts';
import { eventVersions } from './events.ts';
import type {
  DiversionEvent,
  DiversionEventData,
  DiversionEventType,
  RecordedDiversionEvent,
} from './events.ts';
import { evolve } from './evolve.ts';
import { policeAnswered } from './police-feedback.ts';
import { repliesAnswered } from './replies-answered.ts';
import { stageOf } from './state.ts';
import type { DiversionState } from './state.ts';

/** What an event does beside its facts; the stage is worked out from these. */
export interface DraftEffects {
  readonly armed?: readonly Deadline[];
  readonly cleared?: readonly ClearedDeadline[];
  readonly raised?: readonly Attention[];
  readonly settled?: readonly SettledAttention[];
}

/**
 * The events of one command, written one after the other. `state` is what they have come to so far, so
 * that each next event sees the ones before it.
 */
export class DecisionDraft {
  readonly #command: Pick<Command, 'commandId' | 'name' | 'actor'>;
  readonly #events: DiversionEvent[] = [];
  readonly #intents: MessageIntent[] = [];
  /** The sequence on which the decision is made: clocks set by it carry this number. */
  readonly seq: number;
  #state: DiversionState;

  constructor(state: DiversionState, command: Pick<Command, 'commandId' | 'name' | 'actor'>) {
    this.#state = state;
    this.#command = command;
    this.seq = state.seq;
  }

  get state(): DiversionState {
    return this.#state;
  }

  record<T extends DiversionEventType>(
    type: T,
    occurredAt: Instant,
    data: DiversionEventData[T],
    effects: DraftEffects = {},
  ): this {
    const settled = [...(effects.settled ?? []), ...(this.#events.length === 0 ? this.#mended() : [])];
    // Settled and raised at once is handed to another owner.
    const raised = (effects.raised ?? []).filter(
      (item, index, all) =>
        (!this.#isOpen(item) || isAmong(settled, item)) && !isAmong(all.slice(0, index), item),
    );
    const effect = filled({ ...effects, settled, raised });
    const event = { type, version: eventVersions[type], occurredAt, data, ...effect };
    const folded = this.#evolved(event as DiversionEvent);
    // What the police read says more from this event on, or who could not come has their answer: nobody waits for it.
    const told = policeAnswered(folded);
    const replied = repliesAnswered(folded);
    const answers = told !== undefined || replied.length > 0;
    const more = { cleared: told?.cleared ?? [], settled: [...(told?.settled ?? []), ...replied] };
    const answered = answers ? { ...event, ...merged(event, more) } : event;
    const next = answers ? this.#evolved(answered as DiversionEvent) : folded;
    const stage = stageOf(next);
    const staged = (stage === this.#state.stage ? answered : { ...answered, stage }) as DiversionEvent;
    this.#events.push(staged);
    this.#state = { ...next, stage };
    return this;
  }

  send(intent: MessageIntent | undefined): this {
    if (intent !== undefined) {
      this.#intents.push(intent);
    }
    return this;
  }

  decided(): Decision<DiversionEvent> {
    return { events: this.#events, intents: this.#intents };
  }

  #evolved(event: DiversionEvent): DiversionState {
    return evolve(this.#state, this.#stored(event));
  }

  #stored(event: DiversionEvent): RecordedDiversionEvent {
    const { commandId, actor } = this.#command;
    return { ...event, seq: this.#state.seq + 1, commandId, actor };
  }

  #isOpen(item: Attention): boolean {
    return this.#state.attention.some(({ code, ref }) => code === item.code && ref === item.ref);
  }

  /** A command that could not be decided before and now was needs nobody any more. */
  #mended(): SettledAttention[] {
    const { name } = this.#command;
    return this.#state.attention
      .filter(({ code, ref }) => code === 'internal-error' && ref === name)
      .map(({ code }) => ({ code, ref: name }));
  }
}

function isAmong(settled: readonly SettledAttention[], { code, ref }: Attention): boolean {
  return settled.some((item) => item.code === code && item.ref === ref);
}

/** Effects that do nothing are left out of the ledger. */
function filled(effects: DraftEffects): DraftEffects {
  return Object.fromEntries(
    Object.entries(effects).filter(([, list]: [string, readonly unknown[]]) => list.length > 0),
  );
}

/** In place of what this event did before, and beside it. */
function merged(event: DraftEffects, more: DraftEffects): DraftEffects {
  return filled({
    cleared: [...(event.cleared ?? []), ...(more.cleared ?? [])],
    settled: [...(event.settled ?? []), ...(more.settled ?? [])],
  });
}
