import type { AboutCase, EmailWords } from '../email-words.ts';

export function newReferralWelsh({ reference }: AboutCase): EmailWords {
  return {
    subject: `Atgyfeiriad newydd: ${reference}`,
    says: `Mae atgyfeiriad newydd wedi cyrraedd eich tîm: ${reference}. Derbyniwch ef, neu dywedwch pam na allwch.`,
  };
}
