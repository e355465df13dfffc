import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { createApp } from '../api/app.ts';
import { createLog } from '../platform/log.ts';
import { createMetrics } from '../platform/metrics.ts';
import { applyMigrations } from '../scripts/database/migrations.ts';
import { createScratchDatabase, type ScratchDatabase } from '../scripts/database/scratch-database.ts';
import { answersWell } from '../scripts/development/readiness.ts';
import { pidFileOf } from '../scripts/house/house-directory.ts';
import { KeptProcess } from '../scripts/house/kept-process.ts';
import { freePorts } from '../scripts/services/ports.ts';
import { listen } from '../stand-ins/listen.ts';
import { startIssuer, type Issuer } from '../stand-ins/oidc-issuer.ts';
import { openDatabase, type Database } from '../store/database.ts';
import { openPathway } from '../store/intake.ts';
import { append } from '../store/ledger.ts';
import { calm, furnish } from '../scripts/house/house-policies.ts';
import { numbers } from '../scripts/house/clients.ts';
import type { AppendEntry } from '../workflows/contract/envelope.ts';
import { toInstant } from '../workflows/domain/common/instant.ts';
import type { DiversionCommand } from '../workflows/domain/diversion/commands.ts';
import { diversion } from '../workflows/domain/diversion/kind.ts';
import { commandOf, evolved, lifeOfNine, Referral } from './referral.ts';
import { benchForce, type Rig } from './rig.ts';

export type Who = 'caseworker' | 'manager';

interface Statement {
  readonly name?: string;
  readonly text: string;
  readonly values?: unknown[];
}

/** Lives that are recorded by the ledger itself; every other case has the events of one of these. */
const patterns = 40;
/** Of a pattern: the opening and so many commands of a life that is not closed. */
const commandsEach = 6;
const audience = 'llwybr';

/**
 * A force's cases of many years: nine in ten are over, the rest are worked on by three providers and 150 caseworkers.
 * They lie in a database of their own on the rig's server, with an API over it: a process of its own, like every API. A
 * second one lives in this process, where it can be heard what it asks PostgreSQL for; it is never measured.
 */
export class Caseload {
  readonly size: number;
  /** Ids of cases that the caseworker reads. */
  readonly pages: readonly string[];
  readonly #parts: Parts;
  /** What the API asked PostgreSQL for, by who asked for what. */
  readonly #statements = new Map<string, readonly Statement[]>();

  private constructor(size: number, pages: readonly string[], parts: Parts) {
    this.size = size;
    this.pages = pages;
    this.#parts = parts;
  }

  static async open(rig: Rig, size: number, say: (line: string) => void): Promise<Caseload> {
    const scratch = await createScratchDatabase(rig.house.postgres.url, 'bench_caseload');
    await applyMigrations(scratch.url);
    await furnish(scratch.url, rig.house.fields, calm);
    const db = openDatabase(scratch.url, { fields: rig.house.fields, max: 4, applicationName: 'bench-api' });
    const plain = openDatabase(scratch.url, {
      fields: rig.house.fields,
      max: 4,
      applicationName: 'bench-pg',
    });
    for (const _ of numbers(patterns)) await recordPattern(rig, db);
    say(`filling in ${String(size)} cases`);
    const filling = openDatabase(scratch.url, { fields: rig.house.fields, max: 1, statementMs: 600_000 });
    const pages = await fill(filling, size).finally(() => filling.close());
    const issuer = await startIssuer({
      port: 0,
      directory: join(rig.directory, 'caseload-issuer'),
      audience,
    });
    const { app } = createApp({
      ...{ db, client: rig.house.client, build: 'bench', environment: 'test' },
      log: createLog({ level: 'silent', process: 'api', build: 'bench' }),
      metrics: createMetrics({ process: 'api', build: 'bench' }),
      issuer: { issuer: issuer.url, audience },
      secret: Buffer.alloc(32, 7),
    });
    const overheard = await listen(app, 0);
    const api = await startApi(rig, scratch.url, issuer.url);
    const tokens = {
      caseworker: await issuer.mint('caseworker'),
      manager: await issuer.mint('manager'),
    };
    return new Caseload(size, pages, { scratch, db, plain, issuer, overheard, api, tokens });
  }

