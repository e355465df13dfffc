import type { Client } from '@temporalio/client';
import type { z } from 'zod';
import type { Metrics } from '../platform/metrics.ts';
import type { Database } from '../store/database.ts';
import { IdentityConflictError } from '../store/intake.ts';
import type { OpenedPathway } from '../store/intake.ts';
import { pathwayById } from '../store/pathways.ts';
import type { PersonDetails } from '../store/person-columns.ts';
import { wholeForce } from '../store/scope.ts';
import { describeLocal } from '../workflows/domain/common/london-time.ts';
import { diversionTable } from '../workflows/domain/diversion/table.ts';
import type { BestEffort } from './best-effort.ts';
import { actorFor } from './caller.ts';
import { differingFields } from './differing-fields.ts';
import type { RecordedField } from './differing-fields.ts';
import { jsonBody } from './json-body.ts';
import { Problem, problems } from './problems.ts';
import { takeReferral } from './referral-intake.ts';
import type { ReferralTaken } from './referral-intake.ts';
import { problemOf } from './refusals.ts';
import { acting } from './route.ts';
import type { Act, Answer, Route } from './route.ts';
import { referralAnswer, referralFields } from './schemas/answers.ts';
import { referralBody } from './schemas/intake.ts';
import type { DrugTestBody, ReferralBody } from './schemas/intake.ts';
import { startPathwayRun } from './start-run.ts';

export interface IntakeParts {
  readonly db: Database;
  readonly client: Client;
  readonly bestEffort: BestEffort;
  readonly metrics: Metrics;
  readonly build: string;
}

/** What a person under 18 is told to be sent to; nothing about them is kept. */
export const youthSignpost = {
  signpost: 'The young people’s drug and alcohol service takes referrals of people under 18 directly.',
} as const;

/** The officer's form. It needs PostgreSQL only; the run is started at once or by the sweep. */
export function referralRoutes(parts: IntakeParts): Route[] {
  return [
    acting({
      method: 'post',
      path: '/api/v1/referrals',
      summary: 'Refers a person with an Adult Community Resolution: twelve questions',
      tag: 'intake',
      body: jsonBody(referralBody),
      answers: {
        200: { description: 'This outcome was referred before: here is its case', body: referralAnswer },
        201: { description: 'Received; the clocks run', body: referralAnswer },
      },
      problems: [
        'under-18',
        'in-the-future',
        'condition-not-met',
        'conflict',
        'identity-conflict',
        'no-policy',
        'invalid-phone',
      ],
      prepare: ({ caller, body }): Promise<Act> => {
        const actor = actorFor(caller, diversionTable.commands['receive-referral'].roles);
        if (actor === undefined) throw new Problem('wrong-role');
        return Promise.resolve(async ({ requestId, receivedAt }) => {
          const taken = await takeReferral(parts, {
            ...{ actor, commandId: requestId, receivedAt },
            referral: {
              via: 'acr',
              person: personOf(body),
              outcome: { occurrenceNumber: body.occurrenceNumber, nominalNumber: body.nominalNumber },
              outcomeAt: body.outcomeAt,
              offenceCode: body.offenceCode,
              offenceDate: body.offenceDate,
            },
          }).catch(asProblemOf('outcomeAt'));
          return answerOf(parts, caller.forceId, body, taken);
        });
      },
    }),
  ];
}

async function answerOf(
  parts: IntakeParts,
  forceId: string,
  said: ReferralBody,
  { opened, refusal }: ReferralTaken,
): Promise<Answer> {
  const { db, client, bestEffort, metrics } = parts;
  if (refusal !== undefined) {
    metrics.intake.inc({ source: 'acr', outcome: refusal.code });
    throw problemOf(refusal.code === 'under-18' ? { ...refusal, details: youthSignpost } : refusal, {
      body: said,
      called: { receivedAt: 'outcomeAt' },
    });
  }
  const { pathwayId } = opened;
  // The same request again was not answered the first time: for the sender this is its first answer.
  const replay = !opened.created && opened.because === 'outcome';
  metrics.intake.inc({ source: 'acr', outcome: replay ? 'replay' : 'taken' });
  if (!replay) {
    bestEffort.start('start a run', () =>
      startPathwayRun(db, client, { forceId, pathwayId, kind: 'diversion' }),
    );
  }
  const row = await pathwayById(db, wholeForce(forceId), pathwayId);
  if (row === null) throw new Error('The pathway just opened is not there');
  const body: z.output<typeof referralAnswer> = {
    ...{ reference: opened.reference, pathwayId, personId: opened.personId },
    ...{ receivedAt: row.receivedAt, receivedText: describeLocal(row.receivedAt), replay },
    differs: await differsOf(db, forceId, opened, said, referralFields),
    possibleMatches: opened.possibleMatches ?? 0,
    demo: row.demo,
  };
  return { status: replay ? 200 : 201, body, headers: { Location: `/api/v1/pathways/${pathwayId}` } };
}

/**
 * `day`: the field of the form for whose day a policy is looked up.
 *
 * @throws Problem `identity-conflict` for its error, `no-policy` with the field, every other error as it is
 */
export function asProblemOf(day: 'outcomeAt' | 'testedAt'): (error: unknown) => never {
  return (error) => {
    if (error instanceof IdentityConflictError) throw new Problem('identity-conflict');
    if (!(error instanceof Problem && error.code === 'no-policy')) throw error;
    const message = problems['no-policy'].words;
    throw new Problem('no-policy', { errors: [{ path: `/${day}`, code: 'no-policy', message }] });
  };
}

const askedAs: Readonly<Partial<Record<RecordedField, 'residence'>>> = {
  address: 'residence',
  postcode: 'residence',
};

/** The fields of a form, by the names that it has for them, in which it says something else than is recorded. */
export async function differsOf<F extends string>(
  db: Database,
  forceId: string,
  opened: OpenedPathway,
  body: ReferralBody | DrugTestBody,
  fields: readonly F[],
): Promise<F[]> {
  const { residence, ...asked } = body;
  // Nothing is said of an address beside a postcode.
  const lives = residence === undefined || 'postcode' in residence ? {} : { address: '', postcode: '' };
  const said = { ...asked, ...personOf(body), ...lives };
  const differing = await differingFields(db, forceId, opened, said);
  const names = new Set<string>([...differing].map((field) => askedAs[field] ?? field));
  return fields.filter((field) => names.has(field));
}

/** The person of a form, spelled as the store keeps people; what was not asked is null. */
export function personOf(body: ReferralBody | DrugTestBody): PersonDetails {
  const { surname, forenames, birthDate, nominalNumber, residence, mobile, language, safeToText } = body;
  return {
    ...{ surname, forenames: forenames ?? null, birthDate, nominalNumber: nominalNumber ?? null },
    ...{
      address: null,
      postcode: residence !== undefined && 'postcode' in residence ? residence.postcode : null,
    },
    ...{ mobile: mobile ?? null, email: null, sex: null, ethnicity: null, language: language ?? null },
    safeToText: safeToText === undefined || safeToText === 'unknown' ? null : safeToText,
  };
}
