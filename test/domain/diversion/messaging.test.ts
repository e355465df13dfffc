import { describe, expect, test } from '@jest/globals';
import { withAllMessages, withOnlineProgrammes } from '../../../workflows/domain/common/default-messages.ts';
import type { MessagePurpose } from '../../../workflows/domain/common/message-purpose.ts';
import type { DiversionPolicy } from '../../../workflows/domain/diversion/policy.ts';
import { local, policy, referral, ReferralLife, slot } from './referral-life.ts';
import type { Given } from './referral-life.ts';

const telling = withAllMessages(policy);

function only(...purposes: MessagePurpose[]): DiversionPolicy {
  return { ...telling, messages: { ...telling.messages, purposes } };
}

/** What one act plans. */
function planned(life: ReferralLife, act: (life: ReferralLife) => unknown) {
  const { length } = life.intents;
  act(life);
  return life.intents.slice(length);
}

function purposes(life: ReferralLife, act: (life: ReferralLife) => unknown): string[] {
  return planned(life, act).map(({ purpose }) => purpose);
}

const received = (changed: Partial<DiversionPolicy> = {}) =>
  ReferralLife.received({ policy: { ...telling, ...changed } });

describe('what the person is told', () => {
  test('M94 that the referral was received, and a booking, a move and a cancellation ahead of time', () => {
    const life = received();
    expect(life.intents).toMatchObject([
      { purpose: 'referral-received', channel: 'sms', notBefore: life.now },
      { purpose: 'new-referral', channel: 'email' },
      { purpose: 'referral-progress', channel: 'email' },
    ]);
    expect(planned(life, (it) => it.book('a1', '2026-03-20 14:00'))).toMatchObject([
      {
        purpose: 'appointment-booked',
        appointmentId: 'a1',
        urgency: 3,
        expiresAt: local('2026-03-20 14:00'),
      },
    ]);
    const { startsAt, endsAt } = slot('a2', '2026-03-19 14:00');
    const move = { appointmentId: 'a1', startsAt, endsAt, askedBy: 'provider', reason: 'other' } as const;
    const given: Given = { commandId: 'a2' };
    expect(planned(life, (it) => it.do('reschedule-appointment', move, given))).toMatchObject([
      { purpose: 'appointment-moved', appointmentId: 'a2', urgency: 3 },
    ]);
    const cancel = { appointmentId: 'a2', askedBy: 'provider', reason: 'other' } as const;
    expect(planned(life, (it) => it.do('cancel-appointment', cancel))).toMatchObject([
      { purpose: 'appointment-cancelled', appointmentId: 'a2', expiresAt: startsAt },
    ]);
  });

  test('edge case 50: of what is entered long after it happened no text is sent; what it leads to ahead is told', () => {
    const life = new ReferralLife(local('2026-03-20 10:00'));
    const sixDaysAgo = local('2026-03-14 10:00');
    const late = referral({ receivedAt: sixDaysAgo, policy: telling });
    life.do('receive-referral', late, { role: 'PoliceOfficer', occurredAt: sixDaysAgo });
    const texts = (act: (it: ReferralLife) => unknown) =>
      planned(life, act)
        .filter(({ channel }) => channel === 'sms')
        .map(({ purpose }) => purpose);
    expect(life.intents.filter(({ channel }) => channel === 'sms')).toEqual([]);
    const then = { occurredAt: local('2026-03-16 10:00') };
    expect(texts((it) => it.attempt('no-answer', then))).toEqual([]);
    const data = { ...slot('a1', '2026-03-18 14:00'), kind: 'first-meeting' } as const;
    expect(texts((it) => it.do('book-appointment', data, then))).toEqual([]);
    expect(texts((it) => it.book('a2', '2026-03-24 14:00'))).toEqual(['appointment-booked']);
  });

  test('a move of today goes before one of tomorrow, and that before the rest', () => {
    const urgencies = ['2026-03-02 15:00', '2026-03-03 15:00', '2026-03-04 15:00'].map((to) => {
      const life = received().book('a1', '2026-03-09 14:00');
      return planned(life, (it) => it.book('a2', to)).map(({ urgency }) => urgency);
    });
    expect(urgencies).toEqual([[1], [2], [3]]);
    const fromToday = received().book('a1', '2026-03-02 14:00');
    expect(planned(fromToday, (it) => it.book('a2', '2026-03-09 14:00'))).toMatchObject([{ urgency: 1 }]);
  });

  test('outside the sending hours it waits for the morning, and is left out where that is too late', () => {
    const life = received().until(local('2026-03-03 21:00'));
    expect(planned(life, (it) => it.book('a1', '2026-03-04 14:00'))).toMatchObject([
      { notBefore: local('2026-03-04 08:00') },
    ]);
    expect(purposes(life, (it) => it.book('a2', '2026-03-04 07:30'))).toEqual([]);
  });

  test('a miss, while it is news; who came is told nothing', () => {
    const attend = (attendance: 'absent' | 'attended-and-remained', at: string) => {
      const life = received().book('a1', '2026-03-05 14:00').until(local(at));
      return purposes(life, (it) => it.do('record-attendance', { appointmentId: 'a1', attendance }));
    };
    expect(attend('absent', '2026-03-05 15:10')).toEqual(['appointment-missed', 'missed-appointment']);
    expect(attend('absent', '2026-03-13 09:00')).toEqual(['missed-appointment']);
    expect(attend('attended-and-remained', '2026-03-05 15:10')).toEqual(['referral-progress']);
  });

  test('that nobody reached them: after a call of today, once a day, also where the call was undone', () => {
    const life = received();
    const call = (it: ReferralLife) => it.attempt('no-answer');
    expect(purposes(life, call)).toEqual(['could-not-reach']);
    const attemptId = life.of('contact-attempted')[0]?.commandId ?? '';
    life.do('undo-contact-attempt', { attemptId });
    expect(purposes(life, call)).toEqual([]);
    life.until(local('2026-03-03 11:00'));
    const yesterday = { occurredAt: local('2026-03-02 17:00') };
    expect(purposes(life, (it) => it.attempt('no-answer', yesterday))).toEqual([]);
    expect(purposes(life, (it) => it.attempt('no-answer', { channel: 'in-person' }))).toEqual([]);
    expect(purposes(life, (it) => it.attempt('no-answer', { by: 'system' }))).toEqual([]);
    expect(purposes(life, (it) => it.attempt('left-message'))).toEqual([]);
    expect(purposes(life, call)).toEqual(['could-not-reach']);
  });

  test('nothing by text who wants none, is in custody or has died; a closure stops all', () => {
    const facts = [
      { fact: 'stop-texts' },
      { fact: 'custody' },
      { fact: 'consent-withdrawn', purpose: 'texts' },
    ] as const;
    for (const told of facts) {
      const life = received();
      life.engine('carry-fact', { factId: 'f1', ...told });
      expect(purposes(life, (it) => it.book('a1', '2026-03-20 14:00'))).toEqual([]);
    }
    const life = received().book('a1', '2026-03-20 14:00');
    const died = { factId: 'f1', fact: 'death' };
    expect(purposes(life, (it) => it.engine('carry-fact', died))).toEqual([]);
  });

  test('M94 three reminders; those whose time is over at the booking are left out', () => {
    const clocks = (starts: string) =>
      received()
        .book('a1', starts)
        .at.deadlines.filter(({ ref, rule }) => ref === 'a1' && rule !== 'feedback')
        .map(({ rule, due }) => [rule, due]);
    expect(clocks('2026-03-20 14:00')).toEqual([
      ['reminder-week', local('2026-03-13 09:00')],
      ['reminder', local('2026-03-19 09:00')],
      ['reminder-morning', local('2026-03-20 08:00')],
    ]);
    expect(clocks('2026-03-05 14:00').map(([rule]) => rule)).toEqual(['reminder', 'reminder-morning']);
    expect(clocks('2026-03-02 14:00')).toEqual([]);
    const life = received().book('a1', '2026-03-20 14:00');
    expect(planned(life, (it) => it.until(local('2026-03-20 10:00')))).toMatchObject([
      { purpose: 'appointment-reminder-week', urgency: 5 },
      { purpose: 'appointment-reminder', urgency: 2 },
      { purpose: 'appointment-reminder-morning', urgency: 1 },
    ]);
  });

  test('a moved appointment takes all of its reminders along', () => {
    const life = received().book('a1', '2026-03-20 14:00').book('a2', '2026-03-27 14:00');
    const ahead = life.at.deadlines.filter(({ rule }) => rule.startsWith('reminder'));
    expect(ahead.map(({ ref }) => ref)).toEqual(['a2', 'a2', 'a2']);
  });
});

