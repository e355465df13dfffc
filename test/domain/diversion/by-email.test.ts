import { describe, expect, test } from '@jest/globals';
import { noEmailReasons, textsOffReasons } from '../../../workflows/domain/common/by-email.ts';
import type { ContactPreferences } from '../../../workflows/domain/common/contact-preference.ts';
import { withAllMessages } from '../../../workflows/domain/common/default-messages.ts';
import { local, policy, ReferralLife } from './referral-life.ts';

// Who can be reached by e-mail alone.

const telling = withAllMessages(policy);
const received = () => ReferralLife.received({ policy: telling });

/** What one act plans for the person. */
function told(life: ReferralLife, act: (life: ReferralLife) => unknown) {
  const { length } = life.intents;
  act(life);
  return life.intents
    .slice(length)
    .filter(({ purpose }) => !['text-not-sent', 'referral-progress', 'new-referral'].includes(purpose))
    .map(({ purpose, channel }) => `${purpose} by ${channel}`);
}

let facts = 0;
function prefers(life: ReferralLife, preferences: ContactPreferences): ReferralLife {
  facts += 1;
  const fact = 'contact-preferences';
  life.engine('carry-fact', { factId: `preferences-${String(facts)}`, fact, preferences });
  return life;
}

const startsAt = local('2026-03-20 14:00');
const byEmail = { urgency: 3, expiresAt: startsAt, appointmentId: 'a1' } as const;
const skipped = { intentId: 'i1', outcome: 'skipped', purpose: 'appointment-booked' } as const;

describe('a text that was left out', () => {
  const booked = () => received().book('a1', '2026-03-20 14:00');

  test.each(textsOffReasons)('M90 %s: is followed by an e-mail, and nobody is asked yet', (reason) => {
    const life = booked();
    const { length } = life.intents;
    life.engine('report-delivery', { ...skipped, reason, byEmail });
    expect(life.intents.slice(length)).toEqual([
      { ...byEmail, purpose: 'appointment-booked', channel: 'email', notBefore: life.now },
    ]);
    expect(life.ledger.at(-1)).toMatchObject({
      type: 'message-not-sent',
      data: { ...skipped, reason, byEmail: true },
    });
    expect(life.codes).toEqual([]);
  });

  test.each(noEmailReasons)('M90 once the e-mail has no way either (%s), somebody is asked', (reason) => {
    const life = booked();
    life.engine('report-delivery', { ...skipped, reason: 'no-textable-number', byEmail });
    const { length } = life.intents;
    life.engine('report-delivery', { ...skipped, intentId: 'i2', reason });
    expect(life.codes).toEqual(['reach-another-way']);
    expect(life.intents.slice(length).map(({ purpose }) => purpose)).toEqual(['text-not-sent']);
  });

  test('an e-mail that the server refused, or of which nobody knows, is a person’s to see to', () => {
    const life = booked();
    life.engine('report-delivery', { ...skipped, reason: 'no-textable-number', byEmail });
    life.engine('report-delivery', { ...skipped, intentId: 'i2', outcome: 'failed' });
    life.engine('report-delivery', { ...skipped, intentId: 'i3', outcome: 'unknown' });
    expect(life.codes).toEqual(['message-not-sent', 'message-not-sent']);
  });

  test('each of several is followed by its own, also where somebody is asked already', () => {
    const life = booked();
    life.engine('report-delivery', { ...skipped, reason: 'no-textable-number' });
    expect(life.codes).toEqual(['reach-another-way']);
    const reason = 'no-textable-number';
    const report = { ...skipped, intentId: 'i2', purpose: 'appointment-reminder', reason, byEmail };
    expect(told(life, (it) => it.engine('report-delivery', report))).toEqual([
      'appointment-reminder by email',
    ]);
  });

  test.each<[string, object]>([
    ['it would come too late', { byEmail: { ...byEmail, expiresAt: local('2026-03-01 10:00') } }],
    ['it had a link', { purpose: 'page-link', byEmail: { urgency: 3, expiresAt: startsAt } }],
    ['it had an access code', { purpose: 'online-invitation', byEmail: { urgency: 3, expiresAt: startsAt } }],
    ['no e-mail can go', {}],
  ])('where %s, somebody is asked at once', (_why, changed) => {
    const life = booked();
    const report = { ...skipped, reason: 'not-safe-to-text', ...changed };
    expect(told(life, (it) => it.engine('report-delivery', report))).toEqual([]);
    expect(life.codes).toEqual(['reach-another-way']);
  });

  test('nothing follows in custody, or after the end', () => {
    const report = { ...skipped, reason: 'no-textable-number', byEmail };
    const held = booked();
    held.engine('carry-fact', { factId: 'f1', fact: 'custody' });
    expect(told(held, (it) => it.engine('report-delivery', report))).toEqual([]);
    const closed = booked().do('close-pathway', { reason: 'declined' });
    expect(closed.engine('report-delivery', report).refusal?.code).toBe('already-done');
  });
});

