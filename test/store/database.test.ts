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
