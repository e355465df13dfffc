import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** One request to create a message, whatever became of it. */
export interface CreateAttempt {
  /** ISO instant in UTC. */
  readonly at: string;
  readonly to: string;
  readonly from: string;
  readonly body: string;
  /** Whether the phone gets the text. What the caller was told is another matter. */
  readonly accepted: boolean;
  readonly sid: string | null;
  /** The error code that was answered, or null. */
  readonly code: number | null;
  /** The fault that was scripted for this attempt, or null. */
  readonly fault: string | null;
}

/**
 * What the stand-in knows, kept as one JSON line an attempt so that it survives a restart. A line is
 * written before the answer leaves: whatever a caller was told, the record has it.
 */
export class TwilioRecord {
  readonly #file: string;
  readonly #attempts: CreateAttempt[];

  /** Opens or creates `twilio-record.jsonl` in the directory. A last line cut off by a kill is dropped. */
  constructor(directory: string) {
    mkdirSync(directory, { recursive: true });
    this.#file = join(directory, 'twilio-record.jsonl');
    const text = existsSync(this.#file) ? readFileSync(this.#file, 'utf8') : '';
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    if (whole !== text) writeFileSync(this.#file, whole);
    this.#attempts = whole
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as CreateAttempt);
  }

  get attempts(): readonly CreateAttempt[] {
    return this.#attempts;
  }

  add(attempt: CreateAttempt): void {
    appendFileSync(this.#file, `${JSON.stringify(attempt)}\n`);
    this.#attempts.push(attempt);
  }
}
