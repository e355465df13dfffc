import { describe, expect, test } from '@jest/globals';
import type {
  ContactPreferences,
  KnownChannel,
} from '../../../workflows/domain/common/contact-preference.ts';
import { withAllMessages } from '../../../workflows/domain/common/default-messages.ts';
import { local, policy, receipt, ReferralLife } from './referral-life.ts';

const death = { factId: 'fact-1', fact: 'death' } as const;
const stop = { factId: 'fact-2', fact: 'stop-texts' } as const;

describe('M46 death', () => {
  test('closes at once, clears every clock and all attention, cancels the appointment', () => {
    const life = ReferralLife.received().until(local('2026-03-05 12:00')).book('a1', '2026-03-12 14:00');
    life.attempt('wrong-number').engine('report-internal-error', { commandName: 'book-appointment' });
    life.engine('carry-fact', death, local('2026-03-04 03:00'));
    expect(life.ledger.at(-1)).toMatchObject({
      type: 'pathway-closed',
      occurredAt: local('2026-03-04 03:00'),
      data: { reason: 'died', factId: 'fact-1', mayReturnUntil: null, cancelled: ['a1'] },
    });
    expect(life.at).toMatchObject({
      stage: 'finished',
      finished: true,
      died: true,
      deadlines: [],
      attention: [],
      appointments: [{ status: 'cancelled' }],
    });
    expect(life.intents).toEqual([]);
  });

  test('cancels also the appointment that has begun', () => {
    const life = ReferralLife.received().book('a1', '2026-03-05 14:00').until(local('2026-03-05 14:30'));
    life.engine('carry-fact', death);
    expect(life.at.appointments).toMatchObject([{ status: 'cancelled' }]);
  });

  test.each([
    ['before receipt', local('2026-03-01 03:00'), receipt],
    ['in the future of the engine', local('2026-03-09 03:00'), local('2026-03-05 12:00')],
  ])('dated %s, the closure stays within the life of the referral', (_name, diedAt, closedAt) => {
    const life = ReferralLife.received().until(local('2026-03-05 12:00'));
    life.engine('carry-fact', death, diedAt);
    expect(life.at.closure?.at).toBe(closedAt);
  });

  test('after a closure it ends the late window and leaves the closure as it was', () => {
    const life = ReferralLife.received().do('close-pathway', { reason: 'declined' });
    life.until(local('2026-03-05 12:00')).engine('carry-fact', death);
    expect(life.types.at(-1)).toBe('death-noted');
    expect(life.at).toMatchObject({
      stage: 'finished',
      finished: true,
      died: true,
      deadlines: [],
      closure: { reason: 'declined', at: receipt },
    });
  });

  test('twice, or when everything is over, it is already done', () => {
    const life = ReferralLife.received();
    life.engine('carry-fact', death);
    expect(life.engine('carry-fact', { ...death, factId: 'fact-9' }).refusal?.code).toBe('already-done');
    const over = ReferralLife.received().until(local('2026-12-01 00:00'));
    expect(over.engine('carry-fact', death).refusal?.code).toBe('already-done');
  });

  test('nobody comes back, and no command is taken any more', () => {
    const life = ReferralLife.received();
    life.engine('carry-fact', death);
    expect(life.refused('record-engagement', { evidence: 'attended' }).code).toBe('wrong-stage');
    expect(life.refused('close-pathway', { reason: 'other' }).code).toBe('wrong-stage');
    expect(
      life.refused('record-contact-attempt', { channel: 'phone', result: 'reached', by: 'person' }).code,
    ).toBe('wrong-stage');
  });
});

