import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sendableCommands } from '../../api/access-policy.ts';
import { factCommands } from '../../api/fact-table.ts';
import {
  commandAnswer,
  drugTestAnswer,
  eventList,
  factAnswer,
  referralAnswer,
} from '../../api/schemas/answers.ts';
import { exampleIds } from '../../api/schemas/example-times.ts';
import { savePolicy } from '../../store/policies.ts';
import type { DiversionPolicy } from '../../workflows/domain/diversion/policy.ts';
import { ApiCaller, aReferral, aTest } from '../support/api-caller.ts';
import type { Answered } from '../support/api-caller.ts';
import { eventually } from '../support/eventually.ts';
import { startStack } from '../support/stack.ts';
import type { Stack } from '../support/stack.ts';

type Kind = 'diversion' | 'compulsory';

interface Operation {
  readonly requestBody: {
    readonly content: {
      readonly 'application/json': {
        readonly examples: Readonly<Record<string, { readonly value: Body }>>;
      };
    };
  };
}

interface Body {
  readonly occurredAt?: string;
  readonly data: Readonly<Record<string, unknown>>;
}

let stack: Stack;
let paths: Record<string, { readonly post: Operation }>;
const callers = new Map<string, ApiCaller>();

beforeAll(async () => {
  stack = await startStack();
  for (const who of [
    'officer',
    'caseworker',
    'manager',
    'kaleidoscope-caseworker',
    'custody',
    'dip',
    'lpu',
  ]) {
    callers.set(who, await ApiCaller.as(stack, who));
  }
  callers.set('assessor', await ApiCaller.as(stack, 'initial-assessor'));
  ({ paths } = (await as('officer').get('/api/openapi.json')).body as {
    paths: Record<string, { readonly post: Operation }>;
  });
}, 60_000);

afterAll(async () => {
  await stack.close();
});

function as(who: string): ApiCaller {
  const caller = callers.get(who);
  if (caller === undefined) throw new Error(`Nobody is called ${who}`);
  return caller;
}

/** The example as the description of the API gives it. */
function example(kind: Kind, name: string): Body {
  const value =
    paths[`/api/v1/pathways/{pathwayId}/commands/${name}`]?.post.requestBody.content['application/json']
      .examples[kind]?.value;
  if (value === undefined) throw new Error(`The description has no example of ${name} of ${kind}`);
  return value;
}

function described(path: string): Operation {
  const operation = paths[path]?.post;
  if (operation === undefined) throw new Error(`The description has no ${path}`);
  return operation;
}

const hours = (count: number): string => new Date(Date.now() + count * 3_600_000).toISOString();

/** What comes before the example: a command with its example, where need be with other data or at another time. */
type Step =
  string | readonly [name: string, changes: Partial<Body>] | (() => readonly [string, Partial<Body>]);

/** Held yesterday, noted down two days ago. */
const booked: Step = [
  'book-appointment',
  { occurredAt: hours(-48), data: { startsAt: hours(-24), endsAt: hours(-23) } },
];
const planned: readonly Step[] = ['record-assessment', 'agree-care-plan'];
const treated: readonly Step[] = [...planned, 'start-treatment'];

const caution = () => ({
  ...{ via: 'conditional-caution', offenceCode: '92E' },
  conditions: [{ conditionId: exampleIds.condition, code: 'attend-assessment', dueAt: hours(24 * 28) }],
});

/** Facts about the person, told from a case of either kind. */
const beforeFact: Readonly<Record<string, readonly Step[]>> = {
  'correct-death': ['record-death'],
  'allow-texts': ['stop-texts'],
  'record-release': ['record-custody'],
  'withdraw-consent': [['record-consent', { data: { purpose: 'sharing' } }]],
  'lift-safety-flag': ['record-safety-flag'],
};

const beforeDiversion: Readonly<Record<string, readonly Step[]>> = {
  'undo-contact-attempt': ['record-contact-attempt'],
  'reschedule-appointment': ['book-appointment'],
  'cancel-appointment': ['book-appointment'],
  'send-page-link': ['book-appointment'],
  'record-attendance': [booked],
  'correct-attendance': [booked, 'record-attendance'],
  'agree-care-plan': ['record-assessment'],
  'start-treatment': planned,
  'record-treatment-session': treated,
  'start-prescription': treated,
  'end-prescription': [...treated, 'start-prescription'],
  'end-modality': treated,
  'close-need': ['add-need'],
  'acknowledge-non-compliance': ['record-condition-result'],
  'reopen-pathway': ['close-pathway'],
  'accept-transfer': ['transfer-pathway'],
  'decline-transfer': ['transfer-pathway'],
  'take-back-transfer': ['transfer-pathway'],
};

