import { replyWords } from '../reply-words.ts';

/** `when` is the date and time in English: "Tuesday 3 March at 14:30". */
export function appointmentCancelledEnglish(when: string): string {
  return `Your appointment on ${when} is cancelled. You do not need to come then. ${replyWords.en.moveOnly}`;
}
