import type { StoredEvent } from '../../workflows/domain/common/event.ts';
import type { Instant } from '../../workflows/domain/common/instant.ts';
import type { House } from './house.ts';
import type { LedgerPathway, LedgerSnapshot } from './ledger-snapshot.ts';
import { readApi } from './read-api.ts';

/** How the referrals stood at an instant, by the dates in the world. */
export interface Split {
  readonly received: number;
  readonly open: number;
  readonly closed: number;
}

const closings: readonly string[] = ['pathway-closed', 'diversion-concluded'];

/** What the figures of the API must say, worked out from the events by themselves. */
export function splitAsAt(
  pathways: readonly Pick<LedgerPathway, 'events' | 'columns' | 'kind'>[],
  asAt: Instant,
): Split {
  const known = pathways.filter(
    ({ kind, columns, events }) =>
      kind === 'diversion' && columns.stage !== 'void' && (events[0]?.occurredAt ?? asAt) <= asAt,
  );
  const closed = known.filter(({ events }) => {
    const turns = events.filter(
      (event) => event.occurredAt <= asAt && (closings.includes(event.type) || isReturn(event)),
    );
    return closings.includes(turns.at(-1)?.type ?? '');
  });
  return { received: known.length, open: known.length - closed.length, closed: closed.length };
}

/** Of a referral that was closed: the person came back, or never died. */
function isReturn({ type, data }: StoredEvent): boolean {
  return type === 'pathway-reopened' || (type === 'death-corrected' && isReopening(data));
}

function isReopening(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'reopens' in data && data.reopens === true;
}

/**
 * Asks the API for its figures at an instant and holds them against the ledger.
 * @returns the figures, and what is wrong with them
 */
export async function checkFigures(
  house: Pick<House, 'apiUrl' | 'tokenOf'>,
  { pathways }: Pick<LedgerSnapshot, 'pathways'>,
  at: Instant,
): Promise<{ readonly figures: Split; readonly fault: string | undefined }> {
  const answer = await readApi(house, `/api/v1/figures/referrals?asAt=${encodeURIComponent(at)}`);
  const { received, open, closed } = answer as Split;
  const figures = { received, open, closed };
  const own = splitAsAt(pathways, at);
  const same = own.received === received && own.open === open && own.closed === closed;
  return {
    figures,
    fault:
      open + closed === received && same
        ? undefined
        : `the API says ${JSON.stringify(figures)}, the ledger ${JSON.stringify(own)}`,
  };
}
