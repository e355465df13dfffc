import { describe, expect, test } from '@jest/globals';
import {
  personEmailInBothLanguages,
  personEmailPurposes,
  renderPersonEmail,
} from '../../messages/person-email.ts';
import { tellingWordsIn } from '../../messages/neutral-words.ts';
import { languages } from '../../workflows/domain/common/contact-preference.ts';

const about = { startsAt: '2026-03-03T14:30:00.000Z', phone: '01267 000000' };

test('M86, M87: a booking is told of in the language of the person, with what to ring', () => {
  expect(renderPersonEmail('appointment-booked', 'en', about)).toEqual({
    subject: 'Your appointment',
    text: `You have an appointment on Tuesday 3 March at 14:30.

If you need another time, please ring us on 01267 000000.

Please do not answer this e-mail: nobody reads the answers. If you would like no more e-mails from us, tell us when you ring.
`,
  });
  expect(renderPersonEmail('appointment-booked', 'cy', about)).toEqual({
    subject: 'Eich apwyntiad',
    text: `Mae gennych apwyntiad ddydd Mawrth 3 Mawrth am 14:30.

Os oes angen amser arall arnoch, ffoniwch ni ar 01267 000000.

Peidiwch ag ateb yr e-bost hwn: nid oes neb yn darllen yr atebion. Os nad ydych am gael rhagor o e-byst gennym, rhowch wybod i ni pan fyddwch yn ffonio.
`,
  });
});

describe.each(personEmailPurposes)('%s', (purpose) => {
  test.each(languages)('in %s names nobody, links nowhere, and asks for no text', (language) => {
    for (const phone of ['01267 000000', null]) {
      const { subject, text } = renderPersonEmail(purpose, language, { ...about, phone });
      expect(tellingWordsIn(`${subject} ${text}`)).toEqual([]);
      expect(`${subject} ${text}`).not.toMatch(/STOP|[Rr]eply|[Aa]tebwch|https?:|undefined|null/);
      expect(subject).not.toMatch(/[\r\n]/);
      expect(subject.length).toBeLessThanOrEqual(78);
      if (phone !== null) expect(text).toContain(phone);
    }
  });

  test('where nobody has asked, it is in both', () => {
    const both = personEmailInBothLanguages(purpose, about);
    for (const language of languages) {
      const { subject, text } = renderPersonEmail(purpose, language, about);
      expect(both.subject).toContain(subject);
      expect(both.text).toContain(text);
    }
    expect(both.subject.length).toBeLessThanOrEqual(78);
  });
});

test('what tells a time is not made without one; a link and a code go by no e-mail', () => {
  expect(() => renderPersonEmail('appointment-booked', 'en', { ...about, startsAt: null })).toThrow(
    RangeError,
  );
  expect(() => renderPersonEmail('appointment-missed', 'cy', { ...about, startsAt: null })).toThrow(
    RangeError,
  );
  expect(personEmailPurposes).not.toContain('page-link');
  expect(personEmailPurposes).not.toContain('online-invitation');
});
