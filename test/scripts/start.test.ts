import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { asAdmin } from '../../scripts/database/scratch-database.ts';
import { freePorts, portInUse } from '../../scripts/services/ports.ts';
import { discardAbandoned } from '../../scripts/services/postgres.ts';
import { commandLine, pidIn, until } from '../../scripts/services/server-process.ts';

const variables = ['PORT', 'TWILIO_STAND_IN_PORT', 'ISSUER_PORT', 'POSTGRES_PORT', 'TEMPORAL_PORT'].concat([
  'TEMPORAL_UI_PORT',
  'METRICS_PORT',
  'SMTP_PAGE_PORT',
  'SMTP_PORT',
  'PROGRAMME_PORT',
]);

/** One `npm start` of this checkout, on ports and in a directory of its own. */
interface Start {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly exited: Promise<number | null>;
}

let directory: string;
let ports: number[];
const starts: Start[] = [];

beforeAll(async () => {
  mkdirSync('.llwybr-test', { recursive: true });
  directory = mkdtempSync(resolve('.llwybr-test', 'start-'));
  chmodSync(directory, 0o755);
  ports = await freePorts(variables.length);
});
afterAll(async () => {
  for (const { child, exited } of starts) {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await exited;
  }
  await discardAbandoned(join(directory, 'data', 'postgres'));
  rmSync(directory, { recursive: true, force: true });
});

function start(changes: Record<string, string> = {}): Start {
  const own = Object.fromEntries(variables.map((name, index) => [name, String(ports[index])]));
  const inherited = Object.entries(process.env).filter(
    ([name]) =>
      !/^(LLWYBR_|TEMPORAL_|DATABASE_URL|OIDC_|TWILIO_|SMTP_|MAIL_|ONLINE_|PROGRAMME_|PUBLIC_URL|PAGE_URL|CASE_URL|NODE_OPTIONS)/.test(
        name,
      ),
  );
  const env = {
    ...Object.fromEntries(inherited),
    ...own,
    LLWYBR_DATA_DIR: join(directory, 'data'),
    ...changes,
  };
  const child = spawn(process.execPath, ['scripts/start.mjs'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => (text += chunk));
  }
  const exited = new Promise<number | null>((done) => child.once('close', (code) => done(code)));
  const started = { child, output: () => text, exited };
  starts.push(started);
  return started;
}

async function ready(started: Start): Promise<void> {
  const done = (): boolean => started.output().includes('Ready in') || started.child.exitCode !== null;
  await until(done, 60_000);
  if (!started.output().includes('Ready in')) throw new Error(started.output());
}

const page = async (port: number | undefined, path: string): Promise<Response> =>
  fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: 'close' } });

/** How many events the ledger holds, and how many pathways. */
async function ledger(): Promise<unknown> {
  const settings = readFileSync(join(directory, 'data', 'development.env'), 'utf8');
  const url = /^DATABASE_URL="(.*)"$/m.exec(settings)?.[1] ?? '';
  return asAdmin(url, async (client) => {
    const { rows } = await client.query(
      'select (select count(*) from event), (select count(*) from pathway)',
    );
    return rows[0] as unknown;
  });
}

const portsInUse = async (): Promise<boolean[]> => Promise.all(ports.map((port) => portInUse(port)));

