import type { Database } from '../store/database.ts';
import { isKnownWorker } from '../store/known-workers.ts';
import type { Role } from '../workflows/domain/common/actor.ts';
import type { Caller } from './caller.ts';
import { Problem } from './problems.ts';

const introducing: readonly Role[] = ['ProviderManager', 'Manager'];

/**
 * A case that is given to a slip of the keys is on nobody's list. So whoever it is given to is known to the provider, or
 * takes it themself, or is introduced by who answers for the cases.
 *
 * @param given.field where in the body the id stands
 * @throws Problem `not-found`, `wrong-role`
 */
export async function checkWorker(
  db: Database,
  caller: Caller,
  given: {
    readonly providerId: string;
    readonly workerId: string | null;
    readonly newWorker: boolean;
    readonly field: string;
  },
): Promise<void> {
  const { providerId, workerId, newWorker, field } = given;
  if (newWorker && !caller.roles.some((role) => introducing.includes(role))) {
    throw new Problem('wrong-role', {
      detail:
        'newWorker is for a provider manager or the manager. Without it the command is yours: name a colleague of whom the provider has heard, or yourself.',
      details: { allowedRoles: [...introducing] },
      errors: [
        {
          path: field.replace(/\/[^/]+$/, '/newWorker'),
          code: 'wrong-role',
          message: 'is only for a provider manager or the manager; leave it out',
        },
      ],
    });
  }
  if (workerId === null || newWorker) return;
  if (workerId === caller.userId && providerId === caller.organisationId) return;
  if (await isKnownWorker(db, caller.forceId, providerId, workerId)) return;
  const detail =
    'The provider knows no worker of this id. A new colleague takes a case themself, or is introduced by a manager with newWorker. Nothing was recorded.';
  throw new Problem('not-found', {
    detail,
    errors: [{ path: field, code: 'unknown-id', message: 'There is no such worker.' }],
  });
}

/** What `assign-caseworker` names, read by its schema. */
export function workerIn(data: unknown): { readonly workerId: string | null; readonly newWorker: boolean } {
  const named = typeof data === 'object' && data !== null ? data : {};
  return {
    workerId: 'workerId' in named && typeof named.workerId === 'string' ? named.workerId : null,
    newWorker: 'newWorker' in named && named.newWorker === true,
  };
}
