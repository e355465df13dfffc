import { describe, expect, test } from '@jest/globals';
import type { ClosePathwayData } from '../../../workflows/domain/diversion/commands.ts';
import { closureReasonRows, closureReasons } from '../../../workflows/domain/diversion/closure-reasons.ts';
import { addLocalDays } from '../../../workflows/domain/common/london-time.ts';
import { allowedCommands } from '../../../workflows/domain/common/pathway-table.ts';
import { diversion } from '../../../workflows/domain/diversion/kind.ts';
import { diversionTable } from '../../../workflows/domain/diversion/table.ts';
import { local, policy, receipt, ReferralLife } from './referral-life.ts';

/** The end of the day three calendar months after receipt on 2 March 2026. */
const limit = local('2026-06-03 00:00');

const engaged = (at = '2026-03-04 10:00'): ReferralLife =>
  ReferralLife.received().until(local(at)).do('record-engagement', { evidence: 'logged-in' });

describe('M65 the three-month closure', () => {
  test('who has not engaged is closed as the day ends, exactly once', () => {
    const life = ReferralLife.received().until(addLocalDays(limit, -1));
    expect(life.at.closure).toBeNull();
    life.until(local('2026-06-02 23:59'));
    expect(life.at.closure).toBeNull();
    life.until(local('2026-12-01 00:00'));
    expect(life.of('pathway-closed')).toMatchObject([
      { occurredAt: limit, data: { reason: 'not-engaged-in-time', mayReturnUntil: addLocalDays(limit, 28) } },
    ]);
    expect(life.at).toMatchObject({ stage: 'finished', finished: true, deadlines: [], attention: [] });
  });

  test('who has engaged is closed as engaged, not as completed', () => {
    expect(engaged().until(limit).at.closure).toMatchObject({ at: limit, reason: 'engaged-then-ended' });
  });

  test.each([
    ['30 November, clamped to February', '2025-11-30 12:00', '2026-03-01 00:00'],
    ['30 November before a leap year', '2027-11-30 12:00', '2028-03-01 00:00'],
    ['31 January', '2026-01-31 23:59', '2026-05-01 00:00'],
    ['winter into summer', '2026-01-15 12:00', '2026-04-16 00:00'],
    ['the last minute of a day', '2026-05-02 23:59', '2026-08-03 00:00'],
    ['the first minute of a day', '2026-05-03 00:00', '2026-08-04 00:00'],
  ])('month ends and clock changes: %s', (_name, receivedAt, due) => {
    const life = ReferralLife.received({ receivedAt: local(receivedAt), offenceDate: '2025-01-01' });
    expect(life.clock('closure')?.due).toBe(local(due));
  });

  test('M248 the length is the policy', () => {
    const four = { ...policy, closure: { unit: 'months', count: 4, endOfDay: true } as const };
    expect(ReferralLife.received({ policy: four }).clock('closure')?.due).toBe(local('2026-07-03 00:00'));
  });

  test('M66 ten weeks after receipt the caseworker and the team lead are told', () => {
    const life = ReferralLife.received().attempt('reached').until(local('2026-05-11 10:00'));
    expect(life.at.attention).toMatchObject([
      { code: 'nothing-booked' },
      { code: 'closure-near', owner: 'ProviderWorker' },
      { code: 'closure-near-lead', owner: 'ProviderManager' },
    ]);
  });

  test('without a provider the manager is told once', () => {
    const life = ReferralLife.received({ route: null }).until(local('2026-05-11 10:00'));
    expect(life.at.attention.filter(({ code }) => code.startsWith('closure-near'))).toMatchObject([
      { code: 'closure-near', owner: 'Manager' },
    ]);
  });

  test('a late clock closes as of its own time and says when it was noticed', () => {
    const life = ReferralLife.received().attempt('reached').until(local('2026-06-02 12:00'));
    life.asleepUntil(local('2026-06-05 09:00')).until(local('2026-06-05 09:00'));
    expect(life.ledger.slice(-2)).toMatchObject([
      { type: 'deadline-passed', occurredAt: local('2026-06-05 09:00'), data: { due: limit } },
      { type: 'pathway-closed', occurredAt: limit },
    ]);
  });
});

