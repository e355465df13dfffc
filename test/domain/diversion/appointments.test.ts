import { describe, expect, test } from '@jest/globals';
import type { AttendanceData } from '../../../workflows/domain/diversion/commands.ts';
import { local, policy, ReferralLife, slot } from './referral-life.ts';

describe('M10 booking an appointment', () => {
  test('one event, with the reminder at 09:00 the day before and the question how it went', () => {
    const life = ReferralLife.received().do('accept-referral', {}).book('a1', '2026-03-12 14:00');
    expect(life.types.slice(2)).toEqual(['appointment-booked']);
    expect(life.at.stage).toBe('appointment-booked');
    expect(life.clock('reminder')).toMatchObject({ due: local('2026-03-11 09:00'), ref: 'a1' });
    expect(life.clock('feedback')).toMatchObject({
      start: local('2026-03-12 15:00'),
      due: local('2026-03-14 00:00'),
      ref: 'a1',
    });
  });

  test('it meets the clocks that wait for somebody to reach the person', () => {
    const life = ReferralLife.received().attempt().book('a1', '2026-03-12 14:00');
    expect(life.ledger.at(-1)?.cleared).toEqual([{ id: 'contact-effort:-:1', why: 'met' }]);
    const first = ReferralLife.received().book('a1', '2026-03-12 14:00');
    expect(first.of('appointment-booked')[0]?.cleared).toEqual([{ id: 'first-contact:-:0', why: 'met' }]);
  });

  test('a year ahead to the minute, and 12 hours to the minute, are taken', () => {
    const year = ReferralLife.received().book('a1', '2027-03-02 10:00');
    expect(year.at.stage).toBe('appointment-booked');
    const long = { ...slot('a1', '2026-03-12 08:00'), endsAt: local('2026-03-12 20:00') };
    expect(ReferralLife.received().do('book-appointment', long).at.stage).toBe('appointment-booked');
  });

  test('without an id it takes that of the command', () => {
    const { appointmentId: _id, ...rest } = slot('', '2026-03-12 14:00');
    const life = ReferralLife.received();
    life.do('book-appointment', rest, { commandId: 'request-7' });
    expect(life.at.appointments).toMatchObject([{ appointmentId: 'request-7' }]);
  });

  test.each([
    ['in the past', slot('a1', '2026-03-02 09:00'), 'before-the-start'],
    ['at this very moment', slot('a1', '2026-03-02 10:00'), 'before-the-start'],
    ['more than a year ahead', slot('a1', '2027-03-02 10:01'), 'condition-not-met'],
    [
      'that ends before it starts',
      { ...slot('a1', '2026-03-12 14:00'), endsAt: local('2026-03-12 13:59') },
      'before-the-start',
    ],
    [
      'that ends as it starts',
      { ...slot('a1', '2026-03-12 14:00'), endsAt: local('2026-03-12 14:00') },
      'before-the-start',
    ],
    [
      'of more than 12 hours',
      { ...slot('a1', '2026-03-12 14:00'), endsAt: local('2026-03-13 02:01') },
      'condition-not-met',
    ],
  ])('one %s is refused', (_name, data, code) => {
    expect(ReferralLife.received().refused('book-appointment', data).code).toBe(code);
  });

  test('the same again is already done, another one under the same id a conflict', () => {
    const life = ReferralLife.received().book('a1', '2026-03-12 14:00');
    expect(life.refused('book-appointment', slot('a1', '2026-03-12 14:00')).code).toBe('already-done');
    expect(life.refused('book-appointment', slot('a1', '2026-03-12 15:00')).code).toBe('conflict');
  });

  test('M73 the one still ahead is superseded, with its clocks: one appointment is ahead at most', () => {
    const life = ReferralLife.received().book('a1', '2026-03-12 14:00').book('a2', '2026-03-19 14:00');
    expect(life.at.appointments.map(({ status }) => status)).toEqual(['superseded', 'booked']);
    expect(life.at.deadlines.filter(({ ref }) => ref === 'a1')).toEqual([]);
    life.until(local('2026-03-19 13:00'));
    expect(life.intents).toMatchObject([{ appointmentId: 'a2' }]);
  });

  test('M73 one of another kind is not lost by a booking: it is named, or it stays', () => {
    const life = ReferralLife.received().book('a1', '2026-03-12 14:00');
    const assessment = { ...slot('a2', '2026-03-19 14:00'), kind: 'assessment' } as const;
    const refusal = life.refused('book-appointment', assessment);
    expect(refusal).toMatchObject({
      code: 'conflict',
      details: { field: 'replaces', appointmentId: 'a1', kind: 'first-meeting' },
    });
    expect(refusal.message).toContain('12 March 2026 at 14:00');
    life.do('book-appointment', { ...assessment, replaces: 'a1' });
    expect(life.ledger.at(-1)?.data).toMatchObject({ appointmentId: 'a2', supersedes: 'a1' });
    expect(life.ledger.at(-1)?.data).not.toHaveProperty('replaces');
    expect(life.at.appointments.map(({ status }) => status)).toEqual(['superseded', 'booked']);
  });

  test('a second click is harmless: what it was to bring about stands', () => {
    const life = ReferralLife.received().book('a1', '2026-03-12 14:00');
    const { appointmentId: _own, ...unnamed } = slot('', '2026-03-19 14:00');
    const assessment = { ...unnamed, kind: 'assessment', replaces: 'a1' } as const;
    life.do('book-appointment', assessment, { commandId: 'a2' });
    expect(life.refused('book-appointment', assessment)).toMatchObject({
      code: 'already-done',
      details: { appointmentId: 'a2' },
    });
    expect(life.refused('book-appointment', { ...assessment, appointmentId: 'a3' }).code).toBe(
      'already-done',
    );
    const plain = ReferralLife.received().do('book-appointment', unnamed, { commandId: 'a1' });
    expect(plain.refused('book-appointment', unnamed).code).toBe('already-done');
  });

  test.each([
    ['nobody knows', 'nothing', 'not-found', 'no such'],
    ['was moved', 'moved', 'conflict', 'in its place is the one on 13 March 2026 at 14:00 (a2)'],
    ['has begun', 'begun', 'condition-not-met', 'record what came'],
  ])('what replaces one that %s is refused', (_name, replaces, code, words) => {
    const life = ReferralLife.received().book('begun', '2026-03-03 14:00').until(local('2026-03-03 14:00'));
    life.book('moved', '2026-03-12 14:00').book('a2', '2026-03-13 14:00');
    const refusal = life.refused('book-appointment', { ...slot('a4', '2026-03-19 14:00'), replaces });
    expect([refusal.code, refusal.message]).toEqual([code, expect.stringContaining(words)]);
  });

  test('one that took place before it was entered replaces none that is ahead', () => {
    const life = ReferralLife.received().book('a1', '2026-03-20 14:00').until(local('2026-03-05 10:00'));
    const past = { ...slot('a0', '2026-03-04 14:00'), kind: 'assessment' } as const;
    const given = { occurredAt: local('2026-03-02 10:00') };
    expect(life.refused('book-appointment', { ...past, replaces: 'a1' }, given).code).toBe(
      'condition-not-met',
    );
  });

  test('one that has begun is not superseded: what came of it is still asked for', () => {
    const life = ReferralLife.received().book('a1', '2026-03-03 14:00').until(local('2026-03-03 14:00'));
    life.book('a2', '2026-03-10 14:00');
    expect(life.at.appointments.map(({ status }) => status)).toEqual(['booked', 'booked']);
    life.until(local('2026-03-05 00:00'));
    expect(life.at.attention).toMatchObject([{ code: 'feedback-missing', ref: 'a1' }]);
  });

  test('a booking entered late does not undo a later one', () => {
    const life = ReferralLife.received().until(local('2026-03-04 10:00')).book('a1', '2026-03-12 14:00');
    const refusal = life.refused('book-appointment', slot('a2', '2026-03-11 14:00'), {
      occurredAt: local('2026-03-03 10:00'),
    });
    expect(refusal.code).toBe('conflict');
  });

  test('M237 one that took place before it was entered can be recorded and sends nothing', () => {
    const life = ReferralLife.received().book('a1', '2026-03-20 14:00').until(local('2026-03-05 10:00'));
    life.book('a0', '2026-03-04 14:00', { occurredAt: local('2026-03-02 10:00') });
    expect(life.at.appointments.map(({ status }) => status)).toEqual(['booked', 'booked']);
    expect(life.at.deadlines.filter(({ rule }) => rule === 'reminder')).toMatchObject([{ ref: 'a1' }]);
    life.do('record-attendance', { appointmentId: 'a0', attendance: 'attended-and-remained' });
    expect(life.at.engagement?.at).toBe(local('2026-03-04 14:00'));
  });
});

