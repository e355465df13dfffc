// Brings the whole system up on this machine, in this order: PostgreSQL with its migrations, Temporal, the stand-ins,
// the worker, the API, demo data once. Stops it in the opposite order. Started by scripts/start.mjs.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { demoClients, demoUsers } from '../stand-ins/demo-users.ts';
import { applyMigrations } from './database/migrations.ts';
import { answersWell, probeTemporal, type TemporalProbe } from './development/readiness.ts';
import {
  portAdvice,
  processEnvironment,
  readSettings,
  shown,
  writeEnvironmentFile,
  type Settings,
} from './development/settings.ts';
import {
  pidFileOf,
  stopLeftOverProcess,
  superviseProcess,
  type ProcessPlan,
  type SupervisedProcess,
} from './development/supervised-process.ts';
import { answers, PortInUse, portInUse } from './services/ports.ts';
import { startPostgres, stopAbandonedPostgres } from './services/postgres.ts';
import { commandLine, delay, pidIn, startServerProcess, tailOf } from './services/server-process.ts';
import { startTemporal, stopAbandonedTemporal } from './services/temporal.ts';

interface Stoppable {
  readonly name: string;
  /** Nothing that anybody at the terminal has heard of. */
  readonly silent?: boolean;
  readonly stop: () => Promise<unknown>;
  readonly kill: () => unknown;
}

/** What has been started, newest last. */
const stops: Stoppable[] = [];
/** Servers that are being started and can be stopped only when that has ended. */
const pending = new Set<Promise<unknown>>();
let stopping: Promise<void> | undefined;
/** The links have been printed; from then on what the processes have to say is shown as it comes. */
let announced = false;
const begun = performance.now();
const settings = settingsOrExit();
const { dataDir, ports, root } = settings;
const startPid = join(dataDir, 'run', 'start.pid');

