import type { Cell, Outcome, Scene } from '../cell.ts';
import { violation, type Violation } from '../../../scripts/house/violation.ts';
import { byClients, numbers } from '../../../scripts/house/clients.ts';
import { atAnyTime, calm } from '../../../scripts/house/house-policies.ts';
import { readLedger, type LedgerPathway } from '../../../scripts/house/ledger-snapshot.ts';
import { beTested, impose } from '../lives/compulsory-life.ts';
import { inMs, Story } from '../lives/story.ts';
import { beReferred, book } from '../lives/voluntary-life.ts';
import { settled } from '../settling.ts';
import { prepareErrands } from './handful.ts';
import { nextTimerOf, ringsInTime } from './standing-timers.ts';

const hourMs = 3_600_000;

export const temporalStoreLost: Cell = {
  name: 'temporal-store-lost',
  about: 'Temporal dies and everything that it ever stored is gone, while two hundred pathways are open.',
  policies: {
    diversion: { ...calm.diversion, messages: atAnyTime({ unit: 'hours', count: 1 }) },
    compulsory: { ...calm.compulsory, messages: atAnyTime({ unit: 'hours', count: 1 }) },
  },
  workers: 2,
  repeatWithinMs: 180_000,
  repeat: loseTheStore,
};

async function loseTheStore(scene: Scene): Promise<Outcome> {
  const { house, officer, random, signal, index, quick } = scene;
  // The pathways of the first repeat stay open for the others, which bring a few with reminders due just then.
  const count = index === 0 ? (quick ? 50 : 200) : 10;
  const stories = numbers(count, index * 1_000).map((number) => new Story(officer, random.fork(), number));
  await byClients(stories, 8, (story) => openWithReminder(story));
  const errands = await prepareErrands(scene);
  const restartWorkers = index % 2 === 1;
  await Promise.all([
    house.temporal.kill(),
    ...(restartWorkers ? house.workers.map((worker) => worker.kill()) : []),
  ]);
  const died = Date.now();
  house.temporal.loseStore();
  const acting = errands.send();
  await scene.pause(random.between(0, 2_000));
  await house.temporal.start();
  await acting;
  await settled(house, signal);
  await everyClockArmed(scene);
  return {
    kills: restartWorkers ? 1 + house.workers.length : 1,
    recoveryMs: Date.now() - died,
    violations: [...stories.flatMap((story) => story.violations), ...errands.violations()],
  };
}

/** A pathway with an appointment whose reminder leaves now, before, during or after the loss. */
async function openWithReminder(story: Story): Promise<void> {
  const startsAt = Date.now() + hourMs + story.random.between(500, 8_000);
  if (story.number % 2 === 0) {
    const duty = await beTested(story);
    if (duty !== undefined) await impose(story, duty, startsAt);
  } else {
    const referral = await beReferred(story, Date.parse(inMs(-story.random.between(1_000, hourMs))));
    if (referral !== undefined) await book(story, referral, startsAt);
  }
}

/**
 * Waits until every open pathway has a run whose next timer rings for its nearest clock.
 * @throws Error naming those that have none when the time is over
 */
async function everyClockArmed({ house, pause, signal }: Scene): Promise<void> {
  let unarmed: Violation[] = [];
  try {
    for (;;) {
      const { pathways } = await readLedger(house.postgres.url);
      const open = pathways.filter(({ needsRun }) => needsRun);
      unarmed = (await byClients(open, 10, (pathway) => findUnarmed(house, pathway))).flat();
      if (unarmed.length === 0) return;
      await pause(500);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new Error(`Clocks that are not armed: ${unarmed.map(({ what }) => what).join('; ')}`, {
      cause: error,
    });
  }
}

async function findUnarmed(
  { client }: Scene['house'],
  { pathwayId, columns: { nextDueAt } }: LedgerPathway,
): Promise<Violation[]> {
  const timer = await nextTimerOf(client, pathwayId);
  if (timer === 'no-run') return [violation('I4', `${pathwayId} has no run`)];
  if (nextDueAt === null) return [];
  if (ringsInTime(timer, Date.parse(nextDueAt))) return [];
  return [violation('I4', `${pathwayId}: due ${nextDueAt}, timer ${JSON.stringify(timer)}`)];
}
