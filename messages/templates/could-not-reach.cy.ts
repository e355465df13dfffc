import { replyWords } from '../reply-words.ts';

export function couldNotReachWelsh(): string {
  return `Mae'n ddrwg gennym nad oedd modd cysylltu â chi. ${replyWords.cy.sayWhen}`;
}
