import { randomInt } from 'node:crypto';

/** Capitals that are not mistaken for each other or for a digit in handwriting; no vowels, so no words. */
const letters = 'BCDFGHJKMNPRTVWXZ';

/** What people call a pathway by: `LL-` and eight letters, e.g. LL-KRTB-WNDC. Says nothing about anybody. */
export function newReference(): string {
  const group = (): string =>
    Array.from({ length: 4 }, () => letters.charAt(randomInt(letters.length))).join('');
  return `LL-${group()}-${group()}`;
}
