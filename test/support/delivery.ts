import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createMessageActivities } from '../../activities/deliver-message.ts';
import { numberPlanOf } from '../../messages/phone-number.ts';
import type { EmailGateway } from '../../activities/gateways/email.ts';
import { createSmsGateway } from '../../activities/gateways/sms.ts';
import type { SmsGateway, SmsInbox } from '../../activities/gateways/sms.ts';
import type { OnlineProgrammeGateway } from '../../activities/gateways/online-programme.ts';
import type { FaultScript } from '../../stand-ins/twilio-faults.ts';
import { startTwilioStandIn } from '../../stand-ins/twilio-server.ts';
import type { TwilioStandIn } from '../../stand-ins/twilio-server.ts';
import type { Database } from '../../store/database.ts';
import type { Intake } from '../../store/intake.ts';
import { append } from '../../store/ledger.ts';
import type { PersonDetails } from '../../store/person-columns.ts';
import type { DeliveryOutcome } from '../../workflows/contract/envelope.ts';
import type { Appointment } from '../../workflows/domain/common/appointment.ts';
import { epochMs, toInstant } from '../../workflows/domain/common/instant.ts';
import type { Instant } from '../../workflows/domain/common/instant.ts';
import type { MessageIntent } from '../../workflows/domain/common/message-intent.ts';
import type { PathwaySummary } from '../../workflows/domain/common/pathway-state.ts';
import { aSummary, anAppend, anIntent, force, openAPathway } from './recorded-pathway.ts';

// One message on its way, with the real ledger, the real library and the gateway's stand-in.

const accountSid = `AC${'1'.repeat(32)}`;
/** What the gateway signs with. */
export const gatewayToken = 'secret';
const authToken = gatewayToken;
/** Where the page of a person is. */
export const pageUrl = 'https://dyddiadur.example';

/** A Monday in the sending hours, long before the machine's own time. */
export const mondayMorning = '2026-03-02T09:00:00.000Z';
export const tuesdayAfternoon = '2026-03-03T14:30:00.000Z';

export interface GatewayUnderTest {
  readonly gateway: SmsGateway & SmsInbox;
  standIn(): TwilioStandIn;
  script(fault: FaultScript): Promise<void>;
  /** From now on texts that phones send are posted there. */
  postTo(inboundUrl: string): Promise<void>;
  stop(): Promise<void>;
  /** On the same port, with what it knew. */
  startAgain(): Promise<void>;
  close(): Promise<void>;
}

