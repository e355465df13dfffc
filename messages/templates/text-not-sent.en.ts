import type { AboutCase, EmailWords } from '../email-words.ts';

export function textNotSentEnglish({ reference }: AboutCase): EmailWords {
  return {
    subject: `Text not sent: ${reference}`,
    says: `A text could not be sent: ${reference}. Please reach the person in another way.`,
  };
}
