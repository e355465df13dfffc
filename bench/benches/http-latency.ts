import type { WorkflowHandle } from '@temporalio/client';
import { isTaken } from '../../scripts/house/officer.ts';
import { byClients, numbers } from '../../scripts/house/clients.ts';
import { step } from '../bare/names.ts';
import { interleaved, pairsOf, timed, usualRig, type Bench, type BenchScene } from '../bench.ts';
import { atMostAbovePeer, figureOf, percentile, ratioAtMost, type Figure } from '../figure.ts';
import { contactAttempt, Referral } from '../referral.ts';
import type { Rig } from '../rig.ts';

interface Level {
  readonly clients: number;
  /** Each client has its own pathway in each round and sends so many commands to it, one after the other. */
  readonly commands: number;
  readonly commandsInQuick: number;
  readonly budgetMs: number;
}

const levels: readonly Level[] = [
  { clients: 1, commands: 100, commandsInQuick: 30, budgetMs: 120_000 },
  { clients: 8, commands: 25, commandsInQuick: 15, budgetMs: 180_000 },
];

/** Sent before the clock starts: the run is there and in the worker's cache, the connections are open. */
const dropped = 3;

export const httpLatency: Bench = {
  name: 'http-latency',
  about:
    'One command over HTTP, with token and Idempotency-Key, against one bare Update from the same process.',
  rig: usualRig,
  measure: async (scene) => {
    const figures: Figure[] = [];
    for (const level of levels) figures.push(...(await measureAt(level, scene)));
    return figures;
  },
};

async function measureAt(
  { clients, commands, commandsInQuick, budgetMs }: Level,
  scene: BenchScene,
): Promise<Figure[]> {
  const { rig, quick, say } = scene;
  const count = quick ? commandsInQuick : commands;
  const round = async <T>(
    prepare: () => Promise<T>,
    act: (subject: T) => Promise<unknown>,
    leave: (subject: T) => Promise<unknown>,
  ): Promise<readonly number[]> => {
    const each = numbers(clients);
    const subjects = await byClients(each, clients, async () => {
      const subject = await prepare();
      for (let index = 0; index < dropped; index += 1) await act(subject);
      return subject;
    });
    const times = await byClients(subjects, clients, async (subject) => {
      const own: number[] = [];
      while (own.length < count) own.push(await timed(() => act(subject)));
      return own;
    });
    await byClients(subjects, clients, leave);
    return times.flat();
  };
  const measured = await interleaved(
    scene,
    { budgetMs: quick ? 12_000 : budgetMs, warmUp: !quick || clients === 1 },
    () =>
      round(
        () => opened(rig),
        (referral) => attemptOverHttp(rig, referral),
        (referral) => referral.send(['close-pathway', { reason: 'entered-in-error' }]),
      ),
    () =>
      round(
        () => rig.bare.start(count + dropped),
        (handle: WorkflowHandle) => handle.executeUpdate(step),
        (handle) => handle.result(),
      ),
  );
  const at = `${String(clients)} ${clients === 1 ? 'client' : 'clients'}`;
  const p50 = pairsOf(measured, (times) => percentile(times, 0.5));
  const p99 = pairsOf(measured, (times) => percentile(times, 0.99));
  const askedAgain = rig.officer.acts.filter(({ heard }) => heard.length > 1).length;
  say(`${String(askedAgain)} of ${String(rig.officer.acts.length)} commands had to be asked for again`);
  say(`${at}: p50 ${p50.map(([a, b]) => `${a.toFixed(1)}/${b.toFixed(1)}`).join(' ')}`);
  return [
    figureOf(`p50 ms, ${at}`, p50, atMostAbovePeer(8, 'ms')),
    figureOf(`p99 ms, ${at}`, p99, ratioAtMost(1.3)),
  ];
}

async function opened(rig: Rig): Promise<Referral> {
  const referral = new Referral(rig);
  await referral.open();
  await referral.start();
  return referral;
}

async function attemptOverHttp({ officer }: Rig, { address }: Referral): Promise<void> {
  const [name, data] = contactAttempt();
  const path = `/api/v1/pathways/${address.pathwayId}/commands/${name}`;
  const act = await officer.act('provider-manager', path, { data });
  // Where the API had to say "outcome unknown", asking again with the same key is part of the time.
  if (!isTaken(act)) throw new Error(`A command was answered ${String(act.final?.status)}`);
}
