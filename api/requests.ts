import { z } from 'zod';
import type { Database } from '../store/database.ts';
import { pathwayById } from '../store/pathways.ts';
import { answerRequest, requestByKey } from '../store/requests.ts';
import type { RequestRow } from '../store/requests.ts';
import { wholeForce } from '../store/scope.ts';
import type { Caller } from './caller.ts';
import { answerFor, answerFromLedger } from './commands.ts';
import { keep, keptBody } from './middleware/idempotency.ts';
import { Problem } from './problems.ts';
import { reading } from './route.ts';
import type { Route } from './route.ts';
import { requestAnswer } from './schemas/answers.ts';

/** What became of a request: its first answer, or what the ledger knows where there was none. */
export function requestRoutes({ db }: { readonly db: Database }): Route[] {
  return [
    reading({
      method: 'get',
      path: '/api/v1/requests/{key}',
      summary: 'What became of a request, by the Idempotency-Key that the caller gave it',
      tag: 'requests',
      params: z.strictObject({ key: z.string().max(128) }),
      answers: { 200: { description: 'The first answer, or that there is none yet', body: requestAnswer } },
      problems: ['not-found'],
      handle: async ({ caller, params }) => {
        const key = { forceId: caller.forceId, caller: caller.userId, key: params.key };
        const row = await requestByKey(db, key);
        if (row === null) throw new Problem('not-found');
        return { status: 200, body: viewOf(await settled(db, caller, row)) };
      },
    }),
  ];
}

function wasTaken({ state, status }: RequestRow): boolean {
  return state === 'answered' && status !== null && status < 400;
}

/**
 * A command that the ledger holds was taken, whether it has no answer or the refusal of a process that had been
 * overtaken: its answer is kept from now on.
 */
export async function settled(db: Database, caller: Caller, row: RequestRow): Promise<RequestRow> {
  if (wasTaken(row)) return row;
  const pathwayId = /^POST \/api\/v1\/pathways\/([^/]+)\/commands\//.exec(row.route)?.[1];
  const pathway = pathwayId === undefined ? null : await pathwayById(db, wholeForce(row.forceId), pathwayId);
  if (pathway === null) return row;
  const answer = await answerFromLedger(db, pathway, row.commandId);
  if (answer === undefined) return row;
  const shown = await answerFor(db, caller, pathway, answer);
  await answerRequest(db, row, { status: 200, body: keep({ status: 200, body: shown }) });
  return (await requestByKey(db, row)) ?? row;
}

function viewOf({
  key,
  state,
  status,
  body,
  createdAt,
  answeredAt,
  expiresAt,
}: RequestRow): z.output<typeof requestAnswer> {
  const answered = state === 'answered';
  return {
    ...{ key, state: answered ? 'answered' : 'open', createdAt, answeredAt, expiresAt },
    status,
    answer: answered ? (keptBody(body) as z.output<typeof requestAnswer>['answer']) : null,
    words: answered
      ? 'This was the first answer; a repeat with this key gets it again.'
      : 'No answer is known. Repeat the request with the same key: it is never done twice.',
  };
}
