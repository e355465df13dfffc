import type { AboutTime, EmailWords } from '../email-words.ts';

export function deadlineNearEnglish({ reference, when }: AboutTime): EmailWords {
  return {
    subject: `Deadline near: ${reference}`,
    says: `A deadline is near: ${reference}, on ${when}. Please see what is still to be done.`,
  };
}