describe('M86 the reminder', () => {
  test('one text, from the sending hours until the start, and only one', () => {
    const life = ReferralLife.received().book('a1', '2026-03-12 14:00').until(local('2026-03-12 15:00'));
    expect(life.intents).toEqual([
      {
        purpose: 'appointment-reminder',
        channel: 'sms',
        urgency: 4,
        notBefore: local('2026-03-11 09:00'),
        expiresAt: local('2026-03-12 14:00'),
        appointmentId: 'a1',
      },
    ]);
    expect(life.of('deadline-passed').at(0)).toMatchObject({
      data: { rule: 'reminder', due: local('2026-03-11 09:00') },
    });
  });

  test.each([
    ['of tomorrow, booked after 09:00', '2026-03-03 09:00', '2026-03-02 10:00'],
    ['of today', '2026-03-02 16:00', '2026-03-02 10:00'],
    ['whose reminder would be due at this very moment', '2026-03-03 09:30', '2026-03-02 09:00'],
  ])('one already past at booking is dropped: an appointment %s', (_name, starts, at) => {
    const life = ReferralLife.received({ receivedAt: local(at) });
    life.book('a1', starts);
    expect(life.clock('reminder')).toBeUndefined();
    expect(life.until(local('2026-03-04 00:00')).intents).toEqual([]);
  });

  test.each([
    ['summer', '2026-07-10 14:00', '2026-07-09T08:00:00.000Z'],
    ['the day before the change of March', '2026-03-30 08:30', '2026-03-29T08:00:00.000Z'],
    ['the day of the change of October', '2026-10-26 08:30', '2026-10-25T09:00:00.000Z'],
  ])('M85 09:00 is local: %s', (_name, starts, due) => {
    const life = ReferralLife.received({ receivedAt: local(`${starts.slice(0, 8)}02 10:00`) });
    expect(life.book('a1', starts).clock('reminder')?.due).toBe(due);
  });

  test.each([
    ['the appointment has begun', '2026-03-12 14:00'],
    ['the sending hours begin again too late', '2026-03-11 21:00', '2026-03-12 07:30'],
  ])('that passes late sends nothing when %s', (_name, wakes, starts = '2026-03-12 14:00') => {
    const life = ReferralLife.received().book('a1', starts).until(local('2026-03-10 12:00'));
    life.asleepUntil(local(wakes)).until(local(wakes));
    expect(life.clock('reminder')).toBeUndefined();
    expect(life.intents).toEqual([]);
  });

  test('M92 that passes late in the evening waits for the morning', () => {
    const life = ReferralLife.received().book('a1', '2026-03-12 14:00').until(local('2026-03-10 12:00'));
    life.asleepUntil(local('2026-03-11 21:00')).until(local('2026-03-11 21:00'));
    expect(life.intents).toMatchObject([{ notBefore: local('2026-03-12 08:00') }]);
  });

  // Another number may have come with another outcome, of which this referral does not hear.
  test('M88 a wrong number is judged at the moment of sending, not here', () => {
    const life = ReferralLife.received().book('a1', '2026-03-12 14:00').attempt('wrong-number');
    expect(life.until(local('2026-03-13 00:00')).intents).toMatchObject([{ appointmentId: 'a1' }]);
  });

  test('M239 nothing goes out when the case is found to have moved on as the clock passes', () => {
    const moved: ((life: ReferralLife) => Partial<ReferralLife['at']>)[] = [
      () => ({ textsStopped: true }),
      ({ at }) => ({ appointments: at.appointments.map((each) => ({ ...each, status: 'superseded' })) }),
      () => ({ appointments: [] }),
    ];
    for (const change of moved) {
      const life = ReferralLife.received().book('a1', '2026-03-12 14:00');
      life.state = { ...life.at, ...change(life) };
      expect(life.until(local('2026-03-12 13:00'))).toMatchObject({ intents: [] });
      expect(life.types).toContain('deadline-passed');
    }
  });

  test('M91 nothing goes out after attendance, closure or a miss', () => {
    for (const end of [
      (life: ReferralLife) => life.do('close-pathway', { reason: 'declined' }),
      (life: ReferralLife) =>
        life.do('record-attendance', { appointmentId: 'a1', attendance: 'provider-caused' }),
    ]) {
      const life = end(ReferralLife.received().book('a1', '2026-03-12 14:00'));
      expect(life.clock('reminder')).toBeUndefined();
      expect(life.until(local('2026-04-30 00:00')).intents).toEqual([]);
    }
  });
});

