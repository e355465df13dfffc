import { parsePhoneNumberFromString } from 'libphonenumber-js/max';

/** Which numbers count, besides those that somebody can have. */
export interface NumberPlan {
  /**
   * 07700 900000 to 900999 (Ofcom, telephone numbers for use in drama) belong to nobody. The demonstration and the tests
   * use nothing else; where real people are written to such a number is a mistake.
   */
  readonly dramaNumbers: boolean;
}

/** Only where it is said that no real people are: an environment that is not known counts as production. */
export function numberPlanOf(environment: string): NumberPlan {
  return { dramaNumbers: environment === 'development' || environment === 'test' };
}

/** For reading how a number is spelled, where nothing is sent to it. */
export const anySpelling: NumberPlan = { dramaNumbers: true };

/** The longest spelling of one number: "+44 (0) 7 7 0 0 9 0 0 1 2 3". The library would read more. */
const longestSpelling = 40;

/** The library also reads the digits of other scripts, extensions ("x12") and words around a number. */
const plainSpelling = /^\+?[\d\s().-]+$/;

/** Mobiles of the islands are numbers of the same plan, dialled and texted like those of the mainland. */
const countriesOfPlan: readonly (string | undefined)[] = ['GB', 'GG', 'IM', 'JE'];

/**
 * The number as the gateway wants it (E.164, `+447...`) when it is a mobile number that the United Kingdom's plan
 * hands out; else undefined. Landlines, short codes, personal (070), paging (076), premium and foreign numbers,
 * extensions, and two numbers in one field are never texted: a wrong guess reaches a stranger.
 */
export function textableNumber(typed: string, { dramaNumbers }: NumberPlan): string | undefined {
  const spelled = typed.trim();
  if (spelled.length > longestSpelling || !plainSpelling.test(spelled)) return undefined;
  const number = parsePhoneNumberFromString(spelled, { defaultCountry: 'GB', extract: false });
  if (number === undefined || number.countryCallingCode !== '44') return undefined;
  // The library calls the drama numbers invalid (google/libphonenumber, falsehoods and FAQ: it knows what is handed out).
  if (isDramaNumber(number.number)) return dramaNumbers ? number.number : undefined;
  const mobile = countriesOfPlan.includes(number.country) && number.getType() === 'MOBILE';
  return mobile && number.isValid() ? number.number : undefined;
}

/** @param number E.164 */
export function isDramaNumber(number: string): boolean {
  return /^\+447700900\d{3}$/.test(number);
}
