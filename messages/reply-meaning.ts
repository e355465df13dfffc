import type { ReplyMeaning } from '../workflows/domain/common/reply.ts';

export interface ReadReply {
  readonly meaning: ReplyMeaning;
  /**
   * Stops the texts for certain, and perhaps meant the appointment: somebody rings the same day. Only of CANCEL, which
   * the carrier takes for STOP.
   */
  readonly callToday: boolean;
}

/**
 * The words that count, each only when it is the whole answer: so the carrier reads them too. Its own (Twilio, opt-out
 * keywords) stop and start the texts there whatever is made of them here; the Welsh ones are ours. YES and NO stand in
 * no list: to the carrier YES is START, so neither may answer a question of ours.
 */
const meaningOfWord: Readonly<Partial<Record<string, ReplyMeaning>>> = {
  '1': 'confirm',
  '2': 'cannot-come',
  ...each('stop', ['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'STOPIWCH', 'DIM']),
  ...each('start', ['START', 'UNSTOP']),
  ...each('help', ['HELP', 'INFO', 'CYMORTH']),
};

/** Whole answers of more than one word, once the words around them (`aroundIt`) are left out. */
const wrongPerson: readonly string[] = [
  ...['WRONG NUMBER', 'WRONG PERSON', 'WRONG PHONE', 'NOT ME'],
  ...['RHIF ANGHYWIR', 'RHIF FFON ANGHYWIR', 'PERSON ANGHYWIR', 'NID FI'],
];

/** What people put before and after it. No word that turns the meaning round is among them. */
const aroundIt: ReadonlySet<string> = new Set(
  [
    'SORRY HI HELLO PLEASE MATE THIS IS ITS IT THATS YOU YOUVE HAVE GOT THE A I THINK',
    'SORI HELO OS GWELWCH YN DDA MAE MAER HWN YW DYMA CHI WEDI CAEL Y YR RWYN MEDDWL',
  ].flatMap((words) => words.split(' ')),
);

/** The longest text that a gateway takes in, in 16-bit units. What is longer is no answer of one word. */
const longestText = 1_600;

/** Signs around a word say nothing: "Stop!", "(1)", "👍 1", "2.", and the marks of a keycap emoji. */
const noise = String.raw`[\p{P}\p{S}\p{M}\p{Z}\p{C}]`;
const noiseAround = new RegExp(`^${noise}+|${noise}+$`, 'gu');

/** Reads the words of one answer. Whatever they are, it gives a meaning: what is not sure is for a person. */
export function readReply(text: string): ReadReply {
  return { meaning: meaningOf(text), callToday: plain(text) === 'CANCEL' };
}

function meaningOf(text: string): ReplyMeaning {
  const answer = plain(text);
  const meaning = Object.hasOwn(meaningOfWord, answer) ? meaningOfWord[answer] : undefined;
  const asks = text.length <= longestText && text.includes('?');
  // "1?" is no promise to come, and "wrong number?" no statement; a STOP with a question mark is one all the same.
  if (asks && meaning !== 'stop' && meaning !== 'help') return 'other';
  if (meaning !== undefined) return meaning;
  return wrongPerson.includes(withoutCourtesy(answer)) ? 'wrong-person' : 'other';
}

/** In capitals and one spelling, without the signs around it; empty where nothing is left or the text is too long. */
function plain(text: string): string {
  if (text.length > longestText) return '';
  return text.normalize('NFKC').replaceAll(noiseAround, '').toUpperCase();
}

function withoutCourtesy(answer: string): string {
  const words = answer
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/['’]/g, '')
    .split(/[^A-Z]+/);
  return words.filter((word) => !aroundIt.has(word)).join(' ');
}

function each<M extends ReplyMeaning>(meaning: M, words: readonly string[]): Record<string, M> {
  return Object.fromEntries(words.map((word) => [word, meaning]));
}
