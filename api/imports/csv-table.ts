import { isUtf8 } from 'node:buffer';
import { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import type { InfoRecord } from 'csv-parse';
import { Problem } from '../problems.ts';

/** Years of exports fit; beyond it a file is somebody's mistake. */
export const largestFile = 20 * 1024 * 1024;

/** Characters. A row longer than this is an unclosed quotation mark that swallowed the rows after it. */
const longestRow = 100_000;

/** So that a slip in a file of thousands of columns gives no answer of megabytes. */
const mostUnknownNames = 50;
const longestName = 60;

export interface CsvRow<Column extends string> {
  /** The line of the file where the row begins; the header is in line 1. */
  readonly line: number;
  /** Every known column; one that the file does not have is empty. Undefined when the row is not as long as the header. */
  readonly cells: Readonly<Record<Column, string>> | undefined;
}

export interface CsvTable<Column extends string> {
  readonly rowCount: number;
  /** Names in the header that nobody asked for, in the file's order. */
  readonly unknownColumns: readonly string[];
  readonly rows: () => AsyncIterable<CsvRow<Column>>;
}

export interface ExpectedColumns<Column extends string> {
  readonly known: readonly Column[];
  readonly required: readonly Column[];
}

/**
 * Opens a file as a table (RFC 4180, CRLF or LF, UTF-8 with or without a byte-order mark, columns in any
 * order) and reads it once to its end, so that a file that cannot be read is refused before its first row
 * is used. Cells are text, whatever they begin with.
 *
 * The words of a refusal hold no cell: they go into answers that are kept.
 *
 * @throws Problem `malformed-csv`, `missing-columns`
 */
export async function openCsv<Column extends string>(
  bytes: Uint8Array,
  expected: ExpectedColumns<Column>,
): Promise<CsvTable<Column>> {
  const content = withoutByteOrderMark(bytes);
  refuseOtherEncodings(content);

  let header: Header<Column> | undefined;
  let rowCount = 0;
  for await (const { cells } of records(content)) {
    if (header === undefined) {
      header = readHeader(cells, expected);
    } else {
      rowCount += 1;
    }
  }
  if (header === undefined) {
    throw new Problem('missing-columns', { detail: 'The file is empty: its first line names the columns.' });
  }
  const { width, places, unknownColumns } = header;
  return { rowCount, unknownColumns, rows: () => rowsOf(content, width, places) };
}

interface Header<Column extends string> {
  /** Cells of the first line, and so of every row. */
  readonly width: number;
  readonly places: readonly (readonly [Column, number | undefined])[];
  readonly unknownColumns: readonly string[];
}

function readHeader<Column extends string>(
  cells: readonly string[],
  { known, required }: ExpectedColumns<Column>,
): Header<Column> {
  const names = cells.map((cell) => cell.trim());
  const missing = required.filter((column) => !names.includes(column));
  if (missing.length > 0) {
    throw new Problem('missing-columns', {
      detail: `The file has no column ${missing.join(', ')}. Nothing was taken.`,
      details: { missing },
    });
  }
  const twice = known.filter((column) => names.indexOf(column) !== names.lastIndexOf(column));
  if (twice.length > 0) {
    throw new Problem('malformed-csv', {
      detail: `The file has the column ${twice.join(', ')} more than once.`,
    });
  }
  const unknown = new Set(names.filter((name) => !known.some((column) => column === name)));
  return {
    width: names.length,
    places: known.map((column) => [column, names.includes(column) ? names.indexOf(column) : undefined]),
    unknownColumns: [...unknown].slice(0, mostUnknownNames).map(printable),
  };
}

/** The name as it may stand in an answer, a log or on a terminal. */
function printable(name: string): string {
  return name.replaceAll(/\p{Cc}/gu, ' ').slice(0, longestName);
}

async function* rowsOf<Column extends string>(
  content: Uint8Array,
  width: number,
  places: Header<Column>['places'],
): AsyncGenerator<CsvRow<Column>> {
  let first = true;
  for await (const { line, cells } of records(content)) {
    if (first) {
      first = false;
    } else if (cells.length === width) {
      const byName = places.map(([column, place]) => [column, place === undefined ? '' : cells[place]]);
      yield { line, cells: Object.fromEntries(byName) as Record<Column, string> };
    } else {
      yield { line, cells: undefined };
    }
  }
}

interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** @throws Problem `malformed-csv` */
async function* records(content: Uint8Array): AsyncGenerator<CsvRecord> {
  const parser = parse({
    info: true,
    relax_column_count: true,
    // Named, because what is discovered from the first line alone misreads a file of mixed line ends.
    record_delimiter: ['\r\n', '\n'],
    skip_empty_lines: true,
    max_record_size: longestRow,
  });
  const lineOf = lineCounter(content);
  try {
    for await (const { record, info } of Readable.from(slices(content)).compose(
      parser,
    ) as AsyncIterable<Parsed>) {
      yield { line: lineOf(info.bytes), cells: record };
    }
  } catch (error) {
    const { code, bytes } = error as { code?: string; bytes?: number };
    const failure = csvFailures[code ?? ''];
    if (failure === undefined) {
      throw error;
    }
    // The parser's own message quotes the cell. Its `bytes` is where the cell that it gave up begins, or the
    // empty lines before it.
    let place = bytes ?? 0;
    while (content[place] === lineFeed || content[place] === carriageReturn) {
      place += 1;
    }
    const line = linesBefore(content, place);
    throw new Problem('malformed-csv', {
      detail: `In line ${String(line)}, ${failure} Nothing was taken.`,
    });
  }
}

/** What `info: true` makes of a record; the types of csv-parse do not know it. */
interface Parsed {
  readonly record: readonly string[];
  readonly info: InfoRecord & { readonly bytes: number };
}

const csvFailures: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quotation mark is not closed.',
  CSV_INVALID_CLOSING_QUOTE: 'text follows a closing quotation mark.',
  INVALID_OPENING_QUOTE: 'a quotation mark stands inside a cell that does not begin with one.',
  CSV_MAX_RECORD_SIZE: `a row is longer than ${String(longestRow)} characters.`,
};

