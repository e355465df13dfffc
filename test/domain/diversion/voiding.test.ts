import { describe, expect, test } from '@jest/globals';
import { voidReasons } from '../../../workflows/domain/diversion/amendment.ts';
import { diversion } from '../../../workflows/domain/diversion/kind.ts';
import { local, receipt, ReferralLife } from './referral-life.ts';

const police = { role: 'PoliceOfficer' } as const;
const manager = { role: 'Manager' } as const;
const rescinded = { reason: 'rescinded' } as const;

describe('M45 a referral that should never have been', () => {
  test.each(voidReasons)('as %s: it stays in the ledger and everything stops', (reason) => {
    const life = ReferralLife.received().until(local('2026-03-05 12:00'));
    const before = life.types;
    life.do('void-pathway', { reason }, police);
    expect(life.types).toEqual([...before, 'pathway-voided']);
    expect(life.ledger.at(-1)?.data).toEqual({ reason, cancelled: [] });
    expect(life.at).toMatchObject({
      stage: 'void',
      finished: true,
      deadlines: [],
      attention: [],
      closure: null,
      voided: { at: local('2026-03-05 12:00'), reason },
    });
    expect(diversion.explain(life.at, life.now).waits).toEqual([]);
  });

  test('edge case 5: rescinded after the referral, no text goes out any more', () => {
    const life = ReferralLife.received().book('a1', '2026-03-12 14:00').until(local('2026-03-05 12:00'));
    life.do('void-pathway', rescinded, police).until(local('2026-03-20 00:00'));
    expect(life.intents).toEqual([]);
    // A text that waits already looks up its appointment: it is cancelled.
    expect(diversion.summarise(life.at).appointments).toMatchObject([
      { appointmentId: 'a1', status: 'cancelled' },
    ]);
  });

  test('edge case 5: also the appointment that has begun, the offer, and what the operator was asked', () => {
    const life = ReferralLife.received().book('a1', '2026-03-05 14:00').attempt('wrong-number');
    life.engine('report-internal-error', { commandName: 'book-appointment' });
    const to = { providerId: 'bfo', programme: 'p', routeId: 'r' };
    life.do('transfer-pathway', { to, reason: 'other' }).until(local('2026-03-05 14:30'));
    life.do('void-pathway', { reason: 'reclassified' }, manager);
    expect(life.ledger.at(-1)?.data).toEqual({ reason: 'reclassified', cancelled: ['a1'] });
    expect(life.at).toMatchObject({ transfer: null, attention: [], deadlines: [] });
  });

  test('the row says void and counts as ended, so that no count of what is open holds it', () => {
    const life = ReferralLife.received()
      .until(local('2026-03-05 12:00'))
      .do('void-pathway', rescinded, police);
    expect(diversion.summarise(life.at)).toMatchObject({
      stage: 'void',
      closedAt: local('2026-03-05 12:00'),
      needsRun: false,
      nextDeadline: null,
    });
  });

  test.each([
    ['without a provider', () => ReferralLife.received({ route: null })],
    ['engaged', () => ReferralLife.received().do('record-engagement', { evidence: 'logged-in' })],
    ['in the late window', () => ReferralLife.received().do('close-pathway', { reason: 'moved' })],
    ['closed for good', () => ReferralLife.received().do('close-pathway', { reason: 'duplicate' })],
    [
      'after the death',
      () => {
        const life = ReferralLife.received();
        life.engine('carry-fact', { factId: 'f', fact: 'death' });
        return life;
      },
    ],
  ])('%s too, and what closed it stays', (_name, make) => {
    const life = make();
    const { closure } = life.at;
    life.do('void-pathway', rescinded, manager);
    expect(life.at).toMatchObject({ stage: 'void', closure, deadlines: [], finished: true });
  });

  test('nothing is taken any more, and nothing the engine brings asks anybody', () => {
    const life = ReferralLife.received().do('close-pathway', { reason: 'moved' });
    life.do('void-pathway', rescinded, manager);
    for (const [name, data, given] of [
      ['void-pathway', rescinded, manager],
      ['record-engagement', { evidence: 'attended' }, {}],
      ['add-note', { noteId: 'n' }, {}],
      ['accept-referral', {}, {}],
    ] as const) {
      const { refusal } = life.take(life.command(name, data, given));
      expect(refusal).toMatchObject({ code: 'wrong-stage', details: { stage: 'void' } });
      expect(refusal?.message).not.toMatch(/closed for good/);
    }
    const open = ReferralLife.received().do('void-pathway', rescinded, police);
    const failed = { intentId: 'i', outcome: 'failed', purpose: 'appointment-reminder' };
    expect(open.engine('report-delivery', failed).refusal?.code).toBe('already-done');
    for (const fact of ['death', 'stop-texts']) {
      expect(open.engine('carry-fact', { factId: fact, fact }).refusal?.code).toBe('already-done');
    }
    expect(open.until(local('2026-12-01 00:00')).at).toMatchObject({ stage: 'void', attention: [] });
  });

  test('told of late, it dates from when it was rescinded; the provider voids nothing', () => {
    const life = ReferralLife.received().until(local('2026-03-05 12:00'));
    expect(life.refused('void-pathway', rescinded).code).toBe('wrong-role');
    life.do('void-pathway', rescinded, { ...police, occurredAt: receipt });
    expect(life.at.voided?.at).toBe(receipt);
  });
});

