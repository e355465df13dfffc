import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { answers } from '../../scripts/services/ports.ts';

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

const anyPorts = {
  TWILIO_STAND_IN_PORT: '0',
  ISSUER_PORT: '0',
  SMTP_PORT: '0',
  SMTP_PAGE_PORT: '0',
  PROGRAMME_PORT: '0',
};

test('the stand-ins run in one process, say so in one line, keep their data and stop when asked', async () => {
  const child = start(anyPorts);
  const line = await new Promise<string>((resolve) =>
    child.stdout.once('data', (data) => resolve(String(data))),
  );
  const [, gateway, issuer, inbox, smtp, programme] =
    /^Stand-ins ready: text gateway and phones (http:\/\/\S+), issuer (http:\/\/\S+), inbox (http:\/\/\S+) of smtp:\/\/127\.0\.0\.1:(\d+), online programme (http:\/\/\S+)\n$/.exec(
      line,
    ) ?? [];
  expect((await fetch(`${String(gateway)}/`)).status).toBe(200);
  expect((await fetch(`${String(issuer)}/jwks`)).status).toBe(200);
  expect((await fetch(`${String(inbox)}/`)).status).toBe(200);
  expect((await fetch(`${String(programme)}/`)).status).toBe(200);
  expect(await answers(Number(smtp))).toBe(true);
  expect(existsSync(join(directory, 'stand-ins', 'issuer-keys.json'))).toBe(true);

  const end = ended(child);
  child.kill('SIGTERM');
  expect(await end).toBe(0);

  const port = new URL(String(gateway)).port;
  const first = start({ ...anyPorts, TWILIO_STAND_IN_PORT: port });
  const ready = await new Promise<string>((resolve) =>
    first.stdout.once('data', (data) => resolve(String(data))),
  );
  const second = start({ ...anyPorts, TWILIO_STAND_IN_PORT: port });
  const [code, words] = await Promise.all([ended(second), text(second.stderr)]);
  expect(code).toBe(1);
  expect(words).toBe(
    `Port ${port} is in use. Stop what listens there, or set TWILIO_STAND_IN_PORT to another port.\n`,
  );

  // The inbox has two, and says which of them is taken.
  for (const [name, pattern] of [
    ['SMTP_PORT', /smtp:\/\/127\.0\.0\.1:(\d+)/],
    ['SMTP_PAGE_PORT', /inbox http:\/\/127\.0\.0\.1:(\d+)/],
  ] as const) {
    const taken = pattern.exec(ready)?.[1] ?? '';
    const third = start({ ...anyPorts, [name]: taken });
    const [thirdCode, thirdWords] = await Promise.all([ended(third), text(third.stderr)]);
    expect([thirdCode, thirdWords]).toEqual([
      1,
      `Port ${taken} is in use. Stop what listens there, or set ${name} to another port.\n`,
    ]);
  }
});
