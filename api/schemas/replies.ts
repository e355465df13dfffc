import { z } from 'zod';
import { replyFindings, replyMeanings } from '../../workflows/domain/common/reply.ts';

import { listQuery, uuid } from './lists.ts';

const instant = z
  .string()
  .meta({ format: 'date-time', description: 'An instant in UTC, to the millisecond' });

/** Texts that came in and wait for a person. */

export const replyParams = z.strictObject({ replyId: uuid });

export const repliesQuery = z.strictObject({
  limit: listQuery.shape.limit,
  cursor: listQuery.shape.cursor,
});

export const replyList = z
  .strictObject({
    items: z.array(
      z.strictObject({
        replyId: uuid,
        receivedAt: instant,
        receivedText: z.string().meta({ description: 'In words, UK local time' }),
        meaning: z.enum(replyMeanings),
        callToday: z.boolean().meta({
          description:
            'Read it now, and ring the same day: it may speak of harm, or stopped the texts and said more, as CANCEL does. Those are listed first',
        }),
        because: z.enum(['unmatched', 'ended', 'former-person', 'on-case']).meta({
          description:
            '`unmatched`: no case has it; `ended`: the pathway ended before anybody saw to it; `former-person`: the pathway is another person’s since; `on-case`: it is open on the case',
        }),
        unclear: z.boolean().meta({
          description:
            'It may be about another case, which lists it too: texts about appointments of several went to the number on one day',
        }),
        words: z.string().nullable().meta({ description: 'null: the person’s details were erased' }),
        from: z.string().nullable().meta({ description: 'Only where no case has it: the number' }),
        kind: z.enum(['diversion', 'compulsory']).nullable(),
        pathwayId: uuid.nullable(),
        reference: z.string().nullable(),
        appointmentId: z.string().nullable(),
      }),
    ),
    next: z.string().nullable().meta({ description: 'Cursor of the next page; null at the end' }),
  })
  .meta({ id: 'Replies' });

export const settlementBody = z.strictObject({
  finding: z.enum(replyFindings).meta({
    description:
      '`number-is-right`: only of who wrote that they are somebody else, also where it was `dealt-with` before: texts may go there again',
  }),
});

export const settlementAnswer = z
  .strictObject({ replyId: uuid, finding: z.enum(replyFindings), settledAt: instant })
  .meta({ id: 'ReplySettled' });