describe('M45 voided by a slip', () => {
  const slip = { reason: 'voided-in-error' } as const;

  test('a manager brings it back: what ran goes on with its own times, and what was due meanwhile passes late', () => {
    const life = ReferralLife.received().until(local('2026-03-03 10:00'));
    const { deadlines, attention, stage } = life.at;
    const times = (clocks: typeof deadlines) => clocks.map(({ rule, start, due }) => ({ rule, start, due }));
    life.do('void-pathway', { reason: 'wrong-person' }, police).asleepUntil(local('2026-03-10 09:00'));
    life.do('reopen-pathway', slip, manager);
    expect(life.ledger.at(-1)).toMatchObject({
      type: 'pathway-reopened',
      data: {
        closedAt: local('2026-03-03 10:00'),
        reason: 'entered-in-error',
        because: 'voided-in-error',
        voided: 'wrong-person',
      },
    });
    expect(life.at).toMatchObject({ stage, attention, voided: null, finished: false, reopenedAt: null });
    expect(times(life.at.deadlines)).toEqual(times(deadlines));
    expect(diversion.summarise(life.at)).toMatchObject({
      closedAt: null,
      closureReason: null,
      needsRun: true,
    });
    expect(life.until(life.now).codes).toContain('no-first-contact');
  });

  test('what was booked ahead is to be booked again, what had begun is still asked for, an offer stands', () => {
    const life = ReferralLife.received().do('accept-referral', {}).book('begun', '2026-03-03 14:00');
    life.until(local('2026-03-03 14:30')).book('ahead', '2026-03-12 14:00');
    const to = { providerId: 'bfo', programme: 'p', routeId: 'r' };
    life.do('transfer-pathway', { to, reason: 'other' }).do('void-pathway', rescinded, police);
    life.do('reopen-pathway', slip, manager);
    expect(life.at.appointments).toMatchObject([
      { appointmentId: 'begun', status: 'booked' },
      { appointmentId: 'ahead', status: 'cancelled' },
    ]);
    expect(life.codes).toEqual(['appointment-to-rebook']);
    expect(life.at.transfer?.to).toEqual(to);
    expect(life.until(local('2026-03-05 00:00')).codes).toContain('feedback-missing');
  });

  test('long after, the referral is not closed at once: its time begins anew', () => {
    const life = ReferralLife.received().do('void-pathway', rescinded, police);
    life.asleepUntil(local('2026-09-01 10:00')).do('reopen-pathway', slip, manager).until(life.now);
    expect(life.at.closure).toBeNull();
    expect(life.clock('closure-after-return')).toMatchObject({ start: local('2026-09-01 10:00') });
  });

  test('what was closed before is closed again as it was, with what is left of its late window', () => {
    const closed = ReferralLife.received()
      .until(local('2026-03-05 10:00'))
      .do('close-pathway', { reason: 'moved' });
    const { closure } = closed.at;
    closed.do('void-pathway', rescinded, manager);
    const late = closed.fork().asleepUntil(local('2026-05-01 10:00')).do('reopen-pathway', slip, manager);
    expect(late.at).toMatchObject({ stage: 'finished', closure, deadlines: [], finished: true });
    closed.do('reopen-pathway', slip, manager);
    expect(closed.at).toMatchObject({ stage: 'closed', closure, finished: false });
    expect(closed.at.deadlines).toMatchObject([{ rule: 'late-engagement', start: closure?.at }]);
    expect(diversion.summarise(closed.at)).toMatchObject({ closedAt: closure?.at, closureReason: 'moved' });
    closed.do('reopen-pathway', { reason: 'came-back' });
    expect(closed.at.closure).toBeNull();
    const died = ReferralLife.received();
    died.engine('carry-fact', { factId: 'f', fact: 'death' });
    died.do('void-pathway', rescinded, manager).do('reopen-pathway', slip, manager);
    expect(died.at).toMatchObject({ stage: 'finished', died: true, deadlines: [] });
  });

  test('as nothing else, by nobody else, and not before it was', () => {
    const life = ReferralLife.received()
      .until(local('2026-03-05 12:00'))
      .do('void-pathway', rescinded, police);
    for (const role of ['ProviderWorker', 'ProviderManager', 'PoliceOfficer'] as const) {
      expect(life.refused('reopen-pathway', slip, { role }).code).toBe('wrong-role');
    }
    for (const reason of ['came-back', 'closed-in-error', 'new-information'] as const) {
      expect(life.refused('reopen-pathway', { reason }, manager).code).toBe('condition-not-met');
    }
    const early = { ...manager, occurredAt: receipt };
    expect(life.refused('reopen-pathway', slip, early).code).toBe('before-the-start');
    const closed = ReferralLife.received().do('close-pathway', { reason: 'moved' });
    expect(closed.refused('reopen-pathway', slip, manager).code).toBe('condition-not-met');
  });
});
