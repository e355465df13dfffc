import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { accessPolicy } from '../../api/access-policy.ts';
import { factCommands } from '../../api/fact-table.ts';
import { compulsoryTable } from '../../workflows/domain/compulsory/table.ts';
import { diversionTable } from '../../workflows/domain/diversion/table.ts';

const rows = readFileSync('docs/capabilities.md', 'utf8')
  .split('\n')
  .filter((line) => /^\| M\d+/.test(line));
const quoted = rows.flatMap((row) => [...row.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text));
const named = (pattern: RegExp): string[] => quoted.filter((text) => pattern.test(text));

test('every file that the table of capabilities names is there', () => {
  const files = named(/^(test|workflows|api|messages)\//).concat(named(/^eslint/));
  expect(files.length).toBeGreaterThan(30);
  expect(files.filter((file) => !existsSync(file))).toEqual([]);
});

test('every route that it names is a route of the API', () => {
  const routes = named(/^(GET|POST) /);
  expect(routes.length).toBeGreaterThan(5);
  expect(routes.filter((route) => !(route in accessPolicy))).toEqual([]);
});

test('every command and clock that it names stands in a table', () => {
  const words = rows.flatMap((row) =>
    [...row.matchAll(/(?:commands?|clocks?) (`[^|;]+?`)(?=[;|])/g)].flatMap(([, list = '']) =>
      [...list.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
    ),
  );
  const known = [
    ...[diversionTable, compulsoryTable].flatMap(({ commands, deadlines }) => [
      ...Object.keys(commands),
      ...Object.keys(deadlines),
    ]),
    ...factCommands,
  ];
  expect(words.length).toBeGreaterThan(8);
  expect(words.filter((word) => !known.includes(word))).toEqual([]);
});

test('each row has an id of its own', () => {
  const ids = rows.map((row) => row.split('|')[1]?.trim());
  expect(new Set(ids).size).toBe(ids.length);
});
