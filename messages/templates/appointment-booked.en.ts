import { replyWords } from '../reply-words.ts';

/** `when` is the date and time in English: "Tuesday 3 March at 14:30". */
export function appointmentBookedEnglish(when: string): string {
  return `You have an appointment on ${when}. ${replyWords.en.confirmOrMove}`;
}
