import { z } from 'zod';
import type { Database } from '../store/database.ts';
import {
  dangersDisclosedTo,
  dangerSince,
  disclosureById,
  disclosuresOf,
  recordDisclosure,
} from '../store/disclosures.ts';
import type { Disclosure } from '../store/disclosures.ts';
import { organisationsAt } from '../store/organisations.ts';
import { personInView } from '../store/people-in-view.ts';
import { describeLocal } from '../workflows/domain/common/london-time.ts';
import { providerOf, rolesOfRoute } from './access-policy.ts';
import type { Caller } from './caller.ts';
import { jsonBody } from './json-body.ts';
import { contactViewOf } from './people-view.ts';
import { Problem } from './problems.ts';
import { signer } from './refusals.ts';
import { acting, reading } from './route.ts';
import type { Act, Route } from './route.ts';
import { dangersTold, disclosureAnswer, disclosureLog, newDisclosure } from './schemas/disclosures.ts';
import { uuid } from './schemas/lists.ts';

const ofPerson = '/api/v1/persons/{personId}/disclosures';
const params = z.strictObject({ personId: uuid });
const mostLines = 500;

/**
 * What is told outside the circle of a case: a danger, to a partner, by a person and with a reason. Everything that was
 * told is on the log of the person, with what the police were answered when they asked about a referral of theirs; a
 * provider reads the lines about its own cases.
 */
export function disclosureRoutes({ db }: { readonly db: Database }): Route[] {
  return [
    acting({
      method: 'post',
      path: ofPerson,
      summary: 'Tells a partner that somebody may be in danger; it is on the log for ever',
      tag: 'people',
      params,
      body: jsonBody(newDisclosure),
      answers: { 201: { description: 'Told; the partner reads it while it holds', body: disclosureAnswer } },
      problems: ['not-found', 'condition-not-met'],
      prepare: async ({ caller, params: { personId }, body, receivedAt }): Promise<Act> => {
        const allowed = rolesOfRoute(`POST ${ofPerson}`);
        const actor = signer(caller, allowed);
        const { forceId } = actor;
        await checkPerson(db, caller, personId);
        const { matter, toOrganisationId, reason } = body;
        const known = await organisationsAt(db, forceId, receivedAt);
        if (!known.some(({ organisationId }) => organisationId === toOrganisationId)) {
          const message = 'The force has no such organisation.';
          throw new Problem('not-found', {
            detail: message,
            errors: [{ path: '/toOrganisationId', code: 'unknown-id', message }],
          });
        }
        return async ({ requestId, receivedAt: disclosedAt, repeated }) => {
          const first = repeated ? await disclosureById(db, forceId, requestId) : null;
          if (first !== null) return { status: 201, body: viewOf(first) };
          if ((await dangerSince(db, forceId, personId)) === null) {
            throw new Problem('condition-not-met', {
              detail: 'No safety flag stands for this person: there is nothing of this kind to tell.',
            });
          }
          const told = { disclosureId: requestId, personId, matter, pathwayId: null, toOrganisationId };
          await recordDisclosure(db, { ...told, reason, disclosedAt, actor });
          const { userId, role, organisationId } = actor;
          const by = { userId, role, organisationId };
          return { status: 201, body: viewOf({ ...told, reason, disclosedAt, by }) };
        };
      },
    }),
    reading({
      method: 'get',
      path: ofPerson,
      summary: 'Who was told what about this person outside their cases, when, by whom and why',
      tag: 'people',
      params,
      answers: { 200: { description: 'The log, the newest first', body: disclosureLog } },
      problems: ['not-found'],
      handle: async ({ caller, params: { personId } }) => {
        await checkPerson(db, caller, personId);
        const scope = { forceId: caller.forceId, providerId: providerOf(caller, `GET ${ofPerson}`) };
        const items = await disclosuresOf(db, scope, personId, mostLines);
        return {
          status: 200,
          body: { personId, items: items.map(viewOf) } satisfies z.output<typeof disclosureLog>,
        };
      },
    }),
    reading({
      method: 'get',
      path: '/api/v1/disclosures',
      summary: 'What the caller’s own organisation was told of danger, while it holds',
      tag: 'people',
      answers: { 200: { description: 'Of each person what was told last', body: dangersTold } },
      handle: async ({ caller }) => {
        const told = await dangersDisclosedTo(db, caller.forceId, caller.organisationId);
        const items = told.map((one) => ({
          ...one,
          disclosedText: describeLocal(one.disclosedAt),
          sinceText: describeLocal(one.since),
        }));
        return { status: 200, body: { items } satisfies z.output<typeof dangersTold> };
      },
    }),
  ];
}

/** Who does not work with the person does not learn that they are here. @throws Problem `not-found` */
async function checkPerson(db: Database, caller: Caller, personId: string): Promise<void> {
  if ((await personInView(db, contactViewOf(caller), personId)) === null) throw new Problem('not-found');
}

function viewOf(disclosure: Disclosure): z.output<typeof disclosureAnswer> {
  return { ...disclosure, disclosedText: describeLocal(disclosure.disclosedAt) };
}
