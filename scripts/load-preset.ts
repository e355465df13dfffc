import { readConfig } from '../platform/config.ts';
import { openDatabase } from '../store/database.ts';
import { loadPreset, presets } from '../store/presets.ts';
import type { PresetName } from '../store/presets.ts';

/**
 * What a force starts from: `npm run preset -- gwent-2015`. May be run again at any time: what is there stays as it is.
 * Ends with 2 when there is no such preset.
 */
const [name = ''] = process.argv.slice(2);
if (Object.hasOwn(presets, name)) {
  const db = openDatabase(readConfig().databaseUrl, { max: 2, applicationName: 'llwybr-preset' });
  try {
    const { forceId } = await loadPreset(db, name as PresetName);
    console.log(`preset ${name} loaded: force ${forceId}`);
  } finally {
    await db.close();
  }
} else {
  console.error(`Usage: npm run preset -- <name>, where <name> is one of ${Object.keys(presets).join(', ')}`);
  process.exitCode = 2;
}