describe('who said that texts are not safe, or that they want none, and yes to e-mails', () => {
  const stop = (it: ReferralLife) => {
    it.engine('carry-fact', { factId: 'stop', fact: 'stop-texts' });
    return it;
  };
  const takeBack = (it: ReferralLife) => {
    it.engine('carry-fact', { factId: 'back', fact: 'consent-withdrawn', purpose: 'texts' });
    return it;
  };

  test.each<[string, (life: ReferralLife) => ReferralLife]>([
    ['not safe', (it) => prefers(it, { text: 'no', email: 'yes' })],
    ['not known to be safe', (it) => prefers(it, { text: 'unknown', email: 'yes' })],
    ['STOP', (it) => stop(prefers(it, { email: 'yes' }))],
    ['consent taken back', (it) => prefers(takeBack(it), { email: 'yes' })],
  ])('M86 is told of everything by e-mail, at any hour, and reminded: %s', (_how, act) => {
    const life = act(received());
    const { length } = life.codes;
    life.until(local('2026-03-04 21:00'));
    const first = life.intents.length;
    life.book('a1', '2026-03-20 14:00');
    expect(life.intents.slice(first)).toEqual([
      {
        ...{ purpose: 'appointment-booked', channel: 'email', urgency: 3, appointmentId: 'a1' },
        ...{ notBefore: life.now, expiresAt: startsAt },
      },
    ]);
    expect(life.codes).toHaveLength(length);
    expect(life.codes).not.toContain('reach-another-way');
    expect(told(life, (it) => it.until(local('2026-03-19 12:00')))).toEqual(
      expect.arrayContaining(['appointment-reminder-week by email', 'appointment-reminder by email']),
    );
    expect(told(life, (it) => it.book('a2', '2026-03-21 14:00'))).toEqual(['appointment-moved by email']);
  });

  test('STOP after the booking leaves its reminders, and asks a person all the same', () => {
    const life = stop(prefers(received(), { email: 'yes' }).book('a1', '2026-03-20 14:00'));
    expect(life.codes).toEqual(['texts-stopped']);
    expect(told(life, (it) => it.until(local('2026-03-13 12:00')))).toEqual([
      'appointment-reminder-week by email',
    ]);
    const none = stop(prefers(received(), { email: 'no' }).book('a1', '2026-03-20 14:00'));
    expect(told(none, (it) => it.until(local('2026-03-13 12:00')))).toEqual([]);
  });

  test('goes back to texts once they are allowed, and to nothing once e-mails are not wanted', () => {
    const life = prefers(received(), { text: 'no', email: 'yes' }).book('a1', '2026-03-20 14:00');
    expect(told(prefers(life.fork(), { text: 'yes' }), (it) => it.book('a2', '2026-03-21 14:00'))).toEqual([
      'appointment-moved by sms',
    ]);
    prefers(life, { email: 'no' });
    expect(life.codes).toEqual(['reach-another-way']);
    expect(told(life, (it) => it.until(local('2026-03-19 12:00')))).toEqual([]);
  });

  test('gets neither a link to their page nor, in custody, anything', () => {
    const { messages } = telling;
    const linking = {
      ...telling,
      messages: { ...messages, purposes: [...(messages.purposes ?? []), 'page-link' as const] },
    };
    const life = prefers(ReferralLife.received({ policy: linking }), { text: 'no', email: 'yes' });
    expect(told(life, (it) => it.book('a1', '2026-03-20 14:00'))).toEqual(['appointment-booked by email']);
    life.engine('carry-fact', { factId: 'held', fact: 'custody' });
    expect(told(life, (it) => it.book('a2', '2026-03-21 14:00'))).toEqual([]);
  });

  test('under a policy from before such messages it is decided as it was', () => {
    const life = prefers(ReferralLife.received(), { text: 'no', email: 'yes' });
    expect(told(life, (it) => it.book('a1', '2026-03-20 14:00'))).toEqual([]);
    expect(told(life, (it) => it.until(local('2026-03-19 12:00')))).toEqual([]);
  });
});
