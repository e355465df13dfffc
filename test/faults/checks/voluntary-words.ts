import type { LedgerPathway } from '../../../scripts/house/ledger-snapshot.ts';
import { violation, type Violation } from '../../../scripts/house/violation.ts';

/** Words that belong to the compulsory path alone. Colours are whole words in capitals. */
const compulsoryWords =
  /breach|arrest|requirement|good-cause|warrant|marker|follow-up|notice|\bRA[14]\b|\b(RED|AMBER|GREEN)\b/;

/** I7: nobody who was only ever referred can be wanted for anything. */
export function checkVoluntaryWords(pathways: readonly LedgerPathway[]): Violation[] {
  return pathways
    .filter(({ kind }) => kind === 'diversion')
    .flatMap(({ pathwayId, events, summary, columns }) => {
      const texts = [
        ...events.map((event) => [`event ${String(event.seq)}`, JSON.stringify(event)] as const),
        ['the summary', JSON.stringify(summary)],
        ['the row', JSON.stringify(columns)],
      ] as const;
      return texts.flatMap(([where, text]) => {
        const word = compulsoryWords.exec(text)?.[0];
        return word === undefined ? [] : [violation('I7', `${pathwayId}: ${where} says "${word}"`)];
      });
    });
}
