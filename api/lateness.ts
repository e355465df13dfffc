import type { ListedPathway } from '../store/pathways.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import { askedWhenLate as askedOfDuties } from '../workflows/domain/compulsory/overdue.ts';
import { askedWhenLate as askedOfReferrals } from '../workflows/domain/diversion/overdue.ts';

/** Codes of the attention that passing clocks raise, of either kind. */
const codesOfLateness: readonly string[] = [...new Set<string>([...askedOfReferrals, ...askedOfDuties])];

/**
 * What has been late for longest: what a passed clock asked for, or a clock that has come due; nulls: nothing is. Lists are
 * in the order of the same instants (`dueFirst` of the store).
 */
export function longestOverdue(
  {
    attention,
    lateSince,
    nextDueAt,
    nextDueRule,
  }: Pick<ListedPathway, 'attention' | 'lateSince' | 'nextDueAt' | 'nextDueRule'>,
  now: Instant,
): { readonly overdueFor: string | null; readonly overdueSince: Instant | null } {
  if (nextDueAt !== null && nextDueAt <= now && (lateSince === null || nextDueAt <= lateSince)) {
    return { overdueFor: nextDueRule, overdueSince: nextDueAt };
  }
  const oldest = attention.find(({ code, since }) => since === lateSince && codesOfLateness.includes(code));
  return { overdueFor: oldest?.code ?? null, overdueSince: lateSince };
}
