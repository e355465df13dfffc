import { byClients, numbers } from '../../scripts/house/clients.ts';
import {
  interleaved,
  pairsOf,
  timed,
  usualRig,
  type Bench,
  type BenchScene,
  type LifeLevel,
} from '../bench.ts';
import { figureOf, ratioAtLeast, type Figure } from '../figure.ts';
import { lifeOfNine, live } from '../referral.ts';

const levels: readonly LifeLevel[] = [
  { clients: 1, lives: 6, budgetMs: 60_000, quick: { lives: 2, budgetMs: 8_000 } },
  { clients: 8, lives: 24, budgetMs: 120_000, quick: { lives: 16, budgetMs: 12_000 } },
  { clients: 50, lives: 50, budgetMs: 240_000 },
];

export const throughput: Bench = {
  name: 'throughput',
  about: 'Whole lives past the API against bare runs with as many Updates, at 1, 8 and 50 clients.',
  rig: usualRig,
  measure: async (scene) => {
    const figures: Figure[] = [];
    for (const level of levels.filter(({ quick }) => !scene.quick || quick !== undefined))
      figures.push(...(await measureAt(level, scene)));
    return figures;
  },
};

async function measureAt(level: LifeLevel, scene: BenchScene): Promise<Figure[]> {
  const { clients } = level;
  const { rig, say } = scene;
  const { lives: count, budgetMs } = scene.quick ? (level.quick ?? level) : level;
  const updates = lifeOfNine.length;
  // Every life of a round ends before the next round begins, so neither side works during the other's.
  const perSecond = async (liveOnce: () => Promise<unknown>): Promise<number> =>
    (count * 1_000) / (await timed(() => byClients(numbers(count), clients, liveOnce)));
  const measured = await interleaved(
    scene,
    // In a quick run the first level has warmed up what the others use.
    { budgetMs, warmUp: !scene.quick || clients === 1 },
    () => perSecond(() => live(rig)),
    () => perSecond(() => rig.bare.live(updates)),
  );
  say(`${String(clients)} clients: ${measured.map(([a, b]) => `${a.toFixed(1)}/${b.toFixed(1)}`).join(' ')}`);
  const at = `${String(clients)} ${clients === 1 ? 'client' : 'clients'}`;
  return [
    figureOf(
      `commands/s, ${at}`,
      pairsOf(measured, (rate) => rate * updates),
      ratioAtLeast(0.6),
    ),
    figureOf(
      `lives/s, ${at}`,
      pairsOf(measured, (rate) => rate),
      ratioAtLeast(0.6),
    ),
  ];
}
