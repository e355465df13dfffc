import { armFault, disarmFault } from '../armed-fault.ts';
import type { Cell, Outcome, Scene } from '../cell.ts';
import { byClients, numbers } from '../../../scripts/house/clients.ts';
import { brisk } from '../../../scripts/house/house-policies.ts';
import { liveUnderDuty } from '../lives/compulsory-life.ts';
import { Story } from '../lives/story.ts';
import { liveVoluntarily } from '../lives/voluntary-life.ts';
import { settled } from '../settling.ts';

const clients = 8;
const actsInALife = 10;
/** Between two harms, in milliseconds: sometimes all has come right by then, often not. */
const respite = { least: 500, most: 8_000 };
/** A quick repeat has fewer lives and ends its harm early. */
const quickly = { lives: 12, harms: 4, respite: { least: 300, most: 3_000 } };

export const randomKills: Cell = {
  name: 'random',
  about: 'All of them die at random during two hundred lives of ten acts each, sent by eight clients.',
  policies: brisk,
  workers: 2,
  freshHouse: true,
  repeatWithinMs: 600_000,
  repeat: liveUnderFire,
};

async function liveUnderFire(scene: Scene): Promise<Outcome> {
  const { house, officer, random, quick, signal, index } = scene;
  const count = quick ? quickly.lives : 200;
  const before = deathsIn(house);
  const stories = numbers(count, index * count).map((number) => new Story(officer, random.fork(), number));
  let over = false;
  const living = byClients(stories, clients, (story) =>
    story.random.chance(0.5) ? liveVoluntarily(story, actsInALife) : liveUnderDuty(story, actsInALife),
  ).finally(() => {
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
