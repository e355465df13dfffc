import type { Language } from '../../workflows/domain/common/contact-preference.ts';
import { appointmentLetterWelsh } from './appointment.cy.ts';
import { appointmentLetterEnglish } from './appointment.en.ts';
import { pleaseRingLetterWelsh } from './please-ring.cy.ts';
import { pleaseRingLetterEnglish } from './please-ring.en.ts';

/** What a letter tells. Neither is a notice that the law asks for: those are handed over, in words of their own. */
export const letterPurposes = ['appointment', 'please-ring'] as const;

export type LetterPurpose = (typeof letterPurposes)[number];

/** What the letter about an appointment is told. */
export interface LetterAppointment {
  /** Weekday, day and time with the year, in the language of the letter. */
  readonly when: string;
  /** Only where it was recorded that it may be shown. */
  readonly place: string | null;
  /** To be rung. */
  readonly phone: string;
}

export interface LetterWords {
  readonly heading: string;
  /** Paragraphs. */
  readonly says: readonly string[];
}

export const letterWords = {
  appointment: { en: appointmentLetterEnglish, cy: appointmentLetterWelsh },
  'please-ring': { en: pleaseRingLetterEnglish, cy: pleaseRingLetterWelsh },
} as const satisfies {
  readonly appointment: Readonly<Record<Language, (about: LetterAppointment) => LetterWords>>;
  readonly 'please-ring': Readonly<
    Record<Language, (about: Pick<LetterAppointment, 'phone'>) => LetterWords>
  >;
};

/** What stands in every letter, whatever it tells. */
export const letterFrame = {
  en: {
    title: 'Letter',
    dear: 'Dear',
    yours: 'Yours sincerely',
    from: 'The appointments team',
    otherLanguage: 'Os hoffech gael llythyrau yn Gymraeg, rhowch wybod i ni pan fyddwch yn ffonio.',
    other: 'cy',
  },
  cy: {
    title: 'Llythyr',
    dear: 'Annwyl',
    yours: 'Yn gywir',
    from: 'Y tîm apwyntiadau',
    otherLanguage: 'If you would like letters in English, please tell us when you ring.',
    other: 'en',
  },
} as const satisfies Readonly<Record<Language, Readonly<Record<string, string>>>>;
