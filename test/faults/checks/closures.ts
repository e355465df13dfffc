import type { LedgerPathway } from '../../../scripts/house/ledger-snapshot.ts';
import { violation, type Violation } from '../../../scripts/house/violation.ts';
import { isDiversionEvent } from './diversion-event.ts';

const closings = ['pathway-closed', 'pathway-ended'];

/**
 * I9: a closed pathway closes again only after it was reopened, or after the death that closed it proved to be none, and
 * is finished once. What is concluded counts as closed, and its treatment may yet be closed.
 */
export function checkClosures(pathways: readonly LedgerPathway[]): Violation[] {
  return pathways.flatMap(({ pathwayId, events, columns }) => {
    const violations: Violation[] = [];
    const say = (what: string): number => violations.push(violation('I9', `${pathwayId}: ${what}`));
    let closed = false;
    let concluded = false;
    for (const event of events) {
      const { type, seq } = event;
      if (closings.includes(type)) {
        if (closed) say(`event ${String(seq)} closes what is closed`);
        closed = true;
      }
      if (isDiversionEvent(event, 'diversion-concluded')) concluded = true;
      if (isDiversionEvent(event, 'pathway-reopened')) {
        if (!closed) say(`event ${String(seq)} reopens what is open`);
        closed = false;
        concluded = event.data.concludedAt !== undefined;
      }
      if (isDiversionEvent(event, 'death-corrected') && event.data.reopens) closed = false;
    }
    if (events.filter(({ type }) => type === 'pathway-finished').length > 1)
      say('is finished more than once');
    if (columns.stage !== 'void' && (columns.closedAt !== null) !== (closed || concluded))
      say(`the row says ${columns.closedAt ?? 'open'}, the events do not`);
    return violations;
  });
}
