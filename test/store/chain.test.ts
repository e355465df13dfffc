import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { append, verifyChain, verifyChains } from '../../store/ledger.ts';
import {
  anAppend,
  anEvent,
  force,
  openAPathway,
  openStore,
  otherForce,
} from '../support/recorded-pathway.ts';
import type { StoreUnderTest } from '../support/recorded-pathway.ts';

let store: StoreUnderTest;
let pathwayId: string;

beforeAll(async () => {
  store = await openStore();
});

afterAll(async () => {
  await store.close();
});

beforeEach(async () => {
  ({ pathwayId } = await openAPathway(store.db));
  for (const seq of [1, 2, 3, 4]) {
    const data = { step: seq, umlaut: 'ŵ', amount: 1.5 };
    await append(
      store.db,
      anAppend(pathwayId, seq, { events: [anEvent({ type: `event-${seq}`, data })] }),
      'test',
    );
  }
});

/** As somebody with every right in the database would: the triggers are switched off first. */
async function tamper(...statements: readonly string[]): Promise<void> {
  const client = await store.db.pool.connect();
  try {
    await client.query("begin; set local session_replication_role = 'replica'");
    for (const statement of statements) {
      const { rowCount } = await client.query(statement.replaceAll(':id', `'${pathwayId}'`));
      expect(rowCount).toBeGreaterThan(0);
    }
    await client.query('commit');
  } finally {
    client.release();
  }
}

describe('rows that stay', () => {
  test.each([
    ['changed', 'update event set data = data'],
    ['deleted', 'delete from event'],
    ['truncated', 'truncate event cascade'],
    ['truncated with the pathways', 'truncate pathway cascade'],
  ])('events cannot be %s', async (_, statement) => {
    await expect(store.db.pool.query(statement)).rejects.toMatchObject({ code: 'LW010' });
  });

  test.each(['update policy set demo = true', 'delete from policy', 'truncate policy cascade'])(
    '%s is refused',
    async (statement) => {
      await expect(store.db.pool.query(statement)).rejects.toMatchObject({ code: 'LW010' });
    },
  );
});

describe('the chain', () => {
  test('is whole as recorded', async () => {
    expect(await verifyChain(store.db, force, pathwayId)).toEqual({ ok: true });
  });

  test.each([
    ["data = '{}'"],
    ["type = 'other'"],
    ['version = 2'],
    ['effects = \'{"stage": "closed"}\''],
    ["occurred_at = occurred_at + interval '1 millisecond'"],
    ["recorded_at = recorded_at - interval '1 millisecond'"],
    ["command_id = 'other'"],
    ['command_index = 7'],
    ["actor_id = 'other'"],
    ["actor_role = 'Manager'"],
    ["organisation_id = 'other'"],
    ['policy_version = 2'],
    ["build = 'other'"],
    ['hash = sha256(hash)'],
    ['previous_hash = sha256(previous_hash)'],
  ])('shows where a row was flipped: %s', async (change) => {
    await tamper(`update event set ${change} where pathway_id = :id and seq = 3`);
    expect(await verifyChain(store.db, force, pathwayId)).toEqual({ ok: false, seq: 3 });
  });

  test('shows the row after one that was flipped together with its hash', async () => {
    await tamper(
      `update event e set data = '{}' where pathway_id = :id and seq = 3`,
      `update event e set hash = llwybr_event_hash(e) where pathway_id = :id and seq = 3`,
    );
    expect(await verifyChain(store.db, force, pathwayId)).toEqual({ ok: false, seq: 4 });
  });

  test.each([1, 3, 5])('shows where row %i was dropped', async (seq) => {
    await tamper(`delete from event where pathway_id = :id and seq = ${seq}`);
    expect(await verifyChain(store.db, force, pathwayId)).toEqual({ ok: false, seq });
  });

  test('shows where a row was dropped and the others closed up', async () => {
    await tamper(
      'delete from event where pathway_id = :id and seq = 3',
      'update event set seq = seq - 1 where pathway_id = :id and seq = 4',
      'update event set seq = seq - 1 where pathway_id = :id and seq = 5',
    );
    expect(await verifyChain(store.db, force, pathwayId)).toEqual({ ok: false, seq: 3 });
  });

  test('shows where rows were swapped', async () => {
    await tamper(
      'update event set seq = 99 where pathway_id = :id and seq = 2',
      'update event set seq = 2 where pathway_id = :id and seq = 4',
      'update event set seq = 4 where pathway_id = :id and seq = 99',
    );
    expect(await verifyChain(store.db, force, pathwayId)).toEqual({ ok: false, seq: 2 });
  });

  test('shows a row put at the end, rightly chained', async () => {
    await tamper(
      `insert into event select (jsonb_populate_record(e, jsonb_build_object(
         'seq', 6, 'command_id', 'forged', 'previous_hash', e.hash))).* from event e where pathway_id = :id and seq = 5`,
      'update event e set hash = llwybr_event_hash(e) where pathway_id = :id and seq = 6',
    );
    expect(await verifyChain(store.db, force, pathwayId)).toEqual({ ok: false, seq: 6 });
  });

  test('shows a row put in between', async () => {
    await tamper(
      'update event set seq = 6 where pathway_id = :id and seq = 5',
      `insert into event select (jsonb_populate_record(e, jsonb_build_object(
         'seq', 5, 'command_id', 'forged', 'previous_hash', e.hash))).* from event e where pathway_id = :id and seq = 4`,
      'update event e set hash = llwybr_event_hash(e) where pathway_id = :id and seq = 5',
    );
    expect(await verifyChain(store.db, force, pathwayId)).toEqual({ ok: false, seq: 6 });
  });

  test('shows an end that is not the one recorded', async () => {
    await tamper('update pathway set head_hash = sha256(head_hash) where id = :id');
    expect(await verifyChain(store.db, force, pathwayId)).toEqual({ ok: false, seq: 5 });
  });

  test('is found broken in the right pathway among all', async () => {
    await tamper("update event set data = '{}' where pathway_id = :id and seq = 4");
    const { broken, pathways } = await verifyChains(store.db, force);
    expect(pathways).toBeGreaterThan(1);
    expect(broken).toContainEqual({ pathwayId, seq: 4 });
    expect(await verifyChains(store.db, otherForce)).toEqual({ pathways: 0, broken: [] });
  });

  test('can be computed outside PostgreSQL, from what the migration says of its form', async () => {
    const { rows } = await store.db.pool.query<{ canonical: string; hash: Buffer; previous_hash: Buffer }>(
      `select previous_hash, hash, jsonb_build_array(force_id, pathway_id, seq, type, version, data, effects,
          llwybr_instant(occurred_at), llwybr_instant(recorded_at), command_id, command_index, actor_id, actor_role,
          organisation_id, policy_version, build)::text as canonical
        from event where pathway_id = $1 order by seq`,
      [pathwayId],
    );
    let previous = Buffer.alloc(32);
    for (const row of rows) {
      expect(row.previous_hash).toEqual(previous);
      previous = createHash('sha256').update(previous).update(row.canonical, 'utf8').digest();
      expect(row.hash).toEqual(previous);
    }
    expect(rows).toHaveLength(5);
  });
});
