import { z } from 'zod';
import { caseColumns, caseRefusals } from '../../workflows/domain/diversion/open-case.ts';
import type { CaseRefusal } from '../../workflows/domain/diversion/open-case.ts';
import { acrColumns, acrRefusals } from '../../workflows/domain/diversion/listed-acr.ts';
import type { AcrRefusal } from '../../workflows/domain/diversion/listed-acr.ts';
import {
  notReferralReasons,
  outcomeColumns,
  rowRefusals,
} from '../../workflows/domain/diversion/possession-outcome.ts';
import type { RowRefusal } from '../../workflows/domain/diversion/possession-outcome.ts';

/** What an import answers with: nothing of what stands in a row, only where it stands and what became of it. */

const line = z.int().meta({ description: 'The line of the file where the row begins; the header is line 1' });
const uuid = z.string().meta({ format: 'uuid' });

/** Why a row is not taken, whatever the file is. */
export const refusedAnyway = [
  'ragged',
  'identity-conflict',
  'no-policy',
  'not-allowed',
  'not-recorded',
] as const;

const questions = ['counted-but-now-a-referral', 'referred-but-now-none'] as const;

/** The answers for rows of one format: by its columns, its reasons and what it may ask of a person. */
function rowAnswerOf<C extends string, R extends string, N extends string, S extends z.ZodRawShape>(format: {
  readonly columns: readonly C[];
  readonly refusals: readonly R[];
  readonly notes: readonly N[];
  /** What a row that is taken opens. */
  readonly opened: S;
}) {
  const column = z.enum(format.columns);
  const columns = z.array(column).exactOptional();
  const taken = z.strictObject({
    line,
    answer: z.literal('taken'),
    ...format.opened,
    unread: columns.meta({ description: 'Cells that cannot be read, taken as not known' }),
    differs: columns.meta({
      description:
        'Where the row says something else than is recorded about this person; nothing was changed',
    }),
    possibleMatches: z
      .int()
      .exactOptional()
      .meta({ description: 'Other people with this name and birth date; never merged by itself' }),
  });
  const alreadyThere = z.strictObject({
    line,
    answer: z.literal('already-there'),
    /** Only of a referral that the sender may see; of what was counted nothing is kept. */
    reference: z.string().exactOptional(),
    pathwayId: uuid.exactOptional(),
    differs: columns.meta({
      description: 'Where the row says something else than was taken first; nothing was changed',
    }),
    note: z.enum(format.notes).exactOptional().meta({
      description: 'The row now means something else than what is recorded: a person has to decide',
    }),
  });
  const notAReferral = z.strictObject({
    line,
    answer: z.literal('not-a-referral'),
    reason: z.enum(notReferralReasons).meta({
      description:
        'Counted, and nothing of the person kept. `under-18`: signpost to the young people’s service',
    }),
  });
  const refused = z.strictObject({
    line,
    answer: z.literal('refused'),
    column: column.nullable().meta({ description: 'Null: the row as a whole' }),
    reason: z.enum(format.refusals),
    message: z.string(),
  });
  return z.discriminatedUnion('answer', [taken, alreadyThere, notAReferral, refused]);
}

const referral = { reference: z.string(), pathwayId: uuid };

export const rowAnswer = rowAnswerOf({
  columns: outcomeColumns,
  refusals: [...(Object.keys(rowRefusals) as RowRefusal[]), ...refusedAnyway],
  notes: questions,
  opened: referral,
});

export type RowAnswer = z.output<typeof rowAnswer>;
export type RefusedBecause = RowRefusal | (typeof refusedAnyway)[number];

/** What a row of a caseload may ask of a person beside. */
export const caseNotes = [...questions, 'referred-already', 'held-elsewhere'] as const;

export const caseRowAnswer = rowAnswerOf({
  columns: caseColumns,
  refusals: [...(Object.keys(caseRefusals) as CaseRefusal[]), ...refusedAnyway],
  notes: caseNotes,
  opened: referral,
});

export type CaseRowAnswer = z.output<typeof caseRowAnswer>;

export const acrRowAnswer = rowAnswerOf({
  columns: acrColumns,
  refusals: [...(Object.keys(acrRefusals) as AcrRefusal[]), ...refusedAnyway],
  notes: questions,
  opened: {},
});

export type AcrRowAnswer = z.output<typeof acrRowAnswer>;

export type AnyRowAnswer = RowAnswer | CaseRowAnswer | AcrRowAnswer;

const count = z.int().min(0);

export const importTotals = z
  .strictObject({
    rows: count,
    taken: count,
    alreadyThere: count,
    notAReferral: count,
    refused: count,
    /** Totals that were kept before this was counted do not have it, nor do those of a list that starts no cases. */
    alreadyThereAs: z
      .strictObject({ referral: count, counted: count })
      .exactOptional()
      .meta({ description: 'What the rows that were there already had become: a case, or counted only' }),
    notAReferralBecause: z.record(z.enum(notReferralReasons), count),
  })
  .meta({ description: '`taken`, `alreadyThere`, `notAReferral` and `refused` add up to `rows`' });

export type ImportTotals = z.output<typeof importTotals>;

/** @param rows the answers for rows of one format */
function importAnswerOf<A extends z.ZodType>(id: string, rows: A) {
  return z
    .strictObject({
      importId: uuid,
      changed: z
        .boolean()
        .meta({ description: 'False: everything in the file was there already, nothing was recorded' }),
      sentBefore: z.boolean().meta({ description: 'This very file was imported before' }),
      totals: importTotals,
      unknownColumns: z.array(z.string()).meta({ description: 'Columns that were ignored' }),
      rows: z.array(rows).meta({ description: 'One answer for each row, in the order of the file' }),
    })
    .meta({ id });
}

export const importAnswer = importAnswerOf('ImportAnswer', rowAnswer);
export const openCasesAnswer = importAnswerOf('OpenCasesAnswer', caseRowAnswer);
export const acrListAnswer = importAnswerOf('AcrListAnswer', acrRowAnswer);

export type ImportAnswer = z.output<typeof importAnswer>;
export type OpenCasesAnswer = z.output<typeof openCasesAnswer>;
export type AcrListAnswer = z.output<typeof acrListAnswer>;

export const importView = z
  .strictObject({
    importId: uuid,
    format: z.string(),
    state: z.enum(['running', 'interrupted', 'done', 'refused']).meta({
      description:
        '`running`: somebody is at it. `interrupted`: it failed half way; the same file sent again goes on where it stopped',
    }),
    providerId: z
      .string()
      .nullable()
      .meta({ description: 'Whose cases the file holds; null: the force’s own file' }),
    rowsDone: z
      .int()
      .min(0)
      .nullable()
      .meta({ description: 'Of the last sending; null where none was counted' }),
    rowsRead: z.int().min(0).nullable().meta({ description: 'Rows of the file' }),
    totals: importTotals
      .nullable()
      .meta({ description: 'Of the last sending that changed anything; null until the first has ended' }),
    startedAt: z.string().meta({ format: 'date-time' }),
    finishedAt: z.string().meta({ format: 'date-time' }).nullable(),
  })
  .meta({ id: 'Import' });

export const namedWorkersAnswer = z
  .strictObject({
    workers: z.array(
      z.strictObject({
        workerId: uuid.meta({ description: 'As cases name it that a caseload file gave to this worker' }),
        name: z.string(),
      }),
    ),
  })
  .meta({ id: 'NamedWorkers' });
