import { describe, expect, test } from '@jest/globals';
import { closureReasonRows, closureReasons } from '../../../workflows/domain/diversion/closure-reasons.ts';
import type { ClosePathwayData } from '../../../workflows/domain/diversion/commands.ts';
import { diversion } from '../../../workflows/domain/diversion/kind.ts';
import type { ModalityType } from '../../../workflows/domain/diversion/treatment.ts';
import { local, receipt, ReferralLife, slot } from './referral-life.ts';
import type { Given } from './referral-life.ts';

/** The end of the day three calendar months after receipt on 2 March 2026. */
const limit = local('2026-06-03 00:00');

const manager: Given = { role: 'Manager' };

/** Assessed on 10 March, planned and begun on 17 March. */
function inTreatment(type: ModalityType = 'psychosocial', prescribed = false): ReferralLife {
  const life = ReferralLife.received().do('accept-referral', {}).until(local('2026-03-10 10:00'));
  life.do('record-assessment', { substances: ['cannabis'], result: 'suitable' });
  life.until(local('2026-03-17 10:00'));
  life.do('agree-care-plan', { modalities: [{ modalityId: 'm1', type, prescribed }] });
  return life.do('start-treatment', { modalityId: 'm1' });
}

const concluded = (): ReferralLife => inTreatment().until(limit);

const completed: ClosePathwayData = { reason: 'completed', drugFree: 'yes', crimeFree: 'yes' };

const dataOf = (reason: ClosePathwayData['reason']): ClosePathwayData =>
  reason === 'completed' ? completed : { reason };

