import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from './database.ts';

/** Beside the sweep's lock, which only one worker holds; this one is shared by all of them. */
const presenceLock = 5_173_202;

const askEveryMs = 5_000;
const tryAgainMs = 1_000;

/**
 * Tells the database that a worker lives, until the signal aborts. It is told by a lock that the session shares with
 * those of other workers: however a process dies, PostgreSQL ends its session at once, so nobody has to judge by the
 * age of a note. A connection that is lost is made again.
 */
export async function showPresence(db: Database, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await holdPresence(db, signal).catch(() => undefined);
    await pauseUntil(signal, tryAgainMs);
  }
}

/** @throws the connection's error, once it is lost */
async function holdPresence(db: Database, signal: AbortSignal): Promise<void> {
  const client = await db.pool.connect();
  // Without a listener a connection that breaks while it is idle would end the process; the next question fails anyway.
  const broken = (): void => undefined;
  client.on('error', broken);
  let abort = (): void => undefined;
  const aborted = new Promise<void>((resolve) => {
    abort = resolve;
  });
  signal.addEventListener('abort', abort, { once: true });
  /** A database that went silent must not hold up the end of the process. */
  const ask = (text: string, values: readonly unknown[] = []): Promise<unknown> =>
    Promise.race([client.query(text, [...values]), aborted]);
  try {
    await ask('select pg_advisory_lock_shared($1)', [presenceLock]);
    while (!signal.aborted) {
      // A connection that was cut without a word looks well until something is asked over it.
      await ask('select 1');
      await pauseUntil(signal, askEveryMs);
    }
  } finally {
    signal.removeEventListener('abort', abort);
    // Closed and not given back: the lock goes with the session.
    client.release(true);
  }
}

async function pauseUntil(signal: AbortSignal, ms: number): Promise<void> {
  await pause(ms, undefined, { signal }).catch(() => undefined);
}

/** Whether a worker on this database is alive now. One that hangs is alive: the age of the last sweep tells of that. */
export async function isWorkerPresent(db: Database): Promise<boolean> {
  // A lock of one 64-bit number is shown as its two halves, with objsubid 1 (PostgreSQL, 53.12 pg_locks).
  const { rows } = await db.pool.query<{ present: boolean }>(
    `select exists (
       select from pg_locks
        where locktype = 'advisory' and granted and objsubid = 1 and classid = 0 and objid::bigint = $1
          and database = (select oid from pg_database where datname = current_database())
     ) as present`,
    [presenceLock],
  );
  return rows[0]?.present === true;
}
