// What only who has the keys can do, in the database that DATABASE_URL names, until nothing is left: after a new key was
// put first in ENCRYPTION_KEYS `npm run encrypt-again` encrypts what older keys encrypted, and after an update of the
// database it gives numbers that were replaced earlier the keyed hash that they are known by.
import { openDatabase } from '../../store/database.ts';
import { encryptAgain, indexFormerNumbers } from '../../store/encrypt-again.ts';

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
  console.log(`${String(await indexFormerNumbers(db))} former numbers given their index.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await db.close();
}
