import { importAnswer } from '../../api/schemas/imports.ts';
import { byClients, numbers } from '../../scripts/house/clients.ts';
import { makeRecordsExport } from '../../test/support/records-export.ts';
import { interleaved, pairsOf, timed, usualRig, type Bench, type BenchScene } from '../bench.ts';
import { figureOf, type Figure } from '../figure.ts';
import { Referral } from '../referral.ts';

interface Size {
  readonly rows: number;
  readonly budgetMs: number;
  /** Fewer pairs than otherwise: what is opened here is all held against the ledger afterwards. */
  readonly mostPairs?: number;
  readonly notQuick?: true;
}

/** As many as the force referred in a year, and more than in ten. */
const sizes: readonly Size[] = [
  { rows: 868, budgetMs: 120_000 },
  { rows: 10_000, budgetMs: 180_000, mostPairs: 2, notQuick: true },
];
/** As many as the API takes at once, over as many connections. */
const atOnce = 6;

export const importing: Bench = {
  name: 'import',
  about: 'The export of a year, sent to the API as one file, against as many openings past the API.',
  rig: usualRig,
  // The runs of what is opened are started afterwards; here they would fall into whatever is measured next.
  worker: 'away',
  measure: async (scene) => {
    const figures: Figure[] = [];
    for (const size of sizes.filter(({ notQuick }) => !scene.quick || notQuick !== true))
      figures.push(await measureAt(size, scene));
    return figures;
  },
};

let file = 0;

async function measureAt({ rows, budgetMs, mostPairs }: Size, scene: BenchScene): Promise<Figure> {
  const { rig, quick, say } = scene;
  const perSecond = async (work: () => Promise<unknown>): Promise<number> =>
    (rows * 1_000) / (await timed(work));
  const pairs = Math.min(scene.pairs, mostPairs ?? scene.pairs);
  const measured = await interleaved(
    { ...scene, pairs, leastPairs: Math.min(scene.leastPairs, pairs) },
    { budgetMs: quick ? 10_000 : budgetMs, warmUp: !quick && mostPairs === undefined },
    async () => {
      const csv = freshExport(scene, rows, (file += 1));
      return perSecond(() => send(scene, csv, rows));
    },
    async () => {
      const referrals = numbers(rows).map(() => new Referral(rig));
      return perSecond(() => byClients(referrals, atOnce, (referral) => referral.open()));
    },
  );
  const name = `rows/s, a file of ${rows.toLocaleString('en')}`;
  say(`${name}: ${measured.map(([a, b]) => `${a.toFixed(0)}/${b.toFixed(0)}`).join(' ')}`);
  return figureOf(
    name,
    pairsOf(measured, (rate) => rate),
  );
}

/** Outcomes and people that no file before has had. */
function freshExport({ random }: BenchScene, rows: number, number: number): string {
  const seed = random.between(0, 2 ** 31);
  const { csv } = makeRecordsExport({ seed, referrals: rows, others: 0, until: '2026-10-31' });
  return csv.replaceAll('DP-', `DP${String(number)}-`).replaceAll(/,N2(\d{5}),/g, `,N${String(number)}2$1,`);
}

async function send({ rig }: BenchScene, csv: string, rows: number): Promise<void> {
  const { house, witness } = rig;
  const response = await fetch(`${house.apiUrl}/api/v1/imports/outcomes`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await house.tokenOf('manager')}`,
      'content-type': 'text/csv',
      'idempotency-key': `bench-${String(performance.timeOrigin + performance.now())}`,
    },
    body: csv,
  });
  if (!response.ok) throw new Error(`The file was answered ${String(response.status)}`);
  const { rows: answers } = importAnswer.parse(await response.json());
  const taken = answers.flatMap((row) => (row.answer === 'taken' ? [row.pathwayId] : []));
  if (taken.length !== rows) throw new Error(`${String(taken.length)} rows of ${String(rows)} were taken`);
  witness.imported(taken);
}
