import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { titlesByFile, titlesIn } from './titles-of-tests.ts';

interface Claim {
  /** A row of capabilities, as `M14`, or a case that is easy to get wrong, as `edge case 30`. */
  readonly name: string;
  /** The files and folders that are said to show it. */
  readonly shownBy: readonly string[];
}

const claims: readonly Claim[] = readFileSync('docs/capabilities.md', 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [, first = '', ...cells] = line.split('|').map((cell) => cell.trim());
    const name = /^M\d+$/.test(first) ? first : /^\d+$/.test(first) ? `edge case ${first}` : undefined;
    if (name === undefined) return [];
    const shownBy = [...(cells.at(-2) ?? '').matchAll(/`(test\/[^`]+)`/g)].map(([, file = '']) => file);
    return [{ name, shownBy }];
  });

const titles = titlesByFile();

/** Whether a title names it: `edge case 58 and 59` names both, `M20` is not named by `M201`. */
function names(title: string, name: string): boolean {
  if (/^M\d+$/.test(name)) return new RegExp(`\\b${name}\\b`).test(title);
  const [, number = ''] = /^edge case (\d+)$/.exec(name) ?? [];
  return [...title.matchAll(/\bedge cases? (\d+(?:(?:, | and )\d+)*)/g)].some(([, numbers = '']) =>
    numbers.split(/, | and /).includes(number),
  );
}

describe('what the table of capabilities claims', () => {
  test('holds rows and cases, each with a test file', () => {
    expect(claims.filter(({ name }) => name.startsWith('M')).length).toBeGreaterThan(80);
    expect(claims.filter(({ name }) => name.startsWith('edge')).length).toBeGreaterThan(25);
    expect(claims.filter(({ shownBy }) => shownBy.length === 0)).toEqual([]);
  });

  test('each row and each case is named by the title of a test in a file that is said to show it', () => {
    const unnamed = claims.filter(
      ({ name, shownBy }) =>
        ![...titles].some(
          ([file, all]) =>
            shownBy.some((shown) => file === shown || file.startsWith(`${shown}/`)) &&
            all.some((title) => names(title, name)),
        ),
    );
    expect(unnamed).toEqual([]);
  });

  test('no title names a row or a case that the page does not have', () => {
    // Of the compulsory path and of the texts, begun and not yet told of as rows of their own.
    const begun = /^(M12|M13|M32|M57|M61|M64|M99|M100|M101|M103|M106|M109|M113|M211|M227)$/;
    const known = claims.map(({ name }) => name);
    const said = [...titles.values()]
      .flat()
      .flatMap((title) => [
        ...(title.match(/\bM\d{2,3}\b/g) ?? []),
        ...[...title.matchAll(/\bedge cases? (\d+)/g)].map(([, number = '']) => `edge case ${number}`),
      ]);
    expect([...new Set(said)].filter((name) => !known.includes(name) && !begun.test(name))).toEqual([]);
  });
});

describe('the titles of tests', () => {
  const read = (text: string) => titlesIn('a.test.ts', text);

  test('are those of tests, of what holds them, and of the rows of a table', () => {
    expect(
      read(`describe('one', () => { test('two', () => {}); });
        test.each([['three', 1], ['four', 2]] as const)('%s', () => {});
        describe.each(['five'])('of %s', () => {});`),
    ).toEqual(['one', 'two', '%s', 'three', 'four', 'of %s', 'five']);
  });

  test('are no other words: neither comments nor what a test says', () => {
    expect(
      read(`// test('none', () => {})
        expect('neither'); const said = "test('nor this')"; other('nor that');
        test.each([['not printed', 1]] as const)('of all alike', () => {});`),
    ).toEqual(['of all alike']);
  });

  test.each([
    ['M20 a completion', 'M20', true],
    ['M201 the flag', 'M20', false],
    ['M20b', 'M20', false],
    ['edge case 5: rescinded', 'edge case 5', true],
    ['edge case 58 and 59: outside', 'edge case 59', true],
    ['edge case 58 and 59: outside', 'edge case 5', false],
    ['wrong name (edge case 4)', 'edge case 4', true],
    ['case 4', 'edge case 4', false],
  ])('in %p a name is found whole: %s %s', (title, name, found) => {
    expect(names(title, name)).toBe(found);
  });
});
