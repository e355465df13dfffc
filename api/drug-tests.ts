import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { recordDrugTest } from '../store/drug-tests.ts';
import { caseOfTest, keepFromTexts, openPathway } from '../store/intake.ts';
import type { PersonDetails } from '../store/person-columns.ts';
import { policyInForce } from '../store/policies.ts';
import type { Actor } from '../workflows/domain/common/actor.ts';
import type { Command } from '../workflows/domain/common/command.ts';
import type { Refusal } from '../workflows/domain/common/decision.ts';
import { toInstant } from '../workflows/domain/common/instant.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import type { Json } from '../workflows/domain/common/json.ts';
import type { RecordTestData } from '../workflows/domain/compulsory/commands.ts';
import { isPositive, whyNotOpened } from '../workflows/domain/compulsory/drug-test.ts';
import { compulsoryTable } from '../workflows/domain/compulsory/table.ts';
import { jsonBody } from './json-body.ts';
import { decideOpening } from './kinds.ts';
import { refuseDramaNumbers } from './mobile-numbers.ts';
import { Problem } from './problems.ts';
import { channelsOf } from './referral-intake.ts';
import { areaOfResidence } from './residence-route.ts';
import { asProblemOf, differsOf, hintsOf, personOf, youthSignpost } from './referrals.ts';
import type { IntakeParts } from './referrals.ts';
import { checkSuite } from './reference-codes.ts';
import { problemOf, signer } from './refusals.ts';
import { acting } from './route.ts';
import type { Act, Answer, Intent, Route } from './route.ts';
import { drugTestAnswer, drugTestFields } from './schemas/answers.ts';
import { drugTestExamples } from './schemas/intake-examples.ts';
import { drugTestBody } from './schemas/intake.ts';
import type { DrugTestBody } from './schemas/intake.ts';
import { startPathwayRun } from './start-run.ts';

/** What the policies of a force call testing on arrest. */
const testingProgramme = 'drug-testing-on-arrest';

/** Tests in custody. A positive one under a legal basis opens a pathway; the others are counted, without the person. */
export function drugTestRoutes(parts: IntakeParts): Route[] {
  return [
    acting({
      method: 'post',
      path: '/api/v1/drug-tests',
      summary: 'Records a drug test in custody',
      tag: 'intake',
      body: jsonBody(drugTestBody),
      examples: drugTestExamples,
      answers: {
        200: { description: 'This test was recorded before: here is its case', body: drugTestAnswer },
        201: {
          description: 'Recorded; where positive and not voluntary a pathway is open',
          body: drugTestAnswer,
        },
      },
      problems: [
        'under-18',
        'in-the-future',
        'before-the-start',
        'condition-not-met',
        'conflict',
        'identity-conflict',
        'not-found',
        'no-policy',
        'invalid-phone',
      ],
      prepare: async ({ caller, body }): Promise<Act> => {
        const allowed = compulsoryTable.commands['record-test'].roles;
        const actor = signer(caller, allowed);
        refuseDramaNumbers(body, parts.numbers);
        await checkSuite(parts.db, caller.forceId, body);
        return (intent) => record(parts, actor, body, intent).catch(asProblemOf('testedAt'));
      },
    }),
  ];
}

