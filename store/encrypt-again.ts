import type { Database } from './database.ts';

/** Every column that holds an encrypted value, and the place that is bound into its seal. */
const sealedColumns: readonly SealedColumn[] = [
  ...['nominal', 'surname', 'forenames', 'birth_date', 'address', 'postcode', 'mobile', 'email'].map(
    (column) => ({ table: 'person', column, sealedAs: 'person', rowId: 'id' }),
  ),
  { table: 'former_number', column: 'mobile', sealedAs: 'person', rowId: 'person_id' },
  { table: 'named_worker', column: 'name', sealedAs: 'named_worker', rowId: 'id' },
  ...['recipient', 'body'].map((column) => ({ table: 'message', column, sealedAs: 'message', rowId: 'id' })),
  ...['mobile', 'words'].map((column) => ({ table: 'reply', column, sealedAs: 'reply', rowId: 'id' })),
  { table: 'staff_address', column: 'address', sealedAs: 'staff_address', rowId: 'id' },
  { table: 'note', column: 'body', sealedAs: 'note', rowId: 'id' },
  ...['old_value', 'new_value'].map((column) => ({
    ...{ table: 'amended_detail', column, sealedAs: 'person', rowId: 'person_id', sealedColumn: 'sealed_as' },
  })),
];

interface SealedColumn {
  readonly table: string;
  readonly column: string;
  /** The table, column and row that are bound into the seal: a value that came from a person's row keeps theirs. */
  readonly sealedAs: string;
  readonly rowId: string;
  /** A column that names the column; where it is null the value is a code and not sealed. */
  readonly sealedColumn?: string;
}

interface SealedValue {
  readonly forceId: string;
  readonly id: string;
  readonly sealed: string;
  readonly boundTo: string;
  readonly boundColumn: string;
}

/**
 * Encrypts every value again that the active key did not encrypt: the second step of changing keys. When it
 * has answered 0, no row needs an old key any more. A value that changed meanwhile is left for the next call;
 * a row without its key stops it.
 * @returns how many values it encrypted
 * @throws MissingKeyError, SealBrokenError
 */
export async function encryptAgain(db: Database, batch = 500): Promise<number> {
  let changed = 0;
  for (const { table, column, sealedAs, rowId, sealedColumn } of sealedColumns) {
    const boundColumn = sealedColumn ?? `'${column}'`;
    let after = ['', '00000000-0000-0000-0000-000000000000'];
    for (;;) {
      const { rows } = await db.pool.query<SealedValue>(
        `select force_id as "forceId", id, ${column} as sealed, ${rowId} as "boundTo", ${boundColumn} as "boundColumn"
          from ${table}
          where (force_id, id) > ($1, $2::uuid) and not starts_with(${column}, $3) and ${boundColumn} is not null
          order by force_id, id limit $4`,
        [...after, db.fields.activePrefix, batch],
      );
      for (const { forceId, id, sealed, boundTo, boundColumn: named } of rows) {
        const place = { table: sealedAs, column: named, rowId: boundTo };
        const { rowCount } = await db.pool.query(
          `update ${table} set ${column} = $4 where force_id = $1 and id = $2 and ${column} = $3`,
          [forceId, id, sealed, db.fields.encrypt(db.fields.decrypt(sealed, place), place)],
        );
        changed += rowCount ?? 0;
      }
      const last = rows.at(-1);
      if (last === undefined || rows.length < batch) break;
      after = [last.forceId, last.id];
    }
  }
  return changed;
}

/**
 * Gives the former numbers their index that were replaced before it was kept (20261122110000_numbers_that_come_back),
 * so that they are known when they come back. Until then they hold back the texts of their people's other numbers.
 * @returns how many it gave one
 * @throws MissingKeyError, SealBrokenError
 */
export async function indexFormerNumbers(db: Database, batch = 500): Promise<number> {
  let changed = 0;
  for (;;) {
    const { rows } = await db.pool.query<{ forceId: string; id: string; personId: string; sealed: string }>(
      `select force_id as "forceId", id, person_id as "personId", mobile as sealed from former_number
        where mobile_index is null order by force_id, id limit $1`,
      [batch],
    );
    for (const { forceId, id, personId, sealed } of rows) {
      const mobile = db.fields.decrypt(sealed, { table: 'person', column: 'mobile', rowId: personId });
      await db.pool.query('update former_number set mobile_index = $3 where force_id = $1 and id = $2', [
        forceId,
        id,
        db.fields.blindIndex('mobile', forceId, mobile),
      ]);
    }
    changed += rows.length;
    if (rows.length < batch) return changed;
  }
}
