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
    ...['end please', 'wait, stop', 'bus stop', 'Please stop by tomorrow'],
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
  ...['He beat me up', 'took an overdose', 'suicide', 'don’t text, he will hurt me'],
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

test.each(['my leg hurts', 'the hit song', 'I have a diet', 'skilled work', 'mae’n bwrw glaw', 'ofnadwy'])(
  'other words are no alarm: %j',
  (text) => {
    expect(readReply(text)).toEqual({ meaning: 'other', callToday: false });
  },
);

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
