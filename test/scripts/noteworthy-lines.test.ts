import { expect, test } from '@jest/globals';
import { NoteworthyLines } from '../../scripts/development/noteworthy-lines.ts';

function shownOf(text: string): string[] {
  const lines = new NoteworthyLines();
  return text.split('\n').filter((line) => lines.isNoteworthy(line));
}

test('of a log, warnings and errors are shown and the rest is not', () => {
  const line = (level: string) =>
    `{"level":"${level}","time":"2026-01-01T00:00:00.000Z","process":"api","msg":"request"}`;
  expect(shownOf(['debug', 'info', 'warn', 'info', 'error', 'fatal'].map(line).join('\n'))).toEqual(
    ['warn', 'error', 'fatal'].map(line),
  );
});

test('a line of the SDK is shown or not with all that belongs to it', () => {
  const quiet =
    "2026-01-01T00:00:00.000Z [INFO] Worker state changed {\n  sdkComponent: 'worker',\n\n  state: 'RUNNING'\n}";
  const loud = '2026-01-01T00:00:00.000Z [WARN] Activity failed {\n  attempt: 2,\n  list: [\n    1\n  ]\n}';
  expect(shownOf([quiet, loud, quiet].join('\n')).join('\n')).toBe(loud);
});

test('the last words of a process that crashes are shown whole, whatever came before', () => {
  const crash =
    'file:///app/x.ts:3\nthrow new Error();\n      ^\n\nError: broken\n    at main (x.ts:3:7) {\n  code: 1\n}\n\nNode.js v22.0.0';
  expect(shownOf(`{"level":"info","msg":"api ready"}\n${crash}`).join('\n')).toBe(crash);
});

test('a warning of what is meant to be so is none', () => {
  const line =
    '2026-01-01T00:00:00.000Z [WARN] No workflows registered, not polling for workflow tasks { taskQueue: 1 }';
  expect(shownOf(line)).toEqual([]);
});
