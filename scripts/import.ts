import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { request as requestPlainly } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as requestSecurely } from 'node:https';
import { basename } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readPublicUrl } from '../platform/config.ts';
import { importAnswer } from '../api/schemas/imports.ts';
import { demoToken } from './access-token.ts';
import { reportOf } from './import-report.ts';

/**
 * Sends a day's file of the force's records system to the running API and prints what became of it:
 * `npm run import -- <file>`. The token is taken from LLWYBR_TOKEN; where there is none, the development
 * issuer gives one of the records system.
 *
 * Ends with 0 when the file was taken in, also where it refused rows; with 1 when it was not; with 2 when the
 * command cannot be understood.
 */

/** A repeat has the same key, so it never does the thing twice. */
const tries = 10;

const [file, ...rest] = process.argv.slice(2);
if (file === undefined || rest.length > 0) {
  console.error('Usage: npm run import -- <file>, where <file> is an export of the records system (CSV)');
  process.exitCode = 2;
} else {
  try {
    for (const line of await importFile(file)) console.log(line);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}

/** @throws Error with words for the person at the terminal */
async function importFile(path: string): Promise<string[]> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new Error(`The file cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  });
  const given = process.env['LLWYBR_TOKEN'];
  const token = given !== undefined && given !== '' ? given : await demoToken('records-system');
  const address = new URL('/api/v1/imports/outcomes', readPublicUrl());
  const headers = {
    authorization: `Bearer ${token ?? ''}`,
    'content-type': 'text/csv',
    'content-length': String(bytes.length),
    'idempotency-key': randomUUID(),
  };
  for (let left = tries; ; left -= 1) {
    const { status, body, retryAfterSeconds } = await send(address, headers, bytes);
    if (status === 200) return reportOf(basename(path), importAnswer.parse(body));
    if (left > 1 && mayGoBetter(status, body)) {
      await pause((retryAfterSeconds ?? 1) * 1000);
      continue;
    }
    throw new Error(wordsOf(address, status, body));
  }
}

interface Received {
  readonly status: number;
  readonly body: unknown;
  readonly retryAfterSeconds: number | undefined;
}

/** Not by fetch, which gives up on an answer after five minutes: a large file takes longer. */
function send(address: URL, headers: Record<string, string>, bytes: Buffer): Promise<Received> {
  const begin = address.protocol === 'https:' ? requestSecurely : requestPlainly;
  return new Promise((resolve, reject) => {
    const request = begin(address, { method: 'POST', headers }, (answer) => {
      receive(answer).then(resolve, reject);
    });
    request.on('error', (error) => {
      reject(
        new Error(
          `The API at ${address.origin} does not answer (${error.message}). Is the system started (npm start)?`,
        ),
      );
    });
    request.end(bytes);
  });
}

async function receive(answer: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  const retryAfter = Number(answer.headers['retry-after'] ?? Number.NaN);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = undefined;
  }
  return {
    status: answer.statusCode ?? 0,
    body,
    retryAfterSeconds: Number.isNaN(retryAfter) ? undefined : retryAfter,
  };
}

function mayGoBetter(status: number, body: unknown): boolean {
  return status === 503 || status === 429 || codeOf(body) === 'request-running';
}

function codeOf(body: unknown): unknown {
  return typeof body === 'object' && body !== null && 'code' in body ? body.code : undefined;
}

function wordsOf(address: URL, status: number, body: unknown): string {
  const detail =
    typeof body === 'object' && body !== null && 'detail' in body ? String(body.detail) : 'It says no more.';
  return `The API at ${address.origin} did not take the file (HTTP ${String(status)}). ${detail}`;
}
