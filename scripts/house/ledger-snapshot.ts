import pg from 'pg';
import type { Role } from '../../workflows/domain/common/actor.ts';
import type { EventEffects, StoredEvent } from '../../workflows/domain/common/event.ts';
import type { Instant } from '../../workflows/domain/common/instant.ts';
import type { Json } from '../../workflows/domain/common/json.ts';
import type { PathwayKindName } from '../../workflows/domain/common/pathway-kind.ts';
import type { PathwaySummary } from '../../workflows/domain/common/pathway-state.ts';

/** Everything the checks look at, read by SQL of their own in one transaction. */
export interface LedgerSnapshot {
  readonly pathways: readonly LedgerPathway[];
  readonly requests: readonly RequestRow[];
  readonly messages: readonly MessageRow[];
  readonly tasks: readonly TaskRow[];
  readonly facts: readonly FactRow[];
}

export interface LedgerPathway {
  readonly forceId: string;
  readonly pathwayId: string;
  readonly personId: string;
  readonly kind: PathwayKindName;
  readonly openingCommandId: string;
  readonly headSeq: number;
  readonly needsRun: boolean;
  /** The columns that lists read, which must say what the summary says. */
  readonly columns: Pick<
    PathwaySummary,
    'stage' | 'closedAt' | 'closureReason' | 'needsRun' | 'attention' | 'providerId'
  > & {
    readonly lateSince: Instant | null;
    readonly nextDueAt: Instant | null;
    readonly nextDueRule: string | null;
  };
  readonly summary: Json;
  readonly events: readonly StoredEvent[];
}

export interface RequestRow {
  readonly key: string;
  readonly commandId: string;
  readonly state: string;
  readonly status: number | null;
}

export interface MessageRow {
  readonly id: string;
  readonly pathwayId: string;
  readonly commandId: string;
  readonly purpose: string;
  readonly urgency: number;
  readonly status: string;
  readonly reason: string | null;
  readonly gatewayId: string | null;
  readonly plannedAt: Instant;
}

export interface TaskRow {
  readonly taskId: string;
  readonly pathwayId: string;
  readonly breachId: string;
  readonly status: string;
}

export interface FactRow {
  readonly factId: string;
  readonly personId: string;
  readonly kind: string;
  readonly taskId: string | null;
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
  /** What it says beside its kind. */
  readonly data: Readonly<Record<string, Json>>;
  readonly requestId: string;
  readonly carried: boolean;
}

interface PathwayColumns {
  force_id: string;
  id: string;
  person_id: string;
  kind: PathwayKindName;
  opening_command_id: string;
  head_seq: number;
  stage: string;
  closed_at: Date | null;
  closure_reason: string | null;
  next_due_at: Date | null;
  next_due_rule: string | null;
  needs_run: boolean;
  provider_id: string | null;
  attention: PathwaySummary['attention'];
  late_since: Date | null;
  summary: Json;
}

interface EventColumns {
  force_id: string;
  pathway_id: string;
  seq: number;
  type: string;
  version: number;
  data: Json;
  effects: EventEffects;
  occurred_at: Date;
  recorded_at: Date;
  command_id: string;
  actor_id: string;
  actor_role: Role;
  organisation_id: string;
}

/** @throws Error when the database does not answer */
export async function readLedger(databaseUrl: string): Promise<LedgerSnapshot> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'faults-checks' });
  await client.connect();
  try {
    await client.query('begin isolation level repeatable read read only');
    const { rows: events } = await client.query<EventColumns>(
      `select force_id, pathway_id, seq, type, version, data, effects, occurred_at, recorded_at, command_id,
         actor_id, actor_role, organisation_id from event order by force_id, pathway_id, seq`,
    );
    const eventsOf = new Map<string, StoredEvent[]>();
    for (const row of events) {
      eventsOf.set(row.pathway_id, [...(eventsOf.get(row.pathway_id) ?? []), storedEvent(row)]);
    }
    const { rows: pathways } = await client.query<PathwayColumns>(
      'select * from pathway order by created_at',
    );
    return {
      pathways: pathways.map((row) => ({
        ...ledgerPathway(row),
        events: eventsOf.get(row.id) ?? [],
      })),
      requests: await rowsOf<RequestRow>(
        client,
        'select key, command_id::text as "commandId", state, status from request',
      ),
      messages: await rowsOf<MessageRow>(
        client,
        `select id, pathway_id as "pathwayId", command_id as "commandId", purpose, urgency, status, reason,
           gateway_id as "gatewayId", planned_at as "plannedAt" from message`,
      ),
      tasks: await rowsOf<TaskRow>(
        client,
        'select id as "taskId", pathway_id as "pathwayId", breach_id as "breachId", status from arrest_task',
      ),
      facts: await rowsOf<FactRow>(
        client,
        `select id as "factId", person_id as "personId", kind, task_id as "taskId", data,
           occurred_at as "occurredAt", recorded_at as "recordedAt",
           request_id as "requestId", carried_at is not null as carried from person_fact`,
      ),
    };
  } finally {
    await client.end();
  }
}

function ledgerPathway(row: PathwayColumns): Omit<LedgerPathway, 'events'> {
  return {
    forceId: row.force_id,
    pathwayId: row.id,
    personId: row.person_id,
    kind: row.kind,
    openingCommandId: row.opening_command_id,
    headSeq: row.head_seq,
    needsRun: row.needs_run,
    columns: {
      stage: row.stage,
      closedAt: instantOf(row.closed_at),
      closureReason: row.closure_reason,
      needsRun: row.needs_run,
      attention: row.attention,
      lateSince: instantOf(row.late_since),
      providerId: row.provider_id,
      nextDueAt: instantOf(row.next_due_at),
      nextDueRule: row.next_due_rule,
    },
    summary: row.summary,
  };
}

function storedEvent(row: EventColumns): StoredEvent {
  const { type, version, data, effects, seq } = row;
  return {
    ...effects,
    type,
    version,
    data,
    seq,
    occurredAt: row.occurred_at.toISOString(),
    recordedAt: row.recorded_at.toISOString(),
    commandId: row.command_id,
    actor: {
      userId: row.actor_id,
      role: row.actor_role,
      organisationId: row.organisation_id,
      forceId: row.force_id,
    },
  };
}

/** Rows whose columns are named as the fields; times become instants. */
async function rowsOf<T>(client: pg.Client, sql: string): Promise<T[]> {
  const { rows } = await client.query<Record<string, unknown>>(sql);
  return rows.map(
    (row) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [
          name,
          value instanceof Date ? value.toISOString() : value,
        ]),
      ) as T,
  );
}

function instantOf(date: Date | null): Instant | null {
  return date === null ? null : date.toISOString();
}
