import { setMaxListeners } from 'node:events';
import { clearAbandonedHouses, newHouseDirectory } from './house/house-directory.ts';
import { House } from './house/house.ts';
import { readLedger } from './house/ledger-snapshot.ts';
import { Officer } from './house/officer.ts';
import { clockDays } from './lives/clock-days.ts';
import type { PlannedLife } from './lives/planned-life.ts';
import { checkFiguresOfYear, explainOpen, foldFaults, notDemo } from './simulation/checked-year.ts';
import { liveYear } from './simulation/lived-year.ts';
import { readOptions, usage, type Options } from './simulation/options.ts';
import { reportOf, type CheckedYear, type PassedYear } from './simulation/report.ts';
import { runOut } from './simulation/run-out.ts';
import { ScaledClock } from './simulation/scaled-clock.ts';
import { scaledDiversionPolicy } from './simulation/scaled-policy.ts';
import { countBy, tallyOf } from './simulation/tally.ts';
import { planYear, yearDays } from './simulation/year.ts';

/*
 * A force's year in compressed time: `npm run simulate`. One JSON object on standard output at the end, what goes on
 * meanwhile on standard error. The exit code is 0 when the checks hold and nothing was refused that the generator did
 * not expect, for another reason than a machine behind time.
 */
const settleWithinMs = 60_000;
/** The longest that a clock runs after the last act, and then some. */
const longestClockDays = clockDays.closure + clockDays.deferralWindow + clockDays.lateEngagement + 30;
const catchUpMs = 60_000;
const month = yearDays / 12;

type Say = (line: string) => void;

async function main(options: Options): Promise<boolean> {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(name, () => {
      stop.abort(new Error(`Stopped by ${name}`));
    });
  }
  // Every life waits for its next act with it.
  setMaxListeners(0, stop.signal);
  const say: Say = (line) => {
    console.error(`simulate: ${line}`);
  };
  const lives = planYear(options);
  const planned = actsOf(lives);
  say(`${String(lives.length)} referrals of ${String(options.people)} people, ${String(planned)} acts`);
  await clearAbandonedHouses();
  const daySeconds = 1 / options.daysPerSecond;
  const house = await House.open({
    directory: newHouseDirectory('simulation'),
    policies: { diversion: scaledDiversionPolicy(daySeconds), compulsory: {} },
    workers: 1,
    messagesPerSecond: 50,
  });
  try {
    const clock = new ScaledClock(Date.now() + 1_000, daySeconds * 1_000);
    const lived = await passYear(house, lives, { options, clock, signal: stop.signal, say });
    const report = reportOf({ options, planned, lived, ...(await checkYear(house, lived, clock)) });
    console.log(JSON.stringify(report, null, 2));
    return report.wrong.length === 0 && Object.keys(report.refused.surprises).length === 0;
  } finally {
    await house.close(false);
  }
}

function actsOf(lives: readonly PlannedLife[]): number {
  return lives.reduce((sum, { acts }) => sum + 1 + acts.length, 0);
}

interface Passing {
  readonly options: Options;
  readonly clock: ScaledClock;
  readonly signal: AbortSignal;
  readonly say: Say;
}

/** All acts, and then every clock that they have left running. */
async function passYear(
  house: House,
  lives: readonly PlannedLife[],
  { options, clock, signal, say }: Passing,
): Promise<PassedYear> {
  const officer = new Officer({ url: house.apiUrl, tokenOf: (user) => house.tokenOf(user), settleWithinMs });
  const progress = setInterval(() => {
    const acts = `${String(officer.acts.length)} of ${String(actsOf(lives))} acts`;
    say(`day ${String(Math.floor((Date.now() - clock.startMs) / clock.dayMs))}, ${acts}`);
  }, 15_000);
  const since = (): number => (Date.now() - clock.startMs) / 1_000;
  try {
    const lived = await liveYear(lives, { officer, clock, clients: options.clients, signal });
    const { taken, refused, notSent, pathwayIds, latestDays } = lived;
    const actingSeconds = since();
    say('every act has its answer; the clocks run out');
    const ranOut = await runOut(house.postgres.url, longestClockDays * clock.dayMs + catchUpMs, signal);
    return { taken, refused, notSent, pathwayIds, latestDays, actingSeconds, ranOut, seconds: since() };
  } finally {
    clearInterval(progress);
  }
}

/** What the year left, and what is wrong with it. */
async function checkYear(
  house: House,
  { ranOut, seconds, pathwayIds }: PassedYear,
  clock: ScaledClock,
): Promise<CheckedYear> {
  const ledger = await readLedger(house.postgres.url);
  const lastDay = (seconds * 1_000) / clock.dayMs;
  const instants = Array.from({ length: Math.ceil(lastDay / month) + 1 }, (_, index) => {
    const day = Math.min(index * month, lastDay);
    return { day: Math.round(day), at: clock.instantAt(day) };
  });
  const { figures, faults } = await checkFiguresOfYear(house, ledger, instants);
  const open = await explainOpen(house, ledger);
  const crashes = [house.api, ...house.workers].flatMap((part) => part.crashes).length;
  const missing = pathwayIds.length - ledger.pathways.length;
  const unexplained = open.filter(({ waits }) => waits.length === 0);
  return {
    tally: tallyOf(ledger.pathways, clock.dayMs),
    texts: countBy(ledger.messages.map(({ status }) => status)),
    ...{ figures, open },
    wrong: [
      ...faults,
      ...foldFaults(ledger),
      ...(ranOut ? [] : ['clocks still ran when the time was over']),
      ...(crashes === 0 ? [] : [`${String(crashes)} processes gave up`]),
      ...(missing === 0 ? [] : [`${String(missing)} referrals are not in the ledger`]),
      ...(await notDemo(house, pathwayIds)),
      ...unexplained.map(({ pathwayId }) => `${pathwayId} is open and waits for nothing`),
    ],
  };
}

// Acts of a year that was stopped may still be asking a house that is gone; nothing waits for them.
try {
  process.exit((await main(readOptions(process.argv.slice(2)))) ? 0 : 1);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error(usage);
  process.exit(2);
}
