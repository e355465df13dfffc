import type { Language } from '../workflows/domain/common/contact-preference.ts';
import type { EmailPurpose, TextPurpose } from '../workflows/domain/common/message-purpose.ts';
import type { AboutCase, AboutProgress, AboutTime, EmailWords } from './email-words.ts';
import { appointmentBookedWelsh } from './templates/appointment-booked.cy.ts';
import { appointmentBookedEnglish } from './templates/appointment-booked.en.ts';
import { appointmentCancelledWelsh } from './templates/appointment-cancelled.cy.ts';
import { appointmentCancelledEnglish } from './templates/appointment-cancelled.en.ts';
import { appointmentMissedWelsh } from './templates/appointment-missed.cy.ts';
import { appointmentMissedEnglish } from './templates/appointment-missed.en.ts';
import { appointmentMovedWelsh } from './templates/appointment-moved.cy.ts';
import { appointmentMovedEnglish } from './templates/appointment-moved.en.ts';
import { appointmentReminderWelsh } from './templates/appointment-reminder.cy.ts';
import { appointmentReminderEnglish } from './templates/appointment-reminder.en.ts';
import { appointmentReminderMorningWelsh } from './templates/appointment-reminder-morning.cy.ts';
import { appointmentReminderMorningEnglish } from './templates/appointment-reminder-morning.en.ts';
import { appointmentReminderWeekWelsh } from './templates/appointment-reminder-week.cy.ts';
import { appointmentReminderWeekEnglish } from './templates/appointment-reminder-week.en.ts';
import { couldNotReachWelsh } from './templates/could-not-reach.cy.ts';
import { couldNotReachEnglish } from './templates/could-not-reach.en.ts';
import { deadlineNearWelsh } from './templates/deadline-near.cy.ts';
import { deadlineNearEnglish } from './templates/deadline-near.en.ts';
import { deadlinePassedWelsh } from './templates/deadline-passed.cy.ts';
import { deadlinePassedEnglish } from './templates/deadline-passed.en.ts';
import { missedAppointmentWelsh } from './templates/missed-appointment.cy.ts';
import { missedAppointmentEnglish } from './templates/missed-appointment.en.ts';
import { newReferralWelsh } from './templates/new-referral.cy.ts';
import { newReferralEnglish } from './templates/new-referral.en.ts';
import { onlineInvitationWelsh } from './templates/online-invitation.cy.ts';
import { onlineInvitationEnglish } from './templates/online-invitation.en.ts';
import { pageLinkWelsh } from './templates/page-link.cy.ts';
import { pageLinkEnglish } from './templates/page-link.en.ts';
import { referralProgressWelsh } from './templates/referral-progress.cy.ts';
import { referralProgressEnglish } from './templates/referral-progress.en.ts';
import { referralReceivedWelsh } from './templates/referral-received.cy.ts';
import { referralReceivedEnglish } from './templates/referral-received.en.ts';
import { textNotSentWelsh } from './templates/text-not-sent.cy.ts';
import { textNotSentEnglish } from './templates/text-not-sent.en.ts';
import { transferOfferedWelsh } from './templates/transfer-offered.cy.ts';
import { transferOfferedEnglish } from './templates/transfer-offered.en.ts';

type InBoth<T> = Readonly<Record<Language, T>>;

/** Where a code is typed in, and the code. */
export interface AboutCode {
  readonly link: string;
  readonly code: string;
}

/** What a text is told, and the words made of it. */
type TextTemplate =
  | { readonly tells: 'when'; readonly words: InBoth<(when: string) => string> }
  | { readonly tells: 'link'; readonly words: InBoth<(link: string) => string> }
  | { readonly tells: 'code'; readonly words: InBoth<(about: AboutCode) => string> }
  | { readonly tells: 'nothing'; readonly words: InBoth<() => string> };

type EmailTemplate =
  | { readonly tells: 'case'; readonly words: InBoth<(about: AboutCase) => EmailWords> }
  | { readonly tells: 'when'; readonly words: InBoth<(about: AboutTime) => EmailWords> }
  | { readonly tells: 'progress'; readonly words: InBoth<(about: AboutProgress) => EmailWords> };

/**
 * Templates are functions in files of their own, not text files read at start: a missing one, or one that
 * asks for a fact nobody gives, then fails the compiler and not the person.
 */
export const textTemplates: Readonly<Record<TextPurpose, TextTemplate>> = {
  'appointment-booked': {
    tells: 'when',
    words: { en: appointmentBookedEnglish, cy: appointmentBookedWelsh },
  },
  'appointment-moved': {
    tells: 'when',
    words: { en: appointmentMovedEnglish, cy: appointmentMovedWelsh },
  },
  'appointment-cancelled': {
    tells: 'when',
    words: { en: appointmentCancelledEnglish, cy: appointmentCancelledWelsh },
  },
  'appointment-reminder-week': {
    tells: 'when',
    words: { en: appointmentReminderWeekEnglish, cy: appointmentReminderWeekWelsh },
  },
  'appointment-reminder': {
    tells: 'when',
    words: { en: appointmentReminderEnglish, cy: appointmentReminderWelsh },
  },
  'appointment-reminder-morning': {
    tells: 'when',
    words: { en: appointmentReminderMorningEnglish, cy: appointmentReminderMorningWelsh },
  },
  'appointment-missed': {
    tells: 'when',
    words: { en: appointmentMissedEnglish, cy: appointmentMissedWelsh },
  },
  'could-not-reach': {
    tells: 'nothing',
    words: { en: couldNotReachEnglish, cy: couldNotReachWelsh },
  },
  'referral-received': {
    tells: 'nothing',
    words: { en: referralReceivedEnglish, cy: referralReceivedWelsh },
  },
  'page-link': {
    tells: 'link',
    words: { en: pageLinkEnglish, cy: pageLinkWelsh },
  },
  'online-invitation': {
    tells: 'code',
    words: { en: onlineInvitationEnglish, cy: onlineInvitationWelsh },
  },
};

export const emailTemplates: Readonly<Record<EmailPurpose, EmailTemplate>> = {
  'new-referral': {
    tells: 'case',
    words: { en: newReferralEnglish, cy: newReferralWelsh },
  },
  'missed-appointment': {
    tells: 'when',
    words: { en: missedAppointmentEnglish, cy: missedAppointmentWelsh },
  },
  'deadline-near': {
    tells: 'when',
    words: { en: deadlineNearEnglish, cy: deadlineNearWelsh },
  },
  'deadline-passed': {
    tells: 'when',
    words: { en: deadlinePassedEnglish, cy: deadlinePassedWelsh },
  },
  'transfer-offered': {
    tells: 'case',
    words: { en: transferOfferedEnglish, cy: transferOfferedWelsh },
  },
  'text-not-sent': {
    tells: 'case',
    words: { en: textNotSentEnglish, cy: textNotSentWelsh },
  },
  'referral-progress': {
    tells: 'progress',
    words: { en: referralProgressEnglish, cy: referralProgressWelsh },
  },
};
