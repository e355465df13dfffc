import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { letterheadOf, setLetterhead } from '../../store/letterheads.ts';
import { setStaffAddress, staffAddress } from '../../store/staff-addresses.ts';
import { startApiWithoutEngine } from '../support/api-without-engine.ts';
import type { ApiWithoutEngine } from '../support/api-without-engine.ts';

// Nobody has set it yet, and several do at once: each is taken, and one of them stands whole.

const forceId = 'dyfed-powys';
const changedBy = 'somebody';
const writers = Array.from({ length: 16 }, (_, nth) => String(nth));

let api: ApiWithoutEngine;

beforeAll(async () => {
  api = await startApiWithoutEngine();
});

afterAll(async () => {
  await api.close();
});

test('many who set the first letterhead at once are all taken', async () => {
  const { rows } = await api.db.pool.query<{ id: string }>(
    'select id from organisation where force_id = $1 order by id',
    [forceId],
  );
  for (const { id: organisationId } of rows) {
    const owner = { forceId, organisationId };
    await Promise.all(
      writers.map((nth) => setLetterhead(api.db, owner, { lines: [nth, 'Stryd'], phone: nth, changedBy })),
    );
    const set = await letterheadOf(api.db, owner);
    expect(set?.lines).toEqual([set?.phone, 'Stryd']);
  }
  expect(rows.length).toBeGreaterThan(1);
});

test('many who set the first address of a team at once are all taken, and it can be read', async () => {
  for (const ownerId of ['one', 'two', 'three']) {
    const owner = { forceId, kind: 'team', ownerId } as const;
    await Promise.all(
      writers.map((nth) => setStaffAddress(api.db, owner, { address: `${nth}@example.org`, changedBy: nth })),
    );
    const set = await staffAddress(api.db, owner);
    expect(set?.address).toBe(`${String(set?.changedBy)}@example.org`);
  }
  const owner = { forceId, kind: 'team', ownerId: 'one' } as const;
  await setStaffAddress(api.db, owner, { address: null, changedBy });
  expect(await staffAddress(api.db, owner)).toBeNull();
});
