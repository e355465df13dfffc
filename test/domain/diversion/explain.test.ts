import { describe, expect, test } from '@jest/globals';
import { englandAndWalesBankHolidays } from '../../../workflows/domain/common/bank-holidays.ts';
import { secondsBetween } from '../../../workflows/domain/common/instant.ts';
import { diversion } from '../../../workflows/domain/diversion/kind.ts';
import { demoDiversionPolicy } from '../../../workflows/domain/diversion/policy.ts';
import { local, receipt, ReferralLife } from './referral-life.ts';

describe('what a referral waits for', () => {
  test('first what needs a person, then its clocks, the nearest first, each with its source', () => {
    const life = ReferralLife.received({ route: null }).until(local('2026-03-05 12:00'));
    const { waits, ...rest } = diversion.explain(life.at, life.now);
    expect(rest).toEqual({ stage: 'awaiting-route', stageTitle: 'Awaiting a route', demo: false });
    expect(waits.map(({ rule, until, overdue }) => [rule, until, overdue])).toEqual([
      ['no-route', null, false],
      ['not-routed', null, true],
      ['no-first-contact', null, true],
      ['closure-warning', local('2026-05-11 10:00'), false],
      ['closure', local('2026-06-03 00:00'), false],
    ]);
    expect(waits[0]).toEqual({
      rule: 'no-route',
      what: 'No provider serves this person by the route table. Find a provider (`reroute`); until then reach the person yourself, or close the referral with a reason (`close-pathway`).',
      since: receipt,
      until: null,
      overdue: false,
      source: 'Routes have an area and dates; what none of them takes must be seen by a person',
      whoCanMove: ['Manager'],
    });
    expect(waits[3]?.what).toMatch(
      /^Warning before closure: due on 11 May 2026 at 10:00; unless something comes first, the caseworker and /,
    );
    expect(waits[4]).toMatchObject({
      since: receipt,
      whoCanMove: ['ProviderWorker', 'ProviderManager', 'Manager'],
    });
    for (const { what, source } of waits) {
      expect(what).toMatch(/^[A-Z].*\.$/);
      expect(source).not.toBe('');
    }
  });

  test('a clock that is due and has not passed is overdue', () => {
    const life = ReferralLife.received().do('accept-referral', {}).asleepUntil(local('2026-03-05 00:00'));
    expect(diversion.explain(life.at, life.now).waits[0]).toMatchObject({
      rule: 'first-contact',
      overdue: true,
      what: expect.stringContaining('First contact: was due on 5 March 2026 at 00:00;') as unknown,
    });
  });

  test('the appointment a clock or an attention is about is named', () => {
    const life = ReferralLife.received().book('a1', '2026-03-05 14:00').until(local('2026-03-10 00:00'));
    expect(diversion.explain(life.at, life.now).waits).toMatchObject([
      {
        rule: 'feedback-overdue',
        ref: 'a1',
        overdue: true,
        what: 'Nobody has recorded what happened at the appointment, and the caseworker was asked. It was on 5 March 2026 at 14:00. Have the attendance recorded.',
      },
      { rule: 'closure-warning' },
      { rule: 'closure' },
    ]);
  });

  test('the strand, the condition and the offer that it is about are named', () => {
    const conditions = [{ conditionId: 'c1', code: 'attend-assessment', dueAt: local('2026-03-09 10:00') }];
    const life = ReferralLife.received({
      source: { source: 'police', via: 'conditional-caution' },
      disposal: 'conditional-caution',
      conditions,
    });
    life.attempt('reached').do('transfer-pathway', {
      to: { providerId: 'kaleidoscope', programme: 'p', routeId: 'route-2' },
      reason: 'moved',
    });
    life.do('record-assessment', { substances: ['cannabis'], result: 'suitable' });
    const modality = { modalityId: 'm1', type: 'online-programme', prescribed: false } as const;
    life.until(local('2026-03-03 10:00')).do('agree-care-plan', { modalities: [modality] });
    const startedAt = local('2026-02-20 10:00');
    life.do('start-treatment', { modalityId: 'm1', startedAt }).until(local('2026-03-20 10:00'));
    const said = new Map(diversion.explain(life.at, life.now).waits.map((wait) => [wait.rule, wait]));
    expect(said.get('invalid-treatment-start')?.what).toContain(' The strand is online programme. ');
    expect(said.get('condition-undecided')).toMatchObject({
      overdue: true,
      what: expect.stringContaining(' It is attend assessment, due on 9 March 2026 at 10:00. ') as unknown,
    });
    expect(said.get('transfer-unanswered')).toMatchObject({
      overdue: true,
      what: expect.stringContaining(' It was offered on 2 March 2026 at 10:00. ') as unknown,
    });
  });

  test('what must be seen before a closure is named when it is near, until somebody says what came of it', () => {
    const life = ReferralLife.received().attempt('reached').do('record-engagement', { evidence: 'other' });
    for (const [needId, code] of [
      ['n1', 'housing'],
      ['n2', 'mental-health'],
      ['n3', 'id-and-bank-account'],
    ] as const) {
      life.do('add-need', { needId, code });
    }
    life.do('close-need', { needId: 'n1', result: 'met' }).until(local('2026-05-11 10:00'));
    const near = () =>
      diversion.explain(life.at, life.now).waits.filter(({ rule }) => rule.startsWith('closure-near'));
    expect(near().map(({ what }) => what)).toEqual([
      'The referral closes soon. Close it with the right reason, or book the person in. Still open: need mental health, need id and bank account.',
      'A referral of the team closes soon. See that somebody closes it with the right reason, or books the person in. Still open: need mental health, need id and bank account.',
    ]);
    life.do('close-need', { needId: 'n2', result: 'declined' });
    life.do('close-need', { needId: 'n3', result: 'not-available' });
    expect(
      near()
        .map(({ what }) => what)
        .join(),
    ).not.toContain('Still open');
  });

  test('a condition of a caution of which nobody has spoken is still open too', () => {
    const conditions = [{ conditionId: 'c1', code: 'attend-assessment', dueAt: local('2026-06-20 10:00') }];
    const life = ReferralLife.received({
      source: { source: 'police', via: 'conditional-caution' },
      disposal: 'conditional-caution',
      conditions,
    });
    life.do('record-assessment', { substances: [], result: 'none-needed' });
    expect(diversion.explain(life.at, life.now).waits[0]?.what).toBe(
      'The assessment ended without treatment. Point the person to what helps, and close with the reason. Still open: condition attend assessment.',
    );
  });

  test('what is over waits for nothing', () => {
    const life = ReferralLife.received().until(local('2026-12-01 00:00'));
    expect(diversion.explain(life.at, life.now)).toEqual({
      stage: 'finished',
      stageTitle: 'Closed for good',
      waits: [],
      demo: false,
    });
  });
});

