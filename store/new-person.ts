import type pg from 'pg';
import type { Database } from './database.ts';
import { encryptPerson } from './person-columns.ts';
import type { PersonDetails } from './person-columns.ts';

export type AddedPerson =
  | { readonly personId: string; readonly known?: undefined }
  /** The nominal number is this person's already. */
  | { readonly known: string };

/**
 * Adds a person under an id that the caller made, once; whoever has the same name and birth date is noted as a possible
 * match. A number that somebody has already adds nobody.
 */
export async function addPerson(
  db: Database,
  forceId: string,
  personId: string,
  details: PersonDetails,
): Promise<AddedPerson> {
  const row = encryptPerson(db.fields, forceId, personId, details);
  const client = await db.pool.connect();
  let failed: Error | undefined;
  try {
    await client.query('begin');
    // As an intake does, so that of two of one name each finds the other.
    await client.query(`select pg_advisory_xact_lock(hashtextextended('name:' || $1 || ':' || $2, 0))`, [
      forceId,
      row.nameDobIndex,
    ]);
    const added = await insert(client, forceId, row);
    await client.query('commit');
    return added;
  } catch (error) {
    failed = error instanceof Error ? error : new Error('Not an error');
    throw error;
  } finally {
    if (failed !== undefined) await client.query('rollback').catch(() => undefined);
    client.release(failed);
  }
}

async function insert(
  client: pg.PoolClient,
  forceId: string,
  row: ReturnType<typeof encryptPerson>,
): Promise<AddedPerson> {
  const { rowCount } = await client.query(
    `with made as (
       insert into person (force_id, id, nominal, nominal_index, name_dob_index, mobile_index, surname, forenames,
           birth_date, address, postcode, mobile, email, sex, ethnicity, language, safe_to_text, mobile_given_at,
           mobile_given_again_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
           case when $12::text is not null then clock_timestamp() end, case when $12::text is not null then clock_timestamp() end)
         on conflict do nothing returning id
     ), entered as (
       insert into entered_person (force_id, person_id) select $1, id from made
     ), matched as (
       insert into person_possible_match (force_id, person_id, other_person_id, basis)
         select $1, made.id, p.id, 'name-and-birth-date' from made
           join person p on p.force_id = $1 and p.name_dob_index = $5 and p.id <> made.id
          order by p.created_at desc limit 20
     ) select id from made`,
    [
      ...[forceId, row.id, row.nominal, row.nominalIndex, row.nameDobIndex, row.mobileIndex, row.surname],
      ...[row.forenames, row.birthDate, row.address, row.postcode, row.mobile, row.email, row.sex],
      ...[row.ethnicity, row.language, row.safeToText],
    ],
  );
  if (rowCount === 1) return { personId: row.id };
  const { rows } = await client.query<{ id: string }>(
    `select id from person where force_id = $1 and (id = $2 or nominal_index = $3) order by id = $2 desc limit 1`,
    [forceId, row.id, row.nominalIndex],
  );
  const [there] = rows;
  if (there === undefined) throw new Error('A person is neither added nor there');
  return there.id === row.id ? { personId: row.id } : { known: there.id };
}
