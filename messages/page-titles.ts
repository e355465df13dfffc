import type { Language } from '../workflows/domain/common/contact-preference.ts';

/**
 * What the tab of the person's page, its history and a list of open windows say: nothing else of the page is seen by
 * whoever only borrows the phone.
 */
export const pageTitles = {
  yearOfBirth: { en: 'Your year of birth', cy: 'Blwyddyn eich geni' },
  appointment: { en: 'Your appointment', cy: 'Eich apwyntiad' },
  thanks: { en: 'Thank you', cy: 'Diolch' },
  tryLater: { en: 'Please try again later', cy: 'Rhowch gynnig arall arni yn nes ymlaen' },
  ended: { en: 'This link has ended', cy: 'Mae’r ddolen hon wedi dod i ben' },
} as const satisfies Readonly<Record<string, Readonly<Record<Language, string>>>>;
