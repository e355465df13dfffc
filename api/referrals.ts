import type { Client } from '@temporalio/client';
import type { z } from 'zod';
import type { NumberPlan } from '../messages/phone-number.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { Database } from '../store/database.ts';
import { IdentityConflictError } from '../store/intake.ts';
import type { OpenedPathway } from '../store/intake.ts';
import { readEvents } from '../store/ledger.ts';
import { countOutcome } from '../store/outcome-counts.ts';
import { pathwayById } from '../store/pathways.ts';
import type { PersonDetails } from '../store/person-columns.ts';
import { wholeForce } from '../store/scope.ts';
import type { Actor } from '../workflows/domain/common/actor.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import { describeLocal, localParts } from '../workflows/domain/common/london-time.ts';
import type { ReferralData } from '../workflows/domain/diversion/commands.ts';
import { mayRefer } from '../workflows/domain/diversion/referral-source.ts';
import type { ReferralSource } from '../workflows/domain/diversion/referral-source.ts';
import { rolesOfRoute } from './access-policy.ts';
import type { BestEffort } from './best-effort.ts';
import { differingFields } from './differing-fields.ts';
import type { RecordedField } from './differing-fields.ts';
import { jsonBody } from './json-body.ts';
import { refuseDramaNumbers } from './mobile-numbers.ts';
import { matchesToldTo } from './people-view.ts';
import { Problem, problems } from './problems.ts';
import { takeReferral } from './referral-intake.ts';
import type { NewReferral, ReferralTaken } from './referral-intake.ts';
import { problemOf, signer } from './refusals.ts';
import { acting } from './route.ts';
import type { Act, Answer, Route } from './route.ts';
import type { drugTestAnswer } from './schemas/answers.ts';
import { referralAnswer, referralFields, youthService } from './schemas/answers.ts';
import { referralExamples } from './schemas/intake-examples.ts';
import { referralBody } from './schemas/intake.ts';
import type { DrugTestBody, ReferralBody } from './schemas/intake.ts';
import { startPathwayRun } from './start-run.ts';

export interface IntakeParts {
  readonly db: Database;
  readonly client: Client;
  readonly bestEffort: BestEffort;
  readonly metrics: Metrics;
  readonly build: string;
  readonly numbers: NumberPlan;
}

/** What a person under 18 is told to be sent to; nothing about them is kept. */
export const youthSignpost = {
  signpost: youthService,
} as const;

/** The officer's form, and those of the other sources. They need PostgreSQL only; the run is started at once or by the sweep. */
export function referralRoutes(parts: IntakeParts): Route[] {
  return [
    acting({
      method: 'post',
      path: '/api/v1/referrals',
      summary:
        'Refers a person: an Adult Community Resolution in twelve questions, another disposal, or none, from any source',
      tag: 'intake',
      body: jsonBody(referralBody),
      examples: referralExamples,
      answers: {
        200: { description: 'This outcome was referred before: here is its case', body: referralAnswer },
        201: { description: 'Received; the clocks run', body: referralAnswer },
      },
      problems: [
        'under-18',
        'in-the-future',
        'before-the-start',
        'condition-not-met',
        'conflict',
        'identity-conflict',
        'no-policy',
        'invalid-phone',
      ],
      prepare: ({ caller, body }): Promise<Act> => {
        const sender = senderOf(body);
        const allowed = rolesOfRoute('POST /api/v1/referrals').filter((role) => mayRefer(role, sender));
        const actor = signer(caller, allowed);
        refuseDramaNumbers(body, parts.numbers);
        return Promise.resolve(async ({ requestId, receivedAt }) => {
          const referral = referralOf(body, requestId, receivedAt);
          const taken = await takeReferral(parts, {
            ...{ actor, commandId: requestId, receivedAt, referral },
          }).catch(asProblemOf(dayOf(body)));
          if (taken.refusal?.code === 'under-18')
            await countUnderage(parts.db, caller.forceId, requestId, referral);
          return answerOf(parts, actor, body, taken);
        });
      },
    }),
  ];
}