describe('M94 a change that no text tells in time', () => {
  const at = (now: string, starts: string, policies: Partial<DiversionPolicy> = {}) =>
    received(policies).book('a1', starts).until(local(now));
  const cancel = (askedBy: 'person' | 'provider') => (it: ReferralLife) =>
    it.do('cancel-appointment', { appointmentId: 'a1', askedBy, reason: 'other' });
  const move = (starts: string, askedBy: 'person' | 'provider') => (it: ReferralLife) => {
    const { startsAt, endsAt } = slot('a2', starts);
    const data = { appointmentId: 'a1', startsAt, endsAt, askedBy, reason: 'other' } as const;
    return it.do('reschedule-appointment', data, { commandId: 'a2' });
  };
  const asked = (life: ReferralLife) =>
    life.at.attention
      .filter(({ code }) => code === 'tell-of-change')
      .map(({ owner, ref }) => `${owner} ${String(ref)}`);

  test('asks the caseworker to ring, until the person was reached', () => {
    const life = at('2026-03-03 20:30', '2026-03-04 07:45');
    expect(purposes(life, cancel('provider'))).toEqual([]);
    expect(asked(life)).toEqual(['ProviderWorker a1']);
    life.attempt('no-answer');
    expect(asked(life)).toEqual(['ProviderWorker a1']);
    expect(asked(life.attempt('reached'))).toEqual([]);
  });

  test('also where the new time is told later, and the old one comes first', () => {
    const life = at('2026-03-03 20:30', '2026-03-04 07:45');
    expect(purposes(life, move('2026-03-10 14:00', 'provider'))).toEqual(['appointment-moved']);
    expect(asked(life)).toEqual(['ProviderWorker a2']);
    life.until(local('2026-03-10 15:10'));
    life.do('record-attendance', { appointmentId: 'a2', attendance: 'attended-and-remained' });
    expect(asked(life)).toEqual([]);
  });

  test('also where the new time is the early one, whoever asked for it', () => {
    const life = at('2026-03-03 20:30', '2026-03-06 14:00');
    move('2026-03-04 07:45', 'person')(life);
    expect(asked(life)).toEqual(['ProviderWorker a2']);
  });

  test('not of whom asked for it, of what a text tells in time, nor where such texts are off', () => {
    for (const [life, act] of [
      [at('2026-03-03 20:30', '2026-03-04 07:45'), cancel('person')],
      [at('2026-03-03 20:30', '2026-03-04 07:45'), move('2026-03-10 14:00', 'person')],
      [at('2026-03-03 20:30', '2026-03-04 08:15'), cancel('provider')],
      [at('2026-03-03 19:59', '2026-03-04 07:45'), cancel('provider')],
      [at('2026-03-03 20:30', '2026-03-04 07:45', only('appointment-booked')), cancel('provider')],
    ] as const) {
      act(life);
      expect(asked(life)).toEqual([]);
    }
    const stopped = at('2026-03-03 20:30', '2026-03-04 07:45');
    stopped.engine('carry-fact', { factId: 'f1', fact: 'stop-texts' });
    cancel('provider')(stopped);
    expect(stopped.codes).toContain('texts-stopped');
    expect(asked(stopped)).toEqual([]);
  });

  test.each<[string, object]>([
    ['texts are not safe', { fact: 'contact-preferences', preferences: { text: 'no' } }],
    ['texts were stopped, and somebody has seen to that', { fact: 'stop-texts' }],
  ])('also where nothing tells of it at any hour: %s', (_why, fact) => {
    const life = at('2026-03-03 10:00', '2026-03-04 14:00');
    life.engine('carry-fact', { factId: 'f1', ...fact });
    life.attempt('reached');
    expect(life.codes).not.toContain('texts-stopped');
    expect(purposes(life, cancel('provider'))).toEqual([]);
    expect(asked(life)).toEqual(['ProviderWorker a1']);
    expect(asked(life.attempt('reached'))).toEqual([]);
  });

  test('not where nothing tells of it but an e-mail does, in custody, of whom asked for it, nor beside another question', () => {
    const without = (act: (it: ReferralLife) => ReferralLife, ...facts: object[]) => {
      const life = at('2026-03-03 10:00', '2026-03-04 14:00');
      for (const [index, fact] of facts.entries()) {
        life.engine('carry-fact', { factId: `f${String(index)}`, ...fact });
      }
      return asked(act(life));
    };
    const ways = (preferences: object) => ({ fact: 'contact-preferences', preferences });
    const unsafe = ways({ text: 'no' });
    expect(without(cancel('provider'), ways({ text: 'no', email: 'yes' }))).toEqual([]);
    expect(without(cancel('provider'), unsafe, { fact: 'custody' })).toEqual([]);
    expect(without(cancel('person'), unsafe)).toEqual([]);
    expect(without(move('2026-03-10 14:00', 'provider'), unsafe)).toEqual([]);
  });

  test('M92 a change of the same day keeps to the hours as all do, on a Sunday and a bank holiday as on any day', () => {
    const early = at('2026-03-04 06:30', '2026-03-04 07:45');
    expect(purposes(early, cancel('provider'))).toEqual([]);
    expect(asked(early)).toEqual(['ProviderWorker a1']);
    for (const [now, starts] of [
      ['2026-03-08 10:00', '2026-03-08 14:00'],
      ['2026-04-03 10:00', '2026-04-03 14:00'],
    ] as const) {
      const life = at(now, starts);
      expect(planned(life, cancel('provider'))).toMatchObject([{ notBefore: local(now), urgency: 1 }]);
      expect(asked(life)).toEqual([]);
    }
  });
});

