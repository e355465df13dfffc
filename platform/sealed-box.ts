import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

const algorithm = 'aes-256-gcm';
const nonceLength = 12;
const tagLength = 16;

/** What was sealed was changed, or belongs to another place or key. */
export class SealBrokenError extends Error {
  override readonly name = 'SealBrokenError';
}

/** AES-256-GCM: nonce, tag and ciphertext in one piece. `place` is authenticated, not stored: it must be the same on opening. */
export function seal(key: KeyObject, plaintext: Uint8Array, place: string): Buffer {
  const nonce = randomBytes(nonceLength);
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagLength });
  cipher.setAAD(Buffer.from(place, 'utf8'));
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), ciphertext]);
}

/** @throws SealBrokenError */
export function unseal(key: KeyObject, sealed: Uint8Array, place: string): Buffer {
  if (sealed.length < nonceLength + tagLength) throw new SealBrokenError(`Too short to be sealed: ${place}`);
  const decipher = createDecipheriv(algorithm, key, sealed.subarray(0, nonceLength), {
    authTagLength: tagLength,
  });
  decipher.setAAD(Buffer.from(place, 'utf8'));
  decipher.setAuthTag(sealed.subarray(nonceLength, nonceLength + tagLength));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(nonceLength + tagLength)), decipher.final()]);
  } catch {
    throw new SealBrokenError(`The encrypted value was changed or does not belong here: ${place}`);
  }
}
