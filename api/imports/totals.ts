import { notReferralReasons } from '../../workflows/domain/diversion/possession-outcome.ts';
import type { ImportTotals, RowAnswer } from '../schemas/imports.ts';

/** Counts the answers; every row has exactly one, so the four add up to the rows read. */
export function totalsOf(rows: readonly RowAnswer[]): ImportTotals {
  const count = (answer: RowAnswer['answer']): number => rows.filter((row) => row.answer === answer).length;
  const because = (reason: string): number =>
    rows.filter((row) => row.answer === 'not-a-referral' && row.reason === reason).length;
  const there = rows.filter(({ answer }) => answer === 'already-there');
  const asReferral = there.filter((row) => 'pathwayId' in row).length;
  return {
    rows: rows.length,
    taken: count('taken'),
    alreadyThere: count('already-there'),
    notAReferral: count('not-a-referral'),
    refused: count('refused'),
    alreadyThereAs: { referral: asReferral, counted: there.length - asReferral },
    notAReferralBecause: Object.fromEntries(
      notReferralReasons.map((reason) => [reason, because(reason)]),
    ) as ImportTotals['notAReferralBecause'],
  };
}
