import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK } from 'jose';
import type { CryptoKey, JWK, KeyObject } from 'jose';

export const signingAlgorithms = ['RS256', 'ES256'] as const;

export type SigningAlgorithm = (typeof signingAlgorithms)[number];

export interface SigningKey {
  readonly alg: SigningAlgorithm;
  readonly kid: string;
  readonly privateKey: CryptoKey | KeyObject | Uint8Array;
  readonly publicJwk: JWK;
}

/**
 * The issuer's keys, one for each algorithm, kept in `issuer-keys.json` in the directory so that tokens
 * stay good over a restart. Made at the first start; readable by this user only.
 */
export async function openSigningKeys(directory: string): Promise<readonly SigningKey[]> {
  const file = join(directory, 'issuer-keys.json');
  const kept = readKept(file) ?? (await makeAndKeep(directory, file));
  return Promise.all(kept.map(signingKeyOf));
}

/** A key that no issuer publishes, for tokens that must be refused. */
export async function strangersKey(alg: SigningAlgorithm): Promise<SigningKey> {
  return signingKeyOf(await makePrivateJwk(alg));
}

function readKept(file: string): JWK[] | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as JWK[];
  } catch (error) {
    throw new Error(`${file} cannot be read; delete it and new keys are made`, { cause: error });
  }
}

async function makeAndKeep(directory: string, file: string): Promise<JWK[]> {
  const made = await Promise.all(signingAlgorithms.map(makePrivateJwk));
  mkdirSync(directory, { recursive: true });
  // Whole or not at all: a start that is killed here must not leave half a file behind.
  writeFileSync(`${file}.new`, JSON.stringify(made), { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return made;
}

async function makePrivateJwk(alg: SigningAlgorithm): Promise<JWK> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, alg, use: 'sig', kid: await calculateJwkThumbprint(jwk) };
}

async function signingKeyOf(jwk: JWK): Promise<SigningKey> {
  const alg = signingAlgorithms.find((known) => known === jwk.alg);
  if (alg === undefined || jwk.kid === undefined)
    throw new Error('A signing key lacks its algorithm or its id');
  const { kid, kty, use, n, e, crv, x, y } = jwk;
  const parts = Object.entries({ alg, kid, kty, use, n, e, crv, x, y }).filter(
    ([, value]) => value !== undefined,
  );
  return { alg, kid, privateKey: await importJWK(jwk, alg), publicJwk: Object.fromEntries(parts) };
}
