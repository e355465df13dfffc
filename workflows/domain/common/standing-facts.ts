import { consentPurposes } from './consent.ts';
import type { ConsentPurpose } from './consent.ts';
import { preferredWays } from './contact-preference.ts';
import type { ContactPreferences, PreferredWay, YesNoUnknown } from './contact-preference.ts';
import type { Instant } from './instant.ts';
import type { PersonFactKind } from './person-fact.ts';

/**
 * What holds of a person, out of all that was ever told: of each matter the latest, by when it was true and not by when it
 * was told. It is asked at the moment of acting, of facts that the pathways may not have heard of yet.
 */

/** A safety fact, as far as it bears on what holds. */
export interface ToldFact {
  readonly factId: string;
  readonly fact: PersonFactKind;
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
  /** Of consents. */
  readonly purpose?: ConsentPurpose;
  /** Of `contact-preferences`. */
  readonly preferences?: ContactPreferences;
  /** Of `death-corrected`. */
  readonly correctsFactId?: string;
}

/** Each stands until it is itself undone: an agreement to texts takes no STOP back. */
export type PersonMatter =
  'death' | 'texts' | 'custody' | 'safety' | `consent:${ConsentPurpose}` | `way:${PreferredWay}`;

export const personMatters: readonly PersonMatter[] = [
  ...(['death', 'texts', 'custody', 'safety'] as const),
  ...consentPurposes.map((purpose) => `consent:${purpose}` as const),
  ...preferredWays.map((way) => `way:${way}` as const),
];

/** The latest of each matter that anything was told of. A death that was corrected is none. */
export type StandingFacts<F extends ToldFact = ToldFact> = Readonly<Partial<Record<PersonMatter, F>>>;

export function standingFacts<F extends ToldFact>(facts: readonly F[]): StandingFacts<F> {
  const corrected = new Set(facts.map(({ correctsFactId }) => correctsFactId));
  const standing: Partial<Record<PersonMatter, F>> = {};
  for (const fact of facts) {
    if (corrected.has(fact.factId)) continue;
    for (const matter of mattersOf(fact)) {
      const known = standing[matter];
      if (known === undefined || isLater(fact, known)) standing[matter] = fact;
    }
  }
  return standing;
}

/** What the fact is about; nothing where it is about one task, or takes another one back. */
function mattersOf({ fact, purpose, preferences = {} }: ToldFact): readonly PersonMatter[] {
  switch (fact) {
    case 'death':
      return ['death'];
    case 'stop-texts':
    case 'texts-allowed':
      return ['texts'];
    case 'custody':
    case 'release':
      return ['custody'];
    case 'safety-flag':
    case 'safety-flag-lifted':
      return ['safety'];
    case 'consent-given':
    case 'consent-withdrawn':
      return purpose === undefined ? [] : [`consent:${purpose}`];
    case 'contact-preferences':
      return preferredWays
        .filter((way) => preferences[way] !== undefined)
        .map((way) => `way:${way}` as const);
    case 'death-corrected':
    case 'task-withdrawn':
      return [];
  }
}

/** Of two of one instant the one that was told later. */
function isLater(fact: ToldFact, known: ToldFact): boolean {
  return fact.occurredAt === known.occurredAt
    ? fact.recordedAt >= known.recordedAt
    : fact.occurredAt > known.occurredAt;
}

/**
 * Whether what holds of a matter is a caution for whoever is about to reach the person or to act for them. Of a way of
 * being reached everything but yes is one: unknown is no.
 */
export function isCaution(
  { fact, preferences }: Pick<ToldFact, 'fact' | 'preferences'>,
  matter: PersonMatter,
): boolean {
  switch (fact) {
    case 'death':
    case 'stop-texts':
    case 'custody':
    case 'safety-flag':
    case 'consent-withdrawn':
      return true;
    case 'contact-preferences':
      return preferredWays.some((way) => matter === `way:${way}` && preferences?.[way] !== 'yes');
    default:
      return false;
  }
}

/** `undefined`: nobody was told, which is no leave to act. */
export function saidOfWay(standing: StandingFacts, way: PreferredWay): YesNoUnknown | undefined {
  return standing[`way:${way}`]?.preferences?.[way];
}
