import type { Instant } from '../../../workflows/domain/common/instant.ts';
import { openDatabase } from '../../../store/database.ts';
import { verifyChains } from '../../../store/ledger.ts';
import type { House } from '../house.ts';
import { readLedger, type LedgerPathway } from '../ledger-snapshot.ts';
import type { Officer } from '../officer.ts';
import { checkActs } from './acts.ts';
import { checkArrestTasks } from './arrest-tasks.ts';
import { checkClocks } from './clocks.ts';
import { checkClosures } from './closures.ts';
import { checkFolds } from './folds.ts';
import { checkMessages } from './messages.ts';
import { checkRunningStates, checkRuns } from './runs.ts';
import { violation, type Violation } from './violation.ts';
import { checkVoluntaryWords } from './voluntary-words.ts';

/** Every invariant over the whole house, up to a moment at which it had settled. */
export async function checkHouse(house: House, officer: Officer, settledAt: Instant): Promise<Violation[]> {
  const { client, postgres, gateway } = house;
  const violations: Violation[] = [];
  // An answer that could not be kept is found in the ledger when the act is repeated.
  const { requests } = await readLedger(postgres.url);
  const begun = new Map(requests.map(({ key, state }) => [key, { kept: state === 'answered' }]));
  for (const { act, now } of await officer.repeat(begun)) {
    violations.push(
      violation(
        'I1',
        `${act.path} with key ${act.key} is answered ${JSON.stringify(now)} when it is repeated, and was ${JSON.stringify(act.final)}`,
      ),
    );
  }
  const ledger = await readLedger(postgres.url);
  const { pathways } = ledger;
  violations.push(
    ...checkActs(officer.acts, ledger),
    ...checkClocks(pathways, settledAt),
    ...checkArrestTasks(ledger),
    ...checkVoluntaryWords(pathways),
    ...checkClosures(pathways),
    ...checkFolds(pathways),
    ...checkMessages(ledger, gateway.record()),
    ...checkProcesses(house),
    ...(await checkChains(house, pathways)),
    ...(await checkRuns(client, postgres.url)),
    ...(await checkRunningStates(client, postgres.url, () => true)),
  );
  return violations;
}

function checkProcesses({ api, workers }: House): Violation[] {
  return [api, ...workers].flatMap(({ name, crashes }) =>
    crashes.map(({ code, signal }) =>
      violation('processes', `${name} ended with ${signal ?? `code ${String(code)}`}`),
    ),
  );
}

/** I10, by the ledger's own function, which the store's tests hold against a chain computed outside. */
async function checkChains(house: House, pathways: readonly LedgerPathway[]): Promise<Violation[]> {
  const db = openDatabase(house.postgres.url, { fields: house.fields });
  try {
    const violations: Violation[] = [];
    for (const forceId of new Set(pathways.map((pathway) => pathway.forceId))) {
      for (const { pathwayId, seq } of (await verifyChains(db, forceId)).broken) {
        violations.push(violation('I10', `${pathwayId}: the chain is broken at ${String(seq)}`));
      }
    }
    return violations;
  } finally {
    await db.close();
  }
}
