import { describe, expect, test } from '@jest/globals';
import { consentPurposes } from '../../../workflows/domain/common/consent.ts';
import type { ConsentPurpose } from '../../../workflows/domain/common/consent.ts';
import type { ContactPreferences } from '../../../workflows/domain/common/contact-preference.ts';
import type { Instant } from '../../../workflows/domain/common/instant.ts';
import { judgeEffort } from '../../../workflows/domain/diversion/contact-effort.ts';
import { local, receipt, ReferralLife } from './referral-life.ts';

let facts = 0;
function tell(life: ReferralLife, fact: string, more: object = {}, at?: Instant) {
  facts += 1;
  return life.engine('carry-fact', { factId: `fact-${String(facts)}`, fact, ...more }, at);
}
const consent = (life: ReferralLife, purpose: ConsentPurpose, given: boolean, at?: Instant) =>
  tell(life, given ? 'consent-given' : 'consent-withdrawn', { purpose }, at);
const prefer = (life: ReferralLife, preferences: ContactPreferences, at?: Instant) =>
  tell(life, 'contact-preferences', { preferences }, at);

const booked = () => ReferralLife.received().book('a1', '2026-03-12 14:00');
const closes = local('2026-06-03 00:00');

describe('edge case 30: three different withdrawals', () => {
  test('M191 of sharing: somebody is told, and nothing else changes', () => {
    const life = booked();
    const { deadlines } = life.at;
    consent(life, 'sharing', false);
    expect(life.at).toMatchObject({
      deadlines,
      consents: { sharing: 'withdrawn' },
      stage: 'appointment-booked',
    });
    expect(life.at.attention).toMatchObject([{ code: 'sharing-withdrawn', owner: 'ProviderWorker' }]);
    consent(life, 'sharing', true);
    expect(life.at).toMatchObject({ attention: [], consents: { sharing: 'given' } });
  });

  test('of treatment: the referral closes, and the person may come back for a while', () => {
    const life = booked();
    const decision = consent(life, 'treatment', false);
    expect(decision.events?.map(({ type }) => type)).toEqual(['consent-noted', 'pathway-closed']);
    expect(life.at).toMatchObject({
      stage: 'closed',
      closure: { reason: 'consent-withdrawn', at: receipt, mayReturnUntil: local('2026-03-30 10:00') },
      appointments: [{ status: 'cancelled' }],
      attention: [],
    });
    expect(life.at.deadlines.map(({ rule }) => rule)).toEqual(['late-engagement']);
    consent(life, 'treatment', true);
    expect(life.at).toMatchObject({ stage: 'closed', consents: { treatment: 'given' } });
    expect(life.do('record-engagement', { evidence: 'attended' }).at.stage).toBe('engaged');
  });

  test('of treatment, when the referral is concluded: the treatment ends, and the count stays', () => {
    const life = ReferralLife.received();
    life.do('start-treatment', { already: { type: 'psychosocial', prescribed: false } });
    life.until(local('2026-06-10 10:00'));
    expect(life.at.stage).toBe('concluded');
    consent(life, 'treatment', false);
    expect(life.at).toMatchObject({
      stage: 'closed',
      concludedAt: closes,
      treatment: { modalities: [{ endedAt: life.now, endReason: 'persons-choice' }] },
    });
  });

  test('of texts: no reminder, nobody else is affected, and another way is asked for', () => {
    const life = booked();
    consent(life, 'texts', false);
    expect(life.clock('reminder')).toBeUndefined();
    expect(life.codes).toEqual(['texts-stopped']);
    expect(life.at.appointments).toMatchObject([{ status: 'booked' }]);
    consent(life, 'texts', true);
    expect(life.clock('reminder')).toMatchObject({ due: local('2026-03-11 09:00'), ref: 'a1' });
    expect(life.codes).toEqual([]);
  });

  test.each(['national-data', 'care-record'] as const)('of %s it is noted for the returns', (purpose) => {
    const life = booked();
    const { deadlines } = life.at;
    consent(life, purpose, false);
    expect(life.at).toMatchObject({ deadlines, attention: [], consents: { [purpose]: 'withdrawn' } });
  });

  test.each(consentPurposes)(
    'told twice it is already done, taken back and given again not: %s',
    (purpose) => {
      const life = booked();
      for (const given of [true, false, true]) {
        expect(consent(life, purpose, given).refusal).toBeUndefined();
        expect(consent(life, purpose, given).refusal?.code).toBe('already-done');
      }
    },
  );

  test.each(consentPurposes)('an older word that is carried later changes nothing: %s', (purpose) => {
    const life = booked().until(local('2026-03-05 10:00'));
    consent(life, purpose, true, local('2026-03-04 10:00'));
    expect(consent(life, purpose, false, local('2026-03-03 10:00')).refusal?.code).toBe('already-done');
    expect(life.at).toMatchObject({ consents: { [purpose]: 'given' }, closure: null });
  });

  test('a fact without its purpose is refused', () => {
    expect(tell(booked(), 'consent-withdrawn').refusal?.code).toBe('condition-not-met');
  });

  test('who was referred, or came back, after saying no has agreed anew; a later no closes again', () => {
    const life = booked();
    consent(life, 'treatment', false, local('2026-02-01 10:00'));
    expect(life.at).toMatchObject({ closure: null, consents: { treatment: 'withdrawn' } });
    life.until(local('2026-03-04 10:00'));
    expect(consent(life, 'treatment', false).refusal).toBeUndefined();
    expect(life.at.closure?.reason).toBe('consent-withdrawn');
    life.until(local('2026-03-06 10:00')).do('record-engagement', { evidence: 'attended' });
    expect(consent(life, 'treatment', false, local('2026-03-05 10:00')).refusal).toBeUndefined();
    expect(life.at.closure).toBeNull();
    consent(life, 'treatment', false);
    expect(life.at.closure).toMatchObject({ reason: 'consent-withdrawn', at: life.now });
  });

  test('M237 the closure is never before the engagement', () => {
    const life = booked().until(local('2026-03-06 10:00')).do('record-engagement', { evidence: 'attended' });
    consent(life, 'treatment', false, local('2026-03-05 10:00'));
    expect(life.at.closure?.at).toBe(local('2026-03-06 10:00'));
  });

  test('nor before the start of a strand that it ends', () => {
    const life = ReferralLife.received().until(local('2026-03-20 10:00'));
    life.do('record-assessment', { substances: ['cocaine'], result: 'suitable' });
    life.do('agree-care-plan', {
      modalities: [{ modalityId: 'm1', type: 'psychosocial', prescribed: false }],
    });
    life.until(local('2026-03-25 10:00')).do('start-treatment', { modalityId: 'm1' });
    consent(life, 'treatment', false, local('2026-03-22 10:00'));
    expect(life.at.closure?.at).toBe(local('2026-03-25 10:00'));
    expect(life.at.treatment.modalities).toMatchObject([{ endedAt: local('2026-03-25 10:00') }]);
  });

  test('after a closure it is noted, stays closed, and is seen again by who comes back', () => {
    const life = booked().do('close-pathway', { reason: 'declined' });
    consent(life, 'sharing', false);
    consent(life, 'treatment', false);
    expect(life.at).toMatchObject({ closure: { reason: 'declined' }, attention: [] });
    life.do('record-engagement', { evidence: 'attended' });
    expect(life.codes).toEqual(['sharing-withdrawn', 'appointment-to-rebook']);
  });
});