describe('npm start', () => {
  it('reaches ready, prints links that answer and sign-in names, and SIGINT stops all it started', async () => {
    const one = start();
    await ready(one);
    expect(one.output()).toMatch(/^ +officer +Non Prydderch, PoliceOfficer \(oocd-team, dyfed-powys\)$/m);
    expect(one.output()).toMatch(/^ +demo-officer +.*, demo\)$/m);
    expect(one.output()).toMatch(/^ +records-system +a machine, RecordsSystem/m);
    const links = [...one.output().matchAll(/ (http:\/\/127\.0\.0\.1:\S+)$/gm)].map(
      (match) => match[1] ?? '',
    );
    expect(links.length).toBeGreaterThanOrEqual(5);
    const answers = await Promise.all(
      links.map(async (link) => {
        const { status } = await fetch(link, { headers: { connection: 'close' } });
        return [link, status < 500];
      }),
    );
    expect(answers.filter(([, good]) => good !== true)).toEqual([]);
    // What the processes have to say is in their logs; nothing of it is worth a look.
    const log = join(directory, 'data', 'logs', 'api.log');
    expect(await until(() => readFileSync(log, 'utf8').includes('"route":"/health"'), 10_000)).toBe(true);
    expect(one.output()).not.toMatch(/^[\w-]+ +\| /m);
    one.child.kill('SIGINT');
    expect(await one.exited).toBe(0);
    const stopped = [...one.output().matchAll(/^ +(\S+) stopped$/gm)].map((match) => match[1]);
    expect(stopped).toEqual(['api', 'worker', 'stand-ins', 'Temporal', 'PostgreSQL']);
    expect(await portsInUse()).toEqual(ports.map(() => false));
  }, 120_000);

  it('keeps its keys from other users of the machine', () => {
    const files = ['keys/encryption', 'keys/blind-index', 'development.env', 'postgres/password'];
    const open = files.filter((file) => {
      const path = join(directory, 'data', file);
      // As root the cluster may have had to go elsewhere.
      return (statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & 0o077;
    });
    expect(open).toEqual([]);
  });

  it('goes on where it ended, and recovers when it was killed with all its parts running', async () => {
    const one = start();
    await ready(one);
    const before = await ledger();
    one.child.kill('SIGKILL');
    await one.exited;
    expect(await portsInUse()).toContain(true);

    // A start that gets no further leaves nothing running, neither of its own nor of the one that was killed.
    const taken = createServer();
    await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done));
    const { port } = taken.address() as AddressInfo;
    const failed = start({ PORT: String(port) });
    expect(await failed.exited).toBe(1);
    expect(failed.output()).toContain(`Port ${port} is in use`);
    await new Promise((done) => taken.close(done));
    expect(await portsInUse()).toEqual(ports.map(() => false));

    const two = start();
    await ready(two);
    expect(two.output()).not.toContain('demo data');
    expect(await ledger()).toEqual(before);

    // A second one from the same directory, and one whose port is taken, say so and touch nothing.
    const second = start();
    expect(await second.exited).toBe(1);
    expect(second.output()).toContain('already runs');
    const third = start({ LLWYBR_DATA_DIR: join(directory, 'other') });
    expect(await third.exited).toBe(1);
    expect(third.output()).toMatch(/Port \d+ is in use.*PORT=\d+ npm start/s);

    const workerPid = pidIn(join(directory, 'data', 'run', 'worker.pid')) ?? 0;
    expect(commandLine(workerPid)).toContain('workers/main.ts');
    process.kill(workerPid, 'SIGKILL');
    const isBack = await until(() => {
      const pid = pidIn(join(directory, 'data', 'run', 'worker.pid'));
      return pid !== undefined && pid !== workerPid;
    }, 10_000);
    expect(isBack).toBe(true);
    expect(await until(() => /^worker +\| is ready again$/m.test(two.output()), 30_000)).toBe(true);
    const said = two
      .output()
      .split('\n')
      .filter((line) => /^[\w-]+ +\| /.test(line));
    expect(said).toEqual([
      expect.stringMatching(/^worker +\| ended with SIGKILL; starting it again \(.*worker\.log\)$/),
      expect.stringMatching(/^worker +\| is ready again$/),
    ]);
    expect((await page(ports[0], '/ping')).ok).toBe(true);

    two.child.kill('SIGTERM');
    expect(await two.exited).toBe(0);
    expect(await portsInUse()).toEqual(ports.map(() => false));
  }, 180_000);

  it('refuses a port that is none, by the name of its variable', async () => {
    const one = start({ ISSUER_PORT: 'three' });
    expect(await one.exited).toBe(1);
    expect(one.output()).toContain('ISSUER_PORT must be a port number');
  });

  it('says what to do when Temporal is named and does not answer', async () => {
    const one = start({ LLWYBR_DATA_DIR: join(directory, 'away'), TEMPORAL_ADDRESS: '127.0.0.1:9' });
    try {
      expect(await one.exited).toBe(1);
      expect(one.output()).toContain('Check TEMPORAL_ADDRESS');
    } finally {
      await discardAbandoned(join(directory, 'away', 'postgres'));
    }
  }, 60_000);
});
