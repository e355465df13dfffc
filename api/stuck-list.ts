import type { Client } from '@temporalio/client';
import type { z } from 'zod';
import {
  countLivePathways,
  failingPathways,
  livePathways,
  lookAtQueues,
  lookAtRun,
} from '../platform/engine-probe.ts';
import type { RetryingActivity } from '../platform/engine-probe.ts';
import type { RunAddress } from '../platform/pathway-runs.ts';
import type { Database } from '../store/database.ts';
import { pathwayById, pathwaysNeedingRun } from '../store/pathways.ts';
import { wholeForce } from '../store/scope.ts';
import type { Scope } from '../store/scope.ts';
import {
  attentionRows,
  engineRows,
  factRows,
  ledgerCauses,
  unassignedCause,
  unassignedRows,
} from '../store/stuck.ts';
import type { StuckRow } from '../store/stuck.ts';
import { suspectRuns } from '../store/suspect-runs.ts';
import { lastSweep } from '../store/sweeps.ts';
import { deliveryWaitTypes } from '../workflows/contract/activities.ts';
import { toInstant } from '../workflows/domain/common/instant.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import { describeLocal } from '../workflows/domain/common/london-time.ts';
import { diversionTable } from '../workflows/domain/diversion/table.ts';
import { casesReadableBy, mayRead } from './access-policy.ts';
import type { Caller } from './caller.ts';
import { within } from './health.ts';
import { tableOf } from './kinds.ts';
import { engineCauseOf, remedies, silentQueueWords } from './stuck-causes.ts';
import type { EngineCauseCode } from './stuck-causes.ts';
import type { stuckList, stuckRow } from './schemas/answers.ts';

/** Rows of each source; a list that is longer says so. */
export const mostRows = 500;

/** No trouble: for the hours in which texts may leave; for an access code, whose own delivery is listed. */
const onPurpose = [deliveryWaitTypes.hours, deliveryWaitTypes.enrolment] as const;

/** So many runs are looked at one by one. */
const mostLooks = 60;
const looksAtOnce = 10;

const engineWithinMs = 3_000;

/** A poll lasts a minute at most, so an idle worker was seen within this. */
const pollSilentMs = 75_000;
/** What waits longer than this in a queue has no worker that takes it. */
const backlogSeconds = 10;
/** The sweep runs every five seconds; the list says where it does not. */
const sweepSilentMs = 30_000;

type Row = z.output<typeof stuckRow>;
type Part = z.output<typeof stuckList>['parts'][number];

interface EngineFindings {
  readonly rows: readonly StuckRow[];
  readonly parts: readonly Part[];
  readonly tries: ReadonlyMap<string, RetryingActivity>;
}

/**
 * Everything that cannot move by itself, longest first. PostgreSQL tells most of it; what only Temporal
 * knows is added, and where Temporal is away the list says that this part is missing.
 */
export async function listStuck(
  db: Database,
  client: Client,
  caller: Caller,
): Promise<z.output<typeof stuckList>> {
  const scope = scopeOf(caller);
  const looking = within(findInEngine(db, client, caller.forceId), undefined, engineWithinMs);
  const [attention, unassigned, ledger, facts, sweep] = await Promise.all([
    attentionRows(db, scope, { limit: mostRows }),
    unassignedRows(db, scope, { limit: mostRows, owner: diversionTable.attention[unassignedCause].owner }),
    engineRows(db, scope, { limit: mostRows }),
    factRows(db, scope, { limit: mostRows }),
    sweepPart(db),
  ]).finally(() => looking);
  const engine = await looking;
  const findings = engine ?? engineAway;
  const byId = new Map(
    [...ledger, ...facts, ...findings.rows, ...unassigned, ...attention].map((row) => [row.id, row]),
  );
  const rows = [...byId.values()]
    .filter((row) => mayRead(caller, row))
    .sort((a, b) => (a.since === b.since ? (a.id < b.id ? -1 : 1) : a.since < b.since ? -1 : 1))
    .slice(0, mostRows);
  const items = rows.map((row) => viewOf(row, findings.tries.get(row.id)));
  const now = toInstant(Date.now());
  return {
    asAt: now,
    asAtText: describeLocal(now),
    complete: engine !== undefined && byId.size <= mostRows,
    parts: [...findings.parts, sweep],
    counts: countsOf(items),
    items,
  };
}

