import { describe, expect, test } from '@jest/globals';
import { local, policy, receipt, ReferralLife } from './referral-life.ts';
import { assessmentResults } from '../../../workflows/domain/diversion/assessment.ts';
import type { AssessmentData } from '../../../workflows/domain/diversion/assessment.ts';
import { possessionDrugs } from '../../../workflows/domain/diversion/possession-drug.ts';
import { substanceRows, substances } from '../../../workflows/domain/diversion/substance.ts';
import { assessed, planned, suitable } from './treated-life.ts';

const otherHelp: AssessmentData = { substances: ['cannabis'], result: 'other-help', signposts: ['housing'] };
const noneNeeded: AssessmentData = { substances: [], result: 'none-needed' };
const declined: AssessmentData = { substances: [], result: 'declined' };

describe('M11 the full assessment', () => {
  test('brings the person on: engaged at that time, assessed, no clock waits for a beginning', () => {
    const life = ReferralLife.received().attempt('no-answer').until(local('2026-03-05 14:00'));
    life.do('record-assessment', suitable);
    expect(life.ledger.slice(-2)).toMatchObject([
      {
        type: 'assessment-recorded',
        occurredAt: local('2026-03-05 14:00'),
        data: { ...suitable, signposts: [] },
        stage: 'assessed',
      },
      {
        type: 'engagement-recorded',
        occurredAt: local('2026-03-05 14:00'),
        data: { evidence: 'attended', appointmentId: null },
      },
    ]);
    expect(life.at).toMatchObject({
      stage: 'assessed',
      assessment: { result: 'suitable', programme: 'core', at: local('2026-03-05 14:00') },
      contact: { reachedAt: local('2026-03-05 14:00') },
    });
    for (const rule of ['first-contact', 'contact-effort', 'booking']) {
      expect(life.clock(rule)).toBeUndefined();
    }
    expect(life.clock('closure')).toBeDefined();
    expect(life.intents).toEqual([]);
  });

  test('of last week it counts from last week, and settles what was asked since', () => {
    const life = ReferralLife.received().until(local('2026-03-12 10:00'));
    expect(life.codes).toContain('no-first-contact');
    life.do('record-assessment', suitable, { occurredAt: local('2026-03-04 09:00') });
    expect(life.at.engagement?.at).toBe(local('2026-03-04 09:00'));
    expect(life.codes).not.toContain('no-first-contact');
  });

  test('is no second engagement where the person came before', () => {
    const life = ReferralLife.received().do('record-engagement', { evidence: 'attended' });
    life.until(local('2026-03-05 14:00')).do('record-assessment', suitable);
    expect(life.of('engagement-recorded')).toHaveLength(1);
    expect(life.at.engagement?.at).toBe(receipt);
  });

  test('shows that the person takes part, also where an attendance of before turns out to be none', () => {
    const life = ReferralLife.received().book('a1', '2026-03-05 14:00').until(local('2026-03-05 15:00'));
    life.do('record-attendance', { appointmentId: 'a1', attendance: 'attended-and-remained' });
    life.until(local('2026-03-06 10:00')).do('record-assessment', suitable);
    expect(life.at.engagement?.at).toBe(local('2026-03-05 14:00'));
    const correction = { appointmentId: 'a1', attendance: 'absent', reason: 'wrong-person' } as const;
    life.do('correct-attendance', correction);
    const assessedAt = local('2026-03-06 10:00');
    expect(life.at.engagement).toEqual({ at: assessedAt, evidence: { attended: assessedAt } });
  });

  test('answers a missed appointment of before, not a later one', () => {
    const missed = (): ReferralLife =>
      ReferralLife.received()
        .book('a1', '2026-03-05 14:00')
        .until(local('2026-03-05 15:00'))
        .do('record-attendance', { appointmentId: 'a1', attendance: 'absent' });
    expect(missed().codes).toContain('appointment-to-rebook');
    const after = missed().until(local('2026-03-06 10:00')).do('record-assessment', suitable);
    expect(after.codes).not.toContain('appointment-to-rebook');
    const before = missed().do('record-assessment', suitable, { occurredAt: local('2026-03-04 10:00') });
    expect(before.codes).toContain('appointment-to-rebook');
  });

  test('without it no care plan can start', () => {
    const life = ReferralLife.received().do('record-engagement', { evidence: 'attended' });
    expect(
      life.refused('agree-care-plan', { modalities: [{ type: 'psychosocial', prescribed: false }] }).code,
    ).toBe('wrong-stage');
  });
});

describe('M14 each result leads to a step of its own', () => {
  test.each([
    ['suitable', suitable, 'assessed', true, false],
    ['other help', otherHelp, 'assessed', true, true],
    ['none needed', noneNeeded, 'assessed', true, true],
    ['declined', declined, 'contacted', false, true],
  ] as const)('%s', (_name, data, stage, engaged, asks) => {
    const life = assessed(data);
    expect(life.at.stage).toBe(stage);
    expect(life.at.engagement !== null).toBe(engaged);
    expect(life.codes.includes('no-treatment-to-give')).toBe(asks);
    expect(life.clock('first-contact')).toBeUndefined();
  });

  test('all results are covered', () => {
    expect(assessmentResults).toEqual(['suitable', 'other-help', 'none-needed', 'declined']);
  });

  test.each([
    ['other help without a signpost', { substances: ['cannabis'], result: 'other-help' }],
    ['other help with none', { substances: ['cannabis'], result: 'other-help', signposts: [] }],
    ['a signpost twice', { ...otherHelp, signposts: ['housing', 'housing'] }],
    ['a programme with other help', { ...otherHelp, programme: 'core' }],
    ['a programme with none needed', { ...noneNeeded, programme: 'core' }],
    ['a programme with declined', { ...declined, programme: 'core' }],
    ['no substance with suitable', { substances: [], result: 'suitable' }],
    ['no substance with other help', { ...otherHelp, substances: [] }],
  ] satisfies (readonly [string, AssessmentData])[])('%s is refused', (_name, data) => {
    expect(ReferralLife.received().refused('record-assessment', data).code).toBe('condition-not-met');
  });

  test.each([
    ['suitable without a programme', { substances: ['cocaine'], result: 'suitable' }],
    ['suitable with a signpost', { ...suitable, signposts: ['mental-health'] }],
    ['declined with what is known', { substances: ['cocaine', 'alcohol'], result: 'declined' }],
    ['none needed with what was used', { substances: ['cannabis'], result: 'none-needed' }],
  ] satisfies (readonly [string, AssessmentData])[])('%s is taken', (_name, data) => {
    expect(assessed(data).at.assessment).toMatchObject(data);
  });
});

