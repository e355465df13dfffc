import type { Role } from '../../../workflows/domain/common/actor.ts';
import { systemActor } from '../../../workflows/domain/common/actor.ts';
import type { Attention } from '../../../workflows/domain/common/attention.ts';
import type { Command } from '../../../workflows/domain/common/command.ts';
import { deadlineCommandId } from '../../../workflows/domain/common/command.ts';
import type { Decision, Refusal } from '../../../workflows/domain/common/decision.ts';
import { nearest } from '../../../workflows/domain/common/deadline.ts';
import type { LedgerEvent, NewEvent } from '../../../workflows/domain/common/event.ts';
import { epochMs, toInstant } from '../../../workflows/domain/common/instant.ts';
import type { Instant } from '../../../workflows/domain/common/instant.ts';
import type { Json } from '../../../workflows/domain/common/json.ts';
import type { MessageIntent } from '../../../workflows/domain/common/message-intent.ts';
import { englandAndWalesBankHolidays } from '../../../workflows/domain/common/bank-holidays.ts';
import type {
  CompulsoryCommand,
  FollowUpDecision,
  ImposeRequirementData,
  Marker,
  NewAppointment,
  RecordTestData,
  VaryAppointmentData,
} from '../../../workflows/domain/compulsory/commands.ts';
import { compulsory } from '../../../workflows/domain/compulsory/kind.ts';
import { defaultCompulsoryPolicy } from '../../../workflows/domain/compulsory/policy.ts';
import type { CompulsoryState } from '../../../workflows/domain/compulsory/state.ts';

export const force = 'dyfed-powys';
export const policy = defaultCompulsoryPolicy(force, englandAndWalesBankHolidays);

/** A Monday morning in winter time. */
export const testedAt = '2026-03-02T10:00:00.000Z';
/** The Thursday after, 14:00 to 15:00. */
export const initial: NewAppointment = {
  appointmentId: 'ia-1',
  startsAt: '2026-03-05T14:00:00.000Z',
  endsAt: '2026-03-05T15:00:00.000Z',
  placeCode: 'newport-hub',
};
/** The Thursday after that. */
export const followUp: NewAppointment = {
  appointmentId: 'fu-1',
  startsAt: '2026-03-12T14:00:00.000Z',
  endsAt: '2026-03-12T15:00:00.000Z',
  placeCode: 'newport-hub',
};

/** The role that a command usually comes from. */
const usualRole = {
  'record-test': 'CustodyOfficer',
  'impose-requirement': 'CustodyOfficer',
  'conclude-without-requirement': 'CustodyOfficer',
  'vary-appointment': 'InitialAssessor',
  'record-attendance': 'InitialAssessor',
  'decide-good-cause': 'DipOfficer',
  'declare-breach': 'DipOfficer',
  'set-marker': 'DipOfficer',
  'issue-arrest-task': 'DipOfficer',
  'acknowledge-task': 'LpuOfficer',
  'record-arrest': 'LpuOfficer',
  'withdraw-task': 'DipOfficer',
  'record-result': 'DipOfficer',
  'send-page-link': 'InitialAssessor',
} as const satisfies Record<string, Role>;

export type NameOfCommand = CompulsoryCommand['name'];
export type DataOf<N extends NameOfCommand> = Extract<CompulsoryCommand, { name: N }>['data'];

export interface When {
  /** The engine's clock; the case's own clock moves there. */
  readonly at?: Instant;
  /** When it happened, if not now. */
  readonly occurredAt?: Instant;
  readonly role?: Role;
  readonly commandId?: string;
}

export function testData(change: Partial<RecordTestData> = {}): RecordTestData {
  return {
    pathwayId: 'pathway-1',
    personId: 'person-1',
    testedAt,
    suiteCode: 'newport',
    basis: { kind: 'trigger-offence', offenceCode: 'theft' },
    selectionReasonCode: 'intelligence-led',
    results: [
      { substance: 'cocaine', result: 'positive' },
      { substance: 'opiates', result: 'negative' },
    ],
    birthDate: '1990-05-17',
    language: 'en',
    safeToText: 'yes',
    knownChannels: ['phone', 'text'],
    policy,
    ...change,
  };
}

export function requirementData(change: Partial<ImposeRequirementData> = {}): ImposeRequirementData {
  return {
    requirementId: 'requirement-1',
    initialAssessment: initial,
    notice: {
      form: 'RA1',
      servedAt: '2026-03-02T10:30:00.000Z',
      how: 'handed-over',
      servedBy: 'officer-7',
      language: 'en',
      warningGiven: true,
    },
    ...change,
  };
}

