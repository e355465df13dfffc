import { describe, expect, test } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { dateWordsWithYear } from '../../messages/date-words.ts';
import { automaticReplies, inBothLanguages } from '../../messages/automatic-replies.ts';
import { letterPurposes } from '../../messages/letters/letter-words.ts';
import { tellingWordsIn, tellingWordsInAddress } from '../../messages/neutral-words.ts';
import { tellingSettings } from '../../messages/outward-settings.ts';
import type { OutwardSettings } from '../../messages/outward-settings.ts';
import { outwardKinds, outwardWords } from '../../messages/outward-words.ts';
import type { OutwardSample } from '../../messages/outward-words.ts';
import { personEmailPurposes } from '../../messages/person-email.ts';
import { pageTitles } from '../../messages/page-titles.ts';
import { segmentsOf } from '../../messages/segments.ts';
import { readConfig } from '../../platform/config.ts';
import { languages } from '../../workflows/domain/common/contact-preference.ts';
import { addLocalDays } from '../../workflows/domain/common/london-time.ts';
import { emailPurposes, textPurposes } from '../../workflows/domain/common/message-purpose.ts';

const config = readConfig({ LLWYBR_ENV: 'test' });

const settings: OutwardSettings = {
  textSender: config.twilio.from,
  emailFrom: config.mail.from,
  emailReplyTo: config.mail.replyTo,
  publicUrl: config.publicUrl,
  pageUrl: 'https://page.example',
  caseUrl: null,
};

const sample: OutwardSample = {
  at: '2026-03-03T14:30:00.000Z',
  reference: 'AB12-CD34',
  token: '0123456789abcdef0123456789abcdef',
  settings,
};

const all = outwardWords(sample);

