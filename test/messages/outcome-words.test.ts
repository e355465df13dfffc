import { expect, test } from '@jest/globals';
import { reasonInWords } from '../../messages/outcome-words.ts';
import { render, withoutKey } from '../../messages/render.ts';
import { skipReasons } from '../../messages/skip-reasons.ts';

test('M91 every reason for not sending has the words that it has everywhere', () => {
  for (const [code, words] of Object.entries(skipReasons)) expect(reasonInWords(code)).toBe(words);
});

test.each([
  ['refused-21610', /person wrote STOP/],
  ['gateway-30006', /landline/],
  ['refused-12345', /^The gateway refused it \(12345\)\.$/],
  ['gateway-99999', /^The carrier did not deliver it \(99999\)\.$/],
  ['gateway-failed', /does not say why/],
  ['gave-up', /given up\.$/],
  ['gave-up-not-reachable', /given up \(not-reachable\)\.$/],
  ['no-answer', /not sent again/],
  ['http-502', /not clear whether it left \(http-502\)/],
  ['toString', /not clear/],
])('%s is said in words', (code, words) => {
  expect(reasonInWords(code)).toMatch(words);
});

test('what has no reason has no words for one', () => {
  expect(reasonInWords(null)).toBeNull();
});

test('a text with a link or a code is shown without it, in its language; any other is not made anew', () => {
  expect(withoutKey('page-link', 'cy')).toBe(render('page-link', 'cy', { link: '…' }));
  expect(withoutKey('page-link', 'en')).not.toMatch(/http|\/p\//);
  expect(withoutKey('online-invitation', 'en')).toMatch(/Your code is …, for you alone/);
  expect(withoutKey('could-not-reach', 'en')).toBeNull();
});
