import { describe, expect, test } from '@jest/globals';
import type { DiversionState } from '../../../workflows/domain/diversion/state.ts';
import { positiveOutcomes } from '../../../workflows/domain/diversion/treatment.ts';
import type { TreatmentTestData } from '../../../workflows/domain/diversion/treatment.ts';
import { substances } from '../../../workflows/domain/diversion/substance.ts';
import { local, ReferralLife } from './referral-life.ts';
import { concluded, treated } from './treated-life.ts';

/** All but what is recorded. */
function rest({
  seq: _seq,
  undoable: _undoable,
  positiveOutcomes: _outcomes,
  treatment,
  ...state
}: DiversionState) {
  return { ...state, treatment: { ...treatment, lastTest: null } };
}

const positive: TreatmentTestData = {
  results: [
    { substance: 'heroin', result: 'positive' },
    { substance: 'crack', result: 'negative' },
    { substance: 'cannabis', result: 'not-tested' },
  ],
};

describe('M19 a drug test in treatment', () => {
  test.each([
    ['in treatment', () => treated()],
    ['before anything began', () => ReferralLife.received().attempt('no-answer')],
    ['concluded', () => concluded()],
  ])('leads to nothing, %s: only the test is recorded', (_name, begin) => {
    const life = begin();
    const before = rest(life.at);
    const events = life.ledger.length;
    life.do('record-treatment-test', positive);
    expect(rest(life.at)).toEqual(before);
    expect(life.ledger.slice(events)).toEqual([
      {
        ...{ type: 'treatment-tested', version: 1, occurredAt: life.now, data: positive },
        ...{ seq: events + 1, commandId: expect.any(String), actor: expect.any(Object) },
      },
    ]);
    expect(life.intents).toEqual([]);
  });

  test('positive again and again, nothing asks for anything', () => {
    const life = treated();
    for (const day of ['10', '17', '24', '31']) {
      life.until(local(`2026-03-${day} 10:00`)).do('record-treatment-test', positive);
    }
    expect([life.codes, life.at.stage]).toEqual([[], 'in-treatment']);
  });

  const many = substances.map((substance) => ({ substance, result: 'negative' }) as const);

  test.each([
    ['no result', []],
    ['eleven', many.slice(0, 11)],
    [
      'one substance twice',
      [
        { substance: 'heroin', result: 'positive' },
        { substance: 'heroin', result: 'negative' },
      ],
    ],
  ] as const)('%s is refused', (_name, results) => {
    expect(treated().refused('record-treatment-test', { results }).code).toBe('condition-not-met');
  });

  test('ten are taken', () => {
    expect(
      treated().do('record-treatment-test', { results: many.slice(0, 10) }).at.treatment.lastTest?.results,
    ).toHaveLength(10);
  });

  test('said again of that moment it is done already, otherwise a conflict; later it is another test', () => {
    const life = treated().do('record-treatment-test', positive);
    const again = (results: TreatmentTestData['results']) =>
      life.refused('record-treatment-test', { results }).code;
    expect(again(positive.results.toReversed())).toBe('already-done');
    expect(again([{ substance: 'heroin', result: 'negative' }])).toBe('conflict');
    life.until(local('2026-03-10 10:00')).do('record-treatment-test', positive);
    expect(life.of('treatment-tested')).toHaveLength(2);
  });

  test('of last week it is dated last week', () => {
    const life = treated().until(local('2026-03-20 10:00'));
    life.do('record-treatment-test', positive, { occurredAt: local('2026-03-12 10:00') });
    expect(life.ledger.at(-1)?.occurredAt).toBe(local('2026-03-12 10:00'));
  });
});

describe('M37 positive outcomes', () => {
  test.each(positiveOutcomes)('%s is recorded and changes nothing else', (outcome) => {
    const life = treated();
    const before = rest(life.at);
    life.do('record-positive-outcome', { outcome });
    expect(rest(life.at)).toEqual(before);
    expect(life.of('positive-outcome-recorded')).toMatchObject([{ occurredAt: life.now, data: { outcome } }]);
  });

  test('many in one life, also before treatment, in the past and after the closure', () => {
    const life = ReferralLife.received().do('record-positive-outcome', { outcome: 'housed' });
    life.until(local('2026-03-10 10:00')).do('record-positive-outcome', { outcome: 'housed' });
    life.do('record-positive-outcome', { outcome: 'housed' }, { occurredAt: local('2026-03-05 10:00') });
    life
      .do('close-pathway', { reason: 'declined' })
      .do('record-positive-outcome', { outcome: 'family-contact' });
    expect(life.of('positive-outcome-recorded')).toHaveLength(4);
    expect(life.at.stage).toBe('closed');
  });

  test('the same one of the same moment is done already', () => {
    const life = treated().do('record-positive-outcome', { outcome: 'training' });
    expect(life.refused('record-positive-outcome', { outcome: 'training' }).code).toBe('already-done');
    life.do('record-positive-outcome', { outcome: 'employment' });
  });
});