export async function startGateway(): Promise<GatewayUnderTest> {
  const directory = mkdtempSync(join(tmpdir(), 'delivery-'));
  let inboundUrl: string | undefined;
  const start = (port: number): Promise<TwilioStandIn> =>
    startTwilioStandIn({ port, directory, accountSid, authToken, inboundUrl });
  let standIn = await start(0);
  const { url } = standIn;
  return {
    // Long enough that a machine with much to do does not give up a connection that is refused at once.
    gateway: createSmsGateway({
      accountSid,
      authToken,
      from: '+447700900001',
      baseUrl: url,
      timeoutMs: 1_000,
    }),
    standIn: () => standIn,
    async script(fault) {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${url}/stand-in/faults`, {
        method: 'POST',
        headers,
        body: JSON.stringify(fault),
      });
      if (answer.status !== 201) throw new Error(await answer.text());
    },
    async postTo(address) {
      inboundUrl = address;
      await standIn.close();
      standIn = await start(Number(new URL(url).port));
    },
    stop: () => standIn.close(),
    async startAgain() {
      standIn = await start(Number(new URL(url).port));
    },
    async close() {
      await standIn.close().catch(() => undefined);
      rmSync(directory, { recursive: true });
    },
  };
}

export interface PlannedMessage {
  readonly forceId: string;
  readonly intentId: string;
  readonly pathwayId: string;
  readonly personId: string;
}

export function anAppointment(changes: Partial<Appointment> = {}): Appointment {
  return {
    appointmentId: 'appointment-1',
    kind: 'first-meeting',
    startsAt: tuesdayAfternoon,
    endsAt: '2026-03-03T15:30:00.000Z',
    placeCode: 'ddas-carmarthen',
    status: 'booked',
    ...changes,
  };
}

/** A pathway with one booked appointment and the wish to remind of it. */
export async function planMessage(
  db: Database,
  changes: {
    readonly person?: Partial<PersonDetails>;
    readonly intent?: Partial<MessageIntent>;
    readonly appointment?: Partial<Appointment>;
    /** The path and the policy of it; the voluntary one under its first policy when left out. */
    readonly under?: Pick<Intake, 'kind' | 'policyId'> & { readonly policyVersion: number };
  } = {},
): Promise<PlannedMessage> {
  const { kind = 'diversion', policyId, policyVersion = 1 } = changes.under ?? {};
  const summary = aSummary({ appointments: [anAppointment(changes.appointment)] });
  const { pathwayId, personId } = await openAPathway(db, {
    receivedAt: '2026-02-02T09:00:00.000Z',
    person: { ...changes.person },
    entry: { policyVersion, summary },
    kind,
    ...(policyId === undefined ? {} : { policyId }),
  });
  const intent = anIntent({ notBefore: mondayMorning, expiresAt: tuesdayAfternoon, ...changes.intent });
  const entry = { policyVersion, intents: [intent], summary };
  const { openIntents } = await append(db, anAppend(pathwayId, 1, entry), 'test');
  const intentId = openIntents[0]?.intentId;
  if (intentId === undefined) throw new Error('No intent was written');
  return { forceId: force, intentId, pathwayId, personId };
}

/** The pathway goes on: its row changes as after another event. */
export async function changePathway(
  db: Database,
  pathwayId: string,
  summary: Partial<PathwaySummary>,
): Promise<void> {
  const { head } = await append(db, anAppend(pathwayId, 0, null), 'test');
  await append(db, anAppend(pathwayId, head, { summary: aSummary(summary) }), 'test');
}

/** The lease of a claim ends by itself after minutes; a test does not wait for it. */
export async function leaseOver(db: Database, { intentId }: PlannedMessage): Promise<void> {
  await db.pool.query(`update message set claimed_at = claimed_at - interval '10 minutes' where id = $1`, [
    intentId,
  ]);
}

/** The same database, with something done before each statement: it may be held up there as by a network. */
export function withDelays(db: Database, before: (sql: string) => Promise<void>): Database {
  const query = async (asked: string | { readonly text: string }, values?: unknown[]): Promise<unknown> => {
    await before(typeof asked === 'string' ? asked : asked.text);
    return db.pool.query(asked as string, values);
  };
  const pool = new Proxy(db.pool, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (name === 'query') return query;
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  return { ...db, pool };
}

/** Something that others wait for. */
export class Moment {
  readonly come: Promise<void>;
  #open: () => void = () => undefined;

  constructor() {
    this.come = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  isThere(): void {
    this.#open();
  }
}

/** A failure of one try, as Temporal would see it. */
export interface FailedTry {
  readonly type: string;
  readonly message: string;
  /** Null where the engine's own pause applies. */
  readonly pauseSeconds: number | null;
}

export interface DeliveredWith {
  readonly db: Database;
  readonly gateway: SmsGateway;
  readonly emails?: EmailGateway;
  readonly programme?: OnlineProgrammeGateway;
  readonly publicUrl?: string;
  readonly pageUrl?: string | null;
}

/**
 * The tries of one activity under a clock that jumps over the pauses. Every instance is an activity of its
 * own, as a new run would start it.
 */
export class DeliveryUnderTest {
  readonly failures: FailedTry[] = [];
  now: Instant;
  readonly #parts: DeliveredWith;
  readonly #environment: MockActivityEnvironment;

  constructor(parts: DeliveredWith, at: Instant = mondayMorning, hoursToClose = 36) {
    this.#parts = parts;
    this.now = at;
    this.#environment = new MockActivityEnvironment(
      {
        activityId: '1',
        workflowExecution: { workflowId: 'pathway:test', runId: randomUUID() },
        scheduledTimestampMs: epochMs(at),
        scheduleToCloseTimeoutMs: hoursToClose * 3_600_000,
      },
      // Failed tries are what is tested here; they need no lines.
      { logger: new DefaultLogger('ERROR', () => undefined) },
    );
  }

  /** One try. @throws ApplicationFailure */
  async attempt({ forceId, intentId }: PlannedMessage): Promise<DeliveryOutcome> {
    const activities = createMessageActivities({
      ...{ ...this.#parts, numbers: numberPlanOf('test') },
      clock: () => this.now,
    });
    try {
      return await this.#environment.run(() => activities.deliverMessage({ forceId, intentId }));
    } catch (error) {
      if (error instanceof ApplicationFailure && error.nonRetryable !== true) this.#note(error);
      throw error;
    }
  }

  /** Tries until there is an outcome. @throws ApplicationFailure when it may not be tried again, or after 60 tries */
  async run(
    message: PlannedMessage,
    beforeTry?: (number: number) => Promise<void>,
  ): Promise<DeliveryOutcome> {
    for (let number = 1; ; number += 1) {
      await beforeTry?.(number);
      try {
        return await this.attempt(message);
      } catch (error) {
        if (!(error instanceof ApplicationFailure) || error.nonRetryable === true || number === 60)
          throw error;
        this.now = toInstant(epochMs(this.now) + (this.failures.at(-1)?.pauseSeconds ?? 2) * 1_000);
      }
    }
  }

  #note({ type, message, nextRetryDelay }: ApplicationFailure): void {
    const pauseSeconds = typeof nextRetryDelay === 'number' ? nextRetryDelay / 1_000 : null;
    this.failures.push({ type: String(type), message, pauseSeconds });
  }
}
