import type { LetterAppointment, LetterWords } from './letter-words.ts';

export function pleaseRingLetterEnglish({ phone }: Pick<LetterAppointment, 'phone'>): LetterWords {
  return {
    heading: 'Please ring us',
    says: [
      'We would like to speak to you, and could not reach you.',
      `Please ring us on ${phone}.`,
      'If you cannot ring, please write to the address at the top of this letter.',
    ],
  };
}
