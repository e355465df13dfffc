/**
 * Why no text reaches the person at all, by whatever is known of them: nobody need be told why a single text was rightly
 * left out, but somebody has to find another way to the person. STOP, a consent taken back, custody, a wrong number and a
 * death are told of where they are recorded.
 */
export const noWayReasons = ['not-safe-to-text', 'no-textable-number'] as const;

export type NoWayReason = (typeof noWayReasons)[number];

export function isNoWayReason(text: string | undefined): text is NoWayReason {
  return text !== undefined && (noWayReasons as readonly string[]).includes(text);
}
