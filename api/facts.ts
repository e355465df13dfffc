import type { Client } from '@temporalio/client';
import { z } from 'zod';
import { startCarryFact } from '../platform/pathway-runs.ts';
import type { Database } from '../store/database.ts';
import { listPathways } from '../store/pathways.ts';
import { bindingFactsOf, factsOf, NotCorrectableError, recordFact, toldFact } from '../store/person-facts.ts';
import type { FactSaid, NewFact } from '../store/person-facts.ts';
import { taskById } from '../store/tasks.ts';
import { wholeForce } from '../store/scope.ts';
import { providerRoles } from '../workflows/domain/common/actor.ts';
import type { Role } from '../workflows/domain/common/actor.ts';
import { clockSkewSeconds } from '../workflows/domain/common/command-guard.ts';
import { isBefore, secondsBetween } from '../workflows/domain/common/instant.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import { standingFacts } from '../workflows/domain/common/standing-facts.ts';
import { casesReadableBy, rolesOfRoute } from './access-policy.ts';
import type { BestEffort } from './best-effort.ts';
import { actorFor } from './caller.ts';
import type { Caller } from './caller.ts';
import { readersOfMatter, rolesOfFact } from './fact-table.ts';
import { jsonBody } from './json-body.ts';
import { Problem, problems } from './problems.ts';
import { signer } from './refusals.ts';
import { acting, reading } from './route.ts';
import type { Act, Route } from './route.ts';
import { factAnswer } from './schemas/answers.ts';
import { personFactBody, standingFactsAnswer } from './schemas/facts.ts';
import type { PersonFactBody } from './schemas/facts.ts';
import { uuid } from './schemas/lists.ts';
import { standingItems } from './standing-items.ts';
import { code, moment, reference } from './schemas/values.ts';
import { toldInWhole } from './told-in-whole.ts';

const personParams = z.strictObject({ personId: uuid });

const taskFactBody = z.strictObject({
  fact: z.literal('task-withdrawn'),
  occurredAt: moment('When it was withdrawn; left out, it is now').exactOptional(),
  reasonCode: code('Why'),
});

export interface FactParts {
  readonly db: Database;
  readonly client: Client;
  readonly bestEffort: BestEffort;
}

/**
 * Safety facts. They need PostgreSQL only and are taken while Temporal is away: every send and every page
 * of a task looks them up, so they bind from this moment; carrying them to the pathways comes after.
 */
export function factRoutes(parts: FactParts): Route[] {
  const personPath = '/api/v1/persons/{personId}/facts';
  const taskPath = '/api/v1/arrest-tasks/{taskId}/facts';
  return [
    acting({
      method: 'post',
      path: personPath,
      summary: 'Records a safety fact about a person; it holds for all their cases at once',
      tag: 'safety facts',
      params: personParams,
      body: jsonBody(personFactBody),
      answers: {
        201: { description: 'It is recorded and binds every send and every task', body: factAnswer },
      },
      problems: ['not-found', 'in-the-future', 'already-done'],
      prepare: async ({ caller, params, body, receivedAt }): Promise<Act> => {
        const told = { caller, body, receivedAt, personId: params.personId };
        const roles = rolesOfFact(body.fact);
        const act = factAct(parts, told);
        if (!providerRoles.includes(signer(caller, roles).role)) return act;
        if (await isOwnPerson(parts.db, caller, params.personId)) return act;
        // Of somebody whom their provider does not know they speak in another role, where they have one.
        const others = roles.filter((role) => !providerRoles.includes(role));
        if (actorFor(caller, others) === undefined) throw new Problem('not-found');
        return factAct(parts, { ...told, roles: others });
      },
    }),
    reading({
      method: 'get',
      path: personPath,
      summary: 'What holds of a person now: of each matter the latest fact, since when, and who told it',
      tag: 'safety facts',
      params: personParams,
      answers: { 200: { description: 'What the caller may know of it', body: standingFactsAnswer } },
      problems: ['not-found'],
      handle: async ({ caller, params, receivedAt }) => {
        const { personId } = params;
        await checkReadablePerson(parts.db, caller, personId);
        const facts = await bindingFactsOf(parts.db, caller.forceId, personId);
        return { status: 200, body: { personId, asAt: receivedAt, items: standingItems(caller, facts) } };
      },
    }),
    acting({
      method: 'post',
      path: taskPath,
      summary: 'Withdraws an arrest task; it holds at once',
      tag: 'safety facts',
      params: z.strictObject({ taskId: reference('The task') }),
      body: jsonBody(taskFactBody),
      answers: { 201: { description: 'It is recorded and binds the task', body: factAnswer } },
      problems: ['not-found', 'in-the-future'],
      prepare: async ({ caller, params, body, receivedAt }): Promise<Act> => {
        refuseFuture(body.occurredAt, receivedAt);
        const actor = signer(caller, rolesOfRoute(`POST ${taskPath}`));
        const task = await taskById(parts.db, wholeForce(caller.forceId), params.taskId);
        if (task === null) throw new Problem('not-found');
        return (intent) =>
          record(parts, {
            ...{ forceId: caller.forceId, requestId: intent.requestId, reason: body.reasonCode, actor },
            occurredAt: pastOrNow(body.occurredAt, intent.receivedAt),
            ...{ kind: body.fact, taskId: task.taskId },
          });
      },
    }),
  ];
}

