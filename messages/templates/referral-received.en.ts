import { replyWords } from '../reply-words.ts';

export function referralReceivedEnglish(): string {
  return `We have your details and will contact you soon about an appointment. ${replyWords.en.sayWhen}`;
}
