import type { Role } from '../common/actor.ts';
import type { Instant } from '../common/instant.ts';
import type { EmailPurpose } from '../common/message-purpose.ts';
import type { CompulsoryLedgerEvent } from './events.ts';
import { findAppointment } from './state.ts';
import type { CompulsoryState } from './state.ts';

/**
 * Where work on a duty lies. No provider holds it: the assessment is at the place that the notice names, the decisions on
 * it are the programme's, and whether it is imposed is custody's.
 */
export type Desk = 'assessors' | 'programme' | 'custody';

/** null: that role is told on its board alone, as everywhere. */
export function deskOf(role: Role): Desk | null {
  switch (role) {
    case 'InitialAssessor':
    case 'FollowUpAssessor':
      return 'assessors';
    case 'DipOfficer':
      return 'programme';
    case 'CustodyOfficer':
      return 'custody';
    default:
      return null;
  }
}

/** What an e-mail about a duty tells beside its reference, and whose it is. */
export interface DutyToldByEmail {
  readonly desk: Desk;
  /** Of the assessment that it is about, or of the latest one; null: none was ever set. */
  readonly placeCode: string | null;
  /** The appointment that was missed, or the deadline; null: no time is told. */
  readonly at: Instant | null;
}

/**
 * Read from what caused it, and not from what is so at sending: an e-mail tells of one event.
 * @param state after the decision
 * @param events of the decision
 */
export function dutyToldByEmail(
  purpose: EmailPurpose,
  state: CompulsoryState,
  events: readonly CompulsoryLedgerEvent[],
  appointmentId: string | null,
): DutyToldByEmail {
  const passed = events.find((event) => event.type === 'deadline-passed');
  const about = appointmentId ?? passed?.data.ref ?? '';
  const appointment = findAppointment(state, about) ?? state.appointments.at(-1);
  const placeCode = appointment?.placeCode ?? null;
  switch (purpose) {
    // A failure is reported to who decides on it (Drugs Act 2005 ss.12(2) and 14(2)).
    case 'missed-appointment':
      return { desk: 'programme', placeCode, at: appointment?.startsAt ?? null };
    case 'deadline-passed': {
      const [desk = null] = (passed?.raised ?? []).map(({ owner }) => deskOf(owner));
      return { desk: desk ?? 'programme', placeCode, at: passed?.data.due ?? null };
    }
    case 'new-referral':
    case 'text-not-sent':
    case 'deadline-near':
    case 'transfer-offered':
    case 'referral-progress':
      return { desk: 'assessors', placeCode, at: null };
  }
}
