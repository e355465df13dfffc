import { clocksOf, passed } from '../checks/clocks.ts';
import { violation, type Violation } from '../../../scripts/house/violation.ts';
import type { Cell, Outcome, Scene } from '../cell.ts';
import { byClients, numbers } from '../../../scripts/house/clients.ts';
import { calm, seconds } from '../../../scripts/house/house-policies.ts';
import { readLedger } from '../../../scripts/house/ledger-snapshot.ts';
import { Story } from '../lives/story.ts';
import { beReferred, engage, stopTexts } from '../lives/voluntary-life.ts';
import { settled } from '../settling.ts';
import { prepareErrands } from './handful.ts';

const firstContactSeconds = 60;
/** How many clocks, and how long there is to open their pathways before they come due. */
const sizes = {
  whole: { clocks: 50, openingMs: 12_000 },
  quick: { clocks: 15, openingMs: 6_000 },
};

export const temporalAway: Cell = {
  name: 'temporal-away-across-50-deadlines',
  about: 'Temporal dies, fifty clocks come due while it is away, and it returns.',
  policies: { ...calm, diversion: { firstContact: seconds(firstContactSeconds) } },
  repeatWithinMs: 120_000,
  repeat: beAwayAcrossDeadlines,
};

async function beAwayAcrossDeadlines(scene: Scene): Promise<Outcome> {
  const { house, officer, random, signal, index, quick } = scene;
  const { clocks, openingMs } = quick ? sizes.quick : sizes.whole;
  const errands = await prepareErrands(scene);
  const due = Date.now() + openingMs;
  const stories = numbers(clocks, index * clocks).map((number) => new Story(officer, random.fork(), number));
  const referrals = await byClients(stories, 8, async (story) => ({
    story,
    referral: await beReferred(story, due - firstContactSeconds * 1_000 + random.between(0, 500)),
  }));
  await house.temporal.kill();
  if (Date.now() >= due) throw new Error('The machine was too slow to open the pathways before their clocks');
  const [one, other] = referrals;
  // What needs no engine is taken while it is away; what needs it is settled when it is back.
  const fact = one?.referral === undefined ? undefined : await stopTexts(one.story, one.referral);
  const acting = Promise.all([
    other?.referral === undefined ? undefined : engage(other.story, other.referral),
    errands.send(),
  ]);
  await scene.pause(due + 500 + random.between(500, 3_000) - Date.now());
  // Before it is seen to be back it may be back for seconds, where the machine is busy.
  const awayUntil = Date.now();
  await house.temporal.start();
  const returned = Date.now();
  await acting;
  await settled(house, signal);
  const recoveryMs = Date.now() - returned;
  return {
    kills: 1,
    recoveryMs,
    violations: [
      ...stories.flatMap((story) => story.violations),
      ...errands.violations(),
      ...(fact === true ? [] : [violation('rules', 'a fact was not taken while Temporal was away')]),
      ...(await checkLateness(scene, { clocks, due, awayUntil })),
    ],
  };
}

/** All of them came due while it was away, so every one of them is late and the ledger says by how much. */
async function checkLateness(
  { house, index }: Scene,
  { clocks, due, awayUntil }: { readonly clocks: number; readonly due: number; readonly awayUntil: number },
): Promise<Violation[]> {
  const { pathways } = await readLedger(house.postgres.url);
  const late = passed(clocksOf(pathways)).filter(({ deadline }) => {
    const at = Date.parse(deadline.due);
    return deadline.rule === 'first-contact' && at >= due && at <= due + 500;
  });
  // One of them was engaged meanwhile, and that may have been there first.
  const expected = clocks - 1;
  return [
    ...(late.length >= expected
      ? []
      : [
          violation(
            'I4',
            `repeat ${String(index)}: ${String(late.length)} clocks passed, ${String(expected)} came due`,
          ),
        ]),
    ...late
      .filter(({ deadline, lateBySeconds }) => lateBySeconds < (awayUntil - Date.parse(deadline.due)) / 1_000)
      .map(({ pathwayId }) => violation('I4', `${pathwayId}: recorded while Temporal was away`)),
  ];
}