describe('M65 in treatment when three months are over', () => {
  test('the referral is concluded, exactly once, and the treatment goes on without a limit', () => {
    const life = concluded();
    expect(life.ledger.slice(-2)).toMatchObject([
      { type: 'deadline-passed', occurredAt: limit },
      {
        type: 'diversion-concluded',
        occurredAt: limit,
        data: { engagedAt: local('2026-03-10 10:00') },
        stage: 'concluded',
      },
    ]);
    expect(life.at).toMatchObject({
      stage: 'concluded',
      concludedAt: limit,
      closure: null,
      finished: false,
      deadlines: [],
      attention: [],
      treatment: { modalities: [{ endedAt: null }] },
    });
    life.until(local('2027-06-01 00:00'));
    expect(life.of('diversion-concluded')).toHaveLength(1);
    expect(life.of('pathway-closed')).toEqual([]);
  });

  test('that the closure was near is said no more', () => {
    const life = inTreatment().until(local('2026-06-02 23:59'));
    expect(life.codes).toEqual(['closure-near', 'closure-near-lead']);
    expect(life.until(limit).codes).toEqual([]);
  });

  test('the reminder and the feedback of a treatment appointment go on', () => {
    const life = inTreatment().until(local('2026-06-01 10:00'));
    life.do('book-appointment', { ...slot('a1', '2026-06-10 14:00'), kind: 'treatment' }).until(limit);
    expect(life.of('closure-deferred')).toEqual([]);
    expect(life.at).toMatchObject({ stage: 'concluded', appointments: [{ status: 'booked' }] });
    expect(life.at.deadlines.map(({ rule }) => rule).sort()).toEqual(['feedback', 'reminder']);
    life.until(local('2026-06-09 09:00'));
    expect(life.intents).toMatchObject([{ purpose: 'appointment-reminder', appointmentId: 'a1' }]);
    life.until(local('2026-06-12 00:00'));
    expect(life.codes).toContain('feedback-missing');
    life.do('record-attendance', { appointmentId: 'a1', attendance: 'attended-and-remained' });
    expect(life.at).toMatchObject({ stage: 'concluded', attention: [] });
  });

  test('a warning that comes after the limit ends with it', () => {
    const policy = { ...inTreatment().at.policy, closureWarning: { unit: 'weeks', count: 20 } as const };
    const life = inTreatment();
    life.state = { ...life.at, policy };
    life.state = {
      ...life.at,
      deadlines: life.at.deadlines.map((clock) =>
        clock.rule === 'closure-warning' ? { ...clock, due: local('2026-07-20 10:00') } : clock,
      ),
    };
    expect(life.until(limit).at.deadlines).toEqual([]);
  });

  test('a late clock concludes as of its own time and says when it was noticed', () => {
    const life = inTreatment().until(local('2026-06-02 12:00')).asleepUntil(local('2026-06-05 09:00'));
    life.until(local('2026-06-05 09:00'));
    expect(life.ledger.slice(-2)).toMatchObject([
      { type: 'deadline-passed', occurredAt: local('2026-06-05 09:00'), data: { due: limit } },
      { type: 'diversion-concluded', occurredAt: limit },
    ]);
  });

  test('edge case 39: treatment that ran before the referral came runs on after it', () => {
    const life = ReferralLife.received().do('start-treatment', {
      already: { type: 'pharmacological', prescribed: true },
      startedAt: local('2025-11-03 10:00'),
    });
    expect(life.until(limit).at.stage).toBe('concluded');
  });

  test.each<[string, (life: ReferralLife) => ReferralLife]>([
    ['ended before', (life) => life.do('end-modality', { modalityId: 'm1', reason: 'completed' })],
    [
      'only planned',
      (life) =>
        life.do('end-modality', { modalityId: 'm1', reason: 'completed' }).do('agree-care-plan', {
          modalities: [{ modalityId: 'm2', type: 'residential', prescribed: false }],
        }),
    ],
  ])('treatment that is %s concludes nothing: closed as engaged', (_name, act) => {
    const life = act(inTreatment().until(local('2026-05-01 10:00'))).until(limit);
    expect(life.at).toMatchObject({
      concludedAt: null,
      closure: { reason: 'engaged-then-ended', at: limit },
    });
  });

  test('an awareness course is no treatment, and ends with the closure', () => {
    const life = inTreatment('awareness-course').until(limit);
    expect(life.ledger.at(-1)).toMatchObject({
      type: 'pathway-closed',
      data: {
        reason: 'engaged-then-ended',
        endedModalities: [
          { modalityId: 'm1', reason: closureReasonRows['engaged-then-ended'].endsTreatment },
        ],
      },
    });
    expect(life.at.treatment.modalities).toMatchObject([{ endedAt: limit }]);
  });

  test('after an extension the limit is the date put off to', () => {
    const life = inTreatment().until(local('2026-06-01 10:00'));
    life.do('extend-closure-date', { until: '2026-06-20', reason: 'provider-delay' }, manager).until(limit);
    expect(life.at.stage).toBe('in-treatment');
    expect(life.until(local('2026-06-21 00:00')).at).toMatchObject({
      stage: 'concluded',
      concludedAt: local('2026-06-21 00:00'),
    });
  });

  test('nothing of it can be put off or opened again, since it is over and not closed', () => {
    const life = concluded();
    expect(life.refused('extend-closure-date', { until: '2026-06-20', reason: 'ill' }, manager).code).toBe(
      'wrong-stage',
    );
    expect(life.refused('reopen-pathway', { reason: 'came-back' }).code).toBe('wrong-stage');
  });
});

describe('the pathway row of a concluded referral', () => {
  test('M04 closed in the counts from the limit on; what closes the treatment later gives the reason, not the date', () => {
    const life = inTreatment();
    expect(diversion.summarise(life.at)).toMatchObject({
      closedAt: null,
      closureReason: null,
      assessedAt: local('2026-03-10 10:00'),
      carePlanAt: local('2026-03-17 10:00'),
      treatmentStartedAt: local('2026-03-17 10:00'),
      acceptedAt: receipt,
    });
    expect(diversion.summarise(life.until(limit).at)).toMatchObject({
      stage: 'concluded',
      closedAt: limit,
      closureReason: 'concluded-in-treatment',
      needsRun: true,
      nextDeadline: null,
    });
    life.until(local('2026-09-01 10:00')).do('end-modality', { modalityId: 'm1', reason: 'completed' });
    life.do('close-pathway', completed);
    expect(life.at.closure?.at).toBe(local('2026-09-01 10:00'));
    expect(diversion.summarise(life.at)).toMatchObject({
      stage: 'finished',
      closedAt: limit,
      closureReason: 'completed',
      needsRun: false,
    });
  });
});

