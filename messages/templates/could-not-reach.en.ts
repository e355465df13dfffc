import { replyWords } from '../reply-words.ts';

export function couldNotReachEnglish(): string {
  return `Sorry, we could not reach you. ${replyWords.en.sayWhen}`;
}
