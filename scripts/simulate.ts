import { setMaxListeners } from 'node:events';
import { clearAbandonedHouses, newHouseDirectory } from './house/house-directory.ts';
import { House } from './house/house.ts';
import { readLedger } from './house/ledger-snapshot.ts';
import { Officer } from './house/officer.ts';
import { checkFigures, explainOpen, foldFaults } from './simulation/checked-year.ts';
import { liveYear } from './simulation/lived-year.ts';
import { readOptions, usage, type Options } from './simulation/options.ts';
import { sentTooLate } from './simulation/refused-act.ts';
import { runOut } from './simulation/run-out.ts';
import { ScaledClock } from './simulation/scaled-clock.ts';
import { clockDays, scaledDiversionPolicy } from './simulation/scaled-policy.ts';
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

async function main(options: Options): Promise<boolean> {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(name, () => {
      stop.abort(new Error(`Stopped by ${name}`));
    });
  }
  const { signal } = stop;
  // Every life waits for its next act with it.
  setMaxListeners(0, signal);
  const say = (line: string): void => {
    console.error(`simulate: ${line}`);
  };
  const lives = planYear(options);
  const planned = lives.reduce((sum, { acts }) => sum + 1 + acts.length, 0);
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
    const officer = new Officer({
      url: house.apiUrl,
      tokenOf: (user) => house.tokenOf(user),
      settleWithinMs,
    });
    const progress = setInterval(() => {
      const day = Math.floor((Date.now() - clock.startMs) / clock.dayMs);
      say(`day ${String(day)}, ${String(officer.acts.length)} of ${String(planned)} acts`);
    }, 15_000);
    const lived = await liveYear(lives, { officer, clock, clients: options.clients, signal }).finally(() => {
      clearInterval(progress);
    });
    const actingSeconds = (Date.now() - clock.startMs) / 1_000;
    say(`every act has its answer; the clocks run out`);
    const ranOut = await runOut(house.postgres.url, longestClockDays * clock.dayMs + catchUpMs, signal);
    const seconds = (Date.now() - clock.startMs) / 1_000;
    const ledger = await readLedger(house.postgres.url);
    const lastDay = seconds / daySeconds;
    const instants = Array.from({ length: Math.ceil(lastDay / month) + 1 }, (_, index) => {
      const day = Math.min(Math.round(index * month), lastDay);
      return { day: Math.round(day), at: clock.instantAt(day) };
    });
    const { figures, faults } = await checkFigures(house, ledger, instants);
    const open = await explainOpen(house, ledger);
    const { clocks, latestClockSeconds, ...tally } = tallyOf(ledger.pathways, clock.dayMs);
    const passed = Object.values(clocks).reduce((sum, count) => sum + count, 0);
    const surprises = lived.refused.filter((refused) => !sentTooLate(refused));
    const crashes = [house.api, ...house.workers].flatMap((part) => part.crashes).length;
    const missing = lived.pathwayIds.length - ledger.pathways.length;
    const wrong = [
      ...faults,
      ...foldFaults(ledger),
      ...(ranOut ? [] : ['clocks still ran when the time was over']),
      ...(crashes === 0 ? [] : [`${String(crashes)} processes gave up`]),
      ...(missing === 0 ? [] : [`${String(missing)} referrals are not in the ledger`]),
      ...open
        .filter(({ waits }) => waits.length === 0)
        .map(({ pathwayId }) => `${pathwayId} is open and waits for nothing`),
    ];
    console.log(
      JSON.stringify(
        {
          ...{ options, demo: true, referrals: lives.length, seconds: tenth(seconds) },
          acts: {
            ...{ planned, taken: lived.taken, notSent: lived.notSent },
            perSecond: tenth(lived.taken / actingSeconds),
            latestDays: tenth(lived.latestDays),
          },
          clocks: {
            passed,
            perSecond: tenth(passed / seconds),
            latestSeconds: tenth(latestClockSeconds),
            byRule: clocks,
          },
          ...tally,
          texts: countBy(ledger.messages.map(({ status }) => status)),
          stillOpen: open,
          asAt: figures,
          refused: {
            surprises: countBy(surprises.map(({ name, code }) => `${name}: ${code}`)),
            sentTooLate: lived.refused.length - surprises.length,
            first: surprises.slice(0, 10),
          },
          wrong: wrong.slice(0, 20),
        },
        null,
        2,
      ),
    );
    return wrong.length === 0 && surprises.length === 0;
  } finally {
    await house.close(false);
  }
}

function tenth(number: number): number {
  return Math.round(number * 10) / 10;
}

// Acts of a year that was stopped may still be asking a house that is gone; nothing waits for them.
try {
  process.exit((await main(readOptions(process.argv.slice(2)))) ? 0 : 1);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error(usage);
  process.exit(2);
}
