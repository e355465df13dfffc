import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { applyMigrations } from '../database/migrations.ts';
import { answersWell, probeTemporal, type TemporalProbe } from '../development/readiness.ts';
import { freePorts } from '../services/ports.ts';
import { startPostgres, type PostgresServer } from '../services/postgres.ts';
import { startTemporal, type TemporalServer } from '../services/temporal.ts';
import { encryptedDataConverter } from '../../platform/data-converter.ts';
import { FieldEncryption } from '../../platform/field-encryption.ts';
import { KeyRing } from '../../platform/key-ring.ts';
import { webhookRetries } from '../../platform/webhook-retries.ts';
import { startIssuer, type Issuer } from '../../stand-ins/oidc-issuer.ts';
import { startSmtpInbox, type SmtpInbox } from '../../stand-ins/smtp-inbox.ts';
import { startTwilioStandIn, type TwilioStandIn } from '../../stand-ins/twilio-server.ts';
import { buildBundle } from '../../workers/build-bundle.ts';
import { pidFileOf } from './house-directory.ts';
import { furnish, type HousePolicies } from './house-policies.ts';
import { KeptProcess } from './kept-process.ts';

export interface HousePlan {
  /** Everything of the house is in here. */
  readonly directory: string;
  readonly policies: HousePolicies;
  /** Worker processes. */
  readonly workers: number;
  /** Texts that may leave in a second. */
  readonly messagesPerSecond: number;
  /** What the worker processes are; the product's own unless given. */
  readonly workerEntry?: string;
  /** What the API process is; the product's own unless given. */
  readonly apiEntry?: string;
  /** Further variables of the worker and API processes. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether Temporal serves its own counters. */
  readonly temporalMetrics?: boolean;
  /** Of PostgreSQL; `process` unless given: what is killed here are processes. */
  readonly durability?: 'full' | 'process';
}

const audience = 'llwybr';
const gatewayAccount = { accountSid: `AC${'0'.repeat(32)}`, authToken: 'faults' };

let bundle: Promise<string> | undefined;

/** The workflows bundled once for all houses, as for a release. */
function workflowBundle(): Promise<string> {
  bundle ??= buildBundle().then(({ code }) => code);
  return bundle;
}

/**
 * The whole system in a directory and on ports of its own, made of real processes: PostgreSQL, Temporal with
 * a file store, workers, the API. The stand-ins live in this process: they are not what is put to the test.
 */
export class House {
  readonly postgres: PostgresServer;
  readonly temporal: TemporalServer;
  readonly gateway: TwilioStandIn;
  readonly inbox: SmtpInbox;
  readonly workers: readonly KeptProcess[];
  readonly api: KeptProcess;
  readonly apiUrl: string;
  /** Reads what the processes put into Temporal: it has their keys. */
  readonly client: Client;
  readonly fields: FieldEncryption;
  /** Armed, the next append of a command meets it, in any worker that looks for faults. */
  readonly appendFault: string;
  /** Armed, the next command that the API sends meets it, where the API looks for faults. */
  readonly sendFault: string;
  /** Armed, the next text or mail that a gateway takes meets it, in any worker that looks for faults. */
  readonly messageFault: string;
  /** Holds how many answers are lost, in workers that look for faults. */
  readonly lostAnswers: string;
  readonly #issuer: Issuer;
  readonly #probe: TemporalProbe;
  readonly #connection: Connection;
  readonly #directory: string;
  readonly #tokens = new Map<string, { readonly token: Promise<string>; readonly until: number }>();

