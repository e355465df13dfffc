import { z } from 'zod';
import {
  notReferralReasons,
  outcomeColumns,
  rowRefusals,
} from '../../workflows/domain/diversion/possession-outcome.ts';
import type { RowRefusal } from '../../workflows/domain/diversion/possession-outcome.ts';

/** What an import answers with: nothing of what stands in a row, only where it stands and what became of it. */

const line = z.int().meta({ description: 'The line of the file where the row begins; the header is line 1' });
const column = z.enum(outcomeColumns);
const uuid = z.string().meta({ format: 'uuid' });

const reasonsOfRefusal = [
  ...(Object.keys(rowRefusals) as [RowRefusal, ...RowRefusal[]]),
  ...(['ragged', 'identity-conflict', 'no-policy', 'not-allowed', 'not-recorded'] as const),
] as const;

export type RefusedBecause = (typeof reasonsOfRefusal)[number];

const taken = z.strictObject({
  line,
  answer: z.literal('taken'),
  reference: z.string(),
  pathwayId: uuid,
  unread: z
    .array(column)
    .exactOptional()
    .meta({ description: 'Cells that cannot be read, taken as not known' }),
  differs: z.array(column).exactOptional().meta({
    description: 'Where the row says something else than is recorded about this person; nothing was changed',
  }),
  possibleMatches: z
    .int()
    .exactOptional()
    .meta({ description: 'Other people with this name and birth date; never merged by itself' }),
});

const alreadyThere = z.strictObject({
  line,
  answer: z.literal('already-there'),
  /** Only of a referral; of an outcome that was counted nothing is kept. */
  reference: z.string().exactOptional(),
  pathwayId: uuid.exactOptional(),
  differs: z
    .array(column)
    .exactOptional()
    .meta({ description: 'Where the row says something else than was taken first; nothing was changed' }),
  note: z
    .enum(['counted-but-now-a-referral', 'referred-but-now-none'])
    .exactOptional()
    .meta({ description: 'The row now means something else than when it was taken: a person has to decide' }),
});

const notAReferral = z.strictObject({
  line,
  answer: z.literal('not-a-referral'),
  reason: z.enum(notReferralReasons).meta({
    description:
      'Counted by month and codes, and nothing of the person kept. `under-18`: signpost to the young people’s service',
  }),
});

const refused = z.strictObject({
  line,
  answer: z.literal('refused'),
  column: column.nullable().meta({ description: 'Null: the row as a whole' }),
  reason: z.enum(reasonsOfRefusal),
  message: z.string(),
});

export const rowAnswer = z.discriminatedUnion('answer', [taken, alreadyThere, notAReferral, refused]);

export type RowAnswer = z.output<typeof rowAnswer>;

const count = z.int().min(0);

export const importTotals = z
  .strictObject({
    rows: count,
    taken: count,
    alreadyThere: count,
    notAReferral: count,
    refused: count,
    /** Totals that were kept before this was counted do not have it. */
    alreadyThereAs: z
      .strictObject({ referral: count, counted: count })
      .exactOptional()
      .meta({ description: 'What the rows that were there already had become: a case, or counted only' }),
    notAReferralBecause: z.record(z.enum(notReferralReasons), count),
  })
  .meta({ description: '`taken`, `alreadyThere`, `notAReferral` and `refused` add up to `rows`' });

export type ImportTotals = z.output<typeof importTotals>;

export const importAnswer = z
  .strictObject({
    importId: uuid,
    changed: z
      .boolean()
      .meta({ description: 'False: everything in the file was there already, nothing was recorded' }),
    sentBefore: z.boolean().meta({ description: 'This very file was imported before' }),
    totals: importTotals,
    unknownColumns: z.array(z.string()).meta({ description: 'Columns that were ignored' }),
    rows: z.array(rowAnswer).meta({ description: 'One answer for each row, in the order of the file' }),
  })
  .meta({ id: 'ImportAnswer' });

export type ImportAnswer = z.output<typeof importAnswer>;

export const importView = z
  .strictObject({
    importId: uuid,
    format: z.string(),
    state: z.enum(['running', 'done', 'refused']),
    totals: importTotals
      .nullable()
      .meta({ description: 'Of the last sending that changed anything; null until the first has ended' }),
    startedAt: z.string().meta({ format: 'date-time' }),
    finishedAt: z.string().meta({ format: 'date-time' }).nullable(),
  })
  .meta({ id: 'Import' });
