import { armFault, disarmFault } from '../armed-fault.ts';
import type { Cell, Outcome, Scene } from '../cell.ts';
import { byClients, numbers } from '../../../scripts/house/clients.ts';
import { brisk } from '../../../scripts/house/house-policies.ts';
import { liveUnderDuty } from '../lives/compulsory-life.ts';
import { errandNames, prepareErrand } from '../lives/errands.ts';
import { liveAsPlanned } from '../lives/planned-life.ts';
import { Story } from '../lives/story.ts';
import { liveVoluntarily } from '../lives/voluntary-life.ts';
import { settled } from '../settling.ts';

const clients = 8;
const actsInALife = 10;
/** How many of each kind: under duty, on the voluntary path by chance, as planned, and one command with its way there. */
const lives = { duties: 100, walks: 30, planned: 25, actsAsPlanned: 24, errands: 2 * errandNames.length };
/** Between two harms, in milliseconds: sometimes all has come right by then, often not. */
const respite = { least: 500, most: 8_000 };
/** A quick repeat has fewer lives and ends its harm early. */
const quickly = {
  lives: { duties: 6, walks: 2, planned: 2, actsAsPlanned: 12, errands: 8 },
  ...{ harms: 4, respite: { least: 300, most: 3_000 } },
};

export const randomKills: Cell = {
  name: 'random',
  about: 'All of them die at random during some two thousand acts of 260 lives, sent by eight clients.',
  policies: brisk,
  workers: 2,
  freshHouse: true,
  repeatWithinMs: 1_200_000,
  repeat: liveUnderFire,
};

async function liveUnderFire(scene: Scene): Promise<Outcome> {
  const { house, officer, random, signal, index } = scene;
  const before = deathsIn(house);
  const ways = waysOf(scene);
  const stories = numbers(ways.length, index * ways.length).map(
    (number) => new Story(officer, random.fork(), number),
  );
  let over = false;
  const living = byClients(stories, clients, async (story, place) => ways[place]?.(story)).finally(() => {
    over = true;
  });
  const [shots] = await Promise.all([keepKilling(scene, () => over), living]);
  disarmFault(house.appendFault);
  disarmFault(house.sendFault);
  await settled(house, signal);
  return {
    kills: shots.servers + deathsIn(house) - before,
    recoveryMs: Date.now() - shots.lastAt,
    violations: stories.flatMap((story) => story.violations),
  };
}

type Way = (story: Story) => Promise<void>;

/** What becomes of each person, in an order of this seed. */
function waysOf({ random, quick }: Scene): Way[] {
  const order = random.shuffled(errandNames);
  const { duties, walks, planned, actsAsPlanned, errands } = quick ? quickly.lives : lives;
  const ways: Way[] = [
    ...numbers(duties).map(() => (story: Story) => liveUnderDuty(story, actsInALife)),
    ...numbers(walks).map(() => (story: Story) => liveVoluntarily(story, actsInALife)),
    ...numbers(planned).map(() => (story: Story) => liveAsPlanned(story, actsAsPlanned)),
    ...numbers(errands).map((place) => async (story: Story) => {
      await (
        await prepareErrand(story, order[place % order.length] ?? '')
      )();
    }),
  ];
  return random.shuffled(ways);
}

function deathsIn({ api, workers }: Scene['house']): number {
  return [api, ...workers].reduce((sum, part) => sum + part.deaths, 0);
}

interface Shots {
  /** Of PostgreSQL and Temporal; the others count their own deaths. */
  servers: number;
  lastAt: number;
}

/** One harm after the other, with time in between for something to happen but not for all to come right. */
async function keepKilling(scene: Scene, isOver: () => boolean): Promise<Shots> {
  const { house, random, pause, quick } = scene;
  const { least, most } = quick ? quickly.respite : respite;
  const shots: Shots = { servers: 0, lastAt: Date.now() };
  const worker = () => random.pick(house.workers);
  const absence = () => random.between(0, 2_000);
  const server = async (handle: typeof house.temporal | typeof house.postgres): Promise<void> => {
    shots.servers += 1;
    await handle.kill();
    await pause(absence());
    await handle.start();
  };
  const harms = [
    () => worker().kill(absence()),
    () => house.api.kill(absence()),
    () => server(house.temporal),
    () => server(house.postgres),
    async () => {
      armFault(house.appendFault, { others: [], moment: { kind: 'before-answer' } });
      await pause(500);
    },
    async () => {
      const temporal = house.temporal.pid();
      const moment = random.chance(0.5)
        ? ({ kind: 'before-answer' } as const)
        : ({ kind: 'under-way', afterMs: random.between(0, 10) } as const);
      armFault(house.appendFault, { others: [temporal], moment });
      await pause(500);
      if (!house.temporal.running()) shots.servers += 1;
      await house.temporal.start();
    },
    async () => {
      const moment = random.chance(0.5)
        ? ({ kind: 'before-answer' } as const)
        : ({ kind: 'under-way', afterMs: random.between(0, 20) } as const);
      armFault(house.sendFault, { others: [], moment });
      await pause(500);
    },
  ];
  for (let harm = 0; !isOver() && !(quick && harm === quickly.harms); harm += 1) {
    await pause(random.between(least, most));
    if (isOver()) break;
    await random.pick(harms)();
    // Whatever was armed and not met must not meet a later Temporal.
    disarmFault(house.appendFault);
    shots.lastAt = Date.now();
  }
  await house.temporal.start();
  return shots;
}
