import { execFile } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { median } from './figure.ts';

/** For the environment of a process whose memory is looked at: it collects its garbage now and then. */
export const collectsGarbage: Readonly<Record<string, string>> = {
  NODE_OPTIONS: `--import ${pathToFileURL(resolve('bench', 'collect-garbage.mjs')).href}`,
};

const steadySamples = 15;
const steadyWithin = 0.01;
const patienceSeconds = 90;

/** What the process holds, in megabytes, once collecting garbage makes no difference any more. */
export async function restingMegabytes(pid: number, signal: AbortSignal): Promise<number> {
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
