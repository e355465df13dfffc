import type { Instant } from '../common/instant.ts';
import type { EmailPurpose } from '../common/message-purpose.ts';
import type { RecordedDiversionEvent } from './events.ts';
import { officerView } from './officer-view.ts';
import type { OfficerStatus } from './officer-view.ts';
import type { DiversionState } from './state.ts';
import type { DeadlineRule } from './table.ts';

/** What an e-mail about a referral tells beside its reference. */
export interface ToldByEmail {
  /** The appointment that was missed, or the deadline; null: no time is told, or none is known. */
  readonly at: Instant | null;
  /** null: it tells of none, or the referral is void. */
  readonly progress: Exclude<OfficerStatus, 'void'> | null;
}

const closing: readonly string[] = ['closure', 'closure-after-return'] satisfies DeadlineRule[];

/**
 * Read from what caused it, and not from what is so at sending: an e-mail tells of one event.
 * @param state after the decision
 * @param events of the decision
 */
export function toldByEmail(
  purpose: EmailPurpose,
  state: DiversionState,
  events: readonly RecordedDiversionEvent[],
  appointmentId: string | null,
): ToldByEmail {
  switch (purpose) {
    case 'missed-appointment': {
      const about = state.appointments.find((known) => known.appointmentId === appointmentId);
      return { at: about?.startsAt ?? null, progress: null };
    }
    case 'deadline-near':
      return { at: state.deadlines.find(({ rule }) => closing.includes(rule))?.due ?? null, progress: null };
    case 'deadline-passed': {
      const passed = events.find((event) => event.type === 'deadline-passed');
      return { at: passed?.data.due ?? null, progress: null };
    }
    case 'referral-progress': {
      const { status } = officerView(state);
      return { at: null, progress: status === 'void' ? null : status };
    }
    case 'new-referral':
    case 'transfer-offered':
    case 'text-not-sent':
      return { at: null, progress: null };
  }
}
