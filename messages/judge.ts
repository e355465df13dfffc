import type { Appointment } from '../workflows/domain/common/appointment.ts';
import type { Language } from '../workflows/domain/common/contact-preference.ts';
import { isBefore } from '../workflows/domain/common/instant.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import { isReminderPurpose, purposeRow } from '../workflows/domain/common/message-purpose.ts';
import type { PathwayKindName } from '../workflows/domain/common/pathway-kind.ts';
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
  readonly kind: PathwayKindName;
  /** Not of a referral whose time is over while its treatment goes on: that goes on telling. */
  readonly pathwayClosed: boolean;
  /** Texts that have left for the person on this local day, over all their pathways. */
  readonly textsToday: number;
  /** The appointment that the message is about, as the pathway has it now; null when it has it no more. */
  readonly appointment: Pick<Appointment, 'status' | 'startsAt'> | null;
  /** Of the policy that the pathway runs under. */
  readonly policy: Pick<MessagePolicy, 'sendFrom' | 'sendUntil' | 'perDay'>;
}

export type Judgement =
  | {
      readonly verdict: 'send';
      /** E.164. */
      readonly to: string;
      readonly language: Language;
      /** Of the appointment; null: it is about none. */
      readonly startsAt: Instant | null;
    }
  | { readonly verdict: 'later'; readonly at: Instant }
  | { readonly verdict: 'skip'; readonly reason: SkipReason };

/**
 * Judges a text to the person at the moment of sending, whatever it is to tell. What binds for good comes before what
 * passes with time, so that the reason given is the one that matters.
 * @throws RangeError when an instant or a local time is none.
 */
export function judge(facts: SendingFacts, now: Instant): Judgement {
  const { expiresAt, textsToday, policy } = facts;
  const way = judgeWay(facts);
  if (way.reason !== undefined) return skip(way.reason);
  if (facts.pathwayClosed) return skip('pathway-closed');
  const about = judgeAppointment(facts, now);
  if (about.reason !== undefined) return skip(about.reason);
  if (isBefore(expiresAt, now)) return skip('expired');
  const limit = dayLimit(facts);
  if (limit !== null && textsToday >= limit) return skip('daily-limit');
  const at = earliestSending(isBefore(now, facts.notBefore) ? facts.notBefore : now, policy);
  if (at === now) {
    return { verdict: 'send', to: way.to, language: facts.language ?? 'en', startsAt: about.startsAt };
  }
  const tooLate = isBefore(expiresAt, at) || (about.ahead && !isBefore(at, about.startsAt));
  return tooLate ? skip('no-time-left') : { verdict: 'later', at };
}

/** What bears on whether the person can be texted at all, whenever it is. */
export type WayFacts = Pick<
  SendingFacts,
  'purpose' | 'personFacts' | 'safeToText' | 'mobile' | 'numbers' | 'wrongNumber'
>;

/** The number to text, or what speaks against texting the person. */
export function judgeWay(
  facts: WayFacts,
): { readonly to: string; readonly reason?: undefined } | { readonly reason: SkipReason } {
  const standing = standingFacts(facts.personFacts);
  if (standing.death !== undefined) return { reason: 'person-died' };
  if (standing.texts?.fact === 'stop-texts') return { reason: 'texts-stopped' };
  if (standing['consent:texts']?.fact === 'consent-withdrawn') return { reason: 'texts-consent-withdrawn' };
  if (facts.safeToText !== 'yes' || (saidOfWay(standing, 'text') ?? 'yes') !== 'yes')
    return { reason: 'not-safe-to-text' };
  if (standing.safety?.fact === 'safety-flag' && !namesNoPlace(facts.purpose))
    return { reason: 'safety-flag' };
  if (standing.custody?.fact === 'custody') return { reason: 'in-custody' };
  const to = facts.mobile === null ? undefined : textableNumber(facts.mobile, facts.numbers);
  if (to === undefined) return { reason: 'no-textable-number' };
  return facts.wrongNumber ? { reason: 'wrong-number' } : { to };
}

