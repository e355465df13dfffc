import { replyWords } from '../reply-words.ts';

/** `when` is the date and time in English: "Tuesday 3 March at 14:30". */
export function appointmentReminderEnglish(when: string): string {
  return `Reminder: you have an appointment on ${when}. ${replyWords.en.confirmOrMove}`;
}
