import type { AboutTime, EmailWords } from '../email-words.ts';

export function deadlinePassedWelsh({ reference, when }: AboutTime): EmailWords {
  return {
    subject: `Dyddiad cau wedi mynd heibio: ${reference}`,
    says: `Aeth dyddiad cau heibio ${when}: ${reference}. Edrychwch beth sydd i'w wneud nawr.`,
  };
}
