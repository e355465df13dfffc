import type { z } from 'zod';
import { Problem } from '../problems.ts';
import type { FieldError, ProblemCode } from '../problems.ts';

/** So many wrong fields are named, and no more: the answer must not grow with the request. */
const mostErrors = 20;
const longestMessage = 200;

/** Codes that a schema of ours may put on an issue (`params.code`). */
const ownCodes: readonly ProblemCode[] = [
  'invalid-date',
  'zone-missing',
  'missing-hour',
  'doubled-hour',
  'invalid-phone',
];

/**
 * The value as the schema reads it.
 *
 * @throws Problem with every wrong field: `invalid-request`, or the one code of all its errors
 */
export function readAs<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = result.error.issues.flatMap(errorsOf);
  const [first] = errors;
  const special = ownCodes.find((code) => code === first?.code);
  const same = errors.every(({ code }) => code === first?.code);
  throw new Problem(special !== undefined && same ? special : 'invalid-request', {
    ...(first === undefined || errors.length > 1 ? {} : { detail: `${first.path}: ${first.message}` }),
    errors: errors.slice(0, mostErrors),
  });
}

function errorsOf(issue: z.core.$ZodIssue): FieldError[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: pointer([...issue.path, key]),
      code: 'unknown-field',
      message: 'This field is not taken here',
    }));
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) return errorsOfUnion(issue);
  const given: unknown = issue.code === 'custom' ? issue.params?.['code'] : undefined;
  return [
    {
      path: pointer(issue.path),
      code: typeof given === 'string' ? given : issue.code.replaceAll('_', '-'),
      message: issue.message.slice(0, longestMessage),
    },
  ];
}

/**
 * A value that is none of the shapes taken at its place. Where it was clearly meant as one of them, what is wrong with
 * it as that one; else what is taken there, in the schema's own words or in those of its shapes.
 */
function errorsOfUnion({ errors: shapes, path, message }: z.core.$ZodIssueInvalidUnion): FieldError[] {
  const least = Math.min(...shapes.map((issues) => issues.length));
  const [meant = [], ...asNear] = shapes.filter((issues) => issues.length === least);
  if (asNear.length === 0) {
    return meant.flatMap((issue) => errorsOf({ ...issue, path: [...path, ...issue.path] }));
  }
  const ofShapes = shapes.map((issues) =>
    issues
      .flatMap(errorsOf)
      .map((error) => `${error.path} ${error.message}`.trim())
      .join(', '),
  );
  const words =
    message === wordlessMessage ? `Is none of what is taken here: ${ofShapes.join('; or ')}` : message;
  return [{ path: pointer(path), code: 'invalid-union', message: words.slice(0, longestMessage) }];
}

/** What zod says of a union that has no words of its own. */
const wordlessMessage = 'Invalid input';

/** JSON pointer (RFC 6901) into the body. */
function pointer(path: readonly PropertyKey[]): string {
  return path
    .map((step) => `/${String(step).slice(0, 60).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
}
