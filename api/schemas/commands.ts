import { z } from 'zod';
import type { PathwayKindName } from '../../workflows/domain/common/pathway-kind.ts';
import { compulsoryExamples } from './compulsory-examples.ts';
import { compulsoryCommandSchemas } from './compulsory.ts';
import { diversionExamples } from './diversion-examples.ts';
import { diversionCommandSchemas } from './diversion.ts';
import type { Example, ExampleTimes } from './example-times.ts';
import { moment } from './values.ts';

/** The `data` of each command, by kind and name. */
const commandSchemas: Readonly<Record<PathwayKindName, Readonly<Record<string, z.ZodType>>>> = {
  diversion: diversionCommandSchemas,
  compulsory: compulsoryCommandSchemas,
};

function bodyOf(data: z.ZodType) {
  return z.strictObject({
    occurredAt: moment('When it happened; left out, it is now').exactOptional(),
    data,
  });
}

export type CommandBody = z.output<ReturnType<typeof bodyOf>>;

const bodies: Readonly<Record<PathwayKindName, ReadonlyMap<string, z.ZodType<CommandBody>>>> = {
  diversion: bodiesOf('diversion'),
  compulsory: bodiesOf('compulsory'),
};

function bodiesOf(kind: PathwayKindName): ReadonlyMap<string, z.ZodType<CommandBody>> {
  return new Map(Object.entries(commandSchemas[kind]).map(([name, data]) => [name, bodyOf(data)]));
}

/** The body of one command. @throws Error when the kind has no such command */
export function commandBody(kind: PathwayKindName, name: string): z.ZodType<CommandBody> {
  const body = bodies[kind].get(name);
  if (body === undefined) throw new Error(`There is no schema for ${name} of ${kind}`);
  return body;
}

const examples: Readonly<Record<PathwayKindName, Readonly<Record<string, Example<unknown>>>>> = {
  diversion: diversionExamples,
  compulsory: compulsoryExamples,
};

/** A body of one command that is taken in a stage that allows it; undefined where there is none. */
export function commandExample(
  kind: PathwayKindName,
  name: string,
  times: ExampleTimes,
): { readonly data: unknown } | undefined {
  const example = examples[kind][name];
  return example === undefined ? undefined : { data: example(times) };
}