describe('texts stopped and allowed', () => {
  test('allowed again, the reminders ahead are planned again and nobody looks for another way', () => {
    const life = booked();
    tell(life, 'stop-texts');
    expect(life.codes).toEqual(['texts-stopped']);
    tell(life, 'texts-allowed');
    expect(life.at).toMatchObject({ textsStopped: false, attention: [] });
    expect(life.until(local('2026-03-12 14:00')).intents).toMatchObject([{ appointmentId: 'a1' }]);
  });

  test('each of the stops stands until it is itself taken back', () => {
    const life = booked();
    tell(life, 'stop-texts');
    consent(life, 'texts', false);
    prefer(life, { text: 'no' });
    tell(life, 'custody');
    const back = [
      () => tell(life, 'release'),
      () => prefer(life, { text: 'yes' }),
      () => consent(life, 'texts', true),
    ];
    for (const undo of back) {
      undo();
      expect(life.clock('reminder')).toBeUndefined();
      expect(life.codes).toContain('texts-stopped');
    }
    tell(life, 'texts-allowed');
    expect(life.clock('reminder')).toMatchObject({ ref: 'a1' });
    expect(life.codes).toEqual([]);
  });

  test('the latest word holds, in whatever order they come', () => {
    const life = booked().until(local('2026-03-05 10:00'));
    expect(tell(life, 'texts-allowed', {}, local('2026-03-04 10:00')).refusal).toBeUndefined();
    expect(tell(life, 'stop-texts', {}, local('2026-03-03 10:00')).refusal?.code).toBe('already-done');
    expect(life.at.textsStopped).toBe(false);
    tell(life, 'stop-texts');
    expect(tell(life, 'texts-allowed', {}, local('2026-03-04 12:00')).refusal?.code).toBe('already-done');
    expect(life.at.textsStopped).toBe(true);
  });

  test.each([
    ['stop-texts', 'texts-allowed', {}, {}, { textsStopped: true }],
    ['texts-allowed', 'stop-texts', {}, {}, { textsStopped: false }],
    ['safety-flag', 'safety-flag-lifted', {}, {}, { safetyFlag: true }],
    ['safety-flag-lifted', 'safety-flag', {}, {}, { safetyFlag: false }],
    ['custody', 'release', {}, {}, { custodySince: local('2026-03-03 10:00') }],
    ['release', 'custody', {}, {}, { custodySince: null }],
    ...consentPurposes
      .map((purpose) => ({ purpose }))
      .flatMap(
        (of) =>
          [
            ['consent-withdrawn', 'consent-given', of, of, { consents: { [of.purpose]: 'withdrawn' } }],
            ['consent-given', 'consent-withdrawn', of, of, { consents: { [of.purpose]: 'given' } }],
          ] as const,
      ),
    ...(['text', 'email', 'post', 'voicemail'] as const).map(
      (way) =>
        [
          'contact-preferences',
          'contact-preferences',
          { preferences: { [way]: 'no' } },
          { preferences: { [way]: 'yes' } },
          { contactPreferences: { [way]: 'no' } },
        ] as const,
    ),
  ] as const)(
    '%s, said again later, holds against an older %s that comes last: %j',
    (said, other, more, less, held) => {
      const life = booked().until(local('2026-03-11 10:00'));
      tell(life, said, more, local('2026-03-03 10:00'));
      const { attention, deadlines, stage } = life.at;
      expect(tell(life, said, more, local('2026-03-09 10:00')).refusal).toBeUndefined();
      expect(life.at).toMatchObject({ ...held, attention, deadlines, stage });
      // That somebody was in custody before a release is kept, and changes nothing here.
      const late = tell(life, other, less, local('2026-03-06 10:00')).refusal?.code;
      expect(late).toBe(other === 'custody' ? undefined : 'already-done');
      expect(life.at).toMatchObject({ ...held, attention, deadlines, stage });
      expect(tell(life, other, less, local('2026-03-09 10:01')).refusal).toBeUndefined();
      expect(life.at).not.toMatchObject(held);
    },
  );

  test('twice, or where everything is over, it is already done', () => {
    const life = booked();
    tell(life, 'texts-allowed');
    expect(tell(life, 'texts-allowed').refusal?.code).toBe('already-done');
    const over = ReferralLife.received().until(local('2026-12-01 00:00'));
    for (const fact of ['texts-allowed', 'safety-flag', 'safety-flag-lifted']) {
      expect(tell(over, fact).refusal?.code).toBe('already-done');
    }
    expect(consent(over, 'treatment', false).refusal?.code).toBe('already-done');
    expect(prefer(over, { text: 'yes' }).refusal?.code).toBe('already-done');
  });
});