describe('the pathway row', () => {
  test('M04 open, closed and come back', () => {
    const life = ReferralLife.received();
    expect(diversion.summarise(life.at)).toEqual({
      stage: 'awaiting-contact',
      closedAt: null,
      closureReason: null,
      needsRun: true,
      nextDeadline: life.clock('acceptance'),
      attention: [],
      lateSince: null,
      providerId: 'ddas',
      firstContactAt: null,
      engagedAt: null,
      workerId: null,
      offeredTo: null,
      acceptedAt: null,
      assessedAt: null,
      carePlanAt: null,
      treatmentStartedAt: null,
      appointments: [],
      tasks: [],
    });
    life.until(local('2026-03-03 10:00')).attempt('reached').do('close-pathway', { reason: 'declined' });
    expect(diversion.summarise(life.at)).toMatchObject({
      stage: 'closed',
      closedAt: local('2026-03-03 10:00'),
      closureReason: 'declined',
      needsRun: true,
      nextDeadline: { rule: 'late-engagement' },
      firstContactAt: local('2026-03-03 10:00'),
    });
    life.until(local('2026-03-09 10:00')).do('record-engagement', { evidence: 'prescribed' });
    expect(diversion.summarise(life.at)).toMatchObject({
      stage: 'engaged',
      closedAt: null,
      closureReason: null,
      engagedAt: local('2026-03-09 10:00'),
    });
    life.until(local('2026-12-01 00:00'));
    expect(diversion.summarise(life.at)).toMatchObject({
      stage: 'finished',
      needsRun: false,
      nextDeadline: null,
    });
  });

  test('shows the appointments of which nothing is recorded yet, also moved ones, without their history', () => {
    const life = ReferralLife.received().book('a1', '2026-03-05 14:00').book('a2', '2026-03-06 14:00');
    expect(diversion.summarise(life.at).appointments).toEqual([
      expect.objectContaining({ appointmentId: 'a1', status: 'superseded' }),
      {
        appointmentId: 'a2',
        kind: 'first-meeting',
        startsAt: local('2026-03-06 14:00'),
        endsAt: local('2026-03-06 15:00'),
        placeCode: 'place-1',
        status: 'booked',
      },
    ]);
    life.do('record-attendance', { appointmentId: 'a2', attendance: 'provider-caused' });
    expect(diversion.summarise(life.at).appointments).toHaveLength(1);
  });

  test('who carries the case, who was offered it, and how far it has come', () => {
    const life = ReferralLife.received().until(local('2026-03-03 10:00')).do('accept-referral', {});
    life.do('assign-caseworker', { workerId: 'worker-1' });
    life.do('transfer-pathway', {
      to: { providerId: 'kaleidoscope', programme: 'p', routeId: 'route-2' },
      reason: 'moved',
    });
    life.until(local('2026-03-04 10:00'));
    life.do('record-assessment', { substances: ['cannabis'], result: 'declined' });
    expect(diversion.summarise(life.at)).toMatchObject({
      workerId: 'worker-1',
      offeredTo: 'kaleidoscope',
      acceptedAt: local('2026-03-03 10:00'),
      assessedAt: null,
      carePlanAt: null,
      treatmentStartedAt: null,
    });
    life.until(local('2026-03-05 10:00'));
    life.do('record-assessment', { substances: ['cannabis'], result: 'suitable' });
    const course = { modalityId: 'm1', type: 'awareness-course', prescribed: false } as const;
    const impossible = { modalityId: 'm2', type: 'residential', prescribed: false } as const;
    const right = { modalityId: 'm3', type: 'psychosocial', prescribed: false } as const;
    life.do('agree-care-plan', { modalities: [course, impossible, right] });
    life.do('start-treatment', { modalityId: 'm1' });
    life.do('start-treatment', { modalityId: 'm2', startedAt: local('2026-02-01 10:00') });
    // Neither a course nor a date that cannot be is the start of treatment.
    expect(diversion.summarise(life.at)).toMatchObject({
      assessedAt: local('2026-03-05 10:00'),
      carePlanAt: local('2026-03-05 10:00'),
      treatmentStartedAt: null,
    });
    life.until(local('2026-03-06 10:00')).do('start-treatment', { modalityId: 'm3' });
    expect(diversion.summarise(life.at).treatmentStartedAt).toBe(local('2026-03-06 10:00'));
  });

  test('M207 since when something is late: from the clock that passed, until what it asked for is done', () => {
    const life = ReferralLife.received();
    const lateSince = () => diversion.summarise(life.at).lateSince;
    const passes = (rule: string): string => {
      const due = life.clock(rule)?.due ?? '';
      life.until(due);
      return due;
    };
    const due = passes('first-contact');
    expect(lateSince()).toBe(due);
    life.do('accept-referral', {});
    expect(lateSince()).toBe(due);
    life.attempt('reached');
    expect(lateSince()).toBeNull();
    const booking = passes('booking');
    expect(lateSince()).toBe(booking);
  });

  test('what is void is open in no count', () => {
    const life = ReferralLife.received().do('close-pathway', { reason: 'duplicate' });
    life.until(local('2026-03-03 10:00')).do('void-pathway', { reason: 'rescinded' }, { role: 'Manager' });
    expect(diversion.summarise(life.at)).toMatchObject({
      stage: 'void',
      closedAt: local('2026-03-03 10:00'),
      closureReason: 'void',
      needsRun: false,
      nextDeadline: null,
      attention: [],
    });
  });

  test('without a route there is no provider', () => {
    expect(diversion.summarise(ReferralLife.received({ route: null }).at).providerId).toBeNull();
  });
});