async function record(parts: IntakeParts, actor: Actor, body: DrugTestBody, intent: Intent): Promise<Answer> {
  const { db, client, bestEffort, metrics, build } = parts;
  const { forceId } = actor;
  const policy = await policyInForce(db, forceId, 'compulsory', testingProgramme, body.testedAt);
  if (policy === null) throw new Problem('no-policy');

  const person = personOf(body);
  const area = await areaOfResidence(db, forceId, person.postcode);
  const pathwayId = randomUUID();
  const personId = randomUUID();
  const { testedAt, suiteCode, basis, selectionReasonCode, results, birthDate } = body;
  const data: RecordTestData = {
    ...{ pathwayId, personId, testedAt, suiteCode, basis, selectionReasonCode, results, birthDate },
    ...{ language: body.language ?? 'en', safeToText: body.safeToText ?? 'unknown' },
    ...{ knownChannels: channelsOf(person), policy },
    ...(area === null ? {} : { area }),
  };
  const { requestId: commandId, receivedAt } = intent;
  const command: Command = { commandId, name: 'record-test', data, occurredAt: testedAt, receivedAt, actor };
  const { entry, refusal } = decideOpening('compulsory', command, toInstant(Date.now()));
  if (refusal !== undefined && isNotOpened(refusal)) {
    await refuseContradiction(db, { forceId, person, testedAt });
    await keepFromTexts(db, forceId, person);
  }
  if (refusal !== undefined) return count(parts, commandId, data, refusal, body);

  const opened = await openPathway(db, {
    ...{ forceId, pathwayId, kind: 'compulsory', source: 'drug-test' },
    ...{ programme: policy.programme, policyId: policy.policyId, receivedAt: testedAt },
    ...{ person: { ...person, personId }, entry, build },
    drugTest: { suiteCode, testedAt, details: detailsOf(data) },
  });
  const replay = opened.because === 'test';
  const differs = await differsOf(db, forceId, opened, body, drugTestFields);
  metrics.intake.inc({ source: 'drug-test', outcome: replay ? 'replay' : 'taken' });
  if (!replay) {
    const address = { forceId, pathwayId: opened.pathwayId, kind: 'compulsory' } as const;
    bestEffort.start('start a run', () => startPathwayRun(db, client, address));
  }
  return {
    status: replay ? 200 : 201,
    body: {
      ...{ opened: true, because: 'positive', pathwayId: opened.pathwayId, personId: opened.personId },
      ...{ reference: opened.reference, replay, differs, hints: hintsOf(body), demo: policy.demo },
    } satisfies z.output<typeof drugTestAnswer>,
    headers: { Location: `/api/v1/pathways/${opened.pathwayId}` },
  };
}

/** A second word about a test that opened a case is no other test. @throws Problem `conflict` */
async function refuseContradiction(
  db: IntakeParts['db'],
  test: { readonly forceId: string; readonly person: PersonDetails; readonly testedAt: Instant },
): Promise<void> {
  const known = await caseOfTest(db, test);
  if (known === null) return;
  throw new Problem('conflict', {
    detail: `The test of this person at that time is recorded as positive, and its case is ${known.reference}. Nothing was recorded. If that record is wrong, tell the DIP officer before anything is required of the person.`,
    details: { pathwayId: known.pathwayId, reference: known.reference, testedAt: test.testedAt },
  });
}

/** A test that opens no pathway, for no other reason than its result or that it was voluntary, is counted by codes. */
async function count(
  { db, metrics }: IntakeParts,
  commandId: string,
  data: RecordTestData,
  refusal: Refusal,
  body: DrugTestBody,
): Promise<Answer> {
  const because = whyNotOpened(data);
  if (because === undefined || !isNotOpened(refusal)) {
    metrics.intake.inc({ source: 'drug-test', outcome: refusal.code });
    const said = refusal.code === 'under-18' ? { ...refusal, details: youthSignpost } : refusal;
    throw problemOf(said, { body });
  }
  const { suiteCode, testedAt, results, policy } = data;
  const { forceId } = policy;
  const result = isPositive(results, testedAt) ? 'positive' : 'negative';
  await recordDrugTest(db, commandId, { forceId, suiteCode, testedAt, result, details: detailsOf(data) });
  metrics.intake.inc({ source: 'drug-test', outcome: because });
  return {
    status: 201,
    body: {
      ...{ opened: false, because, pathwayId: null, personId: null, reference: null },
      ...{ replay: false, differs: [], hints: [], demo: null },
    } satisfies z.output<typeof drugTestAnswer>,
  };
}

function isNotOpened({ details }: Refusal): boolean {
  return typeof details === 'object' && details !== null && 'notOpened' in details;
}

function detailsOf({ basis, selectionReasonCode, results }: RecordTestData): Json {
  return { basis: { ...basis }, selectionReasonCode, results: results.map((each) => ({ ...each })) };
}
