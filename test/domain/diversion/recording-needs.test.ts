import { describe, expect, test } from '@jest/globals';
import { diversion } from '../../../workflows/domain/diversion/kind.ts';
import { needCodes, needResults } from '../../../workflows/domain/diversion/needs.ts';
import { local, receipt, ReferralLife } from './referral-life.ts';
import { treated } from './treated-life.ts';

const withNeed = (): ReferralLife =>
  ReferralLife.received().do('add-need', { needId: 'n1', code: 'housing', referredTo: 'shelter' });

describe('M32 wider needs', () => {
  test('is a dated item with the service referred on to, and then with what came of it', () => {
    const life = withNeed();
    expect(life.at.needs).toEqual([
      { needId: 'n1', code: 'housing', referredTo: 'shelter', since: receipt, closedAt: null, result: null },
    ]);
    life.until(local('2026-03-20 10:00')).do('close-need', { needId: 'n1', result: 'met' });
    expect(life.at.needs).toMatchObject([{ closedAt: local('2026-03-20 10:00'), result: 'met' }]);
  });

  test('touches no clock, no question and no stage', () => {
    const bare = ReferralLife.received();
    const { deadlines, attention, stage } = bare.at;
    bare.do('add-need', { code: 'counselling' }, { commandId: 'c7' });
    expect(bare.at).toMatchObject({ deadlines, attention, stage });
    expect(bare.at.needs).toMatchObject([{ needId: 'c7', code: 'counselling', referredTo: null }]);
    bare.do('close-need', { needId: 'c7', result: 'declined' });
    expect(bare.at).toMatchObject({ deadlines, attention, stage });
  });

  test.each(needCodes)('%s', (code) => {
    expect(ReferralLife.received().do('add-need', { code }).at.needs[0]?.code).toBe(code);
  });

  test.each(needResults)('ends as %s', (result) => {
    expect(withNeed().do('close-need', { needId: 'n1', result }).at.needs[0]?.result).toBe(result);
  });

  test('each service referred on to is a need of its own, and so is the same after its end', () => {
    const life = withNeed().do('add-need', { code: 'housing', referredTo: 'council' });
    life.do('close-need', { needId: 'n1', result: 'not-available' });
    life.do('add-need', { code: 'housing', referredTo: 'shelter' });
    expect(life.at.needs).toHaveLength(3);
  });

  test.each([
    ['the same need', { code: 'housing', referredTo: 'shelter' }, 'already-done'],
    ['the same id and need', { needId: 'n1', code: 'housing', referredTo: 'shelter' }, 'already-done'],
    ['the same id for another', { needId: 'n1', code: 'counselling' }, 'conflict'],
    ['the same id for another service', { needId: 'n1', code: 'housing' }, 'conflict'],
  ] as const)('%s again', (_name, data, code) => {
    expect(withNeed().refused('add-need', data).code).toBe(code);
  });

  test('what came of it: unknown, again, otherwise, too early', () => {
    const life = withNeed().until(local('2026-03-20 10:00'));
    expect(life.refused('close-need', { needId: 'n2', result: 'met' }).code).toBe('not-found');
    life.do('add-need', { needId: 'n2', code: 'other' });
    const early = { occurredAt: local('2026-03-19 10:00') };
    expect(life.refused('close-need', { needId: 'n2', result: 'met' }, early).code).toBe('before-the-start');
    life.do('close-need', { needId: 'n1', result: 'met' }, early);
    expect(life.at.needs[0]?.closedAt).toBe(local('2026-03-19 10:00'));
    expect(life.refused('close-need', { needId: 'n1', result: 'met' }).code).toBe('already-done');
    expect(life.refused('close-need', { needId: 'n1', result: 'declined' }).code).toBe('conflict');
  });

  test('is closed after the closure too, and opened no more', () => {
    const life = withNeed().do('close-pathway', { reason: 'declined' });
    life.do('close-need', { needId: 'n1', result: 'no-longer-needed' });
    expect(life.refused('add-need', { code: 'other' }).code).toBe('wrong-stage');
  });

  test('what is open shows where a closure is asked for', () => {
    const life = treated().do('add-need', { needId: 'n1', code: 'housing' });
    life
      .do('add-need', { needId: 'n2', code: 'counselling' })
      .do('close-need', { needId: 'n2', result: 'met' });
    life.do('end-modality', { modalityId: 'talking', reason: 'completed' });
    life.do('end-modality', { modalityId: 'prescribing', reason: 'completed' });
    const said = diversion.explain(life.at, life.now).waits.find(({ rule }) => rule === 'treatment-ended');
    expect(said?.what).toMatch(/housing/i);
    expect(said?.what).not.toMatch(/counselling/i);
  });
});
