import type { Instant } from '../workflows/domain/common/instant.ts';
import { casesMeant, forcesThatTexted, forcesWithNumber } from './answered-texts.ts';
import type { Database } from './database.ts';
import { recordReply } from './replies.ts';
import type { InboundText } from './replies.ts';

export type KeptText = NonNullable<Awaited<ReturnType<typeof recordReply>>>;

/**
 * Keeps a text that came in, whichever way it was heard of: once, under the gateway's id of it.
 *
 * It is for the force whose text it answers, and where texts of several forces may be meant for each of them. Where it
 * answers none it is for each force in which a case is open of somebody with the number; where there is none for a force
 * that has somebody with the number, or texted it; for that of the address only where there is none either. What it says of
 * texts holds for every force that texted the number or has somebody with it, since that is what the carrier stops; and that
 * the phone is a stranger's for every force that texted it.
 *
 * @param addressForceId the force of the address that the gateway posts to; null where that is not known: then what nobody
 *   knows is for the first force
 * @returns what each force kept of it; empty when there is no such force
 */
export async function keepInboundText(
  db: Database,
  text: Omit<InboundText, 'forceId'>,
  addressForceId: string | null,
): Promise<KeptText[]> {
  const kept: KeptText[] = [];
  for (const { forceId, about } of await forcesToTell(db, text, addressForceId)) {
    const one = await recordReply(db, { ...text, forceId }, about);
    if (one !== null) kept.push(one);
  }
  return kept;
}

/** A force that reads a text, and which of its cases are meant; left out: what it gives alone. */
interface ToldForce {
  readonly forceId: string;
  readonly about?: Parameters<typeof recordReply>[2];
}

async function forcesToTell(
  db: Database,
  text: Omit<InboundText, 'forceId'>,
  addressForceId: string | null,
): Promise<readonly ToldForce[]> {
  const { gatewayId, from, meaning } = text;
  const texted = await forcesThatTexted(db, text);
  const withNumber = await forcesWithNumber(db, from);
  const aboutTexts = meaning === 'stop' || meaning === 'start';
  const earlier = await keptBefore(db, gatewayId);
  if (aboutTexts || meaning === 'wrong-person') {
    const known = new Set([...texted, ...(aboutTexts || texted.length === 0 ? withNumber : [])]);
    if (known.size > 0) return [...known].map((forceId) => ({ forceId }));
  } else {
    // What is not unclear is whole. Of what was kept for several, whoever kept it may have died on the way.
    if (earlier.length > 0 && !earlier.some(({ unclear }) => unclear)) return earlier;
    const answered = await casesMeant(db, withNumber, text);
    if (answered.length > 0) {
      const unclear = answered.length > 1;
      return [...new Set(answered.map(({ forceId }) => forceId))].map((forceId) => ({
        forceId,
        about: { answered: answered.filter((one) => one.forceId === forceId), unclear },
      }));
    }
    const [knowing] = [
      ...withNumber.filter((id) => id === addressForceId),
      ...texted.filter((id) => withNumber.includes(id)),
      ...withNumber,
      ...texted,
    ];
    if (knowing !== undefined) return [{ forceId: knowing }];
  }
  // Nobody knows the number, or nobody does any more: whoever read it has read it, and no other force.
  if (earlier.length > 0) return earlier;
  const addressed = addressForceId ?? (await firstForce(db));
  return addressed === null ? [] : [{ forceId: addressed }];
}

/** Whether any force keeps a text under the gateway's id of it. */
export async function isKept(db: Database, gatewayId: string): Promise<boolean> {
  return (await keptBefore(db, gatewayId)).length > 0;
}

/** Of which forces a text is kept already under the gateway's id of it. */
async function keptBefore(
  db: Database,
  gatewayId: string,
): Promise<{ readonly forceId: string; readonly unclear: boolean }[]> {
  const { rows } = await db.pool.query<{ forceId: string; unclear: boolean }>(
    `select force.id as "forceId", r.unclear from force
       join reply r on r.force_id = force.id and r.gateway_id = $1 order by 1`,
    [gatewayId],
  );
  return rows;
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
