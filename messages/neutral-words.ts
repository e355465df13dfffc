/**
 * Words that may never stand in a text, because whoever sees the lock screen would learn why the person
 * was written to: nothing of drugs, police, courts or custody, of treatment, or of a service by name.
 * A word stands for everything that begins with it ("drug" for "drugs"); with a full stop it stands for
 * itself alone, where its letters also begin a harmless word ("test" begins "testun", a text).
 */
const english = words(`
  drug cannabis cocaine crack heroin opiate opioid ketamine alcohol methadone buprenorphine naloxone needle
  addict substance misuse overdose rehab treatment recovery clinic prescri therap diver assess test. tests.
  testing. tested. sample police officer constable sergeant custody detention detain arrest warrant offen crime
  criminal caution resolution court magistrate judge prosecut sentence prison probation breach bail charge
  convict possess legal. law.
  amphetamin methamphetamin meth. mdma ecstasy mephedron lsd. ghb. gbl. spice. weed. skunk. dope. hashish marijuana
  narcotic morphin diamorphin codein dihydrocodein fentanyl nitazen oxycod tramadol pregabalin gabapentin benzodiaz
  diazepam temazepam alprazolam valium xanax zopiclon steroid. steroids. solvents. buvidal subutex suboxon espranor
  physepton sublocad prenoxad nyxoid naltrexon lofexidin antabuse disulfiram acamprosat detox sober sobriety
  abstinen relaps dependenc syringe inject saliva swab urine. drunk
`);

const welsh = words(`
  cyffur canabis cocên crac. heroin opiad alcohol methadon nodwydd caethiwed sylwedd camddefnydd gorddos
  adsefydlu triniaeth adfer clinig presgripsiwn therapi dargyfeir ases prawf. profion. sampl heddlu heddwas
  heddweision swyddog cwnstabl rhingyll dalfa arest gwarant trosedd rhybudd datrysiad llys. llysoedd ynad barnwr
  gwellhad
  erlyn dedfryd carchar mechnïaeth cyhudd euogfarn meddiant cyfraith cyfreith
  amffetamin methamffetamin ecstasi meffedron sbeis. mariwana narcotig morffin diamorffin ffentanyl cetamin bensodias
  diasepam steroidau. toddyddion dadwenwyn dibyniaeth sobr. sobrwydd meddw. meddwdod chwistrell poer. wrin.
`);

/** Services and forces of the first regions, and this system itself: a name in a text gives the person away. */
const names = words(`
  ddas dyfodol kaleidoscope barod. gdas gssms cgl wcada pobl. breaking iris. telus llwybr dyfed gwent. acr. dip.
  dtoa cjit. oocd lpu. addaction humankind waythrough cranstoun brynawel wdp. withyou.
`);

/** Of more than one word, with whatever stands between them or nothing: services and what they do. */
const phrases = lines(`
  turning point
  harm reduction
  lleihau niwed
  change grow live
  forward trust
  phoenix futures
  cyswllt ceredigion
  al anon
  talk to frank
  dan 24
  twelve step
  12 step
`);

/**
 * As they are written alone: in small letters, or in other company, they are words like any other ("with you", "na", "cais").
 * Via and Inspire are services too, and as names no different from the words.
 */
const asWritten: readonly (readonly [word: string, pattern: string])[] = [
  ['AA', 'A\\.?A\\.?'],
  ...['meeting', 'group', 'room', 'fellowship'].map(
    (what) => [`NA ${what}`, `[NC]\\.?A\\.? ${what}`] as const,
  ),
  ...['cyfarfod', 'grŵp', 'ystafell'].map(
    (what) =>
      [
        `${what} NA`,
        `[${what.slice(0, 1)}${what.slice(0, 1).toUpperCase()}]${what.slice(1)} [NC]\\.?A\\.?`,
      ] as const,
  ),
  ['With You', 'With You'],
  ['CAIS', 'CAIS'],
];

/**
 * Welsh changes the first letter by what stands before it: carchar, but "i garchar", "yng ngharchar", "a
 * charchar" (soft, nasal, aspirate). The longer radicals come first: "ll" and "rh" are letters of their own.
 */
const mutations: readonly (readonly [radical: string, forms: readonly string[]])[] = [
  ['ll', ['l']],
  ['rh', ['r']],
  ['p', ['b', 'mh', 'ph']],
  ['t', ['d', 'nh', 'th']],
  ['c', ['g', 'ngh', 'ch']],
  ['b', ['f', 'm']],
  ['d', ['dd', 'n']],
  ['g', ['', 'ng']],
  ['m', ['f']],
];

