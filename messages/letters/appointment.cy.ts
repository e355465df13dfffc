import type { LetterAppointment, LetterWords } from './letter-words.ts';

export function appointmentLetterWelsh({ when, place, phone }: LetterAppointment): LetterWords {
  return {
    heading: 'Eich apwyntiad',
    says: [
      `Mae gennych apwyntiad ${when}.`,
      ...(place === null
        ? [
            `Ffoniwch ni ar ${phone}. Byddwn yn dweud wrthych ble i ddod. Rhowch wybod i ni bryd hynny os na allwch ddod, neu os oes angen amser arall arnoch.`,
          ]
        : [
            `Y lleoliad yw ${place}.`,
            `Os na allwch ddod, neu os oes angen amser arall arnoch, ffoniwch ni ar ${phone}.`,
          ]),
    ],
  };
}
