import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openCsv } from '../../api/imports/csv-table.ts';
import { Problem } from '../../api/problems.ts';

const expected = { known: ['Name', 'Note', 'Age'], required: ['Name', 'Age'] } as const;

async function read(content: string | Uint8Array) {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const table = await openCsv(bytes, expected);
  const rows = [];
  for await (const { line, cells } of table.rows()) {
    rows.push([line, cells === undefined ? 'ragged' : [cells.Name, cells.Note, cells.Age]]);
  }
  expect(rows).toHaveLength(table.rowCount);
  return { rows, unknown: table.unknownColumns };
}

async function refusal(content: string | Uint8Array): Promise<string> {
  try {
    await read(content);
  } catch (error) {
    if (error instanceof Problem) return `${error.code}: ${error.document().detail}`;
    throw error;
  }
  return 'taken';
}

const oneRow = { rows: [[2, ['Siôn', 'x', '7']]], unknown: [] };

describe('a table is read', () => {
  test.each<[string, string]>([
    ['with LF', 'Name,Note,Age\nSiôn,x,7\n'],
    ['with CRLF', 'Name,Note,Age\r\nSiôn,x,7\r\n'],
    ['with both in one file', 'Name,Note,Age\r\nSiôn,x,7\n'],
    ['without a last line end', 'Name,Note,Age\nSiôn,x,7'],
    ['with a byte-order mark', '\ufeffName,Note,Age\nSiôn,x,7\n'],
    ['with a byte-order mark before a quoted header', '\ufeff"Name","Note","Age"\n"Siôn","x","7"\n'],
    ['with columns in another order', 'Age,Name,Note\n7,Siôn,x\n'],
    ['with spaces around the names', ' Name , Note,Age \nSiôn,x,7\n'],
    ['with empty lines at the end', 'Name,Note,Age\nSiôn,x,7\n\n\r\n'],
  ])('%s', async (_, content) => {
    expect(await read(content)).toEqual(oneRow);
  });

  test('cells are text, whatever they begin with', async () => {
    const { rows } = await read('Name,Note,Age\n=1+1,"@a,""b""",-7\n+1, x ,0x10\n');
    expect(rows).toEqual([
      [2, ['=1+1', '@a,"b"', '-7']],
      [3, ['+1', ' x ', '0x10']],
    ]);
  });

  test('a quoted cell may hold line ends, and lines are counted as an editor counts them', async () => {
    const { rows } = await read('Name,Note,Age\r\na,"1\r\n2\r\n3",7\r\n\r\nb,"1\n2",8\r\nc,,9\r\n');
    expect(rows).toEqual([
      [2, ['a', '1\r\n2\r\n3', '7']],
      [6, ['b', '1\n2', '8']],
      [8, ['c', '', '9']],
    ]);
  });

  test('a column that is not there and not required is empty', async () => {
    expect(await read('Name,Age\na,7\n')).toEqual({ rows: [[2, ['a', '', '7']]], unknown: [] });
  });

  test('unknown columns are named once, and ignored', async () => {
    const { rows, unknown } = await read('Name,Shoe,Age,Shoe,__proto__,,"red\u001b[31m"\na,43,7,44,x,y,z\n');
    expect(rows).toEqual([[2, ['a', '', '7']]]);
    expect(unknown).toEqual(['Shoe', '__proto__', '', 'red [31m']);
  });

  test('a row longer or shorter than the header is a row of its own, and the others stay', async () => {
    const { rows } = await read('Name,Note,Age\na,x\nb,x,7,8\nc,x,9\n""\n');
    expect(rows).toEqual([
      [2, 'ragged'],
      [3, 'ragged'],
      [4, ['c', 'x', '9']],
      [5, 'ragged'],
    ]);
  });

  test('no rows are no rows', async () => {
    expect(await read('Name,Age')).toEqual({ rows: [], unknown: [] });
  });
});

