import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { discardAbandoned } from '../services/postgres.ts';
import { commandLine, pidIn, stopLeftOver } from '../services/server-process.ts';
import { stopAbandonedTemporal } from '../services/temporal.ts';

const root = resolve('.llwybr-test', 'houses');
const ownerFile = 'owner.pid';
/** What a house's processes have in their command lines: the faults' own entries, the product's, the benches' peer. */
const entries = [
  join('test', 'faults'),
  join('workers', 'main.ts'),
  join('api', 'server.ts'),
  join('bench', 'bare'),
];

/** Where a house keeps the ids of its processes, for a later run to end them should this one be killed. */
export function pidFileOf(directory: string, name: string): string {
  return join(directory, 'processes', `${name}.pid`);
}

export function newHouseDirectory(cell: string): string {
  mkdirSync(root, { recursive: true });
  const directory = mkdtempSync(join(root, `${cell}-`));
  writeFileSync(join(directory, ownerFile), `${String(process.pid)}\n`);
  return directory;
}

/** Says that what is left in the directory is meant to stay, for whoever looks into it. */
export function disown(directory: string): void {
  rmSync(join(directory, ownerFile), { force: true });
}

/** Ends and deletes what runs that were killed have left behind; those of processes that are alive are left alone. */
export async function clearAbandonedHouses(): Promise<void> {
  if (!existsSync(root)) return;
  for (const directory of readdirSync(root).map((name) => join(root, name))) {
    const owner = pidIn(join(directory, ownerFile));
    if (owner === undefined || commandLine(owner) !== undefined) continue;
    const processes = join(directory, 'processes');
    for (const name of existsSync(processes) ? readdirSync(processes) : []) {
      for (const entry of entries) await stopOne(join(processes, name), entry);
    }
    await stopAbandonedTemporal(join(directory, 'temporal'));
    await discardAbandoned(join(directory, 'postgres'));
    rmSync(directory, { recursive: true, force: true });
  }
}

async function stopOne(pidFile: string, entry: string): Promise<void> {
  const pid = pidIn(pidFile);
  if (pid !== undefined && commandLine(pid)?.includes(entry) === true) {
    await stopLeftOver(pidFile, entry, 'SIGKILL');
  }
}
