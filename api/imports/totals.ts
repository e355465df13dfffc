import { notReferralReasons } from '../../workflows/domain/diversion/possession-outcome.ts';
import type { AnyRowAnswer, ImportTotals } from '../schemas/imports.ts';

/**
 * Counts the answers; every row has exactly one, so the four add up to the rows read. `listsOnly`: no row of the file
 * becomes a case, or is counted as none.
 */
export function totalsOf(rows: readonly AnyRowAnswer[], listsOnly = false): ImportTotals {
  const count = (answer: AnyRowAnswer['answer']): number =>
    rows.filter((row) => row.answer === answer).length;
  const because = (reason: string): number =>
    rows.filter((row) => row.answer === 'not-a-referral' && row.reason === reason).length;
  const there = rows.filter((row) => row.answer === 'already-there');
  // Of another provider's case its id is not told.
  const asReferral = there.filter((row) => 'pathwayId' in row || row.note === 'held-elsewhere').length;
  return {
    rows: rows.length,
    taken: count('taken'),
    alreadyThere: count('already-there'),
    notAReferral: count('not-a-referral'),
    refused: count('refused'),
    ...(listsOnly ? {} : { alreadyThereAs: { referral: asReferral, counted: there.length - asReferral } }),
    notAReferralBecause: Object.fromEntries(
      notReferralReasons.map((reason) => [reason, because(reason)]),
    ) as ImportTotals['notAReferralBecause'],
  };
}
