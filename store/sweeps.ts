import type { Instant } from '../workflows/domain/common/instant.ts';
import type { Database } from './database.ts';

const sweepLock = 5_173_201;

/**
 * Does the work while no other process does it, and nothing at all when another one is at it: the lock is
 * PostgreSQL's, held by one connection, and gone with it when the process dies.
 * @param lock its number; the sweep's when not given
 */
export async function holdSweepLock(
  db: Database,
  work: () => Promise<void>,
  lock = sweepLock,
): Promise<void> {
  const client = await db.pool.connect();
  // While it only holds the lock, nobody else listens to it: a connection that broke would end the process.
  const connection = { broken: false };
  const lost = (): void => {
    connection.broken = true;
  };
  client.on('error', lost);
  let held = false;
  try {
    const { rows } = await client.query<{ held: boolean }>('select pg_try_advisory_lock($1) as held', [lock]);
    held = rows[0]?.held === true;
    if (held) await work();
  } finally {
    // Where giving it back fails the connection is closed, and the lock goes with it.
    const freed =
      !held ||
      (await client.query('select pg_advisory_unlock($1)', [lock]).then(
        () => true,
        () => false,
      ));
    client.off('error', lost);
    client.release(connection.broken || !freed);
  }
}

const name = 'pathways';

/** A sweep ended well, now. */
export async function recordSweep(db: Database): Promise<void> {
  await db.pool.query(
    `insert into sweep (name, at) values ($1, clock_timestamp())
      on conflict (name) do update set at = greatest(sweep.at, excluded.at)`,
    [name],
  );
}

/** When the last sweep ended well; null when none ever did. */
export async function lastSweep(db: Database): Promise<Instant | null> {
  const row = await db.prisma.sweep.findUnique({ where: { name } });
  return row === null ? null : row.at.toISOString();
}
