import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import type * as engineTypes from '@prisma/schema-engine-wasm';
import pg from 'pg';

export interface Drift {
  readonly drifted: boolean;
  /** What would have to change in the database to be as the schema says; empty when nothing. */
  readonly summary: string;
}

/**
 * Compares a migrated database with prisma/schema.prisma by Prisma's own engine in its WebAssembly form, which comes
 * from npm. It reads tables, columns, keys, indexes and relations; it does not see CHECKs, triggers, functions and
 * the conditions of partial indexes, so tests assert those apart.
 * @throws Error when the schema cannot be read or the database cannot be reached
 */
export async function findDrift(databaseUrl: string, schemaFile: string): Promise<Drift> {
  const pool = new CatalogPool(databaseUrl);
  const schema = { path: schemaFile, content: readFileSync(schemaFile, 'utf8') };
  const adapter = bindMigrationAwareSqlAdapterFactory(new DescribingAdapter(pool));
  let engine: engineTypes.SchemaEngine | undefined;
  try {
    const { SchemaEngine: Engine } = await loadEngine();
    engine = await Engine.new({ datamodels: [[schema.path, schema.content]] }, () => undefined, adapter);
    const { exitCode, stdout } = await engine.diff({
      from: { tag: 'schemaDatasource', files: [schema], configDir: dirname(schemaFile) },
      to: { tag: 'schemaDatamodel', files: [schema] },
      script: false,
      exitCode: true,
      filters: { externalTables: [], externalEnums: [] },
    });
    return { drifted: exitCode !== 0, summary: exitCode === 0 ? '' : (stdout ?? '').trim() };
  } finally {
    engine?.free();
    await pool.end();
  }
}

/**
 * The stock adapter, less its shadow database (a comparison needs none, and it would be made beside the real one), and
 * with the internal type "char", which the system catalogues use and the adapter does not know.
 */
class DescribingAdapter extends PrismaPg {
  readonly #pool: CatalogPool;

  constructor(pool: CatalogPool) {
    super(pool, { schema: 'public' });
    this.#pool = pool;
  }

  override async connect(): ReturnType<PrismaPg['connect']> {
    const connection = await super.connect();
    const queryRaw = connection.queryRaw.bind(connection);
    connection.queryRaw = async (query) => {
      const result = await queryRaw(query);
      const columnTypes = [...result.columnTypes];
      for (const column of this.#pool.charColumns.get(query.sql) ?? []) {
        columnTypes[column] = ColumnTypeEnum.Character;
      }
      return { ...result, columnTypes };
    };
    return connection;
  }

  override connectToShadowDb(): never {
    throw new Error('The drift check makes no shadow database.');
  }
}

const charOid = 18;
const textOid = 25;

/** Passes "char" columns off as text, which the adapter can read, and remembers which they were by their query. */
class CatalogPool extends pg.Pool {
  readonly charColumns = new Map<string, number[]>();

  constructor(databaseUrl: string) {
    // The engine asks the adapter for host and port one by one, so the address is taken apart here.
    const url = new URL(databaseUrl);
    super({
      host: url.hostname,
      port: Number(url.port || 5432),
      user: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
      database: url.pathname.slice(1),
      max: 2,
    });
    const query: (query: { text: string }) => Promise<pg.QueryArrayResult> = this.query.bind(this);
    const mapped = async (asked: { text: string }): Promise<pg.QueryArrayResult> => {
      const result = await query(asked);
      const columns: number[] = [];
      for (const [column, field] of result.fields.entries()) {
        if (field.dataTypeID !== charOid) continue;
        field.dataTypeID = textOid;
        columns.push(column);
      }
      this.charColumns.set(asked.text, columns);
      return result;
    };
    this.query = mapped as unknown as typeof this.query;
  }
}

/** The little of WebAssembly that is used; its types belong to the browser's library, which is not loaded here. */
declare const WebAssembly: {
  instantiate(
    bytes: Uint8Array,
    imports: Record<string, unknown>,
  ): Promise<{ instance: { exports: { __wbindgen_start(): void } } }>;
};

type EngineModule = typeof engineTypes & { __wbg_set_wasm(exports: unknown): void };

/** The package imports its .wasm file as a module, which Node 20 cannot: the two halves are joined by hand. */
async function loadEngine(): Promise<EngineModule> {
  // The engine reports a panic through this global before it aborts.
  Object.assign(globalThis, {
    PRISMA_WASM_PANIC_REGISTRY: {
      set_message: (message: string) => {
        throw new Error(`The schema engine failed: ${message}`);
      },
    },
  });
  const location = fileURLToPath(import.meta.resolve('@prisma/schema-engine-wasm/schema_engine_bg'));
  const glue = (await import('@prisma/schema-engine-wasm/schema_engine_bg')) as unknown as EngineModule;
  const bytes = readFileSync(join(dirname(location), 'schema_engine_bg.wasm'));
  const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': glue });
  glue.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return glue;
}
