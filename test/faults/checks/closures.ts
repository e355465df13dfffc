import type { LedgerPathway } from '../../../scripts/house/ledger-snapshot.ts';
import { violation, type Violation } from '../../../scripts/house/violation.ts';

const closings = ['pathway-closed', 'pathway-ended'];

/** I9: a closed pathway closes again only after it was reopened, and is finished once. */
export function checkClosures(pathways: readonly LedgerPathway[]): Violation[] {
  return pathways.flatMap(({ pathwayId, events, columns }) => {
    const violations: Violation[] = [];
    const say = (what: string): number => violations.push(violation('I9', `${pathwayId}: ${what}`));
    let closed = false;
    for (const { type, seq } of events) {
      if (closings.includes(type)) {
        if (closed) say(`event ${String(seq)} closes what is closed`);
        closed = true;
      }
      if (type === 'pathway-reopened') {
        if (!closed) say(`event ${String(seq)} reopens what is open`);
        closed = false;
      }
    }
    if (events.filter(({ type }) => type === 'pathway-finished').length > 1)
      say('is finished more than once');
    if ((columns.closedAt !== null) !== closed)
      say(`the row says ${columns.closedAt ?? 'open'}, the events do not`);
    return violations;
  });
}