function countsOf(items: readonly Row[]): z.output<typeof stuckList>['counts'] {
  const counts = new Map<string, { causeCode: string; title: string; count: number }>();
  for (const { causeCode, title } of items) {
    const count = (counts.get(causeCode)?.count ?? 0) + 1;
    counts.set(causeCode, { causeCode, title, count });
  }
  return [...counts.values()].sort((one, other) => other.count - one.count);
}

/** All of the force, or where every readable kind is held to one provider, that provider's. */
function scopeOf(caller: Caller): Scope {
  const cases = casesReadableBy(caller);
  const held = cases.length > 0 && cases.every(({ providerId }) => providerId !== null);
  return { forceId: caller.forceId, providerId: held ? caller.organisationId : null };
}

const engineAway: EngineFindings = {
  rows: [],
  tries: new Map(),
  parts: [
    {
      part: 'temporal',
      well: false,
      words: 'Temporal does not answer: failing runs, retries and lost runs are missing from this list.',
    },
  ],
};

async function sweepPart(db: Database): Promise<Part> {
  const at = await lastSweep(db);
  const well = at !== null && Date.now() - Date.parse(at) <= sweepSilentMs;
  return {
    part: 'sweep',
    well,
    words: well
      ? 'The sweep starts runs that are missing.'
      : `The sweep last ended ${at === null ? 'never' : `on ${describeLocal(at)}`}: runs that are missing stay missing.`,
  };
}

/** @throws the client's errors: then nothing of it counts */
async function findInEngine(db: Database, client: Client, forceId: string): Promise<EngineFindings> {
  return client.withDeadline(Date.now() + engineWithinMs, async () => {
    // What PostgreSQL knows comes first: where it is away, Temporal need not be asked at all.
    const [needed, suspects, overdue] = await Promise.all([
      pathwaysNeedingRun(db),
      suspectRuns(db, forceId, mostLooks),
      engineRows(db, wholeForce(forceId), { limit: mostLooks }),
    ]);
    const [queues, failing, differing] = await Promise.all([
      lookAtQueues(client),
      failingPathways(client, forceId, mostLooks),
      differingRuns(
        client,
        forceId,
        needed.filter((address) => address.forceId === forceId),
      ),
    ]);
    const ids = new Set([
      ...failing,
      ...differing,
      ...suspects.map(({ pathwayId }) => pathwayId),
      ...overdue.map(({ pathwayId }) => pathwayId),
    ]);
    const rows: StuckRow[] = [];
    const tries = new Map<string, RetryingActivity>();
    await inTurns([...ids].slice(0, mostLooks), async (pathwayId) => {
      for (const found of await lookAt(db, client, forceId, pathwayId)) {
        rows.push(found.row);
        if (found.retrying !== undefined) tries.set(found.row.id, found.retrying);
      }
    });
    return {
      rows,
      tries,
      parts: [{ part: 'temporal', well: true, words: 'Temporal answers.' }, ...queues.map(queuePart)],
    };
  });
}

function queuePart({
  queue,
  lastPoll,
  backlogSeconds: waited,
}: {
  queue: string;
  lastPoll: Instant | null;
  backlogSeconds: number;
}): Part {
  const polled = lastPoll !== null && Date.now() - Date.parse(lastPoll) <= pollSilentMs;
  const well = polled && waited <= backlogSeconds;
  return {
    part: queue,
    well,
    words: well ? 'Workers take its work.' : (silentQueueWords[queue] ?? 'No worker takes its work.'),
  };
}

/**
 * Pathways of which the ledger and the list of runs disagree: a run that ought to be alive and seems not to be, or the
 * other way round (M208). By count first, by name only where the counts differ.
 */
