// Jest with the flag that ES modules need; arguments go to Jest as they are.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

// Local time is the business of the code, never of the machine.
process.env.TZ = 'UTC';

const jest = fileURLToPath(new URL('../node_modules/jest/bin/jest.js', import.meta.url));
const { status } = spawnSync(
  process.execPath,
  ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', jest, ...process.argv.slice(2)],
  { stdio: 'inherit' },
);
process.exitCode = status ?? 1;