describe('unknown is no', () => {
  test.each(['no', 'unknown'] as const)('text %s: no reminder is planned, yes plans it', (text) => {
    const life = booked();
    prefer(life, { text });
    expect(life.clock('reminder')).toBeUndefined();
    expect(life.book('a2', '2026-03-19 14:00').clock('reminder')).toBeUndefined();
    prefer(life, { text: 'yes' });
    expect(life.clock('reminder')).toMatchObject({ ref: 'a2', due: local('2026-03-18 09:00') });
  });

  test('each way by itself, and only what is new of it', () => {
    const life = booked().until(local('2026-03-05 10:00'));
    prefer(life, { text: 'yes', email: 'no' }, local('2026-03-04 10:00'));
    prefer(life, { text: 'no', post: 'yes' }, local('2026-03-03 10:00'));
    expect(life.at.contactPreferences).toEqual({ text: 'yes', email: 'no', post: 'yes' });
    expect(life.of('contact-preferences-noted').at(-1)?.data).toMatchObject({ preferences: { post: 'yes' } });
    expect(life.clock('reminder')).toBeDefined();
    const known = { text: 'yes', email: 'no' } as const;
    expect(prefer(life, known, local('2026-03-04 10:00')).refusal?.code).toBe('already-done');
    expect(prefer(life, {}).refusal?.code).toBe('already-done');
  });

  test('a way that must not be used is not asked for before "no contact"', () => {
    const life = ReferralLife.received({ knownChannels: ['phone', 'text', 'email'] });
    const needed = () => judgeEffort(life.at).channels.needed;
    expect(needed()).toBe(2);
    prefer(life, { email: 'no' });
    expect(needed()).toBe(2);
    consent(life, 'texts', false);
    expect(needed()).toBe(1);
  });

  test('after a closure they are noted', () => {
    const life = booked().do('close-pathway', { reason: 'declined' });
    prefer(life, { text: 'yes' });
    expect(life.at.deadlines.map(({ rule }) => rule)).toEqual(['late-engagement']);
  });
});