describe('closing while treatment runs', () => {
  test('M20 a completion is refused while a strand runs: each ends with its own reason first', () => {
    const life = concluded();
    life.do('agree-care-plan', {
      modalities: [{ modalityId: 'm2', type: 'group-programme', prescribed: false }],
    });
    life.do('start-treatment', { modalityId: 'm2' });
    expect(life.refused('close-pathway', completed)).toMatchObject({
      code: 'condition-not-met',
      details: { modalityIds: ['m1', 'm2'] },
    });
    life.do('end-modality', { modalityId: 'm1', reason: 'completed' });
    expect(life.refused('close-pathway', completed).details).toEqual({ modalityIds: ['m2'] });
    life.do('end-modality', { modalityId: 'm2', reason: 'dropped-out' }).do('close-pathway', completed);
    expect(life.at).toMatchObject({
      stage: 'finished',
      closure: { reason: 'completed', drugFree: 'yes', crimeFree: 'yes' },
      treatment: { modalities: [{ endReason: 'completed' }, { endReason: 'dropped-out' }] },
    });
    expect(life.ledger.at(-1)?.data).not.toHaveProperty('endedModalities');
  });

  test.each(closureReasons.filter((reason) => reason !== 'completed'))('%s', (reason) => {
    for (const life of [inTreatment(), concluded()]) {
      life.until(local('2026-06-10 10:00'));
      const running = life.at.stage;
      if (['no-contact', 'not-engaged-in-time', 'died'].includes(reason)) {
        expect(life.refused('close-pathway', dataOf(reason)).code).toBe('condition-not-met');
        expect(life.at.stage).toBe(running);
        continue;
      }
      life.do('close-pathway', dataOf(reason));
      const { endsTreatment } = closureReasonRows[reason];
      expect(life.ledger.at(-1)?.data).toMatchObject({
        endedModalities: [{ modalityId: 'm1', reason: endsTreatment }],
      });
      expect(life.at.treatment.modalities).toMatchObject([
        { endedAt: life.now, endReason: endsTreatment, prescriptionSince: null },
      ]);
      expect(life.at.attention).toEqual([]);
    }
  });

  test('a prescription that runs ends with its strand, and one only planned stays planned', () => {
    const life = inTreatment('detoxification', true).until(local('2026-06-10 10:00'));
    life.do('start-prescription', { modalityId: 'm1' });
    life.do('agree-care-plan', {
      modalities: [{ modalityId: 'm2', type: 'detoxification', prescribed: true }],
    });
    life.do('close-pathway', { reason: 'moved' });
    expect(life.at.treatment.modalities).toMatchObject([
      { endReason: 'moved', prescriptionSince: null },
      { startedAt: null, endedAt: null, endReason: null },
    ]);
  });

  test.each([
    ['the conclusion', '2026-06-02 23:59'],
    ['the start of the strand', '2026-03-16 10:00'],
  ])('not dated before %s', (_name, at) => {
    const life = at.startsWith('2026-06') ? concluded() : inTreatment();
    expect(life.refused('close-pathway', { reason: 'moved' }, { occurredAt: local(at) }).code).toBe(
      'before-the-start',
    );
  });

  test('a death ends it, and is told as the reason', () => {
    const life = concluded().until(local('2026-08-01 10:00'));
    life.engine('carry-fact', { factId: 'fact-1', fact: 'death' });
    expect(life.at).toMatchObject({
      stage: 'finished',
      treatment: { modalities: [{ endReason: 'died' }] },
      attention: [],
      deadlines: [],
    });
    expect(diversion.summarise(life.at)).toMatchObject({ closedAt: limit, closureReason: 'died' });
  });
});

