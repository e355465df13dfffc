import { describe, expect, test } from '@jest/globals';
import { substances } from '../../../workflows/domain/compulsory/commands.ts';
import type { RecordTestData, TestBasis } from '../../../workflows/domain/compulsory/commands.ts';
import { isSpecifiedClassA, opensPathway } from '../../../workflows/domain/compulsory/drug-test.ts';
import { compulsory } from '../../../workflows/domain/compulsory/kind.ts';
import { CompulsoryCase, force, plus, testData, testedAt } from './compulsory-case.ts';

const custody = { userId: 'u', role: 'CustodyOfficer', organisationId: 'o', forceId: force } as const;

function open(
  change: Partial<RecordTestData>,
  now = testedAt,
  actor: { role: 'CustodyOfficer' | 'DipOfficer' } = custody,
) {
  return compulsory.decide(
    undefined,
    {
      commandId: 'c',
      name: 'record-test',
      data: testData(change),
      occurredAt: now,
      receivedAt: now,
      actor: { ...custody, ...actor },
    },
    now,
  );
}

const authority: TestBasis = {
  kind: 'inspector-authority',
  inspectorId: 'inspector-1',
  authorisedAt: plus(testedAt, -600),
  groundsCode: 'class-a-suspected',
};

describe('a test for a specified Class A drug', () => {
  test('M54 opens a pathway when it is positive', () => {
    const it = CompulsoryCase.tested();
    expect(it.stage).toBe('awaiting-requirement');
    expect(it.state.receivedAt).toBe(testedAt);
    expect(it.types()).toEqual(['test-recorded']);
    expect(it.clocks).toEqual([`requirement-decision - ${plus(testedAt, 86_400)}`]);
  });

  test('M57 keeps the legal basis apart from the reason for the selection', () => {
    const it = CompulsoryCase.tested({ basis: authority, selectionReasonCode: 'intelligence-led' });
    expect(it.state.test).toMatchObject({ basis: authority, selectionReasonCode: 'intelligence-led' });
  });

  test('M40 puts no birth date into the ledger', () => {
    const it = CompulsoryCase.tested({ birthDate: '1987-11-03' });
    expect(JSON.stringify([it.events, it.state])).not.toMatch(/1987-11-03|birth/i);
  });

  test.each([
    ['all negative', [{ substance: 'cocaine', result: 'negative' }], 'negative'],
    ['only a drug that is not specified', [{ substance: 'cannabis', result: 'positive' }], 'negative'],
    ['no result at all', [], 'negative'],
  ] as const)('opens none: %s', (_name, results, notOpened) => {
    expect(open({ results }).refusal).toMatchObject({ code: 'condition-not-met', details: { notOpened } });
    expect(opensPathway(testData({ results }))).toBe(false);
  });

  test('M64 opens none when it was voluntary, even positive', () => {
    const data = testData({ basis: { kind: 'voluntary' } });
    expect(open(data).refusal).toMatchObject({
      code: 'condition-not-met',
      details: { notOpened: 'voluntary' },
    });
    expect(opensPathway(data)).toBe(false);
  });

  test.each(substances)('counts %s by its class', (substance) => {
    const positive = opensPathway(testData({ results: [{ substance, result: 'positive' }] }));
    expect(positive).toBe(isSpecifiedClassA(substance, testedAt));
    expect(positive).toBe(!['cannabis', 'benzodiazepines'].includes(substance));
  });

  test.each(substances)('counts %s by the list of the day of the test', (substance) => {
    const found = (at: string) =>
      opensPathway(testData({ testedAt: at, results: [{ substance, result: 'positive' }] }));
    // Local midnight in summer time.
    expect(found('2023-08-01T22:59:59.999Z')).toBe(['cocaine', 'opiates'].includes(substance));
    expect(found('2023-08-01T23:00:00.000Z')).toBe(!['cannabis', 'benzodiazepines'].includes(substance));
  });

  test.each([
    ['the day before the 18th birthday', '2008-03-03', 'under-18'],
    ['the 18th birthday', '2008-03-02', undefined],
  ] as const)('M40 judges age at the test: %s', (_name, birthDate, code) => {
    expect(open({ birthDate }).refusal?.code).toBe(code);
  });

  test('judges age by the local day, not by that of UTC', () => {
    // 23:30 UTC on 30 June is 00:30 on 1 July in summer time.
    const late = '2026-06-30T23:30:00.000Z';
    expect(open({ testedAt: late, birthDate: '2008-07-01' }, late).refusal).toBeUndefined();
    expect(open({ testedAt: late, birthDate: '2008-07-02' }, late).refusal?.code).toBe('under-18');
  });

  test.each([
    ['a test that is still to come', { testedAt: plus(testedAt, 1) }, 'in-the-future'],
    ['a test before such tests existed', { testedAt: '1999-12-31T23:59:59.000Z' }, 'before-the-start'],
    [
      'a test before people were tested on arrest',
      { testedAt: '2005-11-30T23:59:59.999Z' },
      'before-the-start',
    ],
    [
      'an authority given longer before the sample than anybody is detained',
      { basis: { ...authority, authorisedAt: plus(testedAt, -96 * 3600 - 0.001) } },
      'condition-not-met',
    ],
    [
      'an authority given after the sample',
      { basis: { ...authority, authorisedAt: plus(testedAt, 1) } },
      'before-the-start',
    ],
  ] as const)('is refused: %s', (_name, change, code) => {
    expect(open(change).refusal?.code).toBe(code);
  });

  test('takes an authority given as long before the sample as the longest detention lasts', () => {
    const basis = { ...authority, authorisedAt: plus(testedAt, -96 * 3600) };
    expect(open({ basis }).refusal).toBeUndefined();
    const first = '2005-12-01T00:00:00.000Z';
    expect(open({ testedAt: first, birthDate: '1980-01-01' }, first).refusal).toBeUndefined();
  });

  test('is refused from a role that records no tests', () => {
    expect(open({}, testedAt, { role: 'DipOfficer' }).refusal?.code).toBe('wrong-role');
  });

  test('is refused a second time on the same pathway', () => {
    const it = CompulsoryCase.tested();
    const again = { ...it.engine('record-test', testData()), actor: custody };
    expect(it.refusedRaw(again)).toMatchObject({
      code: 'wrong-stage',
      details: { stage: 'awaiting-requirement' },
    });
  });

  test('says when a day has gone by without a requirement, and stops saying so when one is imposed', () => {
    const it = CompulsoryCase.tested();
    it.waitUntil(plus(testedAt, 86_400));
    expect(it.attention).toEqual(['requirement-undecided']);
    expect(it.stage).toBe('awaiting-requirement');
  });
});

test('a command for a pathway that does not exist is not found', () => {
  const it = new CompulsoryCase();
  expect(it.refused('set-marker', { breachId: 'b', marker: 'RED', reasonCode: 'r' }).code).toBe('not-found');
});
