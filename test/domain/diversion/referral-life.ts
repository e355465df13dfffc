import { expect } from '@jest/globals';
import { providerRoles, systemActor } from '../../../workflows/domain/common/actor.ts';
import type { Role } from '../../../workflows/domain/common/actor.ts';
import { englandAndWalesBankHolidays } from '../../../workflows/domain/common/bank-holidays.ts';
import { deadlineCommandId } from '../../../workflows/domain/common/command.ts';
import type { Command } from '../../../workflows/domain/common/command.ts';
import { nearest } from '../../../workflows/domain/common/deadline.ts';
import type { Deadline } from '../../../workflows/domain/common/deadline.ts';
import type { Decision, Refusal } from '../../../workflows/domain/common/decision.ts';
import type { LedgerEvent, NewEvent } from '../../../workflows/domain/common/event.ts';
import type { Instant } from '../../../workflows/domain/common/instant.ts';
import { instantAt } from '../../../workflows/domain/common/london-time.ts';
import type { MessageIntent } from '../../../workflows/domain/common/message-intent.ts';
import type {
  DiversionCommandData,
  DiversionCommandName,
  ReferralData,
} from '../../../workflows/domain/diversion/commands.ts';
import { diversion } from '../../../workflows/domain/diversion/kind.ts';
import { defaultDiversionPolicy } from '../../../workflows/domain/diversion/policy.ts';
import type { DiversionState } from '../../../workflows/domain/diversion/state.ts';

export const policy = defaultDiversionPolicy('force-1', 'acr-diversion', englandAndWalesBankHolidays);

/** The instant of a local date and time, `2026-03-02 10:00`. */
export function local(text: string): Instant {
  const [date = '', time = ''] = text.split(' ');
  return instantAt(date, time);
}

/** A Monday morning. */
export const receipt = local('2026-03-02 10:00');

export function referral(changed: Partial<ReferralData> = {}): ReferralData {
  return {
    pathwayId: 'pathway-1',
    personId: 'person-1',
    receivedAt: receipt,
    source: { source: 'police', via: 'acr' },
    disposal: 'adult-community-resolution',
    offenceCode: '92E',
    drugCode: 'cannabis',
    offenceDate: '2026-03-01',
    birthDate: '1990-05-17',
    language: 'en',
    safeToText: 'yes',
    knownChannels: ['phone', 'text', 'email'],
    route: { providerId: 'ddas', programme: 'acr-diversion', routeId: 'route-1' },
    policy,
    ...changed,
  };
}

export interface Given {
  /** When it happened; now, if left out. */
  readonly occurredAt?: Instant;
  readonly role?: Role;
  readonly commandId?: string;
  readonly userId?: string;
  /** Who they work for; if left out, of a provider's role the provider that has the referral. */
  readonly organisationId?: string;
}

/**
 * One referral from its opening on, kept as the engine keeps it: due clocks go first, the state is
 * evolved from what the ledger would return, and is JSON all the way.
 */
export class ReferralLife {
  now: Instant;
  state: DiversionState | undefined;
  readonly ledger: LedgerEvent[] = [];
  readonly intents: MessageIntent[] = [];
  #commands = 0;

  constructor(now: Instant = receipt) {
    this.now = now;
  }

  static received(changed: Partial<ReferralData> = {}): ReferralLife {
    const life = new ReferralLife(changed.receivedAt ?? receipt);
    life.do('receive-referral', referral(changed), { role: 'PoliceOfficer' });
    return life;
  }

  /** The same life up to here; what is done to one does not touch the other. */
  fork(): ReferralLife {
    const other = new ReferralLife(this.now);
    other.state = this.state;
    other.ledger.push(...this.ledger);
    other.intents.push(...this.intents);
    other.#commands = this.#commands;
    return other;
  }

  get at(): DiversionState {
    must(this.state !== undefined, 'No referral was received');
    return this.state;
  }

  get types(): string[] {
    return this.ledger.map(({ type }) => type);
  }

  of(type: string): LedgerEvent[] {
    return this.ledger.filter((event) => event.type === type);
  }

  get codes(): string[] {
    return this.at.attention.map(({ code }) => code);
  }

  clock(rule: string): Deadline | undefined {
    return this.at.deadlines.find((deadline) => deadline.rule === rule);
  }

