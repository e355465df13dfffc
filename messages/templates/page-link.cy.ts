import { replyWords } from '../reply-words.ts';

/** A blank and no full stop after the link: phones take what follows for a part of it. */
export function pageLinkWelsh(link: string): string {
  return `Gallwch weld eich apwyntiad yma: ${link} I chi yn unig y mae'r ddolen hon. ${replyWords.cy.stopOnly}`;
}
