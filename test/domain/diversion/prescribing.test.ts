import { describe, expect, test } from '@jest/globals';
import { local } from './referral-life.ts';
import { concluded, planned, prescribing, strand, talking, treated } from './treated-life.ts';

const under = { modalityId: 'prescribing' };

describe('M18 a prescription', () => {
  test('begins under a strand and shows that the person takes part; the strand goes on after its end', () => {
    const life = treated().until(local('2026-03-12 10:00')).do('start-prescription', under);
    expect(life.ledger.slice(-2)).toMatchObject([
      { type: 'prescription-started', occurredAt: local('2026-03-12 10:00'), data: under },
      { type: 'engagement-recorded', data: { evidence: 'prescribed', appointmentId: null } },
    ]);
    expect(strand(life, 'prescribing').prescriptionSince).toBe(local('2026-03-12 10:00'));
    expect(life.at.engagement).toMatchObject({
      at: local('2026-03-05 14:00'),
      evidence: { prescribed: local('2026-03-12 10:00') },
    });
    life.until(local('2026-04-12 10:00')).do('end-prescription', { ...under, reason: 'stopped' });
    expect(strand(life, 'prescribing')).toMatchObject({
      prescriptionSince: null,
      prescriptionEnd: { at: local('2026-04-12 10:00'), reason: 'stopped' },
      endedAt: null,
    });
    expect([life.at.stage, life.codes]).toEqual(['in-treatment', []]);
    expect(life.intents).toEqual([]);
  });

  test('nothing of it names a drug or a dose', () => {
    const life = treated()
      .do('start-prescription', under)
      .do('end-prescription', { ...under, reason: 'other' });
    for (const type of ['prescription-started', 'prescription-ended']) {
      for (const { data } of life.of(type)) {
        expect(Object.keys(data as object).filter((key) => !['modalityId', 'reason'].includes(key))).toEqual(
          [],
        );
      }
    }
  });

  test('of another day it counts from that day, and a second one is later evidence only', () => {
    const life = treated().until(local('2026-04-01 10:00'));
    life.do('start-prescription', under, { occurredAt: local('2026-03-10 10:00') });
    life.do('end-prescription', { ...under, reason: 'completed' }, { occurredAt: local('2026-03-20 10:00') });
    life.do('start-prescription', under);
    expect(life.at.engagement?.evidence.prescribed).toBe(local('2026-03-10 10:00'));
    expect(life.of('engagement-recorded')).toHaveLength(2);
    expect(strand(life, 'prescribing').prescriptionSince).toBe(local('2026-04-01 10:00'));
  });

  test('goes on while the referral is concluded', () => {
    const life = concluded()
      .do('start-prescription', under)
      .do('end-prescription', { ...under, reason: 'other' });
    expect(life.at.stage).toBe('concluded');
  });
});

describe('the start is refused', () => {
  test.each([
    ['under a strand nobody knows', 'nothing', 'not-found'],
    ['under a strand that is not a prescribed one', 'talking', 'condition-not-met'],
  ])('%s', (_name, modalityId, code) => {
    expect(treated().refused('start-prescription', { modalityId }).code).toBe(code);
  });

  test('under a strand that has not begun, or has ended', () => {
    const life = planned(talking, prescribing).do('start-treatment', { modalityId: 'talking' });
    expect(life.refused('start-prescription', under).code).toBe('condition-not-met');
    life.do('start-treatment', under).do('end-modality', { ...under, reason: 'completed' });
    expect(life.refused('start-prescription', under).code).toBe('conflict');
  });

  test('before the strand, and within another prescription', () => {
    const life = treated().until(local('2026-04-20 10:00'));
    const at = (time: string) => life.refused('start-prescription', under, { occurredAt: local(time) }).code;
    expect(at('2026-03-08 10:00')).toBe('condition-not-met');
    life.do('start-prescription', under, { occurredAt: local('2026-03-12 10:00') });
    life.do('end-prescription', { ...under, reason: 'other' }, { occurredAt: local('2026-04-12 10:00') });
    expect(at('2026-04-01 10:00')).toBe('conflict');
  });

  test('while one runs: of that day it is done already, of another a conflict', () => {
    const life = treated().do('start-prescription', under);
    expect(life.refused('start-prescription', under).code).toBe('already-done');
    life.until(local('2026-03-12 10:00'));
    expect(life.refused('start-prescription', under)).toMatchObject({
      code: 'conflict',
      details: { prescriptionSince: local('2026-03-09 10:00') },
    });
  });
});

describe('the end is refused', () => {
  test('of what nobody knows, or what never began', () => {
    const life = treated();
    expect(life.refused('end-prescription', { modalityId: 'nothing', reason: 'other' }).code).toBe(
      'not-found',
    );
    expect(life.refused('end-prescription', { ...under, reason: 'other' }).code).toBe('condition-not-met');
  });

  test('before its start', () => {
    const life = treated().until(local('2026-03-12 10:00')).do('start-prescription', under);
    const given = { occurredAt: local('2026-03-11 10:00') };
    expect(life.refused('end-prescription', { ...under, reason: 'other' }, given).code).toBe(
      'before-the-start',
    );
  });

  test('said again it is done already, for another reason a conflict', () => {
    const life = treated()
      .do('start-prescription', under)
      .do('end-prescription', { ...under, reason: 'stopped' });
    const again = (reason: 'stopped' | 'completed') =>
      life.refused('end-prescription', { ...under, reason }).code;
    expect([again('stopped'), again('completed')]).toEqual(['already-done', 'conflict']);
  });
});
