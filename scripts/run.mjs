// Runs one of the project's TypeScript entry points: `node scripts/run.mjs <file> [arguments]`. Where the environment
// names no database, the settings of the last `npm start` are used, so that a script meets the system that it started.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const [file, ...args] = process.argv.slice(2);
const entry = file === undefined ? undefined : join(root, file);
if (entry === undefined || !existsSync(entry)) {
  console.error(
    entry === undefined ? 'Usage: node scripts/run.mjs <file> [arguments]' : `There is no ${file}.`,
  );
  process.exit(2);
}
const settings = resolve(root, process.env.LLWYBR_DATA_DIR ?? '.llwybr', 'development.env');
if (process.env.DATABASE_URL === undefined && existsSync(settings)) process.loadEnvFile(settings);

process.env.TZ = 'UTC';

const child = spawn(process.execPath, ['--import', 'tsx', entry, ...args], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
});
