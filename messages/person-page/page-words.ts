import type { Language } from '../../workflows/domain/common/contact-preference.ts';
import { personPageWelsh } from './page-words.cy.ts';
import { personPageEnglish } from './page-words.en.ts';

/** Everything that the person's page says, besides its titles. */
export interface PageWords {
  /** Before the title, where something is to be put right. */
  readonly error: string;
  readonly problem: string;
  readonly year: {
    readonly why: string;
    readonly label: string;
    readonly hint: string;
    readonly malformed: string;
    readonly goOn: string;
    readonly notForYou: string;
    /** To see this page in the other language; in that language. */
    readonly inOther: string;
  };
  readonly appointment: {
    readonly when: (dateAndTime: string) => string;
    readonly place: string;
    readonly noPlace: string;
    readonly none: string;
    readonly confirmed: string;
    readonly cannotCome: string;
    readonly confirm: string;
    readonly askForAnother: string;
    readonly addToCalendar: string;
  };
  readonly language: {
    readonly heading: string;
    /** In the other language. */
    readonly change: string;
  };
  readonly texts: {
    readonly heading: string;
    readonly about: string;
    /** Where one is shown. */
    readonly aboutAppointment: string;
    readonly stop: string;
    readonly stopped: string;
  };
  /** The same of a link that never was, has ended, and of a year that is not theirs. */
  readonly ended: { readonly says: readonly string[]; readonly tryAgain: string };
  readonly tryLater: string;
}

export const pageWords: Readonly<Record<Language, PageWords>> = {
  en: personPageEnglish,
  cy: personPageWelsh,
};
