import type { Duration } from '../../workflows/domain/common/duration.ts';
import type { DiversionPolicy } from '../../workflows/domain/diversion/policy.ts';
import { clockDays } from '../lives/clock-days.ts';

/**
 * The lengths of a referral where a day lasts so many real seconds, as in the demonstration preset: working days are
 * days, and all tries fall on one real day.
 */
export function scaledDiversionPolicy(daySeconds: number): Partial<DiversionPolicy> {
  const days = (count: number): Duration => ({ unit: 'seconds', count: count * daySeconds });
  return {
    messages: { reminder: { before: days(1), at: null }, sendFrom: '00:00', sendUntil: '23:59' },
    firstContact: days(2),
    acceptance: days(2),
    routing: days(1),
    transferAnswer: days(5),
    undo: days(1),
    booking: days(14),
    contactEffort: { within: days(clockDays.contactEffort), attempts: 3, days: 1, channels: 2 },
    feedback: { ask: days(1), escalate: days(2) },
    closureWarning: days(70),
    closure: days(clockDays.closure),
    closureDeferral: { window: days(clockDays.deferralWindow), until: days(1) },
    closureExtension: days(28),
    lateEngagement: days(clockDays.lateEngagement),
    closureAfterReturn: days(clockDays.closure),
  };
}
