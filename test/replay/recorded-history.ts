import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** One run as the server kept it, encrypted with the public development key, and the state it must reach. */
export interface RecordedHistory {
  readonly scenario: string;
  readonly workflowId: string;
  /** The build that recorded it; histories are kept for ever. */
  readonly build: string;
  readonly stateHash: string;
  readonly history: unknown;
}

export const historiesDirectory = fileURLToPath(new URL('histories/', import.meta.url));

export function recordedHistories(): RecordedHistory[] {
  return readdirSync(historiesDirectory)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => JSON.parse(readFileSync(`${historiesDirectory}${name}`, 'utf8')) as RecordedHistory);
}

/** Keys in order, so that two spellings of one state have one hash. */
export function stateHash(state: unknown): string {
  return createHash('sha256').update(canonical(state)).digest('hex');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`;
}
