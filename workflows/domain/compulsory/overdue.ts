import { openSince } from '../common/attention.ts';
import type { Attention } from '../common/attention.ts';
import type { Instant } from '../common/instant.ts';
import type { AttentionCode } from './table.ts';

/**
 * What passing clocks ask for because something was not done in time.
 * Rows keep since when they are late until their next event: who changes this puts those right in a migration.
 */
export const askedWhenLate: readonly AttentionCode[] = [
  'requirement-undecided',
  'feedback-missing',
  'feedback-overdue',
  'review-overdue',
  'task-unacknowledged',
  'marker-overdue',
];

/** Since when the oldest of what passed clocks ask for has been open; null: nothing is late. */
export function lateSince(attention: readonly Attention[]): Instant | null {
  return openSince(attention, askedWhenLate);
}
