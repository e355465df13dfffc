import type { AppointmentBooked } from './events.ts';
import type { Instant } from '../common/instant.ts';
import { answeredBy } from '../common/appointment.ts';
import type { ReplyRecorded } from '../common/reply.ts';
import type { ProviderRoute } from './acceptance.ts';
import type { DiversionAppointment } from './state.ts';

/** The appointments of a referral as the ledger tells them: each one stays, moved and cancelled ones too. */

export function booked(
  appointments: readonly DiversionAppointment[],
  data: AppointmentBooked,
  bookedAt: Instant,
): DiversionAppointment[] {
  const { supersedes, appointmentId, kind, startsAt, endsAt, placeCode, carriedOverAt } = data;
  return [
    ...withStatus(appointments, supersedes === null ? [] : [supersedes], 'superseded'),
    {
      appointmentId,
      kind,
      startsAt,
      endsAt,
      placeCode,
      status: 'booked',
      bookedAt,
      attendance: null,
      leftAt: null,
      arrivedAt: null,
      endedBy: null,
      recordedAt: null,
      supersedes,
      ...(carriedOverAt === undefined ? {} : { carriedOverAt }),
    },
  ];
}

export function withStatus(
  appointments: readonly DiversionAppointment[],
  ids: readonly string[],
  status: 'cancelled' | 'superseded' | 'booked',
): DiversionAppointment[] {
  return appointments.map((appointment) =>
    ids.includes(appointment.appointmentId) ? { ...appointment, status } : appointment,
  );
}

/** With what the person wrote back about one of them. */
export function withReply(
  appointments: readonly DiversionAppointment[],
  reply: Pick<ReplyRecorded, 'appointmentId' | 'meaning' | 'unclear'>,
  at: Instant,
): DiversionAppointment[] {
  return appointments.map((appointment) =>
    appointment.appointmentId === reply.appointmentId
      ? { ...appointment, ...answeredBy(reply, at) }
      : appointment,
  );
}

/** What has begun with a provider that lets go, and of which nothing is recorded, stays that provider's to answer for. */
export function leftWith(
  former: ProviderRoute | null,
  next: ProviderRoute | null,
  appointments: readonly DiversionAppointment[],
): DiversionAppointment[] {
  return appointments.map((appointment) => {
    if (!isUnrecorded(appointment)) return appointment;
    const { formerProviderId, ...known } = appointment;
    const heldBy = formerProviderId ?? former?.providerId;
    return heldBy === undefined || heldBy === next?.providerId
      ? known
      : { ...known, formerProviderId: heldBy };
  });
}

/** What stands in the place of one that was moved, however often; undefined: it was not moved. */
export function successorOf(
  appointments: readonly DiversionAppointment[],
  moved: string,
): DiversionAppointment | undefined {
  const next = appointments.find(({ supersedes }) => supersedes === moved);
  return next === undefined ? undefined : (successorOf(appointments, next.appointmentId) ?? next);
}

export function isUnrecorded({ status }: Pick<DiversionAppointment, 'status'>): boolean {
  return status === 'booked';
}
