import type { Client } from '@temporalio/client';
import { z } from 'zod';
import { startCarryFact } from '../platform/pathway-runs.ts';
import type { Database } from '../store/database.ts';
import { matchesInView, pathwaysOfPeople, personInView, sameInView } from '../store/people-in-view.ts';
import type { PersonInView } from '../store/people-in-view.ts';
import { everMergedWith, mergeById, mergePersons, mergesOf, splitPersons } from '../store/person-merges.ts';
import type { MergeRecord } from '../store/person-merges.ts';
import { bindingFactsOf, uncarriedFactsOf } from '../store/person-facts.ts';
import type { Actor } from '../workflows/domain/common/actor.ts';
import { mayRead, rolesOfRoute } from './access-policy.ts';
import type { BestEffort } from './best-effort.ts';
import type { Caller } from './caller.ts';
import { jsonBody } from './json-body.ts';
import { contactViewOf, identityFor, peopleViewOf } from './people-view.ts';
import { Problem } from './problems.ts';
import { decider } from './refusals.ts';
import { acting, reading } from './route.ts';
import type { Act, Route } from './route.ts';
import { uuid } from './schemas/lists.ts';
import { mergeAnswer, mergeBody, personView, splitAnswer, splitBody } from './schemas/persons.ts';
import { cautionsIn } from './standing-items.ts';

export interface PersonParts {
  readonly db: Database;
  readonly client: Client;
  readonly bestEffort: BestEffort;
}

const personPath = '/api/v1/persons/{personId}';
const params = z.strictObject({ personId: uuid });

/**
 * People. That two rows are one human being, or are not, is a person's decision; the system shows who may be.
 * Whoever may not know of a person finds nobody, and no match that leads to them.
 */
export function personRoutes(parts: PersonParts): Route[] {
  const { db } = parts;
  return [
    reading({
      method: 'get',
      path: personPath,
      summary: 'One person: who they are, how to reach them and what to know before, who they may be besides',
      tag: 'people',
      params,
      answers: { 200: { description: 'The person', body: personView } },
      problems: ['not-found'],
      handle: async ({ caller, params: { personId } }) => {
        const person = await personInView(db, peopleViewOf(caller), personId);
        if (person === null) throw new Problem('not-found');
        return { status: 200, body: await viewOf(db, caller, person) };
      },
    }),
    acting({
      method: 'post',
      path: `${personPath}/merges`,
      summary: 'Says that two rows are one human being; each keeps what it says',
      tag: 'people',
      params,
      body: jsonBody(mergeBody),
      answers: { 201: { description: 'They are one from this moment', body: mergeAnswer } },
      problems: ['not-found', 'already-done', 'condition-not-met', 'conflict'],
      prepare: async ({ caller, params: { personId }, body }): Promise<Act> => {
        const actor = decider(caller, rolesOfRoute(`POST ${personPath}/merges`));
        await checkInView(db, caller, personId);
        await checkInView(db, caller, body.otherPersonId, '/otherPersonId');
        if (personId === body.otherPersonId) {
          throw new Problem('condition-not-met', { detail: 'A row is merged with another one.' });
        }
        return ({ requestId }) => merge(parts, caller, { ...body, personId, actor, requestId });
      },
    }),
    acting({
      method: 'post',
      path: `${personPath}/splits`,
      summary: 'Takes a merge back: the two are two human beings',
      tag: 'people',
      params,
      body: jsonBody(splitBody),
      answers: { 201: { description: 'They are two from this moment', body: splitAnswer } },
      problems: ['not-found', 'already-done'],
      prepare: async ({ caller, params: { personId }, body }): Promise<Act> => {
        const actor = decider(caller, rolesOfRoute(`POST ${personPath}/splits`));
        await checkInView(db, caller, personId);
        const known = uuid.safeParse(body.mergeId).success
          ? await mergeById(db, caller.forceId, body.mergeId)
          : null;
        const { forceId } = caller;
        if (known === null || ![known.personId, known.otherPersonId].includes(personId)) {
          throw unknownId('/mergeId', 'There is no such merge of this person.');
        }
        await checkInView(db, caller, known.personId, '/mergeId');
        await checkInView(db, caller, known.otherPersonId, '/mergeId');
        return async ({ requestId }) => {
          const split = await splitPersons(db, {
            ...{ forceId, mergeId: known.mergeId, reason: body.reason, actor, requestId },
          });
          if (split.refused === 'already-split') throw new Problem('already-done');
          if (split.refused !== undefined) throw new Problem('not-found');
          const pathways = await pathwaysOfPeople(db, forceId, [known.personId, known.otherPersonId]);
          const readable = pathways.filter((pathway) => mayRead(caller, pathway));
          const answer: z.output<typeof splitAnswer> = {
            ...answerOf(caller, split.merge),
            carriedAcross: split.carriedAcross
              .map((fact) => ({
                ...fact,
                pathwayIds: fact.pathwayIds.filter(
                  (id) => actor.role === 'Manager' || readable.some(({ pathwayId }) => pathwayId === id),
                ),
              }))
              .filter(({ pathwayIds }) => pathwayIds.length > 0),
          };
          return { status: 201, body: answer };
        };
      },
    }),
  ];
}

