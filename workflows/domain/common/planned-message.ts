import { after } from './duration.ts';
import type { Duration } from './duration.ts';
import { earliest } from './instant.ts';
import type { Instant } from './instant.ts';
import { addDaysToDate, localParts } from './london-time.ts';
import type { MessageIntent, Urgency } from './message-intent.ts';
import { messagePurposes } from './message-purpose.ts';
import type { MessagePurpose } from './message-purpose.ts';
import type { MessagePolicy } from './policy.ts';
import { earliestSending } from './sending-hours.ts';

/** How a message is planned whose purpose a policy has switched on. Own defaults; no source gives these lengths. */

/** Told later than this, it would only puzzle. */
const textGoodFor: Duration = { unit: 'days', count: 1 };
const emailGoodFor: Duration = { unit: 'days', count: 3 };

/** A week after a missed appointment there has been another word between the two, or nobody waits for one. */
export const missedGoodFor: Duration = { unit: 'days', count: 7 };

export interface Slot {
  readonly appointmentId: string;
  readonly startsAt: Instant;
}

/** About an appointment that is ahead. `also`: the time from which it was moved, which may be nearer. */
export function aheadIntent(
  purpose: 'appointment-booked' | 'appointment-moved' | 'appointment-cancelled',
  { appointmentId, startsAt }: Slot,
  policy: MessagePolicy,
  now: Instant,
  also?: Instant,
): MessageIntent[] {
  const starts = also === undefined || also > startsAt ? startsAt : also;
  const urgency = purpose === 'appointment-booked' ? 3 : byDay(starts, now);
  return text({ purpose, appointmentId, urgency, expiresAt: startsAt }, policy, now);
}

export function missedIntent(
  { appointmentId, startsAt }: Slot,
  policy: MessagePolicy,
  now: Instant,
): MessageIntent[] {
  const purpose = 'appointment-missed';
  const { urgency } = messagePurposes[purpose];
  const expiresAt = after(startsAt, missedGoodFor, []);
  return text({ purpose, appointmentId, urgency, expiresAt }, policy, now);
}

export function textIntent(
  purpose: 'could-not-reach' | 'referral-received',
  policy: MessagePolicy,
  now: Instant,
): MessageIntent[] {
  const { urgency } = messagePurposes[purpose];
  return text({ purpose, urgency, expiresAt: after(now, textGoodFor, []) }, policy, now);
}

/**
 * That a clock has passed, while that is news: what passed before its case came here, or while nothing ran for days, is
 * on the board, and many e-mails at once about long ago would hide the one about today.
 */
export function deadlineIntent(
  purpose: 'deadline-near' | 'deadline-passed',
  due: Instant,
  now: Instant,
): MessageIntent[] {
  return now > after(due, emailGoodFor, []) ? [] : [emailIntent(purpose, now)];
}

/** Longer than the engine tries to enrol them: the invitation waits for the access code (workflows/engine/deliveries.ts). */
const enrolledWithin: Duration = { unit: 'days', count: 3 };

/** An access code is asked for at any hour; the person is told in the sending hours, where they may be texted. */
export function onlineIntents(policy: MessagePolicy, now: Instant, mayText: boolean): MessageIntent[] {
  const expiresAt = after(now, enrolledWithin, []);
  const { urgency } = messagePurposes['online-enrolment'];
  return [
    { purpose: 'online-enrolment', channel: 'programme', urgency, notBefore: now, expiresAt },
    ...(mayText ? text({ purpose: 'online-invitation', urgency, expiresAt }, policy, now) : []),
  ];
}

/** To the page that shows the next appointment: of no use once that has begun. */
export function pageLinkIntent(
  { startsAt }: Pick<Slot, 'startsAt'>,
  policy: MessagePolicy,
  now: Instant,
): MessageIntent[] {
  const purpose = 'page-link';
  const { urgency } = messagePurposes[purpose];
  const expiresAt = earliest(startsAt, after(now, textGoodFor, []));
  return text({ purpose, urgency, expiresAt }, policy, now);
}

/** At any hour: it waits where it is read. */
export function emailIntent(
  purpose: MessagePurpose,
  now: Instant,
  about: { readonly appointmentId?: string } = {},
): MessageIntent {
  return {
    ...{ purpose, channel: 'email', urgency: messagePurposes[purpose].urgency },
    ...{ notBefore: now, expiresAt: after(now, emailGoodFor, []) },
    ...about,
  };
}

/**
 * Only what the policy has switched on, and of each (purpose, channel, appointment) the first: the ledger keeps one for
 * a command.
 */
export function switchedOn(
  intents: readonly MessageIntent[],
  { purposes = [] }: Pick<MessagePolicy, 'purposes'>,
): MessageIntent[] {
  const names = intents.map(({ purpose, channel, appointmentId = '' }) =>
    [purpose, channel, appointmentId].join(' '),
  );
  return intents.filter(
    ({ purpose }, index) =>
      (purposes as readonly string[]).includes(purpose) && names.indexOf(names[index] ?? '') === index,
  );
}

/**
 * Whether no text leaves before the person may set out to a time that no longer holds. A change of the same day waits for the
 * sending hours as everything does: what makes it urgent does not make it right to wake anybody, so a person rings.
 */
export function isTooLateToTell(comesAt: Instant, policy: MessagePolicy, now: Instant): boolean {
  return comesAt > now && earliestSending(now, policy) >= comesAt;
}

function text(
  about: Pick<MessageIntent, 'purpose' | 'urgency' | 'expiresAt' | 'appointmentId'>,
  policy: MessagePolicy,
  now: Instant,
): MessageIntent[] {
  const notBefore = earliestSending(now, policy);
  return notBefore < about.expiresAt ? [{ ...about, channel: 'sms', notBefore }] : [];
}

/** What is of today goes before what is of tomorrow, and that before the rest. */
function byDay(startsAt: Instant, now: Instant): Urgency {
  const { date } = localParts(startsAt);
  const today = localParts(now).date;
  if (date === today) return 1;
  return date === addDaysToDate(today, 1) ? 2 : 3;
}
