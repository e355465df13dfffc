import type { Instant } from '../workflows/domain/common/instant.ts';

/** Where a page of a list ended that is sorted by a time, and by id within it. */
export interface PlaceInList {
  readonly at: Instant;
  readonly id: string;
}

/** The column `place` of a list that is sorted by this column and id. */
export function placeBy(
  column: 'created_at' | 'failure_reported_at' | 'next_due_at' | 'received_at' | 'recorded_at',
): string {
  return `jsonb_build_object('at', llwybr_instant(${column}), 'id', id) as place`;
}
