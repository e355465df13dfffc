import type { Bench } from '../bench.ts';
import { counted, ratioAtMost } from '../figure.ts';
import { park } from '../parking.ts';
import { collectsGarbage, restingMegabytes } from '../resting-memory.ts';

const few = 1_000;
const many = 3_000;
const cached = 300;

export const memory: Bench = {
  name: 'memory',
  about: `A worker's memory with ${String(few)} and with ${String(many)} sleeping pathways, ${String(cached)} of them cached.`,
  rig: { environment: { MAX_CACHED_WORKFLOWS: String(cached), ...collectsGarbage } },
  notQuick: 'it opens 3,000 pathways and waits for garbage to be collected, which takes minutes',
  measure: async (scene) => {
    const { rig, say, signal } = scene;
    const [worker] = rig.house.workers;
    if (worker === undefined) throw new Error('There is no worker');
    // Past its first growth, and the cache full, before anything counts.
    await park(scene, few);
    const atFew = await restingMegabytes(worker.pid, signal);
    await park(scene, many - few);
    const atMany = await restingMegabytes(worker.pid, signal);
    say(`${atFew.toFixed(0)} MB, then ${atMany.toFixed(0)} MB`);
    // The peer is the worker itself, with a third of the sleepers.
    return [counted(`MB with ${String(many)} against ${String(few)}`, atMany, atFew, ratioAtMost(1.05))];
  },
};
