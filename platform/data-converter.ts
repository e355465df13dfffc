import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import type { KeyRing } from './key-ring.ts';
import { EncryptingCodec } from './payload-codec.ts';
import type { PayloadOptions } from './payload-codec.ts';

/**
 * For clients, workers and the workflow bundle alike: a bundle without it would send the texts of failures
 * in clear.
 */
export const failureConverterPath = fileURLToPath(new URL('failure-converter.cjs', import.meta.url));

/** Payloads encrypted, failures too. Clients and workers must be given the same. */
export function encryptedDataConverter(keys: KeyRing, options: PayloadOptions = {}): DataConverter {
  return { failureConverterPath, payloadCodecs: [new EncryptingCodec(keys, options)] };
}
