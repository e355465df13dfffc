import type { Decision } from '../common/decision.ts';
import type { Instant } from '../common/instant.ts';
import type { MessageIntent } from '../common/message-intent.ts';
import { aheadIntent, missedIntent, switchedOn } from '../common/planned-message.ts';
import { newEvent } from './events.ts';
import type { CompulsoryEvent } from './events.ts';
import { planLink } from './page-link.ts';
import { findAppointment, wantsNoTexts } from './state.ts';
import type { AssessmentAppointment, CompulsoryState } from './state.ts';

/**
 * Which events the person is told of by text. The notice binds, and no text: a duty stays whatever leaves or not. There
 * is no team and no caseworker on this path, so nothing goes out to staff.
 */

/** Adds to a decision the messages that its events cause; none where the policy has none switched on. */
export function withMessages(
  { events, intents }: Extract<Decision<CompulsoryEvent>, { readonly refusal?: undefined }>,
  after: () => CompulsoryState,
  { policy }: Pick<CompulsoryState, 'policy'>,
  now: Instant,
): Decision<CompulsoryEvent> {
  if ((policy.messages.purposes ?? []).length === 0) {
    return { events, intents };
  }
  const reached = after();
  const planned = events.flatMap((event) => plannedMessages(event, reached, now));
  const told = [...intents, ...switchedOn(planned, policy.messages)];
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

/** What one event tells the person of, whether or not it is switched on. `after` is the state after the whole decision. */
export function plannedMessages(
  event: CompulsoryEvent,
  after: CompulsoryState,
  now: Instant,
): MessageIntent[] {
  const { closed, diedAt, custodySince, policy } = after;
  if (closed !== null || diedAt !== null || custodySince !== null || wantsNoTexts(after)) {
    return [];
  }
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
