import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { savePolicy } from '../../store/policies.ts';
import { clocksOf, passed } from '../../test/faults/checks/clocks.ts';
import { seconds } from '../../scripts/house/house-policies.ts';
import { readLedger } from '../../scripts/house/ledger-snapshot.ts';
import { pathwayWorkflowId, viewQuery } from '../../workflows/contract/temporal.ts';
import { step } from '../bare/names.ts';
import { actionsEach, actionsOf } from '../action-counter.ts';
import { usualRig, type Bench, type BenchScene } from '../bench.ts';
import { atMost, counted, type Figure } from '../figure.ts';
import { appointmentIn, contactAttempt, lifeOfNine, live, Referral } from '../referral.ts';

/** So many of each, one after the other. The counter knows no noise, so a few are as good as many. */
const times = 5;
/** Long enough for all of them to be started before the first comes due. */
const clockSeconds = 15;

export const actions: Bench = {
  name: 'actions',
  about: "What Temporal would bill, by the server's own counter, for each thing that a pathway does.",
  rig: usualRig,
  measure,
};

async function measure(scene: BenchScene): Promise<Figure[]> {
  const { rig } = scene;
  const each = (work: (index: number) => Promise<unknown>): Promise<number> => actionsEach(rig, times, work);
  const referrals = Array.from({ length: times }, () => new Referral(rig));
  const of = (index: number): Referral => referrals[index] ?? new Referral(rig);

  // With a command that sees it through, so that the first workflow task is over when the counter is read. Opened
  // here and not before, or the sweep would start it.
  const started = await each(async (index) => {
    await of(index).open();
    await of(index).start();
    await of(index).send(contactAttempt());
  });
  const command = await each((index) => of(index).send(contactAttempt()));
  // Always the day after tomorrow, so its reminder is tomorrow at nine: before the two working days for the contact.
  const nearer = await each((index) => of(index).send(['book-appointment', appointmentIn(1.99)]));
  const life = await each(() => live(rig));
  for (const referral of referrals) await referral.send(['close-pathway', { reason: 'entered-in-error' }]);

  const handle = await rig.bare.start(times);
  const bareUpdate = await each(() => handle.executeUpdate(step));
  const bareStarted = await each(async () => (await rig.bare.start(1)).executeUpdate(step));
  const bareLife = await each(() => rig.bare.live(lifeOfNine.length));
  const clock = await aClockThatFires(scene);

  const commands = lifeOfNine.length;
  return [
    counted('a command', command, bareUpdate, atMost(2)),
    counted('a command that sets a nearer timer', nearer, null, atMost(3)),
    counted('a clock that fires', clock, null, atMost(2)),
    counted('a start with its first timer', started - command, bareStarted - bareUpdate, atMost(2)),
    counted(`a life of ${String(commands)} commands`, life, bareLife, atMost(2 + 2 * commands)),
  ];
}

/** Referrals that are left alone until their first clock has passed; the next timer is part of it. */
async function aClockThatFires({ rig, signal }: BenchScene): Promise<number> {
  const policyId = `diversion:bench-${randomUUID()}`;
  // Starts so long ago that it is in force for nobody else.
  const policy = {
    ...rig.policy,
    policyId,
    validFrom: '2000-01-01T00:00:00.000Z',
    firstContact: seconds(clockSeconds),
  };
  await savePolicy(rig.db, policy);
  const referrals = Array.from({ length: times }, () => new Referral(rig, policy));
  const ids = new Set(referrals.map(({ address }) => address.pathwayId));
  const firedOnes = async (): Promise<number> => {
    const { pathways } = await readLedger(rig.house.postgres.url);
    return passed(clocksOf(pathways.filter(({ pathwayId }) => ids.has(pathwayId)))).length;
  };
  for (const referral of referrals) {
    await referral.open();
    await referral.start();
    // A question is answered behind the first task, which sets the timer; asking is no action.
    await rig.house.client.workflow.getHandle(pathwayWorkflowId(referral.address.pathwayId)).query(viewQuery);
  }
  const before = await actionsOf(rig);
  if ((await firedOnes()) > 0)
    throw new Error('The machine was too slow to start the pathways before their clocks');
  while ((await firedOnes()) < times) await pause(250, undefined, { signal });
  const after = await actionsOf(rig);
  for (const referral of referrals) await referral.send(['close-pathway', { reason: 'entered-in-error' }]);
  return (after - before) / times;
}
