import { replyWords } from '../reply-words.ts';
import type { AboutCode } from '../template-table.ts';

/** A blank and no full stop after the link: phones take what follows for a part of it. */
export function onlineInvitationWelsh({ link, code }: AboutCode): string {
  return `Gallwch ddechrau ar-lein, pryd bynnag y mae'n gyfleus i chi: ${link} Eich cod yw ${code}, i chi yn unig. ${replyWords.cy.stopOnly}`;
}
