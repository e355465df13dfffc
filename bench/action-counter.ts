import { setTimeout as pause } from 'node:timers/promises';
import type { Rig } from './rig.ts';

/** What Temporal would bill, as its server counts it. */

const restReads = 3;
const restMs = 700;

/** The counter once it has come to rest: the server adds up what it counted every second or so. */
export async function actionsOf(rig: Rig): Promise<number> {
  let last = await counterOf(rig);
  for (let same = 0; same < restReads;) {
    await pause(restMs);
    const now = await counterOf(rig);
    same = now === last ? same + 1 : 0;
    last = now;
  }
  return last;
}

/** What one piece of work costs, as the mean of so many, one after the other. */
export async function actionsEach(
  rig: Rig,
  times: number,
  work: (index: number) => Promise<unknown>,
): Promise<number> {
  const before = await actionsOf(rig);
  for (let index = 0; index < times; index += 1) await work(index);
  return ((await actionsOf(rig)) - before) / times;
}

async function counterOf({ house }: Rig): Promise<number> {
  const { metricsUrl, namespace } = house.temporal;
  if (metricsUrl === undefined) throw new Error('Temporal serves no counters');
  const text = await (await fetch(metricsUrl)).text();
  return text
    .split('\n')
    .filter((line) => line.startsWith('action{') && line.includes(`namespace="${namespace}"`))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}
