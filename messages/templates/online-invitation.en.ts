import { replyWords } from '../reply-words.ts';
import type { AboutCode } from '../template-table.ts';

/** A blank and no full stop after the link: phones take what follows for a part of it. */
export function onlineInvitationEnglish({ link, code }: AboutCode): string {
  return `You can begin online, whenever it suits you: ${link} Your code is ${code}, for you alone. ${replyWords.en.stopOnly}`;
}
