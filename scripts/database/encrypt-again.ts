// After a new key was put first in ENCRYPTION_KEYS: `npm run encrypt-again` encrypts what older keys encrypted, in the
// database that DATABASE_URL names, until nothing is left.
import { openDatabase } from '../../store/database.ts';
import { encryptAgain } from '../../store/encrypt-again.ts';

const url = process.env['DATABASE_URL'];
if (url === undefined || url === '') {
  console.error('DATABASE_URL is not set, so there is no database to work on.');
  process.exit(2);
}
const db = openDatabase(url, { applicationName: 'llwybr-encrypt-again' });
try {
  let total = 0;
  for (let changed = -1; changed !== 0; total += changed) changed = await encryptAgain(db);
  console.log(`${String(total)} values encrypted again. No row needs an older key.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await db.close();
}
