import { describe, expect, test } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { referralProgress } from '../../messages/email-words.ts';
import { render, renderEmail } from '../../messages/render.ts';
import { segmentsOf } from '../../messages/segments.ts';
import type { Segments } from '../../messages/segments.ts';
import { languages } from '../../workflows/domain/common/contact-preference.ts';
import type { Language } from '../../workflows/domain/common/contact-preference.ts';
import { addLocalDays } from '../../workflows/domain/common/london-time.ts';
import { emailPurposes, textPurposes } from '../../workflows/domain/common/message-purpose.ts';
import type { TextPurpose } from '../../workflows/domain/common/message-purpose.ts';

/** Every weekday, month and number of a day, in winter and in summer time. */
const everyDay = Array.from({ length: 366 }, (_, days) => addLocalDays('2027-06-01T13:30:00.000Z', days));

const tuesday = '2026-03-03T14:30:00.000Z';

/** As long as a link of a real host is: 128 bits are 22 letters. */
const link = 'https://appointments.example.wales/p/0123456789abcdefghijkl';

const code = 'BCDF-2345';

const told = { startsAt: tuesday, link, code };

describe('the texts', () => {
  test.each<[TextPurpose, string, string]>([
    [
      'appointment-booked',
      'You have an appointment on Tuesday 3 March at 14:30. Reply 1 to confirm, 2 to ask for another time, or STOP to stop these texts.',
      'Mae gennych apwyntiad ddydd Mawrth 3 Mawrth am 14:30. Atebwch 1 i gadarnhau, 2 i ofyn am amser arall, neu STOP i atal y negeseuon hyn.',
    ],
    [
      'appointment-moved',
      'Your appointment has moved to Tuesday 3 March at 14:30. Reply 1 to confirm, 2 to ask for another time, or STOP to stop these texts.',
      'Mae eich apwyntiad wedi symud i ddydd Mawrth 3 Mawrth am 14:30. Atebwch 1 i gadarnhau, 2 i ofyn am amser arall, neu STOP i atal y negeseuon hyn.',
    ],
    [
      'appointment-cancelled',
      'Your appointment on Tuesday 3 March at 14:30 is cancelled. You do not need to come then. Reply 2 to ask for another time, or STOP to stop these texts.',
      "Mae eich apwyntiad ddydd Mawrth 3 Mawrth am 14:30 wedi'i ganslo. Nid oes angen i chi ddod bryd hynny. Atebwch 2 i ofyn am amser arall, neu STOP i atal y negeseuon hyn.",
    ],
    [
      'appointment-reminder-week',
      'You have an appointment coming up on Tuesday 3 March at 14:30. Reply 1 to confirm, 2 to ask for another time, or STOP to stop these texts.',
      'Mae gennych apwyntiad yn fuan, ddydd Mawrth 3 Mawrth am 14:30. Atebwch 1 i gadarnhau, 2 i ofyn am amser arall, neu STOP i atal y negeseuon hyn.',
    ],
    [
      'appointment-reminder',
      'Reminder: you have an appointment on Tuesday 3 March at 14:30. Reply 1 to confirm, 2 to ask for another time, or STOP to stop these texts.',
      'Nodyn atgoffa: mae gennych apwyntiad ddydd Mawrth 3 Mawrth am 14:30. Atebwch 1 i gadarnhau, 2 i ofyn am amser arall, neu STOP i atal y negeseuon hyn.',
    ],
    [
      'appointment-reminder-morning',
      'Remember your appointment on Tuesday 3 March at 14:30. Reply 1 to confirm, 2 to ask for another time, or STOP to stop these texts.',
      'Cofiwch am eich apwyntiad ddydd Mawrth 3 Mawrth am 14:30. Atebwch 1 i gadarnhau, 2 i ofyn am amser arall, neu STOP i atal y negeseuon hyn.',
    ],
    [
      'appointment-missed',
      'We did not see you at your appointment on Tuesday 3 March at 14:30. If something stopped you from coming, reply and tell us. Reply 2 to ask for another time, or STOP to stop these texts.',
      'Ni welsom chi yn eich apwyntiad ddydd Mawrth 3 Mawrth am 14:30. Os gwnaeth rhywbeth eich atal rhag dod, atebwch a dywedwch wrthym. Atebwch 2 i ofyn am amser arall, neu STOP i atal y negeseuon hyn.',
    ],
    [
      'could-not-reach',
      'Sorry, we could not reach you. Reply with a good day and time to call you, or STOP to stop these texts.',
      "Mae'n ddrwg gennym nad oedd modd cysylltu â chi. Atebwch gyda diwrnod ac amser da i'ch ffonio, neu STOP i atal y negeseuon hyn.",
    ],
    [
      'referral-received',
      'We have your details and will contact you soon about an appointment. Reply with a good day and time to call you, or STOP to stop these texts.',
      "Mae eich manylion gennym a byddwn yn cysylltu â chi yn fuan am apwyntiad. Atebwch gyda diwrnod ac amser da i'ch ffonio, neu STOP i atal y negeseuon hyn.",
    ],
    [
      'page-link',
      `You can see your appointment here: ${link} The link is for you alone. Reply STOP to stop these texts.`,
      `Gallwch weld eich apwyntiad yma: ${link} I chi yn unig y mae'r ddolen hon. Atebwch STOP i atal y negeseuon hyn.`,
    ],
    [
      'online-invitation',
      `You can begin online, whenever it suits you: ${link} Your code is BCDF-2345, for you alone. Reply STOP to stop these texts.`,
      `Gallwch ddechrau ar-lein, pryd bynnag y mae'n gyfleus i chi: ${link} Eich cod yw BCDF-2345, i chi yn unig. Atebwch STOP i atal y negeseuon hyn.`,
    ],
  ])('M94: %s', (purpose, english, welsh) => {
    expect(render(purpose, 'en', told)).toBe(english);
    expect(render(purpose, 'cy', told)).toBe(welsh);
  });

  test.each([
    ['2026-07-01T08:05:00.000Z', 'Wednesday 1 July at 09:05', 'ddydd Mercher 1 Gorffennaf am 09:05'],
    ['2026-10-25T00:30:00.000Z', 'Sunday 25 October at 01:30', 'ddydd Sul 25 Hydref am 01:30'],
    ['2026-12-31T23:59:00.000Z', 'Thursday 31 December at 23:59', 'ddydd Iau 31 Rhagfyr am 23:59'],
    ['2027-02-05T09:00:00.000Z', 'Friday 5 February at 09:00', 'ddydd Gwener 5 Chwefror am 09:00'],
    ['2026-08-31T23:00:00.000Z', 'Tuesday 1 September at 00:00', 'ddydd Mawrth 1 Medi am 00:00'],
  ])('%s is %s and %s', (startsAt, english, welsh) => {
    expect(render('appointment-reminder', 'en', { startsAt })).toContain(` ${english}.`);
    expect(render('appointment-reminder', 'cy', { startsAt })).toContain(` ${welsh}.`);
  });

  test('a text that tells a time or a link is not made without one', () => {
    expect(() => render('appointment-booked', 'en', { link })).toThrow(RangeError);
    expect(() => render('appointment-booked', 'en', { startsAt: null })).toThrow(RangeError);
    expect(() => render('page-link', 'cy', { startsAt: tuesday })).toThrow(RangeError);
    expect(() => render('online-invitation', 'en', { link })).toThrow(RangeError);
    expect(() => render('online-invitation', 'cy', { code })).toThrow(RangeError);
    expect(() => render('appointment-booked', 'cy', { startsAt: 'tomorrow' })).toThrow(RangeError);
    expect(render('could-not-reach', 'en', {})).toContain('Reply');
  });
});

