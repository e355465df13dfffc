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

/** SQL for whether the contact of an event was undone where it was recorded. */
const isUndone = (e: string): string => `exists (select from event undone
  where undone.force_id = ${e}.force_id and undone.pathway_id = ${e}.pathway_id
    and undone.type = 'contact-attempt-undone' and undone.data->>'attemptId' = ${e}.command_id)`;

/**
 * Whether a contact that this one takes back may still be on its way: told after its undoing it would count for ever, so
 * the undoing waits. It does not wait long, since from the undoing on the contact is told to nobody.
 */
export async function contactsStillCarried(
  db: Database,
  forceId: string,
  { factId, fromPathwayId, result }: Pick<SharedContactRecord, 'factId' | 'fromPathwayId' | 'result'>,
): Promise<boolean> {
  if (result !== 'undone') return false;
  const { rows } = await db.pool.query(
    `select from person_fact f
       join event e on e.force_id = f.force_id and e.pathway_id = f.pathway_id and e.seq = f.seq
       join event before on before.force_id = f.force_id and before.pathway_id = f.pathway_id and before.seq < f.seq
         and before.type = 'contact-attempted'
         and (e.type = 'person-reassigned' or before.command_id = e.data->>'attemptId')
       join person_fact carried on carried.force_id = before.force_id and carried.pathway_id = before.pathway_id
         and carried.seq = before.seq and carried.kind = 'contact' and carried.carried_at is null
      where f.force_id = $1 and f.id = $2 and f.pathway_id = $3 limit 1`,
    [forceId, factId, fromPathwayId],
  );
  return rows.length > 0;
}

/**
 * The other open referrals, with the provider that has the one which tells of the contact, of whom that was then. What was
 * recorded of somebody whose it is no more, or was undone, is shared no more.
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
       join event e on e.force_id = f.force_id and e.pathway_id = f.pathway_id and e.seq = f.seq
       join pathway p on p.force_id = f.force_id and p.id in (select llwybr_sharing_contact($1, $3, f.person_id))
      where f.force_id = $1 and f.id = $2 and p.needs_run
        and f.seq >= coalesce(llwybr_reassigned_at($1, $3), 0) and not ${isUndone('e')}
      order by p.received_at, p.id`,
    [forceId, factId, fromPathwayId],
  );
  return rows;
}
