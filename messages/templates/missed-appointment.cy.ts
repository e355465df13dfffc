import type { AboutTime, EmailWords } from '../email-words.ts';

export function missedAppointmentWelsh({ reference, when }: AboutTime): EmailWords {
  return {
    subject: `Apwyntiad a gollwyd: ${reference}`,
    says: `Collwyd yr apwyntiad ${when}: ${reference}. Edrychwch beth sydd i'w wneud nesaf.`,
  };
}
