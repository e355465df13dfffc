import type { AboutTime, EmailWords } from '../email-words.ts';

export function deadlinePassedEnglish({ reference, when }: AboutTime): EmailWords {
  return {
    subject: `Deadline passed: ${reference}`,
    says: `A deadline passed on ${when}: ${reference}. Please see what is to be done now.`,
  };
}
