import { replyWords } from '../reply-words.ts';

/** A blank and no full stop after the link: phones take what follows for a part of it. */
export function pageLinkEnglish(link: string): string {
  return `You can see your appointment here: ${link} The link is for you alone. ${replyWords.en.stopOnly}`;
}
