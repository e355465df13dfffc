import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Writable } from 'node:stream';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createApp } from '../../api/app.ts';
import { referralAnswer } from '../../api/schemas/answers.ts';
import { createLog } from '../../platform/log.ts';
import { createMetrics } from '../../platform/metrics.ts';
import { freePort } from '../../scripts/services/ports.ts';
import { listen } from '../../stand-ins/listen.ts';
import { openDatabase } from '../../store/database.ts';
import type { Database } from '../../store/database.ts';
import { recordSweep } from '../../store/sweeps.ts';
import { showPresence } from '../../store/worker-presence.ts';
import { aReferral, ApiCaller } from '../support/api-caller.ts';
import { startApiWithoutEngine } from '../support/api-without-engine.ts';
import type { ApiWithoutEngine } from '../support/api-without-engine.ts';
import { bundleFile, sharedBundle } from '../support/engine.ts';
import { eventually } from '../support/eventually.ts';
import { createTestNamespace } from '../support/namespace.ts';
import { testTemporalAddress } from '../support/services.ts';

let api: ApiWithoutEngine;

beforeAll(async () => {
  api = await startApiWithoutEngine();
});

const children: ChildProcess[] = [];

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await api.close();
});

/** A second API over another database or Temporal, with its log in hand. */
async function apiOver(parts: { readonly db: Database; readonly temporal?: string }) {
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(
        ...chunk
          .toString('utf8')
          .split('\n')
          .filter((line) => line !== ''),
      );
      done();
    },
  });
  const connection = Connection.lazy({ address: parts.temporal ?? '127.0.0.1:9', connectTimeout: 500 });
  const second = createApp({
    db: parts.db,
    client: new Client({ connection }),
    log: createLog({ level: 'info', process: 'api', build: 'test' }, sink),
    metrics: createMetrics({ process: 'api', build: 'test' }),
    issuer: { issuer: api.issuer.url, audience: 'llwybr' },
    secret: new Uint8Array(32),
    ...{ build: 'test', environment: 'test', webhooks: { publicUrl: '', authToken: 'secret' } },
  });
  const server = await listen(second.app, 0);
  return {
    url: server.url,
    issuer: api.issuer,
    lines,
    close: async () => {
      await server.close();
      await second.settled();
      await connection.ensureConnected().catch(() => undefined);
      await connection.close();
    },
  };
}

interface Health {
  readonly status: string;
  readonly live: boolean;
  readonly ready: boolean;
  readonly parts: Readonly<Record<string, string>>;
}

async function health(url: string): Promise<[number, Health]> {
  const answer = await fetch(`${url}/health`);
  return [answer.status, (await answer.json()) as Health];
}

describe('health', () => {
  test('everything up; the sweep late; Temporal away: still ready, since referrals and facts need none of it', async () => {
    const whole = await apiOver({ db: api.db, temporal: await testTemporalAddress() });
    try {
      await recordSweep(api.db);
      const stop = new AbortController();
      const shown = showPresence(api.db, stop.signal);
      const parts = { database: 'up', temporal: 'up', worker: 'up', sweep: 'up' };
      await eventually(async () => {
        expect(await health(whole.url)).toEqual([200, { status: 'up', live: true, ready: true, parts }]);
      });
      await api.db.pool.query(`update sweep set at = clock_timestamp() - interval '1 minute'`);
      expect(await health(whole.url)).toEqual([
        200,
        { status: 'degraded', live: true, ready: true, parts: { ...parts, sweep: 'late' } },
      ]);
      stop.abort();
      await shown;
    } finally {
      await whole.close();
    }
    await recordSweep(api.db);
    const [status, { status: words, parts }] = await health(api.url);
    expect([status, words, parts['temporal']]).toEqual([200, 'degraded', 'away']);
  });

  test('a worker that is killed is away at once, long before its sweep is late', async () => {
    const { address, namespace } = await createTestNamespace();
    const whole = await apiOver({ db: api.db, temporal: address });
    await sharedBundle();
    const worker = spawn(process.execPath, ['--import', 'tsx', 'workers/main.ts'], {
      env: {
        ...{ PATH: process.env['PATH'], TZ: 'UTC', LLWYBR_ENV: 'test', DATABASE_URL: api.databaseUrl },
        ...{ TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace, WORKFLOW_BUNDLE: bundleFile },
        METRICS_PORT: String(await freePort()),
      },
      stdio: 'ignore',
    });
    children.push(worker);
    const gone = once(worker, 'exit');
    const worn = async (expected: Record<string, string>, status: string) => {
      await eventually(async () => {
        const [, answer] = await health(whole.url);
        expect([answer.status, answer.parts]).toEqual([status, expect.objectContaining(expected)]);
      });
    };
    try {
      await worn({ worker: 'up', sweep: 'up' }, 'up');
      worker.kill('SIGKILL');
      await gone;
      await worn({ worker: 'away', sweep: 'up' }, 'degraded');
    } finally {
      await whole.close();
    }
  });

  test('PostgreSQL away: not ready, and nothing is taken in', async () => {
    const db = openDatabase('postgres://nobody@127.0.0.1:9/nothing');
    const second = await apiOver({ db });
    try {
      const [status, body] = await health(second.url);
      expect([status, body.status, body.ready, body.parts['database']]).toEqual([503, 'down', false, 'away']);
      const officer = await ApiCaller.as(second, 'officer');
      const answers = [
        await officer.post('/api/v1/referrals', aReferral()),
        await (await ApiCaller.as(second, 'manager')).get('/api/v1/pathways'),
        await (await ApiCaller.as(second, 'manager')).get('/api/v1/operations/stuck'),
      ];
      for (const answer of answers) {
        expect(answer.outcome).toEqual([503, 'ledger-away']);
        expect(answer.headers.get('retry-after')).toBe('2');
      }
    } finally {
      await second.close();
      await db.close();
    }
  });

  test('the bare address says what this is and where to go on, and no more', async () => {
    const answer = await fetch(`${api.url}/`);
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { name: 'llwybr', api: '/api/v1', description: '/api/openapi.json', health: '/health' },
    ]);
    const places = await Promise.all(
      ['/api/openapi.json', '/health'].map(async (path) => (await fetch(`${api.url}${path}`)).status),
    );
    expect(places).toEqual([200, 200]);
    expect((await fetch(`${api.url}/`, { method: 'POST' })).status).toBe(405);
  });

  test('ping and info', async () => {
    expect(await (await fetch(`${api.url}/ping`)).text()).toBe('pong');
    const info = (await (await fetch(`${api.url}/info`)).json()) as Record<string, string>;
    expect(info).toMatchObject({ name: 'llwybr', build: 'test', environment: 'test' });
    expect(Date.parse(info['startedAt'] ?? '')).toBeLessThanOrEqual(Date.now());
  });
});

