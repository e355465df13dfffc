import type { Cell, Outcome, Scene } from '../cell.ts';
import { brisk } from '../../../scripts/house/house-policies.ts';
import { settled } from '../settling.ts';
import { HeldPathways } from './held-pathways.ts';
import { handful } from './handful.ts';

export const postgresDuringAppend: Cell = {
  name: 'postgres-during-append',
  about:
    'PostgreSQL dies while appends run: before they have written anything, after their commit and before its answer, or at any instant.',
  policies: brisk,
  repeatWithinMs: 90_000,
  repeat: dieDuringAppend,
};

const moments = ['nothing-written', 'committed-unanswered', 'any-instant'] as const;

async function dieDuringAppend(scene: Scene): Promise<Outcome> {
  const { house, random, signal, index } = scene;
  const { postgres } = house;
  const moment = moments[index % moments.length];
  const acts = await handful(scene);
  let acting: Promise<void>;
  if (moment === 'any-instant') {
    acting = acts.send();
    await scene.pause(random.between(0, 60));
    await postgres.kill();
  } else {
    const held = await HeldPathways.hold(postgres);
    acting = acts.send();
    await held.appendWaits(signal);
    if (moment === 'committed-unanswered') await held.commitUnanswered(signal);
    await postgres.kill();
    await held.forget();
  }
  const died = Date.now();
  await scene.pause(random.between(0, 1_500));
  await postgres.start();
  await acting;
  await settled(house, signal);
  return { kills: 1, recoveryMs: Date.now() - died, violations: acts.violations() };
}
