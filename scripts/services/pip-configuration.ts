import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where this machine gets Python packages from, as pip itself would decide. */
export interface PipConfiguration {
  /** Simple indexes in the order to ask; the public one unless the machine says otherwise. */
  readonly indexes: readonly string[];
  /** Local directories which hold wheels. */
  readonly directories: readonly string[];
  /** A file of certificate authorities. */
  readonly certificates: string | undefined;
}

const publicIndex = 'https://pypi.org/simple';

/** Reads pip's configuration files and PIP_* variables; the environment wins over the user, the user over the site. */
export function pipConfiguration(env: NodeJS.ProcessEnv = process.env, home = homedir()): PipConfiguration {
  const settings = new Map<string, string>();
  const own = env['PIP_CONFIG_FILE'];
  const files =
    own === '/dev/null'
      ? []
      : [
          '/etc/pip.conf',
          '/etc/xdg/pip/pip.conf',
          join(home, '.pip', 'pip.conf'),
          join(home, 'Library', 'Application Support', 'pip', 'pip.conf'),
          join(env['XDG_CONFIG_HOME'] ?? join(home, '.config'), 'pip', 'pip.conf'),
          ...(own === undefined ? [] : [own]),
        ];
  for (const file of files) {
    for (const [name, value] of parsePipFile(read(file))) settings.set(name, value);
  }
  for (const name of ['index-url', 'extra-index-url', 'find-links', 'no-index', 'cert']) {
    const value = env[`PIP_${name.toUpperCase().replaceAll('-', '_')}`];
    if (value !== undefined && value !== '') settings.set(name, value);
  }

  const words = (name: string): string[] => (settings.get(name) ?? '').split(/\s+/).filter(Boolean);
  const closed = /^(1|true|yes|on)$/i.test(settings.get('no-index') ?? '');
  const indexes = closed ? [] : [settings.get('index-url') ?? publicIndex, ...words('extra-index-url')];
  return {
    indexes: indexes.map((index) => index.trim().replace(/\/+$/, '')),
    directories: words('find-links')
      .map((place) => place.replace(/^file:\/\//, ''))
      .filter((place) => place.startsWith('/')),
    certificates: settings.get('cert'),
  };
}

/** The `[global]` and `[install]` settings of a pip.conf; indented lines continue the one before. */
export function parsePipFile(text: string): Map<string, string> {
  const settings = new Map<string, string>();
  let section = '';
  let name = '';
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*([#;].*)?$/.test(line)) continue;
    const header = /^\[(.+)\]\s*$/.exec(line)?.[1];
    const setting = /^([^\s=:][^=:]*?)\s*[=:]\s*(.*)$/.exec(line);
    if (header !== undefined) {
      section = header.trim().toLowerCase();
    } else if (!['global', 'install', 'download'].includes(section)) {
      continue;
    } else if (/^\s/.test(line) && name !== '') {
      settings.set(name, `${settings.get(name) ?? ''} ${line.trim()}`.trim());
    } else if (setting !== null) {
      name = (setting[1] ?? '').trim().toLowerCase().replaceAll('_', '-');
      settings.set(name, (setting[2] ?? '').trim());
    }
  }
  return settings;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
