import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { RunView } from '../../../workflows/contract/envelope.ts';
import {
  pathwayWorkflowId,
  searchAttributes,
  viewQuery,
  workflowTypes,
} from '../../../workflows/contract/temporal.ts';
import { readLedger, type LedgerPathway } from '../../../scripts/house/ledger-snapshot.ts';
import { foldOf, sameJson } from '../../../scripts/house/folds.ts';
import { violation, type Violation } from '../../../scripts/house/violation.ts';

/** The list of runs lags behind what is true; what a kill has upset is put right within this. */
const patienceMs = 30_000;
const queriesAtOnce = 20;
const queryWithinMs = 12_000;

const pathwayTypes = [workflowTypes.diversion, workflowTypes.compulsory]
  .map((type) => `'${type}'`)
  .join(', ');
const alive = `ExecutionStatus = 'Running' AND WorkflowType IN (${pathwayTypes}) AND ${searchAttributes.force} IS NOT NULL`;

/**
 * I12: the runs that are alive are those that ought to be, and none of them fails its tasks. A run that has
 * ended but for a text whose outcome is still looked for waits for that.
 */
export async function checkRuns(client: Client, databaseUrl: string): Promise<Violation[]> {
  return patiently(async () => {
    const { pathways, messages } = await readLedger(databaseUrl);
    const owed = new Set(
      messages
        .filter(({ status }) => status === 'planned' || status === 'sending')
        .map(({ pathwayId }) => pathwayWorkflowId(pathwayId)),
    );
    const needed = new Set(
      pathways.filter(({ needsRun }) => needsRun).map(({ pathwayId }) => pathwayWorkflowId(pathwayId)),
    );
    const running = new Set(await idsOf(client, alive));
    const failing = await idsOf(
      client,
      "ExecutionStatus = 'Running' AND TemporalReportedProblems IS NOT NULL",
    );
    return [
      ...failing.map((id) => violation('I12', `${id} fails its workflow tasks`)),
      ...[...needed]
        .filter((id) => !running.has(id))
        .map((id) => violation('I12', `${id} ought to run and does not`)),
      ...[...running]
        .filter((id) => !needed.has(id) && !owed.has(id))
        .map((id) => violation('I12', `${id} runs and need not`)),
    ];
  });
}

/** I11, the engine's half: each run holds the state that the ledger amounts to. */
export async function checkRunningStates(
  client: Client,
  databaseUrl: string,
  isAsked: (pathway: LedgerPathway) => boolean,
): Promise<Violation[]> {
  let asked = isAsked;
  return patiently(async () => {
    // Clocks go on while states are compared, so the ledger is read again with each try.
    const { pathways } = await readLedger(databaseUrl);
    const rest = pathways.filter((pathway) => pathway.needsRun && asked(pathway));
    const differing = new Map<string, Violation>();
    for (let index = 0; index < rest.length; index += queriesAtOnce) {
      await Promise.all(
        rest.slice(index, index + queriesAtOnce).map(async (pathway) => {
          const difference = await differenceOf(client, pathway);
          if (difference === undefined) return;
          differing.set(pathway.pathwayId, violation('I11', `${pathway.pathwayId}: ${difference}`));
        }),
      );
    }
    asked = ({ pathwayId }) => differing.has(pathwayId);
    return [...differing.values()];
  });
}

async function differenceOf(client: Client, pathway: LedgerPathway): Promise<string | undefined> {
  let view: RunView;
  try {
    const handle = client.workflow.getHandle(pathwayWorkflowId(pathway.pathwayId));
    view = await client.withDeadline(Date.now() + queryWithinMs, () => handle.query(viewQuery));
  } catch (error) {
    return `the run does not tell its state (${error instanceof Error ? error.name : 'unknown'})`;
  }
  const fold = foldOf(pathway);
  if (!view.caughtUp || view.inbox > 0)
    return `the run has not caught up, or ${String(view.inbox)} commands wait`;
  return sameJson(view.state, fold)
    ? undefined
    : `the run's state is ${JSON.stringify(view.state)}, the fold's ${JSON.stringify(fold)}`;
}

async function idsOf(client: Client, query: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { workflowId } of client.workflow.list({ query })) ids.push(workflowId);
  return ids;
}

/** What is still wrong when it has been given time to come right. */
async function patiently(find: () => Promise<Violation[]>): Promise<Violation[]> {
  const giveUpAt = Date.now() + patienceMs;
  for (;;) {
    const found = await find();
    if (found.length === 0 || Date.now() > giveUpAt) return found;
    await pause(250);
  }
}
