import { createSecretKey, hkdfSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** What a key is used for. Each use has its own key, derived from the ring's, so that no text of one can pass for another's. */
export type KeyUse = 'fields' | 'payloads';

/** Data names a key that this process does not have. The text names the key's id, which is no secret. */
export class MissingKeyError extends Error {
  override readonly name = 'MissingKeyError';
  readonly keyId: string;

  constructor(keyId: string) {
    super(
      `Encryption key "${keyId}" is not in ENCRYPTION_KEYS. Old keys must stay listed, after the active one, ` +
        'until nothing is encrypted by them any more.',
    );
    this.keyId = keyId;
  }
}

/**
 * The encryption keys of a process: the first encrypts, all decrypt. To rotate, put a new key first,
 * re-encrypt what is stored, and drop the old one when nothing names it.
 */
export class KeyRing {
  readonly activeId: string;
  readonly #keys: ReadonlyMap<string, Buffer>;
  readonly #derived = new Map<string, KeyObject>();

  constructor(keys: readonly { readonly id: string; readonly key: Buffer }[]) {
    const [active] = keys;
    if (active === undefined) throw new Error('A key ring needs at least one key.');
    this.activeId = active.id;
    this.#keys = new Map(keys.map(({ id, key }) => [id, key]));
  }

  /**
   * Reads "id:base64key,id2:base64key2", the active key first.
   * @throws Error naming the variable, never the keys
   */
  static parse(variable: string, text: string): KeyRing {
    const keys = text.split(',').map((part) => {
      const [id = '', encoded = '', ...rest] = part.trim().split(':');
      const key = Buffer.from(encoded, 'base64');
      if (!/^[A-Za-z0-9_-]{1,64}$/.test(id) || key.length !== 32 || rest.length > 0) {
        throw new Error(
          `${variable} must be "id:key" pairs with commas between, each key 32 bytes in base64.`,
        );
      }
      return { id, key };
    });
    if (new Set(keys.map(({ id }) => id)).size !== keys.length) {
      throw new Error(`${variable} names a key twice.`);
    }
    return new KeyRing(keys);
  }

  get ids(): readonly string[] {
    return [...this.#keys.keys()];
  }

  /** @throws MissingKeyError */
  keyFor(use: KeyUse, id: string): KeyObject {
    const name = `${use}:${id}`;
    let derived = this.#derived.get(name);
    if (derived === undefined) {
      const key = this.#keys.get(id);
      if (key === undefined) throw new MissingKeyError(id);
      derived = createSecretKey(Buffer.from(hkdfSync('sha256', key, '', `llwybr ${use} v1`, 32)));
      this.#derived.set(name, derived);
    }
    return derived;
  }

  /** Secrets do not end up in a log by accident. */
  toJSON(): { readonly activeId: string; readonly ids: readonly string[] } {
    return { activeId: this.activeId, ids: this.ids };
  }
}