describe('edge case 29: a death that was none', () => {
  const carry = (life: ReferralLife): ReferralLife => {
    life.until(local('2026-08-01 10:00')).engine('carry-fact', { factId: 'fact-1', fact: 'death' });
    life.until(local('2026-08-03 10:00'));
    life.engine('carry-fact', { factId: 'fact-2', fact: 'death-corrected', correctsFactId: 'fact-1' });
    return life;
  };

  test('of who was concluded in treatment: concluded as before, and the treatment goes on as it was', () => {
    const life = inTreatment('pharmacological', true).do('start-prescription', { modalityId: 'm1' });
    const { treatment } = life.until(limit).at;
    expect(carry(life).at).toMatchObject({
      stage: 'concluded',
      concludedAt: limit,
      closure: null,
      treatment,
      deadlines: [],
    });
    expect(diversion.summarise(life.at)).toMatchObject({
      closedAt: limit,
      closureReason: 'concluded-in-treatment',
    });
  });

  test('a condition that was answered meanwhile is not asked again', () => {
    const life = ReferralLife.received({
      source: { source: 'police', via: 'conditional-caution' },
      disposal: 'conditional-caution',
      conditions: [{ conditionId: 'c1', code: 'attend-assessment', dueAt: local('2026-04-20 10:00') }],
    }).attempt('reached');
    life.engine('carry-fact', { factId: 'fact-1', fact: 'death' });
    life.do('record-condition-result', { conditionId: 'c1', result: 'met' });
    life.engine('carry-fact', { factId: 'fact-2', fact: 'death-corrected', correctsFactId: 'fact-1' });
    expect(life.clock('condition')).toBeUndefined();
    expect(life.clock('closure')).toBeDefined();
  });

  test('twice: what it asks is asked once', () => {
    const life = carry(inTreatment().until(limit));
    life.engine('carry-fact', { factId: 'fact-3', fact: 'death' });
    life.engine('carry-fact', { factId: 'fact-4', fact: 'death-corrected', correctsFactId: 'fact-3' });
    expect(life.codes).toEqual(['death-corrected']);
  });

  test('of who was in treatment when the limit passed meanwhile: concluded at the limit, late', () => {
    const life = inTreatment().until(local('2026-06-01 10:00'));
    life.engine('carry-fact', { factId: 'fact-1', fact: 'death' });
    life.until(local('2026-06-08 10:00'));
    life.engine('carry-fact', { factId: 'fact-2', fact: 'death-corrected', correctsFactId: 'fact-1' });
    expect(life.at.stage).toBe('in-treatment');
    expect(life.until(life.now).at).toMatchObject({ stage: 'concluded', concludedAt: limit });
  });
});

