import type { RecordTestData, Substance, TestResult } from './commands.ts';

/**
 * Specified Class A drugs: since 2 August 2023 everything in paragraphs 1 to 5 of Part 1 of Schedule 2 to
 * the Misuse of Drugs Act 1971 (Criminal Justice (Specified Class A Drugs) Order as replaced by SI
 * 2023/784). Only these make a positive test count for Part 3 of the Drugs Act 2005.
 */
const specifiedClassA: readonly Substance[] = [
  'cocaine',
  'opiates',
  'methylamphetamine',
  'mdma',
  'other-class-a',
];

export function isSpecifiedClassA(substance: Substance): boolean {
  return specifiedClassA.includes(substance);
}

/** Whether the test shows at least one specified Class A drug. */
export function isPositive(results: readonly TestResult[]): boolean {
  return results.some(({ substance, result }) => result === 'positive' && isSpecifiedClassA(substance));
}

/** Why a test is counted and opens no pathway. */
export type NotOpened = 'negative' | 'voluntary';

/** Undefined when the test opens a pathway. Age is judged by `decide` (`under-18`), not here. */
export function whyNotOpened(test: Pick<RecordTestData, 'basis' | 'results'>): NotOpened | undefined {
  if (!isPositive(test.results)) {
    return 'negative';
  }
  return test.basis.kind === 'voluntary' ? 'voluntary' : undefined;
}

/** For whoever records tests: whether this one becomes a compulsory pathway or is only counted. */
export function opensPathway(test: Pick<RecordTestData, 'basis' | 'results'>): boolean {
  return whyNotOpened(test) === undefined;
}
