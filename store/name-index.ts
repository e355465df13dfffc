import type { Database } from './database.ts';
import { decryptPerson } from './person-columns.ts';
import type { PersonColumns } from './person-columns.ts';

/**
 * Computes anew what a person is found by, from their row and under its lock: two who put name and birth date right at
 * once each knew only their own half. Whoever has that name and birth date is noted as a possible match.
 *
 * @throws MissingKeyError, SealBrokenError
 */
export async function indexNameAgain(db: Database, forceId: string, personId: string): Promise<void> {
  const client = await db.pool.connect();
  let failed: Error | undefined;
  try {
    await client.query('begin');
    const { rows } = await client.query<PersonColumns>(
      `select id, nominal, name_dob_index as "nameDobIndex", surname, forenames, birth_date as "birthDate", address,
          postcode, mobile, email, sex, ethnicity, language, safe_to_text as "safeToText"
         from person where force_id = $1 and id = $2 and erased_at is null for no key update`,
      [forceId, personId],
    );
    for (const row of rows) {
      const index = db.fields.nameAndBirthDateIndex(forceId, decryptPerson(db.fields, row));
      if (index !== row.nameDobIndex) {
        await client.query('update person set name_dob_index = $3 where force_id = $1 and id = $2', [
          forceId,
          personId,
          index,
        ]);
        await client.query(
          `insert into person_possible_match (force_id, person_id, other_person_id, basis, found_at)
             select $1, $2, p.id, 'name-and-birth-date', clock_timestamp() from person p
              where p.force_id = $1 and p.name_dob_index = $3 and p.id <> $2
                and not exists (select from person_possible_match m
                  where m.force_id = $1 and m.person_id = p.id and m.other_person_id = $2)
              order by p.created_at desc limit 20
             on conflict do nothing`,
          [forceId, personId, index],
        );
      }
    }
    await client.query('delete from name_to_index where force_id = $1 and person_id = $2', [
      forceId,
      personId,
    ]);
    await client.query('commit');
  } catch (error) {
    failed = error instanceof Error ? error : new Error('Not an error');
    throw error;
  } finally {
    if (failed !== undefined) await client.query('rollback').catch(() => undefined);
    client.release(failed);
  }
}

/**
 * Sees to everybody whose index nobody has computed since their name or birth date was put right.
 *
 * @returns how many
 * @throws the first failure, after everybody else was seen to
 */
export async function indexNamesLeft(db: Database, limit: number): Promise<number> {
  const { rows } = await db.pool.query<{ forceId: string; personId: string }>(
    `select force_id as "forceId", person_id as "personId" from name_to_index order by marked_at limit $1`,
    [limit],
  );
  const failures: unknown[] = [];
  for (const { forceId, personId } of rows) {
    await indexNameAgain(db, forceId, personId).catch(async (error: unknown) => {
      failures.push(error);
      // Behind the others from now on: as many as cannot be read would keep everybody else waiting.
      await db.pool.query(
        'update name_to_index set marked_at = clock_timestamp() where force_id = $1 and person_id = $2',
        [forceId, personId],
      );
    });
  }
  if (failures.length > 0) throw failures[0];
  return rows.length;
}
