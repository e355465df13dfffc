import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { webhookRetries } from '../../platform/webhook-retries.ts';

/** The ports of `npm start`, each with the variable that changes it. */
export const ports = {
  api: { variable: 'PORT', usual: 3000, who: 'the API' },
  gateway: { variable: 'TWILIO_STAND_IN_PORT', usual: 3001, who: 'the text gateway stand-in' },
  issuer: { variable: 'ISSUER_PORT', usual: 3002, who: 'the sign-in stand-in' },
  inbox: { variable: 'SMTP_PAGE_PORT', usual: 3003, who: 'the page of the inbox' },
  smtp: { variable: 'SMTP_PORT', usual: 3004, who: 'the inbox stand-in' },
  programme: { variable: 'PROGRAMME_PORT', usual: 3005, who: 'the online programme stand-in' },
  postgres: { variable: 'POSTGRES_PORT', usual: 5433, who: 'PostgreSQL' },
  temporal: { variable: 'TEMPORAL_PORT', usual: 7233, who: 'Temporal' },
  temporalUi: { variable: 'TEMPORAL_UI_PORT', usual: 8233, who: "Temporal's own pages" },
  metrics: { variable: 'METRICS_PORT', usual: 9464, who: "the worker's metrics" },
} as const;

export type PortName = keyof typeof ports;

export interface Settings {
  readonly root: string;
  /** Everything that `npm start` keeps: databases, keys, logs. */
  readonly dataDir: string;
  readonly ports: Readonly<Record<PortName, number>>;
  /** A PostgreSQL of the person's own, to use instead of one from npm. */
  readonly databaseUrl: string | undefined;
  /** Whether the environment or a profile names a Temporal of the person's own. */
  readonly ownTemporal: boolean;
}

/** @throws Error naming the variable that cannot be read */
export function readSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  const root = resolve(import.meta.dirname, '..', '..');
  const chosen = Object.entries(ports).map(([name, { variable, usual }]) => {
    const value = env[variable];
    if (value === undefined || value === '') return [name, usual] as const;
    const port = Number(value);
    if (!/^\d+$/.test(value) || port < 1 || port > 65_535)
      throw new Error(`${variable} must be a port number.`);
    return [name, port] as const;
  });
  const set = (variable: string): boolean => (env[variable] ?? '') !== '';
  return {
    root,
    dataDir: resolve(root, env['LLWYBR_DATA_DIR'] ?? '.llwybr'),
    ports: Object.fromEntries(chosen) as Record<PortName, number>,
    databaseUrl: set('DATABASE_URL') ? env['DATABASE_URL'] : undefined,
    ownTemporal: ['TEMPORAL_ADDRESS', 'TEMPORAL_PROFILE', 'TEMPORAL_CONFIG_FILE'].some(set),
  };
}

/**
 * The environment of the started processes: what the person set, then what follows from the ports, then keys that are
 * made once and kept, so that what was encrypted at the first start can be read at the next.
 */
export function processEnvironment(
  settings: Settings,
  servers: {
    readonly databaseUrl: string;
    readonly temporal: { address: string; namespace: string } | undefined;
  },
  env: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  const { dataDir } = settings;
  const loopback = (name: PortName): string => `http://127.0.0.1:${settings.ports[name]}`;
  const portVariables = Object.entries(ports).map(
    ([name, { variable }]) => [variable, String(settings.ports[name as PortName])] as const,
  );
  const derived = {
    LLWYBR_ENV: 'development',
    LLWYBR_DATA_DIR: dataDir,
    PUBLIC_URL: loopback('api'),
    OIDC_ISSUER: loopback('issuer'),
    OIDC_AUDIENCE: 'llwybr',
    TWILIO_BASE_URL: loopback('gateway'),
    TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
    TWILIO_AUTH_TOKEN: 'development-only',
    TWILIO_FROM: '+447700900000',
    // A number belongs to one force; the demonstration's answers go to this one.
    TWILIO_INBOUND_URL: `${loopback('api')}/webhooks/sms/inbound/dyfed-powys${webhookRetries}`,
    SMTP_URL: `smtp://127.0.0.1:${settings.ports.smtp}`,
    MAIL_FROM: 'messages@contact.example',
    ONLINE_PROGRAMME_URL: loopback('programme'),
    ONLINE_PROGRAMME_TOKEN: 'development-only',
    ONLINE_PROGRAMME_SIGN_IN_URL: `${loopback('programme')}/`,
    ENCRYPTION_KEYS: keptSecret(join(dataDir, 'keys', 'encryption'), (secret) => `development:${secret}`),
    BLIND_INDEX_KEY: keptSecret(join(dataDir, 'keys', 'blind-index'), (secret) => secret),
    BUILD_ID: buildId(settings.root),
  };
  const chosen = Object.fromEntries(
    Object.keys(derived).flatMap((name) => {
      const value = env[name];
      return value === undefined || value === '' || name === 'LLWYBR_DATA_DIR'
        ? []
        : [[name, value] as const];
    }),
  );
  return {
    ...Object.fromEntries(portVariables),
    ...derived,
    ...chosen,
    DATABASE_URL: servers.databaseUrl,
    ...(servers.temporal === undefined ? {} : temporalVariables(dataDir, servers.temporal)),
    TZ: 'UTC',
  };
}

/**
 * The server that was started here is named by variables and by an empty profile file: without that, a profile in the
 * person's home directory would add its TLS and keys.
 */
function temporalVariables(
  dataDir: string,
  temporal: { address: string; namespace: string },
): Record<string, string> {
  const file = join(dataDir, 'temporal', 'profile.toml');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, '[profile.default]\n');
  return {
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
    TEMPORAL_CONFIG_FILE: file,
  };
}

function keptSecret(file: string, form: (base64: string) => string): string {
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, `${form(randomBytes(32).toString('base64'))}\n`, { mode: 0o600 });
  }
  return readFileSync(file, 'utf8').trim();
}

/** Stored with every event: which build decided it. */
function buildId(root: string): string {
  try {
    const commit = execFileSync('git', ['rev-parse', '--short=12', 'HEAD'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
    return `development-${commit}`;
  } catch {
    return 'development';
  }
}

/** Kept for `npm run token`, `import` and the others, which then meet the system that was started (scripts/run.mjs). */
export function writeEnvironmentFile(dataDir: string, variables: Readonly<Record<string, string>>): void {
  const lines = Object.entries(variables).map(([name, value]) => `${name}="${value}"`);
  writeFileSync(join(dataDir, 'development.env'), `${lines.join('\n')}\n`, { mode: 0o600 });
}

/** What to say about a port that is taken. */
export function portAdvice(port: number, settings: Settings): string {
  const found = Object.entries(settings.ports).find(([, value]) => value === port)?.[0] as
    PortName | undefined;
  if (found === undefined) return `Port ${port} is in use.`;
  const { variable, who } = ports[found];
  return `Port ${port} is in use, so ${who} cannot start. Stop what listens there, or choose another: ${variable}=${port + 10} npm start`;
}

export function shown(settings: Settings, path: string): string {
  return relative(settings.root, path) || '.';
}
