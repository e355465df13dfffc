import { describe, expect, test } from '@jest/globals';
import { notTreatment } from '../../../workflows/domain/diversion/treatment.ts';
import type { StartTreatmentData } from '../../../workflows/domain/diversion/treatment.ts';
import { local, receipt, ReferralLife } from './referral-life.ts';
import {
  assessed,
  concluded,
  course,
  planned,
  prescribing,
  strand,
  suitable,
  talking,
  treated,
  withoutTreatmentConsent,
} from './treated-life.ts';

describe('M17 a strand of treatment begins', () => {
  test('with its kind as planned, at the time of the command', () => {
    const life = planned().until(local('2026-03-09 10:00')).do('start-treatment', { modalityId: 'talking' });
    expect(life.ledger.at(-1)).toMatchObject({
      type: 'treatment-started',
      occurredAt: local('2026-03-09 10:00'),
      data: {
        ...talking,
        startedAt: local('2026-03-09 10:00'),
        already: false,
        invalidStart: false,
      },
      stage: 'in-treatment',
    });
    expect(strand(life, 'talking')).toMatchObject({
      startedAt: local('2026-03-09 10:00'),
      plannedAt: local('2026-03-06 10:00'),
    });
    expect(life.clock('closure')).toBeDefined();
    expect(life.intents).toEqual([]);
  });

  test('of another day, by the time of the event or by the start itself', () => {
    const life = planned().until(local('2026-03-20 10:00'));
    life.do('start-treatment', { modalityId: 'talking' }, { occurredAt: local('2026-03-09 09:00') });
    life.do('start-treatment', { modalityId: 'prescribing', startedAt: local('2026-03-10 09:00') });
    expect(strand(life, 'talking').startedAt).toBe(local('2026-03-09 09:00'));
    expect(strand(life, 'prescribing').startedAt).toBe(local('2026-03-10 09:00'));
    expect(life.ledger.at(-1)?.occurredAt).toBe(local('2026-03-20 10:00'));
  });

  test('on the day of the plan at an hour before it was entered', () => {
    const life = planned().do('start-treatment', {
      modalityId: 'talking',
      startedAt: local('2026-03-06 09:00'),
    });
    expect(life.at.stage).toBe('in-treatment');
  });

  test('answers what was asked about the next step', () => {
    const life = planned().until(local('2026-04-01 10:00'));
    life.do('record-assessment', { substances: [], result: 'none-needed' });
    expect(life.codes).toContain('no-treatment-to-give');
    expect(life.do('start-treatment', { modalityId: 'course' }).codes).toContain('no-treatment-to-give');
    expect(life.do('start-treatment', { modalityId: 'talking' }).codes).not.toContain('no-treatment-to-give');
  });

  test.each([
    ['a strand that is not planned', { modalityId: 'nothing' }, 'not-found'],
    ['neither a strand nor what ran', {}, 'condition-not-met'],
    ['a start to come', { modalityId: 'talking', startedAt: local('2026-03-06 10:01') }, 'in-the-future'],
    ['before the plan', { modalityId: 'talking', startedAt: local('2026-03-05 10:00') }, 'before-the-start'],
  ] satisfies (readonly [string, StartTreatmentData, string])[])('%s is refused', (_name, data, code) => {
    expect(planned().refused('start-treatment', data).code).toBe(code);
  });

  test('a start after the time at which it is said to have happened is refused', () => {
    const life = planned().until(local('2026-03-20 10:00'));
    const data = { modalityId: 'talking', startedAt: local('2026-03-15 10:00') };
    const { code } = life.refused('start-treatment', data, { occurredAt: local('2026-03-12 10:00') });
    expect(code).toBe('condition-not-met');
  });

  test('edge case 30: not when the consent to treatment was withdrawn, nor for what ran already', () => {
    const life = withoutTreatmentConsent(planned());
    for (const data of [
      { modalityId: 'talking' },
      { already: { type: 'psychosocial', prescribed: false } },
    ] as const) {
      expect(life.refused('start-treatment', data)).toMatchObject({
        code: 'condition-not-met',
        details: { consent: 'withdrawn' },
      });
    }
  });

  test('said again of the day it is done already, of another day a conflict, ended a conflict', () => {
    const life = treated().until(local('2026-03-09 17:00'));
    expect(life.refused('start-treatment', { modalityId: 'talking' }).code).toBe('already-done');
    life.until(local('2026-03-11 10:00'));
    expect(life.refused('start-treatment', { modalityId: 'talking' })).toMatchObject({
      code: 'conflict',
      details: { startedAt: local('2026-03-09 10:00') },
    });
    life.do('end-modality', { modalityId: 'talking', reason: 'dropped-out' });
    expect(life.refused('start-treatment', { modalityId: 'talking' }).code).toBe('conflict');
  });
});

