import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { FieldEncryption } from '../../platform/field-encryption.ts';
import { KeyRing, MissingKeyError } from '../../platform/key-ring.ts';
import { openDatabase } from '../../store/database.ts';
import type { Database } from '../../store/database.ts';
import { amendmentsOf, layDownAmendment } from '../../store/amendments.ts';
import { encryptAgain } from '../../store/encrypt-again.ts';
import { openPathway } from '../../store/intake.ts';
import { append } from '../../store/ledger.ts';
import { handOver, handoverOf } from '../../store/message-handover.ts';
import { claimForSending } from '../../store/messages.ts';
import { layDownNote, notesOf } from '../../store/notes.ts';
import { personById } from '../../store/persons.ts';
import { wholeForce } from '../../store/scope.ts';
import {
  anAppend,
  anEvent,
  anIntake,
  anIntent,
  force,
  judgedNow,
  openStore,
  otherForce,
  testKeys,
} from '../support/recorded-pathway.ts';
import type { StoreUnderTest } from '../support/recorded-pathway.ts';

let store: StoreUnderTest;

beforeAll(async () => {
  store = await openStore();
});

afterAll(async () => {
  await store.close();
});

async function withKeys<T>(
  keys: readonly (typeof testKeys)['first' | 'second'][],
  use: (db: Database) => Promise<T>,
): Promise<T> {
  const fields = new FieldEncryption(new KeyRing(keys), Buffer.alloc(32, 9));
  const db = openDatabase(store.url, { fields });
  try {
    return await use(db);
  } finally {
    await db.close();
  }
}

/** Columns of any table that still hold a value of this key: found without knowing which are encrypted. */
async function columnsOf(keyId: string): Promise<string[]> {
  const { rows: columns } = await store.db.pool.query<{ table: string; column: string }>(
    `select table_name as "table", column_name as "column" from information_schema.columns
      where table_schema = 'public' and data_type in ('text', 'jsonb')`,
  );
  const found: string[] = [];
  for (const { table, column } of columns) {
    const { rowCount } = await store.db.pool.query(
      `select from "${table}" where "${column}"::text like '%v1.${keyId}.%' limit 1`,
    );
    if (rowCount === 1) found.push(`${table}.${column}`);
  }
  return found.sort();
}

test('values move to a new key, wherever they are kept, without a moment in which they cannot be read', async () => {
  const person = { nominalNumber: `N${randomUUID()}`, surname: 'Before', birthDate: '1990-05-17' };
  const first = anIntake({
    receivedAt: '2026-09-01T06:00:00.000Z',
    person,
    entry: { intents: [anIntent()] },
  });
  const { personId, pathwayId } = await openPathway(store.db, first);
  await openPathway(
    store.db,
    anIntake({ receivedAt: '2026-09-02T06:00:00.000Z', person: { ...person, mobile: '07700 900456' } }),
  );
  await openPathway(store.db, anIntake({ forceId: otherForce }));
  const { rows } = await store.db.pool.query<{ id: string }>('select id from message where pathway_id = $1', [
    pathwayId,
  ]);
  const intentId = rows[0]?.id ?? '';
  await claimForSending(store.db, force, intentId, 'claim');
  const handover = {
    handedOverAt: '2026-09-03T08:00:00.000Z',
    to: '+447700900456',
    language: 'cy',
    body: 'Yfory',
  } as const;
  expect(
    await handOver(
      store.db,
      { forceId: force, intentId, claimId: 'claim', attempt: 1 },
      handover,
      await judgedNow(store.db, intentId),
    ),
  ).toBe(true);
  const noteId = randomUUID();
  await layDownNote(store.db, { forceId: force, pathwayId, noteId, text: 'A note' });
  const amendmentId = randomUUID();
  await layDownAmendment(store.db, {
    ...{ forceId: force, pathwayId, personId, amendmentId, command: 'amend-details' },
    changes: { email: 'new@example.org', sex: 'M' },
  });
  for (const [seq, commandId, type] of [
    [1, noteId, 'note-added'],
    [2, amendmentId, 'details-amended'],
  ] as const) {
    await append(store.db, anAppend(pathwayId, seq, { commandId, events: [anEvent({ type })] }), 'test');
  }
  const kept = await columnsOf('first');
  expect(kept).toEqual(
    [
      ...['address', 'birth_date', 'email', 'forenames', 'mobile', 'nominal', 'postcode', 'surname'].map(
        (column) => `person.${column}`,
      ),
      ...['former_number.mobile', 'message.body', 'message.recipient', 'note.body'],
      ...['amended_detail.new_value', 'amended_detail.old_value'],
    ].sort(),
  );

  const scope = wholeForce(force);
  await withKeys([testKeys.second], async (db) => {
    await expect(personById(db, scope, personId)).rejects.toBeInstanceOf(MissingKeyError);
    await expect(encryptAgain(db)).rejects.toBeInstanceOf(MissingKeyError);
  });
  await withKeys([testKeys.second, testKeys.first], async (db) => {
    expect(await personById(db, scope, personId)).toMatchObject({
      surname: 'Before',
      mobile: '07700 900456',
    });
    expect(await encryptAgain(db, 2)).toBeGreaterThanOrEqual(19);
    expect(await encryptAgain(db)).toBe(0);
  });
  await withKeys([testKeys.second], async (db) => {
    expect(await personById(db, scope, personId)).toMatchObject({
      surname: 'Before',
      mobile: '07700 900456',
    });
    expect(await handoverOf(db, force, intentId)).toEqual(handover);
    expect(await notesOf(db, force, pathwayId)).toMatchObject([{ text: 'A note' }]);
    expect((await amendmentsOf(db, force, pathwayId))[0]?.details).toEqual([
      { detail: 'email', old: 'sian@example.org', new: 'new@example.org' },
      { detail: 'sex', old: 'F', new: 'M' },
    ]);
    expect(await encryptAgain(db)).toBe(0);
  });
  expect(await columnsOf('first')).toEqual([]);
  expect(await columnsOf('second')).toEqual(kept);
});
