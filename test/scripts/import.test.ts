import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startApiWithoutEngine } from '../support/api-without-engine.ts';
import type { ApiWithoutEngine } from '../support/api-without-engine.ts';
import { anOutcome } from '../support/imports.ts';
import { csvOf } from '../support/records-export.ts';

const root = resolve(import.meta.dirname, '../..');
const sample = join(root, 'test/data/records-export.sample.csv');
const directory = mkdtempSync(join(tmpdir(), 'llwybr-import-'));

let api: ApiWithoutEngine;

beforeAll(async () => {
  api = await startApiWithoutEngine();
}, 60_000);

afterAll(async () => {
  await api.close();
  rmSync(directory, { recursive: true });
});

interface Ran {
  readonly code: number | string;
  readonly out: string;
  readonly errors: string;
}

function runImport(args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  return new Promise((done) => {
    execFile(
      process.execPath,
      [join(root, 'scripts/run.mjs'), 'scripts/import.ts', ...args],
      {
        cwd: root,
        env: {
          PATH: process.env['PATH'] ?? '',
          LLWYBR_DATA_DIR: directory,
          PUBLIC_URL: api.url,
          OIDC_ISSUER: api.issuer.url,
          ...env,
        },
      },
      (error, out, errors) => done({ code: error?.code ?? 0, out, errors }),
    );
  });
}

test('prints the totals and the refused rows, and at the second time that nothing was changed', async () => {
  expect(await runImport([sample])).toEqual({
    code: 3,
    errors: '',
    out: [
      'records-export.sample.csv: 59 rows read',
      '  48 taken',
      '   0 already there',
      '  10 not a referral, counted only',
      '      1 another offence than possession',
      '      4 another outcome than a community resolution',
      '      4 declined',
      '      1 under 18; please signpost to the young people’s service',
      '   1 refused',
      'Refused, to be mended and sent again:',
      '  line 37, OutcomeDate: Not a date of the calendar, written DD/MM/YYYY.',
      '',
    ].join('\n'),
  });
  expect(await runImport([sample])).toEqual({
    code: 3,
    errors: '',
    out: [
      'records-export.sample.csv: already there: 58, refused: 1, of 59 rows. Nothing was changed.',
      '  Of those that were there, 48 had become a case and 10 are counted only.',
      'Refused, to be mended and sent again:',
      '  line 37, OutcomeDate: Not a date of the calendar, written DD/MM/YYYY.',
      '',
    ].join('\n'),
  });
}, 60_000);

test('says of a file with nothing in it to take that nothing was changed, and not that it was there', async () => {
  const file = join(directory, 'refused.csv');
  writeFileSync(file, csvOf([anOutcome({ OutcomeDate: 'soon' })]));
  const { code, out } = await runImport([file]);
  expect(code).toBe(3);
  expect(out.split('\n').slice(0, 2)).toEqual([
    'refused.csv: already there: 0, refused: 1, of 1 row. Nothing was changed.',
    'Refused, to be mended and sent again:',
  ]);
}, 60_000);

// Three of its cases have no occurrence number: those of another provider may be other cases.
test.each([
  ['by its header', [], 20],
  ['by the option', ['--open-cases'], 0],
  ['of a provider that is named', ['--open-cases', '--provider', 'kaleidoscope'], 3],
])(
  'takes a caseload, known %s',
  async (_, options, taken) => {
    const caseload = join(root, 'test/data/provider-caseload.sample.csv');
    const { code, out, errors } = await runImport([...options, caseload]);
    expect([code, errors]).toEqual([0, '']);
    expect(out).toContain(
      taken === 0
        ? 'provider-caseload.sample.csv: already there: 20, refused: 0, of 20 rows. Nothing was changed.'
        : `provider-caseload.sample.csv: 20 rows read\n  ${String(taken).padStart(2)} taken\n  ${String(20 - taken).padStart(2)} already there`,
    );
  },
  60_000,
);

test('takes the force’s own list', async () => {
  const list = join(directory, 'list.csv');
  writeFileSync(list, 'OccurrenceNumber,NominalNumber,OutcomeDate\nDP-1,N1,01/10/2026\n');
  expect((await runImport(['--acr-list', list])).out).toMatch(/^list\.csv: 1 row read\n {2}1 taken\n/);
}, 60_000);

test('prints what a person has to look at, never what stands in a row', async () => {
  const known = anOutcome({ SafeToText: 'perhaps' });
  const declined = anOutcome({ ReferralAgreed: 'N' });
  const file = join(directory, 'odd.csv');
  const rows = [
    known,
    { ...known, Surname: 'Secret' },
    declined,
    { ...declined, ReferralAgreed: 'Y' },
    anOutcome({ ...known, NominalNumber: 'N-other' }),
  ];
  writeFileSync(file, csvOf(rows).replaceAll(',LPU', ',LPU,Ward').replaceAll(',Llanelli\r', ',Llanelli,x\r'));
  const { code, out } = await runImport([file], { LLWYBR_TOKEN: await api.token('manager') });
  expect(code).toBe(0);
  expect(out).not.toMatch(/Secret|Prydderch|Non/);
  expect(out.split('\n').slice(5)).toEqual([
    '  0 refused',
    'Columns not known, ignored: Ward',
    'A person has to decide; nothing was changed:',
    '  line 3: says something else than is recorded: Surname',
    '  line 5: was counted before as no referral, and now reads as one',
    '  line 6: another person has this name and birth date',
    expect.stringContaining('POST /api/v1/persons/{personId}/merges'),
    expect.stringContaining('amend-details'),
    'Taken, but cells cannot be read and count as not known:',
    '  line 2: SafeToText',
    '  line 6: SafeToText',
    '',
  ]);
}, 60_000);

test.each<[string, string[], () => Promise<Record<string, string>> | Record<string, string>, number, RegExp]>(
  [
    ['without a file', [], () => ({}), 2, /^Usage: npm run import -- <file>/],
    ['with two files', ['a', 'b'], () => ({}), 2, /^Usage/],
    ['with a file that is not there', ['/nowhere.csv'], () => ({}), 1, /^The file cannot be read: ENOENT/],
    [
      'with a file that is no export',
      [join(root, 'package.json')],
      () => ({}),
      1,
      /did not take the file \(HTTP 400\)\. In line 2, a quotation mark/,
    ],
    [
      'by somebody who may not',
      [sample],
      async () => ({ LLWYBR_TOKEN: await api.token('officer') }),
      1,
      /\(HTTP 403\)\. Your role does not allow this/,
    ],
    [
      'while the API is away',
      [sample],
      () => ({ PUBLIC_URL: 'http://127.0.0.1:9', LLWYBR_TOKEN: 'x' }),
      1,
      /does not answer .*Is the system started \(npm start\)\?/,
    ],
    [
      'while the issuer is away',
      [sample],
      () => ({ OIDC_ISSUER: 'http://127.0.0.1:9' }),
      1,
      /No issuer answers at .*Is the system started \(npm start\)\?/,
    ],
  ],
)(
  '%s says what is wrong',
  async (_, args, env, code, words) => {
    const ran = await runImport(args, await env());
    expect(ran).toMatchObject({ code, out: '' });
    expect(ran.errors).toMatch(words);
    expect(ran.errors).not.toMatch(/\n\s+at /);
  },
  60_000,
);
