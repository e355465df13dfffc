import { describe, expect, test } from '@jest/globals';
import { local, receipt, ReferralLife } from './referral-life.ts';

const custody = { factId: 'f-custody', fact: 'custody' } as const;
const release = { factId: 'f-release', fact: 'release' } as const;
const arrested = local('2026-03-03 08:00');
const free = local('2026-03-10 16:30');

const rules = (life: ReferralLife) => life.at.deadlines.map(({ rule }) => rule).sort();

/** The provider has taken it: what is open is about reaching the person alone. */
const accepted = () => ReferralLife.received().do('accept-referral', {});

function inCustody(life = accepted()): ReferralLife {
  life.until(arrested).engine('carry-fact', custody);
  return life;
}

function released(life: ReferralLife): ReferralLife {
  life.until(free).engine('carry-fact', release);
  return life;
}

describe('custody', () => {
  test.each([
    ['nobody has tried', (life: ReferralLife) => life],
    ['somebody is trying', (life: ReferralLife) => life.attempt()],
    ['a booking is waited for', (life: ReferralLife) => life.attempt('reached')],
  ])('nobody tries meanwhile, and the time of the referral goes on: %s', (_name, act) => {
    const life = inCustody(act(accepted()));
    expect(life.at.attention).toMatchObject([
      { code: 'in-custody', since: arrested, owner: 'ProviderWorker' },
    ]);
    for (const rule of ['first-contact', 'contact-effort', 'booking'])
      expect(rules(life)).not.toContain(rule);
    expect(life.clock('closure')?.due).toBe(local('2026-06-03 00:00'));
    life.until(local('2026-04-20 10:00'));
    expect(life.at).toMatchObject({ closure: null, custodySince: arrested });
    expect(life.codes).toEqual(['in-custody']);
    expect(life.until(local('2026-06-03 10:00')).at.closure?.reason).toBe('not-engaged-in-time');
  });

  test('what was asked of those who try is asked no more', () => {
    const life = inCustody(accepted().until(local('2026-03-05 09:00')));
    expect(life.codes).toEqual(['in-custody']);
    const reached = ReferralLife.received().attempt('reached').until(local('2026-03-17 10:00'));
    expect(reached.codes).toEqual(['nothing-booked']);
    expect(inCustody(reached).codes).toEqual(['in-custody']);
  });

  test('no reminder goes there; the appointment stays booked and is asked about as ever', () => {
    const life = inCustody(ReferralLife.received().book('a1', '2026-03-12 14:00'));
    expect(life.at.appointments).toMatchObject([{ status: 'booked' }]);
    expect(rules(life)).not.toContain('reminder');
    expect(rules(life)).toContain('feedback');
    expect(life.book('a2', '2026-03-20 10:00').clock('reminder')).toBeUndefined();
    expect(life.until(local('2026-03-20 11:00')).intents).toEqual([]);
  });

  test('a try during it is counted and starts no clock', () => {
    const life = inCustody().attempt();
    expect(life.at.contact.tries).toHaveLength(1);
    expect(rules(life)).toEqual(expect.not.arrayContaining(['contact-effort']));
    expect(rules(life.attempt('reached', { channel: 'in-person' }))).not.toContain('booking');
  });
});