describe('what staff are told', () => {
  test('M95 of a near closure, of what is overdue, of an offer and of a text that did not leave', () => {
    const life = ReferralLife.received({
      policy: only('deadline-near', 'deadline-passed', 'transfer-offered', 'text-not-sent'),
    });
    life.do('accept-referral', {});
    expect(purposes(life, (it) => it.until(local('2026-03-05 09:00')))).toEqual(['deadline-passed']);
    const to = { providerId: 'kaleidoscope', programme: 'p', routeId: 'r2' };
    expect(purposes(life, (it) => it.do('transfer-pathway', { to, reason: 'moved' }))).toEqual([
      'transfer-offered',
    ]);
    const report = { intentId: 'i1', outcome: 'failed', purpose: 'appointment-booked' };
    expect(purposes(life, (it) => it.engine('report-delivery', report))).toEqual(['text-not-sent']);
    expect(life.codes).toContain('message-not-sent');
    const near = planned(life, (it) => it.until(local('2026-05-11 11:00')));
    expect(near.map(({ purpose }) => purpose)).toContain('deadline-near');
  });

  test('M95 a clock that passed long ago, as one of a case that was open elsewhere, is no news', () => {
    const life = ReferralLife.received({ policy: only('deadline-passed') });
    life.do('accept-referral', {});
    const late = life.fork();
    // It is seen only now: nothing ran meanwhile.
    late.now = local('2026-03-20 09:00');
    const clock = late.clock('first-contact');
    const due = { deadlineId: clock?.id };
    expect(purposes(late, (it) => it.engine('deadline-due', due))).toEqual([]);
    expect(late.codes).toContain('no-first-contact');
    life.now = local('2026-03-05 09:00');
    expect(purposes(life, (it) => it.engine('deadline-due', due))).toEqual(['deadline-passed']);
  });

  test('M90 who said that texts are not safe is told of nothing by text, and somebody is asked for another way', () => {
    const unsafe = { factId: 'f1', fact: 'contact-preferences', preferences: { text: 'no' } } as const;
    const before = received();
    before.engine('carry-fact', unsafe);
    expect(before.codes).not.toContain('reach-another-way');
    expect(purposes(before, (it) => it.book('a1', '2026-03-20 14:00'))).not.toContain('appointment-booked');
    expect(before.codes).toContain('reach-another-way');
    const after = received().book('a1', '2026-03-20 14:00');
    after.engine('carry-fact', unsafe);
    expect(after.codes).toContain('reach-another-way');
    after.engine('carry-fact', { ...unsafe, factId: 'f2', preferences: { text: 'yes' } });
    expect(after.codes).not.toContain('reach-another-way');
    // Under a policy from before such messages it is decided as it was.
    const old = ReferralLife.received().book('a1', '2026-03-20 14:00');
    old.engine('carry-fact', unsafe);
    expect(old.codes).not.toContain('reach-another-way');
  });

  test('an e-mail that did not leave asks nobody to reach the person', () => {
    const life = received();
    const report = { intentId: 'i1', outcome: 'unknown', purpose: 'new-referral' };
    expect(life.engine('report-delivery', report).refusal?.code).toBe('already-done');
  });

  test('who brought the person themselves hears of no new referral', () => {
    const life = new ReferralLife();
    const own = { source: { source: 'self', via: 'form' }, disposal: null, policy: telling } as const;
    life.do('receive-referral', referral(own), { role: 'ProviderWorker', organisationId: 'ddas' });
    expect(life.intents.map(({ purpose }) => purpose)).toEqual(['referral-received']);
  });
});

