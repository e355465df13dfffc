import { randomUUID } from 'node:crypto';
import { FieldEncryption } from '../../platform/field-encryption.ts';
import { KeyRing } from '../../platform/key-ring.ts';
import { openDatabase } from '../../store/database.ts';
import type { Database } from '../../store/database.ts';
import { openPathway } from '../../store/intake.ts';
import type { Intake, OpenedPathway } from '../../store/intake.ts';
import type { JudgedBy } from '../../store/message-handover.ts';
import { messageForDelivery } from '../../store/messages.ts';
import type { PersonDetails } from '../../store/person-columns.ts';
import { loadPreset } from '../../store/presets.ts';
import type { AppendEntry, AppendInput } from '../../workflows/contract/envelope.ts';
import type { Actor } from '../../workflows/domain/common/actor.ts';
import type { NewEvent } from '../../workflows/domain/common/event.ts';
import type { Json } from '../../workflows/domain/common/json.ts';
import type { MessageIntent } from '../../workflows/domain/common/message-intent.ts';
import type { PathwaySummary } from '../../workflows/domain/common/pathway-state.ts';
import { createTestDatabase } from './database.ts';

// Pathways as the ledger sees them: events and summaries of any content, for tests of the store alone.

export const force = 'dyfed-powys';
export const otherForce = 'demo';

/** Two keys, so that one can be taken away. */
export const testKeys = {
  first: { id: 'first', key: Buffer.alloc(32, 1) },
  second: { id: 'second', key: Buffer.alloc(32, 2) },
} as const;

export const testFields = new FieldEncryption(new KeyRing([testKeys.first]), Buffer.alloc(32, 9));

export interface StoreUnderTest {
  readonly db: Database;
  readonly url: string;
  close(): Promise<void>;
}

/** A database of its own with two forces in it, and 25 connections so that 20 callers really are at it at once. */
export async function openStore(): Promise<StoreUnderTest> {
  const { url, drop } = await createTestDatabase();
  const db = openDatabase(url, { max: 25, fields: testFields });
  await loadPreset(db, 'dyfed-powys-2024');
  await loadPreset(db, 'demo');
  return {
    db,
    url,
    async close() {
      await db.close();
      await drop();
    },
  };
}

export function anActor(forceId = force): Actor {
  return { userId: 'user-1', role: 'ProviderWorker', organisationId: 'ddas', forceId };
}

export function aSummary(changes: Partial<PathwaySummary> = {}): PathwaySummary {
  return {
    stage: 'awaiting-contact',
    closedAt: null,
    closureReason: null,
    needsRun: true,
    nextDeadline: null,
    attention: [],
    providerId: 'ddas',
    firstContactAt: null,
    engagedAt: null,
    appointments: [],
    tasks: [],
    ...changes,
  };
}

export function anEvent(changes: Partial<NewEvent> = {}): NewEvent {
  return {
    type: 'something-happened',
    version: 1,
    occurredAt: '2026-09-02T10:00:00.000Z',
    data: { code: 'a' },
    ...changes,
  };
}

export function anIntent(changes: Partial<MessageIntent> = {}): MessageIntent {
  return {
    purpose: 'appointment-reminder',
    channel: 'sms',
    urgency: 3,
    notBefore: '2026-09-03T08:00:00.000Z',
    expiresAt: '2026-09-04T08:00:00.000Z',
    appointmentId: 'appointment-1',
    ...changes,
  };
}

export function anEntry(changes: Partial<AppendEntry> = {}): AppendEntry {
  return {
    commandId: randomUUID(),
    actor: anActor(),
    policyVersion: 1,
    events: [anEvent()],
    intents: [],
    summary: aSummary(),
    ...changes,
  };
}

export function aPerson(changes: Partial<PersonDetails> = {}): PersonDetails {
  return {
    nominalNumber: `N${randomUUID()}`,
    surname: `Morgan-${randomUUID()}`,
    forenames: 'Siân Elin',
    birthDate: '1999-02-28',
    address: '1 Stryd Enghraifft',
    postcode: 'SA31 1ZZ',
    mobile: '07700 900123',
    email: 'sian@example.org',
    sex: 'F',
    ethnicity: 'W1',
    language: 'cy',
    safeToText: 'yes',
    ...changes,
  };
}

export function anIntake(
  changes: Partial<Omit<Intake, 'person' | 'entry'>> & {
    readonly person?: Partial<PersonDetails>;
    readonly entry?: Partial<AppendEntry>;
  } = {},
): Intake {
  const { person, entry, ...rest } = changes;
  const pathwayId = randomUUID();
  const personId = randomUUID();
  const forceId = rest.forceId ?? force;
  const receivedAt = rest.receivedAt ?? '2026-09-01T06:02:00.000Z';
  const data: Json = { pathwayId, personId, forceId };
  return {
    forceId,
    pathwayId,
    kind: 'diversion',
    source: 'acr',
    programme: 'acr-diversion',
    policyId: forceId === otherForce ? 'diversion:acr-diversion:demo' : 'diversion:acr-diversion',
    receivedAt,
    person: { ...aPerson(person), personId },
    entry: anEntry({
      actor: anActor(forceId),
      events: [anEvent({ type: 'opened', occurredAt: receivedAt, data })],
      ...entry,
    }),
    build: 'test',
    ...rest,
  };
}

export async function openAPathway(
  db: Database,
  changes: Parameters<typeof anIntake>[0] = {},
): Promise<OpenedPathway> {
  return openPathway(db, anIntake(changes));
}

export function anAppend(
  pathwayId: string,
  expectedSeq: number,
  entry: Partial<AppendEntry> | null = {},
  forceId = force,
): AppendInput {
  return {
    forceId,
    pathwayId,
    expectedSeq,
    entry: entry === null ? null : anEntry({ actor: anActor(forceId), ...entry }),
  };
}

/** What a message is judged by at this moment. */
export async function judgedNow(db: Database, intentId: string, forceId = force): Promise<JudgedBy> {
  const found = await messageForDelivery(db, forceId, intentId);
  if (found === null) throw new Error('No such message');
  return found.judgedBy;
}
