import type { Instant } from '../common/instant.ts';
import { localParts } from '../common/london-time.ts';
import type { LocalDate } from '../common/london-time.ts';
import { cellRefusals, CellRefused, dateCell, firstYear, identifier, orRefused } from './cell.ts';
import type { CellRefusal } from './cell.ts';
import type { OutcomeIdentity } from './possession-outcome.ts';

/**
 * One row of the force's own list of Adult Community Resolutions. The list starts nothing: it is held against the
 * referrals, because an import cannot vouch for itself.
 */

export const acrColumns = ['OccurrenceNumber', 'NominalNumber', 'OutcomeDate'] as const;

export type AcrColumn = (typeof acrColumns)[number];

export type AcrCells = Readonly<Record<AcrColumn, string>>;

export const acrRefusals = cellRefusals;
export type AcrRefusal = CellRefusal;

export type AcrVerdict =
  | { readonly verdict: 'refused'; readonly column: AcrColumn; readonly reason: AcrRefusal }
  | { readonly verdict: 'listed'; readonly identity: OutcomeIdentity; readonly outcomeDate: LocalDate };

export function judgeListedAcr(cells: AcrCells, now: Instant): AcrVerdict {
  return orRefused(() => {
    const identity = {
      occurrenceNumber: identifier(cells, 'OccurrenceNumber'),
      nominalNumber: identifier(cells, 'NominalNumber'),
    };
    const outcomeDate = dateCell(cells, 'OutcomeDate', firstYear);
    if (outcomeDate > localParts(now).date) {
      throw new CellRefused<AcrColumn, AcrRefusal>('OutcomeDate', 'in-the-future');
    }
    return { verdict: 'listed', identity, outcomeDate };
  });
}
