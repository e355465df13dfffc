import type { Duration } from './duration.ts';

/**
 * The link in a text by which the person sees their next appointment. Own defaults: no source says how long such a link
 * should last, or how often a year may be mistyped.
 */

/** From when the link was made; most appointments lie within it, and another link is one act away. */
export const pageLinkGoodFor: Duration = { unit: 'days', count: 28 };

/** Who asks for a link so soon after one has left is told that it has. */
export const pageLinkJustLeft: Duration = { unit: 'minutes', count: 5 };

/** The year of birth may be answered wrongly so often; with the last of these the link is dead. */
export const mostWrongYears = 5;

/** Why no link can be planned now, as it is known on the pathway; the judgement at sending has more to ask. */
export const pageLinkObstacles = {
  'safety-flag': 'Somebody may be in danger, so no link is sent while the safety flag stands.',
  'texts-stopped': 'The person wants no texts.',
  'not-safe-to-text': 'It is not said to be safe to text the person.',
  'in-custody': 'The person is in custody, where a text may be read by others.',
  'no-appointment': 'No appointment is ahead that the page could show.',
  'no-time-left': 'The appointment begins before a text may leave.',
} as const;

export type PageLinkObstacle = keyof typeof pageLinkObstacles;

/** Who or what asked for it: the first booking, or somebody who works with the person. */
export interface PageLinkPlanned {
  readonly by: 'booking' | 'command';
}
