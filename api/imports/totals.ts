import { notReferralReasons } from '../../workflows/domain/diversion/possession-outcome.ts';
import type { AnyRowAnswer, ImportTotals } from '../schemas/imports.ts';

/** Counts the answers; every row has exactly one, so the four add up to the rows read. */
export function totalsOf(rows: readonly AnyRowAnswer[]): ImportTotals {
  const count = (answer: AnyRowAnswer['answer']): number =>
    rows.filter((row) => row.answer === answer).length;
  const because = (reason: string): number =>
    rows.filter((row) => row.answer === 'not-a-referral' && row.reason === reason).length;
  return {
    rows: rows.length,
    taken: count('taken'),
    alreadyThere: count('already-there'),
    notAReferral: count('not-a-referral'),
    refused: count('refused'),
    notAReferralBecause: Object.fromEntries(
      notReferralReasons.map((reason) => [reason, because(reason)]),
    ) as ImportTotals['notAReferralBecause'],
  };
}
