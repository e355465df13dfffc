import type { AboutTime, EmailWords } from '../email-words.ts';

export function deadlineNearWelsh({ reference, when }: AboutTime): EmailWords {
  return {
    subject: `Dyddiad cau yn agos: ${reference}`,
    says: `Mae dyddiad cau yn agos: ${reference}, ${when}. Edrychwch beth sydd i'w wneud o hyd.`,
  };
}
