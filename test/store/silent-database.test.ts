import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openDatabase } from '../../store/database.ts';
import { createTestDatabase } from '../support/database.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(async () => {
  await database.drop();
});

test('connections to a database that went silent are given up, and do not exhaust the pool', async () => {
  const target = new URL(database.url);
  const sockets = new Set<Socket>();
  let silent = false;
  const line = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (bytes) => {
        if (!silent) to.write(bytes);
      });
      from.on('close', () => to.destroy());
      from.on('error', () => to.destroy());
    }
  });
  await new Promise<void>((listening) => line.listen(0, '127.0.0.1', listening));
  const url = new URL(database.url);
  url.hostname = '127.0.0.1';
  url.port = String((line.address() as AddressInfo).port);
  const db = openDatabase(url.href, { max: 2, statementMs: 300 });
  try {
    const ask = () => db.pool.query('select 1 as one');
    await Promise.all([ask(), ask()]);
    silent = true;
    const answers = await Promise.allSettled([ask(), ask()]);
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    silent = false;
    expect((await ask()).rows).toEqual([{ one: 1 }]);
  } finally {
    await db.close();
    for (const socket of sockets) socket.destroy();
    await new Promise((closed) => line.close(closed));
  }
});
