import type { z } from 'zod';
import { toldFact } from '../store/person-facts.ts';
import type { PersonFactRecord } from '../store/person-facts.ts';
import type { Role } from '../workflows/domain/common/actor.ts';
import type { PreferredWay } from '../workflows/domain/common/contact-preference.ts';
import { describeLocal } from '../workflows/domain/common/london-time.ts';
import { isCaution, personMatters, standingFacts } from '../workflows/domain/common/standing-facts.ts';
import { casesReadableBy, kindsReadIn } from './access-policy.ts';
import type { Caller } from './caller.ts';
import { readersOfMatter } from './fact-table.ts';
import type { standingItem } from './schemas/facts.ts';

type StandingItem = z.output<typeof standingItem>;

/** What holds of a person, as far as the caller may know it: of each matter the latest. */
export function standingItems(caller: Caller, facts: readonly PersonFactRecord[]): StandingItem[] {
  const told = facts.map((fact) => ({ ...toldFact(fact), userId: fact.recordedBy, role: fact.recordedAs }));
  const standing = standingFacts(told);
  const isWay = (matter: string): matter is `way:${PreferredWay}` => matter.startsWith('way:');
  return personMatters.flatMap((matter) => {
    const known = standing[matter];
    if (known === undefined || !caller.roles.some((role) => readersOfMatter(matter).includes(role)))
      return [];
    const { fact, factId, occurredAt, recordedAt, userId, role } = known;
    const says = isWay(matter)
      ? (known.preferences?.[matter.slice('way:'.length) as PreferredWay] ?? null)
      : null;
    return [
      {
        ...{ matter, fact, says, factId, since: occurredAt, sinceText: describeLocal(occurredAt) },
        ...{ recordedAt, recordedText: describeLocal(recordedAt) },
        by: worksWhere(caller, role) ? { userId, role } : null,
      },
    ];
  });
}

/** What of it is a caution for whoever is about to reach the person. */
export function cautionsIn(caller: Caller, facts: readonly PersonFactRecord[]): StandingItem[] {
  const standing = standingFacts(facts.map(toldFact));
  return standingItems(caller, facts).filter(({ matter }) => {
    const known = standing[matter];
    return known !== undefined && isCaution(known, matter);
  });
}

/** Who told it gives away on which side the person is known. */
function worksWhere(caller: Caller, role: Role): boolean {
  const kinds = casesReadableBy(caller).map(({ kind }) => kind);
  return kindsReadIn(role).some((kind) => kinds.includes(kind));
}
