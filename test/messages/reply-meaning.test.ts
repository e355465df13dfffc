import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readReply } from '../../messages/reply-meaning.ts';
import { replyMeanings } from '../../workflows/domain/common/reply.ts';
import type { ReplyMeaning } from '../../workflows/domain/common/reply.ts';

/** Each meaning with all the ways in which it is written here. */
const table: Readonly<Record<ReplyMeaning, readonly string[]>> = {
  confirm: [
    ...['1', ' 1 ', '1.', '1!', '(1)', '"1"', '“1”', '#1', '1\n', '\r\n1', '１', '1️⃣', '①', '1 👍', '👍1'],
    ...['1 :)', '\u200B1', '1\uFE0F'],
  ],
  'cannot-come': ['2', '2.', ' 2', '2️⃣', '2 😞', '[2]', '2...'],
  stop: [
    ...['REVOKE', 'optout'],
    ...[
      'STOP',
      'stop',
      'Stop',
      'sToP',
      ' stop ',
      'stop.',
      'STOP!!!',
      '"STOP"',
      'STOP 👋',
      '🛑 stop',
      'STOP?',
    ],
    ...[
      'STOPALL',
      'Stopall',
      'UNSUBSCRIBE',
      'Unsubscribe.',
      'CANCEL',
      'cancel',
      'END',
      'End',
      'QUIT',
      'quit',
    ],
    ...['STOPIWCH', 'Stopiwch!', 'stopiwch', 'DIM', 'Dim', 'dim.', 'ＳＴＯＰ'],
    // A plain refusal with a kind word around it; the carrier stops nothing at these, so the block is ours alone.
    ...['STOP please', 'please stop', 'Please stop.', 'Please stop?', 'Sorry, stop', 'STOP ALL', 'stop all'],
    ...[
      'Stop, thanks',
      'STOP thank you',
      'hi please STOP texting me',
      'Stop the texts please',
      'Please cancel',
    ],
    ...['Stopiwch os gwelwch yn dda', 'Os gwelwch yn dda, stopiwch', 'STOPIWCH diolch', 'unsubscribe please'],
  ],
  start: ['START', 'start', 'Start.', 'UNSTOP', 'unstop'],
  help: ['HELP', 'help', 'Help!', 'help?', 'INFO', 'info', 'CYMORTH', 'Cymorth'],
  'wrong-person': [
    ...[
      'wrong number',
      'Wrong number',
      'WRONG NUMBER!',
      'Sorry, wrong number',
      'Sorry wrong person.',
      'wrong person',
    ],
    ...['Hi, you have the wrong number', 'You’ve got the wrong person', "you've got the wrong number mate"],
    ...['This is the wrong number', 'Not me', 'this is not me, sorry', 'wrong  number'],
    ...[
      'rhif anghywir',
      'Rhif anghywir.',
      'Sori, rhif anghywir',
      'rhif ffôn anghywir',
      'Rhif ffo\u0302n anghywir',
    ],
    ...['person anghywir', 'Mae’r person anghywir', 'nid fi', 'Nid fi yw hwn'],
    ...[
      'Wrong number, who is this?',
      'Wrong number who is this',
      'wrong number? who is this',
      'Wrong number!!! Who?',
    ],
    ...[
      'Who is this? Wrong number.',
      'You’ve got the wrong number, who are you?',
      'wrong number mate who dis?',
    ],
    ...['Wrong number. I am not him', 'Wrong number, stop texting me', 'Wrong person - who are you?'],
    ...['Rhif anghywir, pwy sydd yna?', 'Rhif ffôn anghywir. Pwy ydych chi?', 'Rhif anghywir pwy yw hwn?'],
  ],
  other: [
    ...['', ' ', '\n', '.', '?', '!!', '👍', '🙂🙂', '\u0301', '\u0301\u0302\u20E3', '\uD83D', '\u0000'],
    // The carrier's own words for going on; they answer nothing that is asked here.
    ...['YES', 'yes', 'Yes.', 'NO', 'no', 'Y', 'N', 'ie', 'na', 'OK', 'iawn'],
    // More than one word is for a person to read, and so is a question.
    ...[
      '1 2',
      '1, 2',
      '12',
      '1.5',
      '1/2',
      '½',
      '1pm',
      'one',
      '3',
      '0',
      '11',
      '22',
      '1?',
      '2?',
      '-',
      '1 at 3pm',
    ],
    ...[
      'do not stop',
      "don't stop",
      "please don't stop",
      "Please don't stop!",
      'stopped',
      'STOPP',
      'S T O P',
    ],
    ...['the end', 'non stop', 'peidiwch â stopio', 'Dim diolch', 'please не stop', 'can you stop'],
    ...['end please', 'bus stop', 'Please stop by tomorrow'],
    ...['cancel my appointment', 'CANCEL IT', 'help me', 'start again', 'canslo', 'na, dim diolch'],
    ...[
      'wrong number?',
      'Is this the wrong number?',
      'you have not got the wrong number',
      'not the wrong number',
      'Hi, is this the wrong number?',
      'Did I give you the wrong number?',
      'I gave you the wrong number',
      'Wrong number? No, it is fine',
      'Wrong number? Nage',
      "It's not me, it's the bus",
      'nid rhif anghywir, diolch',
      'Rhif anghywir?',
    ],
    ...['right number', 'me', 'nid rhif anghywir', 'wrong', 'number', 'wrong day', 'anghywir', 'fi'],
    ...['I will be late', 'Dw i ddim yn gallu dod', 'constructor', 'toString', '__proto__', 'hasOwnProperty'],
  ],
};

