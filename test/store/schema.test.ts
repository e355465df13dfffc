import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openStore } from '../support/recorded-pathway.ts';
import type { StoreUnderTest } from '../support/recorded-pathway.ts';

// What the drift check does not see.

let store: StoreUnderTest;

beforeAll(async () => {
  store = await openStore();
});

afterAll(async () => {
  await store.close();
});

async function column(sql: string): Promise<string[]> {
  const { rows } = await store.db.pool.query<{ value: string }>(sql);
  return rows.map(({ value }) => value);
}

describe('the schema', () => {
  test('has the force in the key of every table', async () => {
    const without = await column(
      `select c.relname as value from pg_class c
        where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
          and not exists (
            select from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
             where i.indrelid = c.oid and i.indisprimary and a.attname = 'force_id')
        order by 1`,
    );
    // The force itself, what belongs to no force, and the runner's own table.
    expect(without).toEqual(['_prisma_migrations', 'force', 'sweep']);
  });

  test('has the force in every foreign key', async () => {
    const without = await column(
      `select k.conname as value from pg_constraint k
        where k.contype = 'f' and not exists (
          select from pg_attribute a where a.attrelid = k.conrelid and a.attnum = any (k.conkey) and a.attname = 'force_id')`,
    );
    expect(without).toEqual([]);
  });

  test('has every instant with its zone, to the millisecond', async () => {
    const others = await column(
      `select table_name || '.' || column_name as value from information_schema.columns
        where table_schema = 'public' and table_name <> '_prisma_migrations'
          and (data_type like 'timestamp without%' or (data_type like 'timestamp%' and datetime_precision <> 3))`,
    );
    expect(others).toEqual([]);
  });

  test('narrows the indexes of the sweeps and the boards to the rows they look for', async () => {
    const partial = await column(
      `select indexname || regexp_replace(indexdef, '^.* WHERE', '') as value from pg_indexes
        where schemaname = 'public' and indexdef like '% WHERE %' order by 1`,
    );
    expect(partial).toEqual(
      expect.arrayContaining([
        "pathway_attention_idx (attention <> '[]'::jsonb)",
        'pathway_awaiting_run_idx (needs_run AND (run_confirmed_at IS NULL))',
        'pathway_closed_idx (closed_at IS NOT NULL)',
        'pathway_offered_idx (offered_to IS NOT NULL)',
        'pathway_run_due_idx needs_run',
        'pathway_worker_idx (worker_id IS NOT NULL)',
        "pathway_working_idx ((closed_at IS NULL) OR (stage = 'concluded'::text))",
        'person_fact_uncarried_idx (carried_at IS NULL)',
      ]),
    );
  });

  test('keeps what the lists are cut from in the order of what is due', async () => {
    const inOrder = await column(
      `select indexname as value from pg_indexes
        where tablename = 'pathway' and indexdef like '%, LEAST(next_due_at, late_since, ''infinity''::timestamp with time zone), id%'
        order by 1`,
    );
    expect(inOrder).toEqual([
      'pathway_attention_idx',
      'pathway_due_idx',
      'pathway_worker_idx',
      'pathway_working_idx',
    ]);
  });

  test('finds how a reference begins by an index, whatever the collation of the database', async () => {
    expect(
      await column(
        "select indexdef as value from pg_indexes where indexname = 'pathway_reference_start_idx'",
      ),
    ).toEqual([expect.stringContaining('(force_id, reference text_pattern_ops)')]);
    // Another collation is another type: every open connection of the build before would break once.
    expect(
      await column(
        `select coalesce(collation_name, 'the database''s') as value from information_schema.columns
          where table_name = 'pathway' and column_name = 'reference'`,
      ),
    ).toEqual(["the database's"]);
  });

  test('takes two messages about no appointment as the same', async () => {
    expect(
      await column("select indexdef as value from pg_indexes where indexname = 'message_once_key'"),
    ).toEqual([expect.stringContaining('NULLS NOT DISTINCT')]);
  });

  test.each([
    [
      'route',
      "insert into route values ('demo', 'x', 'p', 'sa', 'ddas', now(), null)",
      'route_postcode_area_check',
    ],
    [
      'policy',
      "insert into policy values ('demo', 'x', 1, 'other', 'p', now(), false, '{}', now())",
      'policy_duty_check',
    ],
    [
      'person',
      "insert into person (force_id, id, name_dob_index, surname, birth_date, safe_to_text) values ('demo', gen_random_uuid(), 'x', 'x', 'x', 'maybe')",
      'person_safe_to_text_check',
    ],
    [
      'drug test',
      "insert into drug_test values ('demo', gen_random_uuid(), 'c', 's', now(), 'unclear', '{}', null)",
      'drug_test_result_check',
    ],
    [
      'count',
      "insert into outcome_count values ('demo', '2026-13', '8', '92E', 'declined', 1)",
      'outcome_count_month_check',
    ],
    [
      'request',
      "insert into request values ('demo', 'c', 'k', 'r', 'h', gen_random_uuid(), 'answered', now(), null, null, now(), null, now())",
      'request_state_check',
    ],
  ])('refuses codes that do not exist: %s', async (_, statement, constraint) => {
    await expect(store.db.pool.query(statement)).rejects.toMatchObject({ code: '23514', constraint });
  });

  test('gives each event the transaction that wrote it, for readers that page by it', async () => {
    expect(
      await column(
        "select data_type as value from information_schema.columns where table_name = 'event' and column_name = 'transaction_id'",
      ),
    ).toEqual(['xid8']);
  });
});