  private constructor(parts: Parts) {
    const { plan, environment, ports } = parts;
    this.postgres = parts.postgres;
    this.temporal = parts.temporal;
    this.gateway = parts.gateway;
    this.inbox = parts.inbox;
    this.#issuer = parts.issuer;
    this.#probe = parts.probe;
    this.#directory = plan.directory;
    this.appendFault = environment.FAULT_ARMED_APPEND;
    this.sendFault = environment.FAULT_ARMED_SEND;
    this.messageFault = environment.FAULT_ARMED_MESSAGE;
    this.lostAnswers = environment.FAULT_LOST_ANSWERS;
    this.apiUrl = environment.PUBLIC_URL;
    this.fields = fieldsOf(environment);
    this.#connection = Connection.lazy({ address: parts.temporal.address });
    this.client = new Client({
      connection: this.#connection,
      namespace: parts.temporal.namespace,
      dataConverter: encryptedDataConverter(keysOf(environment)),
    });
    this.workers = ports.metrics.map(
      (port, index) =>
        new KeptProcess({
          name: `worker-${String(index + 1)}`,
          entry: plan.workerEntry ?? 'workers/main.ts',
          env: { ...process.env, ...environment, ...plan.environment, METRICS_PORT: String(port) },
          logFile: join(plan.directory, 'logs', `worker-${String(index + 1)}.log`),
          pidFile: pidFileOf(plan.directory, `worker-${String(index + 1)}`),
          isReady: (pid) => parts.probe.polledBy(pid),
        }),
    );
    this.api = new KeptProcess({
      name: 'api',
      entry: plan.apiEntry ?? 'api/server.ts',
      env: { ...process.env, ...environment, ...plan.environment },
      logFile: join(plan.directory, 'logs', 'api.log'),
      pidFile: pidFileOf(plan.directory, 'api'),
      isReady: () => answersWell(`${environment.PUBLIC_URL}/ping`),
    });
  }

