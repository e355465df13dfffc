import { KeyRing } from './key-ring.ts';

export const environments = ['development', 'test', 'production'] as const;
export type EnvironmentName = (typeof environments)[number];

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Everything the processes are told from outside. Temporal's own settings are read by @temporalio/envconfig. */
export interface Config {
  readonly environment: EnvironmentName;
  readonly databaseUrl: string;
  readonly port: number;
  /** Where the API is reached from outside, without a slash at the end: callbacks of the gateway are signed over it. */
  readonly publicUrl: string;
  /** Where the page of a person is, without a slash at the end; the same unless it is set. */
  readonly pageUrl: string;
  /** Where whoever works with a case signs in and reads it, with {pathwayId} in it; null: nowhere but in the API. */
  readonly caseUrl: string | null;
  readonly issuer: { readonly url: string; readonly audience: string };
  readonly twilio: {
    readonly accountSid: string;
    readonly authToken: string;
    readonly from: string;
    /** Only for a stand-in; null is Twilio itself. */
    readonly baseUrl: string | null;
  };
  readonly mail: {
    /** `smtp://user:password@host:port`, or `smtps://...`. */
    readonly smtpUrl: string;
    /** The address that e-mails come from. */
    readonly from: string;
    /** Where answers to them go; null is the same address. */
    readonly replyTo: string | null;
  };
  /** The online programme; null: there is none, and a person sees to whoever is sent there. */
  readonly onlineProgramme: {
    /** Without a slash at the end. */
    readonly url: string;
    readonly token: string;
    /** Where people type in their code. */
    readonly signInUrl: string;
  } | null;
  /** For columns of people and for payloads of the engine. */
  readonly keys: KeyRing;
  readonly blindIndexKey: Buffer;
  /** Whether payloads of the engine are shortened; `no` through a rollout from, or back to, a build that cannot read them. */
  readonly compressPayloads: boolean;
  /** Stored with every event: which build decided it. */
  readonly build: string;
  readonly logLevel: LogLevel;
  /** The worker's metrics; the API serves its own. */
  readonly metricsPort: number;
}

/** A setting is missing or cannot be read. The text names the variable and never holds its value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Keys that everybody can read here, for development and tests, where LLWYBR_ENV says so. Everywhere else the
 * variables must be set, so these can never encrypt a real name.
 */
const publicKeys = {
  encryption: 'development:Ll6KFDUQk9ZPQ5j3uL0fGzq8mYt1B0cWn2xVqTeR7sE=',
  blindIndex: 'bGx3eWJyLWRldmVsb3BtZW50LWJsaW5kLWluZGV4LTE=',
} as const;

/**
 * Reads the environment, once, at the start of a process.
 * In development and tests everything has a default that fits `npm start`; in production nothing that matters has.
 * A process that is not told where it runs takes itself for production: one that was forgotten to be told must not run
 * on keys that everybody knows.
 * @throws ConfigError naming the variable
 */
