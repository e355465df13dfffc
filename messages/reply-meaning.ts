import type { ReplyMeaning } from '../workflows/domain/common/reply.ts';
import { speaksOfHarm } from './reply-harm.ts';
import { asksToStop } from './reply-stop.ts';

export interface ReadReply {
  readonly meaning: ReplyMeaning;
  /**
   * Somebody reads it at once and rings the same day: it stops the texts for certain and says more, as CANCEL does, which
   * the carrier takes for STOP and which may have meant the appointment; or it may speak of harm.
   */
  readonly callToday: boolean;
}

/**
 * The words that count, each when it is the whole answer. Of the carrier's own (Twilio, opt-out keywords) that is its rule
 * too: they stop and start the texts there whatever is made of them here; the Welsh ones are ours. YES and NO stand in no
 * list: to the carrier YES is START, so neither may answer a question of ours.
 */
const meaningOfWord: Readonly<Partial<Record<string, ReplyMeaning>>> = {
  '1': 'confirm',
  '2': 'cannot-come',
  ...each('stop', [
    'STOP',
    'STOPALL',
    'UNSUBSCRIBE',
    'CANCEL',
    'END',
    'QUIT',
    'REVOKE',
    'OPTOUT',
    'STOPIWCH',
    'DIM',
  ]),
  ...each('start', ['START', 'UNSTOP']),
  ...each('help', ['HELP', 'INFO', 'CYMORTH']),
};

/**
 * Whole answers of one or more words, once the courtesies around them (`kindly`) are left out. The carrier stops nothing at
 * "STOP please"; this list is ours, and on it a plain refusal stops: a person can allow the texts again, and nobody can take
 * one back that was sent. "Dim diolch" is "no, thank you", and "canslo" may be the appointment: a person reads those.
 */
const stopPhrases: readonly string[] = [
  ...['STOP', 'STOPALL', 'STOP ALL', 'UNSUBSCRIBE', 'CANCEL', 'QUIT', 'STOPIWCH'],
  ...[
    'STOP TEXTING',
    'STOP TEXTING ME',
    'STOP MESSAGING ME',
    'STOP TEXTS',
    'STOP ALL TEXTS',
    'STOP THE TEXTS',
  ],
];

/** No word that turns the meaning round, or could be what is to stop, is among them. */
const kindly = setOf(
  'SORRY HI HELLO PLEASE PLS PLZ THANKS THANK YOU MATE SORI HELO OS GWELWCH YN DDA DIOLCH',
);

/** Whole answers of more than one word, once the words around them (`aroundIt`) are left out. */
const wrongPerson: readonly string[] = [
  ...['WRONG NUMBER', 'WRONG PERSON', 'WRONG PHONE', 'NOT ME'],
  ...['RHIF ANGHYWIR', 'RHIF FFON ANGHYWIR', 'PERSON ANGHYWIR', 'NID FI'],
];

/** Of these, also what begins one part of a text, whatever the rest of it says or asks. */
const strangers: readonly string[] = wrongPerson.filter((words) => words !== 'NOT ME' && words !== 'NID FI');

/** What people put before and after it. No word that turns the meaning round is among them. */
const aroundIt = setOf(
  'SORRY HI HELLO PLEASE MATE THIS IS ITS IT THATS YOU YOUVE HAVE GOT THE A I THINK',
  'SORI HELO OS GWELWCH YN DDA MAE MAER HWN YW DYMA CHI WEDI CAEL Y YR RWYN MEDDWL',
);

/** What turns a meaning round, without its apostrophes. */
const negations = setOf(
  'NO NOT NOR NEVER ISNT ARENT AINT DONT DIDNT DOESNT HAVENT HASNT WASNT WONT CANT',
  'NA NAD NAGE NID NI DIM DDIM NACYDW PEIDIWCH PAID',
);

/** The longest text that a gateway takes in, in 16-bit units. What is longer is no answer of one word. */
const longestText = 1_600;

