import { after } from './duration.ts';
import type { Duration } from './duration.ts';
import type { Instant } from './instant.ts';
import { saidOfWay } from './standing-facts.ts';
import type { StandingFacts } from './standing-facts.ts';

/** Why no letter goes to the address of a person, each with what it means. Unknown is no. */
export const letterRefusals = {
  'person-died': 'The person has died: nothing is sent to the address.',
  'in-custody': 'The person is in custody: at the address others may read the letter.',
  'post-not-safe':
    'Post is not recorded as safe for this person, or nobody has asked. Decide how to reach them, and record it.',
  'danger-undecided':
    'The person may be in danger: each letter is a decision of its own. Record anew that post is safe; that is good for a day, and only until it is recorded that a letter was posted.',
} as const;

export type LetterRefusal = keyof typeof letterRefusals;

/** A decision of yesterday knows nothing of today. Own default: no source gives a length. */
const decisionGoodFor: Duration = { unit: 'days', count: 1 };

/** Where somebody may be in danger, whoever else reads the letter must not learn where they will be. */
export function letterMayNamePlace({ safety }: StandingFacts): boolean {
  return safety?.fact !== 'safety-flag';
}

/**
 * What speaks against a letter by what holds of the person. Where somebody may be in danger, that post is safe must have
 * been said since, since the last letter that was recorded as posted, and lately. Until that is recorded the letter may be
 * shown any number of times: it is only looked at.
 * @param posted when it was last recorded that the person was written to; null: never
 */
export function refuseLetter(
  standing: StandingFacts,
  posted: Instant | null,
  now: Instant,
): LetterRefusal | undefined {
  const { death, custody, safety } = standing;
  if (death !== undefined) return 'person-died';
  if (custody?.fact === 'custody') return 'in-custody';
  const said = standing['way:post'];
  if (said === undefined || saidOfWay(standing, 'post') !== 'yes') return 'post-not-safe';
  if (safety?.fact !== 'safety-flag') return undefined;
  const { recordedAt } = said;
  const decided =
    said.occurredAt >= safety.occurredAt &&
    recordedAt > safety.recordedAt &&
    (posted === null || recordedAt > posted) &&
    now < after(recordedAt, decisionGoodFor, []);
  return decided ? undefined : 'danger-undecided';
}
