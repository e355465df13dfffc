import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { deliverableAddress } from '../../messages/email-address.ts';

const longest = `${'a'.repeat(64)}@${`${'b'.repeat(61)}.`.repeat(3)}wal`;

test.each([
  ['sian@example.org', 'sian@example.org'],
  [' sian@example.org\t', 'sian@example.org'],
  ['Sian.Elin@Example.ORG', 'Sian.Elin@example.org'],
  ['sian+diary@mail.example.co.uk', 'sian+diary@mail.example.co.uk'],
  ["o'brien@example.org", "o'brien@example.org"],
  ['a@b.wales', 'a@b.wales'],
  ['team_inbox-1@xn--cymru-abc.example', 'team_inbox-1@xn--cymru-abc.example'],
  [longest, longest],
])('%j is delivered to %s', (typed, address) => {
  expect(deliverableAddress(typed)).toBe(address);
});

test.each([
  '',
  '@',
  'sian',
  'sian@',
  '@example.org',
  'sian@example',
  'sian@localhost',
  'sian@127.0.0.1',
  'sian@[127.0.0.1]',
  'sian@example..org',
  'sian@-example.org',
  'sian@example.org.',
  '.sian@example.org',
  'sian.@example.org',
  'si..an@example.org',
  'si an@example.org',
  '"si an"@example.org',
  'siân@example.org',
  'sian@tŷ.example',
  'sian@exаmple.org', // a Cyrillic letter
  // Two addresses, or one with a name.
  'sian@example.org, elin@example.org',
  'sian@example.org;elin@example.org',
  'sian@example.org elin@example.org',
  'sian@elin@example.org',
  'Siân <sian@example.org>',
  '<sian@example.org>',
  'sian@example.org (Siân)',
  'mailto:sian@example.org?bcc=elin@example.org',
  // A header of its own.
  'sian@example.org\r\nBcc: elin@example.org',
  'sian@example.org\nBcc: elin@example.org',
  'sian@example.org\r',
  'sian@example.org\n',
  '\nsian@example.org',
  'sian\r\n@example.org',
  'sian@example.org\u2028Bcc: elin@example.org',
  'sian@example.org\u0000',
  'sian@example.org%0d%0aBcc: elin@example.org',
  // One letter too long each.
  `${'a'.repeat(65)}@example.org`,
  `a@${'b'.repeat(64)}.org`,
  `${'a'.repeat(64)}@${`${'b'.repeat(61)}.`.repeat(3)}wale`,
  'a@b.'.padEnd(1_000_000, 'c'),
  ' '.repeat(1_000_000),
])('%#: nothing is delivered to a text that is no one address', (typed) => {
  expect(deliverableAddress(typed)).toBeUndefined();
});

test('whatever was typed, the answer is one plain address or nothing, and stays itself', () => {
  const pieces = fc.constantFrom(
    ...['sian', 'elin', '@', '@example.org', '.', ' ', ',', ';', '<', '>', '"', "'", '(', ')', ':', '\\'],
    ...['\r', '\n', '\r\nBcc: ', '\t', '\u0000', '\u2028', '\u00A0', 'ŷ', '💊', '+', '-', '%0a', 'org'],
  );
  const typed = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.array(pieces, { maxLength: 6 }).map((parts) => parts.join('')),
    fc
      .tuple(fc.array(pieces, { maxLength: 1 }), fc.array(pieces, { maxLength: 1 }))
      .map(([before, after]) => {
        return `${before.join('')}sian@example.org${after.join('')}`;
      }),
    fc.emailAddress(),
  );
  let found = 0;
  fc.assert(
    fc.property(typed, (text) => {
      const address = deliverableAddress(text);
      if (address === undefined) return;
      found += 1;
      expect(address).toMatch(/^[!-~]+$/);
      expect(address).not.toMatch(/[\s,;:<>()"[\]\\]/);
      expect(address.split('@')).toHaveLength(2);
      expect(address.length).toBeLessThanOrEqual(254);
      expect(deliverableAddress(address)).toBe(address);
    }),
    { numRuns: 1_500 },
  );
  expect(found).toBeGreaterThan(100);
});
