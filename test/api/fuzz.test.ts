import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { refusalCodes } from '../../workflows/domain/common/decision.ts';
import { commandAnswer, drugTestAnswer, referralAnswer } from '../../api/schemas/answers.ts';
import { ApiCaller, aReferral, aTest } from '../support/api-caller.ts';
import type { Answered } from '../support/api-caller.ts';
import { eventually } from '../support/eventually.ts';
import { body } from '../support/json-arbitrary.ts';
import type { JsonSchema } from '../support/json-arbitrary.ts';
import { startStack } from '../support/stack.ts';
import type { Stack } from '../support/stack.ts';

/** Over all bodies together. */
const tries = 2_000;

interface Operation {
  readonly 'x-roles': unknown;
  readonly operationId: string;
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>> };
}

let stack: Stack;
let caller: ApiCaller;
let person: string;

beforeAll(async () => {
  stack = await startStack();
  caller = new ApiCaller(
    stack.url,
    await stack.issuer.mint('manager', {
      claims: {
        llwybr_organisation: 'ddas',
        llwybr_roles: [
          ...['PoliceOfficer', 'CustodyOfficer', 'DipOfficer', 'InitialAssessor', 'FollowUpAssessor'],
          ...['ProviderWorker', 'Manager', 'Operator', 'PrisonLinkWorker'],
        ],
      },
    }),
  );
  const { personId, pathwayId } = await aPathway();
  person = personId;
  // One of each that is right, since chance alone may make none.
  const changes = { changes: { address: '2 Stryd Enghraifft' }, reason: 'entered-wrongly' };
  expect((await caller.command(pathwayId, 'amend-details', changes)).status).toBe(200);
  expect((await caller.command(pathwayId, 'add-note', { text: 'Rang back.' })).status).toBe(200);
}, 60_000);

afterAll(async () => {
  await stack.close();
});

test('no body of any route or command makes the API fail, in 2,000 tries', async () => {
  const { paths } = (await caller.get('/api/openapi.json')).body as {
    paths: Record<string, Record<string, Operation>>;
  };
  const described = Object.entries(paths).flatMap(([path, item]) => {
    const operation = item['post'];
    const schema = operation?.requestBody?.content['application/json']?.schema;
    return operation === undefined || schema === undefined
      ? []
      : [{ path, schema, roles: operation['x-roles'] }];
  });
  const targets: Target[] = [];
  for (const { path, schema, roles } of described)
    targets.push(...(await targetsOf(path, schema, kindsOf(roles))));
  expect(targets.length).toBeGreaterThan(18);
  let total = 0;
  let met = 0;
  const each = Math.ceil(tries / targets.length);
  const work = [...targets];
  const next = async (): Promise<void> => {
    for (let target = work.shift(); target !== undefined; target = work.shift()) {
      const { address, schema, ids } = target;
      await fc.assert(
        fc.asyncProperty(body(schema, ids), async (text) => {
          const answer = await settled(address, text);
          if (answer.status >= 500) throw new Error(`${address}: ${JSON.stringify(answer.body)}`);
          // Every refusal is a problem that the API describes.
          const refused = answer.status >= 400 ? answer.problem.code : undefined;
          total += 1;
          if (refused === undefined || (refusalCodes as readonly string[]).includes(refused)) met += 1;
        }),
        { numRuns: each },
      );
    }
  };
  await Promise.all([next(), next(), next(), next()]);
  expect(total).toBeGreaterThanOrEqual(tries);
  // A fuzzer that is refused at the door proves little: the rules must have had a fair part before them.
  expect(met).toBeGreaterThan(tries / 4);
  await expectNothingHalf();
}, 180_000);