describe('M91 stop means stop', () => {
  test('no text goes out any more; somebody is asked to reach the person in another way', () => {
    const life = ReferralLife.received().attempt('reached').book('a1', '2026-03-12 14:00');
    life.engine('carry-fact', stop);
    expect(life.ledger.at(-1)).toMatchObject({ type: 'texts-stopped', data: { factId: 'fact-2' } });
    expect(life.at.attention).toMatchObject([{ code: 'texts-stopped', owner: 'ProviderWorker' }]);
    expect(life.clock('reminder')).toBeUndefined();
    life.until(local('2026-03-12 14:00'));
    expect(life.intents).toEqual([]);
    expect(life.at.appointments).toMatchObject([{ status: 'booked' }]);
  });

  test('a later booking asks again, and only another way settles it', () => {
    const life = ReferralLife.received();
    life.engine('carry-fact', stop);
    expect(life.attempt('reached', { channel: 'text' }).codes).toEqual(['texts-stopped']);
    expect(life.attempt('reached', { channel: 'phone' }).codes).toEqual([]);
    life.book('a1', '2026-03-12 14:00');
    expect(life.codes).toEqual(['texts-stopped']);
    expect(life.clock('reminder')).toBeUndefined();
  });

  test('who came after stopping was reached in another way', () => {
    const life = ReferralLife.received().book('a1', '2026-03-05 14:00').until(local('2026-03-05 14:30'));
    life.engine('carry-fact', stop);
    const attended = { appointmentId: 'a1', attendance: 'attended-and-left' } as const;
    expect(life.do('record-attendance', attended).codes).toEqual(['texts-stopped']);
    life.book('a2', '2026-03-12 14:00').until(local('2026-03-12 15:30'));
    expect(life.do('record-attendance', { ...attended, appointmentId: 'a2' }).codes).toEqual([]);
  });

  test('one try by text is no longer asked for', () => {
    const life = ReferralLife.received({ knownChannels: ['phone', 'text'] });
    life.engine('carry-fact', stop);
    for (const time of ['2026-03-02 11:00', '2026-03-03 11:00', '2026-03-04 11:00']) {
      life.until(local(time)).attempt();
    }
    life.do('close-pathway', { reason: 'no-contact' });
  });

  test('twice or at the very end it is already done; in the late window it is noted', () => {
    const life = ReferralLife.received().do('close-pathway', { reason: 'declined' });
    expect(life.engine('carry-fact', stop).refusal).toBeUndefined();
    expect(life.at).toMatchObject({ textsStopped: true, attention: [] });
    expect(life.engine('carry-fact', stop).refusal?.code).toBe('already-done');
    const over = ReferralLife.received().until(local('2026-12-01 00:00'));
    expect(over.engine('carry-fact', stop).refusal?.code).toBe('already-done');
  });
});

test('a withdrawn task is no matter of the voluntary path', () => {
  const withdrawn = { factId: 'fact-3', fact: 'task-withdrawn', taskId: 'task-1' };
  expect(ReferralLife.received().engine('carry-fact', withdrawn).refusal?.code).toBe('not-found');
});

