import { factTable, type PersonFactName } from '../../api/fact-table.ts';
import type { LedgerPathway } from '../../scripts/house/ledger-snapshot.ts';
import { isTaken, type AskedAct } from '../../scripts/house/officer.ts';
import { refusedErrands } from './lives/errands.ts';

export type Met = Readonly<Record<string, number>>;

const commandPath = /^\/api\/v1\/pathways\/([0-9a-f-]+)\/commands\/([a-z-]+)$/;
const factPath = /^\/api\/v1\/persons\/[0-9a-f-]+\/facts$/;

/** How often each command of the voluntary path was taken (or refused, where that was meant), and what the engine carried there by itself. */
export function metCommands(acts: readonly AskedAct[], pathways: readonly LedgerPathway[]): Met {
  const voluntary = pathways.filter(({ kind }) => kind === 'diversion');
  const ids = new Set(voluntary.map(({ pathwayId }) => pathwayId));
  const sent = acts.flatMap((act) => {
    const name = nameOf(act, ids);
    if (name === undefined) return [];
    return isTaken(act) || (refusedErrands.includes(name) && act.final?.status === 409) ? [name] : [];
  });
  const events = voluntary.flatMap((pathway) => pathway.events);
  const shared = events.filter(({ type }) =>
    ['contact-shared', 'contact-share-undone'].includes(type),
  ).length;
  const carried = events.filter(({ commandId }) => commandId.startsWith('fact:')).length - shared;
  const counts: Record<string, number> = { 'carry-fact': carried, 'share-contact': shared };
  for (const name of sent) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

export function sumOf(one: Met, other: Met): Met {
  const sum: Record<string, number> = {};
  for (const name of [...Object.keys(one), ...Object.keys(other)].toSorted()) {
    sum[name] = (one[name] ?? 0) + (other[name] ?? 0);
  }
  return sum;
}

/** Those of these commands that were never taken. */
export function unmet(names: readonly string[], met: Met): string[] {
  return names.filter((name) => (met[name] ?? 0) === 0);
}

/** undefined: not of the voluntary path. A fact about a person is counted with the command that also records it. */
function nameOf({ path, body }: AskedAct, voluntary: ReadonlySet<string>): string | undefined {
  if (path === '/api/v1/referrals') return 'receive-referral';
  if (factPath.test(path)) return factTable[(body as { readonly fact: PersonFactName }).fact].command;
  const [, pathwayId = '', name] = commandPath.exec(path) ?? [];
  return voluntary.has(pathwayId) ? name : undefined;
}
