import type { Role } from '../common/actor.ts';
import type { Attention } from '../common/attention.ts';
import type { Deadline } from '../common/deadline.ts';
import type { Decision, Refusal } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import type { Instant } from '../common/instant.ts';
import { describeLocal } from '../common/london-time.ts';
import { allowedCommands } from '../common/pathway-table.ts';
import { closureNear, raise, settle, standing } from './attention.ts';
import { beginningRules, clearRules, clocksOfProvider, clocksOfReturn, feedbackGoesOn } from './clocks.ts';
import type { DiversionCommandOf, EngagementEvidence, ReopeningReason } from './commands.ts';
import { DecisionDraft } from './decision-draft.ts';
import type { DiversionEvent } from './events.ts';
import type { Closure, DiversionState } from './state.ts';
import { diversionTable } from './table.ts';
import type { DiversionStage } from './table.ts';

/** The person takes part, also after the closure: within the late window the referral comes back. */

export function recordEngagement(
  state: DiversionState,
  command: DiversionCommandOf<'record-engagement'>,
): Decision<DiversionEvent> {
  const { occurredAt, data } = command;
  const draft = new DecisionDraft(state, command);
  if (state.closure !== null) {
    const { mayReturnUntil } = state.closure;
    if (mayReturnUntil === null || occurredAt >= mayReturnUntil) {
      return tooLate(state.stage, state.closure, command.actor.role);
    }
    comeBack(draft, state.closure, occurredAt);
    // An attendance that was entered after the closure may have said so.
    if (
      !addsEvidence(draft.state, data.evidence, occurredAt) &&
      draft.state.engagement !== state.engagement
    ) {
      return draft.decided();
    }
  } else if (!addsEvidence(state, data.evidence, occurredAt)) {
    return refuse('already-done', 'This engagement is already recorded.', {
      engagedAt: state.engagement?.at ?? null,
    });
  }
  engage(draft, { evidence: data.evidence, at: occurredAt, appointmentId: null });
  return draft.decided();
}

/** A closed referral whose late window is over is never altered: who comes back gets a new one. */
export function tooLate(
  stage: DiversionStage,
  { at, reason, mayReturnUntil }: Closure,
  role: Role,
): { readonly refusal: Refusal } {
  const until =
    mayReturnUntil === null ? '' : ` The person could come back until ${describeLocal(mayReturnUntil)}.`;
  return refuse(
    'wrong-stage',
    `This referral was closed for good on ${describeLocal(at)}.${until} Whoever comes back now needs a new referral.`,
    {
      stage,
      allowedCommands: allowedCommands(diversionTable, stage, [role]),
      closedAt: at,
      reason,
      mayReturnUntil,
    },
  );
}

/** Whether this is the first evidence, or the first of its kind, or earlier than what is known of its kind. */
export function addsEvidence(
  { engagement }: Pick<DiversionState, 'engagement'>,
  evidence: EngagementEvidence,
  at: Instant,
): boolean {
  const known = engagement?.evidence[evidence];
  return known === undefined || at < known;
}

export function engage(
  draft: DecisionDraft,
  {
    at,
    ...data
  }: { readonly at: Instant; readonly evidence: EngagementEvidence; readonly appointmentId: string | null },
): void {
  draft.record('engagement-recorded', at, data, {
    cleared: clearRules(draft.state, beginningRules, 'met'),
    settled: settle(draft.state, [
      'no-first-contact',
      'too-few-tries',
      'nothing-booked',
      'not-enrolled',
      'death-corrected',
      'person-reassigned',
    ]),
  });
}

/** What the closure cancelled stays so, and the person may come to it all the same: nobody expects them there. */
export function rebook(state: DiversionState, at: Instant): Attention[] {
  return state.beforeClosure?.cancelled === undefined ? [] : [raise(state, 'appointment-to-rebook', at)];
}

/**
 * The same referral with its first date: receipt stays, and with it the limit where it is still ahead. What was closed
 * in error goes on as it was, in treatment too; who comes back after an ending begins a new strand.
 * @param opened why a person opened it again, and what waits for them then; left out where it follows from an
 * engagement or a contact
 */
export function comeBack(
  draft: DecisionDraft,
  { at: closedAt, reason, endedModalities = [] }: Closure,
  backAt: Instant,
  opened?: {
    readonly because: ReopeningReason;
    readonly armed: readonly Deadline[];
    readonly raised: readonly Attention[];
  },
): void {
  // What was entered after the closure was only noted then. Whoever had come by then has engaged.
  for (const { appointmentId, attendance, startsAt } of draft.state.appointments) {
    if (attendance === 'attended-and-remained' && addsEvidence(draft.state, 'attended', startsAt)) {
      engage(draft, { evidence: 'attended', at: startsAt, appointmentId });
    }
  }
  const { state, seq } = draft;
  const at = backAt > closedAt ? backAt : closedAt;
  const inError = opened?.because === 'closed-in-error';
  const concludedAt = inError ? state.concludedAt : null;
  const resumed = inError ? endedModalities.map(({ modalityId }) => modalityId) : [];
  const limits = clocksOfReturn(seq, { ...state, concludedAt }, at);
  draft.record(
    'pathway-reopened',
    at,
    {
      closedAt,
      reason,
      ...(opened === undefined ? {} : { because: opened.because }),
      ...(resumed.length === 0 ? {} : { resumedModalities: resumed }),
      ...(concludedAt === null ? {} : { concludedAt }),
    },
    {
      cleared: clearRules(state, ['late-engagement'], 'met'),
      armed: [
        ...limits,
        ...clocksOfProvider(seq, state, at),
        ...feedbackGoesOn(seq, state),
        ...(opened?.armed ?? []),
      ],
      raised: [
        ...standing({ ...state, concludedAt }, at),
        // The time of the warning is over, and so is nearly that of the referral.
        ...(limits.length === 1 ? closureNear(state, at) : []),
        ...(opened?.raised ?? []),
        ...rebook(state, at),
      ],
    },
  );
}