describe('edge case 44: a start before the referral', () => {
  const early = local('2026-02-10 10:00');
  const invalid = (): ReferralLife =>
    planned().do('start-treatment', { modalityId: 'talking', startedAt: early });

  test('is kept, marked and asked about; it counts as treatment', () => {
    const life = invalid();
    expect(strand(life, 'talking')).toMatchObject({ startedAt: early, invalidStart: true, already: false });
    expect(life.at.stage).toBe('in-treatment');
    expect(life.at.attention).toMatchObject([
      { code: 'invalid-treatment-start', ref: 'talking', owner: 'ProviderWorker' },
    ]);
  });

  test('earlier on the day of the referral it is none', () => {
    const life = ReferralLife.received().do('record-assessment', suitable);
    life.do('agree-care-plan', { modalities: [talking] });
    life.do('start-treatment', { modalityId: 'talking', startedAt: local('2026-03-02 00:00') });
    expect(strand(life, 'talking')).toMatchObject({
      startedAt: local('2026-03-02 00:00'),
      invalidStart: false,
    });
    expect(life.codes).toEqual([]);
  });

  test('is put right by the right date', () => {
    const life = invalid().do('start-treatment', { modalityId: 'talking' });
    expect(strand(life, 'talking')).toMatchObject({
      startedAt: local('2026-03-06 10:00'),
      invalidStart: false,
    });
    expect(life.codes).toEqual([]);
    expect(life.of('treatment-started')).toHaveLength(2);
  });

  test.each([
    ['with its kind alone', {}],
    ['by name', { modalityId: 'talking' }],
  ])('is put right by saying that it ran already, %s', (_name, named) => {
    const life = invalid();
    life.do('start-treatment', { ...named, already: { type: 'psychosocial', prescribed: false } });
    expect(life.at.treatment.modalities).toHaveLength(3);
    expect(strand(life, 'talking')).toMatchObject({ startedAt: early, invalidStart: false, already: true });
    expect(life.codes).toEqual([]);
  });

  test('another date before the referral is a conflict, the same is done already', () => {
    const life = invalid();
    const again = (startedAt: string) =>
      life.refused('start-treatment', { modalityId: 'talking', startedAt }).code;
    expect(again(local('2026-02-12 10:00'))).toBe('conflict');
    expect(again(early)).toBe('already-done');
  });

  test('its end settles the question', () => {
    const life = invalid().do('end-modality', { modalityId: 'talking', reason: 'other' });
    expect(life.codes).toEqual(['treatment-ended']);
  });
});

