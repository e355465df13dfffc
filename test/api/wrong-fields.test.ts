import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { sendableCommands } from '../../api/access-policy.ts';
import { Problem } from '../../api/problems.ts';
import { factOfCommand } from '../../api/fact-table.ts';
import { commandBody } from '../../api/schemas/commands.ts';
import { factCommandBody } from '../../api/schemas/facts.ts';
import { readAs } from '../../api/schemas/reading.ts';
import { aReferral, ApiCaller, aTest } from '../support/api-caller.ts';
import { startApiWithoutEngine } from '../support/api-without-engine.ts';
import type { ApiWithoutEngine } from '../support/api-without-engine.ts';

let api: ApiWithoutEngine;
let officer: ApiCaller;
let custody: ApiCaller;

beforeAll(async () => {
  api = await startApiWithoutEngine();
  officer = await ApiCaller.as(api, 'officer');
  custody = await ApiCaller.as(api, 'custody');
});

afterAll(async () => {
  await api.close();
});

describe('one of several shapes', () => {
  const oneOfTwo = {
    path: '/residence',
    code: 'invalid-union',
    message: 'residence must be one of the two: { "postcode": "SA31 2AA" }, or { "noFixedAbode": true }',
  };
  const cases: [string, unknown, Record<string, unknown>][] = [
    [
      'missing',
      undefined,
      { ...oneOfTwo, code: 'required', message: oneOfTwo.message.replace('must be', 'is needed:') },
    ],
    ['a text', 'SA31 2AA', oneOfTwo],
    ['neither', {}, oneOfTwo],
    ['both', { postcode: 'SA31 2AA', noFixedAbode: true }, oneOfTwo],
    ['a postcode that is no text', { postcode: 31 }, { path: '/residence/postcode', code: 'invalid-type' }],
    [
      'no postcode',
      { postcode: 'Llanelli' },
      { path: '/residence/postcode', message: 'postcode must be a UK postcode, e.g. SA31 2AA' },
    ],
    ['an abode denied', { noFixedAbode: false }, { path: '/residence/noFixedAbode', code: 'invalid-value' }],
  ];

  test.each(cases)('a residence, %s: the answer says what is wanted', async (_name, residence, expected) => {
    const answers = [
      await officer.post('/api/v1/referrals', aReferral({ residence })),
      // Of a test it may be left out.
      ...(residence === undefined ? [] : [await custody.post('/api/v1/drug-tests', aTest({ residence }))]),
    ];
    for (const { problem } of answers) {
      expect(problem.errors).toEqual([expect.objectContaining(expected)]);
      const [error] = problem.errors ?? [];
      const inside = error?.path !== '/residence';
      expect(problem.detail).toBe(`${inside ? `${String(error?.path)}: ` : ''}${String(error?.message)}`);
    }
  });

  test('a kind that nobody knows: the answer names those that are', async () => {
    const answer = await custody.post('/api/v1/drug-tests', aTest({ basis: { kind: 'hunch' } }));
    expect(answer.problem.errors).toEqual([
      {
        path: '/basis/kind',
        code: 'invalid-union',
        message: 'kind must be one of trigger-offence, inspector-authority, voluntary',
      },
    ]);
  });

  test('a union without words of its own says what each shape would want', () => {
    const schema = z.strictObject({
      at: z.union([z.strictObject({ day: z.string() }), z.strictObject({ hour: z.number() })]),
    });
    const read = () => readAs(schema, { at: {} });
    expect(read).toThrow(Problem);
    try {
      read();
    } catch (error) {
      expect((error as Problem).parts.errors).toEqual([
        {
          path: '/at',
          code: 'invalid-union',
          message: 'at is none of what is taken here: day is needed; or hour is needed',
        },
      ]);
    }
  });
});

