import fc from 'fast-check';

/** The parts of JSON Schema that our bodies are described with. */
export interface JsonSchema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly format?: string;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly examples?: readonly string[];
}

/** Texts that break things elsewhere. */
const nasty = fc.constantFrom(
  ...[
    '',
    ' ',
    '\u0000',
    '\ud800',
    '\u202e',
    '0',
    '-0',
    'null',
    'true',
    '../..',
    "' OR 1=1--",
    '${jndi:x}',
    '=cmd()',
  ],
  ...[
    '2026-02-30',
    '2026-03-29T01:30',
    '2026-10-25T01:30',
    '9999-12-31T23:59:59Z',
    '0001-01-01T00:00:00Z',
    'é'.repeat(300),
  ],
);

/** Of birth dates and offences that can be. */
const likelyDay = fc
  .date({ min: new Date('1950-01-01'), max: new Date('2005-01-01'), noInvalidDate: true })
  .map((at) => at.toISOString().slice(0, 10));
const yesterday = fc.constant(new Date(Date.now() - 86_400_000).toISOString().slice(0, 10));

const day = fc.date({ min: new Date('1900-01-01'), max: new Date('2099-12-31'), noInvalidDate: true });
const recently = fc.integer({ min: -400, max: 400 }).map((hours) => new Date(Date.now() + hours * 3_600_000));

const moments = fc.oneof(
  { weight: 6, arbitrary: recently.map((at) => at.toISOString()) },
  { weight: 3, arbitrary: recently.map((at) => at.toISOString().slice(0, 16)) },
  { weight: 1, arbitrary: day.map((at) => at.toISOString().replace('Z', '+01:00')) },
  { weight: 1, arbitrary: nasty },
);

/** Values that the schema describes, as far as it says; `ids` are those of things that are really there. */
export function described(schema: JsonSchema, ids: readonly string[]): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return fc.oneof(...choices.map((choice) => described(choice, ids)));
  switch (schema.type) {
    case 'object':
      return fields(schema, ids);
    case 'array':
      return fc.array(described(schema.items ?? {}, ids), { maxLength: schema.maxItems ?? 3 });
    case 'boolean':
      return fc.boolean();
    case 'integer':
    case 'number':
      return fc.oneof(fc.integer(), fc.double());
    case 'string':
      return text(schema, ids);
    default:
      return fc.jsonValue();
  }
}

function fields(
  { properties = {}, required = [] }: JsonSchema,
  ids: readonly string[],
): fc.Arbitrary<unknown> {
  const model = Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [name, described(property, ids)]),
  );
  return fc.record(model, { requiredKeys: [...required] });
}

function text(
  { format, pattern, maxLength = 50, examples = [] }: JsonSchema,
  ids: readonly string[],
): fc.Arbitrary<unknown> {
  if (format === 'uuid') return fc.oneof(fc.uuid(), fc.constantFrom('x', ...ids));
  if (format === 'date')
    return fc.oneof(
      { weight: 5, arbitrary: likelyDay },
      { weight: 5, arbitrary: yesterday },
      { weight: 1, arbitrary: day.map((at) => at.toISOString().slice(0, 10)) },
      { weight: 1, arbitrary: nasty },
    );
  if (pattern?.startsWith('^20\\d{2}-') === true) return moments;
  const likely = examples.length > 0 ? examples : ids;
  const known = likely.length === 0 ? [] : [{ weight: 4, arbitrary: fc.constantFrom(...likely) }];
  const matching =
    pattern === undefined ? fc.string({ maxLength }) : fc.stringMatching(new RegExp(pattern), { maxLength });
  return fc.oneof(...known, { weight: 3, arbitrary: matching }, { weight: 1, arbitrary: nasty });
}

/** Mostly what is described, else with one thing broken, else anything at all. */
export function body(schema: JsonSchema, ids: readonly string[]): fc.Arbitrary<string> {
  const good = described(schema, ids);
  const broken = fc
    .tuple(good, fc.nat(), fc.oneof(nasty, fc.jsonValue()), fc.boolean())
    .map(([value, place, junk, added]) => {
      if (typeof value !== 'object' || value === null) return junk;
      const names = Object.keys(value);
      const name = added ? 'extra' : names[place % Math.max(names.length, 1)];
      return name === undefined ? junk : { ...value, [name]: junk };
    });
  return fc.oneof(
    { weight: 8, arbitrary: good.map((value) => JSON.stringify(value)) },
    { weight: 2, arbitrary: broken.map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: fc.json() },
    { weight: 1, arbitrary: fc.string() },
  );
}
