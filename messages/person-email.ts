import type { Language } from '../workflows/domain/common/contact-preference.ts';
import { goesByEmail } from '../workflows/domain/common/by-email.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import { textPurposes } from '../workflows/domain/common/message-purpose.ts';
import type { PlannableText } from '../workflows/domain/common/text-plan.ts';
import { dateWords } from './date-words.ts';
import { render } from './render.ts';
import type { RenderedEmail } from './render.ts';
import { replyWords } from './reply-words.ts';

/** What the person can be told by e-mail. */
export type PersonEmailPurpose = PlannableText;

export const personEmailPurposes: readonly PersonEmailPurpose[] = textPurposes.filter(isPersonEmailPurpose);

export function isPersonEmailPurpose(purpose: string): purpose is PersonEmailPurpose {
  return goesByEmail(purpose);
}

export interface PersonEmailSubject {
  /** Start of the appointment. */
  readonly startsAt: Instant | null;
  /** To be rung; null: none is set, and who writes knows that the person has one of theirs. */
  readonly phone: string | null;
}

/**
 * An e-mail to the person: what the text would have said, and to ring where a text says what to answer, for nothing reads
 * the answers to an e-mail. No name, no place, no link: a list of mails shows as much as a locked screen.
 * @throws RangeError when the purpose tells a time that is not given, or `startsAt` is not an instant.
 */
export function renderPersonEmail(
  purpose: PersonEmailPurpose,
  language: Language,
  { startsAt, phone }: PersonEmailSubject,
): RenderedEmail {
  const { subjects, missed, ring, ringToMove, noAnswers } = words[language];
  const said =
    purpose === 'appointment-missed' && startsAt !== null
      ? missed(dateWords(language, startsAt))
      : withoutReplyWords(render(purpose, language, { startsAt }), language);
  const { subject, moves } = kinds[purpose];
  const paragraphs = [said, (moves ? ringToMove : ring)(phone), noAnswers];
  return { subject: subjects[subject], text: `${paragraphs.join('\n\n')}\n` };
}

/** Where nobody has asked in which language: neither may come after a choice that nobody made. */
export function personEmailInBothLanguages(
  purpose: PersonEmailPurpose,
  subject: PersonEmailSubject,
): RenderedEmail {
  const welsh = renderPersonEmail(purpose, 'cy', subject);
  const english = renderPersonEmail(purpose, 'en', subject);
  return {
    subject: `${welsh.subject} / ${english.subject}`,
    text: `${welsh.text}\n---\n\n${english.text}`,
  };
}

/** @param language null: nobody has asked */
export function personEmailFor(
  purpose: PersonEmailPurpose,
  language: Language | null,
  subject: PersonEmailSubject,
): RenderedEmail {
  return language === null
    ? personEmailInBothLanguages(purpose, subject)
    : renderPersonEmail(purpose, language, subject);
}

type SubjectLine = 'appointment' | 'pleaseRing' | 'soon';

const kinds: Readonly<
  Record<PersonEmailPurpose, { readonly subject: SubjectLine; readonly moves: boolean }>
> = {
  'appointment-booked': { subject: 'appointment', moves: true },
  'appointment-moved': { subject: 'appointment', moves: true },
  'appointment-cancelled': { subject: 'appointment', moves: true },
  'appointment-reminder-week': { subject: 'appointment', moves: true },
  'appointment-reminder': { subject: 'appointment', moves: true },
  'appointment-reminder-morning': { subject: 'appointment', moves: true },
  'appointment-missed': { subject: 'appointment', moves: true },
  'could-not-reach': { subject: 'pleaseRing', moves: false },
  'referral-received': { subject: 'soon', moves: false },
};

interface PersonEmailWords {
  readonly subjects: Readonly<Record<SubjectLine, string>>;
  readonly missed: (when: string) => string;
  readonly ring: (phone: string | null) => string;
  readonly ringToMove: (phone: string | null) => string;
  readonly noAnswers: string;
}

const words: Readonly<Record<Language, PersonEmailWords>> = {
  en: {
    subjects: {
      appointment: 'Your appointment',
      pleaseRing: 'Please ring us',
      soon: 'We will contact you soon',
    },
    missed: (when) =>
      `We did not see you at your appointment on ${when}. If something stopped you from coming, please tell us.`,
    ring: (phone) => (phone === null ? 'You can ring us.' : `You can ring us on ${phone}.`),
    ringToMove: (phone) =>
      phone === null
        ? 'If you need another time, please ring us.'
        : `If you need another time, please ring us on ${phone}.`,
    noAnswers:
      'Please do not answer this e-mail: nobody reads the answers. If you would like no more e-mails from us, tell us when you ring.',
  },
  cy: {
    subjects: {
      appointment: 'Eich apwyntiad',
      pleaseRing: 'Ffoniwch ni, os gwelwch yn dda',
      soon: 'Byddwn yn cysylltu â chi yn fuan',
    },
    missed: (when) =>
      `Ni welsom chi yn eich apwyntiad ${when}. Os gwnaeth rhywbeth eich atal rhag dod, rhowch wybod i ni.`,
    ring: (phone) => (phone === null ? 'Gallwch ein ffonio.' : `Gallwch ein ffonio ar ${phone}.`),
    ringToMove: (phone) =>
      phone === null
        ? 'Os oes angen amser arall arnoch, ffoniwch ni.'
        : `Os oes angen amser arall arnoch, ffoniwch ni ar ${phone}.`,
    noAnswers:
      'Peidiwch ag ateb yr e-bost hwn: nid oes neb yn darllen yr atebion. Os nad ydych am gael rhagor o e-byst gennym, rhowch wybod i ni pan fyddwch yn ffonio.',
  },
};

/** A template of a text ends with what to answer. */
function withoutReplyWords(text: string, language: Language): string {
  const ending = Object.values(replyWords[language]).find((each) => text.endsWith(` ${each}`));
  return ending === undefined ? text : text.slice(0, -ending.length - 1);
}
