import { createHmac, randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { ApplicationFailure, defaultPayloadConverter, ValueError } from '@temporalio/common';
import type { Payload } from '@temporalio/common';
import {
  decodeOptionalFailureToOptionalError,
  encodeErrorToFailure,
  loadDataConverter,
} from '@temporalio/common/lib/internal-non-workflow/index.js';
import { encryptedDataConverter } from '../../platform/data-converter.ts';
import { FieldEncryption } from '../../platform/field-encryption.ts';
import { KeyRing, MissingKeyError } from '../../platform/key-ring.ts';
import { EncryptingCodec } from '../../platform/payload-codec.ts';
import { SealBrokenError } from '../../platform/sealed-box.ts';

const first = { id: 'first', key: randomBytes(32) };
const second = { id: 'second', key: randomBytes(32) };
const ring = (...keys: readonly (typeof first)[]): KeyRing => new KeyRing(keys);
const indexKey = randomBytes(32);

const place = { table: 'person', column: 'surname', rowId: 'row-1' };

describe('fields', () => {
  const fields = new FieldEncryption(ring(first), indexKey);

  test.each(['Morgan', '', 'Ŵyn 🏴󠁧󠁢󠁷󠁬󠁳󠁿', 'x'.repeat(100_000)])('come back as they were, value %#', (value) => {
    const sealed = fields.encrypt(value, place);
    expect(sealed).toMatch(/^v1\.first\.[\w-]+$/);
    expect(fields.decrypt(sealed, place)).toBe(value);
  });

  test('never look the same twice, and null stays null', () => {
    expect(fields.encrypt('Morgan', place)).not.toBe(fields.encrypt('Morgan', place));
    expect(fields.encrypt(null, place)).toBeNull();
    expect(fields.decrypt(null, place)).toBeNull();
  });

  test.each([
    { ...place, table: 'message' },
    { ...place, column: 'forenames' },
    { ...place, rowId: 'row-2' },
  ])('open at their own place only, not at %j', (other) => {
    expect(() => fields.decrypt(fields.encrypt('Morgan', place), other)).toThrow(SealBrokenError);
  });

  test('do not open once a single bit is changed', () => {
    const [version, id, sealed] = fields.encrypt('Morgan', place).split('.');
    const bytes = Buffer.from(sealed ?? '', 'base64url');
    for (let index = 0; index < bytes.length; index += 1) {
      const changed = Buffer.from(bytes);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(() => fields.decrypt(`${version}.${id}.${changed.toString('base64url')}`, place)).toThrow(
        SealBrokenError,
      );
    }
  });

  test.each(['', 'Morgan', 'v1.first', 'v2.first.AAAA', 'v1.first.AAAA', 'v1.first.AAAA.x'])(
    'are not %p',
    (text) => {
      expect(() => fields.decrypt(text, place)).toThrow(SealBrokenError);
    },
  );

  test('are readable by an old key in the ring, and say which key is missing', () => {
    const old = fields.encrypt('Morgan', place);
    const rotated = new FieldEncryption(ring(second, first), indexKey);
    expect(rotated.decrypt(old, place)).toBe('Morgan');
    expect(old.startsWith(rotated.activePrefix)).toBe(false);
    expect(rotated.encrypt('Morgan', place).startsWith(rotated.activePrefix)).toBe(true);
    const without = new FieldEncryption(ring(second), indexKey);
    expect(() => without.decrypt(old, place)).toThrow(MissingKeyError);
    expect(() => without.decrypt(old, place)).toThrow(/"first".*ENCRYPTION_KEYS/);
  });
});

describe('blind indexes', () => {
  const fields = new FieldEncryption(ring(first), indexKey);

  test.each([
    ['nominal', ['N107001'], [' n107001 ']],
    ['mobile', ['07700 900123'], ['+44 7700 900123']],
    ['mobile', ['07700 900123'], ['0044 (0)7700-900123']],
    ['name-and-birth-date', ["O'Neill", 'Siân', '1999-02-28'], ['o neill', 'SIAN', '1999-02-28']],
    ['outcome', ['DP-20260901-00001', 'N1'], ['dp 20260901 00001', 'n1']],
  ] as const)('of %s are the same for what people mean as the same, case %#', (purpose, one, other) => {
    expect(fields.blindIndex(purpose, 'force', ...one)).toBe(fields.blindIndex(purpose, 'force', ...other));
  });

  test('differ by value, order, purpose, force and key', () => {
    const of = (...args: Parameters<FieldEncryption['blindIndex']>): string => fields.blindIndex(...args);
    const all = [
      of('outcome', 'force', 'AB', 'C'),
      of('outcome', 'force', 'A', 'BC'),
      of('outcome', 'force', 'C', 'AB'),
      of('outcome', 'force', 'ABC'),
      of('nominal', 'force', 'ABC'),
      of('nominal', 'other', 'ABC'),
      of('mobile', 'force', '07700900123'),
      of('mobile', 'force', '07700900124'),
      new FieldEncryption(ring(first), randomBytes(32)).blindIndex('nominal', 'force', 'ABC'),
    ];
    expect(new Set(all).size).toBe(all.length);
  });

  test('stay what they are: stored rows are found by them for ever', () => {
    const key = Buffer.alloc(32, 7);
    const fixed = new FieldEncryption(ring(second), key);
    const hmac = (text: string): string => createHmac('sha256', key).update(text).digest('base64url');
    expect(fixed.blindIndex('nominal', 'dyfed-powys', 'N107001')).toBe(
      hmac('7:nominal11:dyfed-powys7:N107001'),
    );
    expect(fixed.blindIndex('mobile', 'demo', '07700 900123')).toBe(hmac('6:mobile4:demo12:447700900123'));
    const person = { surname: 'Siân', forenames: ' Ŵyn Haf', birthDate: '1999-02-28' };
    expect(fixed.nameAndBirthDateIndex('dyfed-powys', person)).toBe(
      hmac('19:name-and-birth-date11:dyfed-powys4:SIAN3:WYN8:19990228'),
    );
  });

  test('of police numbers keep their signs, so that no two numbers become one', () => {
    const of = (number: string): string => fields.blindIndex('outcome', 'force', number, 'N107001');
    expect(of('DP-1-23')).not.toBe(of('DP-12-3'));
    expect(of('dp 1/23 ')).toBe(of('DP-1-23'));
  });

  test('take the first forename, if there is one', () => {
    const name = { surname: 'Morgan', birthDate: '1999-02-28' };
    const index = (forenames: string | null): string =>
      fields.nameAndBirthDateIndex('force', { ...name, forenames });
    expect(index('Siân Elin')).toBe(index('Siân'));
    expect(index(null)).toBe(index(' '));
    expect(index(null)).not.toBe(index('Siân'));
  });
});

describe('payloads', () => {
  const payload = defaultPayloadConverter.toPayload({ personId: 'p', reached: true });
  const roundTrip = async (encoder: KeyRing, decoder: KeyRing): Promise<unknown> => {
    const encoded = await new EncryptingCodec(encoder).encode([payload]);
    const [decoded] = await new EncryptingCodec(decoder).decode(encoded);
    return defaultPayloadConverter.fromPayload(decoded as Payload);
  };

  test('come back as they were, by the key that made them, active or old', async () => {
    const value = { personId: 'p', reached: true };
    expect(await roundTrip(ring(first), ring(first))).toEqual(value);
    expect(await roundTrip(ring(first), ring(second, first))).toEqual(value);
    await expect(roundTrip(ring(first), ring(second))).rejects.toThrow(ValueError);
    await expect(roundTrip(ring(first), ring(second))).rejects.toThrow(/"first"/);
  });

  test('M196 hold neither content nor kind in clear, and name their key', async () => {
    const [encoded] = await new EncryptingCodec(ring(first)).encode([payload]);
    expect(Buffer.from(encoded?.data ?? []).toString('latin1')).not.toMatch(/personId|json/);
    const metadata = Object.entries(encoded?.metadata ?? {}).map(([name, bytes]) => [
      name,
      Buffer.from(bytes).toString(),
    ]);
    expect(Object.fromEntries(metadata)).toEqual({
      encoding: 'binary/encrypted',
      'encryption-key-id': 'first',
    });
  });

  test('that were changed are refused; those that were never encrypted pass', async () => {
    const codec = new EncryptingCodec(ring(first));
    const [encoded] = await codec.encode([payload]);
    const data = Buffer.from(encoded?.data ?? []);
    data[20] = (data[20] ?? 0) ^ 1;
    await expect(codec.decode([{ ...encoded, data }])).rejects.toThrow(ValueError);
    await expect(codec.decode([{ metadata: encoded?.metadata ?? {} }])).rejects.toThrow(ValueError);
    expect(await codec.decode([payload])).toEqual([payload]);
  });

  test('and fields are sealed by different keys of the same ring', () => {
    const keys = ring(first);
    expect(keys.keyFor('fields', 'first').equals(keys.keyFor('payloads', 'first'))).toBe(false);
    expect(keys.keyFor('fields', 'first').equals(ring(first).keyFor('fields', 'first'))).toBe(true);
  });

  test('hold the texts and stacks of failures too', async () => {
    const converter = loadDataConverter(encryptedDataConverter(ring(first)));
    const failure = await encodeErrorToFailure(
      converter,
      ApplicationFailure.nonRetryable('about Morgan', 'SomeType', { about: 'Morgan' }),
    );
    expect(JSON.stringify(failure)).not.toContain('Morgan');
    expect(failure.message).toBe('Encoded failure');
    expect(failure.stackTrace).toBeFalsy();
    expect(Buffer.from(failure.encodedAttributes?.data ?? []).toString('latin1')).not.toContain('Morgan');
    const error = await decodeOptionalFailureToOptionalError(converter, failure);
    expect(error).toMatchObject({
      message: 'about Morgan',
      type: 'SomeType',
      details: [{ about: 'Morgan' }],
    });
  });
});
