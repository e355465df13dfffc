import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { request as requestPlainly } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as requestSecurely } from 'node:https';
import { basename } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readPublicUrl } from '../platform/config.ts';
import { parseArgs } from 'node:util';
import { acrListAnswer, importAnswer, openCasesAnswer } from '../api/schemas/imports.ts';
import { demoToken } from './access-token.ts';
import { reportOf } from './import-report.ts';

/**
 * Sends a file of another system to the running API and prints what became of it: `npm run import -- <file>` a day's
 * outcomes of the force's records system, with `--open-cases` the cases that are open at a provider, with `--acr-list` the
 * force's own list of community resolutions. The token is taken from LLWYBR_TOKEN; where there is none, the development
 * issuer gives one of who may send such a file.
 *
 * Ends with 0 when every row of the file was taken in or is known; with 1 when the file was not taken in; with 2 when the
 * command cannot be understood; with 3 when the file was taken in, but some of its rows were refused.
 */

const usage =
  'Usage: npm run import -- <file>, where <file> is an export of the records system (CSV);\n' +
  '       npm run import -- --open-cases [--provider <id>] <file>, the cases that are open at a provider;\n' +
  '       npm run import -- --acr-list <file>, the force’s own list of community resolutions';

interface Format {
  readonly path: string;
  readonly answer: typeof importAnswer | typeof openCasesAnswer | typeof acrListAnswer;
  /** Who sends it at the development issuer. */
  readonly sender: string;
}

const outcomes: Format = { path: 'outcomes', answer: importAnswer, sender: 'records-system' };

/** A repeat has the same key, so it never does the thing twice. Tries without any progress between them. */
const tries = 10;

const asked = readArguments();
if (asked === undefined) {
  console.error(usage);
  process.exitCode = 2;
} else {
  try {
    const { lines, refused } = await importFile(asked.file, asked.format);
    for (const line of lines) console.log(line);
    if (refused > 0) process.exitCode = 3;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}

function openCases(provider?: string): Format {
  const query = provider === undefined ? '' : `?provider=${encodeURIComponent(provider)}`;
  const sender = provider === undefined ? 'provider-manager' : 'manager';
  return { path: `open-cases${query}`, answer: openCasesAnswer, sender };
}

/** Where the command does not say: only a caseload has the provider's own reference. */
function formatOf(bytes: Buffer): Format {
  const header = bytes.subarray(0, bytes.indexOf('\n') + 1).toString('utf8');
  return header.includes('ProviderRef') ? openCases() : outcomes;
}

/** `format` undefined: as the file's header has it. */
function readArguments(): { readonly file: string; readonly format: Format | undefined } | undefined {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        'open-cases': { type: 'boolean', default: false },
        'acr-list': { type: 'boolean', default: false },
        provider: { type: 'string' },
      },
    });
    const [file, ...rest] = positionals;
    const { provider } = values;
    const several = values['open-cases'] && values['acr-list'];
    const misplaced = provider !== undefined && !values['open-cases'];
    if (file === undefined || rest.length > 0 || several || misplaced) return undefined;
    if (values['acr-list']) {
      return { file, format: { path: 'acr-list', answer: acrListAnswer, sender: 'records-system' } };
    }
    return { file, format: values['open-cases'] ? openCases(provider) : undefined };
  } catch {
    return undefined;
  }
}

/** @throws Error with words for the person at the terminal */
async function importFile(
  path: string,
  said: Format | undefined,
): Promise<{ readonly lines: readonly string[]; readonly refused: number }> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new Error(`The file cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  });
  const format = said ?? formatOf(bytes);
  const given = process.env['LLWYBR_TOKEN'];
  const token = given !== undefined && given !== '' ? given : await demoToken(format.sender);
  const address = new URL(`/api/v1/imports/${format.path}`, readPublicUrl());
  const headers = {
    authorization: `Bearer ${token ?? ''}`,
    'content-type': 'text/csv',
    'content-length': String(bytes.length),
    'idempotency-key': randomUUID(),
  };
  let furthest = -1;
  for (let left = tries; ; left -= 1) {
    const { status, body, retryAfterSeconds } = await send(address, headers, bytes);
    if (status === 200) {
      const answer = format.answer.parse(body);
      return { lines: reportOf(basename(path), answer), refused: answer.totals.refused };
    }
    const done = rowsDone(body);
    if (done !== undefined && done > furthest) {
      furthest = done;
      left = tries;
      console.error(wordsOf(address, status, body));
    }
    if (left > 1 && mayGoBetter(status, body)) {
      await pause((retryAfterSeconds ?? 1) * 1000);
      continue;
    }
    throw new Error(wordsOf(address, status, body));
  }
}

/** How far another request is with the same file; undefined where none is at it. */
function rowsDone(body: unknown): number | undefined {
  if (codeOf(body) !== 'import-running') return undefined;
  const { details } = body as { readonly details?: { readonly rowsDone?: number } };
  return details?.rowsDone;
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
  return (
    status === 503 || status === 429 || ['request-running', 'import-running'].includes(String(codeOf(body)))
  );
}

function codeOf(body: unknown): unknown {
  return typeof body === 'object' && body !== null && 'code' in body ? body.code : undefined;
}

function wordsOf(address: URL, status: number, body: unknown): string {
  const detail =
    typeof body === 'object' && body !== null && 'detail' in body ? String(body.detail) : 'It says no more.';
  return `The API at ${address.origin} did not take the file (HTTP ${String(status)}). ${detail}`;
}
