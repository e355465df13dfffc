/** The part of Jest's JSON report that the verdict needs. */
export interface JestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

export interface Verdict {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** What to print before the last line. */
  readonly remarks: readonly string[];
}

/** A skipped test says why in its name: `... (skipped: the reason)`. */
const reasonInName = /\(skipped: [^)]+\)/;

/** Adds Jest's tests up. Two tests of one name, and a skipped one without a reason, count as failed. */
export function judge(report: JestReport): Verdict {
  const tests = report.testResults.flatMap(({ assertionResults, name }) =>
    assertionResults.map((result) => ({ ...result, file: name })),
  );
  const skipped = tests.filter(({ status }) => ['pending', 'skipped', 'disabled', 'todo'].includes(status));
  const explained = skipped.filter(({ fullName }) => reasonInName.test(fullName));
  const unexplained = skipped.filter(({ fullName }) => !reasonInName.test(fullName));
  const duplicates = duplicateNames(tests);
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + report.numRuntimeErrorTestSuites + unexplained.length + duplicates.length,
    skipped: explained.length,
    remarks: [
      ...explained.map(({ fullName }) => `Skipped: ${fullName}`),
      ...unexplained.map(
        ({ fullName }) => `Skipped without a reason in its name, "(skipped: why)": ${fullName}`,
      ),
      ...duplicates,
    ],
  };
}

function duplicateNames(tests: readonly { readonly fullName: string; readonly file: string }[]): string[] {
  const files = new Map<string, string[]>();
  for (const { fullName, file } of tests) files.set(fullName, [...(files.get(fullName) ?? []), file]);
  return [...files]
    .filter(([, places]) => places.length > 1)
    .map(
      ([name, places]) =>
        `${places.length} tests have the name "${name}": ${[...new Set(places)].join(', ')}`,
    );
}