describe.each(replyMeanings)('an answer that means %s', (meaning) => {
  test.each(table[meaning])('%j', (text) => {
    expect(readReply(text).meaning).toBe(meaning);
  });
});

test('CANCEL stops, and somebody rings the same day: it may have meant the appointment', () => {
  for (const text of ['CANCEL', 'cancel', ' Cancel. ', 'CANCEL?', 'Cancel please', 'Please cancel, thanks']) {
    expect(readReply(text)).toEqual({ meaning: 'stop', callToday: true });
  }
  for (const text of ['STOP', '2', 'cancel my appointment', ''])
    expect(readReply(text).callToday).toBe(false);
});

test.each([
  ...[
    'STOP texting me or I will call the police',
    "he's dead please stop",
    'Please stop texting me I am not well',
  ],
  ...[
    'stop it',
    'stop 2',
    'STOP! By the way I moved',
    'I want you to stop texting me',
    'Can you stop messaging',
  ],
  ...[
    'i cant come please stop texting',
    'Stop contacting me',
    'unsubscribe me now',
    'no more texts to this phone',
  ],
  ...[
    'Stopiwch anfon y rhain',
    'peidiwch â thecstio fi',
    'Peidiwch ag anfon negeseuon',
    'STOPIWCH neu bydda i’n ffonio',
  ],
  ...[
    'Dw i wedi symud, peidiwch â chysylltu',
    'Mae o wedi marw, stopiwch y negeseuon',
    'dim mwy o negeseuon i fi',
  ],
])('it stops the texts beside other words, and a person reads it today: %j', (text) => {
  expect(readReply(text)).toEqual({ meaning: 'stop', callToday: true });
});

test.each(
  [
    "dont text he reads my phone|please don't text me|do not text me|don't contact me|dont message me again|leave me alone",
    'don’t text, he will hurt me|I’m out now, dont text|i told you dont text me|Just do not message this number|dnt text me',
    'DON`T TEXT ME|Please dont ever text me|never contact me again|dont keep texting me|dont send me any more|he’s here dont txt|he sees what I do dont text',
    'pls leave me alone|can you just leave me alone|why cant you leave me alone|leave us alone|I want you to leave me alone',
    'I don’t want you to text me|I do not want any more texts|I dont want you texting me|please not text me|I asked you not to text me',
    'gadewch lonydd i mi|Gad lonydd i fi|plis gadewch fi yn llonydd|rhowch lonydd imi|peidiwch a tecstio fi',
    'peidiwch â chysylltu|peidiwch cysylltu â fi|peidiwch anfon dim|paid textio|Peidiwch byth â thecstio fi eto',
    'allwch chi beidio â thecstio|dwi ddim eisiau negeseuon|dw i ddim isio mwy o decsts',
  ].flatMap((texts) => texts.split('|')),
)('that nothing be sent, or to be left alone, stops the texts as well: %j', (text) => {
  expect(readReply(text)).toEqual({ meaning: 'stop', callToday: true });
});

