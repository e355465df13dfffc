import { before } from './duration.ts';
import { isBefore } from './instant.ts';
import type { Instant } from './instant.ts';
import { instantAt, localParts } from './london-time.ts';
import type { MessageIntent } from './message-intent.ts';
import { messagePurposes } from './message-purpose.ts';
import type { ReminderPurpose } from './message-purpose.ts';
import type { MessagePolicy, ReminderLead } from './policy.ts';
import { earliestSending } from './sending-hours.ts';

/** The clocks that bring reminders; both paths have them. */
export const reminderRules = ['reminder', 'reminder-week', 'reminder-morning'] as const;

export type ReminderRule = (typeof reminderRules)[number];

const ruleOf: Readonly<Record<ReminderPurpose, ReminderRule>> = {
  'appointment-reminder-week': 'reminder-week',
  'appointment-reminder': 'reminder',
  'appointment-reminder-morning': 'reminder-morning',
};

const purposeOf: Readonly<Record<ReminderRule, ReminderPurpose>> = {
  'reminder-week': 'appointment-reminder-week',
  reminder: 'appointment-reminder',
  'reminder-morning': 'appointment-reminder-morning',
};

export function isReminderRule(rule: string | undefined): rule is ReminderRule {
  return rule !== undefined && (reminderRules as readonly string[]).includes(rule);
}

/** When the one reminder of a policy without several is due: so long before, moved to the fixed local time of that day. */
export function reminderDue(startsAt: Instant, { reminder }: Pick<MessagePolicy, 'reminder'>): Instant {
  return dueOf(startsAt, reminder);
}

/** When each reminder of an appointment is due, the ones that are over already included. */
export function remindersDue(
  startsAt: Instant,
  { reminder, reminders }: Pick<MessagePolicy, 'reminder' | 'reminders'>,
): { readonly rule: ReminderRule; readonly due: Instant }[] {
  return reminders === undefined
    ? [{ rule: 'reminder', due: dueOf(startsAt, reminder) }]
    : reminders.map((lead) => ({ rule: ruleOf[lead.purpose], due: dueOf(startsAt, lead) }));
}

/** Those that are still to come, and come before the appointment. */
export function remindersToCome(
  startsAt: Instant,
  policy: Pick<MessagePolicy, 'reminder' | 'reminders'>,
  now: Instant,
): { readonly rule: ReminderRule; readonly due: Instant }[] {
  return remindersDue(startsAt, policy).filter(({ due }) => isBefore(now, due) && isBefore(due, startsAt));
}

/**
 * The text that a clock brings, within the sending hours; undefined where they begin again too late.
 * @param urgency of the policies from before there were several, which kept each path's own
 */
export function reminderIntent(
  { rule, urgency }: { readonly rule: ReminderRule; readonly urgency: MessageIntent['urgency'] },
  { appointmentId, startsAt }: { readonly appointmentId: string; readonly startsAt: Instant },
  policy: MessagePolicy,
  now: Instant,
): MessageIntent | undefined {
  const notBefore = earliestSending(now, policy);
  if (!isBefore(notBefore, startsAt)) return undefined;
  const purpose = purposeOf[rule];
  return {
    ...{ purpose, channel: 'sms' },
    urgency: policy.reminders === undefined ? urgency : messagePurposes[purpose].urgency,
    ...{ notBefore, expiresAt: startsAt, appointmentId },
  };
}

function dueOf(startsAt: Instant, lead: Pick<ReminderLead, 'before' | 'at'>): Instant {
  const earlier = before(startsAt, lead.before);
  return lead.at === null ? earlier : instantAt(localParts(earlier).date, lead.at);
}