/** Signs around a word say nothing: "Stop!", "(1)", "👍 1", "2.", and the marks of a keycap emoji. */
const noise = String.raw`[\p{P}\p{S}\p{M}\p{Z}\p{C}]`;
const noiseAround = new RegExp(`^${noise}+|${noise}+$`, 'gu');

/** Reads the words of one answer. Whatever they are, it gives a meaning: what is not sure is for a person. */
export function readReply(text: string): ReadReply {
  const answer = plain(text);
  const asked = without(kindly, answer);
  const meaning = meaningOf(text, answer, asked);
  if (answer === 'CANCEL' || asked === 'CANCEL') return { meaning, callToday: true };
  if (meaning !== 'other' || answer === '') return { meaning, callToday: false };
  return asksToStop(partsOf(text).map(({ words }) => words))
    ? { meaning: 'stop', callToday: true }
    : { meaning, callToday: speaksOfHarm(wordsOf(answer)) };
}

function meaningOf(text: string, answer: string, asked: string): ReplyMeaning {
  const meaning = Object.hasOwn(meaningOfWord, answer) ? meaningOfWord[answer] : undefined;
  // "1?" is no promise to come; a STOP with a question mark is one all the same.
  if (meaning === 'stop' || meaning === 'help') return meaning;
  if (stopPhrases.includes(asked)) return 'stop';
  const asks = text.length <= longestText && text.includes('?');
  if (meaning !== undefined) return asks ? 'other' : meaning;
  if (!asks && wrongPerson.includes(without(aroundIt, answer))) return 'wrong-person';
  return answer !== '' && isStrangers(text) ? 'wrong-person' : 'other';
}

/**
 * Whether a part of the text says that the number is somebody else's, beside something more: "Wrong number, who is this?".
 * A text that only asks whether it is says nothing yet, and neither does one with a negation about it.
 */
function isStrangers(text: string): boolean {
  const parts = partsOf(text)
    .map(({ words, asked }) => ({
      words,
      asked,
      says: words.filter((word) => !aroundIt.has(word)).join(' '),
    }))
    .filter(({ says }) => says !== '');
  return parts.some(({ says, asked, words }, index) => {
    const stranger = strangers.find((one) => says === one || says.startsWith(`${one} `));
    if (stranger === undefined) return false;
    const more = says !== stranger;
    if (!more && !asked) return true;
    const rest = asked ? parts.slice(index + 1).flatMap((part) => part.words) : [];
    return (more || rest.length > 0) && ![...words, ...rest].some((word) => negations.has(word));
  });
}

/** What its signs part, each with its words. */
function partsOf(text: string): { readonly words: string[]; readonly asked: boolean }[] {
  return [...inCapitals(text).matchAll(/([^.,;:!?\n]+)([.,;:!?\n]*)/g)]
    .map(([, said = '', end = '']) => ({ words: wordsOf(said), asked: end.includes('?') }))
    .filter(({ words }) => words.length > 0);
}

/** In capitals and one spelling, without the signs around it; empty where nothing is left or the text is too long. */
function plain(text: string): string {
  return text.length > longestText ? '' : inCapitals(spelled(text).replaceAll(noiseAround, ''));
}

function inCapitals(text: string): string {
  return spelled(text).toUpperCase();
}

/** The compatible spelling would make a space of an acute accent that stands for an apostrophe. */
function spelled(text: string): string {
  return text.replaceAll(/[´′]/g, "'").normalize('NFKC');
}

/** Without marks and apostrophes. A word of another script is one too, so that it is never passed over. */
function wordsOf(answer: string): string[] {
  return answer
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/['’‘`ʼ]/g, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

function without(leftOut: ReadonlySet<string>, answer: string): string {
  return wordsOf(answer)
    .filter((word) => !leftOut.has(word))
    .join(' ');
}

function setOf(...lines: readonly string[]): ReadonlySet<string> {
  return new Set(lines.flatMap((words) => words.split(' ')));
}

function each<M extends ReplyMeaning>(meaning: M, words: readonly string[]): Record<string, M> {
  return Object.fromEntries(words.map((word) => [word, meaning]));
}
