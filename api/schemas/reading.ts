import type { z } from 'zod';
import { Problem } from '../problems.ts';
import type { FieldError, ProblemCode } from '../problems.ts';
import { noneOfTheShapes, wordsOf } from './words.ts';

/** So many wrong fields are named, and no more: the answer must not grow with the request. */
const mostErrors = 20;
/** The longest list of allowed values fits. */
const longestMessage = 400;
const longestName = 60;

/** Codes that a schema of ours may put on an issue (`params.code`). */
const ownCodes: readonly ProblemCode[] = [
  'invalid-date',
  'zone-missing',
  'missing-hour',
  'doubled-hour',
  'invalid-phone',
  'before-the-start',
];

type Path = readonly PropertyKey[];

/**
 * The value as the schema reads it.
 *
 * @throws Problem with every wrong field: `invalid-request`, or the one code of all its errors
 */
export function readAs<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value, { error: wordsOf, reportInput: true });
  if (result.success) return result.data;
  const errors = firstOfEach(result.error.issues.flatMap((issue) => errorsOf(issue)));
  const [first] = errors;
  const special = ownCodes.find((code) => code === first?.code);
  const same = errors.every(({ code }) => code === first?.code);
  throw new Problem(special !== undefined && same ? special : 'invalid-request', {
    detail: detailOf(errors),
    errors: errors.slice(0, mostErrors),
  });
}

function detailOf(errors: readonly FieldError[]): string {
  const [first] = errors;
  if (first === undefined || errors.length > 1) {
    return `${String(errors.length)} fields are not as they are taken here; see errors.`;
  }
  // The words begin with the name of the field, which says where it is as long as it is not inside another.
  return /^\/.*\//.test(first.path) ? `${first.path}: ${first.message}` : first.message;
}

/** Of a field that breaks several rules what is wrong first: the others often follow from it. */
function firstOfEach(errors: readonly FieldError[]): FieldError[] {
  const seen = new Set<string>();
  return errors.filter(({ path }) => !seen.has(path) && seen.add(path));
}

/** `within`: where the value lies that the issue's own path begins at. */
function errorsOf(issue: z.core.$ZodIssue, within: Path = []): FieldError[] {
  const path = [...within, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => errorAt([...path, key], 'unknown-field', issue.message));
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) return errorsOfUnion(issue, path);
  const given: unknown = issue.code === 'custom' ? issue.params?.['code'] : undefined;
  const missing = issue.input === undefined && issue.code.startsWith('invalid_');
  const code = missing ? 'required' : issue.code.replaceAll('_', '-');
  return [errorAt(path, typeof given === 'string' ? given : code, issue.message)];
}

function errorAt(path: Path, code: string, words: string): FieldError {
  return { path: pointer(path), code, message: `${nameOf(path)} ${words}`.slice(0, longestMessage) };
}

/**
 * A value that is none of the shapes taken at its place. Where it was clearly meant as one of them, what is wrong with
 * it as that one; else what is taken there, in the schema's own words or in those of its shapes.
 */
function errorsOfUnion(
  { errors: shapes, input, message }: z.core.$ZodIssueInvalidUnion,
  path: Path,
): FieldError[] {
  const least = Math.min(...shapes.map((issues) => issues.length));
  const [meant = [], ...asNear] = shapes.filter((issues) => issues.length === least);
  if (asNear.length === 0) return meant.flatMap((issue) => errorsOf(issue, path));
  const ofShapes = shapes.map((issues) =>
    issues
      .flatMap((issue) => errorsOf(issue, path))
      .map((error) => error.message)
      .join(', '),
  );
  if (input === undefined) {
    return [errorAt(path, 'required', message === noneOfTheShapes ? 'is needed' : `is needed: ${message}`)];
  }
  const words =
    message === noneOfTheShapes
      ? `is none of what is taken here: ${ofShapes.join('; or ')}`
      : `must be ${message}`;
  return [errorAt(path, 'invalid-union', words)];
}

/** What a person would call the place: the field's own name, and of an entry of a list which one it is. */
function nameOf(path: Path): string {
  const last = path.at(-1);
  if (last === undefined) return 'The body';
  if (typeof last !== 'number') return String(last).slice(0, longestName);
  return `Entry ${String(last + 1)} of ${nameOf(path.slice(0, -1))}`;
}

/** JSON pointer (RFC 6901) into the body. */
export function pointer(path: Path): string {
  return path
    .map((step) => `/${String(step).slice(0, longestName).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
}
