import type { z } from 'zod';
import { readEvents } from '../store/ledger.ts';
import type { Database } from '../store/database.ts';
import { BadCursorError, listPathways, pathwayById } from '../store/pathways.ts';
import type { PathwayRow } from '../store/pathways.ts';
import { wholeForce } from '../store/scope.ts';
import type { StoredEvent } from '../workflows/domain/common/event.ts';
import { secondsBetween } from '../workflows/domain/common/instant.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import { describeLocal } from '../workflows/domain/common/london-time.ts';
import { allowedCommands } from '../workflows/domain/common/pathway-table.ts';
import { casesReadableBy, mayRead, sendableCommands } from './access-policy.ts';
import type { Caller } from './caller.ts';
import type { CursorSeal } from './cursor.ts';
import { fold, tableOf } from './kinds.ts';
import { Problem } from './problems.ts';
import { reading } from './route.ts';
import type { Route } from './route.ts';
import { eventList, pathwayList, pathwayView } from './schemas/answers.ts';
import type { pathwayLine } from './schemas/answers.ts';
import { listQuery, pathwayParams } from './schemas/lists.ts';

/**
 * The pathway, where the caller may read it.
 *
 * @throws Problem `not-found`, also for a pathway of another force, another provider or a kind that is not theirs
 */
export async function readablePathway(db: Database, caller: Caller, pathwayId: string): Promise<PathwayRow> {
  const row = await pathwayById(db, wholeForce(caller.forceId), pathwayId);
  if (row === null || !mayRead(caller, row)) throw new Problem('not-found');
  return row;
}

export function pathwayRoutes({
  db,
  cursors,
}: {
  readonly db: Database;
  readonly cursors: CursorSeal;
}): Route[] {
  return [
    reading({
      method: 'get',
      path: '/api/v1/pathways',
      summary: 'Lists the pathways that the caller may read',
      tag: 'pathways',
      query: listQuery,
      answers: { 200: { description: 'One page', body: pathwayList } },
      problems: ['invalid-cursor'],
      handle: async ({ caller, query }) => {
        const { cursor, limit, order, state, attention, 'due-before': dueBefore, ...filter } = query;
        const place = JSON.stringify([caller.forceId, { ...query, cursor: undefined, limit: undefined }]);
        const { kind, providerId } = listScope(caller, filter.kind);
        if (kind === 'none') return { status: 200, body: { items: [], next: null } };
        const { rows, next } = await listPathways(
          db,
          { forceId: caller.forceId, providerId },
          {
            filter: {
              ...(kind === undefined ? {} : { kind }),
              ...(filter.stage === undefined ? {} : { stage: filter.stage }),
              ...(filter.provider === undefined ? {} : { providerId: filter.provider }),
              ...(filter.person === undefined ? {} : { personId: filter.person }),
              ...(filter.reference === undefined ? {} : { reference: filter.reference }),
              ...(state === undefined ? {} : { closed: state === 'closed' }),
              ...(dueBefore === undefined ? {} : { dueBefore }),
              ...(attention === undefined ? {} : { needsAttention: attention === 'true' }),
            },
            order,
            limit,
            ...(cursor === undefined ? {} : { after: cursors.open(cursor, place) }),
          },
        ).catch((error: unknown) => {
          throw error instanceof BadCursorError ? new Problem('invalid-cursor') : error;
        });
        return {
          status: 200,
          body: { items: rows.map(lineOf), next: next === null ? null : cursors.seal(next, place) },
        };
      },
    }),
    reading({
      method: 'get',
      path: '/api/v1/pathways/{pathwayId}',
      summary: 'One pathway: its stage, what it waits for, its clocks, what the caller may do',
      tag: 'pathways',
      params: pathwayParams,
      answers: { 200: { description: 'The pathway', body: pathwayView } },
      problems: ['not-found'],
      handle: async ({ caller, params, receivedAt }) => {
        const row = await readablePathway(db, caller, params.pathwayId);
        const events = await readEvents(db, wholeForce(caller.forceId), row.pathwayId);
        return { status: 200, body: viewOf(row, events, caller, receivedAt) };
      },
    }),
    reading({
      method: 'get',
      path: '/api/v1/pathways/{pathwayId}/events',
      summary: 'The ledger of one pathway, in order',
      tag: 'pathways',
      params: pathwayParams,
      answers: { 200: { description: 'Every event', body: eventList } },
      problems: ['not-found'],
      handle: async ({ caller, params }) => {
        const row = await readablePathway(db, caller, params.pathwayId);
        const events = await readEvents(db, wholeForce(caller.forceId), row.pathwayId);
        return {
          status: 200,
          body: { pathwayId: row.pathwayId, demo: row.demo, items: events.map(eventOf) },
        };
      },
    }),
  ];
}