/** Required now, as a breach needs it: what is written down only after the failure proves nothing by itself. */
const dutyIn =
  (ms: number): Step =>
  () => [
    'impose-requirement',
    {
      data: {
        initialAssessment: {
          ...{ appointmentId: exampleIds.appointment, placeCode: 'dip-carmarthen' },
          ...{ startsAt: hours(ms / 3_600_000), endsAt: hours((ms + 100) / 3_600_000) },
        },
      },
    },
  ];
const soon = dutyIn(8_000);
const missed: readonly Step[] = [soon, 'record-attendance'];
const judged: readonly Step[] = [...missed, 'decide-good-cause'];
const declared: readonly Step[] = [...judged, 'declare-breach'];
const marked: readonly Step[] = [...declared, 'set-marker'];
const putOut: readonly Step[] = [...marked, 'issue-arrest-task'];

const beforeCompulsory: Readonly<Record<string, readonly Step[]>> = {
  'vary-appointment': [dutyIn(48 * 3_600_000)],
  'record-attendance': [soon],
  'send-page-link': [dutyIn(48 * 3_600_000)],
  'decide-good-cause': missed,
  'declare-breach': judged,
  'set-marker': declared,
  'issue-arrest-task': marked,
  'acknowledge-task': putOut,
  'record-arrest': putOut,
  'withdraw-task': putOut,
  'record-result': [...putOut, 'record-arrest'],
};

/** Who sends what the caseworker and the programme's own officer do not. */
const senders: Readonly<Record<Kind, Readonly<Record<string, string>>>> = {
  diversion: {
    reroute: 'manager',
    'acknowledge-non-compliance': 'manager',
    'extend-closure-date': 'manager',
    'void-pathway': 'manager',
    'reassign-person': 'manager',
    'accept-transfer': 'kaleidoscope-caseworker',
    'decline-transfer': 'kaleidoscope-caseworker',
    'rebase-policy': 'manager',
  },
  compulsory: {
    'impose-requirement': 'custody',
    'conclude-without-requirement': 'custody',
    'record-attendance': 'assessor',
    'acknowledge-task': 'lpu',
    'record-arrest': 'lpu',
  },
};

/** A pathway on its way to the stage in which the example is taken, and the real ids of what the examples name. */
class Walk {
  readonly #kind: Kind;
  readonly #pathwayId: string;
  readonly #real = new Map<string, string>();

  constructor(kind: Kind, pathwayId: string) {
    this.#kind = kind;
    this.#pathwayId = pathwayId;
    // Ids that the sender makes may be another's on another pathway, and each example is sent on one of its own.
    for (const id of [exampleIds.breach, exampleIds.task]) this.#real.set(id, randomUUID());
  }

  /** In place of what the examples say. */
  say(made: string, real: string): void {
    this.#real.set(made, real);
  }

