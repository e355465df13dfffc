/** One act of a demo user on the pathway of the person; `daysAfter` counts from the outcome or the test. */
export interface DemoAct {
  readonly user: string;
  readonly command: string;
  readonly daysAfter: number;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface DemoReferral {
  readonly surname: string;
  readonly forenames: string;
  readonly birthDate: string;
  /** How many days ago the outcome was decided. */
  readonly daysAgo: number;
  /** null: no fixed abode. */
  readonly postcode: string | null;
  readonly mobile: string | null;
  readonly language: 'en' | 'cy' | null;
  readonly safeToText: 'yes' | 'no' | null;
  readonly acts: readonly DemoAct[];
}

const call = (daysAfter: number, result: string): DemoAct => ({
  user: 'caseworker',
  command: 'record-contact-attempt',
  daysAfter,
  data: { channel: 'phone', result, by: 'person' },
});

/**
 * Fictional people at every stage of the voluntary path. Numbers lie in the range that Ofcom keeps for
 * drama; names and places are invented.
 */
export const demoReferrals: readonly DemoReferral[] = [
  person('Mostyn', 'Elin', '1996-04-12', 0, 'SA31 3AB', '07700 900101', 'cy', 'yes', []),
  person('Bowen', 'Kyle', '2001-09-30', 3, 'SA15 1ZZ', '07700 900102', 'en', 'yes', []),
  person('Prosser', 'Megan', '1988-01-05', 6, 'SA61 1ZZ', '07700 900103', 'en', null, [call(1, 'no-answer')]),
  person('Idris', 'Osian', '1979-11-23', 12, 'SA18 2ZZ', '07700 900104', 'cy', 'yes', [
    call(1, 'no-answer'),
    call(2, 'reached'),
  ]),
  person('Farrow', 'Jade', '1999-07-17', 20, 'SA71 4ZZ', '07700 900105', 'en', 'yes', [
    call(1, 'reached'),
    { user: 'caseworker', command: 'record-engagement', daysAfter: 5, data: { evidence: 'attended' } },
  ]),
  person('Gittins', 'Rhys', '1992-02-29', 30, 'SA48 7ZZ', null, null, null, [
    call(2, 'reached'),
    { user: 'caseworker', command: 'close-pathway', daysAfter: 4, data: { reason: 'declined' } },
  ]),
  person('Kowalczyk', 'Piotr', '1985-06-08', 78, 'SA62 5ZZ', '07700 900106', 'en', 'yes', [
    call(1, 'no-answer'),
    call(3, 'reached'),
  ]),
  person('Teague', 'Morgan', '1990-10-10', 2, null, '07700 900107', 'en', 'no', []),
];

function person(
  surname: string,
  forenames: string,
  birthDate: string,
  daysAgo: number,
  postcode: string | null,
  mobile: string | null,
  language: DemoReferral['language'],
  safeToText: DemoReferral['safeToText'],
  acts: readonly DemoAct[],
): DemoReferral {
  return { surname, forenames, birthDate, daysAgo, postcode, mobile, language, safeToText, acts };
}