  get(who: Who, path: string): Promise<unknown> {
    const { api, tokens } = this.#parts;
    return answerOf(`${api.url}${path}`, tokens[who]);
  }

  /** Notes the statements behind this request, once. */
  async learn(who: Who, path: string): Promise<void> {
    const key = `${who} ${path}`;
    if (this.#statements.has(key)) return;
    const { pool } = this.#parts.db;
    const heard: Statement[] = [];
    const ask = pool.query.bind(pool) as (...given: unknown[]) => unknown;
    const listening = (...given: unknown[]): unknown => {
      const [first, values] = given;
      heard.push(
        typeof first === 'string' ? { text: first, values: values as unknown[] } : (first as Statement),
      );
      return ask(...given);
    };
    pool.query = listening as typeof pool.query;
    try {
      const { overheard, tokens } = this.#parts;
      await answerOf(`${overheard.url}${path}`, tokens[who]);
    } finally {
      pool.query = ask as typeof pool.query;
    }
    this.#statements.set(key, heard);
  }

  /** The same statements, by `pg` and nothing else. */
  async replay(who: Who, path: string): Promise<void> {
    const statements = this.#statements.get(`${who} ${path}`);
    if (statements === undefined || statements.length === 0) throw new Error(`${path} was not learnt`);
    for (const { name, text, values } of statements) {
      await this.#parts.plain.pool.query({
        ...(name === undefined ? {} : { name }),
        ...{ text, values: values ?? [] },
      });
    }
  }

  async close(): Promise<void> {
    const { scratch, db, plain, issuer, overheard, api } = this.#parts;
    await api.process.end();
    await overheard.close();
    await issuer.close();
    await Promise.all([db.close(), plain.close()]);
    await scratch.drop();
  }
}

interface Parts {
  readonly scratch: ScratchDatabase;
  readonly db: Database;
  readonly plain: Database;
  readonly issuer: Issuer;
  readonly overheard: { readonly url: string; close(): Promise<void> };
  readonly api: { readonly url: string; readonly process: KeptProcess };
  readonly tokens: Readonly<Record<Who, string>>;
}

async function startApi(rig: Rig, databaseUrl: string, issuerUrl: string): Promise<Parts['api']> {
  const { directory, house } = rig;
  const [port = 0] = await freePorts(1);
  const url = `http://127.0.0.1:${String(port)}`;
  const name = 'caseload-api';
  const process_ = new KeptProcess({
    ...{ name, entry: 'api/server.ts' },
    env: {
      ...process.env,
      // Names are in no list: it never needs the house's keys.
      ...{ TZ: 'UTC', LLWYBR_ENV: 'test', DATABASE_URL: databaseUrl, PORT: String(port), PUBLIC_URL: url },
      ...{ OIDC_ISSUER: issuerUrl, OIDC_AUDIENCE: audience, BUILD_ID: 'bench' },
      ...{ TEMPORAL_ADDRESS: house.temporal.address, TEMPORAL_NAMESPACE: house.temporal.namespace },
      TEMPORAL_CONFIG_FILE: join(directory, 'temporal', 'profile.toml'),
    },
    logFile: join(directory, 'logs', `${name}.log`),
    pidFile: pidFileOf(directory, name),
    isReady: () => answersWell(`${url}/ping`),
  });
  await process_.start();
  return { url, process: process_ };
}

const connections = new Agent({ keepAlive: true });

