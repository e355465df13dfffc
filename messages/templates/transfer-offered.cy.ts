import type { AboutCase, EmailWords } from '../email-words.ts';

export function transferOfferedWelsh({ reference }: AboutCase): EmailWords {
  return {
    subject: `Cynnig i'ch tîm: ${reference}`,
    says: `Mae tîm arall yn cynnig ${reference} i chi. Derbyniwch y cynnig, neu dywedwch pam na allwch.`,
  };
}
