import type { z } from 'zod';

/**
 * What is wrong with a value, in words that follow its name: "surname" + "is needed". Words that a schema gives to a
 * value of its own are written to follow the name too.
 */
export const needed = 'is needed';

/** Of a union that has no words of its own; `reading.ts` then says what each of its shapes wants. */
export const noneOfTheShapes = 'none of the shapes';

const wordsOfType: Readonly<Record<string, string>> = {
  string: 'a text, in quotation marks',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object, in braces',
  array: 'a list, in brackets',
};

/** For every issue whose schema says nothing itself. Nothing of the value is repeated. */
export function wordsOf(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return needed;
      return `must be ${wordsOfType[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return issue.input === undefined
        ? `${needed}: ${oneOf(issue.values)}`
        : `must be ${oneOf(issue.values)}`;
    case 'invalid_union':
      return issue.errors.length > 0 ? noneOfTheShapes : wordsOfDiscriminator(issue);
    case 'too_big':
      return issue.origin === 'string'
        ? `is too long: at most ${String(issue.maximum)} characters`
        : `must have at most ${counted(Number(issue.maximum), 'entry', 'entries')}`;
    case 'too_small':
      return issue.origin === 'string' && Number(issue.minimum) <= 1
        ? 'must not be empty'
        : issue.origin === 'string'
          ? `is too short: at least ${String(issue.minimum)} characters`
          : `must have at least ${counted(Number(issue.minimum), 'entry', 'entries')}`;
    case 'unrecognized_keys':
      return 'is not a field that is taken here';
    default:
      return 'is not spelled as it is taken here';
  }
}

function wordsOfDiscriminator({ discriminator, options, input }: z.core.$ZodRawIssue): string {
  const all = Array.isArray(options) ? (options as readonly z.core.util.Primitive[]) : [];
  // Of a shape that is meant where nothing is said.
  const values = all.filter((value) => value !== undefined);
  const given =
    typeof input === 'object' && input !== null && typeof discriminator === 'string'
      ? (input as Readonly<Record<string, unknown>>)[discriminator]
      : undefined;
  return `${given === undefined ? `${needed}:` : 'must be'} ${oneOf(values)}`;
}

/** The allowed values, as JSON has them but without quotation marks. */
function oneOf(values: readonly z.core.util.Primitive[]): string {
  const spelled = values.map(String);
  if (spelled.length === 1) return spelled.join('');
  if (values.every((value) => typeof value === 'boolean')) return 'true or false';
  return `one of ${spelled.join(', ')}`;
}

function counted(count: number, one: string, many: string): string {
  return `${String(count)} ${count === 1 ? one : many}`;
}
