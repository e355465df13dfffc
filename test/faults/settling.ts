import { setTimeout as pause } from 'node:timers/promises';
import { toInstant, type Instant } from '../../workflows/domain/common/instant.ts';
import { clocksOf, outstanding } from './checks/clocks.ts';
import type { House } from './house.ts';
import { readLedger } from './ledger-snapshot.ts';

/**
 * Waits until the system has caught up with the moment of the call: every clock that is due by then is
 * recorded, every fact is carried, every accepted pathway has a run.
 *
 * @returns that moment
 * @throws the signal's reason when the time is over
 */
export async function settled(house: House, signal: AbortSignal): Promise<Instant> {
  await house.whole();
  const moment = toInstant(Date.now());
  for (;;) {
    const { pathways, facts } = await readLedger(house.postgres.url);
    const waiting = outstanding(clocksOf(pathways), moment).length;
    const uncarried = facts.filter(({ carried, recordedAt }) => !carried && recordedAt <= moment).length;
    if (waiting + uncarried === 0) return moment;
    await pause(100, undefined, { signal });
  }
}