/** One GET over a connection that stays. `fetch` costs half a millisecond of this process, which is no part of the API. */
function answerOf(url: string, token: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` };
    get(url, { agent: connections, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        if (answer.statusCode === 200) resolve(JSON.parse(body));
        else reject(new Error(`${url} was answered ${String(answer.statusCode)}`));
      });
    }).on('error', reject);
  });
}

async function recordPattern(rig: Rig, db: Database): Promise<void> {
  const { intake } = new Referral(rig);
  const { pathwayId, entry: opening } = intake;
  await openPathway(db, intake);
  let state = evolved(undefined, opening);
  for (const next of lifeOfNine.slice(0, commandsEach)) {
    const expectedSeq = state.seq;
    const [name, data] = next();
    const now = toInstant(Date.now());
    const command = commandOf(name, 'ProviderManager', data, now) as DiversionCommand;
    const { events, intents, refusal } = diversion.decide(state, command, now);
    if (refusal !== undefined) throw new Error(refusal.message);
    const { commandId, actor } = command;
    const draft = { commandId, actor, policyVersion: state.policy.version, events, intents };
    state = evolved(state, draft);
    const entry: AppendEntry = { ...draft, summary: diversion.summarise(state) };
    await append(db, { forceId: benchForce, pathwayId, expectedSeq, entry }, 'bench');
  }
}

const references = `'LL-' || ${letters(0)} || '-' || ${letters(4)}`;

/** Four letters of a reference: the number of the case to the base of the seventeen that there are. */
function letters(first: number): string {
  return numbers(4, first)
    .map((place) => `substr('BCDFGHJKMNPRTVWXZ', (n / ${String(17 ** place)} % 17)::integer + 1, 1)`)
    .join(' || ');
}

/**
 * Copies the patterns until there are so many rows. One in ten is worked on, and has the events of its pattern; of the
 * others there is the row, which is all that lists and counts read.
 *
 * @returns ids of cases that the caseworker of ddas reads
 */
async function fill({ pool }: Database, size: number): Promise<string[]> {
  const { rows: kept } = await pool.query<{ id: string }>('select id from pathway order by id');
  await pool.query(
    `insert into pathway (force_id, id, kind, reference, person_id, source, programme, policy_id, policy_version,
         opening_command_id, received_at, created_at, updated_at, head_seq, head_hash, stage, closed_at, closure_reason,
         next_due_at, next_due_rule, needs_run, provider_id, worker_id, attention, late_since, summary)
       select p.force_id, gen_random_uuid(), p.kind, ${references}, p.person_id, p.source, p.programme, p.policy_id,
         p.policy_version, p.id || ':' || n, received, p.created_at, p.updated_at, p.head_seq, p.head_hash,
         case when working then (array['awaiting-contact', 'contacted', 'appointment-booked', 'engaged', 'in-treatment'])[(n / 10 % 5 + 1)::integer]
           else 'finished' end,
         case when not working then received + interval '60 days' end, case when not working then 'completed' end,
         case when working then clock_timestamp() + n / 10 % 1440 * interval '1 hour' end,
         case when working then p.next_due_rule end, working,
         (array['ddas', 'kaleidoscope', 'pobl'])[(n / 10 % 3 + 1)::integer],
         case when n / 10 % 7 = 0 then null when n / 30 % 50 = 0 then 'u-301' else 'w-' || (n / 30 % 50) end,
         case when n / 10 % 4 = 0 and working
           then jsonb_build_array(jsonb_build_object('code', 'no-first-contact', 'owner', 'ProviderManager', 'since', llwybr_instant(since)))
           else '[]' end,
         case when n / 10 % 4 = 0 and working then since end, p.summary
       from generate_series(1::bigint, $1::bigint) n
       join (select *, row_number() over (order by id) as number from pathway) p on p.number = n % $2::bigint + 1,
         lateral (select n % 10 = 0 as working, timestamptz '2026-01-05T10:00:00.000Z' + n / 10 % 977 * interval '1 hour' as since,
           clock_timestamp() - (case when n % 10 = 0 then n % 89 else 100 + n % 3000 end) * interval '1 day' as received) made`,
    [size - kept.length, kept.length],
  );
  await pool.query('analyze pathway, event');
  await pool.query(
    `insert into event (force_id, pathway_id, seq, type, version, data, effects, occurred_at, recorded_at, command_id,
         command_index, actor_id, actor_role, organisation_id, policy_version, build, previous_hash, hash)
       select e.force_id, p.id, e.seq, e.type, e.version, e.data, e.effects, e.occurred_at, e.recorded_at, e.command_id,
         e.command_index, e.actor_id, e.actor_role, e.organisation_id, e.policy_version, e.build, e.previous_hash, e.hash
       from pathway p join event e on e.force_id = p.force_id
         and e.pathway_id = split_part(p.opening_command_id, ':', 1)::uuid
      where p.needs_run and p.opening_command_id like '%:%'`,
  );
  await pool.query('vacuum analyze');
  const { rows } = await pool.query<{ id: string }>(
    `select id from pathway where needs_run and provider_id = 'ddas' and opening_command_id like '%:%' order by id limit 500`,
  );
  return rows.map(({ id }) => id);
}