describe('what the officer is told', () => {
  const progress = () => ReferralLife.received({ policy: only('referral-progress') });

  test('M96 received, in contact, engaged and closed, each once', () => {
    const life = progress();
    expect(life.intents).toHaveLength(1);
    expect(purposes(life, (it) => it.attempt('no-answer'))).toEqual([]);
    expect(purposes(life, (it) => it.attempt('reached'))).toEqual(['referral-progress']);
    expect(purposes(life, (it) => it.attempt('reached'))).toEqual([]);
    const engaged = { evidence: 'logged-in' } as const;
    expect(purposes(life, (it) => it.do('record-engagement', engaged))).toEqual(['referral-progress']);
    expect(purposes(life, (it) => it.until(local('2026-06-03 00:00')))).toEqual(['referral-progress']);
    expect(life.at.closure).not.toBeNull();
  });

  test('nothing once consent to sharing is withdrawn, and nothing twice when it is given again', () => {
    const life = progress();
    const told = (factId: string, fact: string) =>
      life.engine('carry-fact', { factId, fact, purpose: 'sharing' });
    life.attempt('reached');
    expect(purposes(life, () => told('f1', 'consent-withdrawn'))).toEqual([]);
    expect(purposes(life, (it) => it.do('record-engagement', { evidence: 'logged-in' }))).toEqual([]);
    life.until(local('2026-03-03 10:00'));
    expect(purposes(life, () => told('f2', 'consent-given'))).toEqual(['referral-progress']);
    life.until(local('2026-03-04 10:00'));
    told('f3', 'consent-withdrawn');
    expect(purposes(life, (it) => it.until(local('2026-06-03 00:00')))).toEqual([]);
  });
});

