import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { PostgresServer } from '../../../scripts/services/postgres.ts';

/** A standby that does not exist: a commit that has to wait for it is on the disk and is never answered. */
const nobody = 'nobody';

/**
 * Stops appends at a place that is otherwise gone in a millisecond, by holding the rows of all pathways:
 * whoever appends has begun its statement and has written nothing.
 */
export class HeldPathways {
  readonly #postgres: PostgresServer;
  readonly #holder: pg.Client;
  readonly #watcher: pg.Client;
  readonly #committer: pg.Client;

  private constructor(postgres: PostgresServer, clients: readonly [pg.Client, pg.Client, pg.Client]) {
    this.#postgres = postgres;
    [this.#holder, this.#watcher, this.#committer] = clients;
  }

  static async hold(postgres: PostgresServer): Promise<HeldPathways> {
    const clients = [0, 1, 2].map(
      () => new pg.Client({ connectionString: postgres.url, application_name: 'faults-holder' }),
    ) as [pg.Client, pg.Client, pg.Client];
    for (const client of clients) {
      // They are about to be cut off.
      client.on('error', () => undefined);
      await client.connect();
    }
    await clients[0].query('begin');
    await clients[0].query('select 1 from pathway for update');
    return new HeldPathways(postgres, clients);
  }

  /** Resolves when an append has begun and waits for its row. */
  async appendWaits(signal: AbortSignal): Promise<void> {
    await this.#until(`wait_event_type = 'Lock' and query like '%llwybr_append%'`, signal);
  }

  /** Lets go of the rows, and lets the appends run as far as the commit. Resolves when one has committed and hangs. */
  async commitUnanswered(signal: AbortSignal): Promise<void> {
    await this.#watcher.query(`alter system set synchronous_standby_names = '${nobody}'`);
    await this.#watcher.query('select pg_reload_conf()');
    // The setting has come into force when a commit of our own hangs.
    const hangs = "wait_event = 'SyncRep' and query like '%pg_logical_emit_message%'";
    while (!(await this.#exists(hangs))) {
      const committed = this.#committer.query("select pg_logical_emit_message(true, 'faults', '')");
      await Promise.race([committed.catch(() => undefined), pause(50, undefined, { signal })]);
    }
    await this.#holder.query('rollback');
    await this.#until(`wait_event = 'SyncRep' and query like '%llwybr_append%'`, signal);
  }

  /** Once the server is dead: the next one waits for no standby. */
  async forget(): Promise<void> {
    await Promise.all(
      [this.#holder, this.#watcher, this.#committer].map((client) => client.end().catch(() => undefined)),
    );
    const file = join(this.#postgres.dataDir, 'postgresql.auto.conf');
    const lines = readFileSync(file, 'utf8').split('\n');
    writeFileSync(file, lines.filter((line) => !line.includes(nobody)).join('\n'));
  }

  async #until(condition: string, signal: AbortSignal): Promise<void> {
    while (!(await this.#exists(condition))) await pause(2, undefined, { signal });
  }

  async #exists(condition: string): Promise<boolean> {
    const { rowCount } = await this.#watcher.query(
      `select 1 from pg_stat_activity where datname = current_database() and ${condition}`,
    );
    return (rowCount ?? 0) > 0;
  }
}
