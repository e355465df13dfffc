import type { Appointment } from '../workflows/domain/common/appointment.ts';
import type { Language } from '../workflows/domain/common/contact-preference.ts';
import { isBefore } from '../workflows/domain/common/instant.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import { endOfLocalDay } from '../workflows/domain/common/london-time.ts';
import { purposeRow, tellsOfChange } from '../workflows/domain/common/message-purpose.ts';
import type { PathwayKindName } from '../workflows/domain/common/pathway-kind.ts';
import type { MessagePolicy } from '../workflows/domain/common/policy.ts';
import { earliestSending, sendingSecondsBetween } from '../workflows/domain/common/sending-hours.ts';
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
  /** When the appointments begin that the pathway has booked now. */
  readonly bookedFor: readonly Instant[];
  /** The pathway became another person's after the event that planned the message: it tells of somebody else. */
  readonly reassigned: boolean;
  /** Of the policy that the pathway runs under. */
  readonly policy: Pick<MessagePolicy, 'sendFrom' | 'sendUntil' | 'perDay' | 'reminders'>;
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
  /** `dayFull`: it could leave by the hours, and waits for another day. */
  | { readonly verdict: 'later'; readonly at: Instant; readonly dayFull?: true }
  | { readonly verdict: 'skip'; readonly reason: SkipReason };

/**
 * Judges a text to the person at the moment of sending, whatever it is to tell. What binds for good comes before what
 * passes with time, so that the reason given is the one that matters.
 * @throws RangeError when an instant or a local time is none.
 */
export function judge(facts: SendingFacts, now: Instant): Judgement {
  const { expiresAt, textsToday, policy } = facts;
  // Before all that is known of who would get it.
  if (facts.reassigned) return skip('another-person');
  const way = judgeWay(facts);
  if (way.reason !== undefined) return skip(way.reason);
  if (facts.pathwayClosed) return skip('pathway-closed');
  const about = judgeAppointment(facts, now);
  if (about.reason !== undefined) return skip(about.reason);
  if (isBefore(expiresAt, now)) return skip('expired');
  if (isHeldUp(facts, now)) return skip('held-up');
  const tooLate = (at: Instant): boolean =>
    isBefore(expiresAt, at) || (about.ahead && !isBefore(at, about.startsAt));
  const at = earliestSending(isBefore(now, facts.notBefore) ? facts.notBefore : now, policy);
  if (at !== now) return tooLate(at) ? skip('no-time-left') : { verdict: 'later', at };
  const limit = dayLimit(facts);
  if (limit !== null && textsToday >= limit) {
    const tomorrow = earliestSending(endOfLocalDay(now), policy);
    return tooLate(tomorrow) ? skip('not-today') : { verdict: 'later', at: tomorrow, dayFull: true };
  }
  return { verdict: 'send', to: way.to, language: facts.language ?? 'en', startsAt: about.startsAt };
}

/** The longest that the gateway holds a text in its own queue. */
export const gatewayQueueSeconds = 36_000;

/**
 * Of low urgency (4 and 5), and kept from leaving for longer than the gateway itself would hold it, by the gateway or by us:
 * thousands of these at once would come before nobody, and after a night of silence say what is not so any more. That a
 * referral came in, that nobody was reached on a call, that an appointment was missed: somebody has the case in hand since,
 * and is asked so on the board. The reminder a week before is followed by the one a day before; where the policy has no
 * other it is the only word of its appointment, and goes as long as that is ahead, as every more urgent text does. Sending
 * hours between the two times do not count, nor does a day that was full: `notBefore` is moved then.
 */
function isHeldUp(
  { purpose, notBefore, policy }: Pick<SendingFacts, 'purpose' | 'notBefore' | 'policy'>,
  now: Instant,
): boolean {
  const row = purposeRow(purpose);
  if (row === undefined || row.urgency < 4) return false;
  const onlyWord =
    row.appointment === 'booked' && !(policy.reminders ?? []).some((lead) => lead.purpose !== purpose);
  return !onlyWord && sendingSecondsBetween(notBefore, now, policy) > gatewayQueueSeconds;
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

/** All that bears on an e-mail to somebody who works with the case: what it tells stays true, and its words name nobody. */
export type EmailFacts = Pick<SendingFacts, 'notBefore' | 'expiresAt'>;

export type EmailJudgement = { readonly verdict: 'send' } | Exclude<Judgement, { readonly verdict: 'send' }>;

/** @throws RangeError when an instant is none. */
export function judgeEmail({ notBefore, expiresAt }: EmailFacts, now: Instant): EmailJudgement {
  if (isBefore(expiresAt, now)) return skip('expired');
  return isBefore(now, notBefore) ? { verdict: 'later', at: notBefore } : { verdict: 'send' };
}

/** All that bears on telling the police how far a referral of theirs is: that is something about the person. */
export type ProgressFacts = EmailFacts &
  Pick<SendingFacts, 'personFacts' | 'reassigned'> & { readonly voided: boolean };

/** @throws RangeError when an instant is none. */
export function judgeProgress(facts: ProgressFacts, now: Instant): EmailJudgement {
  if (facts.reassigned) return skip('another-person');
  if (facts.voided) return skip('voided');
  const obstacle = notShared(facts);
  return obstacle === undefined ? judgeEmail(facts, now) : skip(obstacle);
}

/** What binds in the place of the person where something of them is to go to others. */
function notShared({ personFacts }: Pick<SendingFacts, 'personFacts'>): SkipReason | undefined {
  const standing = standingFacts(personFacts);
  if (standing.death !== undefined) return 'person-died';
  return standing['consent:sharing']?.fact === 'consent-withdrawn' ? 'sharing-withdrawn' : undefined;
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
  const obstacle = notShared(facts);
  if (obstacle !== undefined) return skip(obstacle);
  if (facts.pathwayClosed) return skip('pathway-closed');
  if (facts.routedOn) return skip('routed-elsewhere');
  return judgeEmail(facts, now);
}

/** Where the invitation is no matter any more; in every other case somebody must tell the person in another way. */
const nothingToTell: readonly SkipReason[] = [
  'another-person',
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

/**
 * Whether the words are true of the appointment as it stands now. What is not known here tells of a booked one. The page
 * that a link leads to shows whichever is the next.
 */
export function judgeAppointment(
  { purpose, appointment, bookedFor }: Pick<SendingFacts, 'purpose' | 'appointment' | 'bookedFor'>,
  now: Instant,
): AboutAppointment {
  if (purpose === 'page-link' && !bookedFor.some((startsAt) => isBefore(now, startsAt))) {
    return { reason: 'no-appointment' };
  }
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
 * The most texts that the person may have on one day for this one to be among them; null: there is no limit. Who is not told
 * that a time was moved or fell comes to the old one, and behind whatever tells of a required assessment stands a duty:
 * these always go, and count (docs/decisions/0011-a-change-is-never-the-text-that-waits.md).
 */
export function dayLimit({
  kind,
  purpose,
  policy,
}: Pick<SendingFacts, 'kind' | 'purpose' | 'policy'>): number | null {
  const ofDuty = kind === 'compulsory' && (purposeRow(purpose)?.appointment ?? null) !== null;
  return ofDuty || tellsOfChange(purpose) ? null : (policy.perDay ?? null);
}

function skip(reason: SkipReason): { readonly verdict: 'skip'; readonly reason: SkipReason } {
  return { verdict: 'skip', reason };
}