describe('an appointment soon after the limit', () => {
  const booked = (starts: string, act = (life: ReferralLife) => life): ReferralLife =>
    act(ReferralLife.received().attempt('reached').until(local('2026-05-30 10:00'))).book('a1', starts);

  /** Wednesday 10 June; the team lead is told as Friday ends, and has the Monday. */
  const heldUntil = local('2026-06-16 00:00');

  test('puts the closure off until its attendance can have been recorded, once', () => {
    const life = booked('2026-06-10 14:00').until(limit);
    expect(life.at).toMatchObject({ closure: null, closureDeferredTo: heldUntil });
    expect(life.clock('closure')).toMatchObject({ start: receipt, due: heldUntil, ref: 'a1' });
    life.book('a2', '2026-06-20 14:00').until(heldUntil);
    expect(life.of('closure-deferred')).toHaveLength(1);
    expect(life.at).toMatchObject({
      closure: { at: heldUntil, reason: 'not-engaged-in-time' },
      appointments: [{ status: 'superseded' }, { status: 'cancelled' }],
    });
  });

  test('says why it waits', () => {
    const { waits } = diversion.explain(booked('2026-06-10 14:00').until(limit).at, limit);
    expect(waits.find(({ rule }) => rule === 'closure')?.what).toMatch(
      /^Closure: put off to 16 June 2026 at 00:00 for the appointment on 10 June 2026 at 14:00, so that what came of it can be recorded;/,
    );
  });

  test.each([
    ['the same day', '2026-06-10 15:00'],
    ['the next morning', '2026-06-11 09:00'],
    ['after the team lead was told', '2026-06-15 17:00'],
  ])('kept and recorded %s: closed as engaged', (_name, at) => {
    const life = booked('2026-06-10 14:00').until(local(at));
    life.do('record-attendance', { appointmentId: 'a1', attendance: 'attended-and-remained' });
    expect(life.until(heldUntil).at).toMatchObject({
      engagement: { at: local('2026-06-10 14:00') },
      closure: { at: heldUntil, reason: 'engaged-then-ended' },
    });
  });

  test('unrecorded: the team lead is told before it closes', () => {
    const life = booked('2026-06-10 14:00').until(local('2026-06-15 23:59'));
    expect(life.codes).toContain('feedback-overdue');
    expect(life.at.closure).toBeNull();
  });

  test('puts the closure of who has engaged off as well', () => {
    const life = booked('2026-06-10 14:00', (open) => open.do('record-engagement', { evidence: 'other' }));
    expect(life.until(limit).at.closure).toBeNull();
    expect(life.until(heldUntil).at.closure?.reason).toBe('engaged-then-ended');
  });

  test.each([
    ['on the last day of the window', '2026-06-30 23:59', true],
    ['as the window ends', '2026-07-01 00:00', false],
    ['as the limit is reached', '2026-06-03 00:00', true],
    ['just before the limit', '2026-06-02 23:00', true],
  ])('%s', (_name, starts, deferred) => {
    expect(booked(starts).until(limit).at.closure === null).toBe(deferred);
  });

  test('one of which nothing is recorded only holds the closure: what is booked meanwhile may put it off, once', () => {
    const life = booked('2026-06-02 15:00').until(local('2026-06-04 10:00'));
    expect(life.of('closure-deferred')).toMatchObject([{ data: { appointmentId: 'a1', holds: true } }]);
    life.book('a2', '2026-06-10 14:00').until(local('2026-06-09 00:00'));
    expect(life.of('closure-deferred').map(({ data }) => data)).toEqual([
      { appointmentId: 'a1', until: local('2026-06-09 00:00'), holds: true },
      { appointmentId: 'a2', until: heldUntil },
    ]);
    life.until(local('2026-06-15 10:00')).book('a3', '2026-06-20 14:00');
    expect(life.until(heldUntil).at).toMatchObject({ closure: { at: heldUntil } });
  });

  test('a deferral from before the two were told apart was the one there is', () => {
    const life = booked('2026-06-02 15:00').until(local('2026-06-04 10:00')).book('a2', '2026-06-10 14:00');
    const held = local('2026-06-09 00:00');
    expect(life.fork().until(held).at.closure).toBeNull();
    life.state = { ...life.at, closureDeferred: true };
    expect(life.until(held).at.closure).toMatchObject({ at: held });
  });

  test('one moved away, missed or booked only after the limit puts nothing off', () => {
    expect(booked('2026-06-10 14:00').book('a2', '2026-07-10 14:00').until(limit).at.closure).not.toBeNull();
    const late = ReferralLife.received().attempt('reached').until(local('2026-06-02 12:00'));
    late.asleepUntil(limit).book('a1', '2026-06-10 14:00').until(late.now);
    expect(late.at.closure).toMatchObject({ at: limit });
    expect(late.at.appointments).toMatchObject([{ status: 'cancelled' }]);
  });
});

