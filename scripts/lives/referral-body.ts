import { addDaysToDate, localParts } from '../../workflows/domain/common/london-time.ts';
import type { DayClock, Fields } from './planned-act.ts';
import type { PlannedLife } from './planned-life.ts';

/** What the referral sends. */
export function referralBodyOf(
  {
    about,
    way,
    person,
    referral,
    receivedDay,
  }: Pick<PlannedLife, 'about' | 'way' | 'person' | 'referral' | 'receivedDay'>,
  clock: DayClock,
): Fields {
  const at = clock.instantAt(receivedDay);
  if (way === 'self' || way === 'prison') return { source: way, via: 'form', ...about, receivedAt: at };
  const outcome = {
    nominalNumber: `N-SIM-${String(person)}`,
    occurrenceNumber: `SIM-${String(referral)}`,
    outcomeAt: at,
    offenceCode: person % 4 === 0 ? '92D' : '92E',
    offenceDate: addDaysToDate(localParts(at).date, -2),
  };
  const conditions = [{ code: 'attend-assessment', dueAt: clock.instantAt(receivedDay + 60) }];
  return {
    via: way,
    ...about,
    ...outcome,
    ...(way === 'conditional-caution' ? { conditions } : {}),
  };
}