export const followUpSet: Extract<FollowUpDecision, { released: false }> = {
  released: false,
  appointment: followUp,
  notice: {
    form: 'RA4',
    servedAt: '2026-03-05T14:50:00.000Z',
    how: 'handed-over',
    servedBy: 'assessor-3',
    language: 'en',
    warningGiven: true,
  },
};

/** The Monday between the initial and the follow-up, 10:00 to 11:00, at another place. */
export const moved: NewAppointment = {
  appointmentId: 'ia-2',
  startsAt: '2026-03-09T10:00:00.000Z',
  endsAt: '2026-03-09T11:00:00.000Z',
  placeCode: 'cwmbran-hub',
};

/** Handed over at `servedAt`, with the warning. */
export function variationData(
  servedAt: Instant,
  change: Partial<VaryAppointmentData> = {},
  notice: Partial<VaryAppointmentData['notice']> = {},
): VaryAppointmentData {
  return {
    appointment: moved,
    notice: {
      form: 'RA2',
      servedAt,
      how: 'handed-over',
      servedBy: 'assessor-3',
      language: 'en',
      warningGiven: true,
      ...notice,
    },
    reasonCode: 'work',
    askedBy: 'person',
    ...change,
  };
}

/** `instant` and so many seconds. */
export function plus(instant: Instant, seconds: number): Instant {
  return toInstant(epochMs(instant) + seconds * 1000);
}

export const minute = 60;
export const hour = 60 * minute;
export const day = 24 * hour;

/**
 * One pathway with its own ledger and clock. Everything goes through JSON, as it does between the engine
 * and the ledger. Named states (`required`, `missed`, ...) are reached by real commands.
 */
export class CompulsoryCase {
  now: Instant;
  readonly events: LedgerEvent[] = [];
  readonly intents: MessageIntent[] = [];
  #state: CompulsoryState | undefined;
  #commands = 0;

  constructor(now: Instant = testedAt) {
    this.now = now;
  }

  static tested(change: Partial<RecordTestData> = {}, at: Instant = change.testedAt ?? testedAt) {
    const it = new CompulsoryCase(at);
    it.#accept(it.command('record-test', testData(change), {}));
    return it;
  }

  static required(change: Partial<ImposeRequirementData> = {}, test: Partial<RecordTestData> = {}) {
    const it = CompulsoryCase.tested(test);
    it.take('impose-requirement', requirementData(change), { at: plus(testedAt, hour) });
    return it;
  }

  /** Absent from the initial assessment, reported a minute after its end. */
  static missed(change: Partial<ImposeRequirementData> = {}, test: Partial<RecordTestData> = {}) {
    const it = CompulsoryCase.required(change, test);
    const { appointmentId, endsAt } = { ...requirementData(change).initialAssessment };
    it.take(
      'record-attendance',
      { appointmentId, attendance: 'absent' },
      { at: plus(endsAt, minute), commandId: 'failure-1' },
    );
    return it;
  }

  /** Good cause rejected ten minutes after the end. */
  static rejected(change: Partial<ImposeRequirementData> = {}, test: Partial<RecordTestData> = {}) {
    const it = CompulsoryCase.missed(change, test);
    it.take(
      'decide-good-cause',
      { failureId: 'failure-1', decision: 'rejected', reasonCode: 'no-reason-given' },
      { at: plus(it.now, 9 * minute) },
    );
    return it;
  }

  static breached(change: Partial<ImposeRequirementData> = {}, test: Partial<RecordTestData> = {}) {
    const it = CompulsoryCase.rejected(change, test);
    it.take('declare-breach', { failureId: 'failure-1', breachId: 'breach-1' }, { at: plus(it.now, minute) });
    return it;
  }

  static marked(marker: Marker = 'AMBER', test: Partial<RecordTestData> = {}) {
    const it = CompulsoryCase.breached({}, test);
    it.take(
      'set-marker',
      { breachId: 'breach-1', marker, reasonCode: 'risk-to-self' },
      { at: plus(it.now, minute) },
    );
    return it;
  }

  static tasked(marker: Marker = 'AMBER', test: Partial<RecordTestData> = {}) {
    const it = CompulsoryCase.marked(marker, test);
    it.take(
      'issue-arrest-task',
      { breachId: 'breach-1', taskId: 'task-1', unitCode: 'newport-central' },
      { at: plus(it.now, minute) },
    );
    return it;
  }