  /** The command as the API would send it. */
  command(name: string, data: unknown, given: Given = {}): Command {
    this.#commands += 1;
    const { role = 'ProviderWorker' } = given;
    const holder = providerRoles.includes(role) ? this.state?.route?.providerId : undefined;
    return {
      commandId: given.commandId ?? `command-${String(this.#commands)}`,
      name,
      data,
      occurredAt: given.occurredAt ?? this.now,
      receivedAt: this.now,
      actor: {
        userId: given.userId ?? 'user-1',
        role,
        organisationId: given.organisationId ?? holder ?? 'organisation-1',
        forceId: 'force-1',
      },
    };
  }

  /** Decides and, where it is taken, appends and evolves. */
  take(command: Command): Decision<NewEvent<string, unknown>> {
    const decision = diversion.decide(this.state, command, this.now);
    if (decision.refusal === undefined) {
      must(decision.events.length > 0, 'A decision without events');
      this.intents.push(...decision.intents);
      for (const event of decision.events) {
        const { commandId, actor } = command;
        const stored = { ...event, seq: this.ledger.length + 1, commandId, actor };
        const returned = JSON.parse(JSON.stringify(stored)) as LedgerEvent;
        this.ledger.push(returned);
        this.state = diversion.evolve(this.state, returned);
      }
    }
    return decision;
  }

  do<N extends DiversionCommandName>(name: N, data: DiversionCommandData[N], given: Given = {}): this {
    const decision = this.take(this.command(name, data, given));
    expect(decision.refusal).toBeUndefined();
    return this;
  }

  refused<N extends DiversionCommandName>(
    name: N,
    data: DiversionCommandData[N],
    given: Given = {},
  ): Refusal {
    const before = JSON.stringify(this.state);
    const { refusal } = this.take(this.command(name, data, given));
    expect(refusal).toBeDefined();
    expect(JSON.stringify(this.state)).toBe(before);
    return refusal as Refusal;
  }

  engine(name: string, data: unknown, occurredAt = this.now): Decision<NewEvent<string, unknown>> {
    const command = this.command(name, data, { occurredAt });
    return this.take({ ...command, actor: systemActor('force-1') });
  }

  pass(deadline: Deadline): Decision<NewEvent<string, unknown>> {
    return this.take({
      commandId: deadlineCommandId(deadline.id),
      name: 'deadline-due',
      data: { deadlineId: deadline.id },
      occurredAt: deadline.due,
      receivedAt: this.now,
      actor: systemActor('force-1'),
    });
  }

  /** Lets time run: each clock passes at its instant, or at once where that is over. */
  until(time: Instant): this {
    for (;;) {
      const next = nearest(this.at.deadlines);
      if (next === undefined || next.due > time) {
        break;
      }
      this.now = next.due > this.now ? next.due : this.now;
      must(this.pass(next).refusal === undefined, `The clock ${next.id} is due and was refused`);
    }
    this.now = time > this.now ? time : this.now;
    return this;
  }

  /** Time goes by while nothing runs: clocks that fall due pass late, with the next `until`. */
  asleepUntil(time: Instant): this {
    this.now = time;
    return this;
  }

  attempt(
    result: DiversionCommandData['record-contact-attempt']['result'] = 'no-answer',
    given: Given & Partial<DiversionCommandData['record-contact-attempt']> = {},
  ): this {
    const { channel = 'phone', by = 'person', ...rest } = given;
    return this.do('record-contact-attempt', { channel, result, by }, rest);
  }

  book(appointmentId: string, starts: string, given: Given = {}): this {
    return this.do('book-appointment', slot(appointmentId, starts), given);
  }
}

/** An hour at this local time. */
export function slot(appointmentId: string, starts: string): DiversionCommandData['book-appointment'] {
  const startsAt = local(starts);
  const endsAt = new Date(Date.parse(startsAt) + 3_600_000).toISOString();
  return { appointmentId, kind: 'first-meeting', startsAt, endsAt, placeCode: 'place-1' };
}

/** As `expect`, for what is asked so often that the time of `expect` would show. */
export function must(holds: boolean, what: string): asserts holds {
  if (!holds) {
    throw new Error(what);
  }
}
