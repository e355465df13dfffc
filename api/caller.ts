import type { Actor, Role } from '../workflows/domain/common/actor.ts';

/** Who is asking, as the token says it. `userId` is the issuer's opaque subject, never a name. */
export interface Caller {
  readonly userId: string;
  readonly roles: readonly Role[];
  readonly organisationId: string;
  readonly forceId: string;
}

/** Signs an act with the role that allows it: the first of the caller's that is among them. */
export function actorFor(caller: Caller, allowed: readonly Role[]): Actor | undefined {
  const role = caller.roles.find((held) => allowed.includes(held));
  const { userId, organisationId, forceId } = caller;
  return role === undefined ? undefined : { userId, role, organisationId, forceId };
}
