import { execFile } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';
import type { KeptProcess } from '../../test/faults/kept-process.ts';
import { byClients, numbers } from '../../test/faults/clients.ts';
import { step } from '../bare/names.ts';
import type { Bench, BenchScene } from '../bench.ts';
import { counted, median, ratioAtMost } from '../figure.ts';
import { contactAttempt, Referral } from '../referral.ts';

const few = 1_000;
const many = 3_000;
const cached = 300;
const clients = 8;

export const memory: Bench = {
  name: 'memory',
  about: `A worker's memory with ${String(few)} and with ${String(many)} sleeping pathways, ${String(cached)} of them cached.`,
  rig: {
    environment: {
      MAX_CACHED_WORKFLOWS: String(cached),
      NODE_OPTIONS: `--import ${pathToFileURL(resolve('bench', 'collect-garbage.mjs')).href}`,
    },
  },
  notQuick: 'it opens 3,000 pathways and waits for garbage to be collected, which takes minutes',
  measure: async (scene) => {
    const { rig, say } = scene;
    const ours = await grow(scene, rig.house.workers[0], async () => {
      const referral = new Referral(rig);
      await referral.open();
      await referral.start();
      await referral.send(contactAttempt());
    });
    const bare = await grow(scene, rig.bare.process, async () => {
      await (await rig.bare.start(2)).executeUpdate(step);
    });
    say(`ours ${ours.map(Math.round).join(', ')} MB; bare ${bare.map(Math.round).join(', ')} MB`);
    const [oursFew, oursMany] = ours;
    const [bareFew, bareMany] = bare;
    return [
      // Against itself: what three times as many sleepers cost.
      counted(`MB at ${String(many)} against MB at ${String(few)}`, oursMany, oursFew, ratioAtMost(1.05)),
      counted(`the same of the bare worker`, bareMany, bareFew),
      counted(`MB at ${String(few)} against the bare worker`, oursFew, bareFew),
      counted(`MB at ${String(many)} against the bare worker`, oursMany, bareMany),
    ];
  },
};

/** @returns megabytes at `few` and at `many` */
async function grow(
  { signal }: BenchScene,
  worker: KeptProcess | undefined,
  park: () => Promise<void>,
): Promise<readonly [few: number, many: number]> {
  if (worker === undefined) throw new Error('There is no worker');
  // Past its first growth, and the cache full, before anything counts.
  await byClients(numbers(few), clients, park);
  const atFew = await restingMegabytes(worker.pid, signal);
  await byClients(numbers(many - few), clients, park);
  return [atFew, await restingMegabytes(worker.pid, signal)];
}

const steadySamples = 15;
const steadyWithin = 0.01;
const patienceSeconds = 90;

/** What the process holds once collecting garbage makes no difference any more. */
async function restingMegabytes(pid: number, signal: AbortSignal): Promise<number> {
  const samples: number[] = [];
  for (let second = 0; second < patienceSeconds; second += 1) {
    await pause(1_000, undefined, { signal });
    samples.push(await megabytesOf(pid));
    const last = samples.slice(-steadySamples);
    if (last.length === steadySamples && Math.max(...last) <= Math.min(...last) * (1 + steadyWithin)) break;
  }
  return median(samples.slice(-steadySamples));
}

async function megabytesOf(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  return Number(stdout) / 1_024;
}