describe('M235 edge case 39: already in treatment when referred', () => {
  const already = { type: 'psychosocial', prescribed: false } as const;

  test('counts and is linked without a plan; no second contact round starts', () => {
    const life = ReferralLife.received().attempt('no-answer').until(local('2026-03-05 10:00'));
    expect(life.clock('contact-effort')).toBeDefined();
    life.do('start-treatment', { already, startedAt: local('2025-11-01 10:00') }, { commandId: 'link' });
    expect(strand(life, 'link')).toMatchObject({
      ...already,
      startedAt: local('2025-11-01 10:00'),
      already: true,
      invalidStart: false,
    });
    expect(life.at).toMatchObject({
      stage: 'in-treatment',
      receivedAt: receipt,
      engagement: { at: receipt, evidence: { other: receipt } },
      treatment: { agreedAt: null },
    });
    for (const rule of ['first-contact', 'contact-effort', 'booking']) {
      expect(life.clock(rule)).toBeUndefined();
    }
    life.until(local('2026-04-30 10:00'));
    expect(life.codes.filter((code) => /contact|tries|booked/.test(code))).toEqual([]);
  });

  test('entered late it settles that nobody tried', () => {
    const life = ReferralLife.received().until(local('2026-03-20 10:00'));
    expect(life.codes).toContain('no-first-contact');
    life.do('start-treatment', { already: { type: 'pharmacological', prescribed: true } });
    expect(life.codes).not.toContain('no-first-contact');
    expect(life.at.engagement).toEqual({ at: receipt, evidence: { prescribed: receipt } });
    expect(life.at.treatment.modalities).toMatchObject([{ startedAt: receipt, already: true }]);
  });

  test.each(['awaiting-route', 'contacted', 'appointment-booked', 'engaged', 'assessed'])(
    'at the stage %s',
    (stage) => {
      const lives: Record<string, () => ReferralLife> = {
        'awaiting-route': () => ReferralLife.received({ route: null }),
        contacted: () => ReferralLife.received().attempt('reached'),
        'appointment-booked': () => ReferralLife.received().book('a1', '2026-03-05 14:00'),
        engaged: () => ReferralLife.received().do('record-engagement', { evidence: 'logged-in' }),
        assessed: () => assessed(),
      };
      const life = lives[stage]?.();
      expect(life?.at.stage).toBe(stage);
      expect(life?.do('start-treatment', { already }).at.stage).toBe('in-treatment');
    },
  );

  test('a planned strand may turn out to have run already', () => {
    const life = planned().do('start-treatment', {
      modalityId: 'talking',
      already,
      startedAt: local('2026-01-10 10:00'),
    });
    expect(life.at.treatment.modalities).toHaveLength(3);
    expect(strand(life, 'talking')).toMatchObject({ already: true, startedAt: local('2026-01-10 10:00') });
  });

  test.each([
    ['began after the referral', { already, startedAt: local('2026-03-04 10:00') }, 'condition-not-met'],
    ['is to come', { already, startedAt: local('2026-03-06 10:01') }, 'in-the-future'],
    ['is a strand nobody knows', { already, modalityId: 'nothing' }, 'not-found'],
    ['is another kind of strand', { already, modalityId: 'prescribing' }, 'conflict'],
    [
      'is a prescribed course',
      { already: { type: 'awareness-course', prescribed: true } },
      'condition-not-met',
    ],
  ] satisfies (readonly [string, StartTreatmentData, string])[])(
    'what %s is refused',
    (_name, data, code) => {
      expect(planned().refused('start-treatment', data).code).toBe(code);
    },
  );

  test('linked again it is done already, with another start a conflict', () => {
    const life = ReferralLife.received().do('start-treatment', {
      already,
      startedAt: local('2025-11-01 10:00'),
    });
    expect(life.refused('start-treatment', { already }).code).toBe('already-done');
    const other = { already, startedAt: local('2025-12-01 10:00') };
    expect(life.refused('start-treatment', other).code).toBe('conflict');
    life.do('start-treatment', { already: { type: 'recovery-support', prescribed: false } });
    expect(life.at.treatment.modalities).toHaveLength(2);
  });

  test('what began here after the referral did not run already', () => {
    const life = treated();
    const data = { modalityId: 'talking', already, startedAt: local('2026-01-10 10:00') };
    expect(life.refused('start-treatment', data).code).toBe('conflict');
  });
});

