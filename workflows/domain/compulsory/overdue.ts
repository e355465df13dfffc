import type { AttentionCode } from './table.ts';

/** What passing clocks ask for because something was not done in time. */
export const askedWhenLate: readonly AttentionCode[] = [
  'requirement-undecided',
  'feedback-missing',
  'feedback-overdue',
  'review-overdue',
  'task-unacknowledged',
  'marker-overdue',
];
