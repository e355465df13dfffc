import { describe, expect, test } from '@jest/globals';
import { closureReasonRows, closureReasons } from '../../../workflows/domain/diversion/closure-reasons.ts';
import { reopeningReasons } from '../../../workflows/domain/diversion/commands.ts';
import type { ClosePathwayData, ReopeningReason } from '../../../workflows/domain/diversion/commands.ts';
import { diversion } from '../../../workflows/domain/diversion/kind.ts';
import { local, receipt, ReferralLife } from './referral-life.ts';
import type { Given } from './referral-life.ts';
import { talking, treated } from './treated-life.ts';

const limit = local('2026-06-03 00:00');

const manager: Given = { role: 'Manager' };

/** What is void has a reason of its own. */
const ofClosures = reopeningReasons.filter((reason) => reason !== 'voided-in-error');

const because = (reason: ReopeningReason) => ({ reason });

/** Three tries on three days by two channels, and the clock of the contact effort has passed. */
function closedAsNoContact(): ReferralLife {
  const life = ReferralLife.received();
  for (const [time, channel] of [
    ['2026-03-02 11:00', 'phone'],
    ['2026-03-03 11:00', 'email'],
    ['2026-03-04 11:00', 'phone'],
  ] as const) {
    life.until(local(time)).attempt('no-answer', { channel });
  }
  return life.until(local('2026-03-17 00:00'));
}

function engaged(): ReferralLife {
  return ReferralLife.received().until(local('2026-03-10 10:00')).do('record-engagement', {
    evidence: 'logged-in',
  });
}

function closed(life: ReferralLife, reason: ClosePathwayData['reason'], at: string): ReferralLife {
  const data: ClosePathwayData =
    reason === 'completed' ? { reason, drugFree: 'yes', crimeFree: 'unknown' } : { reason };
  return life.until(local(at)).do('close-pathway', data);
}

