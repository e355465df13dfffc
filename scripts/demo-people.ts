/** Times and ids that an act speaks of. */
export interface DemoTimes {
  /** So many days after the outcome, at 10:00, as an ISO instant in UTC; `hours` later on request. */
  readonly at: (daysAfter: number, hours?: number) => string;
  /** The same UUID for the same name, of this person only. */
  readonly id: (name: string) => string;
}

/** One act of a demo user on the pathway of the person; `daysAfter` counts from the outcome. */
export interface DemoAct {
  readonly user: string;
  readonly command: string;
  readonly daysAfter: number;
  readonly data: (times: DemoTimes) => Readonly<Record<string, unknown>>;
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

function act(daysAfter: number, command: string, data: DemoAct['data'], user = 'caseworker'): DemoAct {
  return { user, command, daysAfter, data };
}

const call = (daysAfter: number, result: string, user?: string): DemoAct =>
  act(daysAfter, 'record-contact-attempt', () => ({ channel: 'phone', result, by: 'person' }), user);

/** To the caseworker who signs in as `caseworker`: the referral is on the list of their own. */
const taken = (daysAfter: number): readonly DemoAct[] => [
  act(daysAfter, 'accept-referral', () => ({})),
  act(daysAfter, 'assign-caseworker', () => ({ workerId: 'u-301' })),
];

const booked = (daysAfter: number, onDay: number): DemoAct =>
  act(daysAfter, 'book-appointment', ({ at, id }) => ({
    appointmentId: id('first meeting'),
    kind: 'first-meeting',
    startsAt: at(onDay, 4),
    endsAt: at(onDay, 5),
    placeCode: 'ddas-carmarthen',
  }));

const came = (daysAfter: number): readonly DemoAct[] => [
  ...taken(1),
  call(1, 'reached'),
  booked(1, daysAfter),
  act(daysAfter + 1, 'record-attendance', ({ id }) => ({
    appointmentId: id('first meeting'),
    attendance: 'attended-and-remained',
  })),
];

const assessed = (daysAfter: number): DemoAct =>
  act(daysAfter, 'record-assessment', () => ({ substances: ['cannabis', 'cocaine'], result: 'suitable' }));

const planned = (daysAfter: number): DemoAct =>
  act(daysAfter, 'agree-care-plan', ({ id }) => ({
    modalities: [{ modalityId: id('talking'), type: 'psychosocial', prescribed: false }],
  }));

const treated = (daysAfter: number): DemoAct =>
  act(daysAfter, 'start-treatment', ({ id }) => ({ modalityId: id('talking') }));

/**
 * Fictional people at every stage of the voluntary path that an officer's referral comes to within weeks
 * (demo-caseload.ts has the one after it). Numbers lie in the range that Ofcom keeps for drama; names and places are
 * invented.
 */
export const demoReferrals: readonly DemoReferral[] = [
  person('Mostyn', 'Elin', '1996-04-12', 0, 'SA31 3AB', '07700 900101', 'cy', 'yes', []),
  person('Bowen', 'Kyle', '2001-09-30', 3, 'SA15 1ZZ', '07700 900102', 'en', 'yes', []),
  person('Prosser', 'Megan', '1988-01-05', 6, 'SA61 1ZZ', '07700 900103', 'en', null, [call(1, 'no-answer')]),
  person('Idris', 'Osian', '1979-11-23', 12, 'SA18 2ZZ', '07700 900104', 'cy', 'yes', [
    ...taken(1),
    call(1, 'no-answer'),
    call(2, 'reached'),
  ]),
  person('Farrow', 'Jade', '1999-07-17', 20, 'SA71 4ZZ', '07700 900105', 'en', 'yes', [
    call(1, 'reached'),
    act(5, 'record-engagement', () => ({ evidence: 'attended' })),
  ]),
  person('Gittins', 'Rhys', '1992-02-29', 30, 'SA48 7ZZ', null, null, null, [
    call(2, 'reached'),
    act(4, 'close-pathway', () => ({ reason: 'declined' })),
  ]),
  person('Kowalczyk', 'Piotr', '1985-06-08', 78, 'SA62 5ZZ', '07700 900106', 'en', 'yes', [
    call(1, 'no-answer'),
    call(3, 'reached'),
  ]),
  person('Teague', 'Morgan', '1990-10-10', 2, null, '07700 900107', 'en', 'no', []),
  // Booked for tomorrow: the text of today is on the phone page.
  person('Cadell', 'Mabli', '1997-03-08', 8, 'SA31 2AB', '07700 900111', 'cy', 'yes', [
    ...taken(1),
    call(2, 'reached'),
    booked(2, 9),
  ]),
  // Met yesterday: nobody has said yet how it went.
  person('Rosser', 'Gwyn', '1982-04-30', 10, 'SA31 1DD', '07700 900116', 'en', 'yes', [
    ...taken(1),
    call(2, 'reached'),
    booked(2, 9),
  ]),
  person('Lloyd', 'Ieuan', '1983-12-19', 25, 'SA15 3AA', '07700 900112', 'cy', 'yes', [
    ...came(6),
    assessed(10),
  ]),
  person('Barrett', 'Chloe', '2000-05-27', 33, 'SA61 2AA', '07700 900113', 'en', 'yes', [
    ...came(5),
    assessed(9),
    planned(14),
  ]),
  person('Hopkin', 'Dylan', '1991-08-02', 45, 'SA18 3AA', '07700 900114', 'en', 'yes', [
    ...came(7),
    assessed(12),
    planned(16),
    treated(19),
  ]),
  // Lives in Brecon: another provider's, which now asks this one to take over.
  person('Vaughan', 'Seren', '1995-01-14', 15, 'LD3 7AA', '07700 900115', 'cy', 'yes', [
    call(1, 'reached', 'kaleidoscope-caseworker'),
    act(13, 'transfer-pathway', () => ({ providerId: 'ddas', reason: 'moved' }), 'kaleidoscope-caseworker'),
  ]),
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