test.each(
  [
    'Who is this? STOP|No. Stop.|wait, stop|Ok stop|Stopia|Plis stopia|Dim mwy o decstiau',
    "Don't call or text me|Do not ring or text this phone, he checks it|Please don't send anything to this phone",
    "I have told you to stop texting me|It's not safe to text me|it isnt safe to message|dyw hi ddim yn saff i decstio fi",
    'don´t text me',
  ].flatMap((texts) => texts.split('|')),
)('it stops the texts, wherever in the text it stands: %j', (text) => {
  expect(readReply(text)).toMatchObject({ meaning: 'stop' });
});

test.each(
  [
    "I don't text much|why don't you text me|he doesn't text|dont text much|I really dont text a lot|we do not text",
    'you dont text me|if you don’t text me I forget|they dont contact me|I never text him|you never message me',
    'she wont leave me alone|please don’t leave me alone|don’t forget to text me|i do not message people',
    'you have to stop texting?|I didn’t ask you to stop texting|I am safe to text|is it safe to text you',
    'did you not text me|dont worry, text me|pam nad ydych chi’n tecstio|wnes i beidio â thecstio|pam beidio â thecstio fi|diolch am anfon',
  ].flatMap((texts) => texts.split('|')),
)('who speaks of texts, and not of none, stops nothing: %j', (text) => {
  expect(readReply(text)).toEqual({ meaning: 'other', callToday: false });
});

test.each([
  ...[
    'stop by tomorrow?',
    'Stop by tomorrow',
    'please stop by at two',
    'non stop pain',
    'bus stop',
    'I am at the bus stop',
  ],
  ...["please don't stop texting me", 'he will not stop texting me', 'I don’t want you to stop texting me'],
  ...[
    'why did you stop texting me?',
    'I will stop sending you these',
    'end of the week',
    'quit my job today',
  ],
  ...['cancel my appointment', 'Dim heddiw', 'peidiwch â stopio', 'dw i wrth y safle bws'],
])('it stops nothing and is read by a person: %j', (text) => {
  expect(readReply(text)).toEqual({ meaning: 'other', callToday: false });
});

test.each([
  ...[
    'He will kill me if he sees these',
    'i want to die',
    'im scared',
    'Afraid to go home',
    'he hit me',
    'hurt myself',
  ],
  ...['He beat me up', 'took an overdose', 'suicide'],
  ...[
    'mae o am fy lladd i',
    'dw i eisiau marw',
    'mae arna i ofn',
    'meddwl am hunanladdiad',
    'mae’n fy mrifo',
    'gorddos',
  ],
])('what may speak of harm is read at once, and decides nothing: %j', (text) => {
  expect(readReply(text)).toEqual({ meaning: 'other', callToday: true });
});

// Of each its words are alone in the alarm, so that each is needed.
test.each(
  [
    "he's got a knife|two knives|he stabbed my mate|he will stab him|there has been a stabbing|she has a gun|guns in the flat",
    'he said he will shoot me|he shot me|there is a weapon here|I was attacked|they attack us|he assaulted her|I was raped',
    'he rapes her|he threatened us|he keeps threatening|got threats again|he strangled her|she punched him|he kicked me',
    'he hurt my mum, and hurt her again|I will hurt someone|he cut me|he is so violent|the abuse is back|he abused me',
    'hes stalking me|he locked me in the flat|he won’t let me leave|they murdered him|I’m bleeding',
    'I self harm|self-harming again|I selfharm|ive cut myself|I keep cutting myself|burning myself|I want to hang myself',
    'I slit my wrists|gonna end it tonight|ending my life|I took too many|taken too much|I don’t want to live',
    'dont wanna be here anymore|I do not want to be here any more|better off without me|no reason to live',
    "I'm not safe at home|im not safe|it isn’t safe|its unsafe here|I do not feel safe|is she safe at home|in danger",
    'i cant go on|I cannot go on|I can not go on like this|I can’t carry on|don’t want to go on',
    "can't cope anymore|I cannot cope|I’m not coping|struggling to cope|I can’t take it anymore|I cant do this anymore",
    'call the police|please ring the police|I called the police|phone 999|send an ambulance|need police|its an emergency',
    'help me|please help|Help please|I need help|can you help us|im terrified|so frightened of him|I’ll be murdered',
    'mae cyllell gyda fe|mae ganddo gyllell|fy nghyllell|cyllyll|cafodd ei drywanu|wedi fy nhrywanu|mae ganddo fo wn',
    'mae gwn yma|dryll|mae arf gyda hi|mae e wedi ymosod arna i|ymosodiad|bygwth fi|mae’n fy mygwth|bygythiad',
    'wedi cael fy nhreisio|mae o wedi treisio hi|trais yn y tŷ|mae’n dreisgar|cam-drin|cael fy ngham-drin|camdriniaeth',
    'dwi ddim yn saff|dw i ddim yn ddiogel|Dwi’m yn saff|dydy hi ddim yn teimlo’n saff|anniogel|mewn perygl|mae’n beryglus',
    'dwi’n torri fy hun|wedi torri’n hun|dw i wedi dorri fy hun|hunan-niweidio|hunananafu|crogi fy hun|dwi’n gwaedu',
    'helpwch fi|helpa fi plis|allwch chi helpu fi|dwi angen help|plis helpwch|ffoniwch yr heddlu|ffonia’r heddlu',
    'galwch yr heddlu|galw’r heddlu|ambiwlans plis|mae’n argyfwng|angen heddlu',
    'dwi’n methu ymdopi|dw i ddim yn ymdopi|ddim yn gallu ymdopi|methu copio|methu mynd ymlaen|methu cario mlaen',
    'fedra i ddim mynd ymlaen|methu dal ati|ddim eisiau byw|ddim isio bod yma|mae e’n curo fi|wedi fy nharo',
  ].flatMap((texts) => texts.split('|')),
)('what may speak of harm to or by whoever writes is no longer missed: %j', (text) => {
  expect(readReply(text)).toEqual({ meaning: 'other', callToday: true });
});

