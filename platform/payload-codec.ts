import type { Payload, PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';
import { ValueError } from '@temporalio/common';
import type { KeyRing } from './key-ring.ts';
import { MissingKeyError } from './key-ring.ts';
import { NotCompressedError, shorter, whole } from './payload-compression.ts';
import { seal, SealBrokenError, unseal } from './sealed-box.ts';

// The package is CommonJS without names that Node could import one by one.
const { Payload: PayloadMessage } = proto.temporal.api.common.v1;

const encoding = 'binary/encrypted';
const place = 'temporal-payload';

export interface PayloadOptions {
  /** Whether payloads are shortened; they are unless said otherwise. Either way both are read. */
  readonly compress?: boolean;
}

/**
 * Encrypts every payload that leaves for Temporal, its own metadata included, so that the server holds
 * neither the words nor the shape of a command. The key's id is in the clear metadata: old histories stay
 * readable for as long as their key is in the ring. What comes back unencrypted is passed on as it is
 * (the server's own payloads, histories from before). Payloads are shortened before they are encrypted; those of
 * builds that did not do that are read like the others.
 */
export class EncryptingCodec implements PayloadCodec {
  readonly #keys: KeyRing;
  readonly #compress: boolean;

  constructor(keys: KeyRing, { compress = true }: PayloadOptions = {}) {
    this.#keys = keys;
    this.#compress = compress;
  }

  encode(payloads: Payload[]): Promise<Payload[]> {
    return Promise.resolve(payloads.map((payload) => this.#encrypt(payload)));
  }

  /**
   * @throws ValueError when the key is missing or the payload was changed. It fails the workflow task, not the
   * workflow: it passes once the key is back.
   */
  async decode(payloads: Payload[]): Promise<Payload[]> {
    // Async, so that an error rejects, as the interface has it, and is not thrown at the caller.
    return Promise.resolve().then(() => payloads.map((payload) => this.#decrypt(payload)));
  }

  #encrypt(payload: Payload): Payload {
    const id = this.#keys.activeId;
    const plain = PayloadMessage.encode(payload).finish();
    return {
      metadata: {
        encoding: Buffer.from(encoding, 'utf8'),
        'encryption-key-id': Buffer.from(id, 'utf8'),
      },
      data: seal(this.#keys.keyFor('payloads', id), this.#compress ? shorter(plain) : plain, place),
    };
  }

  #decrypt(payload: Payload): Payload {
    if (text(payload.metadata?.['encoding']) !== encoding) return payload;
    const id = text(payload.metadata?.['encryption-key-id']);
    if (payload.data === null || payload.data === undefined || id === undefined) {
      throw new ValueError('An encrypted payload without data or key id');
    }
    try {
      const plain = unseal(this.#keys.keyFor('payloads', id), payload.data, place);
      return PayloadMessage.decode(whole(plain));
    } catch (error) {
      if (causes.some((cause) => error instanceof cause) && error instanceof Error) {
        throw new ValueError(error.message, error);
      }
      throw error;
    }
  }
}

const causes = [MissingKeyError, SealBrokenError, NotCompressedError];

function text(bytes: Uint8Array | null | undefined): string | undefined {
  return bytes === null || bytes === undefined ? undefined : Buffer.from(bytes).toString('utf8');
}