describe('M41 up to three substances in order', () => {
  test('keeps the order, and refuses a fourth and one named twice', () => {
    expect(assessed().at.assessment?.substances).toEqual(['heroin', 'alcohol', 'crack']);
    for (const named of [
      ['heroin', 'alcohol', 'crack', 'cannabis'],
      ['heroin', 'heroin'],
    ] as const) {
      const { code } = ReferralLife.received().refused('record-assessment', {
        ...suitable,
        substances: named,
      });
      expect(code).toBe('condition-not-met');
    }
  });

  test.each(['alcohol', 'alcohol-unspecified'] as const)(
    '%s first only where the policy allows it',
    (code) => {
      const data = { ...suitable, substances: [code, 'heroin'] as const };
      expect(ReferralLife.received().refused('record-assessment', data).code).toBe('condition-not-met');
      const { alcoholFirst: _, ...older } = policy;
      expect(ReferralLife.received({ policy: older }).refused('record-assessment', data).code).toBe(
        'condition-not-met',
      );
      const allowed = { policy: { ...policy, alcoholFirst: true } };
      expect(assessed(data, allowed).at.assessment?.substances).toEqual([code, 'heroin']);
      expect(assessed({ ...data, substances: ['heroin', code] }).at.stage).toBe('assessed');
    },
  );

  test('the list holds the twenty lines of the Gwent report and every drug of a possession', () => {
    const printed = [
      ...['heroin', 'cocaine', 'amphetamine', 'cannabis', 'unknown', 'mephedrone', 'alcohol'],
      ...['subutex-illicit', 'crack', 'methadone-illicit', 'methadone-script', 'benzodiazepines'],
      ...['other-at-risk', 'dihydrocodeine-illicit', 'synthetic-cannabinoids', 'alcohol-unspecified'],
      ...['solvents', 'ketamine', 'methylamphetamine', 'chemical-highs'],
    ];
    expect(printed).toHaveLength(20);
    expect(substances).toEqual(expect.arrayContaining([...printed, ...possessionDrugs]));
    expect(new Set(Object.values(substanceRows).map(({ title }) => title)).size).toBe(substances.length);
  });
});

describe('another assessment', () => {
  test('takes the place of the one before, whatever it found, and settles what that asked', () => {
    const life = assessed(otherHelp).until(local('2026-04-01 10:00')).do('record-assessment', suitable);
    expect(life.at.assessment).toMatchObject({ result: 'suitable', at: local('2026-04-01 10:00') });
    expect(life.codes).not.toContain('no-treatment-to-give');
    expect(life.of('assessment-recorded')).toHaveLength(2);
    expect(life.of('engagement-recorded')).toHaveLength(1);
  });

  test('without treatment again goes on asking, once', () => {
    const life = assessed(otherHelp).until(local('2026-04-01 10:00')).do('record-assessment', noneNeeded);
    expect(life.codes.filter((code) => code === 'no-treatment-to-give')).toHaveLength(1);
  });

  test('without treatment after one with: the closure is asked for', () => {
    const life = planned().until(local('2026-04-01 10:00')).do('record-assessment', declined);
    expect(life.codes).toContain('no-treatment-to-give');
    expect(
      life.refused('agree-care-plan', { modalities: [{ type: 'residential', prescribed: false }] }),
    ).toMatchObject({
      code: 'condition-not-met',
      details: { result: 'declined' },
    });
  });

  test('the same said again on the day is done already, later it is a new one', () => {
    const life = assessed();
    expect(life.refused('record-assessment', suitable).code).toBe('already-done');
    life.until(local('2026-03-05 23:00'));
    expect(life.refused('record-assessment', { ...suitable, signposts: [] }).code).toBe('already-done');
    life.until(local('2026-03-20 10:00')).do('record-assessment', suitable);
    expect(life.at.assessment?.at).toBe(local('2026-03-20 10:00'));
  });

  test.each([
    ['substances in another order', { ...suitable, substances: ['crack', 'alcohol', 'heroin'] }],
    ['another programme', { ...suitable, programme: 'evening' }],
    ['another result', otherHelp],
  ] satisfies (readonly [string, AssessmentData])[])(
    'edge case 51: %s of the same moment is a conflict',
    (_name, data) => {
      expect(assessed().refused('record-assessment', data).code).toBe('conflict');
    },
  );

  test('is not put before the one that stands', () => {
    const given = { occurredAt: local('2026-03-04 10:00') };
    const { code, details } = assessed().refused('record-assessment', otherHelp, given);
    expect(code).toBe('conflict');
    expect(details).toEqual({ assessedAt: local('2026-03-05 14:00'), result: 'suitable' });
  });
});
