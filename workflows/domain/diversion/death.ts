import { arm, clear } from '../common/arming.ts';
import type { CarryFactData, Command } from '../common/command.ts';
import type { Deadline } from '../common/deadline.ts';
import type { Decision } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import type { Instant } from '../common/instant.ts';
import { raise, settleAll } from './attention.ts';
import { closureAfterReturn, contactEffort, warningAfterReturn } from './clocks.ts';
import { close } from './closing.ts';
import { undecided } from './condition.ts';
import { DecisionDraft } from './decision-draft.ts';
import type { DraftEffects } from './decision-draft.ts';
import type { DiversionEvent } from './events.ts';
import type { BeforeDeath, DiversionState } from './state.ts';
import { diversionTable } from './table.ts';
import type { AttentionCode, DeadlineRule } from './table.ts';
import { afterResumption, inTreatment } from './treatment.ts';

type CarryFact = Command<'carry-fact', CarryFactData>;

/** Everything stops at once. A referral that is closed already keeps its closure as it was. */
export function noteDeath(state: DiversionState, command: CarryFact, now: Instant): Decision<DiversionEvent> {
  const { factId } = command.data;
  if (state.died || state.finished) {
    return refuse('already-done', 'Nothing runs here any more.');
  }
  if (state.correctedFacts.includes(factId)) {
    return refuse('already-done', 'This death is already corrected.');
  }
  const draft = new DecisionDraft(state, command);
  if (state.closure === null) {
    close(draft, { reason: 'died', at: withinLife(state, command.occurredAt, now), factId }, now);
    return draft.decided();
  }
  const cleared = clear(state.deadlines, 'ended');
  return draft
    .record('death-noted', command.occurredAt, { factId }, { cleared, settled: settleAll(state) })
    .decided();
}

/** The date of death may be given as before receipt; a closure never is. */
function withinLife({ receivedAt }: DiversionState, at: Instant, now: Instant): Instant {
  const notLater = at > now ? now : at;
  return notLater < receivedAt ? receivedAt : notLater;
}

/**
 * The person lives. What the death stopped goes on as if it had never been noted: each clock with its own times, so that
 * what was due meanwhile passes now, late. Only what would close the referral does not: nobody could reach the person
 * meanwhile, so they have its time anew, as who comes back to a closed referral has. What it cancelled stays cancelled,
 * because the person was not expected; only of what had begun it is still to be recorded whether they came.
 */
export function correctDeath(
  state: DiversionState,
  command: CarryFact,
  now: Instant,
): Decision<DiversionEvent> {
  const { factId, correctsFactId } = command.data;
  if (correctsFactId === undefined) {
    return refuse('condition-not-met', 'It is not said which death was none.', { factId });
  }
  if (state.correctedFacts.includes(correctsFactId) || (!state.died && state.finished)) {
    return refuse('already-done', 'No death is recorded here.', { correctsFactId });
  }
  const { closure, beforeDeath, voided, finished, seq } = state;
  const told = command.occurredAt > now ? now : command.occurredAt;
  const at = closure !== null && told < closure.at ? closure.at : told;
  const fact = { factId, correctsFactId };
  const draft = new DecisionDraft(state, command);
  if (!state.died || voided !== null) {
    // Known only so that the death does nothing, should it be carried here later.
    return draft.record('death-corrected', at, { ...fact, reopens: false, finished }).decided();
  }
  if (beforeDeath !== null) {
    const { begun: restored } = beforeDeath;
    const reopened = { ...fact, reopens: true, finished: false };
    const data = restored.length === 0 ? reopened : { ...reopened, restored };
    return draft
      .record(
        'death-corrected',
        at,
        data,
        asBefore(state, beforeDeath, at, { now, cause: 'death-corrected' }),
      )
      .decided();
  }
  const until = closure?.mayReturnUntil ?? null;
  if (closure === null || until === null || until <= now) {
    return draft.record('death-corrected', at, { ...fact, reopens: false, finished: true }).decided();
  }
  const late = arm(seq, 'late-engagement' satisfies DeadlineRule, { start: closure.at, due: until });
  return draft
    .record('death-corrected', at, { ...fact, reopens: false, finished: false }, { armed: [late] })
    .decided();
}

