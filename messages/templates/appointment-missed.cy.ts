import { replyWords } from '../reply-words.ts';

/** `when` is the date and time in Welsh, softened as "on" and after "i": "ddydd Mawrth 3 Mawrth am 14:30". */
export function appointmentMissedWelsh(when: string): string {
  return `Ni welsom chi yn eich apwyntiad ${when}. Os gwnaeth rhywbeth eich atal rhag dod, atebwch a dywedwch wrthym. ${replyWords.cy.moveOnly}`;
}