describe('M16 sessions', () => {
  test.each([
    ['one-to-one', 'attended', 'attended'],
    ['group', 'attended', 'attended'],
    ['phone', 'attended', 'attended'],
    ['home-visit', 'attended', 'attended'],
    ['online', 'attended', 'logged-in'],
    ['one-to-one', 'missed', undefined],
    ['online', 'missed', undefined],
    ['group', 'cancelled-by-person', undefined],
    ['group', 'cancelled-by-provider', undefined],
  ] as const)('%s, %s: evidence %s', (kind, result, evidence) => {
    const life = ReferralLife.received()
      .do('start-treatment', { already: { type: 'group-programme', prescribed: false } }, { commandId: 's' })
      .until(local('2026-03-10 10:00'));
    life.do('record-treatment-session', { modalityId: 's', kind, result });
    expect(life.at.engagement?.evidence).toEqual({
      other: receipt,
      ...(evidence === undefined ? {} : { [evidence]: local('2026-03-10 10:00') }),
    });
  });

  test('what is missed has no consequence: no clock, no question, no other stage', () => {
    const life = treated();
    const { deadlines, attention, stage, engagement } = life.at;
    life.do('record-treatment-session', { modalityId: 'talking', kind: 'group', result: 'missed' });
    expect(life.at).toMatchObject({ deadlines, attention, stage, engagement });
    expect(life.ledger.at(-1)).not.toHaveProperty('raised');
  });

  test('an earlier one, entered late, is earlier evidence', () => {
    const life = treated().until(local('2026-03-20 10:00'));
    const online = { modalityId: 'talking', kind: 'online', result: 'attended' } as const;
    life.do('record-treatment-session', online);
    life.do('record-treatment-session', online, { occurredAt: local('2026-03-12 10:00') });
    life.do('record-treatment-session', online, { occurredAt: local('2026-03-15 10:00') });
    expect(life.at.engagement?.evidence['logged-in']).toBe(local('2026-03-12 10:00'));
    expect(life.of('engagement-recorded')).toHaveLength(3);
    expect(life.of('treatment-session-recorded')).toHaveLength(3);
  });

  test('only of a strand that runs, or ran that day', () => {
    const session = { kind: 'group', result: 'attended' } as const;
    const life = planned(talking, course);
    expect(life.refused('record-treatment-session', { ...session, modalityId: 'nothing' }).code).toBe(
      'not-found',
    );
    expect(life.refused('record-treatment-session', { ...session, modalityId: 'talking' }).code).toBe(
      'condition-not-met',
    );
    life.until(local('2026-03-09 10:00')).do('start-treatment', { modalityId: 'talking' });
    life.until(local('2026-03-20 10:00')).do('end-modality', { modalityId: 'talking', reason: 'completed' });
    life.until(local('2026-03-25 10:00'));
    const at = (time: string) => ({ occurredAt: local(time) });
    const data = { ...session, modalityId: 'talking' };
    expect(life.refused('record-treatment-session', data, at('2026-03-08 10:00')).code).toBe(
      'condition-not-met',
    );
    expect(life.refused('record-treatment-session', data, at('2026-03-21 10:00')).code).toBe(
      'condition-not-met',
    );
    life.do('record-treatment-session', data, at('2026-03-09 09:30'));
    life.do('record-treatment-session', data, at('2026-03-20 15:00'));
    expect(life.of('treatment-session-recorded')).toHaveLength(2);
  });

  test('stands as evidence where an attendance of before turns out to be none', () => {
    const life = ReferralLife.received().book('a1', '2026-03-05 14:00').until(local('2026-03-05 15:00'));
    life.do('record-attendance', { appointmentId: 'a1', attendance: 'attended-and-remained' });
    life.do('start-treatment', { already: { type: 'psychosocial', prescribed: false } }, { commandId: 's' });
    const session = { modalityId: 's', kind: 'group', result: 'attended' } as const;
    life.until(local('2026-03-06 10:00')).do('record-treatment-session', session);
    life.do('correct-attendance', { appointmentId: 'a1', attendance: 'absent', reason: 'wrong-person' });
    expect(life.at.engagement?.evidence).toEqual({ other: receipt, attended: local('2026-03-06 10:00') });
  });

  test('edge case 51: the same said again is done already, something else a conflict', () => {
    const life = treated();
    const held = { modalityId: 'talking', kind: 'one-to-one', result: 'attended' } as const;
    life.do('record-treatment-session', held);
    expect(life.refused('record-treatment-session', held).code).toBe('already-done');
    expect(life.refused('record-treatment-session', { ...held, result: 'missed' })).toMatchObject({
      code: 'conflict',
      details: { result: 'attended' },
    });
    life.do('record-treatment-session', { ...held, kind: 'group' });
    expect(life.of('treatment-session-recorded')).toHaveLength(2);
  });

  test('go on while the referral is concluded', () => {
    const life = concluded();
    life.do('record-treatment-session', { modalityId: 'talking', kind: 'group', result: 'attended' });
    expect(life.at.stage).toBe('concluded');
  });
});