function senderOf({ source = 'police', via = 'acr' }: ReferralBody): ReferralSource {
  return { source, via };
}

/** The field that says when the clocks start; none where that is left to be now. */
function dayOf(body: ReferralBody): 'outcomeAt' | 'receivedAt' | undefined {
  if ('outcomeAt' in body) return 'outcomeAt';
  return body.receivedAt === undefined ? undefined : 'receivedAt';
}

/** What the form says, as the intake takes it. `requestId` names what the sender left without a name. */
function referralOf(body: ReferralBody, requestId: string, receivedAt: Instant): NewReferral {
  const person = personOf(body);
  if ('occurrenceNumber' in body) {
    const { occurrenceNumber, nominalNumber, outcomeAt, offenceCode, offenceDate } = body;
    return {
      ...{ source: 'police', via: body.via ?? 'acr', person, outcomeAt, offenceCode, offenceDate },
      outcome: { occurrenceNumber, nominalNumber },
      ...('drugCode' in body ? { drugCode: body.drugCode } : {}),
      ...('conditions' in body
        ? {
            conditions: body.conditions.map(({ conditionId, ...condition }, index) => ({
              conditionId: conditionId ?? `${requestId}:${String(index + 1)}`,
              ...condition,
            })),
          }
        : {}),
    };
  }
  const { source, via, offenceCode = null, offenceDate = null, drugCode, prison, courtOrder } = body;
  return {
    ...{ source, via, person, outcome: null, outcomeAt: body.receivedAt ?? receivedAt },
    ...{ offenceCode, offenceDate },
    ...(drugCode === undefined ? {} : { drugCode }),
    ...(prison === undefined ? {} : { prison }),
    ...(courtOrder === undefined ? {} : { courtOrder }),
  };
}

/** Outcomes of the Home Office by the way in which they are referred. */
const outcomeOfWay: Readonly<Partial<Record<NewReferral['via'], string>>> = {
  acr: '8',
  'conditional-caution': '3',
  'outcome-22': '22',
};

/** Nothing of the person is kept but that there was one, and a keyed hash by which the same outcome is counted once. */
async function countUnderage(
  db: Database,
  forceId: string,
  requestId: string,
  { source, via, outcome, outcomeAt, offenceCode }: NewReferral,
): Promise<void> {
  const identity = outcome ?? { occurrenceNumber: `request ${requestId}`, nominalNumber: 'nobody' };
  await countOutcome(db, forceId, identity, {
    month: localParts(outcomeAt).date.slice(0, 7),
    outcomeCode: outcomeOfWay[via] ?? 'none',
    offenceCode: offenceCode ?? (source === 'police' || source === undefined ? via : source),
    reason: 'under-18',
  });
}

async function answerOf(
  parts: IntakeParts,
  { role, organisationId, forceId }: Actor,
  said: ReferralBody,
  { opened, refusal }: ReferralTaken,
): Promise<Answer> {
  const { db, client, bestEffort, metrics } = parts;
  const sender = senderOf(said);
  const source = sender.source === 'police' ? sender.via : sender.source;
  if (refusal !== undefined) {
    metrics.intake.inc({ source, outcome: refusal.code });
    throw problemOf(refusal.code === 'under-18' ? { ...refusal, details: youthSignpost } : refusal, {
      body: said,
      called: 'outcomeAt' in said ? { receivedAt: 'outcomeAt' } : {},
    });
  }
  const { pathwayId } = opened;
  // The same request again was not answered the first time: for the sender this is its first answer.
  const replay = !opened.created && opened.because === 'outcome';
  metrics.intake.inc({ source, outcome: replay ? 'replay' : 'taken' });
  if (!replay) {
    bestEffort.start('start a run', () =>
      startPathwayRun(db, client, { forceId, pathwayId, kind: 'diversion' }),
    );
  }
  const row = await pathwayById(db, wholeForce(forceId), pathwayId);
  if (row === null) throw new Error('The pathway just opened is not there');
  const possibleMatches = await matchesToldTo(db, { role, organisationId, forceId }, opened);
  const body: z.output<typeof referralAnswer> = {
    ...{ reference: opened.reference, pathwayId, personId: opened.personId },
    ...{ receivedAt: row.receivedAt, receivedText: describeLocal(row.receivedAt), replay },
    differs: await differsOf(db, forceId, opened, said, referralFields),
    possibleMatches,
    hints: [
      ...hintsOf(said),
      ...(!replay && row.providerId === null ? (['no-provider-yet'] as const) : []),
      ...(replay && row.stage === 'void' ? (['case-is-void'] as const) : []),
      ...((await saysNoNow(db, opened, forceId, said)) ? (['no-to-texts-taken'] as const) : []),
      // By the force's own number somebody is known, or is another one.
      ...(possibleMatches > 0 && said.nominalNumber === undefined ? (['may-be-known'] as const) : []),
    ],
    demo: row.demo,
  };
  return { status: replay ? 200 : 201, body, headers: { Location: `/api/v1/pathways/${pathwayId}` } };
}