/** Small enough that other requests are served between two of them. */
const sliceBytes = 32 * 1024;

function* slices(content: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < content.length; at += sliceBytes) {
    yield content.subarray(at, at + sliceBytes);
  }
}

/**
 * Lines as an editor counts them. The parser's own count takes a CRLF inside a quoted cell for two lines
 * (csv-parse 7.0.3). Answers the first line of the record that ends, its line end included, before the byte
 * at `end`; records come in order.
 */
function lineCounter(content: Uint8Array): (end: number) => number {
  let at = 0;
  let line = 1;
  return (end) => {
    // Empty lines are no records.
    for (
      ;
      content[at] === lineFeed || (content[at] === carriageReturn && content[at + 1] === lineFeed);
      at += 1
    ) {
      line += content[at] === lineFeed ? 1 : 0;
    }
    const start = line;
    for (; at < end; at += 1) {
      line += content[at] === lineFeed ? 1 : 0;
    }
    return start;
  };
}

function withoutByteOrderMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

/** PostgreSQL holds no NUL, and a file that has one is in another encoding, or no text at all. */
function refuseOtherEncodings(content: Uint8Array): void {
  if (!isUtf8(content)) {
    const at = firstNotUtf8(content);
    throw new Problem('malformed-csv', {
      detail: `The file is not UTF-8: see line ${String(at)}. Nothing was taken.`,
    });
  }
  const nul = content.indexOf(0);
  if (nul >= 0) {
    const line = linesBefore(content, nul);
    throw new Problem('malformed-csv', {
      detail: `The file holds a NUL character in line ${String(line)}: it is not UTF-8 text. Nothing was taken.`,
    });
  }
}

/** The line of the first bytes that are not UTF-8. */
function firstNotUtf8(content: Uint8Array): number {
  let line = 1;
  for (let start = 0; start < content.length; line += 1) {
    const found = content.indexOf(lineFeed, start);
    const end = found < 0 ? content.length : found + 1;
    if (!isUtf8(content.subarray(start, end))) {
      break;
    }
    start = end;
  }
  return line;
}

function linesBefore(content: Uint8Array, place: number): number {
  let line = 1;
  for (let at = content.indexOf(lineFeed); at >= 0 && at < place; at = content.indexOf(lineFeed, at + 1)) {
    line += 1;
  }
  return line;
}
