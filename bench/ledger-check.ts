import { verifyChains } from '../store/ledger.ts';
import { checkActs } from '../test/faults/checks/acts.ts';
import { checkClocks } from '../test/faults/checks/clocks.ts';
import { checkClosures } from '../test/faults/checks/closures.ts';
import { checkFolds } from '../scripts/house/folds.ts';
import { checkRunningStates, checkRuns } from '../test/faults/checks/runs.ts';
import { violation, type Violation } from '../scripts/house/violation.ts';
import { checkVoluntaryWords } from '../test/faults/checks/voluntary-words.ts';
import { readLedger } from '../scripts/house/ledger-snapshot.ts';
import { toInstant } from '../workflows/domain/common/instant.ts';
import { benchForce, type Rig } from './rig.ts';

export interface LedgerCheck {
  readonly passed: boolean;
  readonly pathways: number;
  readonly events: number;
  /** Acts that were answered as taken and looked for in the ledger. */
  readonly acts: number;
  readonly violations: readonly Violation[];
}

/** A second is what a clock may be late without being called outstanding. */
const graceMs = 1_000;

/** Of more runs than these a sample tells its state: one that is not cached is replayed for the question. */
const mostAsked = 300;

/**
 * What makes a figure count: everything that was answered as taken is in the ledger exactly once, and the fold of the
 * events, the row and the chain agree; where the worker is there, so do the runs.
 */
export async function checkLedger(
  { house, officer, witness, db }: Rig,
  workerIsThere: boolean,
): Promise<LedgerCheck> {
  const ledger = await readLedger(house.postgres.url);
  const { pathways } = ledger;
  const acts = [...officer.acts, ...witness.acts];
  const requests = [...ledger.requests, ...witness.requestsIn(pathways)];
  const violations: Violation[] = [
    ...checkActs(acts, { ...ledger, requests }),
    ...checkVoluntaryWords(pathways),
    ...checkClosures(pathways),
    ...checkFolds(pathways),
  ];
  for (const { pathwayId, seq } of (await verifyChains(db, benchForce)).broken) {
    violations.push(violation('I10', `${pathwayId}: the chain is broken at ${String(seq)}`));
  }
  if (workerIsThere) {
    const awake = pathways.filter(({ needsRun }) => needsRun);
    const step = Math.ceil(awake.length / mostAsked);
    const asked = new Set(awake.filter((_, index) => index % step === 0).map(({ pathwayId }) => pathwayId));
    violations.push(
      ...checkClocks(pathways, toInstant(Date.now() - graceMs)),
      ...(await checkRuns(house.client, house.postgres.url)),
      ...(await checkRunningStates(house.client, house.postgres.url, ({ pathwayId }) =>
        asked.has(pathwayId),
      )),
    );
  }
  const events = pathways.reduce((sum, pathway) => sum + pathway.events.length, 0);
  return {
    passed: violations.length === 0,
    pathways: pathways.length,
    events,
    acts: acts.length,
    violations,
  };
}
