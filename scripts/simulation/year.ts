import { SeededRandom } from '../house/seeded-random.ts';
import { habits } from '../lives/habits.ts';
import { identityOf, planLife, type Identity, type PlannedLife } from '../lives/planned-life.ts';

export const yearDays = 365;

export interface YearOptions {
  readonly seed: number;
  readonly people: number;
}

/** The whole year, thought up beforehand: the same for the same seed and number of people, by day of receipt. */
export function planYear({ seed, people }: YearOptions): PlannedLife[] {
  const random = new SeededRandom(seed);
  const lives: PlannedLife[] = [];
  const add = (person: number, receivedDay: number, of: SeededRandom, identity: Identity): PlannedLife => {
    const life = planLife(of, { person, referral: lives.length + 1, receivedDay, identity });
    lives.push(life);
    return life;
  };
  for (let person = 1; person <= people; person += 1) {
    const own = random.fork();
    const identity = identityOf(own, person);
    const first = add(person, Math.round(own.next() * yearDays * 100) / 100, own, identity);
    const again = first.receivedDay + 150 + own.between(0, 100);
    const lastDay = first.acts.at(-1)?.day ?? first.receivedDay;
    const died = first.acts.some((act) => act.kind === 'fact' && act.fact === 'death');
    if (own.chance(habits.referredAgain) && !died && again > lastDay + 35 && again < yearDays)
      add(person, again, own, identity);
  }
  return lives.toSorted((one, other) => one.receivedDay - other.receivedDay);
}
