import type { Instant } from './instant.ts';
import type { ReplyRecorded } from './reply.ts';

/**
 * Where a thing happens is kept as the code of a place in reference data, never as free text: events
 * travel through the engine, addresses do not.
 */
export interface Appointment {
  readonly appointmentId: string;
  readonly kind: AppointmentKind;
  readonly startsAt: Instant;
  readonly endsAt: Instant;
  readonly placeCode: string;
  readonly status: AppointmentStatus;
  /** The provider it was with, where another one has the case since; left out: the one that has it. */
  readonly formerProviderId?: string;
  /** The person wrote back that they will come; left out: they have not. */
  readonly confirmedAt?: Instant;
  /** The person wrote back that they cannot come; left out: they have not. It stays, beside whatever came of it. */
  readonly cannotComeAt?: Instant;
  /** The person wrote back that they cannot come, and may have meant another appointment; left out: they have not. */
  readonly perhapsCannotComeAt?: Instant;
}

/** What a reply says of the appointment that it is, or may be, about; undefined: nothing. */
export function answeredBy(
  { meaning, unclear }: Pick<ReplyRecorded, 'meaning' | 'unclear'>,
  at: Instant,
): Pick<Appointment, 'confirmedAt' | 'cannotComeAt' | 'perhapsCannotComeAt'> | undefined {
  // Nobody has confirmed what they may not have meant.
  if (unclear === true) return meaning === 'cannot-come' ? { perhapsCannotComeAt: at } : undefined;
  if (meaning === 'confirm') return { confirmedAt: at };
  return meaning === 'cannot-come' ? { cannotComeAt: at } : undefined;
}

/** What the person wrote back, where they did. */
export function repliesTo({
  confirmedAt,
  cannotComeAt,
}: Pick<Appointment, 'confirmedAt' | 'cannotComeAt'>): Pick<Appointment, 'confirmedAt' | 'cannotComeAt'> {
  return {
    ...(confirmedAt === undefined ? {} : { confirmedAt }),
    ...(cannotComeAt === undefined ? {} : { cannotComeAt }),
  };
}

export type AppointmentKind =
  'first-meeting' | 'assessment' | 'treatment' | 'initial-assessment' | 'follow-up-assessment';

export type AppointmentStatus = 'booked' | 'superseded' | 'cancelled' | 'held' | 'missed' | 'provider-caused';

/**
 * What happened at the appointment. "Attend" and "remain for its duration" are two duties (Drugs Act
 * 2005 ss.12(1) and 14(1)), so leaving early is its own value; what the provider caused is never the
 * person's failure.
 */
export const attendances = [
  'attended-and-remained',
  'attended-and-left',
  'sent-away',
  'absent',
  'provider-caused',
] as const;

export type Attendance = (typeof attendances)[number];
