import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { beginImport, finishImport, importById, keepAnswers, releaseImport } from '../../store/imports.ts';
import type { BegunImport, HeldImport, ImportFile } from '../../store/imports.ts';
import { wholeForce } from '../../store/scope.ts';
import { force, openStore, otherForce } from '../support/recorded-pathway.ts';
import type { StoreUnderTest } from '../support/recorded-pathway.ts';

let store: StoreUnderTest;
const everything = wholeForce(force);

beforeAll(async () => {
  store = await openStore();
});

afterAll(async () => {
  await store.close();
});

let files = 0;

function aFile(changes: Partial<ImportFile> = {}): ImportFile {
  files += 1;
  const fileHash = String(files).padStart(64, 'a');
  const file = { forceId: force, format: 'records-export', fileHash, actorId: 'user-1', providerId: null };
  return { ...file, rowsRead: 4, ...changes };
}

function heldOf(begun: BegunImport): Extract<BegunImport, { held: true }> {
  if (!begun.held) throw new Error('Another one holds it');
  return begun;
}

/** The lease runs out, as when the process that holds the import is dead. */
async function leaseOver({ importId }: HeldImport): Promise<void> {
  await store.db.pool.query(
    `update import_record set lease_until = clock_timestamp() - interval '1 second' where id = $1`,
    [importId],
  );
}

const answers = (...lines: number[]) => lines.map((line) => ({ line, answer: 'taken' }));

describe('an import', () => {
  test('is held by one of any number at once, and the others hear how far it is', async () => {
    const file = aFile();
    const begun = await Promise.all(
      Array.from({ length: 10 }, () => beginImport(store.db, file, randomUUID())),
    );
    const holders = begun.filter(({ held }) => held);
    expect(holders).toHaveLength(1);
    const { import: held } = heldOf(holders[0] as BegunImport);
    expect(await keepAnswers(store.db, held, 0, answers(2, 3))).toBe(true);
    expect(await beginImport(store.db, file, randomUUID())).toEqual({
      ...{ held: false, importId: held.importId, rowsDone: 2, rowsRead: 4 },
    });
    expect(await importById(store.db, everything, held.importId)).toMatchObject({
      ...{ state: 'running', rowsDone: 2, rowsRead: 4, totals: null, finishedAt: null },
    });
  });

  test('that nobody works on any more is interrupted, and goes on where it stopped, under the first id', async () => {
    const file = aFile();
    const first = heldOf(await beginImport(store.db, file, randomUUID()));
    await keepAnswers(store.db, first.import, 0, answers(2));
    await keepAnswers(store.db, first.import, 1, answers(3, 4));
    await leaseOver(first.import);
    expect(await importById(store.db, everything, first.import.importId)).toMatchObject({
      ...{ state: 'interrupted', rowsDone: 3 },
    });

    const second = heldOf(await beginImport(store.db, file, randomUUID()));
    expect(second).toMatchObject({ passId: first.passId, sentBefore: false, answers: answers(2, 3, 4) });
    // Who was thought dead and is only slow keeps nothing any more.
    expect(await keepAnswers(store.db, first.import, 3, answers(5))).toBe(false);
    await finishImport(store.db, first.import, { rows: 0 });
    expect(await importById(store.db, everything, first.import.importId)).toMatchObject({ state: 'running' });
    await finishImport(store.db, second.import, { rows: 4 });
    expect(await importById(store.db, everything, first.import.importId)).toMatchObject({
      ...{ state: 'done', rowsDone: 4, totals: { rows: 4 }, finishedAt: expect.any(String) },
    });
    const { rows } = await store.db.pool.query('select from import_part where import_id = $1', [
      first.import.importId,
    ]);
    expect(rows).toEqual([]);
  });

  test('that failed and was let go can be taken up at once', async () => {
    const file = aFile();
    const first = heldOf(await beginImport(store.db, file, randomUUID()));
    await keepAnswers(store.db, first.import, 0, answers(2));
    await releaseImport(store.db, first.import);
    expect(heldOf(await beginImport(store.db, file, randomUUID())).answers).toEqual(answers(2));
  });

  test('that is done begins again from its first row, and what it said stays where nothing changed', async () => {
    const file = aFile();
    const first = heldOf(await beginImport(store.db, file, randomUUID()));
    await finishImport(store.db, first.import, { rows: 4, taken: 4 });
    const done = await importById(store.db, everything, first.import.importId);
    const passId = randomUUID();
    const second = heldOf(await beginImport(store.db, file, passId));
    expect(second).toMatchObject({ passId, sentBefore: true, answers: [] });
    await finishImport(store.db, second.import, null);
    expect(await importById(store.db, everything, first.import.importId)).toEqual(done);
  });

  test('of another force, format, file or provider is another one', async () => {
    const file = aFile();
    const { importId } = heldOf(await beginImport(store.db, file, randomUUID())).import;
    const others = [
      { ...file, forceId: otherForce },
      { ...file, format: 'open-cases' },
      aFile({ providerId: 'provider-1' }),
    ];
    for (const other of others) {
      expect(heldOf(await beginImport(store.db, other, randomUUID())).import.importId).not.toBe(importId);
    }
    expect(await importById(store.db, wholeForce(otherForce), importId)).toBeNull();
    expect(await importById(store.db, { forceId: force, providerId: 'provider-1' }, importId)).toBeNull();
    expect(await importById(store.db, everything, importId)).toMatchObject({ providerId: null });
  });

  test('that an earlier build began without counting begins again', async () => {
    const file = aFile();
    await store.db.pool.query(
      `insert into import_record (force_id, format, file_hash, id, actor_id, state, started_at)
        values ($1, $2, $3, $4, 'user-1', 'running', now())`,
      [force, file.format, file.fileHash, randomUUID()],
    );
    const passId = randomUUID();
    expect(heldOf(await beginImport(store.db, file, passId))).toMatchObject({ passId, answers: [] });
  });
});
