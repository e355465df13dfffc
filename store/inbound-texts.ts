import type { Instant } from '../workflows/domain/common/instant.ts';
import type { Database } from './database.ts';
import { forcesThatTexted, recordReply } from './replies.ts';
import type { InboundText } from './replies.ts';

export type KeptText = NonNullable<Awaited<ReturnType<typeof recordReply>>>;

/**
 * Keeps a text that came in, whichever way it was heard of: once, under the gateway's id of it. It is for the force whose
 * text it answers, and for the one of the address where it answers none. What it says of texts holds for every force that
 * the sender's number serves: that is what the carrier stops.
 * @param addressForceId the force of the address that the gateway posts to; null where that is not known: then what answers
 *   no text of ours is for the first force
 * @returns what each force kept of it; empty when there is no such force
 */
export async function keepInboundText(
  db: Database,
  text: Omit<InboundText, 'forceId'>,
  addressForceId: string | null,
): Promise<KeptText[]> {
  const known = await forcesThatTexted(db, text.from);
  const addressed = addressForceId === null ? [] : [addressForceId];
  const first = known[0] ?? addressForceId ?? (await firstForce(db));
  const forces =
    text.meaning === 'stop' || text.meaning === 'start'
      ? new Set([first, ...known, ...addressed])
      : new Set([first]);
  const kept: KeptText[] = [];
  for (const forceId of forces) {
    if (forceId === null) continue;
    const one = await recordReply(db, { ...text, forceId });
    if (one !== null) kept.push(one);
  }
  return kept;
}

async function firstForce(db: Database): Promise<string | null> {
  const { rows } = await db.pool.query<{ id: string | null }>('select min(id) as id from force');
  return rows[0]?.id ?? null;
}

/** The gateway has posted to the address of this force; told to the minute. */
export async function rememberInboundAddress(db: Database, forceId: string): Promise<void> {
  await db.pool.query(
    `insert into inbound_address (force_id, posted_at) select id, clock_timestamp() from force where id = $1
      on conflict (force_id) do update set posted_at = excluded.posted_at
        where inbound_address.posted_at < excluded.posted_at - interval '1 minute'`,
    [forceId],
  );
}

export interface InboundLook {
  /** All that came in until then was asked for; null: nobody ever asked. */
  readonly completeUntil: Instant | null;
  /** The force that the gateway last posted to; null: it never has. */
  readonly addressForceId: string | null;
}

/** Among the sweeps, its name. */
const lookName = 'inbound-texts';

export async function inboundLook(db: Database): Promise<InboundLook> {
  const { rows } = await db.pool.query<InboundLook>(
    `select (select llwybr_instant(at) from sweep where name = $1) as "completeUntil",
        (select force_id from inbound_address order by posted_at desc, force_id limit 1) as "addressForceId"`,
    [lookName],
  );
  return rows[0] ?? { completeUntil: null, addressForceId: null };
}

export async function recordInboundLook(db: Database, completeUntil: Instant): Promise<void> {
  await db.pool.query(
    `insert into sweep (name, at) values ($1, $2)
      on conflict (name) do update set at = greatest(sweep.at, excluded.at)`,
    [lookName, completeUntil],
  );
}
