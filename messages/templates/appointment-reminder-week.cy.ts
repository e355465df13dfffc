import { replyWords } from '../reply-words.ts';

/** `when` is the date and time in Welsh, softened as "on" and after "i": "ddydd Mawrth 3 Mawrth am 14:30". */
export function appointmentReminderWeekWelsh(when: string): string {
  return `Mae gennych apwyntiad yn fuan, ${when}. ${replyWords.cy.confirmOrMove}`;
}
