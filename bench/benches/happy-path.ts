import { byClients, numbers } from '../../scripts/house/clients.ts';
import { pathwayWorkflowId } from '../../workflows/contract/temporal.ts';
import { actionsEach } from '../action-counter.ts';
import {
  interleaved,
  pairsOf,
  timed,
  usualRig,
  type Bench,
  type BenchScene,
  type LifeLevel,
} from '../bench.ts';
import { atMost, counted, figureOf, median, ratioAtLeast, ratioAtMost, type Figure } from '../figure.ts';
import type { Rig } from '../rig.ts';
import { lengthOf, type RunLength } from '../run-length.ts';
import { liveTreated, treatedConsents, treatedSteps, type TreatedLife } from '../treated-life.ts';

const levels: readonly LifeLevel[] = [
  { clients: 8, lives: 24, budgetMs: 120_000, quick: { lives: 8, budgetMs: 15_000 } },
  { clients: 50, lives: 50, budgetMs: 240_000 },
];

const fewest: LifeLevel = { clients: 8, lives: 24, budgetMs: 90_000 };

/** So many whose history and actions are counted: the counters know no noise. */
const countedLives = 5;

/** The least that Temporal could be asked for: a start, and of each step an Update with one batch of local activities. */
const floor = 1 + 2 * treatedSteps;

export const happyPath: Bench = {
  name: 'happy-path',
  about: `The whole voluntary path when it goes well, from the intake to the completion in ${String(treatedSteps)} Updates, against bare runs with as many.`,
  rig: usualRig,
  measure: async (scene) => {
    const figures: Figure[] = [];
    for (const level of levels.filter(({ quick }) => !scene.quick || quick !== undefined))
      figures.push(await rateAt(level, scene));
    // What the consents cost, which are carried by runs of their own.
    if (!scene.quick) figures.push(await rateAt(fewest, scene, 'no-consents'));
    return [...figures, ...(await historyOf(scene)), ...(await actionsOfLife(scene))];
  },
};

async function rateAt(
  level: LifeLevel,
  scene: BenchScene,
  told: 'consents' | 'no-consents' = 'consents',
): Promise<Figure> {
  const { clients } = level;
  const updates = told === 'consents' ? treatedSteps : treatedSteps - treatedConsents;
  const { rig, say } = scene;
  const { lives: count, budgetMs } = scene.quick ? (level.quick ?? level) : level;
  // Every life of a round ends before the next round begins, so neither side works during the other's.
  const perSecond = async (liveOnce: () => Promise<unknown>): Promise<number> =>
    (count * 1_000) / (await timed(() => byClients(numbers(count), clients, liveOnce)));
  const measured = await interleaved(
    scene,
    { budgetMs, warmUp: true },
    async () => {
      const before = await closedIn(rig);
      const rate = await perSecond(() => liveTreated(rig, told));
      const closed = (await closedIn(rig)) - before;
      if (closed !== count) throw new Error(`${String(closed)} pathways were closed, not ${String(count)}`);
      return rate;
    },
    () => perSecond(() => rig.bare.live(updates)),
  );
  say(`${String(clients)} clients: ${measured.map(([a, b]) => `${a.toFixed(2)}/${b.toFixed(2)}`).join(' ')}`);
  return figureOf(
    `pathways closed/s, ${String(clients)} clients${told === 'consents' ? '' : ', without consents'}`,
    pairsOf(measured, (rate) => rate),
    told === 'consents' ? ratioAtLeast(0.6) : undefined,
  );
}

/** As PostgreSQL has it: an answer that was given proves less than a row that is there. */
async function closedIn({ db }: Rig): Promise<number> {
  const { rows } = await db.pool.query<{ closed: number }>(
    'select count(*)::integer as closed from pathway where closed_at is not null',
  );
  return rows[0]?.closed ?? 0;
}

async function historyOf({ rig }: BenchScene): Promise<Figure[]> {
  const ours: RunLength[] = [];
  const carried: number[] = [];
  const bare: RunLength[] = [];
  for (let index = 0; index < countedLives; index += 1) {
    const life = await liveTreated(rig);
    const own = await lengthOf(rig.house.client, pathwayWorkflowId(life.pathwayId));
    ours.push(own);
    carried.push(own.bytes + (await bytesOfCarriers(rig, life)));
    const handle = await rig.bare.live(treatedSteps);
    bare.push(await lengthOf(rig.bare.client, handle.workflowId));
  }
  const of = (lengths: readonly RunLength[], part: keyof RunLength): number =>
    median(lengths.map((length) => length[part]));
  return [
    counted('events', of(ours, 'events'), of(bare, 'events'), atMost(120)),
    counted('bytes', of(ours, 'bytes'), of(bare, 'bytes'), atMost(20 * 1_024)),
    counted(`bytes with the runs of ${String(treatedConsents)} consents`, median(carried), of(bare, 'bytes')),
  ];
}

async function bytesOfCarriers({ house }: Rig, { carriers }: TreatedLife): Promise<number> {
  const lengths = await Promise.all(carriers.map((workflowId) => lengthOf(house.client, workflowId)));
  return lengths.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Without clocks that fire, so that is the whole of the floor. */
async function actionsOfLife({ rig }: BenchScene): Promise<Figure[]> {
  const life = await actionsEach(rig, countedLives, () => liveTreated(rig));
  const bare = await actionsEach(rig, countedLives, () => rig.bare.live(treatedSteps));
  return [
    counted('actions against the floor', life, floor, ratioAtMost(1.25)),
    counted('actions against the bare run', life, bare),
  ];
}
