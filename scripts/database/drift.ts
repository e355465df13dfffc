// Holds the migrations against prisma/schema.prisma, or the file that is given: `npm run drift`. Exit code 0 when they agree, 2 when not. The
// database that DATABASE_URL names is only asked to make an empty one, which is migrated, compared and dropped.
import { join, resolve } from 'node:path';
import { findDrift } from './drift-check.ts';
import { applyMigrations } from './migrations.ts';
import { createScratchDatabase } from './scratch-database.ts';

const adminUrl = process.env['LLWYBR_TEST_DATABASE_URL'] ?? process.env['DATABASE_URL'];
if (adminUrl === undefined || adminUrl === '') {
  console.error(
    'DATABASE_URL is not set: the drift check needs a PostgreSQL on which it may make a database.',
  );
  process.exit(1);
}
try {
  const scratch = await createScratchDatabase(adminUrl, 'llwybr_drift');
  try {
    await applyMigrations(scratch.url);
    const { drifted, summary } = await findDrift(
      scratch.url,
      resolve(process.argv[2] ?? join('prisma', 'schema.prisma')),
    );
    console.log(drifted ? `Migrations and schema differ:\n${summary}` : 'Migrations and schema agree.');
    if (drifted) process.exitCode = 2;
  } finally {
    await scratch.drop();
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
