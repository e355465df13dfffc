import { openSince } from '../common/attention.ts';
import type { Attention } from '../common/attention.ts';
import type { Instant } from '../common/instant.ts';
import type { AttentionCode } from './attention-rows.ts';

/**
 * What passing clocks ask for because something was not done in time; that an end comes near is no lateness.
 * Rows keep since when they are late until their next event: who changes this puts those right in a migration.
 */
export const askedWhenLate: readonly AttentionCode[] = [
  'not-routed',
  'not-accepted',
  'not-accepted-manager',
  'transfer-unanswered',
  'transfer-unanswered-manager',
  'no-first-contact',
  'too-few-tries',
  'nothing-booked',
  'feedback-missing',
  'feedback-overdue',
  'feedback-elsewhere',
  'police-not-told',
  'condition-undecided',
];

/** Since when the oldest of what passed clocks ask for has been open; null: nothing is late. */
export function lateSince(attention: readonly Attention[]): Instant | null {
  return openSince(attention, askedWhenLate);
}