describe('within the late window the same referral goes on', () => {
  test('edge case 42: closed as no contact, rings the next day: the first date stays, and so does the closure that was reported', () => {
    const life = closedAsNoContact();
    expect(life.at.closure).toMatchObject({ reason: 'no-contact', at: local('2026-03-17 00:00') });
    const reported = JSON.stringify(life.ledger);
    life.until(local('2026-03-18 09:30')).do('reopen-pathway', because('came-back'));
    expect(JSON.stringify(life.ledger.slice(0, -1))).toBe(reported);
    expect(life.ledger.at(-1)).toMatchObject({
      type: 'pathway-reopened',
      occurredAt: local('2026-03-18 09:30'),
      data: { closedAt: local('2026-03-17 00:00'), reason: 'no-contact', because: 'came-back' },
    });
    expect(life.at).toMatchObject({
      stage: 'awaiting-contact',
      receivedAt: receipt,
      closure: null,
      reopenedAt: local('2026-03-18 09:30'),
    });
    expect(life.clock('closure')).toMatchObject({ start: receipt, due: limit });
    expect(life.clock('closure-warning')?.due).toBe(local('2026-05-11 10:00'));
    expect(life.clock('late-engagement')).toBeUndefined();
  });

  test('edge case 40: back the day after the closure and reopened it is the same referral; M23 after the window only a new one, and the closed one is not altered', () => {
    const life = ReferralLife.received().until(limit);
    life.until(local('2026-06-04 10:00')).do('reopen-pathway', because('came-back'));
    expect(life.at).toMatchObject({ closure: null, receivedAt: receipt });
    expect(life.clock('closure-after-return')).toMatchObject({ start: local('2026-06-04 10:00') });
    const over = ReferralLife.received().until(local('2026-07-01 00:00'));
    const before = JSON.stringify(over.at);
    for (const role of ['ProviderWorker', 'ProviderManager', 'Manager'] as const) {
      const refusal = over.refused('reopen-pathway', because('came-back'), { role });
      expect(refusal).toMatchObject({ code: 'wrong-stage', details: { stage: 'finished', closedAt: limit } });
      expect(refusal.message).toContain('new referral');
    }
    const again = ReferralLife.received({ pathwayId: 'pathway-2', receivedAt: local('2026-07-01 10:00') });
    expect(again.at).toMatchObject({ pathwayId: 'pathway-2', receivedAt: local('2026-07-01 10:00') });
    expect(JSON.stringify(over.at)).toBe(before);
  });

  test.each<ReopeningReason>(['came-back', 'closed-in-error', 'new-information'])(
    'somebody is to book: %s',
    (reason) => {
      const life = closed(ReferralLife.received(), 'declined', '2026-03-10 10:00');
      life.until(local('2026-03-12 10:00')).do('reopen-pathway', because(reason));
      expect(life.clock('booking')).toMatchObject({
        start: local('2026-03-12 10:00'),
        due: local('2026-03-27 00:00'),
      });
      expect(life.until(local('2026-03-27 00:00')).codes).toContain('nothing-booked');
    },
  );

  test('somebody is to book who has engaged before, too: nobody else would see them until the closure', () => {
    const life = closed(engaged(), 'disengaged', '2026-03-20 10:00');
    life.do('reopen-pathway', because('came-back'));
    expect(life.at.stage).toBe('engaged');
    expect(life.clock('booking')).toMatchObject({ start: local('2026-03-20 10:00') });
    expect(life.until(local('2026-04-08 00:00')).codes).toEqual(['nothing-booked']);
    expect(life.book('a1', '2026-04-10 10:00').codes).toEqual([]);
  });

  test.each(ofClosures)(
    'M10 an appointment that the closure cancelled is to be booked again, since the person may come to it: %s',
    (reason) => {
      const life = closed(
        ReferralLife.received().book('a1', '2026-03-11 14:00'),
        'moved',
        '2026-03-10 10:00',
      );
      life.do('reopen-pathway', because(reason));
      expect(life.at.appointments).toMatchObject([{ appointmentId: 'a1', status: 'cancelled' }]);
      expect(life.at.attention).toContainEqual({
        code: 'appointment-to-rebook',
        since: life.now,
        owner: 'ProviderWorker',
      });
      expect(life.clock('booking')).toBeUndefined();
      expect(life.book('a2', '2026-03-11 14:00').codes).toEqual([]);
    },
  );

  test('so it is after a withdrawn consent to treatment, and where an engagement brings the person back', () => {
    const booked = ReferralLife.received().book('a1', '2026-03-11 14:00').until(local('2026-03-10 10:00'));
    const back = booked.fork();
    booked.engine('carry-fact', { factId: 'f', fact: 'consent-withdrawn', purpose: 'treatment' });
    expect(booked.at.closure?.reason).toBe('consent-withdrawn');
    expect(booked.do('reopen-pathway', because('closed-in-error')).codes).toEqual(['appointment-to-rebook']);
    back.do('close-pathway', { reason: 'moved' }).do('record-engagement', { evidence: 'logged-in' });
    expect(back.codes).toEqual(['appointment-to-rebook']);
  });

  test('one that had begun was not cancelled, and nobody books it again', () => {
    const life = ReferralLife.received().book('a1', '2026-03-10 09:30');
    closed(life, 'moved', '2026-03-10 10:00').do('reopen-pathway', because('closed-in-error'));
    expect(life.codes).toEqual([]);
  });

  test('M66 the closure after the return is warned of, as long before it as the first', () => {
    const life = ReferralLife.received().until(limit).until(local('2026-06-20 10:00'));
    life.do('record-engagement', { evidence: 'attended' }).until(local('2026-08-29 10:00'));
    expect(life.at.attention).toMatchObject([
      { code: 'closure-near', since: life.now, owner: 'ProviderWorker' },
      { code: 'closure-near-lead', since: life.now, owner: 'ProviderManager' },
    ]);
    life.do('extend-closure-date', { until: '2026-10-01', reason: 'ill' }, { role: 'ProviderManager' });
    expect(life.codes).toEqual([]);
    expect(life.clock('closure-warning')?.due).toBe(local('2026-09-09 10:00'));
  });

  test('attended before the closure and entered after it: with the return it is the engagement that it was', () => {
    const life = ReferralLife.received().book('a1', '2026-03-05 14:00').until(local('2026-03-05 16:00'));
    life.do('close-pathway', { reason: 'declined' });
    life.do('record-attendance', { appointmentId: 'a1', attendance: 'attended-and-remained' });
    expect(life.at.engagement).toBeNull();
    life.do('reopen-pathway', because('new-information'));
    const engagement = { at: local('2026-03-05 14:00'), evidence: { attended: local('2026-03-05 14:00') } };
    expect(life.at).toMatchObject({ stage: 'engaged', engagement });
    expect(life.clock('booking')).toBeDefined();
    expect(life.until(limit).at.closure?.reason).toBe('engaged-then-ended');
  });

  test('and once, where the engagement is told with it', () => {
    const life = ReferralLife.received().book('a1', '2026-03-05 14:00').until(local('2026-03-05 16:00'));
    life.do('close-pathway', { reason: 'declined' });
    life.do('record-attendance', { appointmentId: 'a1', attendance: 'attended-and-remained' });
    const attended = { occurredAt: local('2026-03-05 14:00') };
    life.do('record-engagement', { evidence: 'attended' }, attended);
    expect(life.at).toMatchObject({ stage: 'engaged', closure: null });
    expect(life.of('engagement-recorded')).toHaveLength(1);
  });

  test('a provider that had not accepted is asked for its word, and without a provider the manager for one', () => {
    const life = closed(ReferralLife.received(), 'declined', '2026-03-10 10:00');
    expect(life.do('reopen-pathway', because('came-back')).clock('acceptance')?.start).toBe(life.now);
    const without = ReferralLife.received({ route: null }).until(local('2026-03-10 10:00'));
    without.do('close-pathway', { reason: 'moved' }, manager);
    without.do('reopen-pathway', because('came-back'), manager);
    expect(without.clock('routing')?.start).toBe(without.now);
    expect(without.at.attention).toMatchObject([{ code: 'no-route', owner: 'Manager' }]);
  });

  test.each([
    ['the last moment', '2026-06-30 23:59', undefined],
    ['28 days', '2026-07-01 00:00', 'wrong-stage'],
  ])('event time decides where the clock itself is late: %s', (_name, at, code) => {
    const life = ReferralLife.received()
      .until(local('2026-06-10 10:00'))
      .asleepUntil(local('2026-07-05 10:00'));
    const command = life.command('reopen-pathway', because('came-back'), { occurredAt: local(at) });
    expect(life.take(command).refusal?.code).toBe(code);
  });

  test('not dated before the closure', () => {
    const life = closed(ReferralLife.received(), 'declined', '2026-03-10 10:00');
    const early = { occurredAt: local('2026-03-10 09:59') };
    expect(life.refused('reopen-pathway', because('came-back'), early)).toMatchObject({
      code: 'before-the-start',
      details: { closedAt: local('2026-03-10 10:00') },
    });
  });

  test('twice, or of what was never closed, it is the wrong stage', () => {
    const life = closed(ReferralLife.received(), 'declined', '2026-03-10 10:00');
    life.do('reopen-pathway', because('came-back'));
    expect(life.refused('reopen-pathway', because('came-back')).code).toBe('wrong-stage');
  });

  test('what is true of the person is asked again, since the closure had settled it', () => {
    const life = ReferralLife.received();
    life.state = {
      ...life.at,
      custodySince: receipt,
      safetyFlag: true,
      consents: { sharing: 'withdrawn', treatment: 'given' },
    };
    closed(life, 'prison', '2026-03-10 10:00');
    expect(life.codes).toEqual([]);
    life.do('reopen-pathway', because('new-information'));
    expect([...life.codes].sort()).toEqual(['in-custody', 'safety-flag', 'sharing-withdrawn']);
  });
});

