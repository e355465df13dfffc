import type { z } from 'zod';
import { deliverableAddress } from '../messages/email-address.ts';
import type { Database } from '../store/database.ts';
import { organisationsAt } from '../store/organisations.ts';
import { setStaffAddress, staffAddress } from '../store/staff-addresses.ts';
import type { AddressOwner } from '../store/staff-addresses.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import { providerOf, rolesOfRoute } from './access-policy.ts';
import { actorFor } from './caller.ts';
import type { Caller } from './caller.ts';
import { jsonBody } from './json-body.ts';
import { Problem } from './problems.ts';
import { acting, reading } from './route.ts';
import type { Act, Route } from './route.ts';
import {
  newStaffAddress,
  organisationParams,
  staffAddressAnswer,
  userParams,
} from './schemas/staff-addresses.ts';

type View = z.output<typeof staffAddressAnswer>;

const inbox = '/api/v1/organisations/{organisationId}/inbox';
const ofUser = '/api/v1/users/{userId}/address';

/** The inbox of a team, and the address of a worker or an officer: without one, their e-mails are skipped. */
export function staffAddressRoutes({ db }: { readonly db: Database }): Route[] {
  return [
    reading({
      method: 'get',
      path: inbox,
      summary: 'Where e-mails to the team of an organisation go',
      tag: 'reference data',
      params: organisationParams,
      answers: { 200: { description: 'The address', body: staffAddressAnswer } },
      problems: ['not-found'],
      handle: async ({ caller, params, receivedAt }) => {
        const owner = await team(db, caller, `GET ${inbox}`, params.organisationId, receivedAt);
        return { status: 200, body: await viewOf(db, owner) };
      },
    }),
    acting({
      method: 'post',
      path: inbox,
      summary: 'Sets where e-mails to the team of an organisation go',
      tag: 'reference data',
      params: organisationParams,
      body: jsonBody(newStaffAddress),
      answers: { 200: { description: 'It holds from now on', body: staffAddressAnswer } },
      problems: ['not-found'],
      prepare: async ({ caller, params, body, receivedAt }): Promise<Act> => {
        const owner = await team(db, caller, `POST ${inbox}`, params.organisationId, receivedAt);
        return writing(db, caller, `POST ${inbox}`, owner, body.address);
      },
    }),
    reading({
      method: 'get',
      path: ofUser,
      summary: 'Where e-mails to a worker or an officer go',
      tag: 'reference data',
      params: userParams,
      answers: { 200: { description: 'The address', body: staffAddressAnswer } },
      handle: async ({ caller: { forceId }, params }) => ({
        status: 200,
        body: await viewOf(db, { forceId, kind: 'user', ownerId: params.userId }),
      }),
    }),
    acting({
      method: 'post',
      path: ofUser,
      summary: 'Sets where e-mails to a worker or an officer go',
      tag: 'reference data',
      params: userParams,
      body: jsonBody(newStaffAddress),
      answers: { 200: { description: 'It holds from now on', body: staffAddressAnswer } },
      prepare: ({ caller, params, body }): Promise<Act> => {
        const { forceId } = caller;
        const owner: AddressOwner = { forceId, kind: 'user', ownerId: params.userId };
        return Promise.resolve(writing(db, caller, `POST ${ofUser}`, owner, body.address));
      },
    }),
  ];
}

/** A provider does not learn here which others the force has. @throws Problem `not-found` */
export async function team(
  db: Database,
  caller: Caller,
  route: string,
  organisationId: string,
  at: Instant,
): Promise<AddressOwner> {
  const { forceId } = caller;
  const own = providerOf(caller, route);
  const known = own === null || own === organisationId ? await organisationsAt(db, forceId, at) : [];
  if (!known.some((organisation) => organisation.organisationId === organisationId)) {
    throw new Problem('not-found', { detail: 'There is no such organisation.' });
  }
  return { forceId, kind: 'team', ownerId: organisationId };
}

function writing(
  db: Database,
  caller: Caller,
  route: string,
  owner: AddressOwner,
  typed: string | null,
): Act {
  const allowed = rolesOfRoute(route);
  const actor = actorFor(caller, allowed);
  if (actor === undefined) throw new Problem('wrong-role', { details: { allowedRoles: [...allowed] } });
  return async () => {
    const address = typed === null ? null : (deliverableAddress(typed) ?? null);
    await setStaffAddress(db, owner, { address, changedBy: actor.userId });
    return { status: 200, body: await viewOf(db, owner) };
  };
}

async function viewOf(db: Database, owner: AddressOwner): Promise<View> {
  const known = await staffAddress(db, owner);
  return known === null
    ? { address: null, changedBy: null, updatedAt: null }
    : { address: known.address, changedBy: known.changedBy, updatedAt: known.updatedAt };
}