describe('a file is refused before its first row', () => {
  const many = 'a,x,7\n'.repeat(20_000);

  test.each<[string, string | Uint8Array]>([
    ['missing-columns: The file is empty: its first line names the columns.', ''],
    ['missing-columns: The file is empty: its first line names the columns.', '\ufeff\r\n\n'],
    ['missing-columns: The file has no column Age. Nothing was taken.', 'Name,Note\na,b\n'],
    ['missing-columns: The file has no column Name, Age. Nothing was taken.', 'name;note;age\na;b;7\n'],
    ['malformed-csv: The file has the column Name more than once.', 'Name,Age,Name\na,7,b\n'],
    [
      'malformed-csv: In line 3, a quotation mark is not closed. Nothing was taken.',
      'Name,Age\na,7\n"b,8\nc,9\n',
    ],
    [
      'malformed-csv: In line 20002, a quotation mark is not closed. Nothing was taken.',
      `Name,Note,Age\n${many}"b,8\nc,9\n`,
    ],
    [
      'malformed-csv: In line 5, text follows a closing quotation mark. Nothing was taken.',
      'Name,Age\r\n"a\r\nb",7\r\n\r\n"b"c,8\r\n',
    ],
    [
      'malformed-csv: In line 2, a quotation mark stands inside a cell that does not begin with one. Nothing was taken.',
      'Name,Age\na 5" knife,8\n',
    ],
    [
      'malformed-csv: In line 20002, a row is longer than 100000 characters. Nothing was taken.',
      `Name,Note,Age\n${many}"${'b'.repeat(100_001)}",x,8\n`,
    ],
    [
      'malformed-csv: The file is not UTF-8: see line 3. Nothing was taken.',
      Buffer.from('Name,Age\na,7\nSi\u00f4n,8\n', 'latin1'),
    ],
    [
      'malformed-csv: The file is not UTF-8: see line 1. Nothing was taken.',
      Buffer.from('\ufeffName,Age\na,7\n', 'utf16le'),
    ],
    [
      'malformed-csv: The file holds a NUL character in line 1: it is not UTF-8 text. Nothing was taken.',
      Buffer.from('Name,Age\na,7\n', 'utf16le'),
    ],
    [
      'malformed-csv: The file holds a NUL character in line 2: it is not UTF-8 text. Nothing was taken.',
      'Name,Age\na\u0000,7\n',
    ],
  ])('%s (case %#)', async (words, content) => {
    expect(await refusal(content)).toBe(words);
  });

  test('and no refusal repeats what stands in a cell', async () => {
    for (const content of [
      'Name,Age\nSecret"x,7\n',
      'Name,Age\n"Secret"x,7\n',
      'Name,Age\n"Secret,7\n',
      'Secret,1\nName,Age\n',
    ]) {
      expect(await refusal(content)).not.toContain('Secret');
    }
  });
});

describe('any bytes', () => {
  test('are read or refused with a problem', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 200 }), mutatedSample()), async (bytes) => {
        expect(await refusal(bytes)).toMatch(/^(taken|malformed-csv: |missing-columns: )/);
      }),
      { numRuns: 300 },
    );
  });

  test('whatever is written by the rules comes back as it was', async () => {
    const cell = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((text) => !text.includes('\u0000'));
    const rows = fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(rows, fc.constantFrom('\n', '\r\n'), fc.boolean(), async (written, end, mark) => {
        const quoted = written.map((cells) =>
          cells.map((text) => `"${text.replaceAll('"', '""')}"`).join(','),
        );
        const { rows: got } = await read(
          `${mark ? '\ufeff' : ''}${['Name,Note,Age', ...quoted].join(end)}${end}`,
        );
        expect(got.map(([, cells]) => cells)).toEqual(written);
      }),
      { numRuns: 300 },
    );
  });
});

function mutatedSample() {
  const sample = readFileSync(new URL('../data/records-export.sample.csv', import.meta.url));
  const place = fc.nat({ max: sample.length - 1 });
  return fc
    .array(fc.tuple(place, fc.constantFrom(0, 10, 13, 34, 44, 61, 195, 255)), { maxLength: 5 })
    .map((changes) => {
      const bytes = Buffer.from(sample.subarray(0, 2000));
      for (const [at, value] of changes) bytes[at % bytes.length] = value;
      return bytes;
    });
}
