import type { Instant } from '../common/instant.ts';
import { localParts } from '../common/london-time.ts';
import type { LocalDate } from '../common/london-time.ts';
import type { RecordTestData, Substance, TestResult } from './commands.ts';

/**
 * Specified Class A drugs by the day of the test, latest list first: only these make a positive test count for
 * Part 3 of the Drugs Act 2005. Since 2 August 2023 everything in paragraphs 1 to 5 of Part 1 of Schedule 2 to
 * the Misuse of Drugs Act 1971 (SI 2023/784); before that the narrower order of 2001, of which the tests in
 * custody looked for cocaine and opiates.
 */
const specifiedClassA: readonly { readonly from: LocalDate; readonly drugs: readonly Substance[] }[] = [
  { from: '2023-08-02', drugs: ['cocaine', 'opiates', 'methylamphetamine', 'mdma', 'other-class-a'] },
  { from: '2001-01-01', drugs: ['cocaine', 'opiates'] },
];

export function isSpecifiedClassA(substance: Substance, testedAt: Instant): boolean {
  const day = localParts(testedAt).date;
  const list = specifiedClassA.find(({ from }) => from <= day);
  return list?.drugs.includes(substance) ?? false;
}

/** Whether the test shows at least one drug that was a specified Class A drug at the time. */
export function isPositive(results: readonly TestResult[], testedAt: Instant): boolean {
  return results.some(
    ({ substance, result }) => result === 'positive' && isSpecifiedClassA(substance, testedAt),
  );
}

/** What is looked at to tell whether a test opens a pathway. */
type Judged = Pick<RecordTestData, 'basis' | 'results' | 'testedAt'>;

/** Why a test is counted and opens no pathway. */
export type NotOpened = 'negative' | 'voluntary';

/**
 * The longest that anybody is detained without charge, in hours (PACE 1984 s.44(3)(b): 96 hours from the relevant
 * time). Test, authority and requirement all belong to one detention, so none is further from another than this.
 */
export const longestDetentionHours = 96;

/** Undefined when the test opens a pathway. Age is judged by `decide` (`under-18`), not here. */
export function whyNotOpened(test: Judged): NotOpened | undefined {
  if (!isPositive(test.results, test.testedAt)) {
    return 'negative';
  }
  return test.basis.kind === 'voluntary' ? 'voluntary' : undefined;
}

/** For whoever records tests: whether this one becomes a compulsory pathway or is only counted. */
export function opensPathway(test: Judged): boolean {
  return whyNotOpened(test) === undefined;
}
