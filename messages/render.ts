import type { Instant } from '../workflows/domain/common/instant.ts';
import { dateWords } from './date-words.ts';
import type { Language } from '../workflows/domain/common/contact-preference.ts';
import { appointmentReminderWelsh } from './templates/appointment-reminder.cy.ts';
import { appointmentReminderEnglish } from './templates/appointment-reminder.en.ts';

/** What the texts tell. Each has a template in every language; the compiler refuses a purpose that lacks one. */
export const messagePurposes = ['appointment-reminder'] as const;

export type MessagePurpose = (typeof messagePurposes)[number];

/**
 * The most that a text may be told. There is no name, provider or address here on purpose: the phone may
 * be shared and its lock screen read by others, so what must not be said never reaches a template.
 */
export interface MessageSubject {
  /** Start of the appointment. */
  readonly startsAt: Instant;
}

type Template = (subject: MessageSubject) => string;

/**
 * Templates are functions in files of their own, not text files read at start: a missing one, or one that
 * asks for a fact nobody gives, then fails the compiler and not the person.
 */
const templates: Readonly<Record<MessagePurpose, Readonly<Record<Language, Template>>>> = {
  'appointment-reminder': {
    en: ({ startsAt }) => appointmentReminderEnglish(dateWords('en', startsAt)),
    cy: ({ startsAt }) => appointmentReminderWelsh(dateWords('cy', startsAt)),
  },
};

/**
 * Texts that name no place, and lead to none: they may go where somebody may be in danger. A template that is to name one
 * takes its purpose out of this list.
 */
const withoutPlace: readonly MessagePurpose[] = ['appointment-reminder'];

/** false too for what is not known here. */
export function namesNoPlace(purpose: string): boolean {
  return (withoutPlace as readonly string[]).includes(purpose);
}

export function isMessagePurpose(text: string): text is MessagePurpose {
  return (messagePurposes as readonly string[]).includes(text);
}

/** @throws RangeError when `startsAt` is not an instant. */
export function render(purpose: MessagePurpose, language: Language, subject: MessageSubject): string {
  return templates[purpose][language](subject);
}