/** A repeat that says no to texts, of a referral that did not: of all that differs, this alone is taken. */
async function saysNoNow(
  db: Database,
  { pathwayId, created }: OpenedPathway,
  forceId: string,
  { safeToText }: ReferralBody,
): Promise<boolean> {
  if (created || safeToText !== 'no') return false;
  const [opening] = await readEvents(db, wholeForce(forceId), pathwayId, { limit: 1 });
  return opening !== undefined && (opening.data as Partial<ReferralData>).safeToText !== 'no';
}

/**
 * `day`: the field of the form for whose day a policy is looked up, where it has one.
 *
 * @throws Problem `identity-conflict` for its error, `no-policy` with that field, every other error as it is
 */
export function asProblemOf(
  day: 'outcomeAt' | 'receivedAt' | 'testedAt' | undefined,
): (error: unknown) => never {
  return (error) => {
    if (error instanceof IdentityConflictError) throw new Problem('identity-conflict');
    if (!(error instanceof Problem && error.code === 'no-policy') || day === undefined) throw error;
    const message = problems['no-policy'].words;
    throw new Problem('no-policy', { errors: [{ path: `/${day}`, code: 'no-policy', message }] });
  };
}

/** Of what was sent alone: whether a number is known already is not told. */
export function hintsOf({
  safeToText,
  mobile,
}: ReferralBody | DrugTestBody): z.output<typeof drugTestAnswer>['hints'] {
  return safeToText === 'yes' && mobile === undefined ? ['safe-to-text-without-mobile'] : [];
}

/** What a form asks only as a part of something else. */
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
  const person = personOf(body);
  // Nothing is said of an address beside a postcode, unless it is asked for.
  const lives =
    residence === undefined || 'postcode' in residence ? {} : { address: person.address ?? '', postcode: '' };
  const said = { ...asked, ...person, ...lives };
  const differing = await differingFields(db, forceId, opened, said);
  const names = new Set<string>(
    [...differing].map((field) => (field in body ? field : (askedAs[field] ?? field))),
  );
  return fields.filter((field) => names.has(field));
}

/** The person of a form, spelled as the store keeps people; what was not asked is null. */
export function personOf(body: ReferralBody | DrugTestBody): PersonDetails {
  const { surname, forenames, birthDate, nominalNumber, residence, mobile, language, safeToText } = body;
  const address = 'address' in body ? (body.address ?? null) : null;
  const email = 'email' in body ? (body.email ?? null) : null;
  return {
    ...{ surname, forenames: forenames ?? null, birthDate, nominalNumber: nominalNumber ?? null },
    ...{
      address,
      postcode: residence !== undefined && 'postcode' in residence ? residence.postcode : null,
    },
    ...{ mobile: mobile ?? null, email, sex: null, ethnicity: null, language: language ?? null },
    safeToText: safeToText === undefined || safeToText === 'unknown' ? null : safeToText,
  };
}
