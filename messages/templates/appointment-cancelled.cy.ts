import { replyWords } from '../reply-words.ts';

/** `when` is the date and time in Welsh, softened as "on" and after "i": "ddydd Mawrth 3 Mawrth am 14:30". */
export function appointmentCancelledWelsh(when: string): string {
  return `Mae eich apwyntiad ${when} wedi'i ganslo. Nid oes angen i chi ddod bryd hynny. ${replyWords.cy.moveOnly}`;
}