export function readConfig(env: Environment = process.env): Config {
  const environment = oneOf(env, 'LLWYBR_ENV', environments, 'production');
  const production = environment === 'production';
  checkTimeZone(env);
  const setting = (name: string, fallback: string): string => {
    const value = env[name];
    if (value !== undefined && value !== '') return value;
    if (production) {
      throw new ConfigError(`${name} is not set, and production has no default for it.${adviceOn(env)}`);
    }
    return fallback;
  };
  const port = wholeNumber(env, 'PORT', 3000);
  return {
    environment,
    databaseUrl: setting('DATABASE_URL', 'postgres://llwybr:llwybr@127.0.0.1:5433/llwybr'),
    port,
    publicUrl: publicUrl(setting('PUBLIC_URL', `http://127.0.0.1:${port}`)),
    pageUrl: pageUrl(env, setting('PUBLIC_URL', `http://127.0.0.1:${port}`), production),
    caseUrl: caseUrl(env, production),
    issuer: {
      url: url('OIDC_ISSUER', setting('OIDC_ISSUER', 'http://127.0.0.1:3002')),
      audience: setting('OIDC_AUDIENCE', 'llwybr'),
    },
    twilio: {
      accountSid: setting('TWILIO_ACCOUNT_SID', 'AC00000000000000000000000000000000'),
      authToken: setting('TWILIO_AUTH_TOKEN', 'development-token'),
      from: setting('TWILIO_FROM', '+447700900000'),
      baseUrl: twilioBaseUrl(env, production),
    },
    mail: {
      smtpUrl: smtpUrl(setting('SMTP_URL', 'smtp://127.0.0.1:3004'), env, production),
      from: mailAddress('MAIL_FROM', setting('MAIL_FROM', 'messages@contact.example')),
      replyTo:
        (env['MAIL_REPLY_TO'] ?? '') === '' ? null : mailAddress('MAIL_REPLY_TO', env['MAIL_REPLY_TO'] ?? ''),
    },
    onlineProgramme: onlineProgramme(env, production),
    keys: keyRing(setting('ENCRYPTION_KEYS', publicKeys.encryption)),
    compressPayloads: oneOf(env, 'COMPRESS_PAYLOADS', ['yes', 'no'], 'yes') === 'yes',
    blindIndexKey: secretOf32('BLIND_INDEX_KEY', setting('BLIND_INDEX_KEY', publicKeys.blindIndex)),
    build: setting('BUILD_ID', 'development'),
    logLevel: oneOf(env, 'LOG_LEVEL', logLevels, 'info'),
    metricsPort: wholeNumber(env, 'METRICS_PORT', 9464),
  };
}

/**
 * Where the API is reached, for programs that only speak to it and need nothing else: PUBLIC_URL, or this machine.
 * @throws ConfigError naming the variable
 */
export function readPublicUrl(env: Environment = process.env): string {
  const given = env['PUBLIC_URL'] ?? '';
  return publicUrl(given !== '' ? given : `http://127.0.0.1:${wholeNumber(env, 'PORT', 3000)}`);
}

function publicUrl(value: string): string {
  return url('PUBLIC_URL', value).replace(/\/+$/, '');
}

/** Without https the page could keep no cookie, and whoever is on the line would read it. */
function pageUrl(env: Environment, fallback: string, production: boolean): string {
  const given = env['PAGE_URL'] ?? '';
  const value = url('PAGE_URL', given === '' ? fallback : given).replace(/\/+$/, '');
  if (production && !value.startsWith('https:')) {
    throw new ConfigError(
      `PAGE_URL, or PUBLIC_URL where it is not set, must be an https address in production.${adviceOn(env)}`,
    );
  }
  return value;
}

/** A page of whatever shows cases to people, which is none of this system. */
function caseUrl(env: Environment, production: boolean): string | null {
  const given = env['CASE_URL'] ?? '';
  if (given === '') return null;
  const value = url('CASE_URL', given);
  if (!value.includes('{pathwayId}'))
    throw new ConfigError('CASE_URL must say where {pathwayId} stands in it.');
  if (production && !value.startsWith('https:')) {
    throw new ConfigError(`CASE_URL must be an https address in production.${adviceOn(env)}`);
  }
  return value;
}

/** What to say to somebody who did not know that they asked for production. */
function adviceOn(env: Environment): string {
  return (env['LLWYBR_ENV'] ?? '') !== ''
    ? ''
    : ' LLWYBR_ENV is not set either, which means production. On a machine without real people set LLWYBR_ENV=development: its encryption keys are public.';
}

/** A stand-in in production would swallow every text without a word. */
function twilioBaseUrl(env: Environment, production: boolean): string | null {
  const value = env['TWILIO_BASE_URL'];
  if (value === undefined || value === '') return production ? null : 'http://127.0.0.1:3001';
  if (production) {
    throw new ConfigError(
      `TWILIO_BASE_URL is for stand-ins and must not be set in production.${adviceOn(env)}`,
    );
  }
  return url('TWILIO_BASE_URL', value);
}

