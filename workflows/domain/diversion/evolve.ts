import { applyEffects } from '../common/pathway-state.ts';
import { earliest } from '../common/instant.ts';
import type { Instant } from '../common/instant.ts';
import type { KnownChannel } from '../common/contact-preference.ts';
import type { ContactChannel } from './commands.ts';
import type { DiversionEventData, RecordedDiversionEvent } from './events.ts';
import type { Contact, DiversionAppointment, DiversionState, Engagement } from './state.ts';
import type { DiversionStage } from './table.ts';

/**
 * Folds one event of the ledger into the state: facts from its data, stage, clocks and attention from its
 * effects. No rule is asked here, so an old event means today what it meant when it was written.
 * @throws Error for an event that the ledger should never hold: a first one that does not open the
 * pathway, a second opening, an unknown type.
 */
export function evolve(state: DiversionState | undefined, event: RecordedDiversionEvent): DiversionState {
  return applyEffects(foldFacts(state, event), event.seq, event);
}

function foldFacts(state: DiversionState | undefined, event: RecordedDiversionEvent): DiversionState {
  if (event.type === 'referral-received') {
    if (state !== undefined) {
      throw new Error('The referral was received twice');
    }
    return opened(event.data, event.occurredAt, event.stage);
  }
  if (state === undefined) {
    throw new Error(`No pathway for the event ${event.type}`);
  }
  switch (event.type) {
    case 'contact-attempted':
      return { ...state, contact: attempted(state.contact, event.data, event.occurredAt) };
    case 'engagement-recorded':
      return {
        ...state,
        engagement: engaged(state.engagement, event.data, event.occurredAt),
        contact: reached(state.contact, event.occurredAt),
      };
    case 'appointment-booked':
      return { ...state, appointments: booked(state.appointments, event.data, event.occurredAt) };
    case 'attendance-recorded':
      return attendanceRecorded(state, event.data);
    case 'pathway-closed': {
      const { reason, drugFree, crimeFree, mayReturnUntil, cancelled } = event.data;
      return {
        ...state,
        closure: { at: event.occurredAt, reason, drugFree, crimeFree, mayReturnUntil },
        appointments: withStatus(state.appointments, cancelled, 'cancelled'),
        died: reason === 'died',
        finished: mayReturnUntil === null,
      };
    }
    case 'pathway-reopened':
      return { ...state, closure: null, reopenedAt: event.occurredAt };
    case 'pathway-finished':
      return { ...state, finished: true };
    case 'closure-deferred':
      return { ...state, closureDeferredTo: event.data.until };
    case 'deadline-passed':
      return event.data.rule === 'contact-effort'
        ? { ...state, contact: { ...state.contact, effortOver: true } }
        : state;
    case 'texts-stopped':
      return { ...state, textsStopped: true };
    case 'death-noted':
      return { ...state, died: true, finished: true };
    case 'message-not-sent':
    case 'internal-error-reported':
      return state;
    default:
      throw new Error(`Unknown event ${(event satisfies never as { readonly type: string }).type}`);
  }
}

function opened(
  data: DiversionEventData['referral-received'],
  receivedAt: Instant,
  stage: string | undefined,
): DiversionState {
  return {
    ...data,
    receivedAt,
    seq: 0,
    stage: (stage ?? 'awaiting-contact') as DiversionStage,
    deadlines: [],
    attention: [],
    finished: false,
    contact: { attempts: 0, tries: [], reachedAt: null, effortOver: false },
    engagement: null,
    appointments: [],
    textsStopped: false,
    died: false,
    closureDeferredTo: null,
    closure: null,
    reopenedAt: null,
  };
}

function attempted(
  contact: Contact,
  { channel, result, by }: DiversionEventData['contact-attempted'],
  at: Instant,
): Contact {
  const counted = { ...contact, attempts: contact.attempts + 1 };
  if (result === 'reached' || result === 'declined') {
    return reached(counted, at);
  }
  if (by === 'system' || result === 'wrong-number' || contact.reachedAt !== null) {
    return counted;
  }
  return { ...counted, tries: [...contact.tries, { at, channel: knownChannel(channel) }] };
}

/** A voicemail is a try by phone. */
function knownChannel(channel: ContactChannel): KnownChannel {
  return channel === 'voicemail' ? 'phone' : channel;
}

function reached(contact: Contact, at: Instant): Contact {
  return { ...contact, reachedAt: contact.reachedAt === null ? at : earliest(contact.reachedAt, at) };
}

function engaged(
  engagement: Engagement | null,
  { evidence }: DiversionEventData['engagement-recorded'],
  at: Instant,
): Engagement {
  if (engagement === null) {
    return { at, evidence: { [evidence]: at } };
  }
  const before = engagement.evidence[evidence];
  return {
    at: earliest(engagement.at, at),
    evidence: { ...engagement.evidence, [evidence]: before === undefined ? at : earliest(before, at) },
  };
}

function booked(
  appointments: readonly DiversionAppointment[],
  data: DiversionEventData['appointment-booked'],
  bookedAt: Instant,
): DiversionAppointment[] {
  const { supersedes, ...appointment } = data;
  return [
    ...withStatus(appointments, supersedes === null ? [] : [supersedes], 'superseded'),
    { ...appointment, status: 'booked', bookedAt, attendance: null, leftAt: null },
  ];
}

function attendanceRecorded(
  state: DiversionState,
  { appointmentId, attendance, leftAt, status }: DiversionEventData['attendance-recorded'],
): DiversionState {
  const appointments = state.appointments.map((appointment) =>
    appointment.appointmentId === appointmentId
      ? { ...appointment, attendance, leftAt, status }
      : appointment,
  );
  const met = state.appointments.find((appointment) => appointment.appointmentId === appointmentId);
  // Who came was reached, whatever came of the meeting.
  const came = status === 'held' && met !== undefined;
  return { ...state, appointments, contact: came ? reached(state.contact, met.startsAt) : state.contact };
}

function withStatus(
  appointments: readonly DiversionAppointment[],
  ids: readonly string[],
  status: 'cancelled' | 'superseded',
): DiversionAppointment[] {
  return appointments.map((appointment) =>
    ids.includes(appointment.appointmentId) ? { ...appointment, status } : appointment,
  );
}
