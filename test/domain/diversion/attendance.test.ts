import { describe, expect, test } from '@jest/globals';
import type { AttendanceData } from '../../../workflows/domain/diversion/commands.ts';
import { local, ReferralLife } from './referral-life.ts';

/** An appointment from 14:00 to 15:00, and it is half past three. */
const met = () => ReferralLife.received().book('a1', '2026-03-05 14:00').until(local('2026-03-05 15:30'));
const at = (time: string) => local(`2026-03-05 ${time}`);
const of = (data: Partial<AttendanceData>): AttendanceData => ({
  appointmentId: 'a1',
  attendance: 'attended-and-remained',
  ...data,
});

describe('who came late, and who ended the meeting', () => {
  test.each([
    ['a minute late', of({ arrivedAt: at('14:01') })],
    ['as it ended', of({ arrivedAt: at('15:00') })],
    [
      'and left',
      of({ attendance: 'attended-and-left', arrivedAt: at('14:20'), leftAt: at('14:20'), endedBy: 'person' }),
    ],
    ['and was sent away', of({ attendance: 'sent-away', arrivedAt: at('14:20'), endedBy: 'provider' })],
    ['left, and the worker ended it', of({ attendance: 'attended-and-left', endedBy: 'provider' })],
  ] as const)('is kept with the attendance: %s', (_name, data) => {
    const life = met().do('record-attendance', data);
    const { arrivedAt = null, endedBy = null } = data;
    expect(life.at.appointments).toMatchObject([{ status: 'held', arrivedAt, endedBy }]);
    expect(life.of('attendance-recorded').at(0)?.data).toMatchObject(data);
  });

  test('what was not said is not in the ledger', () => {
    const life = met().do('record-attendance', of({}));
    expect(life.of('attendance-recorded').at(0)?.data).toEqual({
      appointmentId: 'a1',
      attendance: 'attended-and-remained',
      leftAt: null,
      status: 'held',
    });
  });

  test.each([
    ['as it began, which is on time', of({ arrivedAt: at('14:00') }), 'before-the-start'],
    ['after the end', of({ arrivedAt: at('15:01') }), 'before-the-start'],
    [
      'after leaving',
      of({ attendance: 'attended-and-left', arrivedAt: at('14:21'), leftAt: at('14:20') }),
      'before-the-start',
    ],
    ['without having come', of({ attendance: 'absent', arrivedAt: at('14:10') }), 'condition-not-met'],
    [
      'where the provider could not hold it',
      of({ attendance: 'provider-caused', arrivedAt: at('14:10') }),
      'condition-not-met',
    ],
  ] as const)('no arrival %s', (_name, data, code) => {
    expect(met().refused('record-attendance', data).code).toBe(code);
  });

  test('no arrival that is still to come', () => {
    const life = ReferralLife.received().book('a1', '2026-03-05 14:00').until(at('14:10'));
    expect(life.refused('record-attendance', of({ arrivedAt: at('14:11') })).code).toBe('before-the-start');
    life.do('record-attendance', of({ arrivedAt: at('14:10') }));
  });

  test.each(['attended-and-remained', 'absent', 'provider-caused'] as const)(
    'nobody ended what was not ended early: %s',
    (attendance) => {
      const refusal = met().refused('record-attendance', of({ attendance, endedBy: 'person' }));
      expect(refusal.code).toBe('condition-not-met');
    },
  );

  test('edge case 51: the same again is already done; another arrival or another who ended it is a conflict', () => {
    const left = of({ attendance: 'attended-and-left', arrivedAt: at('14:10'), endedBy: 'person' });
    const life = met().do('record-attendance', left);
    expect(life.refused('record-attendance', left).code).toBe('already-done');
    const others: Partial<AttendanceData>[] = [
      { arrivedAt: at('14:11') },
      { endedBy: 'provider' },
      { leftAt: at('14:40') },
      { attendance: 'sent-away' },
    ];
    for (const other of others) {
      const refusal = life.refused('record-attendance', { ...left, ...other });
      expect(refusal.code).toBe('conflict');
      expect(refusal.message).toContain('correct-attendance');
    }
    const { endedBy: _endedBy, ...less } = left;
    expect(life.refused('record-attendance', less).code).toBe('conflict');
  });

  test('edge case 52: nothing before its time; never given, it is asked for and never a miss', () => {
    const life = ReferralLife.received().book('a1', '2026-03-05 14:00');
    expect(life.refused('record-attendance', of({ attendance: 'absent' })).code).toBe('before-the-start');
    life.until(local('2026-03-07 00:00'));
    expect(life.codes).toContain('feedback-missing');
    life.until(local('2026-03-10 00:00'));
    expect(life.at.attention).toMatchObject([
      { code: 'feedback-overdue', owner: 'ProviderManager', ref: 'a1' },
    ]);
    expect(life.at.appointments).toMatchObject([{ status: 'booked', attendance: null }]);
  });
});