describe('M200 M201 the safety flag', () => {
  test('somebody sees it until it is lifted; reminders and clocks are as they were', () => {
    const life = booked();
    const { deadlines } = life.at;
    tell(life, 'safety-flag');
    expect(life.at).toMatchObject({ safetyFlag: true, deadlines });
    expect(life.at.attention).toMatchObject([{ code: 'safety-flag', owner: 'ProviderWorker' }]);
    expect(tell(life, 'safety-flag').refusal?.code).toBe('already-done');
    expect(life.attempt('reached').codes).toEqual(['safety-flag']);
    tell(life, 'safety-flag-lifted');
    expect(life.at).toMatchObject({ safetyFlag: false, attention: [] });
    expect(tell(life, 'safety-flag-lifted').refusal?.code).toBe('already-done');
  });

  test('a lifting that comes first holds against an older flag', () => {
    const life = booked().until(local('2026-03-05 10:00'));
    tell(life, 'safety-flag-lifted', {}, local('2026-03-04 10:00'));
    expect(tell(life, 'safety-flag', {}, local('2026-03-03 10:00')).refusal?.code).toBe('already-done');
    expect(life.at.safetyFlag).toBe(false);
  });

  test('flagged after the closure, it is seen when the person comes back', () => {
    const life = booked().do('close-pathway', { reason: 'declined' });
    tell(life, 'safety-flag');
    expect(life.codes).toEqual([]);
    life.do('record-engagement', { evidence: 'attended' });
    expect(life.codes).toEqual(['safety-flag', 'appointment-to-rebook']);
  });
});
