import type { Language } from '../workflows/domain/common/contact-preference.ts';

/** All that an entry in somebody's calendar says; the calendar may be shared, and shows it on a locked screen. */
export const calendarWords = {
  en: { summary: 'Appointment', fileName: 'appointment.ics' },
  cy: { summary: 'Apwyntiad', fileName: 'apwyntiad.ics' },
} as const satisfies Readonly<Record<Language, { readonly summary: string; readonly fileName: string }>>;
