import type { z } from 'zod';
import { casesToHandOver } from '../store/handovers.ts';
import type { CaseToHandOver } from '../store/handovers.ts';
import { openOffers } from '../store/offers.ts';
import { organisationsAt } from '../store/organisations.ts';
import { pathwayById } from '../store/pathways.ts';
import { wholeForce } from '../store/scope.ts';
import type { Actor } from '../workflows/domain/common/actor.ts';
import type { Command } from '../workflows/domain/common/command.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import { providerOf, rolesOfRoute } from './access-policy.ts';
import type { Caller } from './caller.ts';
import { carryOut } from './commands.ts';
import type { CommandParts } from './commands.ts';
import { jsonBody } from './json-body.ts';
import { Problem } from './problems.ts';
import { decider, wrongRole } from './refusals.ts';
import { acting } from './route.ts';
import type { Act, Intent, Route } from './route.ts';
import { handoverAnswer, newHandover, takenOver } from './schemas/handovers.ts';
import { checkWorker } from './workers.ts';

type HandoverAnswer = z.output<typeof handoverAnswer>;
type How = HandoverAnswer['done'][number]['how'];

const path = '/api/v1/handovers';
const acceptancesPath = '/api/v1/handovers/acceptances';

/** A page that is begun after this waits for the next request: the key of this one is held for 15 seconds. */
const enoughMs = 7_000;
const page = 200;

/**
 * All open cases of a provider or of a caseworker in one act: each by the command that hands over one, so that its clocks
 * and its history go on, and whoever is to take people who are in treatment takes them, in one act too.
 */
export function handoverRoutes(parts: CommandParts): Route[] {
  const answers = {
    200: { description: 'What was reached; go on while `next` is not null', body: handoverAnswer },
  };
  return [
    acting({
      method: 'post',
      path,
      summary: 'Hands over all open cases of a provider, or of a caseworker, to another one',
      tag: 'commands',
      body: jsonBody(newHandover),
      answers,
      problems: ['not-found', 'condition-not-met', 'outcome-unknown'],
      prepare: async ({ caller, body, receivedAt }): Promise<Act> => {
        const actor = decider(caller, rolesOfRoute(`POST ${path}`));
        const { forceId } = actor;
        const providerId = 'fromProviderId' in body ? body.fromProviderId : body.providerId;
        await checkProvider(parts, caller, { providerId, at: receivedAt, field: providerFieldOf(body) });
        if ('toProviderId' in body) {
          if (actor.role !== 'Manager') throw wrongRole(['Manager']);
          const { toProviderId } = body;
          await checkProvider(parts, caller, {
            providerId: toProviderId,
            at: receivedAt,
            field: '/toProviderId',
          });
          if (toProviderId === providerId) {
            throw new Problem('condition-not-met', { detail: 'The cases are with this provider already.' });
          }
        }
        if ('toWorkerId' in body) {
          const { toWorkerId: workerId, newWorker = false } = body;
          await checkWorker(parts.db, caller, { providerId, workerId, newWorker, field: '/toWorkerId' });
        }
        const from = 'fromWorkerId' in body ? { workerId: body.fromWorkerId } : {};
        return (intent) =>
          eachOf(parts, { forceId, providerId, ...from }, body.after, intent, (one) =>
            'fromWorkerId' in body
              ? command(intent, actor, 'assigned', 'assign-caseworker', { workerId: body.toWorkerId })
              : command(
                  intent,
                  actor,
                  one.taken ? 'offered' : 'routed',
                  one.taken ? 'transfer-pathway' : 'reroute',
                  {
                    ...{ providerId: body.toProviderId, reason: body.reason },
                    ...(body.programme === undefined ? {} : { programme: body.programme }),
                  },
                ),
          );
      },
    }),
    acting({
      method: 'post',
      path: acceptancesPath,
      summary: 'Takes all the people whom another provider has offered',
      tag: 'commands',
      body: jsonBody(takenOver),
      answers,
      problems: ['outcome-unknown'],
      prepare: ({ caller, body }): Promise<Act> => {
        const actor = decider(caller, rolesOfRoute(`POST ${acceptancesPath}`));
        const { forceId, organisationId } = actor;
        const from = { forceId, providerId: body.fromProviderId, offeredTo: organisationId };
        return Promise.resolve(async (intent) => {
          const transfers = await transfersTo(parts, forceId, organisationId);
          return eachOf(parts, from, body.after, intent, ({ pathwayId }) => {
            const transferId = transfers.get(pathwayId);
            return transferId === undefined
              ? undefined
              : command(intent, actor, 'accepted', 'accept-transfer', { transferId });
          });
        });
      },
    }),
  ];
}