/** All three or none. In clear nobody's code may cross a network, so production asks for TLS; no stand-in has it. */
function onlineProgramme(env: Environment, production: boolean): Config['onlineProgramme'] {
  const names = ['ONLINE_PROGRAMME_URL', 'ONLINE_PROGRAMME_TOKEN', 'ONLINE_PROGRAMME_SIGN_IN_URL'] as const;
  const [address = '', token = '', signInAddress = ''] = names.map((name) => env[name]);
  const missing = names.filter((name) => (env[name] ?? '') === '');
  if (missing.length === names.length) return null;
  if (missing.length > 0) {
    throw new ConfigError(`${missing.join(' and ')} must be set where the online programme is named.`);
  }
  const [programme, signInUrl] = [url(names[0], address), url(names[2], signInAddress)];
  const inClear = [programme, signInUrl].findIndex((value) => new URL(value).protocol !== 'https:');
  if (production && inClear >= 0) {
    const name = inClear === 0 ? names[0] : names[2];
    throw new ConfigError(`${name} must be an https address in production.${adviceOn(env)}`);
  }
  return { url: programme.replace(/\/+$/, ''), token, signInUrl };
}

/** What may stand after the address of the mail server: how it is spoken to, and nothing that changes what is sent. */
const smtpOptions = [
  'authMethod',
  'ignoreTLS',
  'name',
  'requireTLS',
  'tls.rejectUnauthorized',
  'tls.servername',
];

/** The inbox of development stands on this machine: in production it would swallow every e-mail without a word. */
function smtpUrl(value: string, env: Environment, production: boolean): string {
  const parsed = URL.canParse(value) ? new URL(value) : undefined;
  if (parsed === undefined || !/^smtps?:$/.test(parsed.protocol) || parsed.hostname === '') {
    throw new ConfigError('SMTP_URL must be an smtp or smtps address.');
  }
  const unknown = [...parsed.searchParams.keys()].find((name) => !smtpOptions.includes(name));
  if (unknown !== undefined) {
    throw new ConfigError(`SMTP_URL may have these options only: ${smtpOptions.join(', ')}.`);
  }
  const onThisMachine = /^(?:localhost|127\..*|\[::1\])$/i.test(parsed.hostname);
  if (production && onThisMachine) {
    throw new ConfigError(
      `SMTP_URL must not name this machine in production, where the inbox of development is: a mail server here is named by its host name.${adviceOn(env)}`,
    );
  }
  return value;
}

/** What an address may be in full is the gateway's to say. */
function mailAddress(name: string, value: string): string {
  if (!/^[^\s@<>(),;:"]+@[^\s@<>(),;:"]+$/.test(value)) {
    throw new ConfigError(`${name} must be one e-mail address, without a name.`);
  }
  return value;
}

/** Local time is computed in the domain; a process in another zone would hide a place that forgot to. */
function checkTimeZone(env: Environment): void {
  const zone = env['TZ'];
  if (zone !== undefined && zone !== '' && !['UTC', 'Etc/UTC', 'GMT', 'Etc/GMT'].includes(zone)) {
    throw new ConfigError('TZ must be UTC: the processes know London time by themselves.');
  }
  if (new Date(Date.UTC(2026, 6, 1)).getTimezoneOffset() !== 0) {
    throw new ConfigError('The process does not run in UTC. Set TZ=UTC before it starts.');
  }
}

function oneOf<T extends string>(env: Environment, name: string, allowed: readonly T[], fallback: T): T {
  const value = env[name];
  if (value === undefined || value === '') return fallback;
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw new ConfigError(`${name} must be one of ${allowed.join(', ')}.`);
  return found;
}

function wholeNumber(env: Environment, name: string, fallback: number): number {
  const value = env[name];
  if (value === undefined || value === '') return fallback;
  const number = Number(value);
  if (!/^\d+$/.test(value) || number > 65_535) throw new ConfigError(`${name} must be a port number.`);
  return number;
}

function url(name: string, value: string): string {
  if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol)) {
    throw new ConfigError(`${name} must be an http or https address.`);
  }
  return value;
}

function keyRing(value: string): KeyRing {
  try {
    return KeyRing.parse('ENCRYPTION_KEYS', value);
  } catch (error) {
    throw new ConfigError(error instanceof Error ? error.message : 'ENCRYPTION_KEYS cannot be read.');
  }
}

function secretOf32(name: string, value: string): Buffer {
  const bytes = Buffer.from(value, 'base64');
  if (bytes.length !== 32) throw new ConfigError(`${name} must be 32 bytes in base64.`);
  return bytes;
}
