import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { asAdmin } from '../../scripts/database/scratch-database.ts';
import { freePort, PortInUse, portInUse } from '../../scripts/services/ports.ts';
import { startPostgres, type PostgresServer } from '../../scripts/services/postgres.ts';
import { commandLine, stopLeftOver, until } from '../../scripts/services/server-process.ts';
import { startTemporal } from '../../scripts/services/temporal.ts';
import { clearAbandonedRuns } from '../support/service-broker.ts';

let directory: string;

beforeAll(() => {
  mkdirSync('.llwybr-test', { recursive: true });
  directory = mkdtempSync(resolve('.llwybr-test', 'services-'));
  chmodSync(directory, 0o755);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Runs a line of TypeScript as the owner of a server, which is then killed, so that the server is left over. */
async function ownerThatIsKilled(line: string, ownerFile?: string): Promise<void> {
  const file = join(directory, 'owner.ts');
  const services = resolve('scripts', 'services');
  writeFileSync(
    file,
    `import { startPostgres } from '${services}/postgres.ts';\nimport { startTemporal } from '${services}/temporal.ts';\nawait ${line};\nprocess.kill(process.pid, 'SIGKILL');\n`,
  );
  const owner = spawn(process.execPath, ['--import', 'tsx', file], { stdio: 'inherit' });
  if (ownerFile !== undefined) writeFileSync(ownerFile, `${owner.pid}\n`);
  const signal = await new Promise((done) => owner.once('exit', (_code, last) => done(last)));
  expect(signal).toBe('SIGKILL');
}

describe('PostgreSQL from npm', () => {
  let server: PostgresServer | undefined;
  afterEach(async () => {
    await server?.discard();
    server = undefined;
  });

  const count = (url: string): Promise<number> =>
    asAdmin(url, async (client) => (await client.query('select from kept')).rowCount ?? 0);

  it('keeps what was committed when its postmaster is killed, and starts again on the same port', async () => {
    server = await startPostgres({
      directory: join(directory, 'kill'),
      port: await freePort(),
      durability: 'process',
    });
    await asAdmin(server.url, (client) =>
      client.query('create table kept (); insert into kept default values'),
    );
    const before = server.pid();
    await server.kill();
    expect(server.running()).toBe(false);
    expect(() => server?.pid()).toThrow('not running');
    await server.start();
    expect(server.pid()).not.toBe(before);
    expect(await count(server.url)).toBe(1);
  });

  it('stops a server that a killed start left on the same data, and goes on with the data', async () => {
    const options = {
      directory: join(directory, 'left'),
      port: await freePort(),
      durability: 'process',
    } as const;
    await ownerThatIsKilled(`startPostgres(${JSON.stringify(options)})`);
    expect(await portInUse(options.port)).toBe(true);
    server = await startPostgres(options);
    await asAdmin(server.url, (client) => client.query('create table kept ()'));
    expect(await count(server.url)).toBe(0);
  });

  it('starts over when a first start was cut off while the cluster was being made', async () => {
    const half = join(directory, 'half');
    mkdirSync(join(half, 'data.new', 'base'), { recursive: true });
    server = await startPostgres({ directory: half, port: await freePort(), durability: 'process' });
    expect(server.running()).toBe(true);
  });

  it('names the port when something else listens there', async () => {
    const other = createServer();
    const port = await freePort();
    await new Promise<void>((done) => other.listen(port, '127.0.0.1', done));
    try {
      await expect(
        startPostgres({ directory: join(directory, 'port'), port, durability: 'process' }),
      ).rejects.toThrow(PortInUse);
    } finally {
      await new Promise((done) => other.close(done));
    }
  });
});

describe("Temporal's development server", () => {
  it('is ready again after a kill, and on the store that a killed start left running', async () => {
    const options = { directory: join(directory, 'temporal'), port: await freePort() };
    await ownerThatIsKilled(`startTemporal(${JSON.stringify(options)})`);
    expect(await portInUse(options.port)).toBe(true);
    const server = await startTemporal(options);
    try {
      const before = server.pid();
      await server.kill();
      await server.start();
      expect(server.pid()).not.toBe(before);
      expect(() => server.loseStore()).toThrow('Stop Temporal');
    } finally {
      await server.discard();
    }
    expect(await portInUse(options.port)).toBe(false);
  }, 60_000);
});

describe('a test run that was killed', () => {
  it('leaves no Temporal behind for the next run, also where its directory has been deleted', async () => {
    const root = join(directory, 'runs');
    const ports: number[] = [];
    for (const name of ['run-kept', 'run-deleted', '../run-foreign']) {
      const run = join(root, name);
      mkdirSync(run, { recursive: true });
      const port = await freePort();
      await ownerThatIsKilled(
        `startTemporal(${JSON.stringify({ directory: join(run, 'temporal'), port })})`,
        join(run, 'owner.pid'),
      );
      ports.push(port);
    }
    expect(await Promise.all(ports.map(portInUse))).toEqual([true, true, true]);
    rmSync(join(root, 'run-deleted'), { recursive: true });
    await clearAbandonedRuns(root);
    // A server elsewhere is nobody's business here.
    expect(await Promise.all(ports.map(portInUse))).toEqual([false, false, true]);
    rmSync(join(directory, 'run-foreign'), { recursive: true });
    await clearAbandonedRuns(directory);
    expect(await portInUse(ports[2] ?? 0)).toBe(false);
  }, 90_000);
});

describe('a pid file', () => {
  it('stops nothing when its process id has gone to another program', async () => {
    const bystander = spawn('sleep', ['60']);
    const pid = bystander.pid ?? 0;
    const pidFile = join(directory, 'stale.pid');
    writeFileSync(pidFile, `${pid}\n`);
    expect(await until(() => commandLine(pid)?.includes('sleep') ?? false, 5_000)).toBe(true);
    expect(await stopLeftOver(pidFile, 'no such marker')).toBe(false);
    expect(commandLine(pid)).toContain('sleep');
    writeFileSync(pidFile, `${pid}\n`);
    expect(await stopLeftOver(pidFile, 'sleep')).toBe(true);
    expect(commandLine(pid)).toBeUndefined();
  });
});
