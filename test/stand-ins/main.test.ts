import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Readable } from 'node:stream';

let directory: string;
const started: ChildProcessByStdio<null, Readable, Readable>[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stand-ins-'));
});

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  rmSync(directory, { recursive: true });
});

function start(ports: Record<string, string>): ChildProcessByStdio<null, Readable, Readable> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'stand-ins/main.ts'], {
    cwd: new URL('../../', import.meta.url),
    env: { ...process.env, NODE_OPTIONS: '', LLWYBR_DATA_DIR: directory, ...ports },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  return child;
}

function ended(child: ChildProcessByStdio<null, Readable, Readable>): Promise<number | null> {
  return new Promise((resolve) => {
    child.once('exit', resolve);
  });
}

test('both stand-ins run in one process, say so in one line, keep their data and stop when asked', async () => {
  const child = start({ TWILIO_STAND_IN_PORT: '0', ISSUER_PORT: '0' });
  const line = await new Promise<string>((resolve) =>
    child.stdout.once('data', (data) => resolve(String(data))),
  );
  const [, gateway, issuer] =
    /^Stand-ins ready: text gateway and phones (http:\/\/127\.0\.0\.1:\d+), issuer (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(
      line,
    ) ?? [];
  expect((await fetch(`${String(gateway)}/`)).status).toBe(200);
  expect((await fetch(`${String(issuer)}/jwks`)).status).toBe(200);
  expect(existsSync(join(directory, 'stand-ins', 'issuer-keys.json'))).toBe(true);

  const end = ended(child);
  child.kill('SIGTERM');
  expect(await end).toBe(0);

  const port = new URL(String(gateway)).port;
  const first = start({ TWILIO_STAND_IN_PORT: port, ISSUER_PORT: '0' });
  await new Promise((resolve) => first.stdout.once('data', resolve));
  const second = start({ TWILIO_STAND_IN_PORT: port, ISSUER_PORT: '0' });
  const [code, words] = await Promise.all([ended(second), text(second.stderr)]);
  expect(code).toBe(1);
  expect(words).toBe(
    `Port ${port} is in use. Stop what listens there, or set TWILIO_STAND_IN_PORT to another port.\n`,
  );
});