describe('words', () => {
  const cases: [string, Record<string, unknown>, string, string, string][] = [
    ['missing', { surname: undefined }, '/surname', 'required', 'surname is needed'],
    ['missing', { agreed: undefined }, '/agreed', 'required', 'agreed is needed: true'],
    [
      'missing',
      { offenceCode: undefined },
      '/offenceCode',
      'required',
      'offenceCode is needed: one of 92D, 92E',
    ],
    ['a number', { surname: 12 }, '/surname', 'invalid-type', 'surname must be a text, in quotation marks'],
    ['null', { mobile: null }, '/mobile', 'invalid-type', 'mobile must be a text, in quotation marks'],
    ['a word for a truth', { agreed: 'yes' }, '/agreed', 'invalid-value', 'agreed must be true or false'],
    [
      'no agreement',
      { agreed: false },
      '/agreed',
      'invalid-value',
      'agreed must be true: without agreement there is no referral',
    ],
    ['not on the list', { language: 'fr' }, '/language', 'invalid-value', 'language must be one of en, cy'],
    ['empty', { surname: '' }, '/surname', 'too-small', 'surname must not be empty'],
    [
      'too long',
      { surname: 'x'.repeat(101) },
      '/surname',
      'too-big',
      'surname is too long: at most 100 characters',
    ],
    [
      'a way that nobody knows',
      { via: 'hearsay' },
      '/via',
      'invalid-union',
      'via must be one of acr, conditional-caution, outcome-22, form, outreach, cell-sweep, required-assessment, self-help, other',
    ],
    ['unknown', { marker: 'RED' }, '/marker', 'unknown-field', 'marker is not a field that is taken here'],
    [
      'a date as people write it',
      { birthDate: '02/05/1994' },
      '/birthDate',
      'invalid-date',
      'birthDate must be a date written YYYY-MM-DD, e.g. 1994-05-02 for 2 May 1994',
    ],
    [
      'a date and time as people write it',
      { outcomeAt: '02/05/2026 14:30' },
      '/outcomeAt',
      'invalid-date',
      'outcomeAt must be a date and time, e.g. 2026-03-03T14:30 (UK local time) or 2026-03-03T14:30:00Z',
    ],
    [
      'no mobile',
      { mobile: '01267 222020' },
      '/mobile',
      'invalid-phone',
      'mobile must be a mobile number of the United Kingdom, e.g. 07700 900123; leave it out where there is none',
    ],
  ];

  test.each(cases)('%s, %j: %s, %s, "%s"', async (_name, changes, path, code, message) => {
    const { problem } = await officer.post('/api/v1/referrals', aReferral(changes));
    expect([problem.detail, problem.errors]).toEqual([message, [{ path, code, message }]]);
  });

  test('of one entry of a list, inside an object, and of the body itself', async () => {
    const results = [{ substance: 'tea', result: 'positive' }];
    const errorsOf = async (body: unknown) =>
      (await custody.post('/api/v1/drug-tests', body)).problem.errors?.map(({ message }) => message);
    expect(await errorsOf(aTest({ results }))).toEqual([
      expect.stringMatching(/^substance must be one of cocaine, opiates, [a-z, -]+$/),
    ]);
    expect(await errorsOf(aTest({ results: ['cocaine'] }))).toEqual([
      'Entry 1 of results must be an object, in braces',
    ]);
    expect(await errorsOf(aTest({ results: [] }))).toEqual(['results must have at least 1 entry']);
    expect(await errorsOf(aTest({ basis: {} }))).toEqual([
      'kind is needed: one of trigger-offence, inspector-authority, voluntary',
    ]);
    expect(await errorsOf([])).toEqual(['The body must be an object, in braces']);
  });

  test('several fields at once: each is named once, and the detail says how many', async () => {
    const { problem } = await officer.post('/api/v1/referrals', aReferral({ surname: '', birthDate: 'May' }));
    expect(problem.detail).toBe('2 fields are not as they are taken here; see errors.');
    expect(problem.errors?.map(({ path }) => path)).toEqual(['/surname', '/birthDate']);
  });

  test('no command answers with words of the library: every field missing, then every field wrong', () => {
    for (const kind of ['diversion', 'compulsory'] as const) {
      for (const name of sendableCommands(kind)) {
        const fact = factOfCommand(name);
        const body = fact === undefined ? commandBody(kind, name) : factCommandBody(fact);
        for (const data of [undefined, {}, wrongData(body)]) {
          const messages = messagesOf(() => readAs(body, { data }));
          // Some commands have nothing to say beside their name.
          if (data === undefined || !body.safeParse({ data }).success) expect(messages).not.toEqual([]);
          for (const message of messages) {
            expect(message).not.toMatch(/invalid|expected|received|undefined|discriminator/i);
            expect(message).toMatch(/^[A-Za-z0-9 ]+ (is|must|does|comes) /);
            expect(message.length).toBeLessThan(400);
          }
        }
      }
    }
  });
});

/** Every field there, and none as it is taken. */
function wrongData(body: z.ZodType): unknown {
  const data = body instanceof z.ZodObject ? (body.shape['data'] as unknown) : undefined;
  if (!(data instanceof z.ZodObject)) throw new Error('The data of a command is no object');
  return Object.fromEntries(Object.keys(data.shape).map((field) => [field, '?']));
}

function messagesOf(read: () => unknown): string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof Problem) return (error.parts.errors ?? []).map(({ message }) => message);
    throw error;
  }
  return [];
}