describe('whole lives', () => {
  test('three months in milliseconds: tries, a reminder, a miss, engagement, a warning, closure, the end', () => {
    const started = process.hrtime.bigint();
    const life = ReferralLife.received().until(local('2026-03-03 11:00'));
    life.attempt('no-answer').until(local('2026-03-04 11:00')).attempt('reached', { channel: 'text' });
    life.book('a1', '2026-03-12 14:00').until(local('2026-03-12 15:30'));
    life.do('record-attendance', { appointmentId: 'a1', attendance: 'absent' });
    life.book('a2', '2026-03-19 14:00').until(local('2026-03-19 15:30'));
    life.do('record-attendance', { appointmentId: 'a2', attendance: 'attended-and-remained' });
    life.until(local('2026-12-01 00:00'));
    const elapsedMs = Number(process.hrtime.bigint() - started) / 1e6;
    expect(life.types).toEqual([
      'referral-received',
      'contact-attempted',
      'referral-accepted',
      'contact-attempted',
      'appointment-booked',
      'deadline-passed',
      'attendance-recorded',
      'appointment-booked',
      'deadline-passed',
      'attendance-recorded',
      'engagement-recorded',
      'deadline-passed',
      'deadline-passed',
      'pathway-closed',
      'deadline-passed',
      'pathway-finished',
    ]);
    expect(life.intents.map(({ appointmentId }) => appointmentId)).toEqual(['a1', 'a2']);
    expect(life.at.closure?.reason).toBe('engaged-then-ended');
    expect(elapsedMs).toBeLessThan(1000);
  });

  test('a demo life lasts minutes, on the real clock, and says that it proves nothing', () => {
    const policy = demoDiversionPolicy('force-1', 'acr-diversion', englandAndWalesBankHolidays);
    const life = ReferralLife.received({ policy });
    expect(diversion.explain(life.at, life.now).demo).toBe(true);
    life.until(local('2026-03-02 11:00'));
    expect(life.at.finished).toBe(true);
    const end = life.of('pathway-finished')[0]?.occurredAt ?? '';
    expect(secondsBetween(receipt, end)).toBe((91 + 28) * 2);
  });

  test('a demo can show the closure without contact within its one real day', () => {
    const policy = demoDiversionPolicy('force-1', 'acr-diversion', englandAndWalesBankHolidays);
    const life = ReferralLife.received({ policy });
    life.attempt().attempt('left-message', { channel: 'email' }).attempt().until(local('2026-03-02 10:01'));
    expect(life.at.closure?.reason).toBe('no-contact');
  });
});
