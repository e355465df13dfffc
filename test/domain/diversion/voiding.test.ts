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