describe('M17 a strand of treatment ends', () => {
  test('with its reason; the last one asks for what comes next', () => {
    const life = treated().until(local('2026-04-01 10:00'));
    life.do('end-modality', { modalityId: 'talking', reason: 'completed' });
    expect(strand(life, 'talking')).toMatchObject({
      endedAt: local('2026-04-01 10:00'),
      endReason: 'completed',
    });
    expect([life.at.stage, life.codes]).toEqual(['in-treatment', []]);
    life.do('end-modality', { modalityId: 'prescribing', reason: 'dropped-out' });
    expect(life.at.stage).toBe('care-plan-agreed');
    expect(life.at.attention).toEqual([
      { code: 'treatment-ended', since: local('2026-04-01 10:00'), owner: 'ProviderWorker' },
    ]);
    expect(life.clock('closure')).toBeDefined();
  });

  test('at the stage concluded the closing with its result is asked for', () => {
    const life = concluded(talking);
    life.do('end-modality', { modalityId: 'talking', reason: 'completed' });
    expect(life.at).toMatchObject({ stage: 'concluded', deadlines: [] });
    expect(life.codes).toContain('treatment-ended');
    life.do('close-pathway', { reason: 'completed', drugFree: 'yes', crimeFree: 'yes' });
    expect(life.at).toMatchObject({ stage: 'finished', attention: [] });
  });

  test('its prescription ends with it', () => {
    const life = treated().do('start-prescription', { modalityId: 'prescribing' });
    life.until(local('2026-04-01 10:00')).do('end-modality', { modalityId: 'prescribing', reason: 'moved' });
    expect(strand(life, 'prescribing')).toMatchObject({
      prescriptionSince: null,
      prescriptionEnd: { at: local('2026-04-01 10:00'), reason: null },
    });
  });

  test('one that was only planned is dropped without a question, never as completed', () => {
    const life = planned(talking);
    expect(life.refused('end-modality', { modalityId: 'talking', reason: 'completed' }).code).toBe(
      'condition-not-met',
    );
    life.do('end-modality', { modalityId: 'talking', reason: 'persons-choice' });
    expect(strand(life, 'talking')).toMatchObject({ startedAt: null, endReason: 'persons-choice' });
    expect([life.at.stage, life.codes]).toEqual(['care-plan-agreed', []]);
  });

  test.each([
    ['a strand nobody knows', { modalityId: 'nothing', reason: 'completed' }, 'not-found'],
    [
      'by death, which is recorded with the person',
      { modalityId: 'talking', reason: 'died' },
      'condition-not-met',
    ],
  ] as const)('%s is refused', (_name, data, code) => {
    expect(treated().refused('end-modality', data).code).toBe(code);
  });

  test('not before its start, its prescription or a session of it', () => {
    const life = treated().until(local('2026-03-12 10:00'));
    life.do('start-prescription', { modalityId: 'prescribing' });
    life.do('record-treatment-session', { modalityId: 'talking', kind: 'group', result: 'attended' });
    const at = (modalityId: string, time: string) =>
      life.refused('end-modality', { modalityId, reason: 'other' }, { occurredAt: local(time) }).code;
    expect(at('talking', '2026-03-08 10:00')).toBe('before-the-start');
    expect(at('talking', '2026-03-11 10:00')).toBe('before-the-start');
    expect(at('prescribing', '2026-03-11 10:00')).toBe('before-the-start');
    life.do(
      'end-modality',
      { modalityId: 'talking', reason: 'other' },
      { occurredAt: local('2026-03-12 09:00') },
    );
    expect(strand(life, 'talking').endedAt).toBe(local('2026-03-12 09:00'));
  });

  test('a session that was missed is no bar', () => {
    const life = treated().until(local('2026-03-12 10:00'));
    life.do('record-treatment-session', { modalityId: 'talking', kind: 'group', result: 'missed' });
    const given = { occurredAt: local('2026-03-11 10:00') };
    life.do('end-modality', { modalityId: 'talking', reason: 'dropped-out' }, given);
    expect(strand(life, 'talking').endedAt).toBe(local('2026-03-11 10:00'));
  });

  test('said again it is done already, for another reason a conflict', () => {
    const life = treated().do('end-modality', { modalityId: 'talking', reason: 'completed' });
    const again = (reason: 'completed' | 'dropped-out') =>
      life.refused('end-modality', { modalityId: 'talking', reason }).code;
    expect([again('completed'), again('dropped-out')]).toEqual(['already-done', 'conflict']);
  });
});

