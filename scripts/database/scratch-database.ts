import { randomBytes } from 'node:crypto';
import pg from 'pg';

export interface ScratchDatabase {
  readonly name: string;
  readonly url: string;
  /**
   * Drops it.
   * @throws Error when connections to it were still open after 3 s; it is dropped all the same
   */
  readonly drop: () => Promise<void>;
}

/** Makes a database for one use on the cluster that the administrator's address names, empty or from a template. */
export async function createScratchDatabase(
  adminUrl: string,
  prefix: string,
  template?: string,
): Promise<ScratchDatabase> {
  const name = `${prefix}_${randomBytes(6).toString('hex')}`;
  await asAdmin(adminUrl, async (client) => {
    const from = template === undefined ? '' : ` template ${client.escapeIdentifier(template)}`;
    await client.query(`create database ${client.escapeIdentifier(name)}${from}`);
  });
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return { name, url: url.href, drop: () => dropDatabase(adminUrl, name) };
}

async function dropDatabase(adminUrl: string, name: string): Promise<void> {
  await asAdmin(adminUrl, async (client) => {
    const giveUp = performance.now() + 3_000;
    for (;;) {
      const { rows } = await client.query<{ application_name: string; query: string }>(
        `select application_name, query from pg_stat_activity where datname = $1 and backend_type = 'client backend'`,
        [name],
      );
      const overdue = performance.now() > giveUp;
      if (rows.length === 0 || overdue) {
        await client.query(`drop database ${client.escapeIdentifier(name)} with (force)`);
      }
      if (rows.length === 0) return;
      if (overdue) {
        const left = rows.map((row) => `${row.application_name || 'unnamed'}: ${row.query.slice(0, 80)}`);
        throw new Error(`${rows.length} connections to ${name} were left open (${left.join('; ')}).`);
      }
      await client.query('select pg_sleep(0.05)');
    }
  });
}

/** Runs the work with one connection and closes that, whatever happens. */
export async function asAdmin<T>(adminUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: adminUrl, application_name: 'llwybr-admin' });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