  get state(): CompulsoryState {
    if (this.#state === undefined) throw new Error('Not opened');
    return this.#state;
  }

  get stage(): string {
    return this.state.stage;
  }

  /** The open attention as `code` or `code ref`, sorted. */
  get attention(): string[] {
    return this.state.attention.map(({ code, ref }) => (ref === undefined ? code : `${code} ${ref}`)).sort();
  }

  /** The running clocks as `rule ref due`, sorted. */
  get clocks(): string[] {
    return this.state.deadlines.map(({ rule, ref, due }) => `${rule} ${ref ?? '-'} ${due}`).sort();
  }

  /** When the clock of this rule is due; undefined when it does not run. */
  due(rule: string): Instant | undefined {
    return this.state.deadlines.find((deadline) => deadline.rule === rule)?.due;
  }

  types(): string[] {
    return this.events.map(({ type }) => type);
  }

  /** The data of the last event of a type. */
  last(type: string): Readonly<Record<string, unknown>> {
    const event = this.events.filter((candidate) => candidate.type === type).at(-1);
    if (event === undefined) throw new Error(`No ${type}`);
    return event.data as Readonly<Record<string, unknown>>;
  }

  /** Takes a command; its events. @throws when it is refused. */
  take<N extends NameOfCommand>(name: N, data: DataOf<N>, when: When = {}): LedgerEvent[] {
    return this.#accept(this.command(name, data, when));
  }

  /** Sends a command that must be refused; the refusal. @throws when it is taken. */
  refused<N extends NameOfCommand>(name: N, data: DataOf<N>, when: When = {}): Refusal {
    return this.refusedRaw(this.command(name, data, when));
  }

  refusedRaw(command: Command): Refusal {
    const { refusal } = compulsory.decide(this.#state, command, this.now);
    if (refusal === undefined) throw new Error(`${command.name} was taken`);
    return refusal;
  }

  /** One of the engine's own commands. */
  tell(name: string, data: unknown, when: When = {}): LedgerEvent[] {
    return this.#accept(this.engine(name, data, when));
  }

  engine(name: string, data: unknown, when: When = {}): Command {
    return { ...this.command(name, data, when), actor: systemActor(force) };
  }

  /** Lets time go by: every clock that falls due passes at its own time, in order. */
  waitUntil(instant: Instant): LedgerEvent[] {
    const passed: LedgerEvent[] = [];
    for (;;) {
      const next = nearest(this.state.deadlines);
      if (next === undefined || next.due > instant) break;
      this.now = next.due > this.now ? next.due : this.now;
      passed.push(...this.passClock(next.id));
    }
    this.now = instant;
    return passed;
  }

  passClock(id: string): LedgerEvent[] {
    const due = this.state.deadlines.find((deadline) => deadline.id === id)?.due ?? this.now;
    return this.tell(
      'deadline-due',
      { deadlineId: id },
      { commandId: deadlineCommandId(id), occurredAt: due },
    );
  }

  /** Writes an event that no command of today leads to. */
  append(type: string, data: Json, raised: readonly Attention[] = []): void {
    const { commandId, actor, occurredAt } = this.engine('append', {});
    const seq = this.events.length + 1;
    const event: LedgerEvent = { type, version: 1, seq, occurredAt, commandId, actor, data, raised };
    this.events.push(event);
    this.#state = compulsory.evolve(this.#state, event);
  }

  /** A command as the API makes it, from the role that usually sends it. */
  command(name: string, data: unknown, { at, occurredAt, role, commandId }: When = {}): Command {
    if (at !== undefined) this.now = at;
    this.#commands += 1;
    const usual = (usualRole as Readonly<Record<string, Role>>)[name] ?? 'System';
    return {
      commandId: commandId ?? `command-${String(this.#commands)}`,
      name,
      data,
      occurredAt: occurredAt ?? this.now,
      receivedAt: this.now,
      actor: {
        userId: 'user-1',
        role: role ?? usual,
        organisationId: 'organisation-1',
        forceId: force,
      },
    };
  }

  #accept(command: Command): LedgerEvent[] {
    const before = this.events.length;
    const { refusal } = this.send(command);
    if (refusal !== undefined) {
      throw new Error(`${command.name} was refused: ${JSON.stringify(refusal)}`);
    }
    return this.events.slice(before);
  }

  /** Decides a command as it is, and records what comes of it. */
  send(command: Command): Decision<NewEvent<string, unknown>> {
    const decision = compulsory.decide(this.#state, command, this.now);
    if (decision.refusal !== undefined) return decision;
    const { commandId, actor } = command;
    for (const event of decision.events) {
      const seq = this.events.length + 1;
      const stored = JSON.parse(JSON.stringify({ ...event, seq, commandId, actor })) as LedgerEvent;
      this.events.push(stored);
      this.#state = compulsory.evolve(this.#state, stored);
    }
    this.intents.push(...decision.intents);
    return decision;
  }
}
