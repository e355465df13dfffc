import { armFault, disarmFault } from '../armed-fault.ts';
import type { Cell, Outcome, Scene } from '../cell.ts';
import { checkMailsOnce, checkSentOnce, checkStopped, intentOf, unsettled } from '../checks/sent-once.ts';
import type { House } from '../../../scripts/house/house.ts';
import type { CreateAttempt } from '../../../stand-ins/twilio-record.ts';
import { pathwayWorkflowId } from '../../../workflows/contract/temporal.ts';
import { violation, type Violation } from '../../../scripts/house/violation.ts';
import { byClients, numbers } from '../../../scripts/house/clients.ts';
import { atAnyTime, calm } from '../../../scripts/house/house-policies.ts';
import { readLedger, type MessageRow } from '../../../scripts/house/ledger-snapshot.ts';
import { openDatabase } from '../../../store/database.ts';
import { setStaffAddress } from '../../../store/staff-addresses.ts';
import { isReminderPurpose, messagePurposes } from '../../../workflows/domain/common/message-purpose.ts';
import type { MessagePurpose } from '../../../workflows/domain/common/message-purpose.ts';
import type { MessagePolicy } from '../../../workflows/domain/common/policy.ts';
import { beTexted, e164Of, latestReminderMs, leadMs, type Texted } from '../lives/texted-life.ts';
import { Story } from '../lives/story.ts';
import { loseAnswers, loseNothing, type LostAnswers } from '../lost-answers.ts';
import { settled } from '../settling.ts';
import { harmMails, harmTexts, loseCallbacks } from './gateway-scripts.ts';
import { prepareErrands } from './handful.ts';

/** What goes wrong with the messages of one group of people. */
type Harm = 'gateways' | 'every-answer-lost' | 'some-answers-lost' | 'workers-killed';

/** How many people meet it. About eleven messages are told to or of each. */
const groups: Readonly<Record<Harm, number>> = {
  gateways: 75,
  'every-answer-lost': 30,
  'some-answers-lost': 30,
  'workers-killed': 30,
};
const quickGroups: readonly (readonly Harm[])[] = [['gateways'], ['every-answer-lost'], ['workers-killed']];
const quickPeople = 3;

/** Numbers of people whose phones no errand shares. */
const firstNumber = 400;
const clients = 6;
const kills = { whole: 6, quick: 1 };

/** So many texts and mails a whole run must have tried to send, or it shows too little. */
const leastIntents = 1_000;
const afterDeathMs = 5_000;

const lost: Readonly<Partial<Record<Harm, LostAnswers>>> = {
  // Were every result lost for ever, no delivery would end: of each the first two.
  'every-answer-lost': { gateway: 1, delivery: 1, deliveryTimes: 2 },
  'some-answers-lost': { gateway: 0.1, delivery: 0.1 },
};

const messages: MessagePolicy = {
  ...atAnyTime({ unit: 'days', count: 1 }),
  reminders: [
    {
      purpose: 'appointment-reminder-week',
      before: { unit: 'seconds', count: leadMs.week / 1_000 },
      at: null,
    },
    { purpose: 'appointment-reminder', before: { unit: 'seconds', count: leadMs.day / 1_000 }, at: null },
    {
      ...{ purpose: 'appointment-reminder-morning', at: null },
      before: { unit: 'seconds', count: leadMs.morning / 1_000 },
    },
  ],
  purposes: (Object.keys(messagePurposes) as MessagePurpose[]).filter(
    (purpose) => !isReminderPurpose(purpose),
  ),
};

export const messagesSentOnce: Cell = {
  name: 'messages-sent-once',
  about:
    'The gateways of texts and mails do everything wrong that they can, their answers and callbacks are lost, doubled and reversed, and workers die between a send and its report.',
  policies: {
    diversion: { ...calm.diversion, messages },
    compulsory: { ...calm.compulsory, messages: atAnyTime({ unit: 'hours', count: 1 }) },
  },
  freshHouse: true,
  messagesPerSecond: 30,
  repeatWithinMs: 45 * 60_000,
  repeat: sendUnderFaults,
};

