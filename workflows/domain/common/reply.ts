import { isBefore } from './instant.ts';
import type { Instant } from './instant.ts';

/** What the person who wrote back wants. `other`: a person reads it. */
export const replyMeanings = [
  'confirm',
  'cannot-come',
  'stop',
  'start',
  'help',
  'wrong-person',
  'other',
] as const;

export type ReplyMeaning = (typeof replyMeanings)[number];

/** What somebody made of a reply. `number-is-right`: the number is the person's after all, and texts may go there again. */
export const replyFindings = ['dealt-with', 'number-is-right'] as const;

export type ReplyFinding = (typeof replyFindings)[number];

/**
 * How long number and words are kept of a text that no case has, after somebody settled it. An own default: no policy of a
 * case says it, since there is none, and three months are long enough to ask who settled it and why.
 */
export const unmatchedReplyKeptDays = 92;

/** One text that came in, as it is carried to the pathway whose text it answers. Its words and number stay behind. */
export interface RecordReplyData {
  readonly replyId: string;
  readonly meaning: ReplyMeaning;
  /** What the text that it answers was about; null: about no appointment. */
  readonly appointmentId: string | null;
  /** It stopped the texts and says more, or may speak of harm: it is read at once. */
  readonly callToday: boolean;
  /** Texts of another case went to the number on that day too, and nothing says which is meant. Left out: no. */
  readonly unclear?: true;
}

export interface SettleReplyData {
  readonly replyId: string;
  readonly appointmentId: string | null;
  readonly finding: ReplyFinding;
}

export interface ReplyRecorded {
  readonly replyId: string;
  readonly meaning: ReplyMeaning;
  /** The appointment ahead that it is about; null: about none that is ahead. */
  readonly appointmentId: string | null;
  /** Left out: no. */
  readonly callToday?: true;
  /** It may be about another case instead. Left out: no. */
  readonly unclear?: true;
}

export interface ReplySettled {
  readonly replyId: string;
  readonly finding: ReplyFinding;
}

/** What must be looked at of a reply. Of one that speaks of an appointment `ref` is that, of the others the reply. */
export const replyAttention = ['reply-cannot-come', 'reply-to-read', 'check-number', 'call-today'] as const;

export type ReplyAttention = (typeof replyAttention)[number];

/**
 * What has to be seen to; undefined: nothing. Where it is unclear whether this case is meant at all, somebody asks; and so
 * where somebody comes after all who could not, since the appointment may be about to be moved for them.
 * @param about whether the appointment that it is about is ahead, and somebody is asked already about not coming to it
 */
export function asksFor(
  { meaning, callToday, unclear }: Pick<RecordReplyData, 'meaning' | 'callToday' | 'unclear'>,
  { ahead, saidNo }: { readonly ahead: boolean; readonly saidNo: boolean },
): ReplyAttention | undefined {
  switch (meaning) {
    case 'confirm':
      return ahead && unclear !== true && !saidNo ? undefined : 'reply-to-read';
    case 'cannot-come':
      return ahead && unclear !== true ? 'reply-cannot-come' : 'reply-to-read';
    case 'wrong-person':
      return 'check-number';
    case 'other':
      return callToday ? 'call-today' : 'reply-to-read';
    case 'stop':
      return callToday ? 'call-today' : undefined;
    case 'start':
    case 'help':
      return undefined;
  }
}

/** Whether it takes back that the person could not come. */
export function takesBackNo({ meaning, unclear }: Pick<RecordReplyData, 'meaning' | 'unclear'>): boolean {
  return meaning === 'confirm' && unclear !== true;
}

/** Whether the pathway has anything to record of it; what stops or allows texts is a fact about the person. */
export function concernsPathway({
  meaning,
  callToday,
}: Pick<RecordReplyData, 'meaning' | 'callToday'>): boolean {
  return callToday || !['stop', 'start', 'help'].includes(meaning);
}

/** When it was written: not before the pathway began, and not to come. */
export function saidAt(occurredAt: Instant, beganAt: Instant, now: Instant): Instant {
  if (isBefore(now, occurredAt)) return now;
  return isBefore(occurredAt, beganAt) ? beganAt : occurredAt;
}
