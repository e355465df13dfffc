/**
 * That a text asks for no more texts beside other words: "STOP texting me or I will call the police", "Don't text, he reads
 * my phone", "leave me alone". It stops them, for a person can allow them again and nobody can take one back that was sent;
 * and because it says more, a person reads it.
 * Words are compared in capitals, without marks and apostrophes.
 */

/**
 * The end of the texts, whether or not the carrier knows the word, and nothing else is said by them. Not END, QUIT, CANCEL,
 * or DIM.
 */
const firstWords: readonly string[] = ['STOP', 'STOPALL', 'UNSUBSCRIBE', 'STOPIWCH', 'STOPIA'];

/** What people put beside such a word and mean nothing else by: "Who is this? OK, stop." */
const beside: ReadonlySet<string> = new Set(
  'OK OKAY NO NOW JUST PLEASE PLS PLZ PLIS THANKS DIOLCH'.split(' '),
);

/** "Stop by tomorrow" is a visit. */
const visits: readonly string[] = ['BY', 'OFF', 'OVER', 'ROUND'];

const asking: readonly string[] = [
  'PLEASE STOP',
  'PLS STOP',
  'PLZ STOP',
  'STOP TEXTING',
  'STOP MESSAGING',
  'STOP CONTACTING',
  'STOP SENDING',
  'STOP TEXTS',
  'STOP ALL TEXTS',
  'STOP THE TEXTS',
  'STOP THESE TEXTS',
  'STOP YOUR TEXTS',
  'STOP MESSAGES',
  'STOP ALL MESSAGES',
  'STOP THE MESSAGES',
  'STOP THESE MESSAGES',
  'NO MORE TEXTS',
  'NO MORE MESSAGES',
  ...every(
    ['I DONT WANT', 'I DO NOT WANT'],
    [
      ...every(['YOU TO'], ['TEXT', 'MESSAGE', 'CONTACT']),
      ...['YOU TEXTING', 'YOU MESSAGING', 'YOU CONTACTING'],
      ...every(['ANY', 'ANY MORE', 'MORE', 'THESE', 'YOUR'], ['TEXTS', 'MESSAGES']),
    ],
  ),
  ...every(['PLEASE NOT', 'YOU NOT TO', 'BETTER NOT TO'], ['TEXT', 'MESSAGE', 'CONTACT']),
  ...every(['NOT SAFE TO', 'ISNT SAFE TO', 'UNSAFE TO'], ['TEXT', 'TXT', 'MESSAGE', 'CONTACT']),
  ...every(['DDIM YN SAFF', 'DDIM YN DDIOGEL'], ['TECSTIO', 'I DECSTIO', 'CYSYLLTU', 'I GYSYLLTU']),
  ...['LEAVE ME ALONE', 'LEAVE US ALONE', 'LEAVE ME BE', 'LEAVE ME IN PEACE'],
  // "Why can't you leave me alone?"
  ...every(['CANT', 'WONT', 'DONT'], ['YOU LEAVE ME ALONE', 'YOU JUST LEAVE ME ALONE']),
  ...every(
    ['PEIDIWCH', 'PEIDIO', 'BEIDIO', 'PAID', 'PEIDIWCH BYTH', 'PAID BYTH'],
    [
      ...['A THECSTIO', 'A TECSTIO', 'THECSTIO', 'TECSTIO', 'A THEXTIO', 'A TEXTIO', 'TEXTIO'],
      ...['AG ANFON', 'A ANFON', 'ANFON', 'A CHYSYLLTU', 'A CYSYLLTU', 'CYSYLLTU', 'A NEGESEUO'],
    ],
  ),
  ...every(
    ['GADEWCH', 'GADWCH', 'GAD', 'RHOWCH', 'RHO'],
    ['LONYDD', 'LLONYDD', 'FI LONYDD', 'FI YN LLONYDD'],
  ),
  ...every(every(['DDIM', 'I DDIM'], ['EISIAU', 'ISIO', 'ISO', 'MOYN']), [
    ...['NEGESEUON', 'MWY O NEGESEUON', 'RHAGOR O NEGESEUON'],
    ...['TECSTIAU', 'TECSTS', 'MWY O DECSTIAU', 'MWY O DECSTS'],
  ]),
  'STOPIWCH ANFON',
  'STOPIWCH DECSTIO',
  'STOPIWCH TECSTIO',
  'STOPIWCH Y NEGESEUON',
  'STOPIWCH Y TECSTIAU',
  'STOPIA ANFON',
  'STOPIA DECSTIO',
  'OS GWELWCH YN DDA STOPIWCH',
  'DIM MWY O NEGESEUON',
  'DIM MWY O DECSTIAU',
];