describe('recording attendance', () => {
  const afterFirst = (): ReferralLife =>
    ReferralLife.received().book('a1', '2026-03-05 14:00').until(local('2026-03-05 15:30'));

  test.each([
    ['attended-and-remained', 'held', 'engaged', []],
    ['attended-and-left', 'held', 'contacted', []],
    ['sent-away', 'held', 'contacted', []],
    ['absent', 'missed', 'awaiting-contact', ['appointment-to-rebook']],
    ['provider-caused', 'provider-caused', 'awaiting-contact', ['appointment-to-rebook']],
  ] as const)('%s: the appointment is %s, the stage %s', (attendance, status, stage, codes) => {
    const life = afterFirst().do('record-attendance', { appointmentId: 'a1', attendance });
    expect(life.at.appointments).toMatchObject([{ status, attendance }]);
    expect(life.at.stage).toBe(stage);
    expect(life.codes).toEqual(codes);
    expect(life.at.deadlines.filter(({ ref }) => ref === 'a1')).toEqual([]);
  });

  test('M16 who attended to the end has engaged, from the time of the appointment', () => {
    const life = afterFirst().do('record-attendance', {
      appointmentId: 'a1',
      attendance: 'attended-and-remained',
    });
    expect(life.types.slice(-2)).toEqual(['attendance-recorded', 'engagement-recorded']);
    expect(new Set(life.ledger.slice(-2).map(({ commandId }) => commandId)).size).toBe(1);
    expect(life.at.engagement).toEqual({
      at: local('2026-03-05 14:00'),
      evidence: { attended: local('2026-03-05 14:00') },
    });
    expect(life.at.contact.reachedAt).toBe(local('2026-03-05 14:00'));
  });

  test('M240 the same again is already done, a contradiction is a conflict, and the first stands', () => {
    const life = afterFirst().do('record-attendance', { appointmentId: 'a1', attendance: 'absent' });
    const again: AttendanceData = { appointmentId: 'a1', attendance: 'absent' };
    expect(life.refused('record-attendance', again).code).toBe('already-done');
    expect(
      life.refused('record-attendance', { ...again, attendance: 'attended-and-remained' }),
    ).toMatchObject({
      code: 'conflict',
      details: { attendance: 'absent' },
    });
  });

  test('another time of leaving is a contradiction too', () => {
    const data: AttendanceData = {
      appointmentId: 'a1',
      attendance: 'attended-and-left',
      leftAt: local('2026-03-05 14:20'),
    };
    const life = afterFirst().do('record-attendance', data);
    expect(life.refused('record-attendance', data).code).toBe('already-done');
    expect(life.refused('record-attendance', { ...data, leftAt: local('2026-03-05 14:21') }).code).toBe(
      'conflict',
    );
  });

  test('the clocks of a kept or missed appointment are met, those of a cancelled one end', () => {
    const why = (attendance: AttendanceData['attendance']) =>
      afterFirst().do('record-attendance', { appointmentId: 'a1', attendance }).of('attendance-recorded')[0]
        ?.cleared;
    expect(why('absent')).toEqual([{ id: 'feedback:a1:1', why: 'met' }]);
    expect(why('provider-caused')).toEqual([{ id: 'feedback:a1:1', why: 'ended' }]);
  });

  test.each([
    ['2026-03-05 14:00', '2026-03-05 15:30'],
    ['2026-03-05 15:00', '2026-03-05 15:30'],
    ['2026-03-05 14:20', '2026-03-05 14:20'],
  ])('leaving at %s, recorded at %s, is taken', (left, recorded) => {
    const life = ReferralLife.received().book('a1', '2026-03-05 14:00').until(local(recorded));
    const data = { appointmentId: 'a1', attendance: 'attended-and-left', leftAt: local(left) } as const;
    expect(life.do('record-attendance', data).at.appointments).toMatchObject([{ leftAt: local(left) }]);
  });

  test('a moved appointment is no next one: a miss asks for another', () => {
    const life = ReferralLife.received().book('a1', '2026-03-12 14:00').book('a2', '2026-03-05 14:00');
    life.until(local('2026-03-05 15:30'));
    expect(life.do('record-attendance', { appointmentId: 'a2', attendance: 'absent' }).codes).toEqual([
      'appointment-to-rebook',
    ]);
  });

  test.each<[string, AttendanceData, string]>([
    ['an unknown appointment', { appointmentId: 'a9', attendance: 'absent' }, 'not-found'],
    [
      'a time of leaving before the start',
      { appointmentId: 'a1', attendance: 'attended-and-left', leftAt: local('2026-03-05 13:59') },
      'before-the-start',
    ],
    [
      'a time of leaving after the end',
      { appointmentId: 'a1', attendance: 'sent-away', leftAt: local('2026-03-05 15:01') },
      'before-the-start',
    ],
    [
      'a time of leaving for who stayed',
      { appointmentId: 'a1', attendance: 'attended-and-remained', leftAt: local('2026-03-05 14:30') },
      'condition-not-met',
    ],
  ])('%s is refused', (_name, data, code) => {
    expect(afterFirst().refused('record-attendance', data).code).toBe(code);
  });

  test('nothing can be said before the start, except that the provider cannot hold it', () => {
    const life = ReferralLife.received().book('a1', '2026-03-05 14:00').until(local('2026-03-05 13:59'));
    for (const attendance of ['absent', 'attended-and-remained', 'attended-and-left', 'sent-away'] as const) {
      const refusal = life.refused('record-attendance', { appointmentId: 'a1', attendance });
      expect(refusal).toMatchObject({ code: 'before-the-start' });
      expect(refusal.message).toContain('5 March 2026 at 14:00');
    }
    life.do('record-attendance', { appointmentId: 'a1', attendance: 'provider-caused' });
  });

  test('an appointment that was moved or cancelled takes none', () => {
    const life = ReferralLife.received().book('a1', '2026-03-12 14:00').book('a2', '2026-03-19 14:00');
    const refusal = life.refused('record-attendance', { appointmentId: 'a1', attendance: 'provider-caused' });
    expect(refusal).toMatchObject({ code: 'conflict', details: { supersededBy: 'a2' } });
    expect(refusal.message).toBe(
      'This appointment was moved: in its place is the one on 19 March 2026 at 14:00 (a2).',
    );
    // However often it was moved, what stands now is named.
    life.book('a3', '2026-03-26 14:00');
    const data = { appointmentId: 'a1', attendance: 'provider-caused' } as const;
    expect(life.refused('record-attendance', data).details).toMatchObject({ supersededBy: 'a3' });
  });

  test('a miss asks for nothing new when the next one is booked, and booking settles it', () => {
    const next = afterFirst().book('a2', '2026-03-12 14:00');
    next.do('record-attendance', { appointmentId: 'a1', attendance: 'absent' });
    expect(next).toMatchObject({ codes: [], at: { stage: 'appointment-booked' } });
    const missed = afterFirst().do('record-attendance', { appointmentId: 'a1', attendance: 'absent' });
    expect(missed.book('a2', '2026-03-12 14:00').codes).toEqual([]);
  });
});