describe('returning after the treatment was closed', () => {
  const closedLater = (reason: ClosePathwayData['reason'] = 'disengaged'): ReferralLife =>
    concluded().until(local('2026-09-01 10:00')).do('close-pathway', dataOf(reason));

  test('within 28 days the same referral is open again, with a limit from the return, and no strand runs', () => {
    const life = closedLater().until(local('2026-09-15 10:00')).do('reopen-pathway', { reason: 'came-back' });
    expect(life.at).toMatchObject({
      stage: 'care-plan-agreed',
      receivedAt: receipt,
      concludedAt: null,
      closure: null,
      treatment: { modalities: [{ endReason: 'dropped-out' }] },
    });
    expect(life.at.deadlines).toMatchObject([
      { rule: 'closure-warning' },
      { rule: 'closure-after-return', due: local('2026-12-16 00:00') },
      { rule: 'booking', start: life.now },
    ]);
    expect(diversion.summarise(life.at)).toMatchObject({ closedAt: null, closureReason: null });
    life.do('agree-care-plan', {
      modalities: [{ modalityId: 'm2', type: 'residential', prescribed: false }],
    });
    life.do('start-treatment', { modalityId: 'm2' });
    expect(life.clock('booking')).toBeUndefined();
    life.until(local('2026-12-16 00:00'));
    expect(life.at).toMatchObject({
      stage: 'concluded',
      concludedAt: local('2026-12-16 00:00'),
      deadlines: [],
    });
  });

  test('closed in error, it is concluded as it was, and the strands that the closure ended run on', () => {
    const life = inTreatment('pharmacological', true).until(local('2026-09-01 10:00'));
    life.do('start-prescription', { modalityId: 'm1' });
    const before = life.at;
    life.do('close-pathway', { reason: 'disengaged' }).until(local('2026-09-02 10:00'));
    life.do('reopen-pathway', { reason: 'closed-in-error' });
    expect(life.ledger.at(-1)?.data).toMatchObject({ resumedModalities: ['m1'], concludedAt: limit });
    expect(life.at).toMatchObject({
      stage: 'concluded',
      concludedAt: limit,
      treatment: before.treatment,
      deadlines: [],
      attention: [],
    });
    expect(diversion.summarise(life.at)).toMatchObject({
      closedAt: limit,
      closureReason: 'concluded-in-treatment',
    });
  });

  test('closed in error before the limit, its first limit stands and the treatment goes on', () => {
    const life = inTreatment().until(local('2026-04-01 10:00')).do('close-pathway', { reason: 'moved' });
    life.do('reopen-pathway', { reason: 'closed-in-error' });
    expect(life.at).toMatchObject({ stage: 'in-treatment', concludedAt: null });
    expect(life.until(limit).at.stage).toBe('concluded');
  });

  test('concluded again with nothing that runs, somebody is asked what comes next', () => {
    const life = concluded().do('end-modality', { modalityId: 'm1', reason: 'completed' });
    life.do('close-pathway', completed).do('reopen-pathway', { reason: 'closed-in-error' }, manager);
    expect(life.at).toMatchObject({ stage: 'concluded', deadlines: [] });
    expect(life.codes).toEqual(['treatment-ended']);
  });

  test('closed for good 28 days after, from the closing and not from the limit', () => {
    const life = closedLater().until(local('2026-09-29 09:59'));
    expect(life.at.stage).toBe('closed');
    expect(life.until(local('2026-09-29 10:00')).at.stage).toBe('finished');
  });
});

describe('M21 two end results on the path after an Adult Community Resolution', () => {
  test('treatment completed, and engaged without treatment, are apart, and neither follows from the other', () => {
    const treated = concluded().do('end-modality', { modalityId: 'm1', reason: 'completed' });
    treated.do('close-pathway', completed);
    expect(diversion.summarise(treated.at).closureReason).toBe('completed');
    const engaged = ReferralLife.received().do('record-engagement', { evidence: 'logged-in' }).until(limit);
    expect(diversion.summarise(engaged.at).closureReason).toBe('engaged-then-ended');
  });

  test.each([
    ['yes', 'yes'],
    ['yes', 'no'],
    ['no', 'yes'],
    ['unknown', 'unknown'],
  ] as const)('M20 completed, drug free %s and crime free %s', (drugFree, crimeFree) => {
    const life = concluded().do('end-modality', { modalityId: 'm1', reason: 'completed' });
    life.do('close-pathway', { reason: 'completed', drugFree, crimeFree });
    expect(life.at.closure).toMatchObject({ drugFree, crimeFree });
  });
});

test('M24 a person may be on several paths at once: each is closed by itself', () => {
  const first = inTreatment();
  const second = ReferralLife.received({ pathwayId: 'pathway-2', receivedAt: local('2026-04-01 10:00') });
  first.until(local('2026-07-02 00:00'));
  second.until(local('2026-07-02 00:00'));
  expect([first.at.stage, second.at.stage]).toEqual(['concluded', 'closed']);
  expect([first.at.personId, second.at.personId]).toEqual(['person-1', 'person-1']);
});
