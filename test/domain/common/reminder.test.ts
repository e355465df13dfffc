import { expect, test } from '@jest/globals';
import { reminderDue } from '../../../workflows/domain/common/reminder.ts';

const hours = { sendFrom: '08:00', sendUntil: '20:00' };
const dayBefore = { ...hours, reminder: { before: { unit: 'days', count: 1 }, at: '09:00' } } as const;

test.each([
  ['in winter', '2026-03-05T14:00:00.000Z', '2026-03-04T09:00:00.000Z'],
  ['in summer', '2026-07-02T07:30:00.000Z', '2026-07-01T08:00:00.000Z'],
  ['the day before the clocks go forward', '2026-03-29T10:00:00.000Z', '2026-03-28T09:00:00.000Z'],
  ['the day the clocks go forward', '2026-03-30T10:00:00.000Z', '2026-03-29T08:00:00.000Z'],
  ['the day the clocks go back', '2026-10-26T10:00:00.000Z', '2026-10-25T09:00:00.000Z'],
  ['for 00:30 in summer, by the local day', '2026-07-01T23:30:00.000Z', '2026-07-01T08:00:00.000Z'],
])('a reminder is due at 09:00 local the day before: %s', (_name, startsAt, due) => {
  expect(reminderDue(startsAt, dayBefore)).toBe(due);
});

test('without a fixed time it is due exactly so long before', () => {
  const policy = { ...hours, reminder: { before: { unit: 'seconds', count: 10 }, at: null } } as const;
  expect(reminderDue('2026-03-05T14:00:00.000Z', policy)).toBe('2026-03-05T13:59:50.000Z');
});
