import { replyWords } from '../reply-words.ts';

/** `when` is the date and time in English: "Tuesday 3 March at 14:30". */
export function appointmentReminderMorningEnglish(when: string): string {
  return `Remember your appointment on ${when}. ${replyWords.en.confirmOrMove}`;
}
