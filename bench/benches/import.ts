import { importAnswer } from '../../api/schemas/imports.ts';
import { byClients, numbers } from '../../scripts/house/clients.ts';
import { makeRecordsExport } from '../../test/support/records-export.ts';
import { interleaved, pairsOf, timed, usualRig, type Bench, type BenchScene } from '../bench.ts';
import { figureOf } from '../figure.ts';
import { Referral } from '../referral.ts';

/** As many as the force referred in a year. */
const rows = 868;
/** As many as the API takes at once, over as many connections. */
const atOnce = 6;

export const importing: Bench = {
  name: 'import',
  about: 'The export of a year, sent to the API as one file, against as many openings past the API.',
  rig: usualRig,
  // The runs of what is opened are started afterwards; here they would fall into whatever is measured next.
  worker: 'away',
  measure: async (scene) => {
    const { rig, say } = scene;
    const perSecond = async (work: () => Promise<unknown>): Promise<number> =>
      (rows * 1_000) / (await timed(work));
    let file = 0;
    const measured = await interleaved(
      scene,
      { budgetMs: scene.quick ? 10_000 : 180_000, warmUp: !scene.quick },
      async () => {
        const csv = freshExport(scene, (file += 1));
        return perSecond(() => send(scene, csv));
      },
      async () => {
        const referrals = numbers(rows).map(() => new Referral(rig));
        return perSecond(() => byClients(referrals, atOnce, (referral) => referral.open()));
      },
    );
    say(measured.map(([a, b]) => `${a.toFixed(0)}/${b.toFixed(0)}`).join(' '));
    return [
      figureOf(
        'rows/s',
        pairsOf(measured, (rate) => rate),
      ),
    ];
  },
};

/** Outcomes and people that no file before has had. */
function freshExport({ random }: BenchScene, file: number): string {
  const seed = random.between(0, 2 ** 31);
  const { csv } = makeRecordsExport({ seed, referrals: rows, others: 0, until: '2026-10-31' });
  return csv.replaceAll('DP-', `DP${String(file)}-`).replaceAll(/,N2(\d{5}),/g, `,N${String(file)}2$1,`);
}

async function send({ rig }: BenchScene, csv: string): Promise<void> {
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
