import type { ChangeToTell } from '../common/change-to-tell.ts';
import { untold } from '../common/change-to-tell.ts';
import type { Decision } from '../common/decision.ts';
import { earliest } from '../common/instant.ts';
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
import { assessorOf } from './assessment-appointment.ts';
import { raise } from './clocks.ts';
import { newEvent } from './events.ts';
import type { CompulsoryEvent } from './events.ts';
import { planLink } from './page-link.ts';
import { findAppointment, wantsNoTexts } from './state.ts';
import type { AssessmentAppointment, CompulsoryState } from './state.ts';
import { deskOf } from './told-by-email.ts';

/**
 * Which events are told of, to whom; reminders come by their clocks (deadline-passing.ts). The notice binds, and no text:
 * a duty stays whatever leaves or not. Which purposes have no meaning here stands in common/message-purpose.ts (`paths`);
 * this is why:
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
  const asked = events.map((event) => withCall(event, reached, now));
  return link === undefined
    ? { events: asked, intents: told }
    : {
        events: [...asked, newEvent('page-link-planned', now, { by: 'booking' })],
        intents: [...told, link],
      };
}

/** Where a change is told too late by text, the assessor is asked to ring; the notice binds all the same. */
function withCall(event: CompulsoryEvent, after: CompulsoryState, now: Instant): CompulsoryEvent {
  const changes = mayText(after) ? changesToTell(event, after, now) : [];
  const raised = untold(changes, after.policy.messages, now).map(({ appointmentId }) => {
    const kind = findAppointment(after, appointmentId)?.kind ?? 'initial-assessment';
    return raise('tell-of-change', event.occurredAt, appointmentId, assessorOf(kind));
  });
  return raised.length === 0 ? event : { ...event, raised: [...(event.raised ?? []), ...raised] };
}

/** Whom the notice was handed to knows both times: the paper says them. */
function changesToTell(event: CompulsoryEvent, after: CompulsoryState, now: Instant): ChangeToTell[] {
  const ahead = (id: string): AssessmentAppointment[] =>
    after.appointments.filter(({ appointmentId, startsAt }) => appointmentId === id && startsAt > now);
  switch (event.type) {
    case 'appointment-varied': {
      const { supersedes, appointment, notice } = event.data;
      const [from] = supersedes === null ? [] : ahead(supersedes);
      const [to] = ahead(appointment.appointmentId);
      if (from === undefined || to?.status !== 'booked' || notice.how === 'handed-over') return [];
      const comesAt = earliest(from.startsAt, to.startsAt);
      return [{ purpose: 'appointment-moved', appointmentId: to.appointmentId, comesAt }];
    }
    case 'attendance-recorded':
      return (event.data.cancels ?? [])
        .flatMap(ahead)
        .filter(({ status }) => status === 'cancelled')
        .map(({ appointmentId, startsAt }) => ({
          purpose: 'appointment-cancelled',
          appointmentId,
          comesAt: startsAt,
        }));
    default:
      return [];
  }
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
  return [...(mayText(after) ? toPerson(event, after, now) : []), ...toStaff(before, event, after, now)];
}

function mayText(after: CompulsoryState): boolean {
  const { closed, diedAt, custodySince } = after;
  return closed === null && diedAt === null && custodySince === null && !wantsNoTexts(after);
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