/** Its longest on any day of the year. */
function longest(purpose: TextPurpose, language: Language): Segments {
  return everyDay
    .map((startsAt) => segmentsOf(render(purpose, language, { startsAt, link, code })))
    .reduce((most, one) => (one.units > most.units ? one : most));
}

describe('M244: parts and encoding', () => {
  const rows = textPurposes.flatMap((purpose) =>
    languages.map((language) => ({ purpose, language, ...longest(purpose, language) })),
  );
  const bounds = { en: { parts: 2, encoding: 'GSM-7' }, cy: { parts: 3, encoding: undefined } } as const;

  // What each text costs, for whoever reads the run.
  const table = rows.map(({ purpose, language, encoding, units, parts }) =>
    [purpose.padEnd(30), language, encoding.padEnd(5), String(units).padStart(3), String(parts)].join('  '),
  );
  process.stdout.write(`Texts: purpose, language, encoding, units, parts\n${table.join('\n')}\n`);

  test.each(rows)('$purpose in $language takes no more parts than are paid for', (row) => {
    const { parts, encoding } = bounds[row.language];
    expect(row.parts).toBeLessThanOrEqual(parts);
    expect(row.parts).toBeGreaterThan(0);
    if (encoding !== undefined) expect(row.encoding).toBe(encoding);
  });

  test('the circumflex is kept, and makes a Welsh text UCS-2', () => {
    expect(render('could-not-reach', 'cy', {})).toContain('â');
    expect(longest('could-not-reach', 'cy').encoding).toBe('UCS-2');
    expect(longest('appointment-booked', 'cy').encoding).toBe('GSM-7');
  });
});