/** All that bears on an e-mail to somebody at work: what it tells stays true, and its words name nobody. */
export type EmailFacts = Pick<SendingFacts, 'notBefore' | 'expiresAt'>;

export type EmailJudgement = { readonly verdict: 'send' } | Exclude<Judgement, { readonly verdict: 'send' }>;

/** @throws RangeError when an instant is none. */
export function judgeEmail({ notBefore, expiresAt }: EmailFacts, now: Instant): EmailJudgement {
  if (isBefore(expiresAt, now)) return skip('expired');
  return isBefore(now, notBefore) ? { verdict: 'later', at: notBefore } : { verdict: 'send' };
}

/** All that bears on enrolling the person in the online programme, which is handed nothing about them. */
export type EnrolmentFacts = Pick<
  SendingFacts,
  'notBefore' | 'expiresAt' | 'personFacts' | 'pathwayClosed'
> & {
  /** Another provider has the case since it was planned, or another person. */
  readonly routedOn: boolean;
};

/** @throws RangeError when an instant is none. */
export function judgeEnrolment(facts: EnrolmentFacts, now: Instant): EmailJudgement {
  const standing = standingFacts(facts.personFacts);
  if (standing.death !== undefined) return skip('person-died');
  if (standing['consent:sharing']?.fact === 'consent-withdrawn') return skip('sharing-withdrawn');
  if (facts.pathwayClosed) return skip('pathway-closed');
  if (facts.routedOn) return skip('routed-elsewhere');
  return judgeEmail(facts, now);
}

/** Where the invitation is no matter any more; in every other case somebody must tell the person in another way. */
const nothingToTell: readonly SkipReason[] = [
  'person-died',
  'pathway-closed',
  'routed-elsewhere',
  'not-enrolled',
  'already-logged-in',
];

/** Whether a person has to be told by somebody what this text was to tell, since only it tells that. */
export function mustBeTold(purpose: string, reason: SkipReason): boolean {
  return purpose === 'online-invitation' && !nothingToTell.includes(reason);
}

export type AboutAppointment =
  | { readonly reason: SkipReason }
  | { readonly reason?: undefined; readonly startsAt: null; readonly ahead: false }
  | { readonly reason?: undefined; readonly startsAt: Instant; readonly ahead: boolean };

/** Whether the words are true of the appointment as it stands now. What is not known here tells of a booked one. */
export function judgeAppointment(
  { purpose, appointment }: Pick<SendingFacts, 'purpose' | 'appointment'>,
  now: Instant,
): AboutAppointment {
  const row = purposeRow(purpose);
  const wanted = row === undefined ? 'booked' : row.appointment;
  if (wanted === null) return { startsAt: null, ahead: false };
  if (appointment?.status !== wanted) {
    if (wanted === 'booked' && appointment?.status === 'superseded') return { reason: 'appointment-moved' };
    return { reason: otherwise[wanted] };
  }
  const { startsAt } = appointment;
  // That somebody missed it is told after its start; all else is of no use by then.
  if (wanted === 'missed') return { startsAt, ahead: false };
  return isBefore(now, startsAt) ? { startsAt, ahead: true } : { reason: 'appointment-past' };
}

const otherwise = {
  booked: 'appointment-not-booked',
  cancelled: 'appointment-not-cancelled',
  missed: 'appointment-not-missed',
} as const satisfies Record<string, SkipReason>;

/**
 * The most texts that the person may have on one day for this one to be among them; null: there is no limit. Behind a
 * reminder of a required assessment stands a duty: whatever else was sent on that day, it is never the one that is dropped.
 */
export function dayLimit({
  kind,
  purpose,
  policy,
}: Pick<SendingFacts, 'kind' | 'purpose' | 'policy'>): number | null {
  return kind === 'compulsory' && isReminderPurpose(purpose) ? null : (policy.perDay ?? null);
}

function skip(reason: SkipReason): { readonly verdict: 'skip'; readonly reason: SkipReason } {
  return { verdict: 'skip', reason };
}