type Kind = PathwayRow['kind'];

/**
 * What a list may hold. Who has roles of a provider and of the force at once must name the kind: one list
 * has one scope.
 */
function listScope(
  caller: Caller,
  asked: Kind | undefined,
): { kind?: Kind | 'none'; providerId: string | null } {
  const cases = casesReadableBy(caller).filter(({ kind }) => asked === undefined || kind === asked);
  const [first, second] = cases;
  if (first === undefined) return { kind: 'none', providerId: null };
  if (second === undefined) return first;
  if (first.providerId !== second.providerId) {
    throw new Problem('invalid-request', {
      errors: [
        { path: '/kind', code: 'required', message: 'kind is needed: your roles see the kinds differently' },
      ],
    });
  }
  return { providerId: first.providerId };
}

export function lineOf(row: PathwayRow): z.output<typeof pathwayLine> {
  const { pathwayId, reference, kind, stage, personId, providerId, receivedAt } = row;
  const { closedAt, closureReason, nextDueAt, nextDueRule, attention } = row;
  return {
    ...{ pathwayId, reference, kind, stage, stageTitle: tableOf(kind).stages[stage]?.title ?? stage },
    ...{ personId, providerId, receivedAt, closedAt, closureReason, nextDueAt, nextDueRule },
    attention: attention.map(({ code }) => code),
    demo: row.demo,
  };
}

function viewOf(
  row: PathwayRow,
  events: readonly StoredEvent[],
  caller: Caller,
  now: Instant,
): z.output<typeof pathwayView> {
  const { state, explain } = fold(row.kind, events);
  const table = tableOf(row.kind);
  const sendable = sendableCommands(row.kind);
  return {
    ...lineOf(row),
    stage: state.stage,
    stageTitle: table.stages[state.stage]?.title ?? state.stage,
    stageMeaning: table.stages[state.stage]?.meaning ?? '',
    seq: state.seq,
    waits: explain(now).waits.map((wait) => ({
      ...wait,
      sinceText: describeLocal(wait.since),
      untilText: wait.until === null ? null : describeLocal(wait.until),
      whoCanMove: [...wait.whoCanMove],
    })),
    deadlines: state.deadlines.map((clock) => ({
      ...clock,
      title: table.deadlines[clock.rule]?.title ?? clock.rule,
      dueText: describeLocal(clock.due),
      overdue: clock.due <= now,
      source: table.deadlines[clock.rule]?.source ?? '',
      whoCanMove: [...(table.deadlines[clock.rule]?.whoCanMove ?? [])],
    })),
    attention: state.attention.map((item) => ({
      ...item,
      title: table.attention[item.code]?.title ?? item.code,
      cause: table.attention[item.code]?.cause ?? item.code,
      remedy: table.attention[item.code]?.remedy ?? '',
      sinceText: describeLocal(item.since),
    })),
    allowedCommands: allowedCommands(table, state.stage, caller.roles)
      .filter((name) => sendable.includes(name))
      .map((name) => ({
        name,
        title: table.commands[name]?.title ?? name,
        effect: table.commands[name]?.effect ?? '',
        source: table.commands[name]?.source ?? '',
      })),
  };
}

/** An event for people: who, when in the world, when recorded; of a passed clock also how late. */
function eventOf({ actor, ...event }: StoredEvent) {
  const { userId, role, organisationId } = actor;
  const due = event.type === 'deadline-passed' ? dueOf(event.data) : undefined;
  return {
    ...event,
    occurredText: describeLocal(event.occurredAt),
    actor: { userId, role, organisationId },
    ...(due === undefined ? {} : { lateBySeconds: secondsBetween(due, event.recordedAt) }),
  };
}

function dueOf(data: unknown): Instant | undefined {
  const due: unknown = typeof data === 'object' && data !== null && 'due' in data ? data.due : undefined;
  return typeof due === 'string' ? due : undefined;
}
