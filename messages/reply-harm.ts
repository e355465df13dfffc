/**
 * Words that may speak of harm to whoever writes, or by them. Nothing is decided by them: they only put the reply before a
 * person the same day, with the words "read it now", instead of in the list of what is read when there is time. So the list
 * is short and blunt, and is not asked what was meant: a false alarm costs a call, a missed one may cost a life.
 *
 * Each stands as it is compared: in capitals, without marks and apostrophes, whole words in their order. Welsh words stand
 * with their mutations.
 */
export const harmWords: readonly string[] = [
  'KILL',
  'KILLS',
  'KILLED',
  'KILLING',
  'DIE',
  'DIED',
  'DYING',
  'DEAD',
  'BEAT',
  'BEATS',
  'BEATEN',
  'BEATING',
  'SCARED',
  'AFRAID',
  'SUICIDE',
  'SUICIDAL',
  'OVERDOSE',
  'OVERDOSED',
  'OVERDOSING',
  'HURT ME',
  'HURTS ME',
  'HURTING ME',
  'HURT MYSELF',
  'HURTING MYSELF',
  'HARM ME',
  'HARM MYSELF',
  'HIT ME',
  'HITS ME',
  'HITTING ME',
  'END MY LIFE',
  'END IT ALL',
  'LLADD',
  'LADD',
  'LLADDODD',
  'MARW',
  'FARW',
  'HUNANLADDIAD',
  'GORDDOS',
  'ORDDOS',
  'OFN',
  'OFNI',
  'OFNUS',
  'BRIFO',
  'FRIFO',
  'MRIFO',
  'NIWEIDIO',
  'FY MWRW',
  'FY NGHURO',
];

/** Whether these words, as they are compared, hold one of the list. */
export function speaksOfHarm(words: readonly string[]): boolean {
  const text = ` ${words.join(' ')} `;
  return harmWords.some((harm) => text.includes(` ${harm} `));
}
