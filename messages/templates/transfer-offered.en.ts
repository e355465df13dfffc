import type { AboutCase, EmailWords } from '../email-words.ts';

export function transferOfferedEnglish({ reference }: AboutCase): EmailWords {
  return {
    subject: `Offered to your team: ${reference}`,
    says: `Another team offers you ${reference}. Please accept it, or say why not.`,
  };
}
