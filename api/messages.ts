import type { z } from 'zod';
import { reasonInWords } from '../messages/outcome-words.ts';
import { withoutKey } from '../messages/render.ts';
import type { Database } from '../store/database.ts';
import { messagePage } from '../store/message-list.ts';
import type { ListedMessage } from '../store/message-list.ts';
import { BadCursorError } from '../store/pathways.ts';
import { describeLocal } from '../workflows/domain/common/london-time.ts';
import { isTextPurpose, purposeRow } from '../workflows/domain/common/message-purpose.ts';
import { narrowed } from './access-policy.ts';
import type { CursorSeal } from './cursor.ts';
import { readablePathway } from './pathways.ts';
import { Problem } from './problems.ts';
import { reading } from './route.ts';
import type { Route } from './route.ts';
import { pathwayParams } from './schemas/lists.ts';
import { messageList, messagesQuery } from './schemas/messages.ts';

const path = '/api/v1/pathways/{pathwayId}/messages';

type Line = z.output<typeof messageList>['items'][number];

/** What was sent about a case, or was not and why: no number, no address, and never a link, which opens the person's page, or a code. */
export function messageRoutes({
  db,
  cursors,
}: {
  readonly db: Database;
  readonly cursors: CursorSeal;
}): Route[] {
  return [
    reading({
      method: 'get',
      path,
      summary: 'Every message of one case: what became of it, why it did not leave, and what answered it',
      tag: 'messages',
      params: pathwayParams,
      query: messagesQuery,
      answers: { 200: { description: 'One page', body: messageList } },
      problems: ['not-found', 'invalid-cursor'],
      handle: async ({ caller, params, query: { limit, cursor } }) => {
        const { forceId, pathwayId } = await readablePathway(
          db,
          narrowed(caller, `GET ${path}`),
          params.pathwayId,
        );
        const place = JSON.stringify(['messages', forceId, pathwayId]);
        const { rows, next } = await messagePage(
          db,
          { forceId, pathwayId },
          { limit, ...(cursor === undefined ? {} : { after: cursors.open(cursor, place) }) },
        ).catch((error: unknown) => {
          throw error instanceof BadCursorError ? new Problem('invalid-cursor') : error;
        });
        return {
          status: 200,
          body: {
            pathwayId,
            items: rows.map(lineOf),
            next: next === null ? null : cursors.seal(next, place),
          } satisfies z.output<typeof messageList>,
        };
      },
    }),
  ];
}

function lineOf(message: ListedMessage): Line {
  const { intentId, purpose, channel, appointmentId, status, reason, language, replies } = message;
  const { plannedAt, notBefore, sentAt, settledAt } = message;
  return {
    ...{ intentId, purpose, channel, audience: purposeRow(purpose)?.audience ?? null, appointmentId },
    ...{ status, reason, reasonText: reasonInWords(reason), text: textOf(message) },
    // An e-mail to somebody at work is in both.
    language: channel === 'email' && !isTextPurpose(purpose) ? null : language,
    ...{ plannedAt, notBefore, sentAt, deliveredAt: status === 'delivered' ? settledAt : null },
    replies: replies.map((reply) => ({ ...reply, receivedText: describeLocal(reply.receivedAt) })),
  };
}

/** As it left; where it has what lets whoever has it in, made anew without. */
function textOf({ purpose, language, body }: ListedMessage): string | null {
  if (body === null || language === null || !isTextPurpose(purpose)) return null;
  return withoutKey(purpose, language) ?? body;
}
