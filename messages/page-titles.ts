import type { Language } from '../workflows/domain/common/contact-preference.ts';

/**
 * What the tab of the person's page, its history and a list of open windows say: nothing else of the page is seen by
 * whoever only borrows the phone.
 */
export const pageTitles = {
  yearOfBirth: { en: 'Your year of birth', cy: 'Blwyddyn eich geni' },
  appointment: { en: 'Your appointment', cy: 'Eich apwyntiad' },
  tryLater: { en: 'Please try again later', cy: 'Rhowch gynnig arall arni yn nes ymlaen' },
  ended: { en: 'This page cannot be shown', cy: 'Ni ellir dangos y dudalen hon' },
} as const satisfies Readonly<Record<string, Readonly<Record<Language, string>>>>;
