import { describe, expect, test } from '@jest/globals';
import { judge } from '../../messages/judge.ts';
import type { SendingFacts } from '../../messages/judge.ts';
import { purposeRow } from '../../workflows/domain/common/message-purpose.ts';
import { sendable } from '../support/sending-facts.ts';

describe('B19 kept back by the gateway or by us for longer than the gateway itself would hold it', () => {
  const since = '2026-03-02T09:00:00.000Z';
  const leads = ['appointment-reminder-week', 'appointment-reminder'] as const;
  const reminders = leads.map((purpose) => ({
    purpose,
    before: { unit: 'days', count: 1 } as const,
    at: null,
  }));
  const several = { ...sendable.policy, reminders };
  const alone = { ...sendable.policy, reminders: reminders.slice(0, 1) };
  const judged = (purpose: string, at: string, policy: SendingFacts['policy'] = several) => {
    const row = purposeRow(purpose);
    const status = row === undefined ? 'booked' : row.appointment;
    const ahead = status === null ? null : { status, startsAt: '2026-03-09T14:30:00.000Z' };
    const facts = { ...sendable, purpose, policy, notBefore: since, expiresAt: '2026-03-09T14:30:00.000Z' };
    return judge({ ...facts, appointment: ahead, bookedFor: ['2026-03-09T14:30:00.000Z'] }, at);
  };
  const tenHours = '2026-03-02T19:00:00.000Z';
  const after = '2026-03-02T19:00:00.001Z';

  test.each(['referral-received', 'could-not-reach', 'appointment-missed', 'appointment-reminder-week'])(
    '%s is not handed over any more',
    (purpose) => {
      expect(judged(purpose, tenHours)).toMatchObject({ verdict: 'send' });
      expect(judged(purpose, after)).toEqual({ verdict: 'skip', reason: 'held-up' });
    },
  );

  test.each([
    'appointment-booked',
    'appointment-moved',
    'appointment-cancelled',
    'appointment-reminder',
    'appointment-reminder-morning',
    'page-link',
    'another',
  ])('%s still is, while it makes sense', (purpose) => {
    expect(judged(purpose, '2026-03-03T19:00:00.000Z')).toMatchObject({ verdict: 'send' });
  });

  test('the reminder a week before too, where it is the only one', () => {
    expect(judged('appointment-reminder-week', after, alone)).toMatchObject({ verdict: 'send' });
    expect(judged('appointment-reminder-week', after, sendable.policy)).toMatchObject({ verdict: 'send' });
  });

  test('the night between does not count', () => {
    const evening = { ...sendable, purpose: 'could-not-reach', appointment: null };
    const due = {
      ...evening,
      notBefore: '2026-03-02T19:30:00.000Z',
      expiresAt: '2026-03-09T14:30:00.000Z',
    };
    expect(judge(due, '2026-03-03T17:29:00.000Z')).toMatchObject({ verdict: 'send' });
    expect(judge(due, '2026-03-03T17:31:00.000Z')).toMatchObject({ reason: 'held-up' });
  });
});
