import { accessSync, constants, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * Where downloaded programs are kept: the user's cache directory, so that a second checkout needs no second download;
 * `.llwybr/tools` where the user has none that can be written to. LLWYBR_TOOLS_DIR overrides both.
 */
export function toolsDirectory(): string {
  const chosen = process.env['LLWYBR_TOOLS_DIR'];
  if (chosen !== undefined && chosen !== '') return resolve(chosen);
  const cache =
    process.platform === 'darwin'
      ? join(homedir(), 'Library', 'Caches')
      : (process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'));
  const directory = join(cache, 'llwybr');
  try {
    mkdirSync(directory, { recursive: true });
    accessSync(directory, constants.W_OK);
    return directory;
  } catch {
    return resolve(import.meta.dirname, '..', '..', '.llwybr', 'tools');
  }
}
