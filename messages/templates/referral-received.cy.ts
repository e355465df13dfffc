import { replyWords } from '../reply-words.ts';

export function referralReceivedWelsh(): string {
  return `Mae eich manylion gennym a byddwn yn cysylltu â chi yn fuan am apwyntiad. ${replyWords.cy.sayWhen}`;
}