async function sendUnderFaults(scene: Scene): Promise<Outcome> {
  const { house, quick, index } = scene;
  await nameInboxes(scene);
  const errands = await prepareErrands(scene);
  await errands.send();
  const harms = quick ? (quickGroups[index % quickGroups.length] ?? []) : (Object.keys(groups) as Harm[]);
  const met: Group[] = [];
  let first = firstNumber + (quick ? index * quickPeople : 0);
  for (const harm of harms) {
    const count = quick ? quickPeople : groups[harm];
    met.push(await harmGroup(scene, harm, first, count));
    first += count;
  }
  const harmed = Date.now();
  // Only the first whole run waits for what is looked for in vain; of the others that may still be under way.
  const toTheEnd = !quick && index === 0;
  while (toTheEnd && unsettled((await readLedger(house.postgres.url)).messages).length > 0) {
    await scene.pause(1_000);
  }
  await settled(house, scene.signal);
  const recoveryMs = Date.now() - harmed;
  const { violations, counts } = await checkAll(
    scene,
    met.flatMap(({ people }) => people),
  );
  return {
    kills: met.reduce((sum, { killed }) => sum + killed, 0),
    recoveryMs,
    counts,
    violations: [
      ...met.flatMap(({ stories }) => stories.flatMap((story) => story.violations)),
      ...errands.violations(),
      ...violations,
    ],
  };
}

interface Group {
  readonly people: readonly Texted[];
  readonly stories: readonly Story[];
  readonly killed: number;
}

/** They live, and meet the harm, until everything that was to leave has left. */
async function harmGroup(scene: Scene, harm: Harm, first: number, count: number): Promise<Group> {
  const { house, officer, random, quick, index } = scene;
  const stories = numbers(count, first).map((number) => new Story(officer, random.fork(), number));
  const slow = !quick && index === 0;
  const rates = lost[harm];
  if (rates !== undefined) loseAnswers(house.lostAnswers, rates);
  if (harm === 'gateways') {
    for (const { number } of stories) await harmTexts(house, e164Of(number), random, { slow });
    await harmMails(house, random, count, { slow });
  }
  if (harm === 'every-answer-lost') {
    for (const { number } of stories) if (random.chance(0.5)) await loseCallbacks(house, e164Of(number));
  }
  const over = new AbortController();
  const living = byClients(stories, clients, (story) => beTexted(story, house)).then(async (people) => {
    await scene.pause(latestReminderMs);
    await settled(house, scene.signal);
    return people.flatMap((person) => person ?? []);
  });
  const [people, killed] = await Promise.all([
    living.finally(() => {
      over.abort();
    }),
    harm === 'workers-killed' ? killBetweenSendAndReport(scene, over.signal) : 0,
  ]);
  const patienceMs = quick && killed > 0 ? afterDeathMs : Infinity;
  await allLeft(scene, new Set(people.map(({ pathwayId }) => pathwayId)), patienceMs);
  loseNothing(house.lostAnswers);
  return { people, stories, killed };
}

/** Kills the worker whenever a gateway has taken something and nobody has been told, so many times at most. @returns how many */
async function killBetweenSendAndReport({ house, quick, pause }: Scene, over: AbortSignal): Promise<number> {
  const [worker] = house.workers;
  if (worker === undefined) throw new Error('The house has no worker');
  const most = kills[quick ? 'quick' : 'whole'];
  const begun = worker.deaths;
  const killed = (): number => worker.deaths - begun;
  const isOver = (): boolean => over.aborted;
  while (killed() < most && !isOver()) {
    const before = killed();
    armFault(house.messageFault, { others: [], moment: { kind: 'before-answer' } });
    while (killed() === before && !isOver()) await pause(20);
    await house.whole();
    // So that there is something under way again.
    await pause(1_500);
  }
  disarmFault(house.messageFault);
  return killed();
}

/**
 * Waits until nothing of these pathways is still to leave, but for what is looked for, or was in the hands of a worker
 * that died; what that one had hardly begun is missed after ten seconds (the heartbeat that workflows/engine/deliveries.ts
 * asks for), for which nobody waits in a quick run.
 */
async function allLeft(
  { house, pause }: Scene,
  pathwayIds: ReadonlySet<string>,
  patienceMs: number,
): Promise<void> {
  const begun = Date.now();
  while (Date.now() - begun < patienceMs) {
    const { messages: all } = await readLedger(house.postgres.url);
    const taken = acceptedIntents(house.gateway.record());
    const left = unsettled(all).filter(
      (message) => pathwayIds.has(message.pathwayId) && (!isHandedOver(message) || taken.has(message.id)),
    );
    if (left.length === 0) return;
    await pause(250);
  }
}

