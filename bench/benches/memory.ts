import { execFile } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';
import { pathwayWorkflowId, viewQuery } from '../../workflows/contract/temporal.ts';
import type { KeptProcess } from '../../scripts/house/kept-process.ts';
import { byClients, numbers } from '../../scripts/house/clients.ts';
import { eventually } from '../../test/support/eventually.ts';
import type { Bench, BenchScene } from '../bench.ts';
import { counted, median, ratioAtMost } from '../figure.ts';
import { Referral } from '../referral.ts';

const few = 1_000;
const many = 3_000;
const cached = 300;
const clients = 16;

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
    const { rig, say, signal } = scene;
    const [atFew, atMany] = await grow(scene, rig.house.workers[0], async () => {
      signal.throwIfAborted();
      const referral = new Referral(rig);
      await referral.open();
      await referral.start();
      // It sleeps once it has caught up. A first task whose reading of the ledger is slow answers before that.
      const handle = rig.house.client.workflow.getHandle(pathwayWorkflowId(referral.address.pathwayId));
      await eventually(async () => {
        signal.throwIfAborted();
        const { caughtUp } = await handle.query(viewQuery);
        if (!caughtUp) throw new Error('A run has not caught up');
      }, 60_000);
    });
    say(`${atFew.toFixed(0)} MB, then ${atMany.toFixed(0)} MB`);
    // The peer is the worker itself, with a third of the sleepers.
    return [counted(`MB with ${String(many)} against ${String(few)}`, atMany, atFew, ratioAtMost(1.05))];
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