describe('an appointment shortly before the limit', () => {
  const booked = (starts: string): ReferralLife =>
    ReferralLife.received().attempt('reached').until(local('2026-05-20 10:00')).book('a1', starts);

  test.each([
    ['on the last day', '2026-06-02 15:00', '2026-06-09 00:00'],
    ['the day before', '2026-06-01 15:00', '2026-06-06 00:00'],
    ['whose time for feedback is over by then', '2026-05-27 15:00', '2026-06-03 00:00'],
    ['long over', '2026-05-21 15:00', '2026-06-03 00:00'],
  ])('holds the closure while its attendance can still come: %s', (_name, starts, closes) => {
    const life = booked(starts).until(local('2026-09-01 00:00'));
    expect(life.of('pathway-closed')).toMatchObject([
      { occurredAt: local(closes), data: { reason: 'not-engaged-in-time' } },
    ]);
  });

  test('kept, and entered the next morning, counts', () => {
    const life = booked('2026-06-02 15:00').until(local('2026-06-03 09:00'));
    life.do('record-attendance', { appointmentId: 'a1', attendance: 'attended-and-remained' });
    expect(life.until(local('2026-06-09 00:00')).at).toMatchObject({
      engagement: { at: local('2026-06-02 15:00') },
      closure: { reason: 'engaged-then-ended' },
    });
  });

  test.each(['absent', 'provider-caused'] as const)(
    'recorded before the limit holds nothing: %s',
    (attendance) => {
      const life = booked('2026-06-02 15:00').until(local('2026-06-02 17:00'));
      life.do('record-attendance', { appointmentId: 'a1', attendance });
      expect(life.until(limit).at.closure?.at).toBe(limit);
    },
  );

  test('moved while the closure is put off, it holds as long for the new time', () => {
    const life = booked('2026-06-10 14:00').until(local('2026-06-09 12:00')).book('a2', '2026-06-15 14:00');
    life.until(local('2026-06-16 09:00')).do('record-attendance', {
      appointmentId: 'a2',
      attendance: 'attended-and-remained',
    });
    expect(life.until(local('2026-07-01 00:00')).at).toMatchObject({
      engagement: { at: local('2026-06-15 14:00') },
      closure: { at: local('2026-06-20 00:00'), reason: 'engaged-then-ended' },
    });
  });
});

