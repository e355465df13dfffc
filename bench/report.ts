import { cpus, loadavg } from 'node:os';
import type { Figure } from './figure.ts';
import type { LedgerCheck } from './ledger-check.ts';

/** What one bench came to. */
export interface BenchReport {
  readonly bench: string;
  readonly figures: readonly Figure[];
  readonly seed: number;
  readonly quick: boolean;
  readonly versions: Readonly<Record<string, string>>;
  readonly ledgerCheck: LedgerCheck;
  /** Of the machine over the last minute, when it began and when it ended. */
  readonly load: readonly [before: number, after: number];
  readonly seconds: number;
}

/** One line for one bench. Figures are told apart by their names; each has its own ratio, goal and pairs. */
export function lineOf(report: BenchReport): string {
  const { bench, figures, seed, quick, versions, ledgerCheck, load, seconds } = report;
  const counts = ledgerCheck.passed;
  const by = <T>(valueOf: (figure: Figure) => T): Record<string, T> =>
    Object.fromEntries(figures.map((figure) => [figure.name, valueOf(figure)]));
  const verdicts = figures.flatMap(({ pass }) => (pass === null ? [] : [pass]));
  return JSON.stringify({
    bench,
    // Without the ledger the figures are not worth the paper.
    ...(counts
      ? {
          ours: by(({ ours }) => rounded(ours)),
          peer: by(({ peer }) => rounded(peer)),
          ratio: by(({ ratio }) => rounded(ratio)),
          spread: by(({ spread }) => spread?.map(rounded) ?? null),
          goal: by(({ goal }) => goal),
          pass: verdicts.length === 0 ? null : verdicts.every(Boolean),
          missed: figures.filter(({ pass }) => pass === false).map(({ name }) => name),
          pairs: by(({ pairs }) => pairs.map((pair) => pair.map(rounded))),
        }
      : { void: true, pass: false }),
    ...{ seed, quick, seconds: rounded(seconds), load: load.map(rounded) },
    machine: { cpus: cpus().length, model: cpus()[0]?.model ?? '', platform: process.platform },
    versions,
    ledgerCheck: {
      ...ledgerCheck,
      violations: ledgerCheck.violations.length,
      ...(counts
        ? {}
        : {
            first: ledgerCheck.violations
              .slice(0, 3)
              .map(({ invariant, what }) => `${invariant}: ${what.slice(0, 400)}`),
          }),
    },
  });
}

export function loadNow(): number {
  return loadavg()[0] ?? 0;
}

function rounded<T extends number | null>(value: T): T {
  return (value === null ? null : Number(value.toPrecision(4))) as T;
}
