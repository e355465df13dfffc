import { randomUUID } from 'node:crypto';
import { sendCommand, startRun, type RunAddress } from '../platform/pathway-runs.ts';
import { openPathway, type Intake } from '../store/intake.ts';
import { confirmRun } from '../store/pathways.ts';
import { openingEntry } from '../test/support/pathways.ts';
import type { AppendEntry, CommandAnswer } from '../workflows/contract/envelope.ts';
import type { Actor, Role } from '../workflows/domain/common/actor.ts';
import type { Command } from '../workflows/domain/common/command.ts';
import type { LedgerEvent } from '../workflows/domain/common/event.ts';
import { toInstant, type Instant } from '../workflows/domain/common/instant.ts';
import { addDaysToDate, localParts } from '../workflows/domain/common/london-time.ts';
import type { DiversionCommandData } from '../workflows/domain/diversion/commands.ts';
import { diversion } from '../workflows/domain/diversion/kind.ts';
import type { DiversionPolicy } from '../workflows/domain/diversion/policy.ts';
import type { DiversionState } from '../workflows/domain/diversion/state.ts';
import { benchForce, type Rig } from './rig.ts';

/** How long an answer may take before the bench gives up. Above the API's own limit: load is meant to be high. */
const answerWithinMs = 60_000;

const provider = 'ddas';
const dayMs = 86_400_000;

/** What a caseworker does in the course of a life, in order: eight commands and the closure. */
export const lifeOfNine: readonly (() => LifeCommand)[] = [
  () => ['record-contact-attempt', { channel: 'phone', result: 'no-answer', by: 'person' }],
  () => ['record-contact-attempt', { channel: 'text', result: 'left-message', by: 'person' }],
  () => ['record-contact-attempt', { channel: 'phone', result: 'reached', by: 'person' }],
  () => ['book-appointment', appointmentIn(10)],
  () => ['record-engagement', { evidence: 'logged-in' }],
  () => ['record-contact-attempt', { channel: 'email', result: 'left-message', by: 'person' }],
  () => ['book-appointment', appointmentIn(14)],
  () => ['record-engagement', { evidence: 'prescribed' }],
  () => ['close-pathway', { reason: 'completed', drugFree: 'yes', crimeFree: 'unknown' }],
];

type Name = Exclude<keyof DiversionCommandData, 'receive-referral'>;
export type LifeCommand = { [N in Name]: readonly [name: N, data: DiversionCommandData[N]] }[Name];

/** A try to reach the person: any number of them may follow each other. */
export function contactAttempt(): LifeCommand {
  return ['record-contact-attempt', { channel: 'phone', result: 'no-answer', by: 'person' }];
}

export function appointmentIn(days: number): DiversionCommandData['book-appointment'] {
  const startsAt = Date.now() + days * dayMs;
  return {
    kind: 'first-meeting',
    startsAt: toInstant(startsAt),
    endsAt: toInstant(startsAt + 3_600_000),
    placeCode: 'ddas-carmarthen',
  };
}

/** Somebody referred, as the store takes them in; a moment ago unless said otherwise. */
export class Referral {
  readonly intake: Intake;
  readonly address: RunAddress;
  readonly #rig: Rig;
  /** Where it saw the ledger stand. */
  #seq = 1;

  constructor(
    rig: Rig,
    policy: DiversionPolicy = rig.policy,
    receivedAt: Instant = toInstant(Date.now()),
    mobile = '07700900123',
  ) {
    this.#rig = rig;
    this.intake = intakeUnder(policy, receivedAt, mobile);
    const { pathwayId } = this.intake;
    this.address = { forceId: benchForce, pathwayId, kind: 'diversion' };
  }

  async open(): Promise<void> {
    const { created } = await openPathway(this.#rig.db, this.intake);
    if (!created) throw new Error('A fresh referral was there already');
    this.#rig.witness.taken({ commandId: this.intake.entry.commandId, name: 'receive-referral' });
  }

  /** As the API does once it has taken a referral in, with more patience. */
  async start(): Promise<void> {
    const { db, house } = this.#rig;
    await house.client.withDeadline(Date.now() + answerWithinMs, () => startRun(house.client, this.address));
    await confirmRun(db, this.address.forceId, this.address.pathwayId);
  }

  /** One Update-with-start, as the API sends it, with its answer. It happened now, unless said otherwise. */
  async send([name, data]: LifeCommand, occurredAt?: Instant): Promise<CommandAnswer> {
    const command = commandOf(name, 'ProviderManager', data, toInstant(Date.now()), occurredAt);
    const { client } = this.#rig.house;
    const answer = await sendCommand(client, this.address, command, answerWithinMs, this.#seq);
    this.#rig.witness.taken(command, answer);
    this.#seq = answer.seq;
    return answer;
  }

  /** What was recorded by others since: events that the next command is sent in the knowledge of. */
  heardOf(events: number): void {
    this.#seq += events;
  }
}

/** A whole life past the API: the intake, the start of its run, eight commands, the closure. */
export async function live(rig: Rig): Promise<Referral> {
  const referral = new Referral(rig);
  await referral.open();
  await referral.start();
  for (const next of lifeOfNine) await referral.send(next());
  return referral;
}

export function commandOf<D>(
  name: string,
  role: Role,
  data: D,
  receivedAt: Instant,
  occurredAt: Instant = receivedAt,
): Command<string, D> {
  const organisationId = role === 'PoliceOfficer' ? 'oocd-team' : provider;
  const actor: Actor = { userId: `bench-${role}`, role, organisationId, forceId: benchForce };
  return { commandId: randomUUID(), name, data, occurredAt, receivedAt, actor };
}

function intakeUnder(policy: DiversionPolicy, receivedAt: Instant, mobile: string): Intake {
  const [pathwayId, personId] = [randomUUID(), randomUUID()];
  const { programme, policyId } = policy;
  const data: DiversionCommandData['receive-referral'] = {
    ...{ pathwayId, personId, receivedAt, policy },
    source: { source: 'police', via: 'acr' },
    disposal: 'adult-community-resolution',
    offenceCode: '92E',
    offenceDate: addDaysToDate(localParts(receivedAt).date, -2),
    birthDate: '1990-05-17',
    language: 'en',
    safeToText: 'yes',
    knownChannels: ['phone', 'text', 'email'],
    route: { providerId: provider, programme, routeId: 'route-1' },
  };
  return {
    ...{ forceId: benchForce, pathwayId, kind: 'diversion', source: 'acr', programme, policyId, receivedAt },
    person: {
      ...{ personId, nominalNumber: `N${personId}`, surname: `Prawf-${personId}`, forenames: 'Nia' },
      ...{ birthDate: '1990-05-17', address: null, postcode: 'SA31 2AA', mobile },
      ...{ email: 'nia@example.org', sex: 'F', ethnicity: null, language: 'en', safeToText: 'yes' },
    },
    outcome: { occurrenceNumber: `O-${personId}`, nominalNumber: `N${personId}` },
    entry: openingEntry(diversion, commandOf('receive-referral', 'PoliceOfficer', data, receivedAt)),
    build: 'bench',
  };
}

/** The referral after the events of one command. */
export function evolved(
  before: DiversionState | undefined,
  { events, commandId, actor }: Pick<AppendEntry, 'events' | 'commandId' | 'actor'>,
): DiversionState {
  const first = (before?.seq ?? 0) + 1;
  const after = events.reduce<DiversionState | undefined>(
    (state, event, index) =>
      diversion.evolve(state, { ...event, seq: first + index, commandId, actor } as LedgerEvent),
    before,
  );
  if (after === undefined) throw new Error('A pathway without events');
  return after;
}
