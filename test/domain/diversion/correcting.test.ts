import { describe, expect, test } from '@jest/globals';
import type { Attendance } from '../../../workflows/domain/common/appointment.ts';
import type { CorrectAttendanceData } from '../../../workflows/domain/diversion/commands.ts';
import { local, receipt, ReferralLife } from './referral-life.ts';

const start = local('2026-03-05 14:00');
const now = local('2026-03-05 15:30');

const to = (attendance: Attendance, change: Partial<CorrectAttendanceData> = {}): CorrectAttendanceData => ({
  appointmentId: 'a1',
  attendance,
  reason: 'wrong-person',
  ...change,
});

/** Met once, with this attendance recorded, and nothing else. */
function recorded(attendance: Attendance, life = ReferralLife.received()): ReferralLife {
  life.book('a1', '2026-03-05 14:00').until(now);
  return life.do('record-attendance', { appointmentId: 'a1', attendance });
}

describe('M203 a mistake in an attendance', () => {
  test('both records stay, with the reason; the second counts', () => {
    const life = recorded('absent').do(
      'correct-attendance',
      to('attended-and-left', {
        leftAt: local('2026-03-05 14:30'),
        arrivedAt: local('2026-03-05 14:05'),
        endedBy: 'provider',
      }),
    );
    expect(life.of('attendance-recorded')).toHaveLength(1);
    expect(life.of('attendance-corrected').at(0)).toMatchObject({
      occurredAt: now,
      data: { was: 'absent', attendance: 'attended-and-left', status: 'held', reason: 'wrong-person' },
    });
    expect(life.at.appointments).toMatchObject([
      {
        attendance: 'attended-and-left',
        status: 'held',
        leftAt: local('2026-03-05 14:30'),
        arrivedAt: local('2026-03-05 14:05'),
        endedBy: 'provider',
      },
    ]);
  });

  test.each(['absent', 'provider-caused'] as const)(
    'an engagement that rested on it alone falls away, and somebody tries again: %s',
    (attendance) => {
      const life = recorded('attended-and-remained').do('correct-attendance', to(attendance));
      expect(life.at).toMatchObject({
        engagement: null,
        contact: { reachedAt: null },
        stage: 'awaiting-contact',
      });
      expect(life.of('attendance-corrected').at(0)?.data).toMatchObject({
        engagement: null,
        reachedAt: null,
      });
      expect(life.at.attention).toMatchObject([{ code: 'appointment-to-rebook', since: now }]);
      expect(life.clock('booking')).toBeUndefined();
      expect(life.clock('closure')).toBeDefined();
      life.until(local('2026-06-10 10:00'));
      expect(life.at.closure?.reason).toBe('not-engaged-in-time');
    },
  );

  test('who came and did not remain was reached, and a booking is waited for', () => {
    const life = recorded('attended-and-remained').do('correct-attendance', to('attended-and-left'));
    expect(life.at).toMatchObject({ engagement: null, contact: { reachedAt: start }, stage: 'contacted' });
    expect(life.clock('booking')).toMatchObject({ start });
    expect(life.codes).toEqual([]);
    life.do('correct-attendance', to('absent'));
    expect(life.clock('booking')).toBeUndefined();
    expect(life.codes).toEqual(['appointment-to-rebook']);
  });

  test.each([
    [
      'other evidence',
      (life: ReferralLife) => life.do('record-engagement', { evidence: 'logged-in' }),
      { at: now, evidence: { 'logged-in': now } },
    ],
    [
      'being seen by itself, before',
      (life: ReferralLife) => life.do('record-engagement', { evidence: 'attended' }, { occurredAt: receipt }),
      { at: receipt, evidence: { attended: receipt } },
    ],
    [
      'a second meeting',
      (life: ReferralLife) => {
        life.book('a2', '2026-03-09 14:00').until(local('2026-03-09 15:30'));
        return life.do('record-attendance', { appointmentId: 'a2', attendance: 'attended-and-remained' });
      },
      { at: local('2026-03-09 14:00'), evidence: { attended: local('2026-03-09 14:00') } },
    ],
    [
      'the assessment',
      (life: ReferralLife) => {
        life.until(local('2026-03-09 15:30'));
        return life.do('record-assessment', { substances: ['cannabis'], result: 'suitable' });
      },
      { at: local('2026-03-09 15:30'), evidence: { attended: local('2026-03-09 15:30') } },
    ],
  ] as const)('an engagement that rests on %s too stands with its date', (_name, act, engagement) => {
    const life = act(recorded('attended-and-remained')).do('correct-attendance', to('absent'));
    expect(life.at.engagement).toEqual(engagement);
    expect(life.at.contact.reachedAt).toBe(engagement.at);
  });

  test.each([
    ['one-to-one', { attended: local('2026-03-09 15:30') }],
    ['online', { 'logged-in': local('2026-03-09 15:30') }],
  ] as const)('a session of treatment stands as what it is: %s', (kind, evidence) => {
    const life = recorded('attended-and-remained').until(local('2026-03-09 15:30'));
    const already = { type: 'psychosocial', prescribed: false } as const;
    life.do('start-treatment', { already }, { commandId: 'm1' });
    life.do('record-treatment-session', { modalityId: 'm1', kind, result: 'attended' });
    life.do('correct-attendance', to('absent'));
    expect(life.at.engagement?.evidence).toEqual({ ...evidence, other: receipt });
    expect(life.at.stage).toBe('in-treatment');
  });

  test('what was seen later and recorded first is not forgotten', () => {
    const life = ReferralLife.received().book('a1', '2026-03-05 14:00').until(local('2026-03-06 10:00'));
    life.do('record-engagement', { evidence: 'attended' });
    life.do('record-attendance', { appointmentId: 'a1', attendance: 'attended-and-remained' });
    expect(life.at.engagement?.at).toBe(start);
    life.do('correct-attendance', to('absent'));
    expect(life.at.engagement?.at).toBe(local('2026-03-06 10:00'));
  });

  test('who was spoken to before stays reached', () => {
    const life = recorded('attended-and-remained', ReferralLife.received().attempt('reached'));
    life.do('correct-attendance', to('absent'));
    expect(life.at).toMatchObject({ contact: { reachedAt: receipt }, stage: 'contacted' });
    const later = recorded('attended-and-remained').attempt('reached').do('correct-attendance', to('absent'));
    expect(later.at.contact.reachedAt).toBe(now);
  });

  test.each(['absent', 'provider-caused', 'attended-and-left', 'sent-away'] as const)(
    'attended after all: the engagement is recorded as of the meeting, and nobody books anew: %s',
    (was) => {
      const life = recorded(was).do('correct-attendance', to('attended-and-remained'));
      expect(life.types.slice(-2)).toEqual(['attendance-corrected', 'engagement-recorded']);
      expect(life.at).toMatchObject({ stage: 'engaged', engagement: { at: start } });
      expect(life.codes).toEqual([]);
      expect(life.clock('booking')).toBeUndefined();
    },
  );

  test.each([
    ['absent', 'provider-caused'],
    ['provider-caused', 'absent'],
  ] as const)('from %s to %s it changes whose doing it was, and nothing else', (was, now_) => {
    const life = recorded(was);
    const { deadlines, attention } = life.at;
    life.do('correct-attendance', to(now_));
    expect(life.at.appointments).toMatchObject([
      { status: now_ === 'absent' ? 'missed' : 'provider-caused' },
    ]);
    expect(life.at).toMatchObject({ deadlines, attention });
    life.book('a2', '2026-03-12 14:00').do('correct-attendance', to(was));
    expect(life.codes).toEqual([]);
  });

  test('who has not engaged after all, and left the next meeting early, is to be booked in', () => {
    const life = ReferralLife.received();
    for (const [id, day, attendance] of [
      ['a1', '04', 'attended-and-remained'],
      ['a2', '06', 'attended-and-left'],
    ] as const) {
      life.book(id, `2026-03-${day} 10:00`).until(local(`2026-03-${day} 12:00`));
      life.do('record-attendance', { appointmentId: id, attendance });
    }
    expect(life.clock('booking')).toBeUndefined();
    life.do('correct-attendance', { appointmentId: 'a1', attendance: 'absent', reason: 'wrong-person' });
    expect(life.at).toMatchObject({ stage: 'contacted', engagement: null, attention: [] });
    expect(life.clock('booking')).toMatchObject({ start: local('2026-03-06 12:00') });
  });

  test('a miss that is overtaken by the next appointment asks for nothing, and its correction settles nothing', () => {
    const twice = recorded('attended-and-remained')
      .book('a2', '2026-03-09 14:00')
      .until(local('2026-03-09 15:30'));
    twice.do('record-attendance', { appointmentId: 'a2', attendance: 'attended-and-remained' });
    expect(twice.do('correct-attendance', to('absent')).codes).toEqual([]);
    const missed = recorded('absent').book('a2', '2026-03-09 14:00').until(local('2026-03-09 15:30'));
    missed.do('record-attendance', { appointmentId: 'a2', attendance: 'absent' });
    missed.do('correct-attendance', to('attended-and-remained'));
    expect(missed.codes).toEqual(['appointment-to-rebook']);
  });

  test('to what stands already it is already done, also after a correction', () => {
    const life = recorded('absent');
    expect(life.refused('correct-attendance', to('absent')).code).toBe('already-done');
    life.do('correct-attendance', to('attended-and-remained'));
    expect(life.refused('correct-attendance', to('attended-and-remained')).code).toBe('already-done');
    life.do('correct-attendance', to('absent'));
  });

  test('edge case 51: a second one with other facts is a correction too, and never an overwrite', () => {
    const life = recorded('absent').do('correct-attendance', to('attended-and-left'));
    life.do('correct-attendance', to('sent-away', { reason: 'new-information' }), { userId: 'user-2' });
    expect(life.of('attendance-corrected').map(({ data }) => data)).toMatchObject([
      { was: 'absent', attendance: 'attended-and-left' },
      { was: 'attended-and-left', attendance: 'sent-away' },
    ]);
  });

  test('what is unknown, not recorded, moved, in the wrong order or impossible is refused', () => {
    const life = recorded('absent');
    expect(life.refused('correct-attendance', to('sent-away', { appointmentId: 'a9' })).code).toBe(
      'not-found',
    );
    const impossible = to('attended-and-left', { leftAt: local('2026-03-05 15:20') });
    expect(life.refused('correct-attendance', impossible).code).toBe('before-the-start');
    const open = ReferralLife.received().book('a1', '2026-03-05 14:00').until(now);
    expect(open.refused('correct-attendance', to('absent')).code).toBe('condition-not-met');
    const off = ReferralLife.received().book('a1', '2026-03-05 14:00').book('a2', '2026-03-06 14:00');
    expect(off.until(now).refused('correct-attendance', to('absent')).code).toBe('conflict');
    const late = ReferralLife.received().book('a1', '2026-03-05 14:00').until(local('2026-03-06 15:30'));
    late.do('record-attendance', { appointmentId: 'a1', attendance: 'absent' });
    const before = { occurredAt: local('2026-03-05 16:00') };
    expect(late.refused('correct-attendance', to('sent-away'), before).code).toBe('before-the-start');
  });

  test.each(['attended-and-remained', 'absent'] as const)(
    'edge case 42: after the closure it is noted and never opens the referral by itself: was %s',
    (was) => {
      const life = recorded(was).do('close-pathway', {
        reason: was === 'absent' ? 'disengaged' : 'engaged-then-ended',
      });
      const { closure, deadlines } = life.at;
      life.do('correct-attendance', to(was === 'absent' ? 'attended-and-remained' : 'absent'));
      expect(life.types.at(-1)).toBe('attendance-corrected');
      expect(life.at).toMatchObject({ stage: 'closed', closure, deadlines, attention: [], engagement: null });
    },
  );
});
