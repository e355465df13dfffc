import { describe, expect, it } from '@jest/globals';
import { foreignModules, modulesOf, sizeOf } from '../../scripts/checks/bundle-modules.ts';
import { judge, type JestReport } from '../../scripts/checks/test-results.ts';

function bundle(sources: string[]): string {
  const map = Buffer.from(JSON.stringify({ sources })).toString('base64');
  return `code();\n//# sourceMappingURL=data:application/json;charset=utf-8;base64,${map}`;
}

describe('the bundle check', () => {
  it.each([
    '/checkout/workflows/index.ts',
    '/checkout/node_modules/@temporalio/workflow/src/workflow.ts',
    '/checkout/node_modules/nexus-rpc/src/index.ts',
    'webpack/bootstrap',
    'ignored|/checkout/node_modules/@temporalio/workflow/lib|__temporal_custom_payload_converter',
  ])('lets %s in', (source) => {
    expect(foreignModules(modulesOf(bundle([source]), '/checkout'))).toEqual([]);
  });

  it.each([
    '/checkout/node_modules/zod/index.js',
    '/checkout/node_modules/@temporalio/client/src/index.ts',
    '/checkout/store/pathways.ts',
    '/checkout/platform/config.ts',
    '/elsewhere/workflows/index.ts',
    '/checkout/node_modules/x/node_modules/@temporalio/workflow/src/workflow.ts',
  ])('finds %s', (source) => {
    expect(foreignModules(modulesOf(bundle([source]), '/checkout'))).toHaveLength(1);
  });

  it('counts the code and not its source map, and refuses to judge a bundle without one', () => {
    expect(sizeOf(bundle(['webpack/bootstrap']))).toBe('code();'.length);
    expect(() => modulesOf('code();', '/checkout')).toThrow('no inline source map');
  });
});

describe('the verdict of a test run', () => {
  const report = (tests: { fullName: string; status: string; file?: string }[], broken = 0): JestReport => {
    const count = (...states: string[]): number =>
      tests.filter(({ status }) => states.includes(status)).length;
    return {
      numPassedTests: count('passed'),
      numFailedTests: count('failed'),
      numPendingTests: count('pending'),
      numTodoTests: count('todo'),
      numRuntimeErrorTestSuites: broken,
      testResults: tests.map(({ fullName, status, file = 'one.test.ts' }) => ({
        name: file,
        assertionResults: [{ fullName, status }],
      })),
    };
  };

  it('adds passed and failed tests up, and a suite that could not run counts as failed', () => {
    const verdict = judge(
      report(
        [
          { fullName: 'a', status: 'passed' },
          { fullName: 'b', status: 'failed' },
        ],
        1,
      ),
    );
    expect(verdict).toEqual({ passed: 1, failed: 2, skipped: 0, remarks: [] });
  });

  it('takes a skipped test only with a reason in its name, and prints that', () => {
    const verdict = judge(
      report([
        { fullName: 'a (skipped: no Windows here)', status: 'pending' },
        { fullName: 'b', status: 'pending' },
        { fullName: 'c', status: 'todo' },
      ]),
    );
    expect(verdict).toMatchObject({ failed: 2, skipped: 1 });
    expect(verdict.remarks[0]).toBe('Skipped: a (skipped: no Windows here)');
  });

  it('refuses two tests of one name, in one file or in two', () => {
    const verdict = judge(
      report([
        { fullName: 'a', status: 'passed' },
        { fullName: 'a', status: 'passed', file: 'two.test.ts' },
      ]),
    );
    expect(verdict.failed).toBe(1);
    expect(verdict.remarks).toEqual(['2 tests have the name "a": one.test.ts, two.test.ts']);
  });
});
