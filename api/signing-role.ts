import type { Database } from '../store/database.ts';
import { readEvents } from '../store/ledger.ts';
import type { PathwayRow } from '../store/pathways.ts';
import { wholeForce } from '../store/scope.ts';
import { providerRoles } from '../workflows/domain/common/actor.ts';
import type { Role } from '../workflows/domain/common/actor.ts';
import type { Command } from '../workflows/domain/common/command.ts';
import type { Caller } from './caller.ts';
import { refusalOn } from './kinds.ts';
import { isResolved } from './resolved-commands.ts';

/** The caller's roles among these, as the token lists them; none: they may not. */
export function rolesHeld(caller: Caller, allowed: readonly Role[]): Role[] {
  return caller.roles.filter((role) => allowed.includes(role));
}

/**
 * A role of a provider is that of one provider: of another one's case somebody speaks in another role of theirs, where
 * they have one.
 */
export function roleToTell(
  caller: Pick<Caller, 'organisationId'>,
  held: readonly Role[],
  { providerId }: Pick<PathwayRow, 'providerId'>,
): Role | undefined {
  return (
    held.find((role) => !providerRoles.includes(role) || providerId === caller.organisationId) ?? held[0]
  );
}

/**
 * In which of the roles that a caller has for a command they sign it. Which of them may do it can hang on what the pathway
 * holds (whose case it is, which assessment, who recorded it), so that the rules are asked of each in turn; where none of
 * them may, the first is told why.
 */
export async function roleToSign(
  db: Database,
  caller: Caller,
  row: PathwayRow,
  held: readonly Role[],
  sent: Omit<Command, 'actor'>,
): Promise<Role | undefined> {
  const { userId, organisationId, forceId } = caller;
  if (held.length < 2) return held[0];
  // What a command like this says is not known to the rules yet. That a person goes where no route leads is a manager's.
  if (isResolved(row, sent.name)) {
    const wide = held.find((role) => !providerRoles.includes(role));
    return sent.name === 'transfer-pathway' && wide !== undefined ? wide : roleToTell(caller, held, row);
  }
  const events = await readEvents(db, wholeForce(forceId), row.pathwayId);
  const signed = (role: Role): Command => ({ ...sent, actor: { userId, role, organisationId, forceId } });
  return (
    held.find((role) => refusalOn(row.kind, events, signed(role), sent.receivedAt) === undefined) ?? held[0]
  );
}
