import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * A record kept as one JSON line an entry, so that it survives a restart. A line is written before the answer
 * leaves: whatever a caller was told, the record has it.
 */
export class JsonLines<Line> {
  readonly #file: string;
  readonly #lines: Line[];

  /** Opens or creates the file. A last line cut off by a kill is dropped. */
  constructor(file: string) {
    mkdirSync(dirname(file), { recursive: true });
    this.#file = file;
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    if (whole !== text) writeFileSync(file, whole);
    this.#lines = whole
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Line);
  }

  get all(): readonly Line[] {
    return this.#lines;
  }

  add(line: Line): void {
    appendFileSync(this.#file, `${JSON.stringify(line)}\n`);
    this.#lines.push(line);
  }
}
