import type { Actor } from '../common/actor.ts';
import { providerRoles } from '../common/actor.ts';
import type { Attention } from '../common/attention.ts';
import { asEmails } from '../common/by-email.ts';
import type { ChangeToTell } from '../common/change-to-tell.ts';
import { ofPolicy, untold } from '../common/change-to-tell.ts';
import type { Decision } from '../common/decision.ts';
import { earliest } from '../common/instant.ts';
import type { Instant } from '../common/instant.ts';
import { localParts } from '../common/london-time.ts';
import type { MessageIntent } from '../common/message-intent.ts';
import { isTextPurpose } from '../common/message-purpose.ts';
import {
  aheadIntent,
  deadlineIntent,
  emailIntent,
  missedIntent,
  onlineIntents,
  switchedOn,
  textIntent,
} from '../common/planned-message.ts';
import { raise } from './attention.ts';
import type { ClosureReason } from './closure-reasons.ts';
import { eventVersions } from './events.ts';
import type { DiversionEvent } from './events.ts';
import { evolve } from './evolve.ts';
import { isUnansweredCall } from './messaged.ts';
import { officerView } from './officer-view.ts';
import { planLink } from './page-link.ts';
import { wayToTell } from './reminding.ts';
import type { DiversionAppointment, DiversionState } from './state.ts';
import type { AttentionCode } from './table.ts';

/**
 * Which events are told of, to whom. All of it stands here: who decides an event does not know that anybody is told.
 * Reminders come by their clocks (passing.ts). Each message is judged again at the moment of sending.
 */

/** Adds to a decision the messages that its events cause; none where the policy has none switched on. */
export function withMessages(
  before: DiversionState | undefined,
  command: { readonly commandId: string; readonly actor: Actor },
  decision: Decision<DiversionEvent>,
  now: Instant,
): Decision<DiversionEvent> {
  if (decision.refusal !== undefined || !mayPlan(before, decision.events)) {
    return decision;
  }
  const { commandId, actor } = command;
  const { events, intents } = decision;
  const after = events.reduce<DiversionState | undefined>(
    (state, event) => evolve(state, { ...event, seq: (state?.seq ?? 0) + 1, commandId, actor }),
    before,
  );
  if (after === undefined) {
    return decision;
  }
  const planned = events.flatMap((event) => plannedMessages(before, event, after, now));
  const told = [...intents, ...switchedOn(planned, after.policy.messages)];
  const link = linkWithBooking(events, after, now);
  const asked = events.map((event) => withCall(event, after, now));
  return { events: [...asked, ...link.events], intents: [...told, ...link.intents] };
}

/** Somebody is asked to ring where the person hears of a change in no other way. */
function withCall(event: DiversionEvent, after: DiversionState, now: Instant): DiversionEvent {
  const raised = unheard(event, after, now).map(({ appointmentId }) =>
    raise(after, 'tell-of-change', event.occurredAt, appointmentId),
  );
  return raised.length === 0 ? event : { ...event, raised: [...(event.raised ?? []), ...raised] };
}

/**
 * What is told too late by text, or by nothing and nobody is asked yet. A closure ends the texts, and what it cancels is told
 * by nobody else.
 */
function unheard(event: DiversionEvent, after: DiversionState, now: Instant): readonly ChangeToTell[] {
  const { messages } = after.policy;
  const changes = changesToTell(event, after, now);
  if (event.type === 'pathway-closed') return ofPolicy(changes, messages);
  if (mayText(after)) return untold(changes, messages, now);
  return tellsNothing(after) ? ofPolicy(changes, messages) : [];
}

/** Who asked for the change knows that the old time falls; of a new one they may not have heard. */
function changesToTell(event: DiversionEvent, after: DiversionState, now: Instant): ChangeToTell[] {
  switch (event.type) {
    case 'appointment-booked': {
      const { appointmentId, supersedes, askedBy, carriedOverAt } = event.data;
      const booked = find(after, appointmentId);
      const from = supersedes === null ? undefined : aheadOf(find(after, supersedes), now);
      if (booked?.status !== 'booked' || from === undefined || carriedOverAt !== undefined) return [];
      const comesAt = askedBy === 'person' ? booked.startsAt : earliest(from, booked.startsAt);
      return [{ purpose: 'appointment-moved', appointmentId, comesAt }];
    }
    case 'appointment-cancelled':
      return event.data.askedBy === 'person'
        ? []
        : fallen(after, [event.data.appointmentId], now).map(toTell);
    case 'referral-declined':
    case 'referral-routed':
    case 'transfer-accepted':
      return fallen(after, event.data.cancelled, now).map(toTell);
    case 'pathway-closed': {
      if (after.custodySince !== null || !mayStillCome(event.data.reason)) return [];
      // What was to be told already is not told by the closure either.
      const asked = (event.settled ?? []).flatMap(({ code, ref }) =>
        code === ('tell-of-change' satisfies AttentionCode) && ref !== undefined ? [ref] : [],
      );
      return fallen(after, [...event.data.cancelled, ...asked], now).map(toTell);
    }
    default:
      return [];
  }
}

