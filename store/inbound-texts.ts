import type { Instant } from '../workflows/domain/common/instant.ts';
import type { Database } from './database.ts';
import { forcesThatTexted, forcesWithNumber, recordReply } from './replies.ts';
import type { InboundText } from './replies.ts';

export type KeptText = NonNullable<Awaited<ReturnType<typeof recordReply>>>;

/**
 * Keeps a text that came in, whichever way it was heard of: once, under the gateway's id of it.
 * @param addressForceId the force of the address that the gateway posts to; null where that is not known: then what answers
 *   no text of ours is for the first force
 * @returns what each force kept of it; empty when there is no such force
 */
export async function keepInboundText(
  db: Database,
  text: Omit<InboundText, 'forceId'>,
  addressForceId: string | null,
): Promise<KeptText[]> {
  const kept: KeptText[] = [];
  for (const forceId of await forcesToTell(db, text, addressForceId)) {
    const one = await recordReply(db, { ...text, forceId });
    if (one !== null) kept.push(one);
  }
  return kept;
}

/**
 * It is for the force whose text it answers. What it says of texts holds for every force that texts the number or has
 * somebody with it, since that is what the carrier stops; and that the phone is a stranger's for every force that texted it. A
 * force that never knew the number reads neither, unless none knows it.
 */
async function forcesToTell(
  db: Database,
  { from, meaning }: Pick<InboundText, 'from' | 'meaning'>,
  addressForceId: string | null,
): Promise<readonly string[]> {
  const texted = await forcesThatTexted(db, from);
  const aboutTexts = meaning === 'stop' || meaning === 'start';
  const known = aboutTexts ? [...new Set([...texted, ...(await forcesWithNumber(db, from))])] : texted;
  if (known.length > 0) return aboutTexts || meaning === 'wrong-person' ? known : known.slice(0, 1);
  const addressed = addressForceId ?? (await firstForce(db));
  return addressed === null ? [] : [addressed];
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
