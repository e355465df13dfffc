import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { Problem } from './problems.ts';

/**
 * Cursors leave the process signed, over the list, its filters and the caller's force, so that nobody can
 * make one up or carry one to another list.
 */
export class CursorSeal {
  readonly #key: Buffer;

  /** `secret`: at least 32 bytes that all processes of the API share. */
  constructor(secret: Uint8Array) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, new Uint8Array(), 'llwybr cursors', 32));
  }

  /** `place` says which list it belongs to, whose and with which filters. */
  seal(cursor: string, place: string): string {
    return `${cursor}.${this.#signature(cursor, place)}`;
  }

  /** @throws Problem `invalid-cursor` */
  open(sealed: string, place: string): string {
    const [cursor = '', signature = '', ...rest] = sealed.split('.');
    const expected = Buffer.from(this.#signature(cursor, place));
    const given = Buffer.from(signature);
    if (rest.length > 0 || given.length !== expected.length || !timingSafeEqual(given, expected)) {
      throw new Problem('invalid-cursor');
    }
    return cursor;
  }

  #signature(cursor: string, place: string): string {
    return createHmac('sha256', this.#key)
      .update(JSON.stringify([cursor, place]))
      .digest('base64url');
  }
}
