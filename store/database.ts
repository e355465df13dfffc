import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { readConfig } from '../platform/config.ts';
import { FieldEncryption } from '../platform/field-encryption.ts';
import { PrismaClient } from './generated/client.ts';

/**
 * One pool of connections, used in two ways: prepared statements of `pg` on the hot path, Prisma's typed
 * queries over the same pool where a row is just read or written.
 */
export interface Database {
  readonly pool: pg.Pool;
  readonly prisma: PrismaClient;
  /** Columns of people are encrypted and searched with these. */
  readonly fields: FieldEncryption;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** Connections at most; 10 by default. */
  readonly max?: number;
  /** The keys of the environment, unless given. */
  readonly fields?: FieldEncryption;
  /** How the process appears in pg_stat_activity. */
  readonly applicationName?: string;
  /** How long one statement may stay without an answer; 30 seconds by default. */
  readonly statementMs?: number;
  /** Told of connections that broke while idle; the pool replaces them by itself. */
  readonly onIdleError?: (error: Error) => void;
}

/** How long anybody waits for a connection. */
const connectWithinMs = 5_000;

/**
 * Opens nothing yet: the first query connects, so a process starts while its database is away.
 * @throws ConfigError when the keys have to come from the environment and are not there
 */
export function openDatabase(url: string, options: DatabaseOptions = {}): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.max ?? 10,
    application_name: options.applicationName ?? 'llwybr',
    connectionTimeoutMillis: connectWithinMs,
    // A database that vanished without a word (a failover, a cut line) would keep each connection for a quarter of
    // an hour, and the pool would stay exhausted long after its return. Every caller may ask again.
    query_timeout: options.statementMs ?? 30_000,
    keepAlive: true,
    // Instants have one spelling, in UTC, whatever the server's zone is. The ledger's functions see what was committed
    // while they waited for a lock, so they need this isolation, whatever the database's own default is.
    options: '-c TimeZone=UTC -c default_transaction_isolation=read\\ committed',
  });
  // Without a listener, a broken idle connection would end the process.
  pool.on('error', options.onIdleError ?? (() => undefined));
  // A lost connection that is lent out tells its client, not the pool; without a listener that ends the process. What it was
  // asked fails of its own (https://node-postgres.com/apis/client, "error").
  pool.on('connect', (client) => client.on('error', () => undefined));
  // A transaction waits as long as a statement does, so that it is the pool that says that none was to be had.
  const prisma = new PrismaClient({
    adapter: new PrismaPg(pool),
    transactionOptions: { maxWait: connectWithinMs + 1_000 },
  });
  return {
    pool,
    prisma,
    fields: options.fields ?? fieldsOfEnvironment(),
    async close() {
      await prisma.$disconnect();
      await pool.end();
    },
  };
}

function fieldsOfEnvironment(): FieldEncryption {
  const { keys, blindIndexKey } = readConfig();
  return new FieldEncryption(keys, blindIndexKey);
}

/** Whether the database answers, for health pages. */
export async function isReachable(db: Database): Promise<boolean> {
  try {
    await db.pool.query('select 1');
    return true;
  } catch {
    return false;
  }
}
