import type { ShareContactData } from '../workflows/domain/common/command.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import type { Database } from './database.ts';
import type { FactPathway } from './person-facts.ts';
import { isUuid } from './scope.ts';

/** A contact that counts in each open referral of the person with one provider, or the undoing of one. */
export interface SharedContactRecord extends ShareContactData {
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
  /** Account id. */
  readonly recordedBy: string;
}

/** What is carried under this id, where it is a contact; null: it is none. */
export async function findSharedContact(
  db: Database,
  forceId: string,
  factId: string,
): Promise<SharedContactRecord | null> {
  if (!isUuid(factId)) return null;
  const { rows } = await db.pool.query<SharedContactRecord>(
    `select f.id as "factId", f.pathway_id as "fromPathwayId",
        case when e.type <> 'person-reassigned' then coalesce(e.data->>'attemptId', e.command_id) end as "attemptId",
        coalesce(e.data->>'channel', '') as channel, coalesce(e.data->>'result', 'undone') as result,
        llwybr_instant(f.occurred_at) as "occurredAt", llwybr_instant(f.recorded_at) as "recordedAt",
        f.actor_id as "recordedBy"
       from person_fact f
       join event e on e.force_id = f.force_id and e.pathway_id = f.pathway_id and e.seq = f.seq
      where f.force_id = $1 and f.id = $2 and f.kind = 'contact'`,
    [forceId, factId],
  );
  return rows[0] ?? null;
}

/**
 * The other open referrals, with the provider that has the one which tells of the contact, of whom that was then. What was
 * recorded of somebody whose it is no more is shared no more.
 */
export async function pathwaysOfContact(
  db: Database,
  forceId: string,
  { factId, fromPathwayId }: Pick<SharedContactRecord, 'factId' | 'fromPathwayId'>,
): Promise<FactPathway[]> {
  // A statement of its own, before the list: it waits for an intake that is asking for this contact.
  await db.pool.query('update person_fact set carry_listed = carry_wanted where force_id = $1 and id = $2', [
    forceId,
    factId,
  ]);
  const { rows } = await db.pool.query<FactPathway>(
    `select p.force_id as "forceId", p.id as "pathwayId", p.kind, f.carry_listed as carrying,
        llwybr_reassigned_at(p.force_id, p.id) as "reassignedAt", null as "deathFirst"
       from person_fact f
       join pathway p on p.force_id = f.force_id and p.id in (select llwybr_sharing_contact($1, $3, f.person_id))
      where f.force_id = $1 and f.id = $2 and p.needs_run
        and f.seq >= coalesce(llwybr_reassigned_at($1, $3), 0)
      order by p.received_at, p.id`,
    [forceId, factId, fromPathwayId],
  );
  return rows;
}
