import type { Deadline } from '../common/deadline.ts';
import type { Decision } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import { after } from '../common/duration.ts';
import type { Instant } from '../common/instant.ts';
import { isOpen, noMoreToTell, raise, settle, settleSince } from './attention.ts';
import { bookingWait, clearRules, contactEffort, contactRules } from './clocks.ts';
import type { ContactAttemptData, ContactChannel, ContactResult, DiversionCommandOf } from './commands.ts';
import { DecisionDraft } from './decision-draft.ts';
import type { DraftEffects } from './decision-draft.ts';
import { comeBack, tooLate } from './engagement.ts';
import type { DiversionEvent } from './events.ts';
import { ownDefaults } from './policy.ts';
import type { Closure, DiversionState } from './state.ts';
import type { AttentionCode, DeadlineRule } from './table.ts';

/**
 * Trying to reach the person, and reaching them. After the closure it is noted and does nothing, with one exception:
 * "no contact" is over when there is contact, be it that of the last evening entered too late, or the person ringing.
 */

const numberChannels: readonly ContactChannel[] = ['phone', 'text', 'voicemail'];

/** The ways in which reaching the person shows that the number is theirs: to a voicemail nobody answers. */
export const numberAnsweringChannels: readonly ContactChannel[] = ['phone', 'text'];

/** The person was there and answered, whatever they said. */
export const reachingResults: readonly ContactResult[] = ['reached', 'declined'];

export function recordContactAttempt(
  state: DiversionState,
  command: DiversionCommandOf<'record-contact-attempt'>,
  now: Instant,
): Decision<DiversionEvent> {
  const { channel, result, by } = command.data;
  if (result === 'wrong-number' && !numberChannels.includes(channel)) {
    return refuse('condition-not-met', 'Only a phone, a text or a voicemail can go to a wrong number.', {
      channel,
    });
  }
  if (by === 'system' && reachingResults.includes(result)) {
    return refuse(
      'condition-not-met',
      'The system reaches nobody by itself: a person does, who reads the answer.',
      {
        by,
        result,
      },
    );
  }
  const stillToReach = isOpen(state, 'tell-of-change') || isOpen(state, 'call-today');
  if (state.finished && state.closure !== null && !stillToReach) {
    return tooLate(state.stage, state.closure, command.actor.role);
  }
  const draft = new DecisionDraft(state, command);
  const { closure, finished } = state;
  if (closure !== null && !finished && result === 'reached' && refutes(closure, command.occurredAt)) {
    comeBack(draft, closure, command.occurredAt);
  }
  // After the closure there is nothing to undo: it was only noted, or it brought the person back.
  const undoable = state.closure === null ? { undoableUntil: undoUntil(state, now) } : {};
  const attempt = { channel, result, by, ...undoable };
  return draft
    .record(
      'contact-attempted',
      command.occurredAt,
      attempt,
      effectsOfAttempt(draft.state, command.data, command.occurredAt),
    )
    .decided();
}

/** Counted from when it was entered: that is when a slip is noticed. */
function undoUntil({ policy }: DiversionState, now: Instant): Instant {
  return after(now, policy.undo ?? ownDefaults.undo, policy.bankHolidays);
}

/** There was no contact, and now there is, while the person may still come back. */
function refutes({ reason, mayReturnUntil }: Closure, reachedAt: Instant): boolean {
  return reason === 'no-contact' && mayReturnUntil !== null && reachedAt < mayReturnUntil;
}

export function effectsOfAttempt(
  state: DiversionState,
  { channel, result, by }: ContactAttemptData,
  occurredAt: Instant,
): DraftEffects {
  if (state.closure !== null) {
    return by === 'person' ? { settled: toldAfterClosure(state, result, occurredAt) } : {};
  }
  if (reachingResults.includes(result)) {
    return {
      cleared: clearRules(state, contactRules, 'met'),
      armed: waitForBooking(state, occurredAt),
      settled: [
        ...settle(state, ['no-first-contact', 'too-few-tries']),
        ...(result === 'reached' ? settle(state, ['death-corrected', 'person-reassigned']) : []),
        ...settleSince(state, answeredBy(channel), occurredAt),
      ],
    };
  }
  const raised = result === 'wrong-number' ? [raise(state, 'wrong-number', occurredAt)] : [];
  if (by === 'system') {
    return { raised };
  }
  const posted = channel === 'post' && result === 'left-message';
  const tried: DraftEffects = {
    cleared: clearRules(state, ['first-contact'], 'met'),
    settled: [
      ...settle(state, ['no-first-contact']),
      // The letter that was asked for has gone.
      ...(posted ? settleSince(state, ['reach-another-way'], occurredAt) : []),
    ],
  };
  return result === 'wrong-number' ? { ...tried, raised } : withEffort(state, occurredAt, tried);
}

/**
 * That the closure cancelled what was ahead: told to the person, or to whoever takes a message; once its time is over there
 * is nothing left to tell, and that somebody tried is all there is to record. Who may be in danger is to be reached themselves.
 */
function toldAfterClosure(
  state: DiversionState,
  result: ContactResult,
  at: Instant,
): NonNullable<DraftEffects['settled']> {
  if (reachingResults.includes(result)) return settleSince(state, ['tell-of-change', 'call-today'], at);
  return result === 'left-message' ? settleSince(state, ['tell-of-change'], at) : noMoreToTell(state, at);
}

/** Unless it runs already, somebody is asked already, or there is something else to wait for. */
export function waitForBooking(state: DiversionState, reachedAt: Instant): Deadline[] {
  const { engagement, appointments, deadlines, seq, policy } = state;
  const otherwise =
    engagement !== null ||
    state.custodySince !== null ||
    appointments.some(({ status }) => status === 'booked') ||
    deadlines.some(({ rule }) => rule === ('booking' satisfies DeadlineRule)) ||
    isOpen(state, 'nothing-booked') ||
    isOpen(state, 'appointment-to-rebook');
  return otherwise ? [] : [bookingWait(seq, reachedAt, policy)];
}

/** What was asked about the ways of reaching the person, and is answered by reaching them in this one. */
function answeredBy(channel: ContactChannel): AttentionCode[] {
  const answered: AttentionCode[] = ['message-not-sent', 'tell-of-change', 'reply-to-read', 'call-today'];
  if (channel !== 'text') {
    answered.push('texts-stopped', 'reach-another-way');
  }
  if (numberAnsweringChannels.includes(channel)) {
    answered.push('wrong-number', 'check-number');
  }
  return answered;
}

/** The first try starts the contact effort; an earlier one recorded later starts it anew from there. */
function withEffort(state: DiversionState, at: Instant, effects: DraftEffects): DraftEffects {
  const running = state.deadlines.find(({ rule }) => rule === 'contact-effort');
  if (!mayStartEffort(state, running, at)) {
    return effects;
  }
  return {
    ...effects,
    cleared: [...(effects.cleared ?? []), ...clearRules(state, ['contact-effort'], 'superseded')],
    armed: [contactEffort(state.seq, at, state.policy)],
  };
}

function mayStartEffort(state: DiversionState, running: Deadline | undefined, at: Instant): boolean {
  if (running !== undefined) {
    return at < running.start;
  }
  const { contact, engagement, appointments, custodySince } = state;
  const booked = appointments.some(({ status }) => status === 'booked');
  return (
    contact.reachedAt === null &&
    engagement === null &&
    !contact.effortOver &&
    !booked &&
    custodySince === null
  );
}