/** What ran and was asked before a mistake stopped it, as it goes on now. `cause` says to somebody that there was one. */
export function asBefore(
  state: DiversionState,
  before: BeforeDeath,
  at: Instant,
  { now, cause }: { readonly now: Instant; readonly cause?: AttentionCode },
): DraftEffects {
  const { cancelled } = before;
  const rows: Readonly<Record<string, { readonly family: string }>> = diversionTable.attention;
  const aboutCancelled = (ref: string | undefined) => ref !== undefined && cancelled.includes(ref);
  // What came of a condition may have been recorded meanwhile.
  const open = undecided(state.conditions).map(({ conditionId }) => conditionId);
  const ofConditions: readonly string[] = [
    'condition' satisfies DeadlineRule,
    'condition-undecided' satisfies AttentionCode,
  ];
  const isAnswered = (key: string, ref = '') => ofConditions.includes(key) && !open.includes(ref);
  // A closure put off for an appointment stays put off: it is about the referral.
  const kept = before.deadlines
    .filter(({ rule, ref }) => closingRules.includes(rule) || !aboutCancelled(ref))
    .filter(({ rule, ref }) => !isAnswered(rule, ref));
  const anew = endingAnew(state, kept, at, now);
  return {
    armed: [
      ...kept
        .filter(({ rule }) => !anew.instead.includes(rule))
        .map(({ rule, start, due, ref }) => arm(state.seq, rule, { start, due }, ref)),
      ...anew.armed,
    ],
    raised: [
      ...before.attention.filter(
        ({ code, ref }) =>
          rows[code]?.family === 'practice' &&
          !aboutCancelled(ref) &&
          !isAnswered(code, ref) &&
          !anew.instead.includes(code),
      ),
      ...(cause === undefined ? [] : [raise(state, cause, at)]),
      ...(cancelled.length === 0 || before.attention.some(({ code }) => code === 'appointment-to-rebook')
        ? []
        : [raise(state, 'appointment-to-rebook', at)]),
    ],
  };
}

const closingRules: readonly string[] = ['closure', 'closure-after-return'] satisfies DeadlineRule[];

/** What the closing that is near asked for and waits for is over with it, where it is put off. */
const beforeClosing: readonly string[] = [
  'closure-warning' satisfies DeadlineRule,
  ...(['closure-near', 'closure-near-lead'] satisfies AttentionCode[]),
];

/** The clocks that would have closed the referral meanwhile, and what runs in their place. Treatment goes on past a limit. */
function endingAnew(
  { seq, policy, treatment, closure }: DiversionState,
  kept: readonly Deadline[],
  at: Instant,
  now: Instant,
): { readonly armed: readonly Deadline[]; readonly instead: readonly string[] } {
  const passed = (rules: readonly string[]): Deadline | undefined =>
    kept.find(({ rule, due }) => rules.includes(rule) && due <= now);
  const goesOn = inTreatment(afterResumption(treatment, closure?.endedModalities ?? []));
  const limit = goesOn ? undefined : passed(closingRules);
  const effort = passed(['contact-effort' satisfies DeadlineRule]);
  return {
    armed: [
      ...(limit === undefined
        ? []
        : [warningAfterReturn(seq, at, policy), closureAfterReturn(seq, at, policy)]),
      ...(effort === undefined
        ? []
        : [arm(seq, effort.rule, { start: effort.start, due: contactEffort(seq, at, policy).due })]),
    ],
    instead: [
      ...(limit === undefined ? [] : [...closingRules, ...beforeClosing]),
      ...(effort === undefined ? [] : [effort.rule]),
    ],
  };
}
