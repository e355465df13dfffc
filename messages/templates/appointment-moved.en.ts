import { replyWords } from '../reply-words.ts';

/** `when` is the date and time in English: "Tuesday 3 March at 14:30". */
export function appointmentMovedEnglish(when: string): string {
  return `Your appointment has moved to ${when}. ${replyWords.en.confirmOrMove}`;
}