describe('release', () => {
  test('whom nobody has reached is to be found from the release on', () => {
    const life = released(inCustody(ReferralLife.received().attempt()));
    expect(life.at).toMatchObject({ custodySince: null, attention: [] });
    expect(life.clock('first-contact')).toMatchObject({ start: free, due: local('2026-03-13 00:00') });
    expect(life.attempt().clock('contact-effort')).toMatchObject({ start: free });
  });

  test('a release entered late counts from the release: what was due passes at once, late', () => {
    const life = inCustody().until(local('2026-03-20 10:00'));
    life.engine('carry-fact', release, free);
    life.until(life.now);
    expect(life.at.attention).toMatchObject([{ code: 'no-first-contact', since: local('2026-03-13 00:00') }]);
  });

  test('for who was reached a booking is waited for', () => {
    const life = released(inCustody(ReferralLife.received().attempt('reached')));
    expect(life.clock('booking')).toMatchObject({ start: free });
    expect(life.clock('first-contact')).toBeUndefined();
  });

  test('for what is booked ahead the reminder is planned again, and only for that', () => {
    const life = inCustody(
      ReferralLife.received().book('a1', '2026-03-05 14:00').book('a2', '2026-03-20 14:00'),
    );
    released(life);
    expect(life.at.deadlines.filter(({ rule }) => rule === 'reminder')).toMatchObject([
      { ref: 'a2', due: local('2026-03-19 09:00') },
    ]);
    expect(life.clock('first-contact')).toBeUndefined();
    expect(life.until(local('2026-03-20 14:00')).intents).toMatchObject([{ appointmentId: 'a2' }]);
  });

  test('of a reminder whose time was in custody none is made up', () => {
    const life = inCustody(ReferralLife.received().book('a1', '2026-03-11 10:00'));
    expect(released(life).clock('reminder')).toBeUndefined();
    expect(life.until(local('2026-03-11 10:00')).intents).toEqual([]);
  });

  test.each([
    ['has engaged', (life: ReferralLife) => life.do('record-engagement', { evidence: 'logged-in' })],
    [
      'is in treatment',
      (life: ReferralLife) =>
        life.do('start-treatment', { already: { type: 'psychosocial', prescribed: false } }),
    ],
  ])('who %s is booked in anew, since what was ahead has gone by', (_name, act) => {
    const life = released(inCustody(act(accepted())));
    expect(life.clock('first-contact')).toBeUndefined();
    expect(life.clock('booking')).toMatchObject({ start: free, due: local('2026-03-25 00:00') });
    expect(life.until(local('2026-03-25 00:00')).codes).toEqual(['nothing-booked']);
    expect(life.book('a1', '2026-03-26 14:00').codes).toEqual([]);
  });

  test('also where the referral is concluded and no other clock runs; a session shows that they come', () => {
    const life = accepted();
    const already = { type: 'psychosocial', prescribed: false } as const;
    life.do('start-treatment', { already }, { commandId: 'm1' }).until(local('2026-06-10 10:00'));
    life.engine('carry-fact', custody);
    life.until(local('2026-08-10 10:00')).engine('carry-fact', release);
    expect(life.at).toMatchObject({ stage: 'concluded', attention: [], deadlines: [{ rule: 'booking' }] });
    const session = { modalityId: 'm1', kind: 'one-to-one' } as const;
    const missed = life.fork().do('record-treatment-session', { ...session, result: 'missed' });
    expect(missed.clock('booking')).toBeDefined();
    expect(life.do('record-treatment-session', { ...session, result: 'attended' }).at.deadlines).toEqual([]);
    missed.until(local('2026-08-30 10:00'));
    expect(missed.codes).toEqual(['nothing-booked']);
    missed.do('record-treatment-session', { ...session, result: 'attended' });
    expect(missed.codes).toEqual([]);
  });
});