/**
 * What records a fact about a person, whichever way it came. Everything is looked at first.
 *
 * @throws Problem `wrong-role`, `in-the-future`
 */
export function factAct(
  parts: FactParts,
  told: {
    readonly caller: Caller;
    readonly personId: string;
    readonly body: PersonFactBody;
    readonly receivedAt: Instant;
    /** In which it may be told here; as the table of facts says when not given. */
    readonly roles?: readonly Role[];
  },
): Act {
  const { caller, personId, body, receivedAt, roles = rolesOfFact(body.fact) } = told;
  const actor = signer(caller, roles);
  refuseFuture(body.occurredAt, receivedAt);
  return async (intent) => {
    const occurredAt = pastOrNow(body.occurredAt, intent.receivedAt);
    const { status, body: recorded } = await record(parts, {
      ...saidIn(body),
      ...{
        forceId: caller.forceId,
        personId,
        requestId: intent.requestId,
        reason: body.reason ?? null,
        actor,
      },
      occurredAt,
    });
    const hints = await toldInWhole(
      body.fact === 'consent-withdrawn' && body.purpose === 'treatment'
        ? endingHints(parts.db, caller, personId, occurredAt)
        : hintsFor(parts.db, caller, personId, recorded),
    );
    return { status, body: { ...recorded, ...(hints.length === 0 ? {} : { hints }) } };
  };
}

type FactHint = NonNullable<z.output<typeof factAnswer>['hints']>[number];

/**
 * Whoever tells custody or release that was the latest known already may have pressed twice, or meant the other one. It is
 * recorded all the same. Who may not read the matter is told nothing of what others said.
 */
async function hintsFor(
  db: Database,
  caller: Caller,
  personId: string,
  { factId, fact: told }: { readonly factId: string; readonly fact: string },
): Promise<FactHint[]> {
  if (told !== 'custody' && told !== 'release') return [];
  if (!caller.roles.some((role) => readersOfMatter('custody').includes(role))) return [];
  const facts = await factsOf(db, caller.forceId, personId);
  const own = facts.find((fact) => fact.factId === factId);
  if (own === undefined) return [];
  const before = facts.filter(
    (fact) => fact !== own && fact.recordedAt <= own.recordedAt && fact.occurredAt <= own.occurredAt,
  );
  return standingFacts(before.map(toldFact)).custody?.fact === told ? ['already-known'] : [];
}