  async send(step: Step): Promise<Answered> {
    const [name, changes] =
      typeof step === 'string' ? [step, {}] : typeof step === 'function' ? step() : step;
    const given = example(this.#kind, name);
    // The description is older than the task.
    const now = name === 'record-arrest' ? { arrestedAt: hours(0) } : {};
    const body = { ...given, ...changes, data: { ...given.data, ...now, ...changes.data } };
    const text = [...this.#real].reduce(
      (said, [made, real]) => said.replaceAll(made, real),
      JSON.stringify(body),
    );
    const who = factCommands.includes(name)
      ? 'manager'
      : (senders[this.#kind][name] ?? (this.#kind === 'diversion' ? 'caseworker' : 'dip'));
    const path = `/api/v1/pathways/${this.#pathwayId}/commands/${name}`;
    // What came of an appointment is taken once it is over.
    const waits = name === 'record-attendance' && this.#kind === 'compulsory';
    let key = randomUUID();
    return eventually(async () => {
      const answer = await as(who).post(path, text, key);
      if (answer.status === 503) throw new Error('No outcome yet: asked again with the same key');
      if (waits && answer.status !== 200) {
        key = randomUUID();
        throw new Error(JSON.stringify(answer.body));
      }
      return answer;
    }, 60_000);
  }

  /** A step before: it must be taken, and what it made is spoken of from then on. */
  async go(step: Step): Promise<void> {
    const answer = await this.send(step);
    if (answer.status === 201) {
      this.#real.set(exampleIds.fact, answer.as(factAnswer).factId);
      return;
    }
    const { commandId, events } = answer.as(commandAnswer);
    if (step === 'record-contact-attempt') this.#real.set(exampleIds.attempt, commandId);
    if (step === 'transfer-pathway') this.#real.set(exampleIds.transfer, commandId);
    if (events.some(({ type }) => type === 'failure-reported')) {
      const { items } = (await as('dip').get(`/api/v1/pathways/${this.#pathwayId}/events`)).as(eventList);
      const { failureId } = items.find(({ type }) => type === 'failure-reported')?.data as {
        failureId: string;
      };
      this.#real.set(exampleIds.failure, failureId);
    }
  }
}

async function opened(kind: Kind, name: string): Promise<string> {
  if (kind === 'compulsory') {
    const test = aTest({ testedAt: hours(-50) });
    return String((await as('custody').post('/api/v1/drug-tests', test)).as(drugTestAnswer).pathwayId);
  }
  const cautioned = ['record-condition-result', 'acknowledge-non-compliance'].includes(name);
  const referral = aReferral({ outcomeAt: hours(-72), ...(cautioned ? caution() : {}) });
  const changes = { offenceDate: hours(-24 * 5).slice(0, 10) };
  return (await as('officer').post('/api/v1/referrals', { ...referral, ...changes })).as(referralAnswer)
    .pathwayId;
}

/** A version later than the one under which the pathway was opened. */
async function laterPolicy(pathwayId: string): Promise<number> {
  const { rows } = await stack.db.pool.query<{ body: DiversionPolicy }>(
    `select policy.body from pathway join policy using (force_id, policy_id)
      where pathway.id = $1 order by policy.version desc limit 1`,
    [pathwayId],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('A pathway without a policy');
  const version = row.body.version + 1;
  await savePolicy(stack.db, { ...row.body, version, validFrom: hours(-1) });
  return version;
}

async function walkTo(kind: Kind, name: string, before: readonly Step[]): Promise<Walk> {
  const pathwayId = await opened(kind, name);
  const walk = new Walk(kind, pathwayId);
  if (name === 'rebase-policy') walk.say('"version":2', `"version":${String(await laterPolicy(pathwayId))}`);
  for (const step of before) await walk.go(step);
  return walk;
}

/** On the compulsory path all set out together, since most wait for the same appointment to be over. */
const walks = new Map<string, Promise<Walk>>();

beforeAll(async () => {
  for (const name of sendableCommands('compulsory')) {
    walks.set(name, walkTo('compulsory', name, beforeCompulsory[name] ?? beforeFact[name] ?? []));
  }
  await Promise.allSettled(walks.values());
}, 120_000);

describe.each([
  ['diversion', beforeDiversion],
  ['compulsory', beforeCompulsory],
] as const)('%s', (kind, before) => {
  test.each(sendableCommands(kind))(
    '%s: its example is taken',
    async (name) => {
      const steps = before[name] ?? beforeFact[name] ?? [];
      const walk = await (kind === 'compulsory' ? walks.get(name) : walkTo(kind, name, steps));
      if (walk === undefined) throw new Error('Nobody set out there');
      const answer = await walk.send(name);
      const taken = answer.status === (factCommands.includes(name) ? 201 : 200);
      expect([name, answer.status, taken ? 'taken' : answer.body]).toEqual([name, answer.status, 'taken']);
    },
    60_000,
  );

  test('no step is prepared for a command that is none', () => {
    expect(Object.keys(before).filter((name) => !sendableCommands(kind).includes(name))).toEqual([]);
  });
});

describe('bodies that open a pathway', () => {
  test.each([
    ['/api/v1/referrals', 'community-resolution', 'officer'],
    ['/api/v1/referrals', 'conditional-caution', 'officer'],
    ['/api/v1/referrals', 'outcome-22', 'officer'],
    ['/api/v1/referrals', 'self-referral', 'caseworker'],
    ['/api/v1/referrals', 'prison', 'prison-link'],
    ['/api/v1/referrals', 'court', 'caseworker'],
    ['/api/v1/drug-tests', 'positive', 'custody'],
  ] as const)('%s, %s: is taken', async (path, name, who) => {
    const { examples } = described(path).requestBody.content['application/json'];
    const taken = await (await ApiCaller.as(stack, who)).post(path, examples[name]?.value);
    expect([taken.status, taken.status === 201 ? 'taken' : taken.body]).toEqual([201, 'taken']);
  });

  test('each of them is sent above', () => {
    const names = ['/api/v1/referrals', '/api/v1/drug-tests'].flatMap((path) =>
      Object.keys(described(path).requestBody.content['application/json'].examples),
    );
    expect(names).toHaveLength(7);
  });
});