interface Step {
  readonly how: How;
  readonly command: Command;
}

function command(intent: Intent, actor: Actor, how: How, name: string, data: unknown): Step {
  const { requestId: commandId, receivedAt } = intent;
  return { how, command: { commandId, name, data, occurredAt: receivedAt, receivedAt, actor } };
}

/**
 * One after the other, until all are reached or the time is over. Who has gone over is not asked again, so that a repeat,
 * with the same key or another, goes on with the rest.
 *
 * @throws Problem `outcome-unknown` where the first one already had no answer
 */
async function eachOf(
  parts: CommandParts,
  from: Parameters<typeof casesToHandOver>[1],
  after: string | undefined,
  { repeated }: Intent,
  stepOf: (one: CaseToHandOver) => Step | undefined,
) {
  const found = await casesToHandOver(parts.db, from, {
    limit: page,
    ...(after === undefined ? {} : { after }),
  });
  const done: HandoverAnswer['done'] = [];
  const refused: HandoverAnswer['refused'] = [];
  const until = Date.now() + enoughMs;
  let reached = after ?? null;
  let all = found.page.length < page;
  for (const one of found.page) {
    if (Date.now() >= until) {
      all = false;
      break;
    }
    const { pathwayId } = one;
    const step = stepOf(one);
    const row = await pathwayById(parts.db, wholeForce(from.forceId), pathwayId);
    if (row !== null && step !== undefined) {
      try {
        await carryOut(parts, row, step.command, { body: null, repeated });
        done.push({ pathwayId, how: step.how });
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        if (error.status >= 500) {
          // Nobody knows of this one yet, and the next would fare no better: the same key asks again from here.
          if (done.length + refused.length === 0) throw error;
          all = false;
          break;
        }
        refused.push({ pathwayId, code: error.code, detail: error.document().detail });
      }
    }
    reached = pathwayId;
  }
  const { total: remaining } = await casesToHandOver(parts.db, from, { limit: 0 });
  return {
    status: 200,
    body: { done, refused, remaining, next: all ? null : reached } satisfies HandoverAnswer,
  };
}

/** The offers to this provider that are not answered, by pathway. */
async function transfersTo(
  { db }: CommandParts,
  forceId: string,
  providerId: string,
): Promise<ReadonlyMap<string, string>> {
  const offers = new Map<string, string>();
  let after: string | null = null;
  do {
    const { rows, next }: Awaited<ReturnType<typeof openOffers>> = await openOffers(
      db,
      { forceId, providerId },
      { limit: page, ...(after === null ? {} : { after }) },
    );
    for (const { pathwayId, transferId } of rows) offers.set(pathwayId, transferId);
    after = next;
  } while (after !== null);
  return offers;
}

function providerFieldOf(body: z.output<typeof newHandover>): string {
  return 'fromProviderId' in body ? '/fromProviderId' : '/providerId';
}

/** A provider hands over its own cases, and does not learn here which others there are. @throws Problem `not-found` */
async function checkProvider(
  { db }: CommandParts,
  caller: Caller,
  asked: { readonly providerId: string; readonly at: Instant; readonly field: string },
): Promise<void> {
  const { providerId, at, field } = asked;
  const own = providerOf(caller, `POST ${path}`);
  const known = await organisationsAt(db, caller.forceId, at, 'provider');
  // Whose contract has ended still has cases: only who gets them must be there.
  const there = field !== '/toProviderId' || known.some((one) => one.organisationId === providerId);
  if (there && (own === null || providerId === own)) return;
  const message = 'There is no such provider.';
  throw new Problem('not-found', { detail: message, errors: [{ path: field, code: 'unknown-id', message }] });
}
