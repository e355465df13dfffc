import { arm } from '../common/arming.ts';
import type { Attention } from '../common/attention.ts';
import type { Deadline } from '../common/deadline.ts';
import type { Decision } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import { after } from '../common/duration.ts';
import type { Instant } from '../common/instant.ts';
import { aboutFeedback, outlivesClosure, raise } from './attention.ts';
import type { DiversionCommandOf } from './commands.ts';
import { waitForBooking } from './contact.ts';
import { DecisionDraft } from './decision-draft.ts';
import { comeBack, rebook, tooLate } from './engagement.ts';
import type { DiversionEvent } from './events.ts';
import type { Closure, DiversionState } from './state.ts';
import { diversionTable } from './table.ts';
import type { AttentionCode, DeadlineRule } from './table.ts';
import { takeBackVoid } from './voiding.ts';

/**
 * A person opens the referral again: with its first date, while the closure stays in the ledger as it was sent. Within
 * the late window anybody of the provider may; after it, or where nobody comes back, only a manager may, and only what
 * was closed in error.
 */
export function reopenPathway(
  state: DiversionState,
  command: DiversionCommandOf<'reopen-pathway'>,
  now: Instant,
): Decision<DiversionEvent> {
  const { occurredAt } = command;
  const { closure, finished, voided } = state;
  if (voided !== null) {
    return takeBackVoid(state, voided, command, now);
  }
  if (closure === null) {
    return refuse('condition-not-met', 'This referral has no closure to take back.');
  }
  if (occurredAt < closure.at) {
    return refuse('before-the-start', 'The return is dated before the closure.', { closedAt: closure.at });
  }
  if (command.data.reason === 'voided-in-error') {
    return refuse('condition-not-met', 'This referral is closed, and not void.', {
      reason: command.data.reason,
    });
  }
  const refused = finished ? refuseFinished(state, closure, command) : refuseLate(state, closure, command);
  if (refused !== undefined) {
    return refused;
  }
  const draft = new DecisionDraft(state, command);
  const because = command.data.reason;
  const inError = because === 'closed-in-error';
  const goesOn = inError && (closure.endedModalities !== undefined || state.concludedAt !== null);
  // Nothing that was booked is ahead any more, also of who has engaged: somebody is to see to it.
  const waiting = { ...state, appointments: [], engagement: null, attention: rebook(state, occurredAt) };
  const booking = goesOn ? [] : waitForBooking(waiting, occurredAt);
  const armed = inError ? [...booking, ...firstTryGoesOn(state)] : booking;
  comeBack(draft, closure, occurredAt, { because, armed, raised: inError ? askedBefore(state) : [] });
  return draft.decided();
}

/** Nobody had tried yet, and the time for it goes on as it ran. */
function firstTryGoesOn({ seq, contact, custodySince, beforeClosure }: DiversionState): Deadline[] {
  const tried = contact.tries.length > 0 || contact.reachedAt !== null || custodySince !== null;
  return (beforeClosure?.deadlines ?? [])
    .filter(({ rule }) => rule === ('first-contact' satisfies DeadlineRule) && !tried)
    .map(({ rule, start, due }) => arm(seq, rule, { start, due }));
}

/** What is asked again of itself where it is still so, or was about what the closure has ended. */
const notAskedAgain: readonly AttentionCode[] = [
  'wrong-number',
  'check-number',
  'reply-cannot-come',
  'unassigned',
  'routed-elsewhere',
  'closure-near',
  'closure-near-lead',
  'transfer-unanswered',
  'transfer-unanswered-manager',
  'message-not-sent',
  'tell-of-change',
  'reach-another-way',
  'in-custody',
  'sharing-withdrawn',
  'safety-flag',
];

/** It should not have been closed: what was asked before is asked as it was. */
function askedBefore(state: DiversionState): Attention[] {
  const rows: Readonly<Record<string, { readonly family: string }>> = diversionTable.attention;
  const over: readonly string[] = [...notAskedAgain, ...aboutFeedback, ...outlivesClosure];
  const reached = state.contact.reachedAt !== null;
  const ofTrying: readonly string[] = ['no-first-contact', 'too-few-tries'] satisfies AttentionCode[];
  return (
    (state.beforeClosure?.attention ?? [])
      .filter(({ code }) => rows[code]?.family === 'practice' && !over.includes(code))
      .filter(({ code }) => !(reached && ofTrying.includes(code)))
      // Of a referral that is concluded it is asked of itself.
      .filter(
        ({ code }) => code !== ('treatment-ended' satisfies AttentionCode) || state.concludedAt === null,
      )
      .map(({ code, since, ref }) => raise(state, code as AttentionCode, since, ref))
  );
}

type Refused = Extract<Decision, { readonly refusal: object }> | undefined;

function refuseLate(
  { stage }: DiversionState,
  closure: Closure,
  { occurredAt, actor }: DiversionCommandOf<'reopen-pathway'>,
): Refused {
  const { mayReturnUntil } = closure;
  return mayReturnUntil === null || occurredAt >= mayReturnUntil
    ? tooLate(stage, closure, actor.role)
    : undefined;
}

function refuseFinished(
  { stage, died, policy }: DiversionState,
  closure: Closure,
  { occurredAt, data, actor }: DiversionCommandOf<'reopen-pathway'>,
): Refused {
  if (died) {
    return refuse(
      'condition-not-met',
      'The person has died: if that was a mistake, the death is corrected with the person, and the referral goes on.',
    );
  }
  if (occurredAt >= after(closure.at, policy.lateEngagement, policy.bankHolidays)) {
    return tooLate(stage, closure, actor.role);
  }
  if (data.reason !== 'closed-in-error') {
    return refuse('condition-not-met', 'Closed for good, it goes on only where it was closed in error.', {
      reason: data.reason,
      closureReason: closure.reason,
    });
  }
  return actor.role === 'Manager'
    ? undefined
    : refuse('wrong-role', 'What was closed for good in error is opened again by a manager.', {
        role: actor.role,
        allowedRoles: ['Manager'],
      });
}