describe('what was asked before the closure and is still so', () => {
  test('the number of a stranger is not rung again', () => {
    const life = closed(ReferralLife.received().attempt('wrong-number'), 'not-suitable', '2026-03-03 10:00');
    expect(life.codes).toEqual([]);
    expect(life.do('reopen-pathway', because('came-back')).at.attention).toContainEqual({
      ...{ code: 'wrong-number', since: receipt, owner: 'ProviderWorker' },
    });
  });

  test.each(ofClosures)('what came of an appointment that had begun: %s', (reason) => {
    const life = ReferralLife.received().book('a1', '2026-03-03 10:00').until(local('2026-03-03 12:00'));
    const due = life.clock('feedback')?.due;
    closed(life, 'declined', '2026-03-03 12:00').do('reopen-pathway', because(reason));
    expect(life.clock('feedback')).toMatchObject({ ref: 'a1', start: local('2026-03-03 11:00'), due });
    life.until(local('2026-03-05 10:00'));
    expect(life.codes).toContain('feedback-missing');
    closed(life, 'declined', '2026-03-05 10:00').do('reopen-pathway', because(reason));
    expect(life.codes).toContain('feedback-missing');
    expect(life.clock('feedback-escalation')).toBeDefined();
  });

  test('that nobody carries the case, or that another provider serves the person now, until somebody does', () => {
    const life = ReferralLife.received().do('assign-caseworker', { workerId: 'w1' });
    life.do('assign-caseworker', { workerId: null });
    const route = { providerId: 'kaleidoscope', programme: 'acr-diversion', routeId: 'route-2' };
    life.do('record-move', { route });
    const asked = ['routed-elsewhere', 'unassigned'];
    closed(life, 'moved', '2026-03-03 10:00').do('reopen-pathway', because('came-back'));
    expect(life.codes.filter((code) => asked.includes(code)).sort()).toEqual(asked);
    closed(life, 'moved', '2026-03-03 11:00').do('assign-caseworker', { workerId: 'w2' });
    for (const reason of ofClosures) {
      const back = life.fork().do('reopen-pathway', because(reason));
      expect(back.codes.filter((code) => asked.includes(code))).toEqual(['routed-elsewhere']);
    }
  });
});

