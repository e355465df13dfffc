import { createHmac } from 'node:crypto';
import type { LocalDate } from '../workflows/domain/common/london-time.ts';
import type { KeyRing } from './key-ring.ts';
import { seal, SealBrokenError, unseal } from './sealed-box.ts';

/** Where a value is stored. It is bound into the seal, so that a value copied to another row or column does not open. */
export interface FieldPlace {
  readonly table: string;
  readonly column: string;
  readonly rowId: string;
}

/** What a keyed hash may be searched by. Hashes of different purposes or forces never match. */
export type BlindIndexPurpose =
  | 'nominal'
  | 'name-and-birth-date'
  | 'mobile'
  | 'outcome'
  | 'outcome-name'
  | 'outcome-birth-date'
  | 'provider-case'
  | 'provider-case-name'
  | 'provider-case-birth-date'
  | 'worker-name';

/**
 * Columns of people: AES-256-GCM as text `v1.<key id>.<base64url>`, and keyed hashes (HMAC-SHA-256) for
 * exact search without decrypting. The hash's key is not part of the ring: a hash under a new key would
 * find nothing, so it is changed only by computing every index again.
 */
export class FieldEncryption {
  readonly #keys: KeyRing;
  readonly #blindIndexKey: Buffer;

  constructor(keys: KeyRing, blindIndexKey: Buffer) {
    this.#keys = keys;
    this.#blindIndexKey = blindIndexKey;
  }

  encrypt(value: string, place: FieldPlace): string;
  encrypt(value: string | null, place: FieldPlace): string | null;
  encrypt(value: string | null, place: FieldPlace): string | null {
    if (value === null) return null;
    const id = this.#keys.activeId;
    const sealed = seal(this.#keys.keyFor('fields', id), Buffer.from(value, 'utf8'), placeText(place));
    return `${this.activePrefix}${sealed.toString('base64url')}`;
  }

  /**
   * @throws MissingKeyError when the key is not in the ring
   * @throws SealBrokenError when the text was changed or stems from another place
   */
  decrypt(text: string, place: FieldPlace): string;
  decrypt(text: string | null, place: FieldPlace): string | null;
  decrypt(text: string | null, place: FieldPlace): string | null {
    if (text === null) return null;
    const [version, id, sealed, ...rest] = text.split('.');
    if (version !== 'v1' || id === undefined || sealed === undefined || rest.length > 0) {
      throw new SealBrokenError(`Not an encrypted value: ${placeText(place)}`);
    }
    const key = this.#keys.keyFor('fields', id);
    return unseal(key, Buffer.from(sealed, 'base64url'), placeText(place)).toString('utf8');
  }

  /** What the values of the active key begin with; the others wait to be encrypted again. */
  get activePrefix(): string {
    return `v1.${this.#keys.activeId}.`;
  }

  /**
   * The keyed hash of a value as people write it: case, accents, spaces and punctuation do not count, and
   * a mobile number has one form. Bound to the force: nobody can tell that two forces hold the same person.
   */
  blindIndex(purpose: BlindIndexPurpose, forceId: string, ...parts: readonly string[]): string {
    return this.#keyed(purpose, forceId, ...parts.map(spellings[purpose])).toString('base64url');
  }

  /**
   * The token by which the page of one person is reached, of 128 bits that nobody can guess: the same for the same message
   * each time, so that a text that is tried again says the same and the token need not be kept. In hexadecimal: what phones take
   * for a link may end before a sign, and no word can stand in it.
   */
  linkToken(forceId: string, intentId: string): string {
    return this.#keyed('link-token', forceId, intentId).subarray(0, 16).toString('hex');
  }

  /** What a link is found by. */
  linkHash(token: string): string {
    return this.#keyed('link-hash', token).toString('base64url');
  }

  /** Surname, first forename and birth date: the middle names are often left out. */
  nameAndBirthDateIndex(
    forceId: string,
    person: { readonly surname: string; readonly forenames: string | null; readonly birthDate: LocalDate },
  ): string {
    const [first = ''] = (person.forenames ?? '').trim().split(/\s+/);
    return this.blindIndex('name-and-birth-date', forceId, person.surname, first, person.birthDate);
  }

  #keyed(...parts: readonly string[]): Buffer {
    const mac = createHmac('sha256', this.#blindIndexKey);
    for (const part of parts) {
      // The length in front: ("ab", "c") and ("a", "bc") are two values.
      const bytes = Buffer.from(part, 'utf8');
      mac.update(`${bytes.length}:`).update(bytes);
    }
    return mac.digest();
  }
}

function placeText({ table, column, rowId }: FieldPlace): string {
  return `${table}.${column}.${rowId}`;
}

/** Siân and SIAN, O'Neill and O Neill are the same. */
function normalText(value: string): string {
  return value
    .normalize('NFKD')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/** dp 1 23 and DP-1-23 are the same. Where a sign stands counts: DP-1-23 and DP-12-3 are two occurrences. */
function normalNumber(value: string): string {
  return value
    .normalize('NFKC')
    .toUpperCase()
    .trim()
    .replace(/[^\p{L}\p{N}]+/gu, '-');
}

/** 07700 900123, +44 7700 900123 and 00447700900123 are the same number. */
function normalMobile(value: string): string {
  const digits = value.replace(/\D/g, '').replace(/^00/, '');
  return digits.startsWith('0') ? `44${digits.slice(1)}` : digits.replace(/^440/, '44');
}

/** Two spellings of one value have one hash; what may be dropped depends on what the value is. */
const spellings: Readonly<Record<BlindIndexPurpose, (value: string) => string>> = {
  nominal: normalNumber,
  outcome: normalNumber,
  mobile: normalMobile,
  'name-and-birth-date': normalText,
  'outcome-name': normalText,
  'outcome-birth-date': normalText,
  'provider-case': normalNumber,
  'provider-case-name': normalText,
  'provider-case-birth-date': normalText,
  'worker-name': normalText,
};
