import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Log } from '../platform/log.ts';
import type { Metrics } from '../platform/metrics.ts';
import { startCarryFact, startRun, type RunAddress } from '../platform/pathway-runs.ts';
import type { Database } from '../store/database.ts';
import { confirmRun, overduePathways, pathwaysAwaitingRun, pathwaysNeedingRun } from '../store/pathways.ts';
import { uncarriedFacts } from '../store/person-facts.ts';
import { holdSweepLock, recordSweep } from '../store/sweeps.ts';
import { pathwayWorkflowId, searchAttributes, workflowTypes } from '../workflows/contract/temporal.ts';

const everyMs = 5_000;
const compareEveryMs = 30_000;
const batch = 500;
const atOnce = 10;
/** A clock this late has no run, or one that is stuck; starting a live run changes nothing. */
const overdueSeconds = 5;

export interface SweepReport {
  readonly confirmed: number;
  readonly restarted: number;
  readonly facts: number;
}

/**
 * Mends what the engine cannot see: accepted pathways whose run was never started, runs that are gone,
 * facts not yet carried. It lives in the worker process and not in a schedule of Temporal's, because a
 * schedule is kept in the very store whose loss it has to mend. One process sweeps at a time.
 */
export class Sweep {
  readonly #db: Database;
  readonly #client: Client;
  readonly #log: Log;
  readonly #metrics: Pick<Metrics, 'sweepAt'>;
  #comparedAt = 0;

  constructor(parts: {
    readonly db: Database;
    readonly client: Client;
    readonly log: Log;
    readonly metrics: Pick<Metrics, 'sweepAt'>;
  }) {
    this.#db = parts.db;
    this.#client = parts.client;
    this.#log = parts.log;
    this.#metrics = parts.metrics;
  }

  /** Sweeps until the signal aborts. A sweep that fails is logged and tried again at the next turn. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await holdSweepLock(this.#db, async () => {
          const report = await this.once();
          await recordSweep(this.#db);
          this.#metrics.sweepAt.setToCurrentTime();
          if (report.confirmed + report.restarted + report.facts > 0) this.#log.info(report, 'sweep');
        });
      } catch (error) {
        this.#log.warn({ error: error instanceof Error ? error.name : 'unknown' }, 'sweep failed');
      }
      await pause(everyMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** @throws the first failure, after everything else was done: what fails for one holds up nobody else. */
  async once(): Promise<SweepReport> {
    const failures: unknown[] = [];
    // Facts first: somebody's safety hangs on them.
    const facts = await uncarriedFacts(this.#db, batch);
    failures.push(
      ...(await inBatches(facts, (fact) =>
        startCarryFact(this.#client, { forceId: fact.forceId, factId: fact.factId }),
      )),
    );
    const waiting: readonly RunAddress[] = await pathwaysAwaitingRun(this.#db, batch);
    failures.push(...(await this.#startAll(waiting)));
    const overdue = await overduePathways(this.#db, overdueSeconds, batch);
    failures.push(...(await this.#startAll(overdue)));
    const missing = await this.#missingRuns();
    failures.push(...(await this.#startAll(missing)));
    if (failures.length > 0) throw failures[0];
    return { confirmed: waiting.length, restarted: missing.length, facts: facts.length };
  }

  #startAll(addresses: readonly RunAddress[]): Promise<unknown[]> {
    return inBatches(addresses, async (address) => {
      await startRun(this.#client, address);
      await confirmRun(this.#db, address.forceId, address.pathwayId);
    });
  }

  /**
   * Compares the runs that ought to be alive with those that are: by count at every turn, name by name
   * only when the counts differ. The list lags a little; starting a run that is alive does no harm.
   */
  async #missingRuns(): Promise<RunAddress[]> {
    if (Date.now() - this.#comparedAt < compareEveryMs) return [];
    this.#comparedAt = Date.now();
    const needed = await pathwaysNeedingRun(this.#db);
    const { count } = await this.#client.workflow.count(running);
    if (count === needed.length) return [];
    const alive = new Set<string>();
    for await (const { workflowId } of this.#client.workflow.list({ query: running })) alive.add(workflowId);
    return needed.filter(({ pathwayId }) => !alive.has(pathwayWorkflowId(pathwayId)));
  }
}

const kinds = [workflowTypes.diversion, workflowTypes.compulsory].map((type) => `'${type}'`).join(', ');
const running = `ExecutionStatus = 'Running' AND WorkflowType IN (${kinds}) AND ${searchAttributes.force} IS NOT NULL`;

/** Acts on each, some at once, and answers what failed; gives up where a whole batch fails, since then nothing answers. */
async function inBatches<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<unknown[]> {
  const failures: unknown[] = [];
  for (let index = 0; index < items.length; index += atOnce) {
    const part = items.slice(index, index + atOnce);
    const results = await Promise.allSettled(part.map((item) => act(item)));
    const failed = results
      .filter((result) => result.status === 'rejected')
      .map(({ reason }) => reason as unknown);
    failures.push(...failed);
    if (failed.length === atOnce) break;
  }
  return failures;
}
