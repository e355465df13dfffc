import { replyWords } from '../reply-words.ts';

/** `when` is the date and time in English: "Tuesday 3 March at 14:30". */
export function appointmentMissedEnglish(when: string): string {
  return `We did not see you at your appointment on ${when}. If something stopped you from coming, reply and tell us. ${replyWords.en.moveOnly}`;
}
