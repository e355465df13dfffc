import { replyWords } from '../reply-words.ts';

/** `when` is the date and time in Welsh, softened as "on" and after "i": "ddydd Mawrth 3 Mawrth am 14:30". */
export function appointmentBookedWelsh(when: string): string {
  return `Mae gennych apwyntiad ${when}. ${replyWords.cy.confirmOrMove}`;
}
