import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { toInstant, type Instant } from '../../workflows/domain/common/instant.ts';
import type { House } from '../../scripts/house/house.ts';

/**
 * Waits until the system has caught up with the moment of the call: every clock that is due by then is
 * recorded, every accepted pathway has a run, every fact, reply and failed text is carried. The rows say so here; that they say
 * what the events say is checked afterwards.
 *
 * @returns that moment
 * @throws Error naming what has not been done when the time is over
 */
export async function settled(house: House, signal: AbortSignal): Promise<Instant> {
  await house.whole();
  const moment = toInstant(Date.now());
  const client = new pg.Client({ connectionString: house.postgres.url, application_name: 'faults-settling' });
  await client.connect();
  try {
    for (;;) {
      const { rows } = await client.query<{ what: string }>(
        `select 'clock ' || next_due_rule || ' of ' || id as what from pathway where next_due_at <= $1
         union all
         select 'run of ' || id from pathway where needs_run and run_confirmed_at is null and created_at <= $1
         union all
         select 'fact ' || id from person_fact where carried_at is null and recorded_at <= $1
         union all
         select 'reply ' || id from reply where carried_at is null and received_at <= $1
         union all
         select 'failure of ' || id from message
           where failure_reported_at <= $1 and failure_carried_at is null`,
        [moment],
      );
      if (rows.length === 0) return moment;
      try {
        await pause(50, undefined, { signal });
      } catch (error) {
        const left = rows.map(({ what }) => what);
        throw new Error(`Not done in time: ${left.slice(0, 10).join(', ')} (${String(left.length)} in all)`, {
          cause: error,
        });
      }
    }
  } finally {
    await client.end();
  }
}