describe('M72 the feedback clocks', () => {
  test('after one working day the caseworker is asked, after two the team lead; silence is no miss', () => {
    const life = ReferralLife.received().book('a1', '2026-03-06 14:00').until(local('2026-03-10 00:00'));
    expect(life.at.attention).toMatchObject([
      { code: 'feedback-missing', owner: 'ProviderWorker', ref: 'a1' },
    ]);
    life.until(local('2026-03-11 00:00'));
    expect(life.at.attention).toMatchObject([
      { code: 'feedback-overdue', owner: 'ProviderManager', ref: 'a1' },
    ]);
    life.until(local('2026-05-01 00:00'));
    expect(life.at.appointments).toMatchObject([{ status: 'booked', attendance: null }]);
    life.do('record-attendance', { appointmentId: 'a1', attendance: 'attended-and-remained' });
    expect(life.codes).toEqual([]);
  });

  test('durations are the policy', () => {
    const feedback = { ask: { unit: 'hours', count: 2 }, escalate: { unit: 'hours', count: 5 } } as const;
    const life = ReferralLife.received({ policy: { ...policy, feedback } }).book('a1', '2026-03-06 14:00');
    expect(life.clock('feedback')?.due).toBe(local('2026-03-06 17:00'));
    life.until(local('2026-03-06 17:00'));
    expect(life.clock('feedback-escalation')?.due).toBe(local('2026-03-06 20:00'));
  });
});