describe('closed in error', () => {
  const error = because('closed-in-error');

  test('where nobody had tried, the time for the first try goes on as it ran', () => {
    const life = ReferralLife.received();
    const due = life.clock('first-contact')?.due;
    closed(life, 'not-suitable', '2026-03-02 11:00').do('reopen-pathway', error);
    expect(life.clock('first-contact')).toMatchObject({ start: receipt, due });
    expect(life.until(local('2026-03-05 10:00')).codes).toContain('no-first-contact');
    closed(life, 'not-suitable', '2026-03-05 10:00').do('reopen-pathway', error);
    expect(life.at.attention).toContainEqual({
      ...{ code: 'no-first-contact', since: due, owner: 'ProviderManager' },
    });
  });

  test('what was asked is asked as it was, but not what a contact has answered since', () => {
    const life = ReferralLife.received().attempt().until(local('2026-03-20 10:00'));
    expect(life.codes).toEqual(['too-few-tries']);
    closed(life, 'other', '2026-03-20 10:00').do('reopen-pathway', error);
    expect(life.codes).toEqual(['too-few-tries']);
    closed(life, 'other', '2026-03-21 10:00').attempt('declined').do('reopen-pathway', error);
    expect(life.codes).toEqual([]);
    expect(life.clock('first-contact')).toBeUndefined();
  });

  test('who came back is not looked for as if nobody had tried', () => {
    const life = closed(ReferralLife.received(), 'not-suitable', '2026-03-02 11:00');
    expect(life.do('reopen-pathway', because('came-back')).clock('first-contact')).toBeUndefined();
  });
});

describe('what is closed for good', () => {
  const final = closureReasons.filter((reason) => !closureReasonRows[reason].mayReturn && reason !== 'died');

  test.each(final)(
    'as %s: a manager opens it again within 28 days where it was closed in error',
    (reason) => {
      const life = closed(engaged(), reason, '2026-03-20 10:00').until(local('2026-04-17 09:58'));
      expect(life.at.finished).toBe(true);
      for (const other of ['came-back', 'new-information'] as const) {
        expect(life.refused('reopen-pathway', because(other), manager).code).toBe('condition-not-met');
      }
      for (const role of ['ProviderWorker', 'ProviderManager'] as const) {
        expect(life.refused('reopen-pathway', because('closed-in-error'), { role })).toMatchObject({
          code: 'wrong-role',
          details: { allowedRoles: ['Manager'] },
        });
      }
      life.until(local('2026-04-17 09:59')).do('reopen-pathway', because('closed-in-error'), {
        ...manager,
        occurredAt: local('2026-04-17 09:59'),
      });
      expect(life.at).toMatchObject({ stage: 'engaged', finished: false, closure: null });
      expect(diversion.summarise(life.at)).toMatchObject({ closedAt: null, needsRun: true });
      expect(life.clock('closure')).toMatchObject({ due: limit });
    },
  );

  test('28 days after the closure nobody does any more', () => {
    const life = closed(engaged(), 'completed', '2026-03-20 10:00').until(local('2026-04-17 10:00'));
    expect(life.refused('reopen-pathway', because('closed-in-error'), manager).code).toBe('wrong-stage');
  });

  test('never after a death: that is corrected with the person', () => {
    const life = ReferralLife.received().until(local('2026-03-05 10:00'));
    life.engine('carry-fact', { factId: 'fact-1', fact: 'death' });
    const refusal = life.refused('reopen-pathway', because('closed-in-error'), manager);
    expect(refusal).toMatchObject({ code: 'condition-not-met' });
    expect(refusal.message).toContain('corrected');
    const closedBefore = closed(ReferralLife.received(), 'declined', '2026-03-05 10:00');
    closedBefore.engine('carry-fact', { factId: 'fact-1', fact: 'death' });
    expect(closedBefore.refused('reopen-pathway', because('closed-in-error'), manager).code).toBe(
      'condition-not-met',
    );
  });

  test('never what is void, but as voided in error', () => {
    const life = ReferralLife.received().do('void-pathway', { reason: 'entered-in-error' }, manager);
    expect(life.refused('reopen-pathway', because('closed-in-error'), manager).code).toBe(
      'condition-not-met',
    );
    life.do('reopen-pathway', because('voided-in-error'), manager);
    expect(life.at).toMatchObject({ stage: 'awaiting-contact', voided: null });
  });
});

test('treatment had ended before it was closed in error: what comes next is asked again', () => {
  const life = treated(talking).until(local('2026-03-20 10:00'));
  life.do('end-modality', { modalityId: 'talking', reason: 'completed' });
  const asked = life.at.attention.filter(({ code }) => code === 'treatment-ended');
  expect(asked).toHaveLength(1);
  closed(life, 'other', '2026-03-23 10:00').until(local('2026-03-24 10:00'));
  expect(life.codes).toEqual([]);
  life.do('reopen-pathway', because('closed-in-error'), manager);
  expect(life.at.attention.filter(({ code }) => code === 'treatment-ended')).toEqual(asked);
});
