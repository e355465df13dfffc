import type { ListedPathway } from '../store/pathways.ts';
import type { Overdue } from '../store/pathway-filter.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import { askedWhenLate as askedOfDuties } from '../workflows/domain/compulsory/overdue.ts';
import { askedWhenLate as askedOfReferrals } from '../workflows/domain/diversion/overdue.ts';

/** Codes of the attention that passing clocks raise, of either kind. */
export const codesOfLateness: readonly string[] = [
  ...new Set<string>([...askedOfReferrals, ...askedOfDuties]),
];

export function overdueAt(at: Instant): Overdue {
  return { at, codes: codesOfLateness };
}

/** What has been late for longest: what a passed clock asked for, or a clock that has come due; nulls: nothing is. */
export function longestOverdue(
  { attention, nextDueAt, nextDueRule }: Pick<ListedPathway, 'attention' | 'nextDueAt' | 'nextDueRule'>,
  now: Instant,
): { readonly overdueFor: string | null; readonly overdueSince: Instant | null } {
  let overdueFor: string | null = null;
  let overdueSince: Instant | null = null;
  if (nextDueAt !== null && nextDueAt <= now) [overdueFor, overdueSince] = [nextDueRule, nextDueAt];
  for (const { code, since } of attention) {
    if (!codesOfLateness.includes(code) || (overdueSince !== null && overdueSince <= since)) continue;
    [overdueFor, overdueSince] = [code, since];
  }
  return { overdueFor, overdueSince };
}
