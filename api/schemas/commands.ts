import { z } from 'zod';
import type { PathwayKindName } from '../../workflows/domain/common/pathway-kind.ts';
import { compulsoryCommandSchemas } from './compulsory.ts';
import { diversionCommandSchemas } from './diversion.ts';
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
