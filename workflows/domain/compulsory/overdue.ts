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