describe('the e-mails to staff and officers', () => {
  const about = {
    ...{ reference: 'AB12-CD34', at: tuesday },
    ...{ link: 'https://work.example/cases/AB12-CD34', forPeople: true },
  };

  test('say what to do, behind the sign-in, in the language of whoever is written to', () => {
    expect(renderEmail('deadline-near', 'en', about)).toEqual({
      subject: 'Deadline near: AB12-CD34',
      text: `A deadline is near: AB12-CD34, on Tuesday 3 March at 14:30. Please see what is still to be done.

Sign in to see it:
https://work.example/cases/AB12-CD34

There are no names in this e-mail on purpose. Please do not add any when you reply or forward it.
`,
    });
    expect(renderEmail('deadline-near', 'cy', about)).toEqual({
      subject: 'Dyddiad cau yn agos: AB12-CD34',
      text: `Mae dyddiad cau yn agos: AB12-CD34, ddydd Mawrth 3 Mawrth am 14:30. Edrychwch beth sydd i'w wneud o hyd.

Mewngofnodwch i'w weld:
https://work.example/cases/AB12-CD34

Nid oes enwau yn yr e-bost hwn, a hynny'n fwriadol. Peidiwch ag ychwanegu enwau wrth ateb neu anfon ymlaen.
`,
    });
  });

  test('say of an address for programs that it is one, and nobody is told to sign in there', () => {
    const textIn = (language: Language) =>
      renderEmail('new-referral', language, { ...about, forPeople: false }).text;
    expect(textIn('en')).not.toContain('Sign in to see it');
    expect(textIn('en')).toContain(
      `sign in to the system that you use for this work and look for this reference. Programs find it at:\n${about.link}\n`,
    );
    expect(textIn('cy')).not.toContain("Mewngofnodwch i'w weld");
    expect(textIn('cy')).toContain(`rhaglenni'n dod o hyd iddo yma:\n${about.link}\n`);
  });

  test('M96: an officer learns one of four words and no more', () => {
    const told = (language: Language): string[] =>
      referralProgress.map(
        (progress) => renderEmail('referral-progress', language, { ...about, progress }).subject,
      );
    expect(told('en')).toEqual([
      'Your referral AB12-CD34: received',
      'Your referral AB12-CD34: in contact',
      'Your referral AB12-CD34: engaged',
      'Your referral AB12-CD34: closed',
    ]);
    expect(told('cy')).toEqual([
      'Eich atgyfeiriad AB12-CD34: wedi cyrraedd',
      'Eich atgyfeiriad AB12-CD34: mewn cysylltiad',
      'Eich atgyfeiriad AB12-CD34: yn cymryd rhan',
      'Eich atgyfeiriad AB12-CD34: wedi cau',
    ]);
    expect(() => renderEmail('referral-progress', 'en', about)).toThrow(RangeError);
    expect(() => renderEmail('deadline-passed', 'en', { ...about, at: null })).toThrow(RangeError);
  });

  test.each(emailPurposes)('%s names the reference and the link, in one line of subject', (purpose) => {
    for (const language of languages) {
      for (const reference of ['AB12-CD34', 'AB12\r\nBcc: elin@example.org']) {
        const email = renderEmail(purpose, language, { ...about, reference, progress: 'engaged' });
        expect(email.subject).toContain('AB12');
        expect(email.subject).not.toMatch(/[\r\n]/);
        expect(email.subject.length).toBeLessThanOrEqual(78);
        expect(email.text).toContain(reference);
        expect(email.text).toContain(`\n${about.link}\n`);
      }
    }
  });
});

describe('M87: both languages', () => {
  const folder = readdirSync(new URL('../../messages/templates/', import.meta.url));

  const withWords = [...textPurposes, ...emailPurposes];

  test.each(withWords)('%s has a file for each', (purpose) => {
    for (const language of languages) expect(folder).toContain(`${purpose}.${language}.ts`);
  });

  test('no template lies in the folder that no purpose uses', () => {
    const used = withWords.flatMap((purpose) => languages.map((language) => `${purpose}.${language}.ts`));
    expect(folder.toSorted()).toEqual(used.sort());
  });
});
