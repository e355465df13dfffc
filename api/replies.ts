import type { Client } from '@temporalio/client';
import type { z } from 'zod';
import { startCarryFact } from '../platform/pathway-runs.ts';
import type { Database } from '../store/database.ts';
import { BadCursorError } from '../store/pathways.ts';
import { findReply, isForPathway, markReplyCarried, openReplies, settleReply } from '../store/replies.ts';
import type { CarriedReply } from '../store/replies.ts';
import { describeLocal } from '../workflows/domain/common/london-time.ts';
import { casesReadableBy, narrowed } from './access-policy.ts';
import type { BestEffort } from './best-effort.ts';
import type { Caller } from './caller.ts';
import type { CursorSeal } from './cursor.ts';
import { jsonBody } from './json-body.ts';
import { readablePathway } from './pathways.ts';
import { Problem } from './problems.ts';
import { signer } from './refusals.ts';
import { acting, reading } from './route.ts';
import type { Route } from './route.ts';
import { repliesQuery, replyList, replyParams, settlementAnswer, settlementBody } from './schemas/replies.ts';

const listPath = '/api/v1/replies';
const settlementPath = '/api/v1/replies/{replyId}/settlement';

/** What people wrote back, for those who see to it: the caseworkers of the case; what no case has, the manager. */
export function replyRoutes({
  db,
  client,
  bestEffort,
  cursors,
}: {
  readonly db: Database;
  readonly client: Client;
  readonly bestEffort: BestEffort;
  readonly cursors: CursorSeal;
}): Route[] {
  return [
    reading({
      method: 'get',
      path: listPath,
      summary:
        'Texts that came in and wait for a person, those to read now (`callToday`) first, then what has waited longest: those that no case has, those of a case that has ended or is another person’s since, those open on a case',
      tag: 'replies',
      query: repliesQuery,
      answers: { 200: { description: 'One page', body: replyList } },
      problems: ['invalid-cursor'],
      handle: async ({ caller, query: { limit, cursor } }) => {
        const reader = narrowed(caller, `GET ${listPath}`);
        const unmatched = reader.roles.includes('Manager');
        const cases = casesReadableBy(reader);
        const place = JSON.stringify(['replies', caller.forceId, unmatched, cases]);
        const { rows, next } = await openReplies(db, caller.forceId, cases, {
          ...{ unmatched, limit },
          ...(cursor === undefined ? {} : { after: cursors.open(cursor, place) }),
        }).catch((error: unknown) => {
          throw error instanceof BadCursorError ? new Problem('invalid-cursor') : error;
        });
        const items = rows.map((row) => {
          const { replyId, receivedAt, meaning, callToday, because, unclear, words, from, kind } = row;
          const { pathwayId, reference, appointmentId } = row;
          return {
            ...{
              replyId,
              receivedAt,
              receivedText: describeLocal(receivedAt),
              meaning,
              callToday,
              because,
              unclear,
              words,
              kind,
            },
            ...{ from: because === 'unmatched' ? from : null, pathwayId, reference, appointmentId },
          };
        });
        return {
          status: 200,
          body: {
            items,
            next: next === null ? null : cursors.seal(next, place),
          } satisfies z.output<typeof replyList>,
        };
      },
    }),
    acting({
      method: 'post',
      path: settlementPath,
      summary:
        'Somebody has seen to a reply; what it asks for on the case is settled, also while the engine is away',
      tag: 'replies',
      params: replyParams,
      body: jsonBody(settlementBody),
      answers: { 201: { description: 'It is settled', body: settlementAnswer } },
      problems: ['not-found', 'already-done', 'condition-not-met'],
      prepare: async ({ caller, params, body }) => {
        const reader = narrowed(caller, `POST ${settlementPath}`);
        const actor = signer(reader, reader.roles);
        const reply = await readableReply(db, reader, params.replyId);
        const { finding } = body;
        if (finding === 'number-is-right' && reply.meaning !== 'wrong-person') {
          throw new Problem('condition-not-met', {
            detail: 'This reply says nothing of whose number it is.',
            details: { meaning: reply.meaning },
          });
        }
        return async () => {
          const { forceId, replyId } = reply;
          const settled =
            (await settleReply(db, { forceId, replyId, finding, actor })) ??
            (await settledBefore(db, reply, finding, actor.userId));
          if (!isForPathway(settled)) await markReplyCarried(db, settled, null);
          else {
            bestEffort.start('carry what was made of a reply', () =>
              client.withDeadline(Date.now() + 5_000, () =>
                startCarryFact(client, { forceId, factId: replyId }, 'settlement'),
              ),
            );
          }
          return { status: 201, body: { replyId, finding, settledAt: settled.settledAt } };
        };
      },
    }),
  ];
}

/** A repeat of one's own settlement is one. @throws Problem `already-done` */
async function settledBefore(
  db: Database,
  { forceId, replyId }: CarriedReply,
  finding: string,
  userId: string,
): Promise<CarriedReply> {
  const found = await findReply(db, forceId, replyId);
  if (found === null || found.finding !== finding || found.settledBy !== userId) {
    throw new Problem('already-done', { detail: 'Somebody has seen to this reply already.' });
  }
  return found;
}

/** @throws Problem `not-found` */
async function readableReply(db: Database, caller: Caller, replyId: string): Promise<CarriedReply> {
  const reply = await findReply(db, caller.forceId, replyId);
  if (reply === null) throw new Problem('not-found');
  if (reply.pathwayId !== null) await readablePathway(db, caller, reply.pathwayId);
  else if (!caller.roles.includes('Manager')) throw new Problem('not-found');
  return reply;
}
