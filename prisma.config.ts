import { defineConfig } from 'prisma/config';

// `generate`, `validate` and `format` never run the schema engine, yet the command line fetches it before each of
// them. Naming any executable skips that download, so that they work without a network. The other commands do need
// the engine and keep the default.
const commandsWithoutEngine = ['generate', 'validate', 'format'];
if (commandsWithoutEngine.some((command) => process.argv.includes(command))) {
  process.env['PRISMA_SCHEMA_ENGINE_BINARY'] ??= process.execPath;
}

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  // The generator reads no database; the commands which do say so themselves when it is missing.
  ...(process.env['DATABASE_URL'] === undefined ? {} : { datasource: { url: process.env['DATABASE_URL'] } }),
});