async function checkAll(
  { house, quick, index }: Scene,
  people: readonly Texted[],
): Promise<{ readonly violations: Violation[]; readonly counts: Readonly<Record<string, number>> }> {
  const ledger = await readLedger(house.postgres.url);
  const texts = house.gateway.record();
  const open = unsettled(ledger.messages);
  // Of a house that several repeats share, what is of this one.
  const pathwayIds = new Set(people.map(({ pathwayId }) => pathwayId));
  const phones = new Set(people.map(({ phone }) => phone));
  const own = ledger.messages.filter(({ pathwayId }) => pathwayIds.has(pathwayId));
  const creates = texts.filter(({ to }) => phones.has(to));
  const stopped = people.flatMap(({ phone, stopped: bar }) => (bar === undefined ? [] : [{ phone, ...bar }]));
  const intents = new Set(creates.map(intentOf));
  const mails = own.filter(({ channel, handedOverAt }) => channel === 'email' && handedOverAt !== null);
  const tried = intents.size + mails.length;
  const counts: Record<string, number> = {
    intents: own.length,
    tried,
    'texts tried': intents.size,
    creates: creates.length,
    'creates accepted': creates.filter(({ accepted }) => accepted).length,
    'mails tried': mails.length,
    'phones that nothing may reach': stopped.length,
    'texts from phones': people.flatMap(({ heard }) => heard).length,
  };
  for (const { by } of stopped) counts[by] = (counts[by] ?? 0) + 1;
  for (const { status, channel } of own) {
    const name = `${channel} ${status}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return {
    counts,
    violations: [
      ...checkSentOnce(ledger, texts),
      ...checkMailsOnce(ledger, house.inbox.record()),
      ...checkStopped(ledger, texts, stopped),
      ...people.flatMap(({ phone, heard }) =>
        heard
          .filter((answer) => answer !== 200)
          .map((answer) => violation('I1', `a text from ${phone} was answered ${String(answer)}`)),
      ),
      ...(await abandoned(house, open)),
      ...(quick || tried >= leastIntents
        ? []
        : [violation('table', `repeat ${String(index)}: only ${String(tried)} messages were tried`)]),
    ],
  };
}

/** Of what is not settled those that nobody goes on with: the run of the pathway has no delivery under way. */
async function abandoned({ client }: House, open: readonly MessageRow[]): Promise<Violation[]> {
  const found = await byClients(
    [...new Set(open.map(({ pathwayId }) => pathwayId))],
    5,
    async (pathwayId) => {
      const { raw } = await client.workflow.getHandle(pathwayWorkflowId(pathwayId)).describe();
      const under = (raw.pendingActivities ?? []).filter(
        ({ activityType }) => activityType?.name === 'deliverMessage',
      ).length;
      const owed = open.filter((message) => message.pathwayId === pathwayId).length;
      return under >= owed
        ? []
        : [violation('I12', `${pathwayId} owes ${String(owed)} messages and delivers ${String(under)}`)];
    },
  );
  return found.flat();
}

function acceptedIntents(texts: readonly CreateAttempt[]): Set<string> {
  return new Set(texts.filter(({ accepted }) => accepted).map(intentOf));
}

function isHandedOver({ status, handedOverAt }: MessageRow): boolean {
  return status === 'sending' && handedOverAt !== null;
}

/** Where the e-mails to the team and to whoever referred the people go. */
async function nameInboxes({ house, index, quick }: Scene): Promise<void> {
  if (quick && index > 0) return;
  const db = openDatabase(house.postgres.url, { fields: house.fields });
  const changedBy = 'u-faults';
  const forceId = 'dyfed-powys';
  try {
    const team = { forceId, kind: 'team', ownerId: 'ddas' } as const;
    await setStaffAddress(db, team, { address: 'team@provider.example', changedBy });
    const officer = { forceId, kind: 'user', ownerId: 'u-101' } as const;
    await setStaffAddress(db, officer, { address: 'officer@force.example', changedBy });
  } finally {
    await db.close();
  }
}
