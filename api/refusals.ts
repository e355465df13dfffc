import type { Actor, Role } from '../workflows/domain/common/actor.ts';
import type { Refusal, RefusalCode } from '../workflows/domain/common/decision.ts';
import type { Json } from '../workflows/domain/common/json.ts';
import { actorFor } from './caller.ts';
import type { Caller } from './caller.ts';
import { Problem } from './problems.ts';
import type { FieldError } from './problems.ts';
import { pointer } from './schemas/reading.ts';

/** To whom it is allowed is no secret: the description of the API names the roles of every route and command. */
export function wrongRole(allowedRoles: readonly Role[]): Problem {
  return new Problem('wrong-role', { details: { allowedRoles: [...allowedRoles] } });
}

/** Who signs an act, in a role that allows it. @throws Problem `wrong-role` */
export function signer(caller: Caller, allowed: readonly Role[]): Actor {
  const actor = actorFor(caller, allowed);
  if (actor === undefined) throw wrongRole(allowed);
  return actor;
}

/** As `signer`, and a manager signs as the manager: what was decided for the force says so. @throws Problem `wrong-role` */
export function decider(caller: Caller, allowed: readonly Role[]): Actor {
  return signer(
    caller,
    caller.roles.includes('Manager') && allowed.includes('Manager') ? ['Manager'] : allowed,
  );
}

/** Codes of refusals that are about what was sent, and not about who sent it or what has been done already. */
const aboutFields: readonly RefusalCode[] = [
  ...(['not-found', 'conflict', 'condition-not-met', 'in-the-future', 'before-the-start'] as const),
];

/** Always about a time: that of the act itself where the refusal names no other. */
const aboutTime: readonly RefusalCode[] = ['in-the-future', 'before-the-start'];

interface Sent {
  /** As the schema has read it, so that its instants are spelled as the refusal spells them. */
  readonly body: unknown;
  /** What the rules call a field of this form, where they call it something else. */
  readonly called?: Readonly<Record<string, string>>;
  /** Of the pathway that refused. */
  readonly stage?: string | null;
}

/**
 * What the domain refused, as the problem that the API answers. The fields of the body that it is about are named as
 * wrong ones are. An address that leads nowhere has the same status and code as an id in a body that nothing has; only
 * the second names a field.
 */
export function problemOf({ code, message, details }: Refusal, { body, called = {}, stage }: Sent): Problem {
  const given = isFields(details) ? details : {};
  const said = { ...(stage === undefined || stage === null ? {} : { stage }), ...given };
  const errors = fieldsOf(code, given, body, called).map((path): FieldError => ({
    path,
    code: code === 'not-found' ? 'unknown-id' : code,
    message,
  }));
  return new Problem(code, {
    detail: message,
    ...(Object.keys(said).length === 0 ? {} : { details: said }),
    ...(errors.length === 0 ? {} : { errors }),
  });
}

/** Those fields of the body that the refusal repeats under their name, or that it names in `field`. */
function fieldsOf(
  code: RefusalCode,
  details: Readonly<Record<string, Json | undefined>>,
  body: unknown,
  called: Readonly<Record<string, string>>,
): string[] {
  if (code === 'under-18') return pathsIn(body, (name) => name === 'birthDate');
  if (!aboutFields.includes(code)) return [];
  const { field } = details;
  if (typeof field === 'string') {
    const sent = pathsIn(body, (name) => name === field);
    // Only the time of the act may be left out without being missed.
    return sent.length > 0 || field === 'occurredAt' ? sent : [pointer(['data', field])];
  }
  const repeated = new Map(Object.entries(details).map(([name, value]) => [called[name] ?? name, value]));
  const paths = pathsIn(body, (name, value) => value !== null && repeated.get(name) === value);
  return paths.length > 0 || !aboutTime.includes(code)
    ? paths
    : pathsIn(body, (name, _value, depth) => name === 'occurredAt' && depth === 1);
}

/** Where in the body there are such fields. Only what is a single value is a field; no list is looked into. */
function pathsIn(
  value: unknown,
  isMeant: (name: string, value: unknown, depth: number) => boolean,
  path: readonly string[] = [],
): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const here = [...path, name];
    return typeof inner === 'object'
      ? pathsIn(inner, isMeant, here)
      : isMeant(name, inner, here.length)
        ? [pointer(here)]
        : [];
  });
}

function isFields(details: Json | undefined): details is Readonly<Record<string, Json | undefined>> {
  return typeof details === 'object' && details !== null && !Array.isArray(details);
}