test('under a policy that names no purposes nothing is planned but the one reminder, and nothing more is kept', () => {
  const life = ReferralLife.received().attempt('no-answer').book('a1', '2026-03-20 14:00');
  life.until(local('2026-03-21 14:00'));
  expect(life.intents).toMatchObject([{ purpose: 'appointment-reminder', urgency: 4 }]);
  expect(life.at).not.toHaveProperty('messaged');
});

describe('M29 who is routed to a programme that is taken online', () => {
  const bfo = { providerId: 'bfo', programme: 'breaking-free', routeId: 'route-9' };
  const policyOnline = withOnlineProgrammes(telling, ['breaking-free']);
  const manager: Given = { role: 'Manager' };
  const online = (plan: string[]): string[] => plan.filter((purpose) => purpose.startsWith('online-'));
  const both = ['online-enrolment', 'online-invitation'];
  const opened = (changed: Partial<Parameters<typeof ReferralLife.received>[0]> = {}) =>
    ReferralLife.received({ policy: policyOnline, ...changed });
  const namesOf = (life: ReferralLife) => online(life.intents.map(({ purpose }) => purpose));

  test('is enrolled at once and invited in the sending hours, at the receipt', () => {
    const life = opened({ route: bfo });
    expect(life.intents.filter(({ purpose }) => purpose.startsWith('online-'))).toMatchObject([
      { purpose: 'online-enrolment', channel: 'programme', notBefore: life.now },
      { purpose: 'online-invitation', channel: 'sms' },
    ]);
    expect(namesOf(opened())).toEqual([]);
    expect(namesOf(ReferralLife.received({ policy: telling, route: bfo }))).toEqual([]);
  });

  test('is invited when they choose it later, by a route or a transfer, and not by another', () => {
    const life = opened();
    const choose = (route: typeof bfo) => (it: ReferralLife) =>
      it.do('reroute', { route, reason: 'persons-choice' }, manager);
    expect(online(purposes(life, choose(bfo)))).toEqual(both);
    expect(online(purposes(life, choose({ ...bfo, programme: 'acr-diversion' })))).toEqual([]);
    const taken = opened().do('accept-referral', {});
    const offer = (it: ReferralLife) => it.do('transfer-pathway', { to: bfo, reason: 'other' });
    expect(online(purposes(taken, offer))).toEqual([]);
    const accept = (it: ReferralLife) =>
      it.do(
        'accept-transfer',
        { transferId: String(taken.at.transfer?.transferId) },
        { organisationId: bfo.providerId },
      );
    expect(online(purposes(taken, accept))).toEqual(both);
  });

  test('is enrolled and not texted where no text may go', () => {
    const life = opened();
    life.engine('carry-fact', { factId: 'f1', fact: 'custody' });
    const choose = { route: bfo, reason: 'persons-choice' } as const;
    expect(online(purposes(life, (it) => it.do('reroute', choose, manager)))).toEqual(['online-enrolment']);
  });

  test('is not enrolled out of a caseload that comes from elsewhere', () => {
    expect(namesOf(opened({ route: bfo, source: { source: 'police', via: 'caseload-import' } }))).toEqual([]);
  });

  test('could not be enrolled: a person is asked, until they log in or go elsewhere', () => {
    const failed = () => {
      const life = opened({ route: bfo });
      const data = { intentId: 'i1', outcome: 'unknown', purpose: 'online-enrolment' } as const;
      life.engine('report-delivery', data);
      return life;
    };
    expect(failed().at.attention).toMatchObject([{ code: 'not-enrolled', ref: 'i1' }]);
    const at = { organisationId: bfo.providerId };
    expect(failed().do('record-engagement', { evidence: 'logged-in' }, at).codes).not.toContain(
      'not-enrolled',
    );
    const away = {
      route: { ...bfo, providerId: 'ddas', programme: 'acr-diversion' },
      reason: 'other',
    } as const;
    expect(failed().do('reroute', away, manager).codes).not.toContain('not-enrolled');
  });
});

