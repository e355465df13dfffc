import type { LetterAppointment, LetterWords } from './letter-words.ts';

export function pleaseRingLetterWelsh({ phone }: Pick<LetterAppointment, 'phone'>): LetterWords {
  return {
    heading: 'Ffoniwch ni, os gwelwch yn dda',
    says: [
      'Hoffem siarad â chi, ac nid oedd modd cysylltu â chi.',
      `Ffoniwch ni ar ${phone}, os gwelwch yn dda.`,
      "Os na allwch ffonio, ysgrifennwch i'r cyfeiriad ar frig y llythyr hwn.",
    ],
  };
}
