import type { AboutTime, EmailWords } from '../email-words.ts';

export function missedAppointmentEnglish({ reference, when }: AboutTime): EmailWords {
  return {
    subject: `Appointment missed: ${reference}`,
    says: `The appointment on ${when} was missed: ${reference}. Please see what is to be done next.`,
  };
}