describe('the link to the person’s page', () => {
  const switched = () => received(only('appointment-booked', 'page-link'));
  const asked = (life: ReferralLife) => planned(life, (it) => it.do('send-page-link', {}));

  test('M94 goes with the first booking since it is switched on, and never again by itself', () => {
    const life = switched();
    expect(planned(life, (it) => it.book('a1', '2026-03-20 14:00'))).toMatchObject([
      { purpose: 'appointment-booked', appointmentId: 'a1' },
      { purpose: 'page-link', channel: 'sms', urgency: 3, notBefore: life.now },
    ]);
    expect(life.of('page-link-planned')).toMatchObject([{ data: { by: 'booking' } }]);
    expect(purposes(life, (it) => it.book('a2', '2026-03-21 14:00'))).toEqual([]);
    expect(life.of('page-link-planned')).toHaveLength(1);
  });

  test('is planned by no rule where it is off, and yet by who asks for it', () => {
    const life = received();
    expect(purposes(life, (it) => it.book('a1', '2026-03-20 14:00'))).toEqual(['appointment-booked']);
    expect(asked(life)).toMatchObject([{ purpose: 'page-link' }]);
    expect(life.of('page-link-planned')).toMatchObject([{ data: { by: 'command' } }]);
  });

  test('is of no use once the appointment has begun', () => {
    const life = received().book('a1', '2026-03-02 13:00');
    expect(asked(life)).toMatchObject([{ expiresAt: local('2026-03-02 13:00') }]);
    const night = received().until(local('2026-03-03 21:00')).book('a1', '2026-03-04 07:30');
    expect(night.refused('send-page-link', {})).toMatchObject({ details: { reason: 'no-time-left' } });
  });

  test.each([
    ['safety-flag', { fact: 'safety-flag' }],
    ['texts-stopped', { fact: 'stop-texts' }],
    ['texts-stopped', { fact: 'consent-withdrawn', purpose: 'texts' }],
    ['not-safe-to-text', { fact: 'contact-preferences', preferences: { text: 'no' } }],
    ['in-custody', { fact: 'custody' }],
  ] as const)('is refused with the reason, and goes with no booking: %s, of %j', (reason, told) => {
    const life = switched();
    life.engine('carry-fact', { factId: 'f1', ...told });
    life.book('a1', '2026-03-20 14:00');
    expect(life.refused('send-page-link', {})).toMatchObject({
      code: 'condition-not-met',
      details: { reason },
    });
    expect(life.of('page-link-planned')).toEqual([]);
  });

  test('is refused where nothing is booked ahead', () => {
    expect(switched().refused('send-page-link', {})).toMatchObject({ details: { reason: 'no-appointment' } });
  });
});
