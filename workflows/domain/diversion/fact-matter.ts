import type { ConsentPurpose } from '../common/consent.ts';
import type { PreferredWay } from '../common/contact-preference.ts';
import type { Instant } from '../common/instant.ts';
import type { DiversionState } from './state.ts';

/** What facts about a person are about. Of each matter the latest fact holds, in whatever order they are carried here. */
export type FactMatter = 'texts' | 'custody' | 'safety' | `consent:${ConsentPurpose}` | `way:${PreferredWay}`;

/**
 * Whether this changes what is known of the matter: as it is held here already (`holds`) it does only where it was said
 * again later, so that an older word which comes after both does not take the place of the latest.
 */
export function isNews(
  { told }: Pick<DiversionState, 'told'>,
  matter: FactMatter,
  at: Instant,
  holds: boolean,
): boolean {
  const known = told[matter];
  return known === undefined || (holds ? at > known : at >= known);
}

/** The matter is known as of then. */
export function asOf(
  told: DiversionState['told'],
  matters: readonly FactMatter[],
  at: Instant,
): DiversionState['told'] {
  return { ...told, ...Object.fromEntries(matters.map((matter) => [matter, at])) };
}
