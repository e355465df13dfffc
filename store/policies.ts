import type { Instant } from '../workflows/domain/common/instant.ts';
import type { Policy } from '../workflows/domain/common/policy.ts';
import type { CompulsoryPolicy } from '../workflows/domain/compulsory/policy.ts';
import type { DiversionPolicy } from '../workflows/domain/diversion/policy.ts';
import type { Database } from './database.ts';

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
