import { randomUUID } from 'node:crypto';
import type { RunAddress } from '../../platform/pathway-runs.ts';
import type { Database } from '../../store/database.ts';
import { openPathway } from '../../store/intake.ts';
import { append, readEvents } from '../../store/ledger.ts';
import { messagesOf } from '../../store/messages.ts';
import type { PersonDetails } from '../../store/person-columns.ts';
import { savePolicy } from '../../store/policies.ts';
import { wholeForce } from '../../store/scope.ts';
import type { AppendEntry } from '../../workflows/contract/envelope.ts';
import { systemActor } from '../../workflows/domain/common/actor.ts';
import type { Actor, Role } from '../../workflows/domain/common/actor.ts';
import { englandAndWalesBankHolidays } from '../../workflows/domain/common/bank-holidays.ts';
import type { Command } from '../../workflows/domain/common/command.ts';
import type { LedgerEvent } from '../../workflows/domain/common/event.ts';
import { isBefore, toInstant, type Instant } from '../../workflows/domain/common/instant.ts';
import { localParts } from '../../workflows/domain/common/london-time.ts';
import type { PathwayKind } from '../../workflows/domain/common/pathway-kind.ts';
import type { PathwayState } from '../../workflows/domain/common/pathway-state.ts';
import type { Policy } from '../../workflows/domain/common/policy.ts';
import type { RecordTestData } from '../../workflows/domain/compulsory/commands.ts';
import { compulsory } from '../../workflows/domain/compulsory/kind.ts';
import { defaultCompulsoryPolicy, type CompulsoryPolicy } from '../../workflows/domain/compulsory/policy.ts';
import type { ReferralData } from '../../workflows/domain/diversion/commands.ts';
import { diversion } from '../../workflows/domain/diversion/kind.ts';
import { defaultDiversionPolicy, type DiversionPolicy } from '../../workflows/domain/diversion/policy.ts';

export const testForce = 'test-force';
export const testProvider = 'ddas';

export function actor(role: Role, forceId = testForce): Actor {
  return { userId: `user-${role}`, role, organisationId: testProvider, forceId };
}

export function now(): Instant {
  return toInstant(Date.now());
}

export function command<D>(name: string, role: Role, data: D, occurredAt = now()): Command<string, D> {
  return { commandId: randomUUID(), name, data, occurredAt, receivedAt: now(), actor: actor(role) };
}

/** The force, its provider and one policy of each duty that a suite opens pathways under. */
export async function prepareForce(db: Database): Promise<void> {
  await db.pool.query(`insert into force (id, name, name_cy) values ($1, 'Test force', 'Heddlu prawf')`, [
    testForce,
  ]);
  await db.pool.query(
    `insert into organisation (force_id, id, kind, name, name_cy, valid_from)
      values ($1, $2, 'provider', 'Provider', 'Darparwr', '2000-01-01')`,
    [testForce, testProvider],
  );
}

export interface OpenedDiversion extends RunAddress {
  readonly personId: string;
  readonly policy: DiversionPolicy;
}

/** A referral as the API takes it in, with nothing started. */
export async function openDiversion(
  db: Database,
  given: {
    readonly receivedAt?: Instant;
    /** Becomes a version of its own. */
    readonly policy?: Partial<DiversionPolicy>;
    readonly referral?: Partial<ReferralData>;
    readonly person?: Partial<PersonDetails>;
  } = {},
): Promise<OpenedDiversion> {
  const receivedAt = given.receivedAt ?? now();
  const base = defaultDiversionPolicy(testForce, 'acr-diversion', englandAndWalesBankHolidays);
  const policy: DiversionPolicy =
    given.policy === undefined ? base : { ...base, policyId: `policy-${randomUUID()}`, ...given.policy };
  await savePolicy(db, policy);
  const pathwayId = randomUUID();
  const personId = randomUUID();
  const opening = command(
    'receive-referral',
    'PoliceOfficer',
    {
      pathwayId,
      personId,
      receivedAt,
      source: { source: 'police', via: 'records-export' },
      disposal: 'adult-community-resolution',
      offenceCode: '92E',
      offenceDate: localParts(receivedAt).date,
      birthDate: '1990-05-17',
      language: 'en',
      safeToText: 'yes',
      knownChannels: ['phone', 'text'],
      route: { providerId: testProvider, programme: 'acr-diversion', routeId: 'route-1' },
      policy,
      ...given.referral,
    } satisfies ReferralData,
    receivedAt,
  );
  const { person = {} } = given;
  await takeIn(db, diversion, opening, { pathwayId, personId, policy, receivedAt, source: 'acr', person });
  return { forceId: testForce, pathwayId, kind: 'diversion', personId, policy };
}

export interface OpenedCompulsory extends RunAddress {
  readonly personId: string;
  readonly policy: CompulsoryPolicy;
}