test('an issuer that is away is no fault of the token', async () => {
  const nowhere = createApp({
    db: api.db,
    client: new Client({ connection: Connection.lazy({ address: '127.0.0.1:9' }) }),
    log: createLog({ level: 'silent', process: 'api', build: 'test' }),
    metrics: createMetrics({ process: 'api', build: 'test' }),
    issuer: { issuer: 'http://127.0.0.1:9', audience: 'llwybr' },
    secret: new Uint8Array(32),
    ...{ build: 'test', environment: 'test', webhooks: { publicUrl: '', authToken: 'secret' } },
  });
  const server = await listen(nowhere.app, 0);
  try {
    const manager = new ApiCaller(server.url, await api.issuer.mint('manager'));
    expect((await manager.get('/api/v1/pathways')).outcome).toEqual([503, 'issuer-away']);
  } finally {
    await server.close();
  }
});

test('log and metrics hold routes, codes and the ids of requests: nobody’s name, number, case or token', async () => {
  const second = await apiOver({ db: api.db });
  try {
    const officer = await ApiCaller.as(second, 'officer');
    const referral = aReferral({ surname: 'Llywarch', forenames: 'Tegwen' });
    const taken = await officer.post('/api/v1/referrals', referral);
    const { pathwayId, personId, reference } = taken.as(referralAnswer);
    const worker = await ApiCaller.as(second, 'caseworker');
    await worker.get(`/api/v1/pathways/${pathwayId}`);
    await worker.post(`/api/v1/persons/${personId}/facts`, { fact: 'stop-texts' });
    await officer.post('/api/v1/referrals', aReferral({ surname: 'Llywarch\nlevel=error' }));
    await fetch(`${second.url}/api/v1/pathways?token=secret-token`, {
      headers: { authorization: 'Bearer x.y.z' },
    });

    const metrics = await (await fetch(`${second.url}/metrics`)).text();
    expect(metrics).toContain('route="/api/v1/pathways/{pathwayId}"');
    expect(metrics).toMatch(/llwybr_intake_total\{source="acr",outcome="taken",?.*\} 1/);
    const requests = second.lines
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ msg }) => msg === 'request');
    expect(requests.map(({ method, route, status, problem }) => [method, route, status, problem])).toEqual([
      ['POST', '/api/v1/referrals', 201, undefined],
      ['GET', '/api/v1/pathways/{pathwayId}', 200, undefined],
      ['POST', '/api/v1/persons/{personId}/facts', 201, undefined],
      ['POST', '/api/v1/referrals', 400, 'invalid-request'],
      ['GET', '/api/v1/pathways', 401, 'invalid-token'],
      ['GET', '/metrics', 200, undefined],
    ]);
    expect(requests[0]?.['requestId']).toBe(taken.headers.get('x-request-id'));
    const said = `${second.lines.join('\n')}\n${metrics}`;
    for (const secret of [
      'Llywarch',
      'Tegwen',
      String(referral['nominalNumber']),
      String(referral['occurrenceNumber']),
      '07700',
      '1994-05-17',
    ]) {
      expect(said).not.toContain(secret);
    }
    for (const secret of [pathwayId, personId, reference, 'secret-token', 'x.y.z'])
      expect(said).not.toContain(secret);
  } finally {
    await second.close();
  }
});

test('the process starts without PostgreSQL and Temporal, says when it is ready, and stops when it is told, also when nobody reads its log any more', async () => {
  const port = await freePort();
  const child = spawn(process.execPath, ['--import', 'tsx', 'api/server.ts'], {
    env: {
      ...{ PATH: process.env['PATH'], TZ: 'UTC', LLWYBR_ENV: 'test', PORT: String(port) },
      ...{ DATABASE_URL: 'postgres://nobody@127.0.0.1:9/nothing', TEMPORAL_ADDRESS: '127.0.0.1:9' },
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  try {
    let said = '';
    child.stdout.setEncoding('utf8');
    for await (const chunk of child.stdout) {
      said += String(chunk);
      // Leaving the loop closes the reading end.
      if (said.includes('"api ready"')) break;
    }
    expect(said).toContain(`"port":${String(port)}`);
    expect((await health(`http://127.0.0.1:${String(port)}`))[0]).toBe(503);
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  } finally {
    child.kill('SIGKILL');
  }
}, 90_000);
