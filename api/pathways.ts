import type { z } from 'zod';
import { readEvents } from '../store/ledger.ts';
import type { Database } from '../store/database.ts';
import { pathwayById } from '../store/pathways.ts';
import type { ListedPathway, PathwayRow } from '../store/pathways.ts';
import { wholeForce } from '../store/scope.ts';
import type { StoredEvent } from '../workflows/domain/common/event.ts';
import { secondsBetween } from '../workflows/domain/common/instant.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import { describeLocal } from '../workflows/domain/common/london-time.ts';
import { allowedCommands } from '../workflows/domain/common/pathway-table.ts';
import { mayRead, rolesOfCommand, sendableCommands } from './access-policy.ts';
import type { Caller } from './caller.ts';
import { factTable, personFactNames } from './fact-table.ts';
import { fold, foldReferral, tableOf } from './kinds.ts';
import { longestOverdue } from './lateness.ts';
import { Problem } from './problems.ts';
import { reading } from './route.ts';
import type { Route } from './route.ts';
import { eventList, pathwayView } from './schemas/answers.ts';
import type { pathwayLine } from './schemas/answers.ts';
import { pathwayParams } from './schemas/lists.ts';

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

export function pathwayRoutes({ db }: { readonly db: Database }): Route[] {
  return [
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

/** Field by field: a page has many lines, and objects spread into one another cost more than all the rest of a line. */
export function lineOf(row: ListedPathway, now: Instant): z.output<typeof pathwayLine> {
  const { overdueFor, overdueSince } = longestOverdue(row, now);
  return {
    pathwayId: row.pathwayId,
    reference: row.reference,
    kind: row.kind,
    stage: row.stage,
    stageTitle: tableOf(row.kind).stages[row.stage]?.title ?? row.stage,
    personId: row.personId,
    providerId: row.providerId,
    area: row.area,
    markers: [...row.markers],
    workerId: row.workerId,
    receivedAt: row.receivedAt,
    acceptedAt: row.acceptedAt,
    closedAt: row.closedAt,
    closureReason: row.closureReason,
    nextDueAt: row.nextDueAt,
    nextDueRule: row.nextDueRule,
    overdueFor,
    overdueSince,
    attention: row.attention.map(({ code }) => code),
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
    ...lineOf(row, now),
    origin: row.kind === 'diversion' ? originOf(events) : null,
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
    allowedCommands: [
      ...allowedCommands(table, state.stage, caller.roles)
        .filter((name) => sendable.includes(name))
        .map((name) => ({
          name,
          title: table.commands[name]?.title ?? name,
          effect: table.commands[name]?.effect ?? '',
          source: table.commands[name]?.source ?? '',
        })),
      ...factsToTell(row.kind, caller),
    ],
  };
}

/** As the opening event tells it, and the ledger keeps it. */
function originOf(events: readonly StoredEvent[]): z.output<typeof pathwayView>['origin'] {
  const { source, prison, courtOrder } = foldReferral(events);
  return { ...source, prison: prison ?? null, courtOrder: courtOrder ?? null };
}

/** Facts about the person: never refused for the stage of a case. */
function factsToTell(kind: PathwayRow['kind'], caller: Caller) {
  return personFactNames
    .map((fact) => factTable[fact])
    .filter(({ command }) => rolesOfCommand(kind, command)?.some((role) => caller.roles.includes(role)))
    .map(({ command, title, effect, source }) => ({ name: command, title, effect, source }));
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
