import { createHash } from 'node:crypto';
import { createWriteStream, readFileSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest, type RequestOptions } from 'node:https';
import type { Socket } from 'node:net';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { connect as tlsConnect, rootCertificates } from 'node:tls';

/** Thrown with the host left out: a private registry's address may carry a password. */
export class DownloadFailed extends Error {}

export interface DownloadOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** A file of further certificate authorities. */
  readonly certificates?: string;
  /** How long the other side may say nothing. Default 15,000 ms. */
  readonly silenceMs?: number;
}

/** @throws DownloadFailed */
export async function downloadText(
  url: URL,
  options: DownloadOptions = {},
): Promise<{ readonly text: string; readonly contentType: string; readonly url: URL }> {
  const { response, url: from } = await open(url, options);
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  } catch (error) {
    throw failure(error);
  }
  return {
    text: Buffer.concat(chunks).toString('utf8'),
    contentType: response.headers['content-type'] ?? '',
    url: from,
  };
}

/**
 * @returns the sha256 of what was written, in hex
 * @throws DownloadFailed
 */
export async function downloadFile(url: URL, path: string, options: DownloadOptions = {}): Promise<string> {
  const { response } = await open(url, options);
  const hash = createHash('sha256');
  const hashing = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  try {
    await pipeline(response, hashing, createWriteStream(path));
  } catch (error) {
    throw failure(error);
  }
  return hash.digest('hex');
}

async function open(start: URL, options: DownloadOptions): Promise<{ response: IncomingMessage; url: URL }> {
  let url = start;
  for (let redirects = 0; redirects < 6; redirects += 1) {
    const response = await get(url, options);
    const { statusCode = 0, headers } = response;
    if (statusCode >= 200 && statusCode < 300) return { response, url };
    response.resume();
    if (statusCode < 300 || statusCode >= 400 || headers.location === undefined) {
      throw new DownloadFailed(`answered ${statusCode}`);
    }
    url = new URL(headers.location, url);
  }
  throw new DownloadFailed('too many redirects');
}

async function get(url: URL, options: DownloadOptions): Promise<IncomingMessage> {
  const silence = options.silenceMs ?? 15_000;
  const ca = certificates(options.certificates);
  const proxy = proxyFor(url);
  const secure = url.protocol === 'https:';
  const headers = { 'user-agent': 'llwybr-set-up', ...(options.headers ?? {}), ...basicAuth(url) };
  const common: RequestOptions = ca === undefined ? {} : { ca };
  let target: RequestOptions;
  if (proxy !== undefined && !secure) {
    const proxied = { ...headers, host: url.host, ...basicAuth(proxy, 'proxy-authorization') };
    target = { ...common, host: proxy.hostname, port: proxy.port || 80, path: url.href, headers: proxied };
  } else {
    target = { ...common, host: url.hostname, port: url.port, path: `${url.pathname}${url.search}`, headers };
    if (proxy !== undefined) target.agent = new TunnelAgent(await tunnel(proxy, url, silence), ca);
  }
  return new Promise((resolve, reject) => {
    const request = (secure ? httpsRequest : httpRequest)(target, resolve);
    request.setTimeout(silence, () => request.destroy(new Error(`silent for ${silence} ms`)));
    request.once('error', (error) => reject(failure(error)));
    request.end();
  });
}

/** One request through a socket that a proxy has already connected. */
class TunnelAgent extends Agent {
  readonly #socket: Socket;
  readonly #ca: string[] | undefined;

  constructor(socket: Socket, ca: string[] | undefined) {
    super({ keepAlive: false });
    this.#socket = socket;
    this.#ca = ca;
  }

  override createConnection(options: RequestOptions): ReturnType<typeof tlsConnect> {
    const servername = options.host ?? '';
    return tlsConnect({
      socket: this.#socket,
      servername,
      ...(this.#ca === undefined ? {} : { ca: this.#ca }),
    });
  }
}

function tunnel(proxy: URL, url: URL, silence: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const authority = `${url.hostname}:${url.port || 443}`;
    const request = (proxy.protocol === 'https:' ? httpsRequest : httpRequest)({
      method: 'CONNECT',
      host: proxy.hostname,
      port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
      path: authority,
      headers: { host: authority, ...basicAuth(proxy, 'proxy-authorization') },
    });
    request.setTimeout(silence, () => request.destroy(new Error('the proxy is silent')));
    request.once('connect', (response, socket) => {
      if (response.statusCode === 200) resolve(socket);
      else reject(new DownloadFailed(`the proxy answered ${response.statusCode ?? 0}`));
    });
    request.once('error', (error) => reject(failure(error)));
    request.end();
  });
}

/** The proxy that the machine's environment names for this address, by the customs of curl, npm and pip. */
export function proxyFor(url: URL, env: NodeJS.ProcessEnv = process.env): URL | undefined {
  const read = (name: string): string | undefined => env[name] ?? env[name.toUpperCase()];
  const exceptions = (read('no_proxy') ?? env['npm_config_noproxy'] ?? '').split(/[\s,]+/).filter(Boolean);
  const host = url.hostname.toLowerCase();
  const excepted = exceptions.some((entry) => {
    const name = entry
      .toLowerCase()
      .replace(/^\*?\./, '')
      .replace(/:\d+$/, '');
    return name === '*' || host === name || host.endsWith(`.${name}`);
  });
  if (excepted) return undefined;
  const value =
    url.protocol === 'https:'
      ? (read('https_proxy') ?? env['npm_config_https_proxy'] ?? read('all_proxy') ?? env['npm_config_proxy'])
      : (read('http_proxy') ?? env['npm_config_proxy'] ?? read('all_proxy'));
  if (value === undefined || value === '' || value === 'null') return undefined;
  const proxy = new URL(value.includes('://') ? value : `http://${value}`);
  return /^https?:$/.test(proxy.protocol) ? proxy : undefined;
}

function basicAuth(url: URL, header = 'authorization'): Record<string, string> {
  if (url.username === '' && url.password === '') return {};
  const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return { [header]: `Basic ${Buffer.from(pair).toString('base64')}` };
}

function certificates(file: string | undefined): string[] | undefined {
  const files = [file, process.env['NODE_EXTRA_CA_CERTS']].filter((name) => name !== undefined);
  if (file === undefined) return undefined;
  const extra = files.flatMap((name) => {
    try {
      return [readFileSync(name, 'utf8')];
    } catch {
      return [];
    }
  });
  return [...rootCertificates, ...extra];
}

function failure(error: unknown): DownloadFailed {
  if (error instanceof DownloadFailed) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  return new DownloadFailed(code ?? (error instanceof Error ? error.message : 'failed'));
}