describe('what the engine reports', () => {
  const failed = { intentId: 'intent-1', outcome: 'failed', purpose: 'appointment-reminder' } as const;

  test.each(['failed', 'unknown'] as const)('M90 a message that is %s asks for another way', (outcome) => {
    const life = ReferralLife.received().book('a1', '2026-03-12 14:00');
    life.engine('report-delivery', { ...failed, outcome });
    expect(life.at.attention).toMatchObject([
      { code: 'message-not-sent', owner: 'ProviderWorker', ref: 'intent-1' },
    ]);
    expect(life.ledger.at(-1)?.data).toEqual({ ...failed, outcome });
    expect(life.engine('report-delivery', failed).refusal?.code).toBe('already-done');
    life.until(local('2026-03-12 15:00'));
    life.do('record-attendance', { appointmentId: 'a1', attendance: 'absent' });
    expect(life.codes).toEqual(['appointment-to-rebook']);
  });

  describe('M90 that no text reaches the person', () => {
    const skipped = {
      ...{ intentId: 'intent-1', outcome: 'skipped', purpose: 'appointment-booked' },
      reason: 'no-textable-number',
    } as const;
    const booked = () => ReferralLife.received().book('a1', '2026-03-12 14:00');
    const asked = () => {
      const life = booked();
      life.engine('report-delivery', skipped);
      expect(life.at.attention).toMatchObject([{ code: 'reach-another-way', owner: 'ProviderWorker' }]);
      return life;
    };

    test('asks once for another way, and keeps why', () => {
      const life = asked();
      expect(life.ledger.at(-1)).toMatchObject({ type: 'message-not-sent', data: skipped });
      expect(life.engine('report-delivery', { ...skipped, intentId: 'intent-2' }).refusal?.code).toBe(
        'already-done',
      );
    });

    test('because the number is known to be wrong, found out wherever it was: once', () => {
      const wrong = { ...skipped, reason: 'wrong-number' } as const;
      const life = booked();
      life.engine('report-delivery', wrong);
      expect(life.codes).toEqual(['reach-another-way']);
      expect(life.engine('report-delivery', { ...wrong, intentId: 'intent-2' }).refusal?.code).toBe(
        'already-done',
      );
    });

    test('where this referral found the number out itself, who looks for the right one is asked nothing more', () => {
      const wrong = { ...skipped, reason: 'wrong-number' } as const;
      const found = booked();
      found.do('record-contact-attempt', { channel: 'phone', result: 'wrong-number', by: 'person' });
      expect(found.engine('report-delivery', wrong).refusal?.code).toBe('already-done');
      expect(found.codes).toEqual(['wrong-number']);
      const answered = booked();
      const reply = { replyId: 'r1', meaning: 'wrong-person', appointmentId: null, callToday: false };
      answered.engine('record-reply', reply);
      expect(answered.engine('report-delivery', wrong).refusal?.code).toBe('already-done');
      expect(answered.codes).toEqual(['check-number']);
      const failing = booked();
      failing.engine('report-delivery', { ...failed, numberGone: true });
      expect(failing.engine('report-delivery', { ...wrong, intentId: 'i2' }).refusal?.code).toBe(
        'already-done',
      );
      expect(failing.codes).toEqual(['message-not-sent', 'wrong-number']);
    });

    test('is settled by a letter that was posted, by reaching the person, and by nothing less', () => {
      const life = asked();
      life.do('record-contact-attempt', { channel: 'phone', result: 'left-message', by: 'person' });
      expect(life.codes).toEqual(['reach-another-way']);
      life.do('record-contact-attempt', { channel: 'post', result: 'left-message', by: 'person' });
      expect(life.codes).toEqual([]);
      expect(life.at.contact.tries.map(({ channel }) => channel)).toEqual(['phone', 'post']);
      expect(asked().attempt('reached').codes).toEqual([]);
      const cancelled = asked();
      cancelled.do('cancel-appointment', { appointmentId: 'a1', askedBy: 'person', reason: 'ill' });
      expect(cancelled.codes).toEqual(['appointment-to-rebook']);
    });

    test('is settled once texts are said to be safe', () => {
      const life = asked();
      const preferences = { text: 'yes' } as const;
      life.engine('carry-fact', { factId: 'f1', fact: 'contact-preferences', preferences });
      expect(life.codes).toEqual([]);
    });

    test.each<[string, ContactPreferences]>([
      ['no voicemail', { voicemail: 'no' }],
      ['voicemail', { voicemail: 'yes' }],
      ['no post', { post: 'no' }],
      ['post, whose letter somebody must print, post and record', { post: 'yes' }],
      ['no e-mails', { email: 'no' }],
      ['e-mails, under a policy that sends none', { email: 'yes' }],
      ['no text', { text: 'no', voicemail: 'yes' }],
    ])('is not settled by what gives no way: %s', (_what, preferences) => {
      const life = asked();
      life.engine('carry-fact', { factId: 'f1', fact: 'contact-preferences', preferences });
      expect(life.codes).toEqual(['reach-another-way']);
      life.do('record-contact-attempt', { channel: 'post', result: 'left-message', by: 'person' });
      expect(life.codes).toEqual([]);
    });

    test('is settled by a yes to texts or e-mails only where a number or an address is known, and may be used', () => {
      const answered = (
        preferences: ContactPreferences,
        known: readonly KnownChannel[],
        before?: (life: ReferralLife) => unknown,
      ) => {
        const life = ReferralLife.received({ policy: withAllMessages(policy), knownChannels: known });
        life.book('a1', '2026-03-12 14:00');
        life.engine('report-delivery', skipped);
        before?.(life);
        life.engine('carry-fact', { factId: 'f9', fact: 'contact-preferences', preferences });
        return life.codes;
      };
      const asking = expect.arrayContaining(['reach-another-way']);
      expect(answered({ text: 'yes' }, ['phone'])).toEqual([]);
      expect(answered({ text: 'yes' }, ['email', 'post'])).toEqual(asking);
      expect(answered({ email: 'yes' }, ['email'])).toEqual([]);
      expect(answered({ email: 'yes' }, ['phone'])).toEqual(asking);
      const flag = { factId: 'f1', fact: 'safety-flag' } as const;
      expect(answered({ email: 'yes' }, ['email'], (it) => it.engine('carry-fact', flag))).toEqual(asking);
      const wrong = { channel: 'phone', result: 'wrong-number', by: 'person' } as const;
      const found = (it: ReferralLife) => it.do('record-contact-attempt', wrong);
      expect(answered({ text: 'yes' }, ['phone'], found)).toEqual(asking);
      const stop = { factId: 'f1', fact: 'stop-texts' } as const;
      expect(answered({ text: 'yes' }, ['phone'], (it) => it.engine('carry-fact', stop))).toEqual(asking);
    });
  });

  test('M91 one text for which the day had no room is that text’s own matter, and says no more', () => {
    const life = ReferralLife.received().book('a1', '2026-03-12 14:00');
    const notToday = { ...failed, outcome: 'skipped', reason: 'not-today' } as const;
    life.engine('report-delivery', notToday);
    expect(life.at.attention).toMatchObject([{ code: 'message-not-sent', ref: 'intent-1' }]);
    expect(life.ledger.at(-1)?.data).toEqual(notToday);
    life.engine('report-delivery', { ...notToday, intentId: 'intent-2' });
    expect(life.codes).toEqual(['message-not-sent', 'message-not-sent']);
    expect(life.attempt('reached').codes).toEqual([]);
  });

  test('an enrolment or an e-mail that the engine gave up asks what it was about, and a text what it told', () => {
    const life = ReferralLife.received().book('a1', '2026-03-12 14:00');
    life.engine('report-delivery', { ...failed, purpose: 'online-enrolment' });
    expect(life.codes).toEqual(['not-enrolled']);
    const email = { ...failed, intentId: 'intent-2', purpose: 'deadline-near' };
    expect(life.engine('report-delivery', email).refusal?.code).toBe('already-done');
  });

  test('what is recorded of an earlier appointment does not settle the text about the next', () => {
    const life = ReferralLife.received().book('a1', '2026-03-05 14:00').until(local('2026-03-05 15:30'));
    life.book('a2', '2026-03-12 14:00').until(local('2026-03-11 10:00'));
    life.engine('report-delivery', failed);
    life.do('record-attendance', { appointmentId: 'a1', attendance: 'attended-and-left' });
    expect(life.codes).toEqual(['message-not-sent']);
    expect(life.attempt('reached').codes).toEqual([]);
  });

  test('of a closed referral nobody needs to act on its messages', () => {
    const life = ReferralLife.received().do('close-pathway', { reason: 'declined' });
    expect(life.engine('report-delivery', failed).refusal?.code).toBe('already-done');
  });

  test('a rule that failed is for the operator, survives a closure, and is settled when the command works', () => {
    const life = ReferralLife.received();
    life.engine('report-internal-error', { commandName: 'book-appointment' });
    expect(life.at.attention).toMatchObject([
      { code: 'internal-error', owner: 'Operator', ref: 'book-appointment' },
    ]);
    expect(life.engine('report-internal-error', { commandName: 'book-appointment' }).refusal?.code).toBe(
      'already-done',
    );
    expect(life.attempt().codes).toEqual(['internal-error']);
    life.engine('report-internal-error', { commandName: 'close-pathway' });
    life.book('a1', '2026-03-12 14:00');
    expect(life.at.attention).toMatchObject([{ code: 'internal-error', ref: 'close-pathway' }]);
    life.engine('report-internal-error', { commandName: 'record-attendance' });
    life.do('close-pathway', { reason: 'moved' });
    expect(life.at.attention).toMatchObject([{ code: 'internal-error', ref: 'record-attendance' }]);
    const single = ReferralLife.received();
    single.engine('report-internal-error', { commandName: 'book-appointment' });
    expect(single.book('a1', '2026-03-12 14:00').codes).toEqual([]);
  });
});

describe('M239 a clock that fires', () => {
  test('for a case that has moved on changes nothing', () => {
    const life = ReferralLife.received();
    const first = life.clock('first-contact');
    life.attempt().until(local('2026-03-10 00:00'));
    expect(first && life.pass(first).refusal?.code).toBe('already-done');
  });

  test('early is refused, and twice is already done', () => {
    const life = ReferralLife.received().do('accept-referral', {});
    const first = life.clock('first-contact');
    if (first === undefined) throw new Error('No clock');
    expect(life.pass(first).refusal).toMatchObject({
      code: 'condition-not-met',
      details: { due: first.due },
    });
    life.until(first.due);
    expect(life.pass(first).refusal?.code).toBe('already-done');
    expect(life.of('deadline-passed')).toHaveLength(1);
  });

  test('of a rule that is no more passes and does nothing', () => {
    const life = ReferralLife.received();
    const deadline = { id: 'old:-:9', rule: 'old', start: receipt, due: receipt };
    life.state = { ...life.at, deadlines: [deadline] };
    expect(life.pass(deadline).events).toMatchObject([{ type: 'deadline-passed', data: { rule: 'old' } }]);
    expect(life.at.deadlines).toEqual([]);
  });
});
