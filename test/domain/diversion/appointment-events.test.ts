import { expect, test } from '@jest/globals';
import { local, ReferralLife, slot } from './referral-life.ts';

test('M94 booked, moved, cancelled and missed are told apart, each with its appointment: what a text of its own goes by', () => {
  const life = ReferralLife.received().book('a1', '2026-03-12 14:00');
  const { startsAt, endsAt } = slot('', '2026-03-13 14:00');
  life.do(
    'reschedule-appointment',
    { appointmentId: 'a1', startsAt, endsAt, askedBy: 'person', reason: 'work' },
    { commandId: 'a2' },
  );
  life.do('cancel-appointment', { appointmentId: 'a2', askedBy: 'provider', reason: 'ill' });
  life.book('a3', '2026-03-16 10:00').until(local('2026-03-16 12:00'));
  life.do('record-attendance', { appointmentId: 'a3', attendance: 'absent' });

  expect(life.of('appointment-booked').map(({ data }) => data)).toMatchObject([
    { appointmentId: 'a1', startsAt: local('2026-03-12 14:00'), supersedes: null },
    { appointmentId: 'a2', startsAt, supersedes: 'a1', askedBy: 'person', reason: 'work' },
    { appointmentId: 'a3', supersedes: null },
  ]);
  expect(life.of('appointment-cancelled')).toMatchObject([
    { data: { appointmentId: 'a2', askedBy: 'provider', reason: 'ill' } },
  ]);
  expect(life.of('attendance-recorded')).toMatchObject([
    { data: { appointmentId: 'a3', attendance: 'absent', status: 'missed' } },
  ]);
});