describe('M22 closing by a person', () => {
  test('one event stops every clock, settles what needs a person and cancels what is ahead', () => {
    const life = ReferralLife.received().until(local('2026-03-05 12:00'));
    life.attempt('wrong-number').attempt().book('a1', '2026-03-12 14:00');
    life.do('close-pathway', { reason: 'moved' });
    expect(life.at).toMatchObject({
      stage: 'closed',
      attention: [],
      appointments: [{ status: 'cancelled' }],
      closure: {
        at: local('2026-03-05 12:00'),
        reason: 'moved',
        mayReturnUntil: local('2026-04-02 12:00'),
      },
    });
    expect(life.at.deadlines.map(({ rule }) => rule)).toEqual(['late-engagement']);
    const cleared = life.ledger.at(-1)?.cleared ?? [];
    expect(cleared.map(({ why }) => why)).toEqual(cleared.map(() => 'ended'));
    expect(cleared).toHaveLength(4);
  });

  test.each(closureReasons)('%s', (reason) => {
    const life = engaged().until(local('2026-03-10 10:00'));
    const refusedHere: readonly string[] = ['no-contact', 'not-engaged-in-time', 'died'];
    const data: ClosePathwayData =
      reason === 'completed' ? { reason, drugFree: 'yes', crimeFree: 'unknown' } : { reason };
    if (refusedHere.includes(reason)) {
      expect(life.refused('close-pathway', data).code).toBe('condition-not-met');
    } else {
      life.do('close-pathway', data);
      expect(life.at.finished).toBe(!closureReasonRows[reason].mayReturn);
      expect(life.at.stage).toBe(closureReasonRows[reason].mayReturn ? 'closed' : 'finished');
    }
  });

  test.each<[string, ClosePathwayData]>([
    ['without drug free', { reason: 'completed', crimeFree: 'yes' }],
    ['without crime free', { reason: 'completed', drugFree: 'yes' }],
    ['drug free without a completion', { reason: 'declined', drugFree: 'yes' }],
    ['crime free without a completion', { reason: 'other', crimeFree: 'no' }],
  ])('M20 a completion says both, nothing else says either: %s', (_name, data) => {
    expect(engaged().refused('close-pathway', data).code).toBe('condition-not-met');
  });

  test.each(['completed', 'engaged-then-ended'] as const)('M21 %s needs engagement', (reason) => {
    const data: ClosePathwayData =
      reason === 'completed' ? { reason, drugFree: 'yes', crimeFree: 'yes' } : { reason };
    expect(ReferralLife.received().refused('close-pathway', data).message).toContain('engaged');
  });

  test('no contact needs the tries, and says which are missing', () => {
    const life = ReferralLife.received().attempt();
    expect(life.refused('close-pathway', { reason: 'no-contact' }).details).toEqual({
      tries: { made: 1, needed: 3 },
      days: { made: 1, needed: 3 },
      channels: { made: 1, needed: 2 },
    });
    for (const [time, channel] of [
      ['2026-03-03 10:00', 'email'],
      ['2026-03-04 10:00', 'phone'],
    ] as const) {
      life.until(local(time)).attempt('no-answer', { channel });
    }
    life.do('close-pathway', { reason: 'no-contact' });
    expect(life.at.closure?.reason).toBe('no-contact');
  });

  test('M08 no contact is refused while nobody has recorded what came of an appointment that has begun', () => {
    const life = ReferralLife.received();
    life.attempt('no-answer').until(local('2026-03-03 10:00')).attempt('no-answer', { channel: 'text' });
    life.until(local('2026-03-04 10:00')).attempt('no-answer').book('a1', '2026-03-04 10:30');
    life.until(local('2026-03-04 12:00'));
    expect(life.refused('close-pathway', { reason: 'no-contact' })).toMatchObject({
      code: 'condition-not-met',
      details: { appointmentId: 'a1' },
    });
    life.do('record-attendance', { appointmentId: 'a1', attendance: 'absent' });
    life.do('close-pathway', { reason: 'no-contact' });
  });

  test('who was reached is not without contact', () => {
    const refusal = ReferralLife.received()
      .attempt('declined')
      .refused('close-pathway', { reason: 'no-contact' });
    expect(refusal.message).toContain('was reached');
  });

  test('not engaged in time needs the limit to be over: while an appointment puts the closure off', () => {
    const life = ReferralLife.received().attempt('reached').until(local('2026-05-30 10:00'));
    expect(life.refused('close-pathway', { reason: 'not-engaged-in-time' }).details).toEqual({ limit });
    life.book('a1', '2026-06-10 14:00').until(limit);
    life.do('close-pathway', { reason: 'not-engaged-in-time' });
    expect(life.at.closure?.at).toBe(limit);
  });

  test('a death is recorded with the person, not as a closure', () => {
    expect(ReferralLife.received().refused('close-pathway', { reason: 'died' }).message).toContain('person');
  });

  test('it may be dated back, not before what is known', () => {
    const life = engaged().until(local('2026-03-10 10:00'));
    const early = { occurredAt: local('2026-03-04 09:59') };
    expect(life.refused('close-pathway', { reason: 'moved' }, early).code).toBe('before-the-start');
    life.do('close-pathway', { reason: 'moved' }, { occurredAt: local('2026-03-05 10:00') });
    expect(life.at.closure?.at).toBe(local('2026-03-05 10:00'));
    expect(life.at.closure?.mayReturnUntil).toBe(local('2026-04-02 10:00'));
  });

  test('what the officer in the case has not seen stays asked, whatever becomes of the referral', () => {
    const conditions = [{ conditionId: 'c1', code: 'attend-assessment', dueAt: local('2026-04-02 10:00') }];
    const life = ReferralLife.received({
      source: { source: 'police', via: 'conditional-caution' },
      disposal: 'conditional-caution',
      conditions,
    });
    life.attempt('reached').until(local('2026-04-02 10:00'));
    life.do('record-condition-result', { conditionId: 'c1', result: 'not-met' });
    life.do('close-pathway', { reason: 'caution-not-met' });
    expect(life.at.attention).toMatchObject([{ code: 'caution-not-met', owner: 'PoliceOfficer' }]);
    expect(life.until(local('2026-12-01 00:00')).codes).toEqual(['caution-not-met']);
    life.do('acknowledge-non-compliance', { conditionId: 'c1' }, { role: 'PoliceOfficer' });
    expect(life.codes).toEqual([]);
  });

  test('an appointment that has begun keeps its place and can still be recorded', () => {
    const life = ReferralLife.received().book('a1', '2026-03-05 14:00').until(local('2026-03-05 14:00'));
    life.do('close-pathway', { reason: 'declined' });
    life.do('record-attendance', { appointmentId: 'a1', attendance: 'attended-and-remained' });
    expect(life.at).toMatchObject({ stage: 'closed', engagement: null, attention: [] });
  });
});

