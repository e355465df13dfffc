import type { ConsentPurpose } from '../common/consent.ts';
import type { PreferredWay } from '../common/contact-preference.ts';
import type { Instant } from '../common/instant.ts';
import type { DiversionState } from './state.ts';

/** What facts about a person are about. Of each matter the latest fact holds, in whatever order they are carried here. */
export type FactMatter = 'texts' | 'custody' | 'safety' | `consent:${ConsentPurpose}` | `way:${PreferredWay}`;

type Told = Pick<DiversionState, 'told' | 'toldWhen'>;

/**
 * Whether this changes what is known of the matter: as it is held here already (`holds`) it does only where it was said
 * again later, so that an older word which comes after both does not take the place of the latest. Of two words about one
 * instant the one that was told later holds, on every pathway of the person, whichever is carried there first.
 */
export function isNews(
  { told, toldWhen }: Told,
  matter: FactMatter,
  { at, recordedAt }: { readonly at: Instant; readonly recordedAt: Instant },
  holds: boolean,
): boolean {
  const known = told[matter];
  const knownWhen = toldWhen[matter];
  if (known === undefined || at !== known) {
    return known === undefined || at > known;
  }
  return !holds && (knownWhen === undefined || recordedAt >= knownWhen);
}

/** The matters are known as of then. An event from before that was kept does not say when it was told. */
export function asOf(
  { told, toldWhen }: Told,
  matters: readonly FactMatter[],
  at: Instant,
  recordedAt: Instant | undefined,
): Told {
  const others = Object.entries(toldWhen).filter(
    ([matter]) => !(matters as readonly string[]).includes(matter),
  );
  const when = recordedAt === undefined ? [] : matters.map((matter) => [matter, recordedAt] as const);
  return {
    told: { ...told, ...Object.fromEntries(matters.map((matter) => [matter, at])) },
    toldWhen: Object.fromEntries([...others, ...when]),
  };
}
