import { availableParallelism, loadavg } from 'node:os';
import type { Cell, Outcome, Scene } from '../cell.ts';
import { clocksOf, passed } from '../checks/clocks.ts';
import { violation, type Violation } from '../../../scripts/house/violation.ts';
import { byClients, numbers } from '../../../scripts/house/clients.ts';
import { atAnyTime, calm, seconds } from '../../../scripts/house/house-policies.ts';
import { readLedger } from '../../../scripts/house/ledger-snapshot.ts';
import { beTested, impose } from '../lives/compulsory-life.ts';
import { Story } from '../lives/story.ts';
import { beReferred, book } from '../lives/voluntary-life.ts';
import { handedOut, overtakings } from './handing-out.ts';
import { prepareErrands } from './handful.ts';
import { settled } from '../settling.ts';

const hourMs = 3_600_000;
const firstContactSeconds = 60;
/** How many clocks, and how long there is to open and book everything before they come due, where nothing else runs. */
const sizes = {
  whole: { reminders: 40, others: 10, openingMs: 20_000 },
  quick: { reminders: 16, others: 4, openingMs: 6_000 },
};
type Size = (typeof sizes)[keyof typeof sizes];
/** The goal: everything recorded so soon after the database has returned. */
const recordedWithinMs = 30_000;
/** A delivery that is put into the queue just now may miss the turn that is being given out; a busy machine stalls. */
const graceMs = 2_000;

export const postgresAway: Cell = {
  name: 'postgres-away-50-clocks',
  about: 'PostgreSQL is away while fifty clocks come due, forty of them reminders, and returns.',
  policies: {
    diversion: {
      ...calm.diversion,
      messages: atAnyTime({ unit: 'hours', count: 1 }),
      firstContact: seconds(firstContactSeconds),
    },
    compulsory: { ...calm.compulsory, messages: atAnyTime({ unit: 'hours', count: 1 }) },
  },
  messagesPerSecond: 2,
  repeatWithinMs: 150_000,
  repeat: beAwayWhileClocksComeDue,
};

async function beAwayWhileClocksComeDue(scene: Scene): Promise<Outcome> {
  const { house, officer, random, signal, index, quick } = scene;
  const size: Size = quick ? sizes.quick : sizes.whole;
  const { reminders, others } = size;
  const errands = await prepareErrands(scene);
  const due = Date.now() + openingMs(size);
  const first = index * (reminders + others);
  const stories = numbers(reminders + others, first).map(
    (number) => new Story(officer, random.fork(), number),
  );
  const opened = await byClients(stories, 8, async (story) => {
    const startsAt = due + hourMs + random.between(0, 300);
    if (story.number - first >= reminders) return beReferred(story, due - firstContactSeconds * 1_000);
    if (story.number % 2 === 0) {
      const duty = await beTested(story);
      if (duty !== undefined) await impose(story, duty, startsAt);
      return duty;
    }
    const referral = await beReferred(story);
    if (referral !== undefined) await book(story, referral, startsAt);
    return referral;
  });
  const pathwayIds = new Set(opened.map((pathway) => pathway?.pathwayId));
  if (Date.now() >= due - 200)
    throw new Error('The machine was too slow to book everything before the clocks');
  await (random.chance(0.5) ? house.postgres.kill() : house.postgres.stop());
  const acting = errands.send();
  await scene.pause(due + 500 + random.between(1_000, 8_000) - Date.now());
  // It answers before it is seen to, on a busy machine by seconds.
  const returning = Date.now();
  await house.postgres.start();
  const returned = Date.now();
  await acting;
  await settled(house, signal);
  const recoveryMs = Date.now() - returned;
  await sent(scene, (index + 1) * reminders);
  return {
    kills: 1,
    recoveryMs,
    violations: [
      ...stories.flatMap((story) => story.violations),
      ...errands.violations(),
      ...(recoveryMs <= recordedWithinMs
        ? []
        : [violation('time', `the clocks were recorded ${String(recoveryMs)} ms after the return`)]),
      ...(await checkClocksAndOrder(scene, { ...size, due, returning, pathwayIds })),
    ],
  };
}

/** Longer on a busy machine, and always within the first contact, whose start is not to come. */
function openingMs(size: Size): number {
  const busy = Math.max(1, (loadavg()[0] ?? 0) / availableParallelism());
  return Math.min(size.openingMs * busy, (firstContactSeconds - 5) * 1_000);
}

/** Waits until so many reminders have left. */
async function sent({ house, pause }: Scene, expected: number): Promise<void> {
  while (house.gateway.record().filter(({ accepted }) => accepted).length < expected) await pause(100);
}

async function checkClocksAndOrder(
  { house }: Scene,
  {
    reminders,
    others,
    due,
    returning,
    pathwayIds,
  }: Size & {
    readonly due: number;
    /** When PostgreSQL was told to return. */
    readonly returning: number;
    readonly pathwayIds: ReadonlySet<string | undefined>;
  },
): Promise<Violation[]> {
  const { pathways, messages } = await readLedger(house.postgres.url);
  const late = passed(clocksOf(pathways)).filter(({ pathwayId, deadline }) => {
    const at = Date.parse(deadline.due);
    return pathwayIds.has(pathwayId) && at >= due && at <= due + 500;
  });
  const violations = late
    .filter(
      ({ lateBySeconds, deadline }) => lateBySeconds < (returning - Date.parse(deadline.due)) / 1_000 - 2,
    )
    .map(({ pathwayId }) => violation('I4', `${pathwayId}: recorded while PostgreSQL was away`));
  const mine = new Set(late.map(({ pathwayId }) => pathwayId));
  if (late.length !== reminders + others) {
    violations.push(
      violation('I4', `${String(late.length)} clocks passed, ${String(reminders + others)} came due`),
    );
  }
  const left = messages.filter(
    ({ pathwayId, status }) => (status === 'sent' || status === 'delivered') && mine.has(pathwayId),
  );
  const deliveries = (
    await byClients(left, 10, ({ pathwayId }) => handedOut(house.client, pathwayId))
  ).flat();
  if (deliveries.length !== reminders) {
    violations.push(
      violation('time', `${String(deliveries.length)} reminders were handed out, not ${String(reminders)}`),
    );
  }
  house.note('deliveries.json', deliveries);
  for (const { urgent, overtaker } of overtakings(deliveries, graceMs)) {
    violations.push(
      violation(
        'time',
        `the text of ${overtaker.pathwayId} was handed out before the more urgent one of ${urgent.pathwayId}`,
      ),
    );
  }
  return violations;
}