/** What forbids; also said of oneself, without a word that says so: "I don't text much". */
const forbidding: readonly string[] = [
  ...every(
    ['DONT', 'DNT', 'DO NOT', 'DONT EVER', 'DO NOT EVER'],
    ['TEXT', 'TXT', 'MESSAGE', 'MSG', 'CONTACT', 'SEND ANY', 'SEND ME ANY', 'SEND MORE', 'SEND ME MORE'],
  ),
  ...every(
    ['DONT', 'DNT', 'DO NOT'],
    every(['CALL OR', 'RING OR', 'PHONE OR'], ['TEXT', 'TXT', 'MESSAGE', 'CONTACT']),
  ),
  ...every(
    ['DONT SEND', 'DO NOT SEND'],
    ['ANYTHING', 'ME ANYTHING', 'ME TEXTS', 'TEXTS', 'ME MESSAGES', 'MESSAGES', 'ME THESE', 'THESE'],
  ),
  ...every(['DONT KEEP', 'DO NOT KEEP'], ['TEXTING', 'MESSAGING', 'CONTACTING', 'SENDING']),
  ...every(['NEVER'], ['TEXT ME', 'MESSAGE ME', 'CONTACT ME', 'TEXT THIS', 'TEXT HERE']),
];

/** Right before it, but for what may stand between, nobody is told: "I really don't text", "if you don't text me". */
const whoDoesNot: ReadonlySet<string> = new Set(
  'I WE YOU THEY HE SHE WHO PEOPLE FRIENDS MATES KIDS PARENTS'.split(' '),
);

const between: ReadonlySet<string> = new Set(
  'REALLY JUST USUALLY NORMALLY OFTEN STILL ALSO ACTUALLY HONESTLY GENERALLY'.split(' '),
);

/** "I told you: don't text me" */
const telling: ReadonlySet<string> = new Set('TOLD TELL TELLING ASKED ASK ASKING SAID SAY'.split(' '));

/** "Don't text much" is of who writes. */
const howOften: readonly string[] = ['MUCH', 'OFTEN', 'VERY', 'A LOT', 'LOTS', 'MANY', 'PEOPLE'];

/** Right before it, somebody else stops, or nobody does: "he will not stop texting me", "I stop texting at nine". */
const notAsked: ReadonlySet<string> = new Set(
  [
    'NOT DONT DO NEVER WONT DIDNT DOESNT CANT WOULDNT COULDNT CANNOT ISNT WASNT AINT',
    'PAM I ILL HE HES SHE SHES THEY WE WILL HELL SHELL THEYLL',
  ].flatMap((words) => words.split(' ')),
);

/** Anywhere before it: "I don't want you to stop texting", "why did you stop texting me?" */
const turning: ReadonlySet<string> = new Set(['DONT', 'NOT', 'NEVER', 'DIDNT', 'DID', 'WHY', 'WHEN', 'HAVE']);

/** In words, at least as long as any phrase above. */
const longestPhrase = 12;

/** @param parts the words of each part of the text, as its signs part it */
export function asksToStop(parts: readonly (readonly string[])[]): boolean {
  const [first = []] = parts;
  const [word = '', next = ''] = first;
  if (firstWords.includes(word) && !visits.includes(next)) return true;
  if (parts.some((words) => firstWords.includes(words.filter((one) => !beside.has(one)).join(' '))))
    return true;
  return parts.some((words) => words.some((_word, at) => beginsToAsk(words, at) || forbids(words, at)));
}

function isTelling(word: string): boolean {
  return telling.has(word);
}

function forbids(words: readonly string[], at: number): boolean {
  const found = beginningAt(words, at, forbidding);
  if (found === undefined) return false;
  const before = words.slice(0, at);
  const who = before.filter((word) => !between.has(word)).at(-1) ?? '';
  const told = who === 'YOU' && before.some(isTelling);
  if (!told && whoDoesNot.has(who)) return false;
  return beginningAt(words, at + found.split(' ').length, howOften) === undefined;
}

function beginsToAsk(words: readonly string[], at: number): boolean {
  const found = beginningAt(words, at, asking);
  if (found === undefined) return false;
  const before = words.slice(0, at);
  const last = before.at(-1) ?? '';
  const told = last === 'TO' || last === 'YOU';
  // "I have told you to stop texting" asks; "you have to stop texting?" may not.
  const turns = before.some((word) => turning.has(word) && !(word === 'HAVE' && before.some(isTelling)));
  if (notAsked.has(last) || (told && turns)) return false;
  return !visits.includes(words[at + found.split(' ').length] ?? '');
}

/** Which of these phrases stands there; undefined: none. */
function beginningAt(words: readonly string[], at: number, of: readonly string[]): string | undefined {
  const from = words.slice(at, at + longestPhrase).join(' ');
  return of.find((phrase) => from === phrase || from.startsWith(`${phrase} `));
}

function every(beginnings: readonly string[], ends: readonly string[]): string[] {
  return beginnings.flatMap((beginning) => ends.map((end) => `${beginning} ${end}`));
}
