import { armFault } from '../armed-fault.ts';
import type { Cell, Outcome, Scene } from '../cell.ts';
import { brisk } from '../../../scripts/house/house-policies.ts';
import { settled } from '../settling.ts';
import { handful } from './handful.ts';

export const apiAfterSend: Cell = {
  name: 'api-after-send',
  about: 'The API dies when a command is on its way to Temporal, or when its answer is on its way back.',
  policies: brisk,
  repeatWithinMs: 90_000,
  repeat: dieAfterSend,
};

async function dieAfterSend(scene: Scene): Promise<Outcome> {
  const { house, random, signal, index } = scene;
  const acts = await handful(scene);
  const { deaths } = house.api;
  armFault(house.sendFault, {
    others: [],
    moment:
      index % 2 === 0 ? { kind: 'under-way', afterMs: random.between(0, 20) } : { kind: 'before-answer' },
  });
  const acting = acts.send();
  await house.api.diedAfter(deaths, signal);
  const died = Date.now();
  await acting;
  await settled(house, signal);
  return { kills: 1, recoveryMs: Date.now() - died, violations: acts.violations() };
}
