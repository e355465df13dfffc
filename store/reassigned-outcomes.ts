import type { LocalDate } from '../workflows/domain/common/london-time.ts';
import type { Database } from './database.ts';
import { outcomeIdentityHash } from './outcome-identity.ts';
import type { OutcomeHashes, OutcomeIdentity } from './outcome-identity.ts';

/** Nobody looks through more of them; a made-up birth date may have thousands. */
const mostPeople = 50;

/**
 * The outcome of which this is another sending: taken under somebody else's nominal number first, and since then given to
 * the person of whom it is sent now. Another outcome of one occurrence, of another person, is not among them.
 * `sure` is false where the right person is known under another number than the one sent, so that a person has to look.
 * null: there is none.
 */
export async function outcomeTakenBefore(
  db: Database,
  forceId: string,
  outcome: OutcomeIdentity,
  person: { readonly surname: string; readonly forenames: string | null; readonly birthDate: LocalDate },
): Promise<{ readonly hashes: OutcomeHashes; readonly sure: boolean } | null> {
  const nominalIndex = db.fields.blindIndex('nominal', forceId, outcome.nominalNumber);
  const { rows: formers } = await db.pool.query<{
    pathwayId: string;
    formerId: string;
    nominal: string | null;
    sure: boolean;
  }>({
    name: 'llwybr-reassigned-to',
    text: `with right_person as (
        select id, nominal_index from person
          where force_id = $1 and nominal_index = $2
        union
        (select id, nominal_index from person where force_id = $1 and name_dob_index = $3 order by created_at desc limit $4)
      )
      select p.id as "pathwayId", former.id as "formerId", former.nominal,
          bool_or(r.nominal_index is null or r.nominal_index = $2) as sure
        from right_person r
        cross join lateral llwybr_cluster($1, r.id) as one(id)
        join pathway p on p.force_id = $1 and p.person_id = one.id and p.kind = 'diversion'
        join event e on e.force_id = $1 and e.pathway_id = p.id and e.type = 'person-reassigned'
        join person former on former.force_id = $1 and former.id = (e.data->>'from')::uuid
       group by p.id, former.id, former.nominal`,
    values: [forceId, nominalIndex, db.fields.nameAndBirthDateIndex(forceId, person), mostPeople],
  });
  const taken = formers.flatMap(({ nominal, formerId, pathwayId, sure }) => {
    const nominalNumber = db.fields.decrypt(nominal, { table: 'person', column: 'nominal', rowId: formerId });
    const { occurrenceNumber } = outcome;
    return nominalNumber === null
      ? []
      : [
          {
            pathwayId,
            sure,
            hash: outcomeIdentityHash(db.fields, forceId, { occurrenceNumber, nominalNumber }),
          },
        ];
  });
  if (taken.length === 0) return null;
  const own = outcomeIdentityHash(db.fields, forceId, outcome);
  const { rows: known } = await db.pool.query<OutcomeHashes & { pathwayId: string }>({
    name: 'llwybr-outcomes-taken',
    text: `select identity_hash as "identityHash", name_hash as "nameHash", birth_date_hash as "birthDateHash",
        pathway_id as "pathwayId" from outcome where force_id = $1 and identity_hash = any($2)`,
    values: [forceId, [own, ...taken.map(({ hash }) => hash)]],
  });
  if (known.some(({ identityHash }) => identityHash === own)) return null;
  for (const { pathwayId, ...hashes } of known) {
    const first = taken.find((one) => one.hash === hashes.identityHash && one.pathwayId === pathwayId);
    if (first !== undefined) return { hashes, sure: first.sure };
  }
  return null;
}
