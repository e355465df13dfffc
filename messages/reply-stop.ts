/**
 * That a text asks for no more texts beside other words: "STOP texting me or I will call the police". It stops them, for a
 * person can allow them again and nobody can take one back that was sent; and because it says more, a person reads it.
 * Words are compared in capitals, without marks and apostrophes.
 */

/** Carriers take these for the end of the texts, and nothing else is said by them. Not END, QUIT, CANCEL, or DIM. */
const firstWords: readonly string[] = ['STOP', 'STOPALL', 'UNSUBSCRIBE', 'STOPIWCH'];

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
  'PEIDIWCH A THECSTIO',
  'PEIDIWCH A TECSTIO',
  'PEIDIO A THECSTIO',
  'PAID A THECSTIO',
  'PAID A TECSTIO',
  'PEIDIWCH AG ANFON',
  'PEIDIO AG ANFON',
  'PAID AG ANFON',
  'PEIDIWCH A CHYSYLLTU',
  'PAID A CHYSYLLTU',
  'STOPIWCH ANFON',
  'STOPIWCH DECSTIO',
  'STOPIWCH TECSTIO',
  'STOPIWCH Y NEGESEUON',
  'STOPIWCH Y TECSTIAU',
  'STOPIA ANFON',
  'STOPIA DECSTIO',
  'OS GWELWCH YN DDA STOPIWCH',
  'DIM MWY O NEGESEUON',
];

/** Right before it, somebody else stops, or nobody does: "he will not stop texting me", "I stop texting at nine". */
const notAsked: ReadonlySet<string> = new Set(
  [
    'NOT DONT DO NEVER WONT DIDNT DOESNT CANT WOULDNT COULDNT CANNOT ISNT WASNT AINT',
    'I ILL HE HES SHE SHES THEY WE WILL HELL SHELL THEYLL',
  ].flatMap((words) => words.split(' ')),
);

/** Anywhere before it: "I don't want you to stop texting", "why did you stop texting me?" */
const turning: ReadonlySet<string> = new Set(['DONT', 'NOT', 'NEVER', 'DIDNT', 'DID', 'WHY', 'WHEN', 'HAVE']);

/** @param parts the words of each part of the text, as its signs part it */
export function asksToStop(parts: readonly (readonly string[])[]): boolean {
  const [first = []] = parts;
  const [word = '', next = ''] = first;
  if (firstWords.includes(word) && !visits.includes(next)) return true;
  return parts.some((words) => words.some((_word, at) => beginsToAsk(words, at)));
}

function beginsToAsk(words: readonly string[], at: number): boolean {
  const from = words.slice(at).join(' ');
  const found = asking.find((phrase) => from === phrase || from.startsWith(`${phrase} `));
  if (found === undefined) return false;
  const before = words.slice(0, at);
  const last = before.at(-1) ?? '';
  const told = last === 'TO' || last === 'YOU';
  if (notAsked.has(last) || (told && before.some((word) => turning.has(word)))) return false;
  return !visits.includes(words[at + found.split(' ').length] ?? '');
}
