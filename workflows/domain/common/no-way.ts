import { tellsOfChange } from './message-purpose.ts';

/**
 * Why no text reaches the person at all, by whatever is known of them: nobody need be told why a single text was rightly
 * left out, but somebody has to find another way to the person. STOP, a consent taken back, custody and a death are facts
 * about the person, which every pathway of theirs is told of. A wrong number is none: it stands on the pathway that found
 * it out, and the others meet it only here.
 */
export const noWayReasons = ['not-safe-to-text', 'no-textable-number', 'wrong-number'] as const;

export type NoWayReason = (typeof noWayReasons)[number];

/** Why one text did not go, though texts do reach the person. */
export const leftOutReasons = ['not-today', 'no-time-left', 'expired', 'appointment-past'] as const;

export type LeftOutReason = (typeof leftOutReasons)[number];

/** Why a pathway hears of a text that was skipped. */
export type ToldReason = NoWayReason | LeftOutReason;

export function isNoWayReason(text: string | undefined): text is NoWayReason {
  return text !== undefined && (noWayReasons as readonly string[]).includes(text);
}

/** Whether it is about this one text alone: who asks for another way to the person asks for more. */
export function isLeftOut(reason: string | undefined): reason is LeftOutReason {
  return (leftOutReasons as readonly (string | undefined)[]).includes(reason);
}

/**
 * Whether somebody has to know that this text was skipped: no text reaches the person; the day had no room for it and the
 * next came too late; or it was to say that an appointment no longer holds, and the person may come to the old time.
 */
export function isToldSkip(purpose: string, reason: string | undefined): reason is ToldReason {
  if (isNoWayReason(reason) || reason === 'not-today') return true;
  return tellsOfChange(purpose) && (leftOutReasons as readonly (string | undefined)[]).includes(reason);
}
