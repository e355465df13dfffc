import { openPathway } from '../../store/intake.ts';
import { append } from '../../store/ledger.ts';
import { byClients, numbers } from '../../scripts/house/clients.ts';
import type { AppendEntry } from '../../workflows/contract/envelope.ts';
import { toInstant } from '../../workflows/domain/common/instant.ts';
import type { DiversionCommand } from '../../workflows/domain/diversion/commands.ts';
import { diversion } from '../../workflows/domain/diversion/kind.ts';
import { interleaved, pairsOf, timed, usualRig, type Bench, type BenchScene } from '../bench.ts';
import { figureOf, type Figure } from '../figure.ts';
import { commandOf, evolved, contactAttempt, Referral } from '../referral.ts';

interface Level {
  readonly clients: number;
  /** So many pathways a client, each with so many commands. */
  readonly pathways: number;
  readonly pathwaysInQuick: number;
}

const levels: readonly Level[] = [
  { clients: 1, pathways: 20, pathwaysInQuick: 8 },
  { clients: 8, pathways: 10, pathwaysInQuick: 4 },
];
const commandsEach = 20;

/** A pathway that is open, and everything that will be appended to it. */
interface Story {
  readonly referral: Referral;
  readonly entries: readonly { readonly expectedSeq: number; readonly entry: AppendEntry }[];
}

export const ledger: Bench = {
  name: 'ledger',
  about:
    'One append, through pg, against one insert of the same JSON into a table with a key and nothing else.',
  rig: usualRig,
  // No run may look at a pathway that grows beside it.
  worker: 'away',
  measure: async (scene) => {
    await scene.rig.db.pool.query(
      'create table if not exists bench_insert (id bigserial primary key, entry jsonb not null)',
    );
    const figures: Figure[] = [];
    for (const level of levels) figures.push(await measureAt(level, scene));
    await scene.rig.db.pool.query('drop table bench_insert');
    return figures;
  },
};

async function measureAt({ clients, pathways, pathwaysInQuick }: Level, scene: BenchScene): Promise<Figure> {
  const { rig, quick, say } = scene;
  const { db, witness } = rig;
  const count = clients * (quick ? pathwaysInQuick : pathways);
  const perSecond = async (work: (story: Story) => Promise<unknown>): Promise<number> => {
    const stories = await byClients(numbers(count), 4, () => openedStory(scene));
    return (count * commandsEach * 1_000) / (await timed(() => byClients(stories, clients, work)));
  };
  const measured = await interleaved(
    scene,
    { budgetMs: quick ? 6_000 : 120_000, warmUp: true },
    () =>
      perSecond(async ({ referral, entries }) => {
        const { forceId, pathwayId } = referral.address;
        for (const { expectedSeq, entry } of entries) {
          const { recorded } = await append(db, { forceId, pathwayId, expectedSeq, entry }, 'bench');
          if (!recorded) throw new Error('An append was not recorded');
          witness.taken({ commandId: entry.commandId, name: 'append' });
        }
      }),
    () =>
      perSecond(async ({ entries }) => {
        for (const { entry } of entries) {
          await db.pool.query({
            name: 'bench-insert',
            text: 'insert into bench_insert (entry) values ($1::jsonb)',
            values: [JSON.stringify(entry)],
          });
        }
      }),
  );
  const at = `${String(clients)} ${clients === 1 ? 'client' : 'clients'}`;
  say(`${at}: ${measured.map(([a, b]) => `${a.toFixed(0)}/${b.toFixed(0)}`).join(' ')}`);
  return figureOf(
    `appends/s, ${at}`,
    pairsOf(measured, (rate) => rate),
  );
}

/** Decided beforehand: what is measured is the ledger. */
async function openedStory({ rig }: BenchScene): Promise<Story> {
  const referral = new Referral(rig);
  const { entry: opening } = referral.intake;
  await openPathway(rig.db, referral.intake);
  rig.witness.taken({ commandId: opening.commandId, name: 'receive-referral' });
  let state = evolved(undefined, opening);
  const entries = numbers(commandsEach).map(() => {
    const expectedSeq = state.seq;
    const [name, data] = contactAttempt();
    const now = toInstant(Date.now());
    const command = commandOf(name, 'ProviderManager', data, now) as DiversionCommand;
    const { events, intents, refusal } = diversion.decide(state, command, now);
    if (refusal !== undefined) throw new Error(refusal.message);
    const { commandId, actor } = command;
    const draft = { commandId, actor, policyVersion: state.policy.version, events, intents };
    state = evolved(state, draft);
    return { expectedSeq, entry: { ...draft, summary: diversion.summarise(state) } };
  });
  return { referral, entries };
}
