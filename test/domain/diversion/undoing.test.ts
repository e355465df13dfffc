import { describe, expect, test } from '@jest/globals';
import { contactResults } from '../../../workflows/domain/diversion/commands.ts';
import { local, policy, ReferralLife } from './referral-life.ts';

const undo = (attemptId: string) => ({ attemptId });
const tried = { channel: 'phone', result: 'no-answer', by: 'person' } as const;

/** What runs and what is asked, without the ids, which are new. */
function standing(life: ReferralLife) {
  const { deadlines, attention, contact, stage, acceptance } = life.at;
  const clocks = deadlines.map(({ rule, start, due, ref }) => ({ rule, start, due, ref }));
  const order = (items: readonly object[]) => items.map((item) => JSON.stringify(item)).sort();
  return { clocks: order(clocks), attention: order(attention), contact, stage, acceptance };
}

describe('undoing a contact attempt', () => {
  test.each(contactResults)('M08 puts clocks, attention and stage back as they were: %s', (result) => {
    for (const prepare of [
      (life: ReferralLife) => life,
      (life: ReferralLife) => life.attempt(),
      (life: ReferralLife) => life.until(local('2026-03-06 09:00')),
      (life: ReferralLife) => life.attempt().until(local('2026-03-18 09:00')),
      (life: ReferralLife) => life.attempt('wrong-number'),
    ]) {
      const life = prepare(ReferralLife.received());
      const before = standing(life);
      const fresh = new Set(life.ledger.flatMap(({ armed = [] }) => armed.map(({ id }) => id)));
      life.do('record-contact-attempt', { ...tried, result }, { commandId: 'slip' });
      life.do('undo-contact-attempt', undo('slip'));
      expect(standing(life)).toEqual(before);
      for (const { id } of life.ledger.at(-1)?.armed ?? []) expect(fresh.has(id)).toBe(false);
      expect(life.types.slice(-1)).toEqual(['contact-attempt-undone']);
      expect(life.of('contact-attempted').length).toBeGreaterThan(0);
    }
  });

  test('what was due meanwhile passes now, as of its own time', () => {
    const life = ReferralLife.received().until(local('2026-03-04 23:30'));
    life.do('record-contact-attempt', { ...tried, result: 'reached' }, { commandId: 'slip' });
    life.until(local('2026-03-05 00:20')).do('undo-contact-attempt', undo('slip')).until(life.now);
    expect(life.at.attention).toContainEqual({
      code: 'no-first-contact',
      since: local('2026-03-05 00:00'),
      owner: 'ProviderManager',
    });
  });

  test('a rule that was mended meanwhile stays mended', () => {
    const life = ReferralLife.received();
    life.engine('report-internal-error', { commandName: 'record-contact-attempt' });
    life.do('record-contact-attempt', tried, { commandId: 'slip' }).do('undo-contact-attempt', undo('slip'));
    expect(life.codes).toEqual([]);
  });

  test('twice it is already done, also when something else was recorded since', () => {
    const life = ReferralLife.received().do('record-contact-attempt', tried, { commandId: 'slip' });
    life.do('undo-contact-attempt', undo('slip'));
    expect(life.refused('undo-contact-attempt', undo('slip')).code).toBe('already-done');
    life.attempt();
    expect(life.refused('undo-contact-attempt', undo('slip')).code).toBe('already-done');
  });

  test('clicked twice, both can be taken back: the newest first, and the refusal of the other says so', () => {
    for (const [first, second] of contactResults.flatMap((one) =>
      contactResults.map((other) => [one, other]),
    )) {
      const life = ReferralLife.received();
      const before = standing(life);
      for (const [commandId, result] of [
        ['first', first],
        ['second', second],
      ] as const) {
        life.do('record-contact-attempt', { ...tried, result: result ?? 'reached' }, { commandId });
      }
      expect(life.refused('undo-contact-attempt', undo('first'))).toMatchObject({
        code: 'condition-not-met',
        message: expect.stringContaining('undo that one first'),
        details: { undoable: 'second' },
      });
      life.do('undo-contact-attempt', undo('second')).do('undo-contact-attempt', undo('first'));
      expect(standing(life)).toEqual(before);
      expect(life.at).toMatchObject({ undone: ['second', 'first'], undoable: null });
    }
  });

  test('three of them too, also with an undoing in between, each within its own hour', () => {
    const life = ReferralLife.received();
    const before = standing(life);
    life.do('record-contact-attempt', tried, { commandId: 'one' });
    life.do('record-contact-attempt', tried, { commandId: 'two' });
    life.do('undo-contact-attempt', undo('two'));
    life.do('record-contact-attempt', { ...tried, result: 'reached' }, { commandId: 'three' });
    life.do('undo-contact-attempt', undo('three')).do('undo-contact-attempt', undo('one'));
    expect(standing(life)).toEqual(before);
    const late = ReferralLife.received().do('record-contact-attempt', tried, { commandId: 'one' });
    late.asleepUntil(local('2026-03-02 10:30')).do('record-contact-attempt', tried, { commandId: 'two' });
    late.asleepUntil(local('2026-03-02 11:10')).do('undo-contact-attempt', undo('two'));
    expect(late.refused('undo-contact-attempt', undo('one'))).toMatchObject({
      code: 'condition-not-met',
      details: { until: local('2026-03-02 11:00') },
    });
  });

  test('what was recorded in between keeps the one before it, and a note is the way on', () => {
    const life = ReferralLife.received().do('record-contact-attempt', tried, { commandId: 'one' });
    life.do('add-note', { noteId: 'n' }).do('record-contact-attempt', tried, { commandId: 'two' });
    life.do('undo-contact-attempt', undo('two'));
    expect(life.refused('undo-contact-attempt', undo('one'))).toMatchObject({
      code: 'condition-not-met',
      message: expect.stringContaining('add-note'),
      details: { undoable: null },
    });
  });

  test.each([
    ['a booking', (life: ReferralLife) => life.book('a1', '2026-03-05 14:00')],
    [
      'a fact about the person',
      (life: ReferralLife) => {
        life.engine('carry-fact', { factId: 'f', fact: 'stop-texts' });
        return life;
      },
    ],
  ])('after %s it can no longer be undone', (_name, act) => {
    const life = act(ReferralLife.received().do('record-contact-attempt', tried, { commandId: 'slip' }));
    expect(life.refused('undo-contact-attempt', undo('slip')).code).toBe('condition-not-met');
  });

  test('an hour after it was entered it stands, however long ago it was', () => {
    const past = ReferralLife.received().until(local('2026-03-03 10:00'));
    const given = { commandId: 'slip', occurredAt: local('2026-03-02 11:00') };
    past.do('record-contact-attempt', tried, given).asleepUntil(local('2026-03-03 10:59'));
    past.do('undo-contact-attempt', undo('slip'));
    const late = ReferralLife.received().do('record-contact-attempt', tried, { commandId: 'slip' });
    expect(
      late.asleepUntil(local('2026-03-02 11:00')).refused('undo-contact-attempt', undo('slip')),
    ).toMatchObject({ code: 'condition-not-met', details: { until: local('2026-03-02 11:00') } });
  });

  test('the length is the policy, where it has one', () => {
    const short = { ...policy, undo: { unit: 'minutes', count: 5 } as const };
    const life = ReferralLife.received({ policy: short });
    life.do('record-contact-attempt', tried, { commandId: 'slip' });
    expect(life.at.undoable?.until).toBe(local('2026-03-02 10:05'));
  });

  test('another worker may not, a team lead may', () => {
    const life = ReferralLife.received().do('record-contact-attempt', tried, { commandId: 'slip' });
    const other = { userId: 'user-2' };
    expect(life.refused('undo-contact-attempt', undo('slip'), other)).toMatchObject({
      code: 'wrong-role',
      details: { allowedRoles: ['ProviderManager', 'Manager'] },
    });
    life.do('undo-contact-attempt', undo('slip'), { ...other, role: 'ProviderManager' });
  });

  test('dated before the attempt it contradicts the record', () => {
    const life = ReferralLife.received().until(local('2026-03-03 10:00'));
    life.do('record-contact-attempt', tried, { commandId: 'slip' });
    const given = { occurredAt: local('2026-03-02 11:00') };
    expect(life.refused('undo-contact-attempt', undo('slip'), given).code).toBe('before-the-start');
  });

  test('what brought a closed referral back is not undone', () => {
    const life = ReferralLife.received({ knownChannels: ['phone'] });
    for (const time of ['2026-03-02 11:00', '2026-03-03 11:00', '2026-03-04 11:00']) {
      life.until(local(time)).attempt();
    }
    life.do('close-pathway', { reason: 'no-contact' }).until(local('2026-03-05 11:00'));
    life.do('record-contact-attempt', { ...tried, result: 'reached' }, { commandId: 'back' });
    expect([life.at.stage, life.at.undoable]).toEqual(['contacted', null]);
    expect(life.refused('undo-contact-attempt', undo('back')).code).toBe('condition-not-met');
  });

  test('nor what was only noted after the closure', () => {
    const life = ReferralLife.received().do('close-pathway', { reason: 'moved' });
    life.do('record-contact-attempt', tried, { commandId: 'noted' });
    expect(life.at.undoable).toBeNull();
    expect(life.refused('undo-contact-attempt', undo('noted')).code).toBe('wrong-stage');
  });
});
