import type { Instant } from '../../workflows/domain/common/instant.ts';
import { checkFolds } from '../house/folds.ts';
import type { House } from '../house/house.ts';
import type { LedgerSnapshot } from '../house/ledger-snapshot.ts';
import { readApi } from '../house/read-api.ts';
import { checkFigures, type Split } from '../house/referral-figures.ts';

export interface AsAt extends Split {
  readonly day: number;
}

export interface OpenReferral {
  readonly pathwayId: string;
  readonly stage: string;
  /** The rules of what it waits for, as the API says it. */
  readonly waits: readonly string[];
}

/** @returns what is wrong; empty: the fold of every pathway's events is its row */
export function foldFaults({ pathways }: LedgerSnapshot): string[] {
  return checkFolds(pathways).map(({ what }) => what);
}

/**
 * Asks the API for its figures at each instant and holds them against the ledger.
 * @returns the figures, and what is wrong with them
 */
export async function checkFiguresOfYear(
  house: House,
  ledger: LedgerSnapshot,
  instants: readonly { readonly day: number; readonly at: Instant }[],
): Promise<{ readonly figures: AsAt[]; readonly faults: string[] }> {
  const figures: AsAt[] = [];
  const faults: string[] = [];
  for (const { day, at } of instants) {
    const checked = await checkFigures(house, ledger, at);
    figures.push({ day, ...checked.figures });
    if (checked.fault !== undefined) faults.push(`day ${String(day)}: ${checked.fault}`);
  }
  return { figures, faults };
}

/** Each referral that is still open, with the reason that the API gives. */
export async function explainOpen(house: House, { pathways }: LedgerSnapshot): Promise<OpenReferral[]> {
  const open = pathways.filter(({ columns }) => columns.closedAt === null && columns.stage !== 'void');
  const explained: OpenReferral[] = [];
  for (const { pathwayId, columns } of open) {
    const view = (await readApi(house, `/api/v1/pathways/${pathwayId}`)) as {
      readonly waits: readonly { readonly rule: string }[];
    };
    explained.push({ pathwayId, stage: columns.stage, waits: view.waits.map(({ rule }) => rule) });
  }
  return explained;
}

/** The lengths prove nothing, and every answer must say so: some are asked. @returns what is wrong */
export async function notDemo(house: House, pathwayIds: readonly string[]): Promise<string[]> {
  const faults: string[] = [];
  for (const pathwayId of pathwayIds.slice(0, 10)) {
    const { demo } = (await readApi(house, `/api/v1/pathways/${pathwayId}`)) as { readonly demo: boolean };
    if (!demo) faults.push(`${pathwayId} does not say that it is a demonstration`);
  }
  return faults;
}
