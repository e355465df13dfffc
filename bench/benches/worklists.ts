import { pathwayView } from '../../api/schemas/answers.ts';
import { pathwayCounts, pathwayList } from '../../api/schemas/worklists.ts';
import { interleaved, pairsOf, timed, usualRig, type Bench, type BenchScene } from '../bench.ts';
import { Caseload, type Who } from '../caseload.ts';
import { atMost, figureOf, percentile, ratioAtMost, type Figure } from '../figure.ts';

const pathways = 100_000;
const pathwaysInQuick = 10_000;
/** Requests of one side of a pair. */
const asked = 200;
const askedInQuick = 60;

/** What a caseworker, a team lead and a manager open the day with. */
const lists = [
  'worker=u-301&state=working&order=due',
  'state=working&order=due',
  'unassigned=true&order=due',
  'overdue=true&order=due',
  'attention=true&order=due',
  'stage=contacted&order=due',
  'state=working&due-before=2099-01-01T00:00:00Z&order=due',
  'state=closed&order=received',
  'order=received',
] as const;

export const worklists: Bench = {
  name: 'worklists',
  about: `Lists, case pages and counts over ${pathways.toLocaleString('en')} pathways by the API, with token, scope and schema, against the same SQL by plain pg from the same process.`,
  rig: usualRig,
  // The caseload has a database of its own beside the house's, and an API over it; no run belongs to it.
  worker: 'away',
  measure: async (scene) => {
    const { rig, quick, say } = scene;
    const size = quick ? pathwaysInQuick : pathways;
    const caseload = await Caseload.open(rig, size, say);
    try {
      return [
        ...(await measureLists(scene, caseload, 'caseworker')),
        ...(await measureLists(scene, caseload, 'manager')),
        ...(await measurePages(scene, caseload)),
        ...(await measureCounts(scene, caseload)),
      ];
    } finally {
      await caseload.close();
    }
  },
};

async function measureLists(scene: BenchScene, caseload: Caseload, who: Who): Promise<Figure[]> {
  const paths = lists.map((query) => `/api/v1/pathways?kind=diversion&limit=50&${query}`);
  for (const path of paths) {
    const { items } = pathwayList.parse(await caseload.get(who, path));
    if (items.length === 0) throw new Error(`An empty list measures nothing: ${path}`);
  }
  const figures = await measure(scene, caseload, who, () => scene.random.pick(paths));
  return [
    figureOf(`worklist p50 ms, ${who}`, figures.p50, ratioAtMost(3)),
    figureOf(`worklist p95 ms, ${who}`, figures.p95, atMost(10)),
  ];
}

async function measurePages(scene: BenchScene, caseload: Caseload): Promise<Figure[]> {
  const path = (): string => `/api/v1/pathways/${scene.random.pick(caseload.pages)}`;
  pathwayView.parse(await caseload.get('caseworker', path()));
  const figures = await measure(scene, caseload, 'caseworker', path);
  return [
    figureOf('case page p50 ms', figures.p50, ratioAtMost(3)),
    figureOf('case page p95 ms', figures.p95),
  ];
}

async function measureCounts(scene: BenchScene, caseload: Caseload): Promise<Figure[]> {
  const path = '/api/v1/pathways/counts?kind=diversion';
  const { total } = pathwayCounts.parse(await caseload.get('manager', path));
  if (total !== caseload.size) throw new Error(`${String(total)} are counted, not ${String(caseload.size)}`);
  const figures = await measure(scene, caseload, 'manager', () => path, 10);
  return [figureOf('counts p50 ms, manager', figures.p50, ratioAtMost(3))];
}

/** One client; each side is asked for the same things in another order. */
async function measure(
  scene: BenchScene,
  caseload: Caseload,
  who: Who,
  next: () => string,
  fewer = 1,
): Promise<Readonly<Record<'p50' | 'p95', ReturnType<typeof pairsOf>>>> {
  const { quick, say } = scene;
  const count = Math.ceil((quick ? askedInQuick : asked) / fewer);
  const times = async (
    ask: (path: string) => Promise<unknown>,
    prepare?: (path: string) => Promise<unknown>,
  ): Promise<readonly number[]> => {
    const each: number[] = [];
    while (each.length < count) {
      const path = next();
      await prepare?.(path);
      each.push(await timed(() => ask(path)));
    }
    return each;
  };
  const measured = await interleaved(
    scene,
    { budgetMs: quick ? 8_000 : 60_000, warmUp: true },
    () => times((path) => caseload.get(who, path)),
    () =>
      times(
        (path) => caseload.replay(who, path),
        (path) => caseload.learn(who, path),
      ),
  );
  const p50 = pairsOf(measured, (each) => percentile(each, 0.5));
  const p95 = pairsOf(measured, (each) => percentile(each, 0.95));
  say(`${who}: p95 ${p95.map(([a, b]) => `${a.toFixed(1)}/${b.toFixed(1)}`).join(' ')}`);
  return { p50, p95 };
}
