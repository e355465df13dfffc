import type { LetterAppointment, LetterWords } from './letter-words.ts';

export function appointmentLetterEnglish({ when, place, phone }: LetterAppointment): LetterWords {
  return {
    heading: 'Your appointment',
    says: [
      `You have an appointment on ${when}.`,
      ...(place === null
        ? [
            `Please ring us on ${phone}. We will tell you where to come. Tell us then if you cannot come, or need another time.`,
          ]
        : [
            `The place is ${place}.`,
            `If you cannot come, or need another time, please ring us on ${phone}.`,
          ]),
    ],
  };
}
