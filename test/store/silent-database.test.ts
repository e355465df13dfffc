import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openDatabase } from '../../store/database.ts';
import { showPresence } from '../../store/worker-presence.ts';
import { createTestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(async () => {
  await database.drop();
});

/** A line to the database that can go silent: nothing comes back any more, and no connection is closed. */
async function lineToDatabase() {
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
  return {
    url: url.href,
    goSilent: (yes = true) => {
      silent = yes;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => line.close(closed));
    },
  };
}

test('connections to a database that went silent are given up, and do not exhaust the pool', async () => {
  const line = await lineToDatabase();
  const db = openDatabase(line.url, { max: 2, statementMs: 300 });
  try {
    const ask = () => db.pool.query('select 1 as one');
    await Promise.all([ask(), ask()]);
    line.goSilent();
    const answers = await Promise.allSettled([ask(), ask()]);
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    line.goSilent(false);
    expect((await ask()).rows).toEqual([{ one: 1 }]);
  } finally {
    await db.close();
    await line.close();
  }
});

test('a worker that shows itself to a database that went silent still ends when it is told to', async () => {
  const line = await lineToDatabase();
  const db = openDatabase(line.url, { max: 1, statementMs: 600_000 });
  const stop = new AbortController();
  try {
    await db.pool.query('select 1');
    line.goSilent();
    const shown = showPresence(db, stop.signal);
    // Its question is under way: the only connection is taken.
    await eventually(() => {
      expect(db.pool.idleCount).toBe(0);
    });
    stop.abort();
    await shown;
  } finally {
    await db.close();
    await line.close();
  }
});
