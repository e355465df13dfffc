import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

/**
 * Waits until no clock of any referral runs, every one has a run and every fact is carried, and no text is still to
 * leave.
 * @returns whether that came to pass before the time was over
 */
export async function runOut(databaseUrl: string, withinMs: number, signal: AbortSignal): Promise<boolean> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'simulation' });
  await client.connect();
  const until = Date.now() + withinMs;
  try {
    for (;;) {
      const { rows } = await client.query<{ left: number }>(
        `select (select count(*) from pathway where next_due_at is not null
                    or (needs_run and run_confirmed_at is null))
              + (select count(*) from person_fact where carried_at is null)
              + (select count(*) from message where status = 'planned') as left`,
      );
      if (Number(rows[0]?.left) === 0) return true;
      if (Date.now() > until) return false;
      await pause(500, undefined, { signal });
    }
  } finally {
    await client.end();
  }
}
