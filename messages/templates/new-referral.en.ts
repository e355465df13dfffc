import type { AboutCase, EmailWords } from '../email-words.ts';

export function newReferralEnglish({ reference }: AboutCase): EmailWords {
  return {
    subject: `New referral: ${reference}`,
    says: `A new referral has come to your team: ${reference}. Please take it on, or say why not.`,
  };
}
