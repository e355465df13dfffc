import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** One run as the server kept it, encrypted with the public development key, and the state it must reach. */
export interface RecordedHistory {
  readonly scenario: string;
  readonly workflowId: string;
  /** The build that recorded it; histories are kept for ever. */
  readonly build: string;
  /** As the recording build knew it: what a later one keeps beside it is not looked at. */
  readonly state: unknown;
  readonly history: unknown;
}

export const historiesDirectory = fileURLToPath(new URL('histories/', import.meta.url));

export function recordedHistories(): RecordedHistory[] {
  return readdirSync(historiesDirectory)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => JSON.parse(readFileSync(`${historiesDirectory}${name}`, 'utf8')) as RecordedHistory);
}
