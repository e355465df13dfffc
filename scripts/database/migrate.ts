// Brings the database that DATABASE_URL names up to date: `npm run migrate`, and the one-shot container of that name.
import { applyMigrations } from './migrations.ts';

const url = process.env['DATABASE_URL'];
if (url === undefined || url === '') {
  console.error('DATABASE_URL is not set, so there is no database to migrate.');
  process.exit(2);
}
try {
  const applied = await applyMigrations(url);
  console.log(applied.length === 0 ? 'The database is up to date.' : `Applied ${applied.join(', ')}.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
