import { describe, expect, test } from '@jest/globals';
import type { PlannedModalityData } from '../../../workflows/domain/diversion/treatment.ts';
import { local, ReferralLife } from './referral-life.ts';
import {
  assessed,
  concluded,
  course,
  planned,
  prescribing,
  suitable,
  talking,
  treated,
  withoutTreatmentConsent,
} from './treated-life.ts';

const group: PlannedModalityData = { type: 'group-programme', prescribed: false };
const online: PlannedModalityData = { type: 'online-programme', prescribed: false };

describe('M15 the care plan', () => {
  test('counts from its date, with its strands in their order', () => {
    const life = planned(talking, prescribing);
    expect(life.ledger.at(-1)).toMatchObject({
      type: 'care-plan-agreed',
      occurredAt: local('2026-03-06 10:00'),
      data: { modalities: [talking, prescribing] },
      stage: 'care-plan-agreed',
    });
    expect(life.at.treatment).toMatchObject({
      agreedAt: local('2026-03-06 10:00'),
      modalities: [
        { ...talking, plannedAt: local('2026-03-06 10:00'), startedAt: null, endedAt: null },
        { ...prescribing, startedAt: null },
      ],
    });
    expect(life.clock('closure')).toBeDefined();
  });

  test('strands without an id get one of the command and their place', () => {
    const life = assessed().do(
      'agree-care-plan',
      { modalities: [group, talking, online] },
      { commandId: 'c9' },
    );
    const ids = life.at.treatment.modalities.map(({ modalityId }) => modalityId);
    expect(ids).toEqual(['c9:0', 'talking', 'c9:2']);
  });

  test('a strand is added later by the same command; the plan keeps its first date', () => {
    const life = planned(talking)
      .until(local('2026-03-20 10:00'))
      .do('agree-care-plan', { modalities: [group] });
    expect(life.at.treatment.modalities).toHaveLength(2);
    expect(life.at.treatment.agreedAt).toBe(local('2026-03-06 10:00'));
    const earlier = planned(talking).do(
      'agree-care-plan',
      { modalities: [group] },
      { occurredAt: local('2026-03-05 16:00') },
    );
    expect(earlier.at.treatment.agreedAt).toBe(local('2026-03-05 16:00'));
  });

  test('of another day it counts from that day', () => {
    const life = assessed().until(local('2026-03-20 10:00'));
    life.do('agree-care-plan', { modalities: [talking] }, { occurredAt: local('2026-03-05 09:00') });
    expect(life.at.treatment.agreedAt).toBe(local('2026-03-05 09:00'));
  });
});

describe('what a care plan needs', () => {
  test.each(['other-help', 'none-needed'] as const)('not after %s', (result) => {
    const life = assessed({ substances: ['cannabis'], result, signposts: ['money'] });
    expect(life.refused('agree-care-plan', { modalities: [talking] })).toMatchObject({
      code: 'condition-not-met',
      details: { result },
    });
  });

  test('edge case 30: not when the consent to treatment was withdrawn, until it is given again', () => {
    const life = withoutTreatmentConsent(assessed());
    const { code, details } = life.refused('agree-care-plan', { modalities: [talking] });
    expect([code, details]).toEqual(['condition-not-met', { consent: 'withdrawn' }]);
    life.engine('carry-fact', { factId: 'f2', fact: 'consent-given', purpose: 'treatment' });
    expect(life.do('agree-care-plan', { modalities: [talking] }).at.stage).toBe('care-plan-agreed');
  });

  test('not dated before the assessment', () => {
    const life = assessed().until(local('2026-03-06 10:00'));
    const given = { occurredAt: local('2026-03-04 23:59') };
    expect(life.refused('agree-care-plan', { modalities: [talking] }, given).code).toBe('before-the-start');
  });

  test.each([
    ['no strand', []],
    ['one id for two', [talking, { ...group, modalityId: 'talking' }]],
    ['a prescribed awareness course', [{ ...course, prescribed: true }]],
  ])('%s is refused', (_name, modalities) => {
    expect(assessed().refused('agree-care-plan', { modalities }).code).toBe('condition-not-met');
  });
});

describe('the same plan again', () => {
  test.each([
    ['by its ids', planned(talking, group), [talking]],
    ['without ids on the same day', planned(group, online), [online, group]],
  ] as const)('%s is done already', (_name, life, modalities) => {
    expect(life.refused('agree-care-plan', { modalities }).code).toBe('already-done');
  });

  test.each([
    ['an id that is another kind of strand', [{ ...group, modalityId: 'talking' }]],
    ['one strand of before and a new one', [talking, group]],
  ])('%s is a conflict, and nothing is added', (_name, modalities) => {
    expect(planned(talking).refused('agree-care-plan', { modalities }).code).toBe('conflict');
  });

  test('of another day it is a strand more', () => {
    const life = planned(group)
      .until(local('2026-03-09 10:00'))
      .do('agree-care-plan', { modalities: [group] });
    expect(life.at.treatment.modalities).toHaveLength(2);
  });

  test('after a strand of the kind has ended it is a new one', () => {
    const life = planned(group);
    const [first] = life.at.treatment.modalities;
    life.do('end-modality', { modalityId: first?.modalityId ?? '', reason: 'persons-choice' });
    life.do('agree-care-plan', { modalities: [group] });
    expect(life.at.treatment.modalities).toHaveLength(2);
  });
});

describe('the next strand after the last one', () => {
  test('answers the question while the referral is open', () => {
    const life = treated(talking).do('end-modality', { modalityId: 'talking', reason: 'completed' });
    expect(life.codes).toContain('treatment-ended');
    expect(life.do('agree-care-plan', { modalities: [group] }).codes).not.toContain('treatment-ended');
  });

  test('does not once it is concluded, where no clock runs: only its start does', () => {
    const life = concluded(talking).do('end-modality', { modalityId: 'talking', reason: 'completed' });
    life.do('agree-care-plan', { modalities: [{ ...group, modalityId: 'g' }] });
    expect(life.at).toMatchObject({ stage: 'concluded', deadlines: [] });
    expect(life.codes).toContain('treatment-ended');
    life.do('start-treatment', { modalityId: 'g' });
    expect(life.codes).not.toContain('treatment-ended');
  });

  test('none is agreed while the referral is closed, and the assessment still stands when it comes back', () => {
    const life = ReferralLife.received().do('record-assessment', suitable);
    life.do('close-pathway', { reason: 'disengaged' }).until(local('2026-03-10 10:00'));
    expect(life.refused('agree-care-plan', { modalities: [talking] }).code).toBe('wrong-stage');
    life.do('record-engagement', { evidence: 'attended' }).do('agree-care-plan', { modalities: [talking] });
    expect(life.at.stage).toBe('care-plan-agreed');
  });
});