  /** @throws Error when a part of it does not come up; what had come up is ended */
  static async open(plan: HousePlan): Promise<House> {
    mkdirSync(plan.directory, { recursive: true });
    const started: { discard?: () => Promise<unknown>; close?: () => Promise<unknown> }[] = [];
    const keep = <T extends (typeof started)[number]>(part: T): T => {
      started.push(part);
      return part;
    };
    try {
      const [postgresPort = 0, temporalPort = 0, temporalMetricsPort = 0, apiPort = 0, ...metrics] =
        await freePorts(4 + plan.workers);
      const logFile = (name: string): string => join(plan.directory, 'logs', `${name}.log`);
      const [postgres, temporal, gateway, issuer, inbox, code] = await Promise.all([
        startPostgres({
          directory: join(plan.directory, 'postgres'),
          port: postgresPort,
          durability: plan.durability ?? 'process',
          logFile: logFile('postgres'),
        }).then(keep),
        startTemporal({
          directory: join(plan.directory, 'temporal'),
          port: temporalPort,
          ...(plan.temporalMetrics === true ? { metricsPort: temporalMetricsPort } : {}),
          logFile: logFile('temporal'),
        }).then(keep),
        startTwilioStandIn({
          ...{ port: 0, directory: join(plan.directory, 'gateway'), ...gatewayAccount },
          inboundUrl: `http://127.0.0.1:${String(apiPort)}/webhooks/sms/inbound/dyfed-powys${webhookRetries}`,
        }).then(keep),
        startIssuer({ port: 0, directory: join(plan.directory, 'issuer'), audience }).then(keep),
        startSmtpInbox({ port: 0, pagePort: 0, directory: join(plan.directory, 'inbox') }).then(keep),
        workflowBundle(),
      ]);
      await applyMigrations(postgres.url);
      const environment = environmentOf(plan, { postgres, temporal, gateway, issuer, inbox, apiPort, code });
      await furnish(postgres.url, fieldsOf(environment), plan.policies);
      const probe = keep(await probeTemporal(environment));
      const house = new House({
        ...{ plan, environment, ports: { metrics }, postgres, temporal, gateway, issuer, inbox, probe },
      });
      keep({ close: () => house.#endProcesses() });
      await Promise.all([...house.workers, house.api].map((part) => part.start()));
      return house;
    } catch (error) {
      for (const part of started.reverse()) await (part.discard ?? part.close)?.().catch(() => undefined);
      throw error;
    }
  }

  /** Resolves when every process that ought to be there is there and ready. */
  async whole(): Promise<void> {
    await Promise.all([this.postgres.start(), this.temporal.start()]);
    await Promise.all([...this.workers, this.api].map((part) => part.ready()));
  }

  tokenOf(user: string): Promise<string> {
    const known = this.#tokens.get(user);
    if (known !== undefined && known.until > Date.now()) return known.token;
    const token = this.#issuer.mint(user);
    this.#tokens.set(user, { token, until: Date.now() + 1_800_000 });
    return token;
  }

  /** Writes something beside the logs, for whoever looks into what went wrong. */
  note(name: string, content: unknown): void {
    writeFileSync(join(this.#directory, name), `${JSON.stringify(content, null, 2)}\n`);
  }

  /**
   * Ends everything that it started.
   * @param keepLogs leaves the logs and notes in the directory
   */
  async close(keepLogs: boolean): Promise<void> {
    await this.#endProcesses();
    await this.#probe.close();
    await this.#connection.close();
    await Promise.all([this.gateway.close(), this.inbox.close(), this.#issuer.close()]);
    await Promise.all([this.postgres.kill(), this.temporal.kill()]);
    await Promise.all([this.postgres.discard(), this.temporal.discard()]);
    if (!keepLogs) rmSync(this.#directory, { recursive: true, force: true });
  }

  async #endProcesses(): Promise<void> {
    await Promise.all([this.api, ...this.workers].map((part) => part.end()));
  }
}

interface Parts {
  readonly plan: HousePlan;
  readonly environment: ReturnType<typeof environmentOf>;
  readonly ports: { readonly metrics: readonly number[] };
  readonly postgres: PostgresServer;
  readonly temporal: TemporalServer;
  readonly gateway: TwilioStandIn;
  readonly issuer: Issuer;
  readonly inbox: SmtpInbox;
  readonly probe: TemporalProbe;
}

/** What the worker and API processes are told. Nothing of the developer's own settings reaches them. */
function environmentOf(
  { directory, messagesPerSecond }: HousePlan,
  parts: Pick<Parts, 'postgres' | 'temporal' | 'gateway' | 'issuer' | 'inbox'> & {
    readonly apiPort: number;
    readonly code: string;
  },
) {
  const profile = join(directory, 'temporal', 'profile.toml');
  writeFileSync(profile, '[profile.default]\n');
  const bundleFile = join(directory, 'workflows.js');
  writeFileSync(bundleFile, parts.code);
  return {
    TZ: 'UTC',
    LLWYBR_ENV: 'test',
    DATABASE_URL: parts.postgres.url,
    TEMPORAL_ADDRESS: parts.temporal.address,
    TEMPORAL_NAMESPACE: parts.temporal.namespace,
    TEMPORAL_CONFIG_FILE: profile,
    PORT: String(parts.apiPort),
    PUBLIC_URL: `http://127.0.0.1:${String(parts.apiPort)}`,
    OIDC_ISSUER: parts.issuer.url,
    OIDC_AUDIENCE: audience,
    TWILIO_ACCOUNT_SID: gatewayAccount.accountSid,
    TWILIO_AUTH_TOKEN: gatewayAccount.authToken,
    TWILIO_FROM: '+447700900000',
    TWILIO_BASE_URL: parts.gateway.url,
    SMTP_URL: parts.inbox.smtpUrl,
    MAIL_FROM: 'messages@contact.example',
    ENCRYPTION_KEYS: `faults:${randomBytes(32).toString('base64')}`,
    BLIND_INDEX_KEY: randomBytes(32).toString('base64'),
    BUILD_ID: 'faults',
    LOG_LEVEL: 'info',
    WORKFLOW_BUNDLE: bundleFile,
    MESSAGES_PER_SECOND: String(messagesPerSecond),
    FAULT_ARMED_APPEND: join(directory, 'armed', 'append'),
    FAULT_ARMED_SEND: join(directory, 'armed', 'send'),
    FAULT_ARMED_MESSAGE: join(directory, 'armed', 'message'),
    FAULT_LOST_ANSWERS: join(directory, 'armed', 'lost-answers'),
  };
}

type Keys = Pick<ReturnType<typeof environmentOf>, 'ENCRYPTION_KEYS' | 'BLIND_INDEX_KEY'>;

function keysOf({ ENCRYPTION_KEYS: keys }: Keys): KeyRing {
  return KeyRing.parse('ENCRYPTION_KEYS', keys);
}

function fieldsOf(keys: Keys): FieldEncryption {
  return new FieldEncryption(keysOf(keys), Buffer.from(keys.BLIND_INDEX_KEY, 'base64'));
}