async function viewOf(
  db: Database,
  caller: Caller,
  person: PersonInView,
): Promise<z.output<typeof personView>> {
  const view = peopleViewOf(caller);
  const { personId, details } = person;
  const reachable = (await personInView(db, contactViewOf(caller), personId)) !== null;
  const same = await sameInView(db, view, personId);
  const rows = [personId, ...same.map((other) => other.personId)];
  const pathways = await pathwaysOfPeople(db, caller.forceId, rows);
  const identity = identityFor(caller);
  // Also those that are taken back: who was merged once, and is no more, is still told of.
  const ever: string[] = [];
  for (const id of await everMergedWith(db, caller.forceId, personId)) {
    if (rows.includes(id) || (await personInView(db, view, id)) !== null) ever.push(id);
  }
  const { address, postcode, mobile, email, language, safeToText } = details;
  return {
    personId,
    identity: identity(details),
    cautions: cautionsIn(caller, await bindingFactsOf(db, caller.forceId, personId)),
    contact: reachable ? { address, postcode, mobile, email, language, safeToText } : null,
    sameAs: same.map((other) => ({ personId: other.personId, identity: identity(other.details) })),
    possibleMatches: (await matchesInView(db, view, personId)).map((match) => ({
      personId: match.personId,
      identity: identity(match.details),
      basis: match.basis,
      foundAt: match.foundAt,
      merged: rows.includes(match.personId),
    })),
    pathways: pathways
      .filter((pathway) => mayRead(caller, pathway))
      .map(({ providerId: _providerId, ...pathway }) => pathway),
    merges: (await mergesOf(db, caller.forceId, [...new Set([...rows, ...ever])])).map((record) =>
      answerOf(caller, record),
    ),
  };
}

async function merge(
  { db, client, bestEffort }: PersonParts,
  caller: Caller,
  asked: z.output<typeof mergeBody> & {
    readonly personId: string;
    readonly actor: Actor;
    readonly requestId: string;
  },
) {
  const { forceId } = caller;
  const { confirm = [], ...given } = asked;
  const merged = await mergePersons(db, { ...given, forceId, confirmed: confirm });
  if (merged.refused === 'already-merged') {
    throw new Problem('already-done', { detail: 'The two are merged already.' });
  }
  if (merged.refused === 'contradiction') throw contradicted(asked.actor, merged.contradictions, confirm);
  if (merged.refused !== undefined) throw new Problem('not-found');
  for (const factId of await uncarriedFactsOf(db, forceId, asked.personId)) {
    bestEffort.start('carry a fact', () =>
      client.withDeadline(Date.now() + 5_000, () => startCarryFact(client, { forceId, factId })),
    );
  }
  const same = await sameInView(db, peopleViewOf(caller), asked.personId);
  const body: z.output<typeof mergeAnswer> = {
    ...answerOf(caller, merged.merge),
    sameAs: same.map(({ personId }) => personId),
  };
  return { status: 201, body };
}

/** What was told of people may come from treatment: only a manager is told what contradicts, and may merge over it. */
function contradicted(actor: Actor, found: readonly string[], confirmed: readonly string[]): Problem {
  if (actor.role !== 'Manager' && found.some((contradiction) => contradiction !== 'birth-date')) {
    return new Problem('conflict', { detail: 'What is known of the two contradicts: a manager decides.' });
  }
  return new Problem('condition-not-met', {
    detail: 'What is known of the two contradicts. Confirm each contradiction, if they are one all the same.',
    details: { contradictions: [...found], confirmed: [...confirmed] },
  });
}

/** What was merged over may have been learnt in treatment: of it only a manager is told. */
function answerOf({ roles }: Caller, { confirmed, ...record }: MergeRecord) {
  return { ...record, confirmed: roles.includes('Manager') ? [...confirmed] : null };
}

/** @throws Problem `not-found` */
async function checkInView(
  db: Database,
  caller: Caller,
  personId: string,
  field: string | null = null,
): Promise<void> {
  if ((await personInView(db, peopleViewOf(caller), personId)) !== null) return;
  throw field === null ? new Problem('not-found') : unknownId(field, 'There is no such person.');
}

function unknownId(path: string, message: string): Problem {
  return new Problem('not-found', { detail: message, errors: [{ path, code: 'unknown-id', message }] });
}
