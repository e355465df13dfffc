import { expect, test } from '@jest/globals';
import pg from 'pg';
import { openDatabase } from '../../store/database.ts';
import { createTestDatabase } from '../support/database.ts';

test('a connection reads what was committed, in UTC, whatever the database’s own defaults are', async () => {
  const { url, drop } = await createTestDatabase();
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  const { rows } = await admin.query<{ name: string }>('select current_database() as name');
  const name = rows[0]?.name ?? '';
  await admin.query(`alter database "${name}" set default_transaction_isolation = 'repeatable read'`);
  await admin.query(`alter database "${name}" set timezone = 'Asia/Tokyo'`);
  await admin.end();

  const db = openDatabase(url);
  try {
    const { rows: settings } = await db.pool.query(
      `select current_setting('transaction_isolation') as isolation, current_setting('timezone') as zone`,
    );
    expect(settings).toEqual([{ isolation: 'read committed', zone: 'UTC' }]);
  } finally {
    await db.close();
    await drop();
  }
});

test('a connection that is lost while it is lent out and idle ends nothing but itself', async () => {
  const { url, drop } = await createTestDatabase();
  const db = openDatabase(url);
  try {
    const lent = await db.pool.connect();
    const { rows } = await lent.query<{ pid: number }>('select pg_backend_pid() as pid');
    const lost = new Promise<void>((done) => lent.once('end', () => done()));
    await db.pool.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
    await lost;
    await expect(lent.query('select 1')).rejects.toThrow();
    lent.release(true);
    expect((await db.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  } finally {
    await db.close();
    await drop();
  }
});
