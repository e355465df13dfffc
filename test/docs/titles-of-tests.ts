import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';

/** The words that test runs print, by file: titles of tests and of what holds them, and the rows of their tables. */
export function titlesByFile(): ReadonlyMap<string, readonly string[]> {
  const files = readdirSync('test', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => `test/${name}`)
    .toSorted();
  return new Map(files.map((file) => [file, titlesIn(file, readFileSync(file, 'utf8'))]));
}

/** Of one file; a table that is not written out where it is used has none. */
export function titlesIn(file: string, text: string): readonly string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  const titles: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && isTest(node.expression)) {
      const [title] = node.arguments;
      if (title !== undefined && ts.isStringLiteralLike(title)) {
        titles.push(title.text);
        // `%s` and `%p` take the cells of each row, the first one first.
        if (/%[spj]/.test(title.text)) titles.push(...firstCells(node.expression));
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return titles;
}

/** `test(…)`, `describe(…)`, and each of them `.each(…)(…)`. */
function isTest(called: ts.Expression): boolean {
  if (ts.isIdentifier(called)) return called.text === 'test' || called.text === 'describe';
  return tableOf(called) !== undefined;
}

function tableOf(called: ts.Expression): ts.Expression | undefined {
  if (!ts.isCallExpression(called) || !ts.isPropertyAccessExpression(called.expression)) return undefined;
  const { name, expression } = called.expression;
  return name.text === 'each' && isTest(expression) ? called.arguments[0] : undefined;
}

function firstCells(called: ts.Expression): string[] {
  let table = tableOf(called);
  while (table !== undefined && (ts.isAsExpression(table) || ts.isSatisfiesExpression(table))) {
    table = table.expression;
  }
  if (table === undefined || !ts.isArrayLiteralExpression(table)) return [];
  return table.elements.flatMap((row) => {
    const cell = ts.isArrayLiteralExpression(row) ? row.elements[0] : row;
    return cell !== undefined && ts.isStringLiteralLike(cell) ? [cell.text] : [];
  });
}
