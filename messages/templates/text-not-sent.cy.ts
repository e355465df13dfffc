import type { AboutCase, EmailWords } from '../email-words.ts';

export function textNotSentWelsh({ reference }: AboutCase): EmailWords {
  return {
    subject: `Neges destun heb ei hanfon: ${reference}`,
    says: `Nid oedd modd anfon neges destun: ${reference}. Ceisiwch gyrraedd y person mewn ffordd arall.`,
  };
}