describe('facts of custody in any order', () => {
  test('each twice is already done', () => {
    const life = inCustody();
    expect(life.engine('carry-fact', { ...custody, factId: 'again' }).refusal?.code).toBe('already-done');
    released(life);
    expect(life.engine('carry-fact', { ...release, factId: 'again' }).refusal?.code).toBe('already-done');
  });

  test('M237 a custody that is carried after its release changes nothing of where the person is', () => {
    const life = ReferralLife.received().until(free);
    expect(life.engine('carry-fact', release).refusal).toBeUndefined();
    expect(life.engine('carry-fact', custody, arrested).refusal).toBeUndefined();
    expect(life.at).toMatchObject({ custodySince: null });
    expect(life.codes).not.toContain('in-custody');
    expect(life.engine('carry-fact', { ...custody, factId: 'older' }, receipt).refusal?.code).toBe(
      'already-done',
    );
    life.until(local('2026-03-12 10:00'));
    expect(life.engine('carry-fact', { ...custody, factId: 'next' }).refusal).toBeUndefined();
    expect(life.at.custodySince).toBe(life.now);
    expect(life.engine('carry-fact', { ...release, factId: 'older' }, free).refusal?.code).toBe(
      'already-done',
    );
  });

  test.each([
    ['nobody has tried', (life: ReferralLife) => life],
    ['somebody is trying', (life: ReferralLife) => life.attempt()],
    ['a booking is waited for', (life: ReferralLife) => life.attempt('reached')],
    ['one is booked', (life: ReferralLife) => life.book('a1', '2026-03-20 14:00')],
    ['who takes part', (life: ReferralLife) => life.do('record-engagement', { evidence: 'logged-in' })],
  ] as const)('M24 the clocks of each referral come to the same in either order: %s', (_name, act) => {
    const life = act(accepted()).until(arrested);
    const clocks = (it: ReferralLife) =>
      it.at.deadlines.map(({ rule, start, due }) => [rule, start, due]).sort();
    const both = (facts: readonly (readonly [object, string])[]) => {
      const sister = life.fork();
      sister.until(local('2026-03-10 17:00'));
      for (const [fact, at] of facts) sister.engine('carry-fact', fact, at);
      return sister;
    };
    const inOrder = both([
      [custody, arrested],
      [release, free],
    ]);
    const turned = both([
      [release, free],
      [custody, arrested],
    ]);
    expect(clocks(turned)).toEqual(clocks(inOrder));
    expect(turned.codes).toEqual(inOrder.codes);
    expect(turned.at).toMatchObject({ stage: inOrder.at.stage, custodySince: null });
  });

  test('whom somebody has tried since the release is not to be found anew', () => {
    const life = accepted().until(free);
    life.engine('carry-fact', release);
    life.until(local('2026-03-11 10:00')).attempt();
    const effort = life.clock('contact-effort');
    expect(life.engine('carry-fact', custody, arrested).refusal).toBeUndefined();
    expect(life.clock('contact-effort')).toEqual(effort);
    expect(life.clock('first-contact')).toBeUndefined();
  });

  test('of a custody and a release of one instant the one that was told later holds, whichever is carried first', () => {
    const [earlier, later] = [local('2026-03-10 17:00'), local('2026-03-10 18:00')];
    const told = (life: ReferralLife, fact: object, receivedAt: string) =>
      life.take({ ...life.command('carry-fact', fact, { occurredAt: free }), receivedAt });
    for (const [first, second] of [
      [custody, release],
      [release, custody],
    ] as const) {
      const asTold = accepted().until(local('2026-03-11 10:00'));
      told(asTold, first, earlier);
      told(asTold, second, later);
      const turned = accepted().until(local('2026-03-11 10:00'));
      told(turned, second, later);
      told(turned, first, earlier);
      expect(turned.at.custodySince).toBe(asTold.at.custodySince);
      expect(asTold.at.custodySince).toBe(second === custody ? free : null);
      expect(rules(turned)).toEqual(rules(asTold));
    }
  });

  test('a release dated before the custody does not end it', () => {
    const life = inCustody();
    expect(life.engine('carry-fact', release, receipt).refusal?.code).toBe('already-done');
    expect(life.at.custodySince).toBe(arrested);
  });

  test('after the closure they are only noted, and who comes back is still seen to be in custody', () => {
    const life = inCustody(ReferralLife.received().do('close-pathway', { reason: 'prison' }));
    expect(life.at).toMatchObject({ custodySince: arrested, attention: [], stage: 'closed' });
    life.do('record-engagement', { evidence: 'logged-in' });
    expect(life.codes).toEqual(['in-custody']);
    expect(released(life).codes).toEqual([]);
  });

  test('where everything is over they are already done', () => {
    const over = ReferralLife.received().until(local('2026-12-01 00:00'));
    expect(over.engine('carry-fact', custody).refusal?.code).toBe('already-done');
    expect(over.engine('carry-fact', release).refusal?.code).toBe('already-done');
  });
});