/** What the ledger names is there, and what is in force the ledger names. */
async function expectNothingHalf(): Promise<void> {
  const events = `select force_id, pathway_id, seq, command_id from event where type`;
  const { rows } = await stack.db.pool.query<{ table: string; events: number; rows: number; both: number }>(
    ['note', 'amendment']
      .map((table) => {
        const types = table === 'note' ? `in ('note-added')` : `in ('details-amended', 'person-moved')`;
        return `select '${table}' as table, (select count(*)::int from (${events} ${types}) e) as events,
            (select count(*)::int from ${table} where seq is not null) as rows,
            (select count(*)::int from (${events} ${types}) e join ${table} t on t.force_id = e.force_id
              and t.pathway_id = e.pathway_id and t.seq = e.seq and t.id::text = e.command_id) as both`;
      })
      .join(' union all '),
  );
  for (const { table, events: recorded, rows: kept, both } of rows) {
    expect([table, kept, both]).toEqual([table, recorded, recorded]);
    expect(recorded).toBeGreaterThan(0);
  }
}

/**
 * The answer, as a client gets it who repeats with the same key where the outcome is not known yet: on a busy
 * machine five seconds can be too short for the engine.
 */
async function settled(address: string, text: string): Promise<Answered> {
  const key = randomUUID();
  return eventually(async () => {
    const answer = await caller.post(address, text, key);
    if (answer.status === 503 && answer.problem.code === 'outcome-unknown')
      throw new Error(`${address}: no outcome`);
    return answer;
  }, 30_000);
}

interface Target {
  readonly address: string;
  readonly schema: JsonSchema;
  /** What there is for the body to speak of. */
  readonly ids: readonly string[];
}

/** The description of a command names the roles by kind of pathway. */
function kindsOf(roles: unknown): readonly string[] {
  return typeof roles === 'object' && roles !== null && !Array.isArray(roles) ? Object.keys(roles) : [];
}

/** Each command has a pathway of its own of each kind that takes it, so that none ends another's. */
async function targetsOf(path: string, schema: JsonSchema, kinds: readonly string[]): Promise<Target[]> {
  if (path.includes('/commands/')) {
    const pathways = await Promise.all(kinds.map((kind) => (kind === 'diversion' ? aPathway() : aDuty())));
    return pathways.map(({ pathwayId, ids }) => ({
      address: path.replace('{pathwayId}', pathwayId),
      schema,
      ids,
    }));
  }
  const filled = path.replace('{personId}', person).replace('{taskId}', person).replace('{remedy}', 'start');
  const address = filled.replace('{stuckId}', `${(await aDuty()).pathwayId}:run-missing`);
  return [{ address, schema, ids: [] }];
}

const at = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();

/** A referral with an appointment. */
async function aPathway(): Promise<{ pathwayId: string; personId: string; ids: string[] }> {
  const { pathwayId, personId } = (await caller.post('/api/v1/referrals', aReferral())).as(referralAnswer);
  const booking = { kind: 'assessment', startsAt: at(24), endsAt: at(25), placeCode: 'ddas-carmarthen' };
  const { commandId } = (await caller.command(pathwayId, 'book-appointment', booking)).as(commandAnswer);
  // Of a provider that there is, bodies must speak too.
  return { pathwayId, personId, ids: [commandId, 'kaleidoscope'] };
}

/** A positive test with a requirement imposed. */
async function aDuty(): Promise<{ pathwayId: string; ids: string[] }> {
  const opened = (await caller.post('/api/v1/drug-tests', aTest({ testedAt: at(-30) }))).as(drugTestAnswer);
  const pathwayId = String(opened.pathwayId);
  const appointmentId = randomUUID();
  const imposed = await caller.post(`/api/v1/pathways/${pathwayId}/commands/impose-requirement`, {
    occurredAt: at(-29),
    data: {
      initialAssessment: { appointmentId, startsAt: at(-3), endsAt: at(-2), placeCode: 'dip-carmarthen' },
      notice: {
        form: 'RA1',
        servedAt: at(-29),
        how: 'handed-over',
        servedBy: 'u-101',
        language: 'en',
        warningGiven: true,
      },
    },
  });
  imposed.as(commandAnswer);
  const missed = await caller.command(pathwayId, 'record-attendance', {
    appointmentId,
    attendance: 'absent',
  });
  const { commandId } = missed.as(commandAnswer);
  return { pathwayId, ids: [appointmentId, commandId] };
}
