import type { Instant } from '../../../workflows/domain/common/instant.ts';
import { openDatabase } from '../../../store/database.ts';
import { verifyChains } from '../../../store/ledger.ts';
import type { House } from '../../../scripts/house/house.ts';
import { checkFigures } from '../../../scripts/house/referral-figures.ts';
import {
  readLedger,
  type LedgerPathway,
  type LedgerSnapshot,
} from '../../../scripts/house/ledger-snapshot.ts';
import type { Officer } from '../../../scripts/house/officer.ts';
import { checkActs } from './acts.ts';
import { checkArrestTasks } from './arrest-tasks.ts';
import { checkClocks } from './clocks.ts';
import { checkClosures } from './closures.ts';
import { checkContacts } from './contacts.ts';
import { checkFolds } from '../../../scripts/house/folds.ts';
import { checkMessages } from './messages.ts';
import { checkOwners } from './owners.ts';
import { checkRunningStates, checkRuns } from './runs.ts';
import { checkSealedTexts, readSealedTexts } from './sealed-texts.ts';
import { checkStanding } from './standing.ts';
import { checkStrands } from './strands.ts';
import { violation, type Violation } from '../../../scripts/house/violation.ts';
import { checkVoluntaryWords } from './voluntary-words.ts';

/** Holds every invariant over one house, as often as asked. */
export class Inspector {
  readonly #house: House;
  readonly #officer: Officer;
  /** Where each pathway stood when its run was last found to hold the right state. */
  readonly #seen = new Map<string, number>();

  constructor(house: House, officer: Officer) {
    this.#house = house;
    this.#officer = officer;
  }

  /**
   * @param settledAt a moment with which the system had caught up
   * @param everyRun asks every run for its state, also those whose pathways have not moved since the last time
   */
  async inspect(settledAt: Instant, everyRun: boolean): Promise<Violation[]> {
    const { client, postgres, gateway } = this.#house;
    const repeated = await this.#repeatActs();
    const ledger = await readLedger(postgres.url);
    const { pathways } = ledger;
    const moved = ({ pathwayId, headSeq }: LedgerPathway): boolean => this.#seen.get(pathwayId) !== headSeq;
    const violations = [
      ...repeated,
      ...checkActs(this.#officer.acts, ledger),
      ...checkClocks(pathways, settledAt),
      ...checkArrestTasks(ledger),
      ...checkVoluntaryWords(pathways),
      ...checkClosures(pathways),
      ...checkOwners(pathways),
      ...checkStrands(pathways),
      ...checkStanding(ledger),
      ...checkContacts(pathways),
      ...checkFolds(pathways),
      ...checkMessages(ledger, gateway.record()),
      ...this.#checkProcesses(),
      ...(await this.#checkChains(pathways)),
      ...(await this.#checkFigures(ledger, settledAt)),
      ...(await this.#checkTexts(everyRun ? pathways : pathways.filter(moved))),
      ...(await checkRuns(client, postgres.url)),
      ...(await checkRunningStates(client, postgres.url, everyRun ? () => true : moved)),
    ];
    for (const { pathwayId, headSeq } of pathways) this.#seen.set(pathwayId, headSeq);
    return violations;
  }

  /** The second half of I1: a key gives its first answer for ever, and settles what was unclear. */
  async #repeatActs(): Promise<Violation[]> {
    // An answer that could not be kept is found in the ledger when the act is repeated.
    const { requests } = await readLedger(this.#house.postgres.url);
    const begun = new Map(requests.map(({ key, state }) => [key, { kept: state === 'answered' }]));
    return (await this.#officer.repeat(begun)).map(({ act, now }) =>
      violation(
        'I1',
        `${act.path} with key ${act.key} is answered ${JSON.stringify(now)} when it is repeated, and was ${JSON.stringify(act.final)}`,
      ),
    );
  }

  async #checkFigures(ledger: LedgerSnapshot, at: Instant): Promise<Violation[]> {
    const { fault } = await checkFigures(this.#house, ledger, at);
    return fault === undefined ? [] : [violation('figures', fault)];
  }

  async #checkTexts(pathways: readonly LedgerPathway[]): Promise<Violation[]> {
    const shown = await readSealedTexts(this.#house, pathways);
    return checkSealedTexts(pathways, this.#officer.acts, shown);
  }

  #checkProcesses(): Violation[] {
    return [this.#house.api, ...this.#house.workers].flatMap(({ name, crashes }) =>
      crashes.map(({ code, signal }) =>
        violation('processes', `${name} ended with ${signal ?? `code ${String(code)}`}`),
      ),
    );
  }

  /** I10, by the ledger's own function, which the store's tests hold against a chain computed outside. */
  async #checkChains(pathways: readonly LedgerPathway[]): Promise<Violation[]> {
    const db = openDatabase(this.#house.postgres.url, { fields: this.#house.fields });
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
}