/** The forms in which a Welsh word may stand in a sentence, its own first. */
export function mutatedForms(word: string): string[] {
  // Other digraphs do not change; before a vowel "ei" and "eu" put an h.
  if (/^(?:ch|dd|ff|ng|ph|th)/.test(word)) return [word];
  if (/^[aeiouwyâêîôûŵŷ]/.test(word)) return [word, `h${word}`];
  const [radical, forms] = mutations.find(([start]) => word.startsWith(start)) ?? ['', []];
  return [word, ...forms.map((form) => form + word.slice(radical.length))];
}

const telling = [
  ...[...english, ...names].map((word) => ({ word, pattern: patternOf([word]) })),
  ...welsh.map((word) => ({ word, pattern: patternOf(mutatedForms(word)) })),
  ...phrases.map((word) => ({ word, pattern: patternOf([word.replaceAll(' ', '[^\\p{L}\\p{N}]*')]) })),
  ...asWritten.map(([word, written]) => ({
    word,
    pattern: new RegExp(`(?<![\\p{L}\\p{N}])(?:${written})(?![\\p{L}\\p{N}])`, 'u'),
  })),
];

/** The telling words found in a text, as the lists have them; none means that it may be sent. */
export function tellingWordsIn(text: string): string[] {
  const read = asRead(text);
  const together = read.replaceAll(lettersApart, (letters) => letters.replaceAll(/[^\p{L}]/gu, ''));
  return telling
    .filter(({ pattern }) => pattern.test(read) || pattern.test(together))
    .map(({ word }) => word.replace('.', ''));
}

/** As an eye reads it: without what is not seen inside a word, and with the marks only that make letters of a language. */
function asRead(text: string): string {
  return text
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '')
    .normalize('NFKC')
    .replaceAll(/\p{M}/gu, '');
}

/** "D r u g s", "C.G.L." */
const lettersApart = /(?<![\p{L}\p{N}])\p{L}(?:[\s.·_-]+\p{L}(?![\p{L}\p{N}]))+/gu;

/**
 * The same of where a place is, or a letter comes from: streets and houses are called after courts and clinics. Told by the
 * words beside it alone: "Clinic Road", "Castle Court", "Heol y Llys"; what is a court of law says of which kind it is.
 */
export function tellingWordsInPlaceName(text: string): string[] {
  const named = streetNames.reduce((left, name) => left.replaceAll(name, '$<rest>'), asRead(text));
  return tellingWordsIn(named);
}

const streetNames: readonly RegExp[] = [
  /(?<!\p{L})(?:Court|Clinic) (?<rest>Road|Street|Lane|Avenue|Close|Drive|Place|Terrace|Way|Hill|Gardens)(?!\p{L})/gu,
  /(?<!\p{L})(?!(?:The|A|Your|Our|Crown|County|Magistrates|Family|Youth|High|Law|Criminal|Civil|Coroners|Appeal) )(?<rest>\p{Lu}\p{L}+) Court(?=[ \t]*(?:[,;\n]|$))/gu,
  /(?<!\p{L})(?<rest>Heol|Ffordd|Stryd|Lôn|Clos|Maes|Rhodfa) (?:[Yy]r? )?(?:Llys|Clinig)(?=[ \t]*(?:[,;\n]|$))/gu,
];

/** Long enough to be no part of a harmless word; shorter ones are found only where they begin one. */
const insideWords = [...english, ...names, ...welsh].filter(
  (word) => word === 'drug' || (word.length >= 5 && !word.endsWith('.')),
);

/** The same of an address or a sender's name, which run their words together: "help-with-drugs", "MyDrugHelp". */
export function tellingWordsInAddress(address: string): string[] {
  const apart = address.replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2').replaceAll(/[^\p{L}\p{N}]+/gu, ' ');
  const together = asRead(address).toLowerCase();
  return [...new Set([...tellingWordsIn(apart), ...insideWords.filter((word) => together.includes(word))])];
}

function lines(list: string): string[] {
  return list
    .trim()
    .split('\n')
    .map((line) => line.trim());
}

function words(list: string): string[] {
  return list.trim().split(/\s+/);
}

/** \b knows only ASCII letters, so the edges of words are spelled out. */
function patternOf(forms: readonly string[]): RegExp {
  const endings = forms.map((form) => (form.endsWith('.') ? `${form.slice(0, -1)}(?![\\p{L}\\p{N}])` : form));
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${endings.join('|')})`, 'iu');
}
