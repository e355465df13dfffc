import { replyWords } from '../reply-words.ts';

/** `when` is the date and time in English: "Tuesday 3 March at 14:30". */
export function appointmentReminderWeekEnglish(when: string): string {
  return `You have an appointment coming up on ${when}. ${replyWords.en.confirmOrMove}`;
}