test('HELP alone stays the carrier’s own word, and so do its kind', () => {
  for (const text of ['HELP', 'help!', 'CYMORTH'])
    expect(readReply(text)).toEqual({ meaning: 'help', callToday: false });
});

test.each([
  ...['my leg hurts', 'the hit song', 'I have a diet', 'skilled work', 'mae’n bwrw glaw', 'ofnadwy'],
  ...['stay safe', 'cut my hair', 'the police gave me this number', 'I will go on the bus', 'begun at two'],
  ...[
    'I want to live closer',
    'thanks for your help',
    'diolch am yr help',
    'wedi torri fy mraich',
    'ydy hi’n saff?',
  ],
])('other words are no alarm: %j', (text) => {
  expect(readReply(text)).toEqual({ meaning: 'other', callToday: false });
});

test('a megabyte of anything is for a person to read, and is read to its end', () => {
  for (const sign of ['a', ' ', '!', '\u0301', '1', '1 ', 'wrong number ', '\uFDFA', '😀']) {
    const text = sign.repeat(Math.ceil(1_000_000 / sign.length));
    expect(readReply(text)).toEqual({ meaning: 'other', callToday: false });
    expect(readReply(`STOP${text}`)).toEqual({ meaning: 'other', callToday: false });
  }
  // The longest texts that are read, with all that makes the reading slow.
  for (const sign of ['!', '\u0301', '\uFDFA', '…', 'sorry ']) {
    const text = `${sign.repeat(1_590 / sign.length)}x`;
    expect(readReply(text).meaning).toBe('other');
  }
});

test('whatever the text, there is a meaning and never an error', () => {
  const piece = fc.constantFrom(
    ...[
      'STOP',
      'CANCEL',
      '1',
      '2',
      'HELP',
      'wrong',
      'number',
      ' ',
      '\n',
      '!',
      '?',
      '\u0301',
      '👍',
      '\uD83D',
      '\uDE00',
    ],
    ...['\uFE0F', '\u200D', '\u20E3', 'ŷ', 'ß', 'ı', '\u0000', 'rhif', 'anghywir'],
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.string({ unit: 'grapheme', maxLength: 200 }),
    fc
      .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 50 })
      .map((units) => String.fromCharCode(...units)),
    fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
  );
  const met = new Set<ReplyMeaning>();
  fc.assert(
    fc.property(text, (given) => {
      const read = readReply(given);
      expect(replyMeanings).toContain(read.meaning);
      met.add(read.meaning);
      if (read.callToday) expect(['stop', 'other']).toContain(read.meaning);
      // Blanks and capitals never change what is meant.
      expect(readReply(` ${given.toUpperCase()}\n`)).toEqual(read);
    }),
    { numRuns: 1_500 },
  );
  expect(met).toContain('stop');
  expect(met).toContain('other');
});