/** Whoever takes back consent to treatment ends referrals by it: said where the caller reads one that it ends, or just has. */
async function endingHints(db: Database, caller: Caller, personId: string, at: Instant): Promise<FactHint[]> {
  for (const { kind, providerId } of casesReadableBy(caller)) {
    if (kind !== 'diversion') continue;
    const scope = { forceId: caller.forceId, providerId };
    const { rows } = await listPathways(db, scope, { filter: { personId, kind, notVoid: true }, limit: 50 });
    const ends = rows.some(
      ({ stage, receivedAt, closedAt, closureReason }) =>
        receivedAt <= at &&
        ((stage !== 'closed' && stage !== 'finished') ||
          (closureReason === 'consent-withdrawn' && closedAt !== null && closedAt >= at)),
    );
    if (ends) return ['closes-referrals'];
  }
  return [];
}

function saidIn(body: PersonFactBody): FactSaid {
  switch (body.fact) {
    case 'death-corrected':
      return { kind: body.fact, correctsFactId: body.correctsFactId };
    case 'consent-given':
    case 'consent-withdrawn':
      return { kind: body.fact, purpose: body.purpose };
    case 'contact-preferences':
      return { kind: body.fact, preferences: body.preferences };
    default:
      return { kind: body.fact };
  }
}

/** The fact first, in PostgreSQL; then an attempt to start carrying it, which may fail. */
async function record({ db, client, bestEffort }: FactParts, fact: NewFact) {
  const recorded = await recordFact(db, fact).catch((error: unknown) => {
    throw error instanceof NotCorrectableError ? notCorrectable(error, fact) : error;
  });
  if (recorded === null) throw new Problem('not-found');
  const { factId, kind, recordedAt, forceId, carriedAt } = recorded.fact;
  if (carriedAt === null) {
    bestEffort.start('carry a fact', () =>
      client.withDeadline(Date.now() + 5_000, () => startCarryFact(client, { forceId, factId })),
    );
  }
  return { status: 201, body: { factId, fact: kind, recordedAt } };
}

/** @throws Problem `in-the-future` */
function refuseFuture(occurredAt: Instant | undefined, receivedAt: Instant): void {
  if (occurredAt !== undefined && secondsBetween(receivedAt, occurredAt) > clockSkewSeconds) {
    const message = problems['in-the-future'].words;
    throw new Problem('in-the-future', { errors: [{ path: '/occurredAt', code: 'in-the-future', message }] });
  }
}

/**
 * When it happened; without a word of that, when it was first said, not when a repeat got through at last. A clock
 * that is a little ahead must not keep a safety fact out: then it happened when it was said.
 */
function pastOrNow(occurredAt: Instant | undefined, saidAt: Instant): Instant {
  return occurredAt === undefined || isBefore(saidAt, occurredAt) ? saidAt : occurredAt;
}

function notCorrectable({ why }: NotCorrectableError, fact: NewFact): Problem {
  const details = { correctsFactId: fact.kind === 'death-corrected' ? fact.correctsFactId : null };
  return why === 'no-such-death'
    ? new Problem('not-found', { detail: 'No such death of this person is recorded.', details })
    : new Problem('already-done', { detail: 'This death is already corrected.', details });
}

/** A provider knows the people of the cases routed to it. A case that is void should never have been, and tells of nobody. */
async function isOwnPerson(db: Database, caller: Caller, personId: string): Promise<boolean> {
  const scope = { forceId: caller.forceId, providerId: caller.organisationId };
  const { rows } = await listPathways(db, scope, { filter: { personId, notVoid: true }, limit: 1 });
  return rows.length > 0;
}

/** Who reads no case of the person does not learn that they are here. @throws Problem `not-found` */
async function checkReadablePerson(db: Database, caller: Caller, personId: string): Promise<void> {
  for (const { kind, providerId } of casesReadableBy(caller)) {
    const scope = { forceId: caller.forceId, providerId };
    const { rows } = await listPathways(db, scope, { filter: { personId, kind, notVoid: true }, limit: 1 });
    if (rows.length > 0) return;
  }
  throw new Problem('not-found');
}