async function differingRuns(
  client: Client,
  forceId: string,
  needed: readonly RunAddress[],
): Promise<string[]> {
  if ((await countLivePathways(client, forceId)) === needed.length) return [];
  const alive = new Set(await livePathways(client, forceId));
  const wanted = new Set(needed.map(({ pathwayId }) => pathwayId));
  return [...[...wanted].filter((id) => !alive.has(id)), ...[...alive].filter((id) => !wanted.has(id))];
}

interface Found {
  readonly row: StuckRow;
  readonly retrying?: RetryingActivity;
}

/** The list of runs lags a little, so each suspect is looked at itself. */
async function lookAt(db: Database, client: Client, forceId: string, pathwayId: string): Promise<Found[]> {
  const [look, pathway] = await Promise.all([
    lookAtRun(client, pathwayId),
    pathwayById(db, wholeForce(forceId), pathwayId),
  ]);
  if (pathway === null) return [];
  const row = (cause: EngineCauseCode, since: Instant | null): StuckRow => ({
    ...{ id: `${pathwayId}:${cause}`, pathwayId, reference: pathway.reference, kind: pathway.kind },
    ...{ stage: pathway.stage, providerId: pathway.providerId, cause, since: since ?? pathway.updatedAt },
    ...{ owner: 'Operator', refs: [] },
  });
  if (!pathway.needsRun) {
    // A run that is only now coming to its end is no trouble.
    const ending = Date.now() - Date.parse(pathway.updatedAt) < 10_000;
    return look.alive && !ending ? [{ row: row('run-left-over', pathway.updatedAt) }] : [];
  }
  if (!look.alive) {
    // A run that is only now being started is no trouble yet.
    const young = Date.now() - Date.parse(pathway.createdAt) < 10_000;
    return young ? [] : [{ row: row(ledgerCauses.runMissing, pathway.updatedAt) }];
  }
  const failing = look.failingTask;
  return [
    ...(failing === null ? [] : [{ row: row('workflow-task-failing', failing.since) }]),
    ...look.retrying.flatMap((retrying): Found[] => {
      const cause = retrying.type === 'append' ? 'append-retrying' : 'delivery-retrying';
      if (onPurpose.some((type) => type === retrying.failureType)) return [];
      return [{ row: row(cause, retrying.since), retrying }];
    }),
  ];
}

async function inTurns<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  for (let start = 0; start < items.length; start += looksAtOnce) {
    await Promise.all(items.slice(start, start + looksAtOnce).map(work));
  }
}

function viewOf(row: StuckRow, retrying: RetryingActivity | undefined): Row {
  const table = tableOf(row.kind);
  const engine = engineCauseOf(row.cause);
  const practice = table.attention[row.cause];
  const offered = engine?.remedies ?? (practice?.family === 'engine' ? (['wake'] as const) : []);
  return {
    ...{ id: row.id, pathwayId: row.pathwayId, reference: row.reference, kind: row.kind, stage: row.stage },
    stageTitle: table.stages[row.stage]?.title ?? row.stage,
    family: engine === undefined ? (practice?.family ?? 'practice') : 'engine',
    causeCode: row.cause,
    title: engine?.title ?? practice?.title ?? row.cause,
    cause: engine?.cause ?? practice?.cause ?? row.cause,
    ...{ since: row.since, sinceText: describeLocal(row.since), owner: row.owner, refs: [...row.refs] },
    remedy: engine?.remedy ?? practice?.remedy ?? '',
    remedies: offered.map((name) => ({ name, ...remedies[name] })),
    tries: retrying === undefined ? null : { attempt: retrying.attempt, failureType: retrying.failureType },
  };
}

/** The remedies that a cause offers on a pathway of this kind. */
export function remediesOf(kind: StuckRow['kind'], cause: string): readonly string[] | undefined {
  const engine = engineCauseOf(cause);
  if (engine !== undefined) return engine.remedies;
  const practice = tableOf(kind).attention[cause];
  return practice === undefined ? undefined : practice.family === 'engine' ? ['wake'] : [];
}
