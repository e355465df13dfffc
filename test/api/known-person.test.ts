import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { drugTestAnswer, referralAnswer } from '../../api/schemas/answers.ts';
import { personById } from '../../store/persons.ts';
import { pathwayById } from '../../store/pathways.ts';
import type { PersonDetails } from '../../store/person-columns.ts';
import { wholeForce } from '../../store/scope.ts';
import { aReferral, ApiCaller, aTest } from '../support/api-caller.ts';
import { startApiWithoutEngine } from '../support/api-without-engine.ts';
import type { ApiWithoutEngine } from '../support/api-without-engine.ts';
import { anOutcome, importRow } from '../support/imports.ts';

// What is said later of a person whom the force knows, about the ways of reaching them.

const scope = wholeForce('dyfed-powys');

let api: ApiWithoutEngine;
let officer: ApiCaller;
let custody: ApiCaller;
let records: ApiCaller;

beforeAll(async () => {
  api = await startApiWithoutEngine();
  officer = await ApiCaller.as(api, 'officer');
  custody = await ApiCaller.as(api, 'custody');
  records = await ApiCaller.as(api, 'records-system');
}, 60_000);

afterAll(async () => {
  await api.close();
});

/** A person whom an officer has referred, safe to text on a mobile. */
async function referred(): Promise<{ personId: string; asTested: Record<string, unknown> }> {
  const referral = aReferral();
  const { personId } = (await officer.post('/api/v1/referrals', referral)).as(referralAnswer);
  const { surname, forenames, birthDate, nominalNumber } = referral;
  return { personId, asTested: { surname, forenames, birthDate, nominalNumber } };
}

async function safeToText(personId: string): Promise<PersonDetails['safeToText'] | undefined> {
  return (await personById(api.db, scope, personId))?.safeToText;
}

/** How many rows there are of anything about anybody. */
async function peopleKept(): Promise<string[]> {
  const tables = ['person', 'former_number', 'person_possible_match', 'person_fact', 'pathway', 'event'];
  const { rows } = await api.db.pool.query<{ kept: string }>(
    tables.map((table) => `select '${table} ' || count(*) as kept from ${table}`).join(' union all '),
  );
  return rows.map(({ kept }) => kept);
}

test('a second word about a positive test is no other test: a person decides', async () => {
  const positive = aTest();
  const { reference } = (await custody.post('/api/v1/drug-tests', positive)).as(drugTestAnswer);
  const before = await peopleKept();
  const answer = await custody.post('/api/v1/drug-tests', { ...positive, ...negative });
  expect(answer.status).toBe(409);
  expect(answer.problem).toMatchObject({ code: 'conflict', details: { reference } });
  expect(await peopleKept()).toEqual(before);
  const { rows } = await api.db.pool.query('select from drug_test where tested_at = $1', [
    positive['testedAt'],
  ]);
  expect(rows).toHaveLength(1);
});

const negative = { results: [{ substance: 'cocaine', result: 'negative' }] };
const voluntary = { basis: { kind: 'voluntary' } };

test.each([
  ['negative', { ...negative, safeToText: 'no' }, {}, 'no'],
  ['voluntary', { ...voluntary, safeToText: 'no' }, {}, 'no'],
  ['negative, under a slip in the name,', { ...negative, safeToText: 'no' }, { surname: 'Morgans' }, 'no'],
  [
    'negative, of somebody else under this number,',
    { ...negative, safeToText: 'no' },
    { surname: 'Pugh', birthDate: '1971-01-01' },
    'yes',
  ],
  ['negative, called safe to text,', { ...negative, safeToText: 'yes' }, {}, 'yes'],
  ['negative, not asked,', { ...negative, safeToText: 'unknown' }, {}, 'yes'],
])(
  'a %s test that is only counted keeps nothing but "not safe to text"',
  async (_which, said, slip, kept) => {
    const { personId, asTested } = await referred();
    const before = await peopleKept();
    const answer = await custody.post('/api/v1/drug-tests', aTest({ ...asTested, ...said, ...slip }));
    expect(answer.as(drugTestAnswer)).toMatchObject({ opened: false, personId: null });
    expect(await safeToText(personId)).toBe(kept);
    expect(await peopleKept()).toEqual(before);
  },
);

test('"not safe to text" of a test that is only counted is kept of nobody whom the force does not know', async () => {
  const before = await peopleKept();
  for (const nominal of [{}, { nominalNumber: undefined }]) {
    const body = aTest({ ...negative, ...nominal, safeToText: 'no' });
    const answer = await custody.post('/api/v1/drug-tests', body);
    expect(answer.as(drugTestAnswer)).toMatchObject({ opened: false });
  }
  expect(await peopleKept()).toEqual(before);
});

test('a landline in a later row of the export takes the place of no mobile, and is named', async () => {
  const first = anOutcome({ Mobile: '07700 900123' });
  await importRow(records, first);
  const later = { ...first, OccurrenceNumber: 'DP-20261002-L', OutcomeDate: '02/10/2026' };
  const answer = await importRow(records, { ...later, Mobile: '01267 223344' });
  expect(answer).toMatchObject({ answer: 'taken', differs: ['Mobile'] });
  if (answer.answer !== 'taken') throw new Error(answer.answer);
  const { personId = '' } = (await pathwayById(api.db, scope, answer.pathwayId)) ?? {};
  expect(await personById(api.db, scope, personId)).toMatchObject({
    mobile: '+447700900123',
    safeToText: 'yes',
  });
});
