import { armFault } from '../armed-fault.ts';
import type { Cell, Outcome, Scene } from '../cell.ts';
import { brisk } from '../../../scripts/house/house-policies.ts';
import { settled } from '../settling.ts';
import { handful } from './handful.ts';

export const workerAfterAppend: Cell = {
  name: 'worker-after-append',
  about: 'The worker dies when an append has been committed and nobody has been told.',
  policies: brisk,
  repeatWithinMs: 90_000,
  repeat: (scene) => dieAfterAppend(scene, false),
};

export const workerAndTemporal: Cell = {
  name: 'worker-and-temporal',
  about: 'Temporal and then the worker die when an append has been committed and nobody has been told.',
  policies: brisk,
  repeatWithinMs: 90_000,
  repeat: (scene) => dieAfterAppend(scene, true),
};

async function dieAfterAppend(scene: Scene, withTemporal: boolean): Promise<Outcome> {
  const { house, random, signal } = scene;
  const [worker] = house.workers;
  if (worker === undefined) throw new Error('The house has no worker');
  const acts = await handful(scene);
  const { deaths } = worker;
  armFault(house.appendFault, {
    others: withTemporal ? [house.temporal.pid()] : [],
    moment: { kind: 'before-answer' },
  });
  const acting = acts.send();
  await worker.diedAfter(deaths, signal);
  const died = Date.now();
  if (withTemporal) {
    await house.temporal.exited();
    await scene.pause(random.between(0, 1_000));
    await house.temporal.start();
  }
  await acting;
  await settled(house, signal);
  return { kills: withTemporal ? 2 : 1, recoveryMs: Date.now() - died, violations: acts.violations() };
}
