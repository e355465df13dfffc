import { setTimeout as pause } from 'node:timers/promises';
import { sendCommand } from '../../platform/pathway-runs.ts';
import { numbers } from '../../scripts/house/clients.ts';
import type { KeptProcess } from '../../scripts/house/kept-process.ts';
import { toInstant } from '../../workflows/domain/common/instant.ts';
import type { Bench, BenchScene } from '../bench.ts';
import { timed } from '../bench.ts';
import { counted, median, percentile, ratioAtMost, type Figure } from '../figure.ts';
import { park } from '../parking.ts';
import { commandOf, contactAttempt, type Referral } from '../referral.ts';
import { collectsGarbage, restingMegabytes } from '../resting-memory.ts';
import type { Rig } from '../rig.ts';

/** How many sleep, first and in the end. */
const sizes = { full: [1_000, 10_000], quick: [100, 300] } as const;
const restarts = 3;
/** Commands to as many sleepers, one after the other. */
const wakes = 100;
const wakesInQuick = 20;

export const parked: Bench = {
  name: 'parked',
  about:
    'A worker with 10,000 sleeping pathways: its memory, and how long a command waits when the worker, or Temporal, was killed; against the same with 1,000.',
  // The cache is the worker's own default.
  rig: { environment: collectsGarbage },
  onlyNamed: 'it opens 10,000 pathways, which takes a quarter of an hour',
  withinMs: 1_500_000,
  measure: async (scene) => {
    const { rig, quick, say } = scene;
    const [few, many] = quick ? sizes.quick : sizes.full;
    const [worker] = rig.house.workers;
    if (worker === undefined) throw new Error('There is no worker');
    const sleepers = await park(scene, few);
    say(`${String(few)} sleep`);
    const atFew = await looked(scene, worker, sleepers);
    sleepers.push(...(await park(scene, many - few)));
    say(`${String(many)} sleep`);
    const atMany = await looked(scene, worker, sleepers);
    return figuresOf(atFew, atMany, `${String(many)} against ${String(few)}`);
  },
};

/** What was seen at one size. Times in milliseconds. */
interface Look {
  readonly megabytes: number;
  /** To commands that woke a sleeper which the worker did not have in its cache. */
  readonly wakes: readonly number[];
  /** From the kill of the worker to the answer of a command that was sent at that moment. */
  readonly afterWorker: readonly number[];
  /** The same of a pathway that the worker had in its cache: Temporal waits a while for it to come back there. */
  readonly afterWorkerCached: readonly number[];
  readonly afterTemporal: readonly number[];
}

async function looked(scene: BenchScene, worker: KeptProcess, sleepers: readonly Referral[]): Promise<Look> {
  const { rig, quick, random, say, signal } = scene;
  const megabytes = await restingMegabytes(worker.pid, signal);
  say(`${megabytes.toFixed(0)} MB`);
  const anyone = (): Referral => random.pick(sleepers);
  const wake = (referral: Referral): Promise<number> => timed(() => insist(rig, referral, signal));
  const whileKilled = async (referral: Referral, restart: () => Promise<unknown>): Promise<number> => {
    const back = restart();
    const [ms] = await Promise.all([wake(referral), back]);
    await rig.house.whole();
    return ms;
  };
  const killWorker = (): Promise<unknown> => worker.kill(0);
  const killTemporal = async (): Promise<void> => {
    await rig.house.temporal.kill();
    await rig.house.temporal.start();
  };
  const times = {
    afterWorker: [] as number[],
    afterWorkerCached: [] as number[],
    afterTemporal: [] as number[],
  };
  for (const _ of numbers(restarts)) {
    times.afterWorker.push(await whileKilled(anyone(), killWorker));
    const cached = anyone();
    await wake(cached);
    times.afterWorkerCached.push(await whileKilled(cached, killWorker));
  }
  // The worker is fresh: its cache has nobody but those.
  const cold: number[] = [];
  for (const _ of numbers(quick ? wakesInQuick : wakes)) cold.push(await wake(anyone()));
  for (const _ of numbers(restarts)) times.afterTemporal.push(await whileKilled(anyone(), killTemporal));
  for (const [what, each] of Object.entries(times)) say(`${what} ms: ${each.map(Math.round).join(' ')}`);
  return { megabytes, wakes: cold, ...times };
}

function figuresOf(atFew: Look, atMany: Look, sizesInWords: string): Figure[] {
  const waits = (name: string, part: 'afterWorker' | 'afterWorkerCached' | 'afterTemporal'): Figure =>
    counted(`${name}, ${sizesInWords}`, median(atMany[part]), median(atFew[part]));
  return [
    counted(`MB, ${sizesInWords}`, atMany.megabytes, atFew.megabytes, ratioAtMost(1.05)),
    counted(`p50 ms of a cold wake, ${sizesInWords}`, median(atMany.wakes), median(atFew.wakes)),
    counted(
      `p95 ms of a cold wake, ${sizesInWords}`,
      percentile(atMany.wakes, 0.95),
      percentile(atFew.wakes, 0.95),
    ),
    waits('ms to an answer after the worker was killed', 'afterWorker'),
    waits('ms to an answer after the worker was killed, of one in its cache', 'afterWorkerCached'),
    waits('ms to an answer after Temporal was killed', 'afterTemporal'),
  ];
}

const oneTryMs = 30_000;

/** One command, asked for again under its own id until there is an answer, as the API and its callers do. */
async function insist({ house, witness }: Rig, { address }: Referral, signal: AbortSignal): Promise<void> {
  const [name, data] = contactAttempt();
  const command = commandOf(name, 'ProviderManager', data, toInstant(Date.now()));
  for (;;) {
    signal.throwIfAborted();
    try {
      witness.taken(command, await sendCommand(house.client, address, command, oneTryMs));
      return;
    } catch {
      await pause(20);
    }
  }
}