function settingsOrExit(): Settings {
  try {
    return readSettings();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}

const say = (line: string): void => {
  console.log(line);
};
const seconds = (since: number): string => `${((performance.now() - since) / 1_000).toFixed(1)} s`;
/** Says how long a step took. */
async function step<T>(what: string, work: () => Promise<T>): Promise<T> {
  const since = performance.now();
  const result = await work();
  say(`  ${what} (${seconds(since)})`);
  return result;
}

const plan = (
  name: string,
  entry: string,
  rest: Pick<ProcessPlan, 'env' | 'isReady' | 'stopWithinMs'>,
): ProcessPlan => ({
  name,
  entry,
  root,
  dataDir,
  print: (line) => {
    if (announced) say(`${name.padEnd(9)} | ${line}`);
  },
  ...rest,
});
const entries = {
  'stand-ins': 'stand-ins/main.ts',
  worker: 'workers/main.ts',
  api: 'api/server.ts',
} as const;
const demoData = ['demo data', 'scripts/demo-data.ts'] as const;

class Stopped extends Error {}

/** A start that somebody ended goes no further. */
function refuseWhenStopping(): void {
  if (stopping !== undefined) throw new Stopped();
}

/** Waits for both, also when one fails, so that what the other started is known when everything is stopped. */
async function both<A, B>(one: Promise<A>, other: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([one, other]);
  return Promise.all([one, other]);
}

/** Starts a server and remembers how to stop it; a stop in the meantime waits for it. */
async function startServer<T extends Omit<Stoppable, 'name'>>(
  name: string,
  place: 'first' | 'last',
  start: () => Promise<T>,
): Promise<T> {
  refuseWhenStopping();
  const starting = step(name, start).then((server) => {
    stops[place === 'first' ? 'unshift' : 'push']({ name, stop: server.stop, kill: server.kill });
    return server;
  });
  pending.add(starting);
  try {
    return await starting;
  } finally {
    pending.delete(starting);
  }
}

async function up(): Promise<void> {
  mkdirSync(join(dataDir, 'run'), { recursive: true });
  refuseSecondStart();
  await stopLeftOvers();
  await refuseTakenPorts();
  say('Starting Llwybr');

  const [databaseUrl, temporal] = await both(startDatabase(), startEngine());
  const variables = processEnvironment(settings, { databaseUrl, temporal });
  writeEnvironmentFile(dataDir, variables);
  const env = { ...process.env, ...variables };
  const probe = await reachTemporal(env);
  stops.unshift({ name: 'connection', silent: true, stop: probe.close, kill: () => undefined });

  const ready: Record<keyof typeof entries, ProcessPlan['isReady']> = {
    'stand-ins': async () => {
      const standIns = [ports.gateway, ports.issuer, ports.inbox, ports.smtp, ports.programme];
      return (await Promise.all(standIns.map((port) => answers(port)))).every(Boolean);
    },
    worker: (pid) => probe.polledBy(pid),
    api: () => answersWell(`http://127.0.0.1:${ports.api}/ping`),
  };
  const start = (name: keyof typeof entries, stopWithinMs: number): Promise<SupervisedProcess> =>
    step(name, async () => {
      refuseWhenStopping();
      const supervised = await superviseProcess(
        plan(name, entries[name], { env, stopWithinMs, isReady: ready[name] }),
      );
      stops.push(supervised);
      // The API is stopped before the worker, whichever of the two was started first.
      stops.sort((one, other) => Number(one.name === 'api') - Number(other.name === 'api'));
      await supervised.ready;
      return supervised;
    });
  const standIns = await start('stand-ins', 3_000);
  const [worker, api] = await both(start('worker', 20_000), start('api', 15_000));
  await loadDemoData(env);
  printLinks(temporal?.uiUrl);
  announced = true;

  const reason = await Promise.race([standIns, worker, api].map(({ lost }) => lost));
  console.error(reason);
  process.exitCode = 1;
  await stopAll();
}

function refuseSecondStart(): void {
  const pid = pidIn(startPid);
  const running =
    pid !== undefined && pid !== process.pid && (commandLine(pid)?.includes('start.mjs') ?? false);
  if (running) {
    throw new Error(
      `Llwybr already runs from ${shown(settings, dataDir)} (process ${pid}). Stop it there with Ctrl-C, or with \`kill ${pid}\` where its terminal has gone, or start a second one with LLWYBR_DATA_DIR and other ports.`,
    );
  }
  writeFileSync(startPid, `${process.pid}\n`);
}

/**
 * Stops what an earlier start that was killed has left running here, in the order of any stop and before anything can
 * fail: a start that goes no further leaves nothing behind, whoever began it.
 */
async function stopLeftOvers(): Promise<void> {
  const leftOver: [name: string, stop: () => Promise<boolean>][] = [
    ...[demoData, ...Object.entries(entries).reverse()].map(([name, entry]): (typeof leftOver)[number] => [
      name,
      () => stopLeftOverProcess({ name, entry, root, dataDir }),
    ]),
    ['Temporal', () => stopAbandonedTemporal(join(dataDir, 'temporal'))],
    ['PostgreSQL', () => stopAbandonedPostgres(join(dataDir, 'postgres'))],
  ];
  for (const [name, stop] of leftOver) {
    if (await stop()) say(`Stopped the ${name} of an earlier start.`);
  }
}

/** PostgreSQL and Temporal look at their own ports themselves. */
async function refuseTakenPorts(): Promise<void> {
  const { api, gateway, issuer, inbox, smtp, programme, metrics } = ports;
  for (const port of [api, gateway, issuer, inbox, smtp, programme, metrics]) {
    if (await portInUse(port)) throw new PortInUse(port, 'it');
  }
}

async function startDatabase(): Promise<string> {
  let { databaseUrl } = settings;
  if (databaseUrl === undefined) {
    const server = await startServer('PostgreSQL', 'first', () =>
      startPostgres({
        directory: join(dataDir, 'postgres'),
        port: ports.postgres,
        logFile: join(dataDir, 'logs', 'postgres.log'),
      }),
    );
    databaseUrl = server.url;
  }
  const applied = await applyMigrations(databaseUrl);
  if (applied.length > 0) say(`  migrations ${applied.join(', ')}`);
  return databaseUrl;
}

async function startEngine(): Promise<
  { address: string; namespace: string; uiUrl: string | undefined } | undefined
> {
  if (settings.ownTemporal) return undefined;
  return startServer('Temporal', 'last', () =>
    startTemporal({
      directory: join(dataDir, 'temporal'),
      port: ports.temporal,
      uiPort: ports.temporalUi,
      logFile: join(dataDir, 'logs', 'temporal.log'),
      say: (line) => say(`  ${line}`),
    }),
  );
}

async function reachTemporal(env: Record<string, string | undefined>): Promise<TemporalProbe> {
  let probe: TemporalProbe;
  try {
    probe = await probeTemporal(env);
  } catch (error) {
    throw new Error(
      `The Temporal server that the environment names cannot be reached: ${error instanceof Error ? error.message : 'unknown'}. Check TEMPORAL_ADDRESS and the other TEMPORAL_ variables, or unset them to have one started here.`,
      { cause: error },
    );
  }
  if (!settings.ownTemporal) return probe;
  say(`  Temporal at ${probe.address}, namespace ${probe.namespace}`);
  const missing = await probe.ensureSearchAttributes();
  if (missing.length > 0)
    say(`  Make sure that the namespace has the Keyword search attributes ${missing.join(', ')}.`);
  return probe;
}

async function loadDemoData(env: NodeJS.ProcessEnv): Promise<void> {
  const done = join(dataDir, 'run', 'demo-data');
  const [name, script] = demoData;
  if (existsSync(done)) return;
  if (!existsSync(join(root, script))) throw new Error(`${script} is missing: is this a whole checkout?`);
  await step(name, async () => {
    refuseWhenStopping();
    const logFile = join(dataDir, 'logs', 'demo-data.log');
    const loading = await startServerProcess({
      name,
      command: process.execPath,
      args: ['--import', 'tsx', join(root, script)],
      cwd: root,
      env,
      logFile,
      pidFile: pidFileOf({ dataDir, name }),
    });
    const stoppable = { name, stop: () => loading.stop(), kill: loading.kill };
    stops.push(stoppable);
    const { code } = await loading.exited;
    refuseWhenStopping();
    stops.splice(stops.indexOf(stoppable), 1);
    if (code !== 0) {
      throw new Error(`The demo data could not be loaded; the next start tries again.\n${tailOf(logFile)}`);
    }
    writeFileSync(done, `${new Date().toISOString()}\n`);
  });
}

function printLinks(temporalUi: string | undefined): void {
  const at = (port: number, path = ''): string => `http://127.0.0.1:${port}${path}`;
  const links = [
    ['API', at(ports.api, '/api/v1')],
    ['What it offers, with examples', at(ports.api, '/api/docs')],
    ['Health', at(ports.api, '/health')],
    ['Phones (texts that were sent)', at(ports.gateway)],
    ['Inbox (e-mails that were sent)', at(ports.inbox)],
    ['Online programme (log in here)', at(ports.programme)],
    ['Sign-in (token issuer)', at(ports.issuer, '/.well-known/openid-configuration')],
    ...(temporalUi === undefined ? [] : [['Temporal', temporalUi]]),
    ['Logs', `${shown(settings, join(dataDir, 'logs'))}/*.log; warnings and errors come here too`],
  ];
  say('');
  for (const [name = '', link = ''] of links) say(`  ${name.padEnd(30)} ${link}`);
  say('\n  Sign in as one of these, by `npm run --silent token -- <name>`:');
  for (const { signIn, name, roles, organisationId, forceId } of demoUsers) {
    say(`  ${signIn.padEnd(28)} ${name}, ${roles.join(', ')} (${organisationId}, ${forceId})`);
  }
  for (const { clientId, roles, organisationId, forceId } of demoClients) {
    say(`  ${clientId.padEnd(28)} a machine, ${roles.join(', ')} (${organisationId}, ${forceId})`);
  }
  say(`\nReady in ${seconds(begun)}. Ctrl-C stops everything; the next start goes on where this one ended.`);
}

/** Newest first: nothing is taken away that something else still writes to. */
function stopAll(): Promise<void> {
  stopping ??= (async () => {
    const patience = delay(10_000);
    await Promise.race([Promise.allSettled(pending), patience.promise]);
    patience.cancel();
    for (let last = stops.pop(); last !== undefined; last = stops.pop()) {
      try {
        await last.stop();
        if (last.silent !== true) say(`  ${last.name} stopped`);
      } catch (error) {
        console.error(`${last.name} did not stop: ${error instanceof Error ? error.message : 'unknown'}`);
      }
    }
  })();
  return stopping;
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (stopping === undefined) {
      say(`\nStopping (once more ${signal === 'SIGINT' ? 'Ctrl-C' : signal} kills at once)`);
      void stopAll().then(() => process.exit(process.exitCode ?? 0));
      return;
    }
    for (const { kill } of stops) kill();
    process.exit(130);
  });
}

try {
  await up();
} catch (error) {
  if (stopping === undefined) {
    if (error instanceof PortInUse) console.error(portAdvice(error.port, settings));
    else console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
  await stopAll();
}