describe('M28 the awareness course', () => {
  test('is an intervention with its sessions and its end, and no treatment', () => {
    expect(notTreatment).toEqual(['awareness-course']);
    const life = treated(course);
    expect(life.at.stage).toBe('care-plan-agreed');
    life.do('record-treatment-session', { modalityId: 'course', kind: 'group', result: 'attended' });
    life.do('end-modality', { modalityId: 'course', reason: 'completed' });
    expect(strand(life, 'course')).toMatchObject({ type: 'awareness-course', endReason: 'completed' });
    expect(life.codes).toEqual(['treatment-ended']);
  });

  test('that ends beside a treatment asks nothing, and one that goes on alone does not hold the question back', () => {
    const beside = treated(talking, course).do('end-modality', { modalityId: 'course', reason: 'completed' });
    expect(beside.codes).toEqual([]);
    const alone = treated(talking, course).do('end-modality', { modalityId: 'talking', reason: 'completed' });
    expect([alone.at.stage, alone.codes]).toEqual(['care-plan-agreed', ['treatment-ended']]);
    alone.do('end-modality', { modalityId: 'course', reason: 'completed' });
    expect(alone.codes).toEqual(['treatment-ended']);
  });

  test('that ran before the referral is linked, and can be ended before any plan', () => {
    const life = ReferralLife.received().do(
      'start-treatment',
      { already: { type: 'awareness-course', prescribed: false } },
      { commandId: 'c' },
    );
    expect(life.at.stage).toBe('engaged');
    life.do('record-treatment-session', { modalityId: 'c', kind: 'online', result: 'attended' });
    life.do('end-modality', { modalityId: 'c', reason: 'completed' });
    expect([life.at.stage, life.codes]).toEqual(['engaged', ['treatment-ended']]);
  });

  test('does not keep a referral from closing at its limit', () => {
    expect(treated(course).until(local('2026-06-03 00:00')).at.closure?.reason).toBe('engaged-then-ended');
    expect(treated(prescribing).until(local('2026-06-03 00:00')).at.stage).toBe('concluded');
  });
});
