import { describe, expect, test } from '@jest/globals';
import type { ContactResult } from '../../../workflows/domain/diversion/commands.ts';
import { compulsory } from '../../../workflows/domain/compulsory/kind.ts';
import { local, receipt, ReferralLife } from './referral-life.ts';

function share(
  life: ReferralLife,
  result: ContactResult | 'undone',
  attemptId = 'attempt-1',
  occurredAt = life.now,
) {
  const shared = { factId: `fact-${attemptId}`, fromPathwayId: 'pathway-2', attemptId };
  return life.engine('share-contact', { ...shared, channel: 'phone', result }, occurredAt);
}

describe('two genuine outcomes in a week: one contact effort (edge case 2)', () => {
  test('who was reached on the other referral is reached here, and nobody is asked to try', () => {
    const life = ReferralLife.received();
    share(life, 'reached');
    expect(life.at).toMatchObject({ stage: 'contacted', contact: { reachedAt: life.now, attempts: 0 } });
    expect(life.clock('first-contact')).toBeUndefined();
    expect(life.clock('booking')).toBeDefined();
  });

  test('a try there is a try here: three on three days and two channels are enough for both', () => {
    const life = ReferralLife.received();
    life.until(local('2026-03-03 10:00'));
    share(life, 'no-answer', 'attempt-1');
    expect(life.clock('contact-effort')).toMatchObject({ start: life.now });
    life.until(local('2026-03-04 10:00')).attempt('no-answer', { channel: 'email' });
    life.until(local('2026-03-05 10:00'));
    share(life, 'left-message', 'attempt-2');
    life.until(local('2026-03-20 10:00'));
    expect(life.at.closure?.reason).toBe('no-contact');
  });

  test('a contact counts once, and not where it was before receipt or the referral is closed', () => {
    const life = ReferralLife.received();
    expect(share(life, 'no-answer', 'attempt-0', local('2026-03-02 09:59')).refusal?.code).toBe(
      'already-done',
    );
    expect(share(life, 'no-answer', 'attempt-1', receipt).refusal).toBeUndefined();
    expect(share(life, 'no-answer', 'attempt-1', receipt).refusal?.code).toBe('already-done');
    expect(life.at.contact.tries).toHaveLength(1);
    life.do('close-pathway', { reason: 'moved' });
    expect(share(life, 'reached', 'attempt-2').refusal?.code).toBe('already-done');
  });

  test('undone there, it is undone here: the wait for a try begins again', () => {
    const life = ReferralLife.received();
    share(life, 'reached');
    life.until(local('2026-03-02 10:05'));
    share(life, 'undone');
    expect(life.at).toMatchObject({ stage: 'awaiting-contact', sharedContacts: [] });
    expect(life.at.contact).toMatchObject({ reachedAt: null, spokenAt: null, tries: [] });
    expect(life.clock('first-contact')).toBeDefined();
    expect(life.clock('booking')).toBeUndefined();
    expect(share(life, 'undone').refusal?.code).toBe('already-done');
  });

  test('what came from a referral that is another person’s now is counted no more', () => {
    const life = ReferralLife.received();
    share(life, 'no-answer', 'attempt-1');
    life.until(local('2026-03-03 10:00'));
    share(life, 'reached', 'attempt-2');
    const taken = { factId: 'fact-3', fromPathwayId: 'pathway-2', attemptId: null };
    life.engine('share-contact', { ...taken, channel: '', result: 'undone' });
    expect(life.at).toMatchObject({ stage: 'awaiting-contact', sharedContacts: [] });
    expect(life.at.contact).toMatchObject({ reachedAt: null, tries: [] });
    expect(life.clock('first-contact')).toBeDefined();
  });

  test('undone after the person has engaged here, it takes nothing away', () => {
    const life = ReferralLife.received();
    share(life, 'reached');
    life.until(local('2026-03-03 10:00')).do('record-engagement', { evidence: 'other' });
    const { deadlines } = life.at;
    share(life, 'undone');
    expect(life.at).toMatchObject({ stage: 'engaged', deadlines });
  });

  test('what was done here stays when it is counted no more: who was reached here too, is reached', () => {
    const life = ReferralLife.received().until(local('2026-03-03 10:00'));
    share(life, 'reached', 'attempt-1');
    life.until(local('2026-03-05 10:00')).attempt('reached').until(local('2026-03-06 10:00'));
    expect(life.at.contact.reachedAt).toBe(local('2026-03-03 10:00'));
    share(life, 'undone', 'attempt-1');
    const here = local('2026-03-05 10:00');
    expect(life.at).toMatchObject({ stage: 'contacted', ownContact: null });
    expect(life.at.contact).toMatchObject({ reachedAt: here, spokenAt: here, attempts: 1 });
    expect(life.clock('booking')).toBeDefined();
    expect(life.clock('first-contact')).toBeUndefined();
  });

  test('and who took part since was reached then', () => {
    const life = ReferralLife.received().until(local('2026-03-03 10:00'));
    share(life, 'reached', 'attempt-1');
    life.until(local('2026-03-05 10:00')).do('record-engagement', { evidence: 'attended' });
    share(life, 'undone', 'attempt-1');
    expect(life.at.contact.reachedAt).toBe(local('2026-03-05 10:00'));
  });

  test('tries that were made here meanwhile count from then on, beside what is shared still', () => {
    const life = ReferralLife.received().until(local('2026-03-03 10:00'));
    share(life, 'no-answer', 'attempt-1');
    share(life, 'reached', 'attempt-2');
    life.until(local('2026-03-04 10:00')).attempt().until(local('2026-03-05 10:00'));
    life.attempt('no-answer', { channel: 'email' });
    expect(life.at.contact.tries).toHaveLength(1);
    share(life, 'undone', 'attempt-2');
    expect(life.at.contact).toMatchObject({ reachedAt: null, attempts: 2 });
    expect(life.at.contact.tries.map(({ at }) => at).sort()).toEqual(
      ['2026-03-03 10:00', '2026-03-04 10:00', '2026-03-05 10:00'].map(local),
    );
    expect(life.clock('contact-effort')?.start).toBe(local('2026-03-03 10:00'));
    expect(life.until(local('2026-03-20 10:00')).at.closure?.reason).toBe('no-contact');
  });

  test('an attempt that was undone here is undone also without what was shared', () => {
    const life = ReferralLife.received().until(local('2026-03-03 10:00'));
    share(life, 'no-answer', 'attempt-1');
    life.attempt('reached', { commandId: 'own' }).do('undo-contact-attempt', { attemptId: 'own' });
    share(life, 'undone', 'attempt-1');
    expect(life.at.contact).toMatchObject({ reachedAt: null, spokenAt: null, attempts: 0, tries: [] });
  });

  test('shared is no acceptance by the provider, and the compulsory path takes none', () => {
    const life = ReferralLife.received();
    share(life, 'reached');
    expect(life.at.acceptance.acceptedAt).toBeNull();
    expect(compulsory.decide(undefined, life.command('share-contact', {}), life.now).refusal?.code).toBe(
      'not-found',
    );
  });
});
