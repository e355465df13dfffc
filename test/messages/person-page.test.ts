import { describe, expect, test } from '@jest/globals';
import { appointmentPage, yearPage } from '../../messages/person-page/person-page.ts';
import { languages } from '../../workflows/domain/common/contact-preference.ts';

const page = { textsStopped: false, form: 'form', calendar: 'calendar' };
const appointment = { key: 'key', startsAt: '2026-03-03T14:30:00.000Z', place: null, said: null };

describe('M88: the person’s page', () => {
  test.each([
    ['en', 'Your appointment stays as it is'],
    ['cy', 'Mae eich apwyntiad yn aros fel y mae'],
  ] as const)('in %s says that the appointment stays as it is only where there is one', (language, stays) => {
    expect(appointmentPage({ ...page, language, appointment })).toContain(stays);
    expect(appointmentPage({ ...page, language, appointment: null })).not.toContain(stays);
  });

  test.each([
    ['en', 'If you expected one, wait to hear from us.', /text from us|ring the person/],
    ['cy', 'Os oeddech yn disgwyl un, arhoswch i glywed gennym.', /am neges|ffoniwch/],
  ] as const)(
    'in %s promises no text where there is no appointment: of a closed case none comes',
    (language, says, promises) => {
      const html = appointmentPage({ ...page, language, appointment: null });
      expect(html).toContain(says);
      expect(html).not.toMatch(promises);
    },
  );

  test('sends the language that it is shown in back with every button', () => {
    for (const language of languages) {
      const forms = appointmentPage({ ...page, language, appointment }).match(/<form [^]*?<\/form>/g) ?? [];
      expect(forms).toHaveLength(4);
      for (const form of forms) expect(form).toContain(`name="lang" value="${language}"`);
    }
  });

  test('asks for the year with an example that is nobody’s, and in digits', () => {
    for (const language of languages) {
      const html = yearPage({ language, malformed: true });
      const [, ...examples] = html.match(/\b(?:19|20)\d\d\b/g) ?? [];
      expect(new Set(examples)).toEqual(new Set(['1925']));
      expect(html).toContain(language === 'cy' ? 'fel 4 digid' : 'as 4 digits');
    }
  });
});
