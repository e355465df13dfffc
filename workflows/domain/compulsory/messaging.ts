import type { Decision } from '../common/decision.ts';
import type { Instant } from '../common/instant.ts';
import type { MessageIntent } from '../common/message-intent.ts';
import { isTextPurpose } from '../common/message-purpose.ts';
import {
  aheadIntent,
  deadlineIntent,
  emailIntent,
  missedIntent,
  switchedOn,
} from '../common/planned-message.ts';
import { newEvent } from './events.ts';
import type { CompulsoryEvent } from './events.ts';
import { planLink } from './page-link.ts';
import { findAppointment, wantsNoTexts } from './state.ts';
import type { AssessmentAppointment, CompulsoryState } from './state.ts';
import { deskOf } from './told-by-email.ts';

/**
 * Which events are told of, to whom; reminders come by their clocks (deadline-passing.ts). The notice binds, and no text:
 * a duty stays whatever leaves or not. What is not planned here, and why:
 *
 * - could-not-reach: no try to reach the person is recorded on this path, so none can have failed;
 * - referral-received: the notice, handed over in custody, is the first word of the duty;
 * - deadline-near: no clock of this path warns ahead of another; where one passes, that is told at once;
 * - transfer-offered: a duty is never offered to another provider;
 * - referral-progress: it is for the officer of a referral. Who required the assessment sees the duty itself.
 */

/** Adds to a decision the messages that its events cause; none where the policy has none switched on. */
export function withMessages(
  { events, intents }: Extract<Decision<CompulsoryEvent>, { readonly refusal?: undefined }>,
  after: () => CompulsoryState,
  state: CompulsoryState,
  now: Instant,
): Decision<CompulsoryEvent> {
  if ((state.policy.messages.purposes ?? []).length === 0) {
    return { events, intents };
  }
  const reached = after();
  const planned = events.flatMap((event) => plannedMessages(state, event, reached, now));
  const told = [...intents, ...switchedOn(planned, state.policy.messages)];
  const link = linkWithBooking(events, reached, now);
  return link === undefined
    ? { events, intents: told }
    : {
        events: [...events, newEvent('page-link-planned', now, { by: 'booking' })],
        intents: [...told, link],
      };
}

/** With the first booking since it is switched on, and never again by itself: the same link shows what comes after. */
function linkWithBooking(
  events: readonly CompulsoryEvent[],
  after: CompulsoryState,
  now: Instant,
): MessageIntent | undefined {
  const { purposes = [] } = after.policy.messages;
  const { closed, diedAt, pageLinkAt } = after;
  const books = events.some(
    ({ type, data }) =>
      type === 'requirement-imposed' ||
      type === 'appointment-varied' ||
      (type === 'attendance-recorded' && data.followUp?.released === false),
  );
  if (!purposes.includes('page-link') || !books || pageLinkAt !== undefined) return undefined;
  if (closed !== null || diedAt !== null) return undefined;
  const planned = planLink(after, now);
  return 'obstacle' in planned ? undefined : planned.intent;
}

/**
 * What one event tells people of, whether or not it is switched on. `before` and `after` are the states around the whole
 * decision.
 */
export function plannedMessages(
  before: CompulsoryState,
  event: CompulsoryEvent,
  after: CompulsoryState,
  now: Instant,
): MessageIntent[] {
  if (after.closed !== null || after.diedAt !== null) {
    return [];
  }
  const mayText = after.custodySince === null && !wantsNoTexts(after);
  return [...(mayText ? toPerson(event, after, now) : []), ...toStaff(before, event, after, now)];
}

function toPerson(event: CompulsoryEvent, after: CompulsoryState, now: Instant): MessageIntent[] {
  const { policy } = after;
  const ahead = (id: string): AssessmentAppointment[] =>
    [findAppointment(after, id)]
      .filter((known) => known !== undefined)
      .filter(({ startsAt }) => startsAt > now);
  const booked = (id: string): MessageIntent[] =>
    ahead(id)
      .filter(({ status }) => status === 'booked')
      .flatMap((known) => aheadIntent('appointment-booked', known, policy.messages, now));
  switch (event.type) {
    case 'requirement-imposed':
      return booked(event.data.appointment.appointmentId);
    case 'appointment-varied': {
      const { supersedes, appointment } = event.data;
      if (supersedes === null) {
        return booked(appointment.appointmentId);
      }
      const [from] = ahead(supersedes);
      return ahead(appointment.appointmentId)
        .filter(({ status }) => status === 'booked')
        .flatMap((known) => aheadIntent('appointment-moved', known, policy.messages, now, from?.startsAt));
    }
    case 'attendance-recorded': {
      const { appointmentId, cancels = [], followUp } = event.data;
      const missed = findAppointment(after, appointmentId);
      return [
        ...(missed?.status === 'missed' ? missedIntent(missed, policy.messages, now) : []),
        ...cancels
          .flatMap(ahead)
          .filter(({ status }) => status === 'cancelled')
          .flatMap((known) => aheadIntent('appointment-cancelled', known, policy.messages, now)),
        ...(followUp?.released === false ? booked(followUp.appointment.appointmentId) : []),
      ];
    }
    default:
      return [];
  }
}

/** By e-mail, to the team at whose desk it lies (told-by-email.ts says whose). */
function toStaff(
  before: CompulsoryState,
  event: CompulsoryEvent,
  after: CompulsoryState,
  now: Instant,
): MessageIntent[] {
  switch (event.type) {
    case 'requirement-imposed':
      return newDuty(before, event.data.appointment.appointmentId, after, now);
    case 'appointment-varied':
      return newDuty(before, event.data.appointment.appointmentId, after, now);
    case 'attendance-recorded': {
      const { appointmentId, followUp } = event.data;
      return [
        ...(findAppointment(after, appointmentId)?.status === 'missed'
          ? [emailIntent('missed-appointment', now, { appointmentId })]
          : []),
        ...(followUp?.released === false
          ? newDuty(before, followUp.appointment.appointmentId, after, now)
          : []),
      ];
    }
    case 'deadline-passed':
      return (event.raised ?? []).some(({ owner }) => deskOf(owner) !== null)
        ? deadlineIntent('deadline-passed', event.data.due, now)
        : [];
    case 'message-not-sent':
      // What the person is told by e-mail instead is nobody's to tell them.
      return isTextPurpose(event.data.purpose) && event.data.byEmail !== true
        ? [emailIntent('text-not-sent', now)]
        : [];
    default:
      return [];
  }
}

/** New is a duty to the team of a place where none of it was before; who gave the new time there knows of it. */
function newDuty(
  { appointments }: CompulsoryState,
  appointmentId: string,
  after: CompulsoryState,
  now: Instant,
): MessageIntent[] {
  const booked = findAppointment(after, appointmentId);
  return booked?.status !== 'booked' || appointments.some(({ placeCode }) => placeCode === booked.placeCode)
    ? []
    : [emailIntent('new-referral', now, { appointmentId })];
}
