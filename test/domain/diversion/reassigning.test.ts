import { describe, expect, test } from '@jest/globals';
import type { ReassignPersonData } from '../../../workflows/domain/diversion/reassignment.ts';
import { local, ReferralLife } from './referral-life.ts';

const manager = { role: 'Manager' } as const;

const right: ReassignPersonData = {
  ...{ personId: 'person-2', reason: 'false-identity', language: 'cy', safeToText: 'no' },
  knownChannels: ['phone'],
};

describe('wrong identity given on the street (edge case 4)', () => {
  test('the referral is the right person’s, with its first date, its limit and its history', () => {
    const life = ReferralLife.received().attempt('left-message');
    const limit = life.clock('closure');
    const { receivedAt } = life.at;
    life.do('reassign-person', right, manager);
    expect(life.at).toMatchObject({ personId: 'person-2', receivedAt, language: 'cy', safeToText: 'no' });
    expect(life.at.knownChannels).toEqual(['phone']);
    expect(life.clock('closure')).toEqual(limit);
    expect(life.of('contact-attempted')).toHaveLength(1);
    expect(life.of('person-reassigned')[0]?.data).toMatchObject({ from: 'person-1', to: 'person-2' });
    expect(life.codes).toContain('person-reassigned');
  });

  test('what was tried of the brother is no try of the person, and nobody is closed as no contact for it', () => {
    const life = ReferralLife.received();
    for (const day of ['03', '04', '05']) {
      life
        .until(local(`2026-03-${day} 10:00`))
        .attempt('no-answer', { channel: day === '04' ? 'email' : 'phone' });
    }
    const untouched = life.fork();
    life.do('reassign-person', right, manager);
    expect(life.at.contact).toMatchObject({ attempts: 3, tries: [], reachedAt: null });
    expect(life.clock('contact-effort')).toBeUndefined();
    expect(life.clock('first-contact')).toMatchObject({ start: local('2026-03-05 10:00') });
    expect(untouched.until(local('2026-03-20 10:00')).at.closure?.reason).toBe('no-contact');
    expect(life.until(local('2026-03-20 10:00')).at.closure).toBeNull();
    expect(life.codes).toContain('no-first-contact');
  });

  test('who takes part goes on taking part: only the name was wrong', () => {
    const life = ReferralLife.received().attempt('reached').do('record-engagement', { evidence: 'other' });
    const { contact } = life.at;
    life.do('reassign-person', right, manager);
    expect(life.at).toMatchObject({ contact, stage: 'engaged', engagement: { at: life.now } });
  });

  test('what is booked ahead is cancelled, and no reminder of it goes to anybody', () => {
    const life = ReferralLife.received().attempt('reached').book('a1', '2026-03-12 10:00');
    life.do('reassign-person', right, manager);
    expect(life.at.appointments[0]?.status).toBe('cancelled');
    expect(life.clock('reminder')).toBeUndefined();
    expect(life.codes).toContain('appointment-to-rebook');
    life.until(local('2026-03-20 10:00'));
    expect(life.intents).toEqual([]);
  });

  test('what was told of the former person holds no more, and the facts of the right one are taken anew', () => {
    const life = ReferralLife.received();
    life.engine('carry-fact', { factId: 'f1', fact: 'stop-texts' });
    life.engine('carry-fact', { factId: 'f2', fact: 'custody' });
    life.engine('carry-fact', { factId: 'f3', fact: 'safety-flag' });
    life.do('reassign-person', right, manager);
    expect(life.at).toMatchObject({ textsStopped: false, custodySince: null, safetyFlag: false, told: {} });
    expect(life.codes).not.toEqual(expect.arrayContaining(['in-custody']));
    expect(life.codes).not.toEqual(expect.arrayContaining(['safety-flag']));
    // Told before the referral was this person's, and true of them all the same.
    life.engine('carry-fact', { factId: 'f4', fact: 'stop-texts' }, local('2026-02-01 10:00'));
    expect(life.at.textsStopped).toBe(true);
  });

  test('a closed referral is given to the right person and stays closed', () => {
    const life = ReferralLife.received().do('close-pathway', { reason: 'moved' });
    const { closure, deadlines } = life.at;
    life.do('reassign-person', right, manager);
    expect(life.at).toMatchObject({ personId: 'person-2', closure, deadlines, attention: [] });
  });

  test('is refused of the same person, of who died, and by anybody but a manager', () => {
    const life = ReferralLife.received();
    expect(life.refused('reassign-person', { ...right, personId: 'person-1' }, manager).code).toBe(
      'already-done',
    );
    expect(life.refused('reassign-person', right, { role: 'ProviderManager' }).code).toBe('wrong-role');
    life.engine('carry-fact', { factId: 'f1', fact: 'death' });
    expect(life.refused('reassign-person', right, manager).code).toBe('condition-not-met');
  });
});
