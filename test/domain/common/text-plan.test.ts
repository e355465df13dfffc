import { describe, expect, test } from '@jest/globals';
import { withAllMessages } from '../../../workflows/domain/common/default-messages.ts';
import { isOfPath, messagePurposes, textPurposes } from '../../../workflows/domain/common/message-purpose.ts';
import { isPlannable, planText } from '../../../workflows/domain/common/text-plan.ts';
import type { MessagePurpose } from '../../../workflows/domain/common/message-purpose.ts';
import type { PlannableText } from '../../../workflows/domain/common/text-plan.ts';
import { defaultCompulsoryPolicy } from '../../../workflows/domain/compulsory/policy.ts';
import { defaultDiversionPolicy } from '../../../workflows/domain/diversion/policy.ts';

const now = '2026-03-02T10:00:00.000Z';
const slot = { appointmentId: 'a', startsAt: '2026-03-20T14:00:00.000Z' };
const before = defaultDiversionPolicy('force', 'programme', []);
const diversion = withAllMessages(before).messages;
const compulsory = withAllMessages(defaultCompulsoryPolicy('force', [])).messages;
const plannable = textPurposes.filter(isPlannable);

const ofReferral = (purpose: PlannableText, given = slot, policy = diversion, at = now) =>
  planText({ purpose, slot: given, kind: 'diversion' }, policy, at);

describe('M86 what would be planned now', () => {
  test.each(plannable)('%s leaves within its time', (purpose) => {
    const plan = ofReferral(purpose);
    if (plan.plan !== 'planned') throw new Error(plan.plan);
    expect(plan.notBefore >= now).toBe(true);
    expect(plan.expiresAt > plan.notBefore).toBe(true);
  });

  test('reminders wait for their day; once it is over they are not sent late', () => {
    expect(ofReferral('appointment-reminder-week')).toMatchObject({ notBefore: '2026-03-13T09:00:00.000Z' });
    const soon = { ...slot, startsAt: '2026-03-05T14:00:00.000Z' };
    expect(ofReferral('appointment-reminder-week', soon)).toEqual({ plan: 'too-late' });
    expect(ofReferral('appointment-reminder', soon)).toMatchObject({ notBefore: '2026-03-04T09:00:00.000Z' });
  });

  test('at night for the early morning nothing is left to plan', () => {
    const early = { ...slot, startsAt: '2026-03-03T07:30:00.000Z' };
    expect(ofReferral('appointment-booked', early, diversion, '2026-03-02T22:00:00.000Z')).toEqual({
      plan: 'too-late',
    });
  });

  test('what the policy, or the path, does not send is off', () => {
    for (const purpose of plannable) {
      const plan = ofReferral(purpose, slot, before.messages).plan;
      expect([purpose, plan]).toEqual([purpose, purpose === 'appointment-reminder' ? 'planned' : 'off']);
    }
    const everything = { ...compulsory, purposes: [...plannable] };
    for (const purpose of ['could-not-reach', 'referral-received'] as const) {
      expect(planText({ purpose, slot: null, kind: 'compulsory' }, everything, now)).toEqual({ plan: 'off' });
    }
  });

  test('what is about an appointment cannot be planned without one', () => {
    expect(() =>
      planText({ purpose: 'appointment-booked', slot: null, kind: 'diversion' }, diversion, now),
    ).toThrow(RangeError);
  });
});

test('what a policy with everything on sends is what the one table says of its path, and a preset stays as it was', () => {
  const appointments = ['booked', 'moved', 'cancelled', 'missed'].map((what) => `appointment-${what}`);
  expect(compulsory.purposes).toEqual([
    ...appointments,
    ...['new-referral', 'missed-appointment', 'deadline-passed', 'text-not-sent'],
  ]);
  expect(diversion.purposes).toEqual([
    ...appointments,
    ...['could-not-reach', 'referral-received', 'new-referral', 'missed-appointment', 'deadline-near'],
    ...['deadline-passed', 'transfer-offered', 'text-not-sent', 'referral-progress'],
  ]);
  for (const purpose of Object.keys(messagePurposes) as MessagePurpose[]) {
    expect(isOfPath(purpose, 'diversion')).toBe(true);
  }
});
