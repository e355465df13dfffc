import type { SettledAttention } from '../common/attention.ts';
import type { DiversionState } from './state.ts';

/** Who could not come to an appointment has their answer once that is moved, cancelled or over. */
export function repliesAnswered({
  attention,
  appointments,
}: Pick<DiversionState, 'attention' | 'appointments'>): SettledAttention[] {
  const booked = appointments
    .filter(({ status }) => status === 'booked')
    .map(({ appointmentId }) => appointmentId);
  return attention
    .filter(({ code, ref }) => code === 'reply-cannot-come' && ref !== undefined && !booked.includes(ref))
    .map(({ code, ref }) => (ref === undefined ? { code } : { code, ref }));
}
