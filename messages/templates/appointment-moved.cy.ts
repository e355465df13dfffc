import { replyWords } from '../reply-words.ts';

/** `when` is the date and time in Welsh, softened as "on" and after "i": "ddydd Mawrth 3 Mawrth am 14:30". */
export function appointmentMovedWelsh(when: string): string {
  return `Mae eich apwyntiad wedi symud i ${when}. ${replyWords.cy.confirmOrMove}`;
}
