import type { Instant } from '../workflows/domain/common/instant.ts';
import type { Policy } from '../workflows/domain/common/policy.ts';
import type { CompulsoryPolicy } from '../workflows/domain/compulsory/policy.ts';
import type { DiversionPolicy } from '../workflows/domain/diversion/policy.ts';
import type { Database } from './database.ts';
import type { Prisma } from './generated/client.ts';
import { noteChange } from './reference-changes.ts';
import type { NewReferenceChange } from './reference-changes.ts';

/** Which policy each duty has. */
export interface PolicyOf {
  readonly diversion: DiversionPolicy;
  readonly compulsory: CompulsoryPolicy;
}

/** A version is never changed: pathways were opened under it. */
export class PolicyVersionTakenError extends Error {
  override readonly name = 'PolicyVersionTakenError';
}

/**
 * Keeps a version. Kept once already, it changes nothing.
 * @throws PolicyVersionTakenError when the version is there with other content
 */
export async function savePolicy(db: Database, policy: Policy): Promise<{ readonly created: boolean }> {
  const { forceId, policyId, version, duty, programme, validFrom, demo } = policy;
  const body = JSON.stringify(policy);
  const { rowCount } = await db.pool.query(
    `insert into policy (force_id, policy_id, version, duty, programme, valid_from, demo, body, recorded_at)
      values ($1, $2, $3, $4, $5, $6, $7, $8, clock_timestamp())
      on conflict (force_id, policy_id, version) do nothing`,
    [forceId, policyId, version, duty, programme, validFrom, demo, body],
  );
  if (rowCount === 1) return { created: true };
  const { rows } = await db.pool.query<{ same: boolean }>(
    `select body = $4::jsonb as same from policy where force_id = $1 and policy_id = $2 and version = $3`,
    [forceId, policyId, version, body],
  );
  if (rows[0]?.same !== true) {
    throw new PolicyVersionTakenError(`Version ${version} of policy ${policyId} is there with other content`);
  }
  return { created: false };
}

/** The policy for what is received at this instant: the latest start not after it, then the highest version. null: none yet. */
export async function policyInForce<D extends keyof PolicyOf>(
  db: Database,
  forceId: string,
  duty: D,
  programme: string,
  at: Instant,
): Promise<PolicyOf[D] | null> {
  // On the path of every referral, so a prepared statement.
  const { rows } = await db.pool.query<{ body: PolicyOf[D] }>({
    name: 'llwybr-policy-in-force',
    text: `select body from policy
      where force_id = $1 and duty = $2 and programme = $3 and valid_from <= $4
      order by valid_from desc, version desc, recorded_at desc
      limit 1`,
    values: [forceId, duty, programme, at],
  });
  // Kept by savePolicy, under its own duty.
  return rows[0]?.body ?? null;
}

export async function policyVersion(
  db: Database,
  forceId: string,
  policyId: string,
  version: number,
): Promise<Policy | null> {
  const row = await db.prisma.policy.findUnique({
    where: { forceId_policyId_version: { forceId, policyId, version } },
    select: { body: true },
  });
  return row === null ? null : (row.body as unknown as Policy);
}

/** A version of a policy with the time at which it was kept. */
export interface KeptPolicy {
  readonly policy: PolicyOf[keyof PolicyOf];
  readonly recordedAt: Instant;
}

/** Every version of every policy of the force, by policy and version. */
export async function policiesOf(db: Database, forceId: string): Promise<KeptPolicy[]> {
  const rows = await db.prisma.policy.findMany({
    where: { forceId },
    orderBy: [{ policyId: 'asc' }, { version: 'asc' }],
    select: { body: true, recordedAt: true },
  });
  return rows.map(({ body, recordedAt }) => ({
    // Kept by savePolicy or saveVersion, as it was given.
    policy: body as unknown as KeptPolicy['policy'],
    recordedAt: recordedAt.toISOString(),
  }));
}

/**
 * Keeps the next version of a policy, with who wrote it and why.
 *
 * @throws ReferenceConflictError when the version is there already
 */
export async function saveVersion(
  db: Database,
  policy: PolicyOf[keyof PolicyOf],
  change: NewReferenceChange,
): Promise<void> {
  const { forceId, policyId, version, duty, programme, validFrom, demo } = policy;
  const body = policy as unknown as Prisma.InputJsonObject;
  await noteChange(db, forceId, change, [
    db.prisma.policy.create({
      data: { forceId, policyId, version, duty, programme, validFrom, demo, body, recordedAt: new Date() },
    }),
  ]);
}

/** An open pathway under an earlier version than this one. */
export interface UnderEarlier {
  readonly pathwayId: string;
  readonly reference: string;
  readonly receivedAt: Instant;
  readonly version: number;
}

/** What a re-base to this version would still touch, by receipt; `after` is the last one of the page before. */
export async function underEarlierVersion(
  db: Database,
  { forceId, policyId, version }: Pick<Policy, 'forceId' | 'policyId' | 'version'>,
  {
    limit,
    after,
    only,
  }: { readonly limit: number; readonly after?: string; readonly only?: readonly string[] },
): Promise<{ readonly total: number; readonly page: readonly UnderEarlier[] }> {
  const open = `p.force_id = $1 and p.policy_id = $2 and p.policy_version < $3 and p.closed_at is null
    and ($4::uuid[] is null or p.id = any ($4))`;
  const values = [forceId, policyId, version, only ?? null];
  const { rows: counted } = await db.pool.query<{ total: number }>(
    `select count(*)::integer as total from pathway p where ${open}`,
    values,
  );
  const { rows: page } = await db.pool.query<UnderEarlier>(
    `select p.id as "pathwayId", p.reference, llwybr_instant(p.received_at) as "receivedAt", p.policy_version as version
      from pathway p
      where ${open} and ($5::uuid is null or (p.received_at, p.id) >
        (select l.received_at, l.id from pathway l where l.force_id = $1 and l.id = $5))
      order by p.received_at, p.id limit $6`,
    [...values, after ?? null, limit],
  );
  return { total: counted[0]?.total ?? 0, page };
}
