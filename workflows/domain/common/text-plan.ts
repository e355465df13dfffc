import type { Instant } from './instant.ts';
import type { MessageIntent } from './message-intent.ts';
import { isOfPath, isReminderPurpose, messagePurposes } from './message-purpose.ts';
import type { ReminderPurpose, TextPurpose } from './message-purpose.ts';
import type { PathwayKindName } from './pathway-kind.ts';
import { aheadIntent, missedIntent, textIntent } from './planned-message.ts';
import type { Slot } from './planned-message.ts';
import type { MessagePolicy } from './policy.ts';
import { reminderIntent, remindersToCome } from './reminder.ts';

/** What can be looked at before it is sent. */
export type PlannableText = {
  [P in TextPurpose]: (typeof messagePurposes)[P] extends { readonly madeAtSending: false } ? P : never;
}[TextPurpose];

export function isPlannable(purpose: TextPurpose): purpose is PlannableText {
  return !messagePurposes[purpose].madeAtSending;
}

/** What would be planned if now happened what the text tells of. `off`: this path, or this policy, sends no such text. */
export type TextPlan =
  | ({ readonly plan: 'planned' } & Pick<MessageIntent, 'notBefore' | 'expiresAt'>)
  | { readonly plan: 'off' }
  | { readonly plan: 'too-late' };

export interface ToldByText {
  readonly purpose: PlannableText;
  /** The appointment that the text is about; null: it is about none. */
  readonly slot: Slot | null;
  readonly kind: PathwayKindName;
}

/** @throws RangeError when the text is about an appointment and none is given */
export function planText(told: ToldByText, policy: MessagePolicy, now: Instant): TextPlan {
  if (!isSent(told, policy)) return { plan: 'off' };
  const [intent] = intentsOf(told, policy, now);
  if (intent === undefined) return { plan: 'too-late' };
  return { plan: 'planned', notBefore: intent.notBefore, expiresAt: intent.expiresAt };
}

function isSent({ purpose, kind }: ToldByText, { purposes = [], reminders }: MessagePolicy): boolean {
  if (isReminderPurpose(purpose)) {
    return reminders === undefined
      ? purpose === 'appointment-reminder'
      : reminders.some((lead) => lead.purpose === purpose);
  }
  return isOfPath(purpose, kind) && purposes.includes(purpose);
}

function intentsOf({ purpose, slot }: ToldByText, policy: MessagePolicy, now: Instant): MessageIntent[] {
  if (purpose === 'could-not-reach' || purpose === 'referral-received') {
    return textIntent(purpose, policy, now);
  }
  if (slot === null) throw new RangeError(`${purpose} is about an appointment`);
  if (isReminderPurpose(purpose)) return remindersOf(purpose, slot, policy, now);
  return purpose === 'appointment-missed'
    ? missedIntent(slot, policy, now)
    : aheadIntent(purpose, slot, policy, now);
}

/** As its clock brings it when it comes due. */
function remindersOf(
  purpose: ReminderPurpose,
  slot: Slot,
  policy: MessagePolicy,
  now: Instant,
): MessageIntent[] {
  return remindersToCome(slot.startsAt, policy, now)
    .map(({ rule, due }) => reminderIntent({ rule, urgency: 2 }, slot, policy, due))
    .filter((intent) => intent !== undefined)
    .filter((intent) => intent.purpose === purpose);
}