describe('M88: everything that is seen from outside', () => {
  test.each(all.map((words, number) => ({ ...words, number, said: words.language ?? 'no one language' })))(
    '$number, $kind: $name, in $said, gives nothing away and is whole',
    ({ kind, name, text }) => {
      const telling = kind === 'setting' ? tellingWordsInAddress(text) : tellingWordsIn(text);
      expect({ text, telling }).toEqual({ text, telling: [] });
      if (name !== 'emailReplyTo' && name !== 'caseUrl') expect(text.trim()).not.toBe('');
      expect(text).not.toMatch(/undefined|\bnull\b|NaN|\[object/);
      expect(text).toBe(text.normalize('NFC'));
    },
  );

  test('leads where what is sent leads', () => {
    const textOf = (name: string, words = all): string =>
      words.find((one) => one.name === name && one.language === 'en' && !one.kind.endsWith('subject'))
        ?.text ?? '';
    expect(textOf('page-link')).toContain(` https://page.example/p/${sample.token} `);
    expect(textOf('online-invitation')).toContain(` ${settings.publicUrl}/start `);
    expect(textOf('new-referral')).toContain(`\n${settings.publicUrl}/api/v1/pathways/`);
    expect(textOf('referral-progress engaged')).toContain(`\n${settings.publicUrl}/api/v1/referrals/`);
    const caseUrl = 'https://work.example/cases/{pathwayId}';
    const shown = outwardWords({ ...sample, settings: { ...settings, caseUrl } });
    for (const { kind, text } of shown.filter(
      (one) => one.kind === 'e-mail' && !one.name.endsWith('to the person'),
    )) {
      expect({ kind, telling: tellingWordsIn(text) }).toEqual({ kind, telling: [] });
      expect(text).toMatch(/\nhttps:\/\/work\.example\/cases\/[0-9a-f-]{36}\n/);
    }
  });

  test('stays so on every day of the year', () => {
    for (let days = 0; days < 366; days += 1) {
      const at = addLocalDays('2027-06-01T13:30:00.000Z', days);
      const dates = languages.map((language) => dateWordsWithYear(language, at)).join(' ');
      expect({ dates, telling: tellingWordsIn(dates) }).toEqual({ dates, telling: [] });
    }
  });

  test('is all there: each kind, each purpose, each title, each reply, in both languages', () => {
    const names = (kind: string, language: string | null): string[] => [
      ...new Set(all.filter((one) => one.kind === kind && one.language === language).map(({ name }) => name)),
    ];
    expect(new Set(all.map(({ kind }) => kind))).toEqual(new Set(outwardKinds));
    for (const language of languages) {
      expect(names('text', language)).toEqual(textPurposes);
      for (const kind of ['e-mail', 'e-mail subject']) {
        const purposes = names(kind, language).map((name) => name.split(' ')[0]);
        expect([...new Set(purposes)]).toEqual([...emailPurposes, ...personEmailPurposes]);
      }
      expect(names('automatic reply', language)).toEqual(Object.keys(automaticReplies));
      expect(names('letter', language)).toEqual(letterPurposes);
      expect(names('page title', language)).toEqual(Object.keys(pageTitles));
      expect(names('page', language)).toEqual([
        'year',
        'mistyped year',
        'appointment',
        'answered',
        'no appointment',
      ]);
      expect(names('calendar file', language)).toHaveLength(1);
      expect(names('calendar file name', language)).toHaveLength(1);
    }
    expect(names('page', null)).toEqual(['ended', 'try later']);
    expect(names('setting', null)).toEqual(Object.keys(settings));
  });

  test('has words of its own in each language', () => {
    const texts = (language: string): string[] =>
      all.filter((one) => one.language === language).map(({ text }) => text);
    expect(texts('en')).toHaveLength(texts('cy').length);
    expect(texts('en').filter((text) => texts('cy').includes(text))).toEqual([]);
  });

  test('is made in files that the list knows', () => {
    const folder = readdirSync(new URL('../../messages/', import.meta.url)).filter((name) =>
      name.endsWith('.ts'),
    );
    const without = [
      'date-words.ts',
      'email-address.ts',
      'judge.ts',
      'judge-person-email.ts',
      'neutral-words.ts',
      'outcome-words.ts',
      'outward-settings.ts',
    ].concat(
      ['outward-words.ts', 'page-address.ts', 'phone-number.ts', 'place-words.ts', 'reply-harm.ts'],
      ['reply-meaning.ts', 'reply-stop.ts'],
      ['segments.ts', 'sending-facts.ts', 'skip-reasons.ts'],
    );
    const withWords = [
      'automatic-replies.ts',
      'calendar-file.ts',
      'calendar-words.ts',
      'email-words.ts',
    ].concat(['page-titles.ts', 'person-email.ts', 'render.ts', 'reply-words.ts', 'template-table.ts']);
    // Another file: do its words go out? Then outwardWords must give them; else name it here.
    expect(folder.toSorted()).toEqual([...without, ...withWords].sort());
  });
});

describe('the settings', () => {
  test.each<[Partial<OutwardSettings>, string]>([
    [{ textSender: 'DDAS' }, 'TWILIO_FROM'],
    [{ textSender: 'DrugHelp' }, 'TWILIO_FROM'],
    [{ emailFrom: 'Dyfodol <hello@diary.example>' }, 'MAIL_FROM'],
    [{ emailFrom: 'Appointments <appointments@drughelp.example>' }, 'MAIL_FROM'],
    [{ emailReplyTo: 'treatment-team@diary.example' }, 'MAIL_REPLY_TO'],
    [{ publicUrl: 'https://llwybr.wales' }, 'PUBLIC_URL'],
    [{ publicUrl: 'https://diary.example/police' }, 'PUBLIC_URL'],
    [{ pageUrl: 'https://drughelp.example' }, 'PAGE_URL'],
    [{ caseUrl: 'https://treatment.example/{pathwayId}' }, 'CASE_URL'],
  ])('%j tell', (given, setting) => {
    expect(tellingSettings({ ...settings, ...given })).toMatchObject([{ setting }]);
  });

  test('of the tests and of the demonstration tell nothing', () => {
    expect(tellingSettings(settings)).toEqual([]);
    const development = readConfig({ LLWYBR_ENV: 'development' });
    const { twilio, mail, publicUrl, pageUrl, caseUrl } = development;
    expect(
      tellingSettings({
        textSender: twilio.from,
        emailFrom: mail.from,
        emailReplyTo: mail.replyTo,
        publicUrl,
        pageUrl,
        caseUrl,
      }),
    ).toEqual([]);
  });
});

describe('the automatic replies', () => {
  test('take no more parts than other texts, and in both languages at once no more than three', () => {
    for (const reply of Object.keys(automaticReplies) as (keyof typeof automaticReplies)[]) {
      expect(segmentsOf(automaticReplies[reply].en).parts).toBeLessThanOrEqual(2);
      expect(segmentsOf(automaticReplies[reply].cy).parts).toBeLessThanOrEqual(3);
      expect(segmentsOf(inBothLanguages(reply)).parts).toBeLessThanOrEqual(3);
    }
  });

  test('name the words that are read: 1, 2, STOP and START', () => {
    for (const language of languages) {
      expect(automaticReplies.help[language]).toMatch(/\b1\b.*\b2\b.*\bSTOP\b/);
      expect(automaticReplies.helpWithoutAppointment[language]).toMatch(/^\D*\bSTOP\b\D*$/);
      expect(automaticReplies.stopped[language]).toContain('START');
      expect(automaticReplies.started[language]).toContain('STOP');
    }
  });
});
