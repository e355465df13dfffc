import type { Language } from '../workflows/domain/common/contact-preference.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import { purposeRow } from '../workflows/domain/common/message-purpose.ts';
import type { EmailPurpose, TextPurpose } from '../workflows/domain/common/message-purpose.ts';
import { dateWords } from './date-words.ts';
import { emailText } from './email-words.ts';
import type {
  AboutCase,
  AboutProgress,
  AboutTime,
  CaseAddress,
  EmailWords,
  ReferralProgress,
} from './email-words.ts';
import { emailTemplates, textTemplates } from './template-table.ts';

/**
 * The most that a text may be told. There is no name, provider or address here on purpose: the phone may
 * be shared and its lock screen read by others, so what must not be said never reaches a template.
 */
export interface MessageSubject {
  /** Start of the appointment. */
  readonly startsAt?: Instant | null;
  /** Of the person's page, or where the code is typed in. */
  readonly link?: string | null;
  /** The person's own code. */
  readonly code?: string | null;
}

/**
 * The words of a text.
 * @throws RangeError when the purpose tells a time, a link or a code that is not given, or `startsAt` is not an instant.
 */
export function render(purpose: TextPurpose, language: Language, subject: MessageSubject): string {
  const { tells, words } = textTemplates[purpose];
  switch (tells) {
    case 'when':
      return words[language](dateWords(language, given(purpose, 'startsAt', subject.startsAt)));
    case 'link':
      return words[language](given(purpose, 'link', subject.link));
    case 'code':
      return words[language]({
        link: given(purpose, 'link', subject.link),
        code: given(purpose, 'code', subject.code),
      });
    case 'nothing':
      return words[language]();
  }
}

/**
 * The words of a text that only the person may use, without what lets whoever has it in: the link to their page, or their
 * code. null: the text has neither.
 */
export function withoutKey(purpose: TextPurpose, language: Language): string | null {
  const { tells } = textTemplates[purpose];
  return tells === 'link' || tells === 'code' ? render(purpose, language, { link: '…', code: '…' }) : null;
}

/** What an e-mail to somebody at work may be told. */
export interface EmailSubject extends AboutCase, CaseAddress {
  /** The appointment that was missed, or the deadline. */
  readonly at?: Instant | null;
  readonly progress?: ReferralProgress | null;
}

export interface RenderedEmail {
  /** One line. */
  readonly subject: string;
  /** Plain text. */
  readonly text: string;
}

/**
 * The words of an e-mail.
 * @throws RangeError when the purpose tells a time or a progress that is not given, or `at` is not an instant.
 */
export function renderEmail(purpose: EmailPurpose, language: Language, subject: EmailSubject): RenderedEmail {
  const words = emailWords(purpose, language, subject);
  // A reference is ours and one line; were it ever not, it must not begin a header of its own.
  return {
    subject: words.subject.replaceAll(/\s+/g, ' '),
    text: emailText(language, words, subject),
  };
}

function emailWords(purpose: EmailPurpose, language: Language, subject: EmailSubject): EmailWords {
  const { reference } = subject;
  const { tells, words } = emailTemplates[purpose];
  switch (tells) {
    case 'case':
      return words[language]({ reference } satisfies AboutCase);
    case 'when': {
      const when = dateWords(language, given(purpose, 'at', subject.at));
      return words[language]({ reference, when } satisfies AboutTime);
    }
    case 'progress': {
      const progress = given(purpose, 'progress', subject.progress);
      return words[language]({ reference, progress } satisfies AboutProgress);
    }
  }
}

/** Texts that name no place, and lead to none: they may go where somebody may be in danger. false too for what is not known here. */
export function namesNoPlace(purpose: string): boolean {
  return purposeRow(purpose)?.namesPlace === false;
}

function given<T>(purpose: string, name: string, value: T | null | undefined): T {
  if (value === null || value === undefined)
    throw new RangeError(`${purpose} tells ${name}, which is not given`);
  return value;
}
