import type { Appointment } from '../workflows/domain/common/appointment.ts';
import type { Language } from '../workflows/domain/common/contact-preference.ts';
import { isBefore } from '../workflows/domain/common/instant.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import type { MessagePolicy } from '../workflows/domain/common/policy.ts';
import { earliestSending } from '../workflows/domain/common/sending-hours.ts';
import { saidOfWay, standingFacts } from '../workflows/domain/common/standing-facts.ts';
import type { ToldFact } from '../workflows/domain/common/standing-facts.ts';
import { textableNumber } from './phone-number.ts';
import type { NumberPlan } from './phone-number.ts';
import { namesNoPlace } from './render.ts';
import type { SkipReason } from './skip-reasons.ts';

/** All that bears on whether one text may leave, read at the moment of sending and never earlier. */
export interface SendingFacts {
  /** What the text is to tell (messages/render.ts). */
  readonly purpose: string;
  /** Not before this instant. */
  readonly notBefore: Instant;
  /** After this instant the message makes no sense. */
  readonly expiresAt: Instant;
  /** Every safety fact recorded about the person, carried to the pathway or not. */
  readonly personFacts: readonly ToldFact[];
  /** As it was said last, with a referral or since. Only `yes` lets a text leave; `no`, not known and not asked do not. */
  readonly safeToText: string | null;
  /** As it was typed. */
  readonly mobile: string | null;
  /** Which numbers may be texted here. */
  readonly numbers: NumberPlan;
  /** That number was found to be somebody else's, on any pathway, and nobody has reached the person on it since. */
  readonly wrongNumber: boolean;
  /** Null: not asked; English is used. */
  readonly language: Language | null;
  readonly pathwayClosed: boolean;
  /** The appointment that the message is about, as the pathway has it now; null when it has it no more. */
  readonly appointment: Pick<Appointment, 'status' | 'startsAt'> | null;
  /** Of the policy that the pathway runs under. */
  readonly policy: Pick<MessagePolicy, 'sendFrom' | 'sendUntil'>;
}

export type Judgement =
  | {
      readonly verdict: 'send';
      /** E.164. */
      readonly to: string;
      readonly language: Language;
      readonly startsAt: Instant;
    }
  | { readonly verdict: 'later'; readonly at: Instant }
  | { readonly verdict: 'skip'; readonly reason: SkipReason };

/**
 * Judges a message about an appointment at the moment of sending. What binds for good comes before what
 * passes with time, so that the reason given is the one that matters.
 * @throws RangeError when an instant or a local time is none.
 */
export function judge(facts: SendingFacts, now: Instant): Judgement {
  const { safeToText, appointment, expiresAt } = facts;
  const standing = standingFacts(facts.personFacts);
  if (standing.death !== undefined) return skip('person-died');
  if (standing.texts?.fact === 'stop-texts') return skip('texts-stopped');
  if (standing['consent:texts']?.fact === 'consent-withdrawn') return skip('texts-consent-withdrawn');
  if (safeToText !== 'yes' || (saidOfWay(standing, 'text') ?? 'yes') !== 'yes')
    return skip('not-safe-to-text');
  if (standing.safety?.fact === 'safety-flag' && !namesNoPlace(facts.purpose)) return skip('safety-flag');
  if (standing.custody?.fact === 'custody') return skip('in-custody');
  const to = facts.mobile === null ? undefined : textableNumber(facts.mobile, facts.numbers);
  if (to === undefined) return skip('no-textable-number');
  if (facts.wrongNumber) return skip('wrong-number');
  if (facts.pathwayClosed) return skip('pathway-closed');
  if (appointment?.status === 'superseded') return skip('appointment-moved');
  if (appointment?.status !== 'booked') return skip('appointment-not-booked');
  const { startsAt } = appointment;
  if (!isBefore(now, startsAt)) return skip('appointment-past');
  if (isBefore(expiresAt, now)) return skip('expired');
  const at = earliestSending(isBefore(now, facts.notBefore) ? facts.notBefore : now, facts.policy);
  if (at === now) return { verdict: 'send', to, language: facts.language ?? 'en', startsAt };
  const tooLate = isBefore(expiresAt, at) || !isBefore(at, startsAt);
  return tooLate ? skip('no-time-left') : { verdict: 'later', at };
}

function skip(reason: SkipReason): Judgement {
  return { verdict: 'skip', reason };
}
