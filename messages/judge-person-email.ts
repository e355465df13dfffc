import { isBefore } from '../workflows/domain/common/instant.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import { endOfLocalDay } from '../workflows/domain/common/london-time.ts';
import type { Language } from '../workflows/domain/common/contact-preference.ts';
import { goesByEmail, isTextsOffReason } from '../workflows/domain/common/by-email.ts';
import { saidOfWay, standingFacts } from '../workflows/domain/common/standing-facts.ts';
import { deliverableAddress } from './email-address.ts';
import { dayLimit, judgeAppointment } from './judge.ts';
import type { Judgement, SendingFacts } from './judge.ts';
import type { SkipReason } from './skip-reasons.ts';

/** All that bears on whether one e-mail to the person may leave, read at the moment of sending and never earlier. */
export type PersonEmailFacts = Omit<SendingFacts, 'safeToText' | 'mobile' | 'numbers' | 'wrongNumber'> & {
  /** As it was typed. */
  readonly email: string | null;
  /** Somebody said yes to e-mails of this address, and not of one that the person had before. */
  readonly yesOfAddress: boolean;
};

export type PersonEmailJudgement =
  | {
      readonly verdict: 'send';
      readonly to: string;
      /** null: nobody has asked, and both are used. */
      readonly language: Language | null;
      /** Of the appointment; null: it is about none. */
      readonly startsAt: Instant | null;
    }
  | Exclude<Judgement, { readonly verdict: 'send' }>;

/**
 * Judges an e-mail to the person at the moment of sending. It leaves at any hour: unlike a text it wakes nobody, and waits
 * where it is read.
 * @throws RangeError when an instant is none.
 */
export function judgePersonEmail(facts: PersonEmailFacts, now: Instant): PersonEmailJudgement {
  if (facts.reassigned) return skip('another-person');
  const way = judgeEmailWay(facts);
  if (way.reason !== undefined) return skip(way.reason);
  // What a text alone may tell is never planned as an e-mail.
  if (!goesByEmail(facts.purpose)) return skip('email-not-safe');
  if (facts.pathwayClosed) return skip('pathway-closed');
  const about = judgeAppointment(facts, now);
  if (about.reason !== undefined) return skip(about.reason);
  if (isBefore(facts.expiresAt, now)) return skip('expired');
  if (isBefore(now, facts.notBefore)) return { verdict: 'later', at: facts.notBefore };
  const limit = dayLimit(facts);
  if (limit !== null && facts.textsToday >= limit) {
    const tomorrow = endOfLocalDay(now);
    const tooLate =
      isBefore(facts.expiresAt, tomorrow) || (about.ahead && !isBefore(tomorrow, about.startsAt));
    return tooLate ? skip('not-today') : { verdict: 'later', at: tomorrow, dayFull: true };
  }
  return { verdict: 'send', to: way.to, language: facts.language, startsAt: about.startsAt };
}

/**
 * The same of an e-mail in place of a text that was left out, or would be, for this reason; undefined where none may leave.
 * @throws RangeError when an instant is none.
 */
export function judgeEmailInstead(
  reason: string | null,
  facts: PersonEmailFacts,
  now: Instant,
): Exclude<PersonEmailJudgement, { readonly verdict: 'skip' }> | undefined {
  if (!isTextsOffReason(reason) || !goesByEmail(facts.purpose)) return undefined;
  const judgement = judgePersonEmail(facts, now);
  return judgement.verdict === 'skip' ? undefined : judgement;
}

/**
 * The address to write to, or what speaks against e-mails to the person. Not asked is no, of this address too. STOP and a
 * consent to texts taken back are words about texts. A safety flag stops every e-mail: it is kept, and whoever shares the
 * account reads it.
 */
export function judgeEmailWay({
  personFacts,
  email,
  yesOfAddress,
}: Pick<PersonEmailFacts, 'personFacts' | 'email' | 'yesOfAddress'>):
  { readonly to: string; readonly reason?: undefined } | { readonly reason: SkipReason } {
  const standing = standingFacts(personFacts);
  if (standing.death !== undefined) return { reason: 'person-died' };
  if (!yesOfAddress || saidOfWay(standing, 'email') !== 'yes') return { reason: 'email-not-wanted' };
  if (standing.safety?.fact === 'safety-flag') return { reason: 'email-not-safe' };
  if (standing.custody?.fact === 'custody') return { reason: 'in-custody' };
  const to = email === null ? undefined : deliverableAddress(email);
  return to === undefined ? { reason: 'no-address' } : { to };
}

function skip(reason: SkipReason): { readonly verdict: 'skip'; readonly reason: SkipReason } {
  return { verdict: 'skip', reason };
}