/** A positive test as the API takes it in, with nothing started. */
export async function openCompulsory(
  db: Database,
  given: {
    readonly testedAt?: Instant;
    /** Becomes a version of its own. */
    readonly policy?: Partial<CompulsoryPolicy>;
    readonly test?: Partial<RecordTestData>;
  } = {},
): Promise<OpenedCompulsory> {
  const testedAt = given.testedAt ?? now();
  const base = defaultCompulsoryPolicy(testForce, englandAndWalesBankHolidays);
  const policy: CompulsoryPolicy =
    given.policy === undefined ? base : { ...base, policyId: `policy-${randomUUID()}`, ...given.policy };
  await savePolicy(db, policy);
  const pathwayId = randomUUID();
  const personId = randomUUID();
  const opening = command(
    'record-test',
    'CustodyOfficer',
    {
      pathwayId,
      personId,
      testedAt,
      suiteCode: 'suite-1',
      basis: { kind: 'trigger-offence', offenceCode: 'theft' },
      selectionReasonCode: 'intelligence-led',
      results: [{ substance: 'cocaine', result: 'positive' }],
      birthDate: '1990-05-17',
      language: 'en',
      safeToText: 'yes',
      knownChannels: ['phone', 'text'],
      policy,
      ...given.test,
    } satisfies RecordTestData,
    testedAt,
  );
  await takeIn(db, compulsory, opening, {
    pathwayId,
    personId,
    policy,
    receivedAt: testedAt,
    source: 'drug-test',
  });
  return { forceId: testForce, pathwayId, kind: 'compulsory', personId, policy };
}

async function takeIn<S extends PathwayState>(
  db: Database,
  kind: PathwayKind<S>,
  opening: Command,
  given: {
    readonly pathwayId: string;
    readonly personId: string;
    readonly policy: Policy;
    readonly receivedAt: Instant;
    readonly source: string;
    readonly person?: Partial<PersonDetails>;
  },
): Promise<void> {
  const { pathwayId, personId, policy, receivedAt, source } = given;
  const entry = openingEntry(kind, opening);
  await openPathway(db, {
    forceId: testForce,
    pathwayId,
    kind: kind.name,
    source,
    programme: policy.programme,
    policyId: policy.policyId,
    receivedAt,
    person: {
      personId,
      nominalNumber: `N${personId}`,
      surname: 'Rees',
      forenames: 'Nia',
      birthDate: '1990-05-17',
      address: null,
      postcode: null,
      mobile: '07700900123',
      email: null,
      sex: 'F',
      ethnicity: null,
      language: 'en',
      safeToText: 'yes',
      ...given.person,
    },
    entry,
    build: 'test',
  });
}

/** @throws Error when the opening is refused */
export function openingEntry<S extends PathwayState>(kind: PathwayKind<S>, opening: Command): AppendEntry {
  // On a server whose clock has skipped ahead, that is the later one.
  return entryOf(kind, undefined, opening, isBefore(now(), opening.occurredAt) ? opening.occurredAt : now());
}

function entryOf<S extends PathwayState>(
  kind: PathwayKind<S>,
  before: S | undefined,
  given: Command,
  at: Instant,
): AppendEntry {
  const decision = kind.decide(before, given, at);
  if (decision.refusal !== undefined)
    throw new Error(`${decision.refusal.code}: ${decision.refusal.message}`);
  const { commandId, actor: by } = given;
  const state = decision.events.reduce<S | undefined>(
    (current, event) =>
      kind.evolve(current, {
        ...event,
        ...{ seq: (current?.seq ?? 0) + 1, commandId, actor: by },
      } as LedgerEvent),
    before,
  );
  if (state === undefined) throw new Error('The opening has no events');
  return {
    ...{ commandId, actor: by, policyVersion: state.policy.version },
    ...{ events: decision.events, intents: decision.intents, summary: kind.summarise(state) },
  };
}

/**
 * Takes a command on the ledger as the engine does, with no engine: at any time of the pathway's own.
 *
 * @returns the ids of the messages that it planned, by purpose
 * @throws Error when it is refused
 */
export async function takeOnLedger<S extends PathwayState>(
  db: Database,
  kind: PathwayKind<S>,
  pathwayId: string,
  act: { readonly name: string; readonly role: Role; readonly data: unknown; readonly at: Instant },
  forceId = testForce,
): Promise<ReadonlyMap<string, string>> {
  const { name, role, data, at } = act;
  const kept = await readEvents(db, wholeForce(forceId), pathwayId);
  const before = kept.reduce<S | undefined>(
    (state, event) => kind.evolve(state, kind.upcast(event)),
    undefined,
  );
  if (before === undefined) throw new Error('No such pathway');
  const given: Command = {
    ...{ ...command(name, role, data, at), receivedAt: at },
    actor: role === 'System' ? systemActor(forceId) : actor(role, forceId),
  };
  const entry = entryOf(kind, before, given, at);
  await append(db, { forceId, pathwayId, expectedSeq: before.seq, entry }, 'test');
  const all = await messagesOf(db, wholeForce(forceId), pathwayId);
  const planned = all.filter(({ commandId }) => commandId === given.commandId);
  return new Map(planned.map(({ purpose, intentId }) => [purpose, intentId]));
}
