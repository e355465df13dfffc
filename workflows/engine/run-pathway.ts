import {
  allHandlersFinished,
  ApplicationFailure,
  condition,
  continueAsNew,
  log,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type {
  AppendEntry,
  AppendInput,
  AppendResult,
  CommandAnswer,
  PathwayInput,
  RefusalDetails,
  RunView,
  SentCommand,
} from '../contract/envelope.ts';
import { refusalFailureType } from '../contract/envelope.ts';
import { commandUpdate, lookAgainSignal, viewQuery } from '../contract/temporal.ts';
import { systemActor } from '../domain/common/actor.ts';
import type { Command, DeliveryOutcomeData } from '../domain/common/command.ts';
import { deadlineCommandId, deliveryCommandId, internalErrorCommandId } from '../domain/common/command.ts';
import { nearest } from '../domain/common/deadline.ts';
import type { Deadline } from '../domain/common/deadline.ts';
import type { Refusal } from '../domain/common/decision.ts';
import { refuse } from '../domain/common/decision.ts';
import type { LedgerEvent, StoredEvent } from '../domain/common/event.ts';
import { epochMs, toInstant } from '../domain/common/instant.ts';
import type { PathwayKind } from '../domain/common/pathway-kind.ts';
import type { PathwayState } from '../domain/common/pathway-state.ts';
import { Deliveries } from './deliveries.ts';
import { append, AppendConflict, AppendRejected } from './ledger-link.ts';
import { StandingTimer } from './standing-timer.ts';

/** A history of this length is continued as a new run at the next quiet moment (the server suggests 4,096 or 4 MB). */
const longHistory = 1_000;

const internalError = refuse(
  'internal-error',
  'This command could not be carried out. It was not recorded.',
).refusal;

const idTaken = refuse(
  'conflict',
  'An id chosen in this command belongs to another pathway. Choose another one. Nothing was recorded.',
).refusal;

type Decided =
  | { readonly entry: AppendEntry; readonly refusal?: undefined }
  | { readonly refusal: Refusal; readonly entry?: undefined };

/** A command waiting for its turn. Commands of the engine itself have nobody to answer. */
interface Waiting {
  readonly command: Command;
  readonly answer?: (answer: CommandAnswer) => void;
  readonly refuse?: (refusal: Refusal) => void;
}

/**
 * Runs one pathway until it has ended and its late window has passed.
 *
 * There is one writer and one loop: due clocks first, then commands, one at a time: decide, append,
 * evolve from what append returned, answer. An Update is durable only when its workflow task completes,
 * while append commits before that; evolving from append alone is what keeps a kill between the two from
 * losing or doubling a command, and a changed rule from deciding the past again on replay.
 */
export async function runPathway<S extends PathwayState>(
  kind: PathwayKind<S>,
  input: PathwayInput,
): Promise<void> {
  const run = new PathwayRun(kind, input);
  // Handlers before the first await: an Update that reaches a run without one is refused.
  setHandler(commandUpdate, (command: SentCommand) => run.submit(command), {
    validator: (command: SentCommand, seenSeq?: number) => {
      run.refuseEarly(command, seenSeq);
    },
  });
  setHandler(lookAgainSignal, () => {
    run.lookAgain();
  });
  setHandler(viewQuery, () => run.view());
  await run.loop();
}

class PathwayRun<S extends PathwayState> {
  readonly #kind: PathwayKind<S>;
  readonly #input: PathwayInput;
  readonly #inbox: Waiting[] = [];
  readonly #timer = new StandingTimer();
  readonly #deliveries: Deliveries;
  /** Clocks whose decision failed or was refused. They rest until somebody looks again, so that they cannot spin. */
  readonly #stalled = new Set<string>();
  #state: S | undefined;
  #caughtUp = false;
  #busy = false;
  #lookAgain = false;

  constructor(kind: PathwayKind<S>, input: PathwayInput) {
    this.#kind = kind;
    this.#input = input;
    this.#deliveries = new Deliveries(input.forceId, (outcome) => {
      this.#reportDelivery(outcome);
    });
  }

  submit(command: Command): Promise<CommandAnswer> {
    return new Promise((resolve, reject) => {
      this.#inbox.push({
        command,
        answer: resolve,
        refuse: (refusal) => {
          reject(this.#failure(refusal));
        },
      });
    });
  }

  /**
   * Refuses at the door what `decide` would refuse: no history, no event. Until the run has caught up,
   * or while something else is before it, every command may pass; the loop has the last word. So it does
   * where the run may not stand where the ledger does, as after a kill between an append and the end of its
   * workflow task: the sender was told of what the run has not heard of yet. What is no command never
   * passes: the loop would fail on it again and again, and with it the clocks.
   *
   * @throws ApplicationFailure of type `refusalFailureType`
   */
  refuseEarly(command: SentCommand, seenSeq: number | undefined): void {
    if (!isCommand(command, this.#input.forceId)) {
      throw this.#failure(refuse('unknown-command', 'This is no command of this pathway.').refusal);
    }
    if (!this.#caughtUp || this.#busy || this.#lookAgain || this.#inbox.length > 0) return;
    if (this.#state?.seq !== (command.seenSeq ?? seenSeq)) return;
    const { refusal } = this.#decide(command);
    if (refusal !== undefined && refusal.code !== 'internal-error') throw this.#failure(refusal);
  }

  lookAgain(): void {
    this.#lookAgain = true;
  }

  view(): RunView {
    return {
      caughtUp: this.#caughtUp,
      state: this.#state ?? null,
      inbox: this.#inbox.length,
      deliveries: this.#deliveries.running,
    };
  }

  async loop(): Promise<void> {
    await this.#catchUp();
    for (;;) {
      await this.#work();
      if (this.#state?.finished === true) {
        await condition(() => this.#woken() || (allHandlersFinished() && this.#deliveries.running === 0));
        if (this.#hasWork()) continue;
        return;
      }
      const long = this.#historyIsLong();
      if (long && allHandlersFinished()) {
        // A few seconds for deliveries under way, no more: the next run finds what is still owed in the ledger.
        await condition(() => this.#deliveries.running === 0 || this.#woken(), '5 seconds');
        if (!this.#hasWork() && allHandlersFinished()) {
          await continueAsNew<(input: PathwayInput) => Promise<void>>(this.#input);
        }
        continue;
      }
      this.#armTimer();
      await condition(() => this.#woken() || (long && allHandlersFinished()));
    }
  }

  /** Takes everything that waits: due clocks go first. */
  async #work(): Promise<void> {
    this.#busy = true;
    try {
      while (this.#hasWork()) {
        this.#timer.quieten();
        if (this.#lookAgain) {
          this.#lookAgain = false;
          this.#stalled.clear();
          await this.#catchUp();
          continue;
        }
        const due = this.#dueDeadline();
        if (due !== undefined) {
          await this.#passDeadline(due);
          continue;
        }
        const next = this.#inbox.shift();
        if (next !== undefined) await this.#take(next);
      }
    } finally {
      this.#busy = false;
    }
  }

  /**
   * Whether something has happened that the loop must see to. What a wait looks at may only change by what
   * the history holds: an Update that is refused at the door runs the conditions too and leaves no event,
   * so a loop that it woke, because the time had come or the history had grown, would not wake in a replay.
   */
  #woken(): boolean {
    return this.#lookAgain || this.#timer.rang || this.#inbox.length > 0;
  }

  /** Only for a loop that is awake: the time is part of it. */
  #hasWork(): boolean {
    return this.#woken() || this.#dueDeadline() !== undefined;
  }

  #dueDeadline(): Deadline | undefined {
    const first = this.#nextDeadline();
    return first !== undefined && epochMs(first.due) <= Date.now() ? first : undefined;
  }

  #nextDeadline(): Deadline | undefined {
    return nearest((this.#state?.deadlines ?? []).filter(({ id }) => !this.#stalled.has(id)));
  }

  #armTimer(): void {
    const next = this.#nextDeadline();
    if (next !== undefined) this.#timer.arm(epochMs(next.due), Date.now());
  }

  async #passDeadline(deadline: Deadline): Promise<void> {
    const refusal = await this.#carryOut({
      commandId: deadlineCommandId(deadline.id),
      name: 'deadline-due',
      data: { deadlineId: deadline.id },
      occurredAt: deadline.due,
      receivedAt: toInstant(Date.now()),
      actor: systemActor(this.#input.forceId),
    });
    if (refusal !== undefined) {
      log.warn('A clock could not pass; it rests until the pathway is looked at again', {
        rule: deadline.rule,
        code: refusal.code,
      });
      this.#stalled.add(deadline.id);
    }
  }

  async #take(waiting: Waiting): Promise<void> {
    const refusal = await this.#carryOut(waiting.command, waiting.answer);
    if (refusal !== undefined) waiting.refuse?.(refusal);
  }

  /**
   * Decide, append, evolve, answer; again from the top when the ledger was ahead. Returns the refusal, if any.
   *
   * The ledger is asked whatever the rules say, for two reasons. A command that is refused now may have
   * been taken before, by a run that is gone: then its events are the answer. And a replay must issue the
   * same activities when a rule has changed since: what the ledger answered then stands in the history
   * and has the last word, so no change of a rule needs a patch.
   */
  async #carryOut(command: Command, answer?: (answer: CommandAnswer) => void): Promise<Refusal | undefined> {
    for (;;) {
      const decided = this.#decide(command);
      let result: AppendResult;
      try {
        result = await this.#append(this.#attempt(command, decided));
      } catch (error) {
        if (error instanceof AppendConflict) return idTaken;
        if (!(error instanceof AppendRejected)) throw error;
        log.error('The ledger refused the data of a command', { command: command.name });
        if (command.name !== 'report-internal-error')
          this.#inbox.push({ command: this.#internalErrorReport(command) });
        return internalError;
      }
      if (result.head < (this.#state?.seq ?? 0)) {
        await this.#catchUp();
        continue;
      }
      const known = [...result.earlier, ...result.events];
      const own = known.filter(({ commandId }) => commandId === command.commandId);
      if (own.length > 0) {
        answer?.(this.#answer(command, own));
        return undefined;
      }
      const report = internalErrorCommandId(command.commandId);
      if (known.some(({ commandId }) => commandId === report)) return internalError;
      if (result.events.length > 0) continue;
      return decided.refusal ?? refuse('conflict', 'This command was refused when it was decided.').refusal;
    }
  }

  /** What to append: the decision; or, of a refused command, a look whether it was taken before; a failed rule is recorded. */
  #attempt(command: Command, decided: Decided): Pick<AppendInput, 'entry' | 'lookFor'> {
    if (decided.refusal === undefined) return { entry: decided.entry };
    if (decided.refusal.code !== 'internal-error') return { entry: null, lookFor: command.commandId };
    return {
      entry: this.#decide(this.#internalErrorReport(command)).entry ?? null,
      lookFor: command.commandId,
    };
  }

  /** A rule that throws must not stop the clocks: the command is refused, and a person is told. */
  #decide(command: Command): Decided {
    try {
      const { refusal, events, intents } = this.#kind.decide(this.#state, command, toInstant(Date.now()));
      if (refusal !== undefined) return { refusal };
      const { commandId, actor } = command;
      const seq = this.#state?.seq ?? 0;
      const after = events.reduce<S | undefined>(
        (state, event, index) =>
          // The ledger holds any JSON as data; the kind's own decide made this.
          this.#kind.evolve(state, { ...event, seq: seq + 1 + index, commandId, actor } as LedgerEvent),
        this.#state,
      );
      if (after === undefined || events.length === 0) throw new Error('A decision without events');
      const summary = this.#kind.summarise(after);
      return { entry: { commandId, actor, policyVersion: after.policy.version, events, intents, summary } };
    } catch (error) {
      log.error('A rule failed', {
        command: command.name,
        error: error instanceof Error ? error.name : 'unknown',
      });
      return { refusal: internalError };
    }
  }

  async #catchUp(): Promise<void> {
    try {
      const { head } = await this.#append({ entry: null });
      if (head < (this.#state?.seq ?? 0)) {
        // The ledger was put back to an earlier state. It is the truth: what this run knew is forgotten.
        log.warn('The ledger is behind this run, which starts over from it');
        this.#state = undefined;
        await this.#append({ entry: null });
      }
    } catch (error) {
      if (!(error instanceof AppendRejected)) throw error;
      throw ApplicationFailure.nonRetryable('The ledger holds no such pathway', 'UnknownPathway');
    }
    this.#caughtUp = true;
  }

  async #append(what: Pick<AppendInput, 'entry' | 'lookFor'>): Promise<AppendResult> {
    const { forceId, pathwayId } = this.#input;
    const result = await append({ forceId, pathwayId, expectedSeq: this.#state?.seq ?? 0, ...what });
    for (const event of result.events) this.#evolve(event);
    this.#deliveries.start(result.openIntents);
    return result;
  }

  /** An event that cannot be folded in fails the workflow task on purpose: the state would be wrong. The stuck list shows it. */
  #evolve(event: StoredEvent): void {
    const expected = (this.#state?.seq ?? 0) + 1;
    if (event.seq !== expected)
      throw new Error(`Ledger gap: expected event ${String(expected)}, got ${String(event.seq)}`);
    const { recordedAt: _recordedAt, ...ledgerEvent } = this.#kind.upcast(event);
    this.#state = this.#kind.evolve(this.#state, ledgerEvent);
  }

  #answer(command: Command, own: readonly StoredEvent[]): CommandAnswer {
    return {
      pathwayId: this.#input.pathwayId,
      commandId: command.commandId,
      seq: own.at(-1)?.seq ?? 0,
      stage: this.#state?.stage ?? '',
      events: own.map(({ seq, type }) => ({ seq, type })),
    };
  }

  #reportDelivery(outcome: DeliveryOutcomeData): void {
    this.#inbox.push({ command: this.#own('report-delivery', deliveryCommandId(outcome.intentId), outcome) });
  }

  #internalErrorReport({ commandId, name }: Command): Command {
    return this.#own('report-internal-error', internalErrorCommandId(commandId), { commandName: name });
  }

  #own(name: string, commandId: string, data: unknown): Command {
    const now = toInstant(Date.now());
    return {
      commandId,
      name,
      data,
      occurredAt: now,
      receivedAt: now,
      actor: systemActor(this.#input.forceId),
    };
  }

  #failure(refusal: Refusal): ApplicationFailure {
    const details: RefusalDetails = { ...refusal, stage: this.#state?.stage ?? null };
    const failure = ApplicationFailure.create({
      message: refusal.code,
      type: refusalFailureType,
      nonRetryable: true,
      details: [details],
    });
    // A refusal is an answer, not a fault: nobody reads where in the code it was given.
    failure.stack = '';
    return failure;
  }

  #historyIsLong(): boolean {
    const { continueAsNewSuggested, historyLength } = workflowInfo();
    return continueAsNewSuggested || historyLength >= longHistory;
  }
}

/** Whether what came has the shape of a command by somebody of this force: not every client is ours. */
function isCommand(given: unknown, forceId: string): boolean {
  const { commandId, name, occurredAt, receivedAt, actor } = (given ?? {}) as Partial<Command>;
  return (
    [commandId, name, occurredAt, receivedAt, actor?.userId, actor?.role, actor?.organisationId].every(
      (text) => typeof text === 'string' && text !== '',
    ) && actor?.forceId === forceId
  );
}
