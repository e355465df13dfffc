import { allPurposes, isOfPath, isReminderPurpose, messagePurposes } from './message-purpose.ts';
import type { MessagePurpose } from './message-purpose.ts';
import type { PathwayKindName } from './pathway-kind.ts';
import type { Policy, ReminderLead } from './policy.ts';

/*
 * Own defaults, each for a force to set: no source gives when a text is best sent, or how many are too many. What is sent
 * besides the one reminder of the first versions came later, so it stands in a version of its own.
 */

/**
 * What a policy with everything on sends besides its reminders, as far as the path has it: not what is made at the sending,
 * which a force asks for by name or somebody sends when the person asks.
 */
export function ordinaryPurposes(kind: PathwayKindName): readonly MessagePurpose[] {
  return allPurposes.filter(
    (purpose) =>
      isOfPath(purpose, kind) && !isReminderPurpose(purpose) && !messagePurposes[purpose].madeAtSending,
  );
}

const reminders: readonly ReminderLead[] = [
  { purpose: 'appointment-reminder-week', before: { unit: 'days', count: 7 }, at: '09:00' },
  { purpose: 'appointment-reminder', before: { unit: 'days', count: 1 }, at: '09:00' },
  { purpose: 'appointment-reminder-morning', before: { unit: 'days', count: 0 }, at: '08:00' },
];

/** More in one day looks like pressing, and is not read. */
const perDay = 4;

const onlinePurposes = ['online-enrolment', 'online-invitation'] as const satisfies readonly MessagePurpose[];

/** The same version, with everybody who is routed into one of these programmes enrolled and invited. */
export function withOnlineProgrammes<P extends Policy>(policy: P, programmes: readonly string[]): P {
  const { purposes = [] } = policy.messages;
  return {
    ...policy,
    messages: {
      ...policy.messages,
      purposes: [...purposes, ...onlinePurposes],
      onlineProgrammes: programmes,
    },
  };
}

/** The next version of a policy of real days, with every message on that its path has. */
export function withAllMessages<P extends Policy>(policy: P): P {
  const purposes = ordinaryPurposes(policy.duty);
  return {
    ...policy,
    version: policy.version + 1,
    messages: { ...policy.messages, reminders, purposes, perDay },
  };
}

/** The same where a day lasts so many seconds; as many of its days fall on one real day, nothing is limited by the day. */
export function withAllMessagesScaled<P extends Policy>(policy: P, daySeconds: number): P {
  const { version, messages } = withAllMessages(policy);
  const { perDay: _realDays, ...unlimited } = messages;
  const scaled = [
    { purpose: 'appointment-reminder-week', before: { unit: 'seconds', count: 7 * daySeconds }, at: null },
    { purpose: 'appointment-reminder', before: { unit: 'seconds', count: daySeconds }, at: null },
    { purpose: 'appointment-reminder-morning', before: { unit: 'seconds', count: daySeconds / 4 }, at: null },
  ] as const satisfies readonly ReminderLead[];
  return { ...policy, version, messages: { ...unlimited, reminders: scaled } };
}