/** After these the person cannot come, or whoever has them now tells them. */
function mayStillCome(reason: ClosureReason): boolean {
  return reason !== 'died' && reason !== 'prison' && reason !== 'transferred';
}

function toTell({ appointmentId, startsAt }: DiversionAppointment): ChangeToTell {
  return { purpose: 'appointment-cancelled', appointmentId, comesAt: startsAt };
}

/** With the first booking since it is switched on, and never again by itself: the same link shows what comes after. */
function linkWithBooking(
  events: readonly DiversionEvent[],
  after: DiversionState,
  now: Instant,
): { readonly events: readonly DiversionEvent[]; readonly intents: readonly MessageIntent[] } {
  const { purposes = [] } = after.policy.messages;
  const books = events.some(({ type }) => type === 'appointment-booked');
  if (!purposes.includes('page-link') || !books || after.pageLinkAt !== undefined || !mayText(after)) {
    return { events: [], intents: [] };
  }
  const planned = planLink(after, now);
  return 'obstacle' in planned
    ? { events: [], intents: [] }
    : { events: [linkPlanned(now)], intents: [planned.intent] };
}

/** So that it is known that one was planned; it changes nothing else. */
function linkPlanned(now: Instant): DiversionEvent {
  const type = 'page-link-planned';
  return { type, version: eventVersions[type], occurredAt: now, data: { by: 'booking' } };
}

/** Without folding anything: most decisions are under a policy without such messages. */
function mayPlan(before: DiversionState | undefined, events: readonly DiversionEvent[]): boolean {
  const policies = events.map((event) =>
    event.type === 'referral-received' || event.type === 'policy-rebased' ? event.data.policy : undefined,
  );
  return [before?.policy, ...policies].some((policy) => (policy?.messages.purposes ?? []).length > 0);
}

/**
 * What one event tells people of, whether or not it is switched on. `before` and `after` are the states around the whole
 * decision: what another event of it undoes is not told of.
 */
export function plannedMessages(
  before: DiversionState | undefined,
  event: DiversionEvent,
  after: DiversionState,
  now: Instant,
): MessageIntent[] {
  return [
    ...(isOpen(after) ? inTheirWay(after, toPerson(before, event, after, now), now) : []),
    ...(isOpen(after)
      ? [...toOnlineProgramme(before, event, after, now), ...toStaff(event, after, now)]
      : []),
    ...toOfficer(before, after, now),
  ];
}

function isOpen({ closure, voided, finished, died }: DiversionState): boolean {
  return closure === null && voided === null && !finished && !died;
}

function mayText(state: DiversionState): boolean {
  return isOpen(state) && wayToTell(state) === 'text';
}

/** Neither text nor e-mail tells the person of anything, and nobody is asked to; custody is asked about by itself. */
function tellsNothing(state: DiversionState): boolean {
  const asked = state.attention.some(({ code }) => code === 'texts-stopped' || code === 'reach-another-way');
  return isOpen(state) && state.custodySince === null && wayToTell(state) === undefined && !asked;
}

function inTheirWay(
  state: DiversionState,
  texts: readonly MessageIntent[],
  now: Instant,
): readonly MessageIntent[] {
  const way = wayToTell(state);
  return way === 'text' ? texts : way === 'email' ? asEmails(texts, now) : [];
}

function toPerson(
  before: DiversionState | undefined,
  event: DiversionEvent,
  after: DiversionState,
  now: Instant,
): MessageIntent[] {
  const policy = after.policy.messages;
  switch (event.type) {
    case 'referral-received':
      // Who comes with a caseload knows where they are; one of long ago would only be reminded of it.
      return event.data.source.via === 'caseload-import' ||
        localParts(event.occurredAt).date < localParts(now).date
        ? []
        : textIntent('referral-received', policy, now);
    case 'appointment-booked': {
      const { appointmentId, supersedes, carriedOverAt } = event.data;
      const booked = find(after, appointmentId);
      if (booked?.status !== 'booked' || booked.startsAt <= now || carriedOverAt !== undefined) {
        return [];
      }
      return supersedes === null
        ? aheadIntent('appointment-booked', booked, policy, now)
        : aheadIntent('appointment-moved', booked, policy, now, aheadOf(find(after, supersedes), now));
    }
    case 'appointment-cancelled':
      return cancelledAhead(after, [event.data.appointmentId], now);
    // With the provider that lets go its appointments go too.
    case 'referral-declined':
    case 'referral-routed':
    case 'transfer-accepted':
      return cancelledAhead(after, event.data.cancelled, now);
    case 'attendance-recorded': {
      const missed = find(after, event.data.appointmentId);
      return missed?.status === 'missed' ? missedIntent(missed, policy, now) : [];
    }
    case 'contact-attempted': {
      const { date } = localParts(now);
      const known = before?.messaged?.unansweredOn ?? null;
      return isUnansweredCall(event.data) &&
        localParts(event.occurredAt).date === date &&
        (known === null || known < date)
        ? textIntent('could-not-reach', policy, now)
        : [];
    }
    default:
      return [];
  }
}