describe('late engagement', () => {
  const closedByClock = (): ReferralLife => ReferralLife.received().until(limit);

  test('within 28 days the same referral comes back with its first date', () => {
    const life = closedByClock().until(local('2026-06-20 10:00'));
    life.do('record-engagement', { evidence: 'attended' });
    expect(life.types.slice(-3)).toEqual(['pathway-reopened', 'engagement-recorded', 'referral-accepted']);
    expect(life.of('pathway-reopened')[0]?.cleared).toMatchObject([{ why: 'met' }]);
    expect(life.of('pathway-reopened')).toMatchObject([
      { data: { closedAt: limit, reason: 'not-engaged-in-time' } },
    ]);
    expect(life.at).toMatchObject({
      stage: 'engaged',
      receivedAt: receipt,
      closure: null,
      finished: false,
      reopenedAt: local('2026-06-20 10:00'),
    });
    expect(life.at.deadlines).toMatchObject([
      { rule: 'closure-warning', start: local('2026-06-20 10:00'), due: local('2026-08-29 10:00') },
      { rule: 'closure-after-return', start: local('2026-06-20 10:00'), due: local('2026-09-21 00:00') },
    ]);
  });

  test('then it closes again, once for each return', () => {
    const life = closedByClock().until(local('2026-06-20 10:00'));
    life.do('record-engagement', { evidence: 'attended' }).until(local('2026-12-31 00:00'));
    expect(life.of('pathway-closed').map(({ occurredAt }) => occurredAt)).toEqual([
      limit,
      local('2026-09-21 00:00'),
    ]);
    expect(life.at).toMatchObject({ finished: true, closure: { reason: 'engaged-then-ended' } });
  });

  test('closed early, the first limit and its warning come back', () => {
    const life = ReferralLife.received().do('close-pathway', { reason: 'disengaged' });
    life.until(local('2026-03-20 10:00')).do('record-engagement', { evidence: 'attended' });
    expect(life.at.deadlines).toMatchObject([
      { rule: 'closure-warning', start: receipt, due: local('2026-05-11 10:00') },
      { rule: 'closure', start: receipt, due: limit },
    ]);
  });

  test('closed after the warning, the first limit comes back alone', () => {
    const life = ReferralLife.received().attempt('reached').until(local('2026-05-20 10:00'));
    life.do('close-pathway', { reason: 'disengaged' }).do('record-engagement', { evidence: 'attended' });
    expect(life.at.deadlines).toMatchObject([{ rule: 'closure', start: receipt, due: limit }]);
    // The time of its warning is over: it is said at once.
    expect(life.codes).toEqual(['closure-near', 'closure-near-lead']);
  });

  test('after a closure put off had passed, the return has a limit of its own', () => {
    const life = ReferralLife.received().attempt('reached').until(local('2026-05-30 10:00'));
    life.book('a1', '2026-06-10 14:00').until(local('2026-06-17 10:00'));
    life.do('record-engagement', { evidence: 'attended' }, { occurredAt: local('2026-06-10 14:00') });
    expect(life.clock('closure-after-return')?.start).toBe(local('2026-06-16 00:00'));
  });

  test('a closure put off and closed before it comes back with that date', () => {
    const life = ReferralLife.received().attempt('reached').until(local('2026-05-30 10:00'));
    life.book('a1', '2026-06-28 14:00').until(local('2026-06-05 10:00'));
    life.do('close-pathway', { reason: 'disengaged' }).do('record-engagement', { evidence: 'other' });
    expect(life.clock('closure')?.due).toBe(local('2026-07-03 00:00'));
  });

  test.each([
    ['the last moment', '2026-06-30 23:59', 'engaged'],
    ['28 days', '2026-07-01 00:00', 'finished'],
    ['a year', '2027-06-01 00:00', 'finished'],
  ])('until 28 days after the closure: %s', (_name, time, stage) => {
    const life = closedByClock().until(local(time));
    const { refusal } = life.take(life.command('record-engagement', { evidence: 'attended' }));
    expect(life.at.stage).toBe(stage);
    if (stage === 'finished') {
      expect(refusal).toMatchObject({
        code: 'wrong-stage',
        details: {
          stage: 'finished',
          allowedCommands: allowedCommands(diversionTable, 'finished', ['ProviderWorker']),
          closedAt: limit,
        },
      });
      expect(refusal?.message).toContain('new referral');
    } else {
      expect(refusal).toBeUndefined();
    }
  });

  test('event time decides where the clock itself is late', () => {
    const life = closedByClock().until(local('2026-06-20 10:00')).asleepUntil(local('2026-07-05 10:00'));
    for (const occurredAt of [life.now, addLocalDays(limit, 28)]) {
      expect(life.refused('record-engagement', { evidence: 'attended' }, { occurredAt }).code).toBe(
        'wrong-stage',
      );
    }
    life.do('record-engagement', { evidence: 'attended' }, { occurredAt: local('2026-06-28 10:00') });
    expect(life.at.engagement?.at).toBe(local('2026-06-28 10:00'));
  });

  test('engagement before the closure that is recorded after it comes back as of the closure', () => {
    const life = closedByClock().until(local('2026-06-04 10:00'));
    life.do('record-engagement', { evidence: 'attended' }, { occurredAt: local('2026-05-20 10:00') });
    expect(life.at).toMatchObject({
      reopenedAt: limit,
      engagement: { at: local('2026-05-20 10:00') },
      deadlines: [{ rule: 'closure-warning' }, { rule: 'closure-after-return', start: limit }],
    });
  });

  test.each(['completed', 'duplicate', 'entered-in-error'] as const)('not after %s', (reason) => {
    const life = engaged();
    life.do(
      'close-pathway',
      reason === 'completed' ? { reason, drugFree: 'no', crimeFree: 'no' } : { reason },
    );
    expect(life.refused('record-engagement', { evidence: 'attended' }).code).toBe('wrong-stage');
  });

  test('a late attendance alone brings nothing back', () => {
    const life = ReferralLife.received().book('a1', '2026-06-02 14:00').until(local('2026-06-09 10:00'));
    life.do('record-attendance', { appointmentId: 'a1', attendance: 'attended-and-remained' });
    expect(life.at).toMatchObject({ stage: 'closed', engagement: null });
  });

  test('a referral without a route comes back to the manager', () => {
    const life = ReferralLife.received({ route: null }).do(
      'close-pathway',
      { reason: 'moved' },
      { role: 'Manager' },
    );
    life.do('record-engagement', { evidence: 'other' }, { role: 'Manager' });
    expect(life.codes).toEqual(['no-route']);
  });
});

describe('M16 engagement', () => {
  test('is dated, kept apart from contact and completion, and told once for each evidence', () => {
    const life = engaged();
    expect(life.at).toMatchObject({
      stage: 'engaged',
      engagement: { at: local('2026-03-04 10:00'), evidence: { 'logged-in': local('2026-03-04 10:00') } },
      closure: null,
    });
    life.until(local('2026-03-06 10:00'));
    expect(life.refused('record-engagement', { evidence: 'logged-in' }).code).toBe('already-done');
    const same = { occurredAt: local('2026-03-04 10:00') };
    expect(life.refused('record-engagement', { evidence: 'logged-in' }, same).code).toBe('already-done');
    life.do('record-engagement', { evidence: 'prescribed' });
    life.do('record-engagement', { evidence: 'logged-in' }, { occurredAt: local('2026-03-03 10:00') });
    expect(life.at.engagement).toEqual({
      at: local('2026-03-03 10:00'),
      evidence: { 'logged-in': local('2026-03-03 10:00'), prescribed: local('2026-03-06 10:00') },
    });
  });
});
