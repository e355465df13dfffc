import type { Instant } from '../../../workflows/domain/common/instant.ts';
import type { PersonFactKind } from '../../../workflows/domain/common/person-fact.ts';
import {
  personMatters,
  saidOfWay,
  standingFacts,
  type PersonMatter,
  type StandingFacts,
} from '../../../workflows/domain/common/standing-facts.ts';
import type { DiversionState } from '../../../workflows/domain/diversion/state.ts';
import { foldOf } from '../../../scripts/house/folds.ts';
import type { FactRow, LedgerPathway, LedgerSnapshot } from '../../../scripts/house/ledger-snapshot.ts';
import { violation, type Violation } from '../../../scripts/house/violation.ts';

/**
 * What was told of a person, and has been carried, against what each of their referrals that a run acts for holds of it.
 * Facts of a death, a custody and a danger hold for every referral, all others for those that were there before them.
 */
export function checkStanding({ pathways, facts }: Pick<LedgerSnapshot, 'pathways' | 'facts'>): Violation[] {
  const told = factsOfPeople(facts);
  return pathways
    .filter(({ kind, needsRun }) => kind === 'diversion' && needsRun)
    .flatMap((pathway) => {
      const standing = standingFacts(told.get(pathway.personId) ?? []);
      const state = foldOf(pathway) as DiversionState;
      const since = becameTheirs(pathway);
      return personMatters
        .filter((matter) => {
          const at = standing[matter]?.occurredAt;
          return at !== undefined && (ofAlways.includes(matter) || at > since);
        })
        .filter((matter) => !holds(state, matter, standing))
        .map((matter) => {
          const { fact, factId } = standing[matter] ?? {};
          return violation(
            'facts',
            `${pathway.pathwayId} knows nothing of ${String(fact)} ${String(factId)}`,
          );
        });
    });
}

const ofAlways: readonly PersonMatter[] = ['death', 'custody', 'safety'];

type Told = FactRow & { readonly fact: PersonFactKind };

function factsOfPeople(facts: readonly FactRow[]): Map<string, Told[]> {
  const told = new Map<string, Told[]>();
  for (const row of facts) {
    // A contact of another referral goes the way of facts, and is none of the person.
    if (row.kind === 'contact' || row.kind === 'task-withdrawn' || !row.carried) continue;
    const fact = { ...row, ...row.data, fact: row.kind as PersonFactKind };
    told.set(row.personId, [...(told.get(row.personId) ?? []), fact]);
  }
  return told;
}

/** From receipt, or since the referral was given to them. */
function becameTheirs({ events }: LedgerPathway): Instant {
  const given = events.findLast(({ type }) => type === 'person-reassigned') ?? events[0];
  return given?.occurredAt ?? '';
}

function holds(state: DiversionState, matter: PersonMatter, standing: StandingFacts): boolean {
  const fact = standing[matter]?.fact;
  switch (matter) {
    case 'death':
      // Whose death stands has no referral that anybody acts for.
      return false;
    case 'custody':
      return (state.custodySince !== null) === (fact === 'custody');
    case 'texts':
      return state.textsStopped === (fact === 'stop-texts');
    case 'safety':
      return state.safetyFlag === (fact === 'safety-flag');
    case 'way:text':
    case 'way:email':
    case 'way:post':
    case 'way:voicemail': {
      const way = matter.slice('way:'.length) as keyof DiversionState['contactPreferences'];
      return state.contactPreferences[way] === saidOfWay(standing, way);
    }
    default: {
      const purpose = matter.slice('consent:'.length) as keyof DiversionState['consents'];
      return state.consents[purpose] === (fact === 'consent-given' ? 'given' : 'withdrawn');
    }
  }
}