function cancelledAhead(state: DiversionState, cancelled: readonly string[], now: Instant): MessageIntent[] {
  return fallen(state, cancelled, now).flatMap((appointment) =>
    aheadIntent('appointment-cancelled', appointment, state.policy.messages, now),
  );
}

/** The appointments of these that were cancelled ahead of their time. */
function fallen(
  { appointments }: DiversionState,
  cancelled: readonly string[],
  now: Instant,
): DiversionAppointment[] {
  return appointments.filter(
    ({ appointmentId, status, startsAt }) =>
      cancelled.includes(appointmentId) && status === 'cancelled' && startsAt > now,
  );
}

/**
 * Who is routed to a programme that is taken online is enrolled there and sent the access code. Where no text may be sent,
 * somebody has to tell it in another way, and is asked to once there is one (activities/deliver-message.ts).
 */
function toOnlineProgramme(
  before: DiversionState | undefined,
  event: DiversionEvent,
  after: DiversionState,
  now: Instant,
): MessageIntent[] {
  const { route, policy, consents } = after;
  const routes =
    event.type === 'referral-routed' ||
    event.type === 'transfer-accepted' ||
    // A code of the former person is no code of theirs.
    event.type === 'person-reassigned' ||
    // Who comes with a caseload has their code, if they were to have one.
    (event.type === 'referral-received' && event.data.source.via !== 'caseload-import');
  const online = route !== null && (policy.messages.onlineProgrammes ?? []).includes(route.programme);
  // Of a referral that was somebody else's a moment ago what they wanted may still be what is known.
  const mayTell = mayText(after) && (before === undefined || mayText(before));
  return routes && online && consents.sharing !== 'withdrawn'
    ? onlineIntents(policy.messages, now, mayTell)
    : [];
}

/** By e-mail, to whoever has the case where it is now. */
function toStaff(event: DiversionEvent, after: DiversionState, now: Instant): MessageIntent[] {
  switch (event.type) {
    case 'referral-received':
    case 'referral-routed':
      // Who took it with the same word, or brought it themselves, knows of it.
      return after.route !== null && after.acceptance.acceptedAt === null
        ? [emailIntent('new-referral', now)]
        : [];
    case 'attendance-recorded': {
      const { appointmentId } = event.data;
      return find(after, appointmentId)?.status === 'missed'
        ? [emailIntent('missed-appointment', now, { appointmentId })]
        : [];
    }
    case 'deadline-passed': {
      if (!(event.raised ?? []).some(isForProvider)) {
        return [];
      }
      const near = event.data.rule === 'closure-warning';
      return deadlineIntent(near ? 'deadline-near' : 'deadline-passed', event.data.due, now);
    }
    case 'transfer-offered':
      return after.transfer === null ? [] : [emailIntent('transfer-offered', now)];
    case 'message-not-sent':
      // What the person is told by e-mail instead is nobody's to tell them.
      return isTextPurpose(event.data.purpose) && event.data.byEmail !== true
        ? [emailIntent('text-not-sent', now)]
        : [];
    default:
      return [];
  }
}

function isForProvider({ owner }: Attention): boolean {
  return providerRoles.includes(owner);
}

/** To the officer who referred the person: each of the four words once, and none once the person shares nothing. */
function toOfficer(before: DiversionState | undefined, after: DiversionState, now: Instant): MessageIntent[] {
  const told = before === undefined ? [] : before.messaged?.officer;
  const { status } = officerView(after);
  // Without a memory the policy has only now come to have such messages: where it stands already is no news.
  const news = told !== undefined && !told.includes(status);
  const fromPolice = after.source.source === 'police' && after.source.via !== 'caseload-import';
  return news && fromPolice && status !== 'void' && !after.died && after.consents.sharing !== 'withdrawn'
    ? [emailIntent('referral-progress', now)]
    : [];
}

function find({ appointments }: DiversionState, wanted: string): DiversionAppointment | undefined {
  return appointments.find(({ appointmentId }) => appointmentId === wanted);
}

function aheadOf(appointment: DiversionAppointment | undefined, now: Instant): Instant | undefined {
  return appointment === undefined || appointment.startsAt <= now ? undefined : appointment.startsAt;
}
