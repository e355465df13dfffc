import type { AppointmentStatus } from './appointment.ts';
import type { Urgency } from './message-intent.ts';
import type { PathwayKindName } from './pathway-kind.ts';

/**
 * Whom a message is for: the person; staff of the provider, or who leads there; the officer who made the referral; the
 * online programme, a machine.
 */
export const messageAudiences = ['person', 'caseworker', 'team', 'manager', 'officer', 'programme'] as const;

export type MessageAudience = (typeof messageAudiences)[number];

export const messageChannels = ['sms', 'email', 'programme'] as const;

export type MessageChannel = (typeof messageChannels)[number];

export interface PurposeRow {
  readonly audience: MessageAudience;
  readonly channel: MessageChannel;
  /** As a rule; whoever plans the message may say that it concerns today (1) or tomorrow (2). */
  readonly urgency: Urgency;
  /**
   * How the appointment that the message is about must stand for its words to be true: once it stands otherwise, the
   * message is withdrawn. null: it is about none.
   */
  readonly appointment: Extract<AppointmentStatus, 'booked' | 'cancelled' | 'missed'> | null;
  /** It names a place, or links to where one may be shown: never sent where somebody may be in danger. */
  readonly namesPlace: boolean;
  /** The paths on which it has a meaning; why some have none of a duty says workflows/domain/compulsory/messaging.ts. */
  readonly paths: readonly PathwayKindName[];
  /** It holds something of this one sending, a link or a code: it cannot be shown before, and a force asks for it by name. */
  readonly madeAtSending: boolean;
}

const everywhere = ['diversion', 'compulsory'] as const satisfies readonly PathwayKindName[];
const plain = { appointment: null, namesPlace: false, paths: everywhere, madeAtSending: false } as const;
const ofReferral = { paths: ['diversion'] } as const satisfies Pick<PurposeRow, 'paths'>;

/**
 * Everything that is ever sent by itself. A message record keeps the code, so a code is never used again for something
 * else. When each is planned is said elsewhere; its words stand in messages/templates, and it cannot be sent without.
 * Which paths have it, and what a policy with everything on sends, is read from here alone, in this order.
 */
export const messagePurposes = {
  'appointment-booked': aboutAppointment('booked', 3),
  'appointment-moved': aboutAppointment('booked', 1),
  'appointment-cancelled': aboutAppointment('cancelled', 1),
  'appointment-reminder-week': aboutAppointment('booked', 5),
  // The day before: what is tomorrow goes before what is only booked.
  'appointment-reminder': aboutAppointment('booked', 2),
  'appointment-reminder-morning': aboutAppointment('booked', 1),
  'appointment-missed': aboutAppointment('missed', 4),
  'could-not-reach': { ...toPerson(4), ...ofReferral },
  'referral-received': { ...toPerson(4), ...ofReferral },
  'page-link': { ...toPerson(3), namesPlace: true, madeAtSending: true },
  // It leads to what the programme shows, which this system does not choose.
  'online-invitation': { ...toPerson(3), ...ofReferral, namesPlace: true, madeAtSending: true },

  'new-referral': toStaff('team', 4),
  'missed-appointment': { ...toStaff('caseworker', 3), appointment: 'missed' },
  'deadline-near': { ...toStaff('caseworker', 4), ...ofReferral },
  'deadline-passed': toStaff('caseworker', 3),
  'transfer-offered': { ...toStaff('team', 4), ...ofReferral },
  'text-not-sent': toStaff('caseworker', 3),

  'referral-progress': { ...toStaff('officer', 5), ...ofReferral },

  // The wish for an access code; the invitation waits for it.
  'online-enrolment': {
    ...{ audience: 'programme', channel: 'programme', urgency: 3, appointment: null, namesPlace: false },
    ...{ ...ofReferral, madeAtSending: true },
  },
} as const satisfies Readonly<Record<string, PurposeRow>>;

export type MessagePurpose = keyof typeof messagePurposes;

type PurposesBy<C extends MessageChannel> = {
  [P in MessagePurpose]: (typeof messagePurposes)[P] extends { readonly channel: C } ? P : never;
}[MessagePurpose];

/** What a text can tell; every text is for the person. */
export type TextPurpose = PurposesBy<'sms'>;

/** What an e-mail to somebody at work tells; to the person one tells what a text would (by-email.ts). */
export type EmailPurpose = PurposesBy<'email'>;

/** What is asked of the online programme, by its own protocol; it has no words. */
export type ProgrammePurpose = PurposesBy<'programme'>;

/** What a clock of its own brings, so long before the appointment as the policy says. */
export const reminderPurposes = [
  'appointment-reminder-week',
  'appointment-reminder',
  'appointment-reminder-morning',
] as const satisfies readonly TextPurpose[];

export type ReminderPurpose = (typeof reminderPurposes)[number];

export function isReminderPurpose(text: string): text is ReminderPurpose {
  return (reminderPurposes as readonly string[]).includes(text);
}

export const allPurposes = Object.keys(messagePurposes) as MessagePurpose[];

export const textPurposes: readonly TextPurpose[] = allPurposes.filter(isTextPurpose);

export const emailPurposes: readonly EmailPurpose[] = allPurposes.filter(isEmailPurpose);

export const programmePurposes: readonly ProgrammePurpose[] = allPurposes.filter(isProgrammePurpose);

export function isMessagePurpose(text: string): text is MessagePurpose {
  return Object.hasOwn(messagePurposes, text);
}

export function isTextPurpose(text: string): text is TextPurpose {
  return isMessagePurpose(text) && messagePurposes[text].channel === 'sms';
}

export function isEmailPurpose(text: string): text is EmailPurpose {
  return isMessagePurpose(text) && messagePurposes[text].channel === 'email';
}

export function isProgrammePurpose(text: string): text is ProgrammePurpose {
  return isMessagePurpose(text) && messagePurposes[text].channel === 'programme';
}

/** What the table says of it; undefined for a code that is not known here. */
export function purposeRow(purpose: string): PurposeRow | undefined {
  return isMessagePurpose(purpose) ? messagePurposes[purpose] : undefined;
}

/** What an appointment that is ahead no longer is: who is not told comes to the old time. */
export const changePurposes = [
  'appointment-moved',
  'appointment-cancelled',
] as const satisfies readonly TextPurpose[];

export function tellsOfChange(purpose: string): boolean {
  return (changePurposes as readonly string[]).includes(purpose);
}

/** Whether a pathway of this kind ever sends it. */
export function isOfPath(purpose: MessagePurpose, kind: PathwayKindName): boolean {
  const paths: readonly PathwayKindName[] = messagePurposes[purpose].paths;
  return paths.includes(kind);
}

function aboutAppointment<S extends NonNullable<PurposeRow['appointment']>>(
  appointment: S,
  urgency: Urgency,
) {
  return { ...toPerson(urgency), appointment };
}

function toPerson(urgency: Urgency) {
  return { audience: 'person', channel: 'sms', urgency, ...plain } as const;
}

/** They sign in to see more, and need the place. */
function toStaff<A extends MessageAudience>(audience: A, urgency: Urgency) {
  return { audience, channel: 'email', urgency, ...plain } as const;
}
