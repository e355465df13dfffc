import { createHash, randomBytes } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { defaultPayloadConverter, ValueError } from '@temporalio/common';
import type { Payload } from '@temporalio/common';
import fc from 'fast-check';
import { readConfig } from '../../platform/config.ts';
import { KeyRing } from '../../platform/key-ring.ts';
import { EncryptingCodec } from '../../platform/payload-codec.ts';
import { NotCompressedError, shorter, whole } from '../../platform/payload-compression.ts';
import { dictionaryText } from '../../platform/payload-dictionary.ts';
import { seal } from '../../platform/sealed-box.ts';
import { command } from '../support/pathways.ts';

const ring = new KeyRing([{ id: 'first', key: randomBytes(32) }]);

/** What a build before wrote. */
const unshortened = new EncryptingCodec(ring, { compress: false });
const codec = new EncryptingCodec(ring);

const attempt = command('record-contact-attempt', 'ProviderWorker', {
  ...{ channel: 'phone', result: 'no-answer', by: 'person' },
});

async function thereAndBack(encoder: EncryptingCodec, decoder: EncryptingCodec, value: unknown) {
  const encoded = await encoder.encode([defaultPayloadConverter.toPayload(value)]);
  const [decoded] = await decoder.decode(encoded);
  return defaultPayloadConverter.fromPayload(decoded as Payload);
}

describe('a payload that is shortened', () => {
  test('comes back as it was, whatever it was', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), async (text) => {
        expect(await thereAndBack(codec, codec, text)).toBe(text);
      }),
    );
    // A message begins with the number of a field.
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => {
        const message = Buffer.concat([Buffer.of(10), bytes]);
        expect(Buffer.from(whole(shorter(message))).equals(message)).toBe(true);
      }),
    );
  });

  test('is not half of what it was, where it is a command', async () => {
    const payload = defaultPayloadConverter.toPayload(attempt);
    const [short] = await codec.encode([payload]);
    const [long] = await unshortened.encode([payload]);
    expect(short?.data?.length).toBeLessThan((long?.data?.length ?? 0) / 2);
  });

  test('is never longer than it was', () => {
    const random = Uint8Array.of(10, ...randomBytes(300));
    expect(shorter(random)).toEqual(random);
    expect(whole(random)).toEqual(random);
    expect(whole(new Uint8Array())).toHaveLength(0);
  });

  test('and one of a build before it are read by the same codec, which may be told to write as that one did', async () => {
    expect(await thereAndBack(unshortened, codec, attempt)).toEqual(attempt);
    expect(await thereAndBack(codec, unshortened, attempt)).toEqual(attempt);
    expect(readConfig({ LLWYBR_ENV: 'test' }).compressPayloads).toBe(true);
    expect(readConfig({ LLWYBR_ENV: 'test', COMPRESS_PAYLOADS: 'no' }).compressPayloads).toBe(false);
    expect(() => readConfig({ LLWYBR_ENV: 'test', COMPRESS_PAYLOADS: 'false' })).toThrow('COMPRESS_PAYLOADS');
  });

  test.each([
    ['in a way of a later build', Buffer.of(2, 1, 2, 3)],
    ['and was cut off', Buffer.from(shorter(Buffer.from(`\n${JSON.stringify(attempt)}`))).subarray(0, 40)],
    [
      'and holds more than Temporal takes',
      Buffer.concat([Buffer.of(1), deflateRawSync(Buffer.alloc(5_000_000))]),
    ],
  ])('%s fails the workflow task, not the workflow', async (_how, sealed) => {
    expect(() => whole(sealed)).toThrow(NotCompressedError);
    const data = seal(ring.keyFor('payloads', 'first'), sealed, 'temporal-payload');
    const [encoded] = await codec.encode([defaultPayloadConverter.toPayload(1)]);
    await expect(codec.decode([{ ...encoded, data }])).rejects.toThrow(ValueError);
  });
});

describe('the words that payloads are shortened by', () => {
  test('stay what they are: stored histories are read by them for ever', () => {
    expect(createHash('sha256').update(dictionaryText, 'latin1').digest('hex')).toBe(
      '80a80acf7451054efb855af6ec685988f69e920f9edd35e2dd591751d3b97198',
    );
  });

  test('are known to every build in the same bytes, and name nobody', () => {
    expect(Buffer.from(dictionaryText, 'latin1').every((byte) => byte < 0x7f)).toBe(true);
    expect(Buffer.from(dictionaryText, 'latin1')).toHaveLength(dictionaryText.length);
    expect(dictionaryText).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}/);
  });
});
