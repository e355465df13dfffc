import type { Role } from './actor.ts';
import { earliest } from './instant.ts';
import type { Instant } from './instant.ts';

/**
 * Something on a pathway that a person must look at. It stays open until an event settles it.
 * `code` is a cause the kind's table lists (`attention`), unique together with `ref`.
 */
export interface Attention {
  readonly code: string;
  readonly since: Instant;
  /** Whose move it is. */
  readonly owner: Role;
  readonly ref?: string;
}

export interface SettledAttention {
  readonly code: string;
  readonly ref?: string;
}

/** Since when the oldest of these codes has been open; null: none of them is. */
export function openSince(attention: readonly Attention[], codes: readonly string[]): Instant | null {
  return earliest(...attention.filter(({ code }) => codes.includes(code)).map(({ since }) => since)) ?? null;
}
