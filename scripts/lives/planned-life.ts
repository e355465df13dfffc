import type { SeededRandom } from '../house/seeded-random.ts';
import { habits } from './habits.ts';
import { live } from './life.ts';
import { LifeDraft, providers, type SimulatedProvider } from './life-draft.ts';
import type { Fields, PlannedAct, Who } from './planned-act.ts';

/** A referral with everything that is to be done about it. */
export interface PlannedLife {
  /** Of the person: names and numbers are made of it. */
  readonly person: number;
  /** Of the referral, unique in its plan. */
  readonly referral: number;
  readonly receivedDay: number;
  readonly who: Who;
  /** What is sent of the person, without the times. */
  readonly about: Fields;
  readonly way: 'acr' | 'conditional-caution' | 'outcome-22' | 'self' | 'prison';
  /** In the order of their days. */
  readonly acts: readonly PlannedAct[];
}

export interface Identity {
  readonly surname: string;
  readonly forenames: string;
  readonly birthDate: string;
}

const surnames = ['Prawf', 'Enghraifft', 'Dychmyg', 'Ffug'] as const;
const forenames = ['Mair', 'Dewi', 'Siân', 'Gwyn', 'Nia', 'Rhys'] as const;

/** Nobody's name: words for trial, example and invention, with a number. */
export function identityOf(random: SeededRandom, person: number): Identity {
  const two = (number: number): string => String(number).padStart(2, '0');
  return {
    surname: `${random.pick(surnames)} ${String(person)}`,
    forenames: random.pick(forenames),
    birthDate: `${String(random.between(1962, 2004))}-${two(random.between(1, 12))}-${two(random.between(1, 28))}`,
  };
}

const homes: Readonly<Record<SimulatedProvider, readonly string[]>> = {
  ddas: ['SA31 2AA', 'SA15 3ZZ', 'SA61 1ZZ'],
  kaleidoscope: ['LD3 1ZZ', 'SY16 1ZZ', 'LD1 5ZZ'],
};

/** On the border: the route table has no row, a manager decides. */
const withoutRoute = 'HR3 5ZZ';

export interface Start {
  readonly person: number;
  readonly referral: number;
  readonly receivedDay: number;
  readonly identity: Identity;
}

/** Thinks up one referral and what becomes of it: the same for the same numbers drawn. */
export function planLife(
  random: SeededRandom,
  { person, referral, receivedDay, identity }: Start,
): PlannedLife {
  const draft = new LifeDraft(random, receivedDay, random.chance(0.7) ? 'ddas' : random.pick(providers));
  const hasRoute = !random.chance(habits.withoutRoute);
  const way = wayOf(random);
  const who = way === 'prison' ? 'prison-link' : way === 'self' ? draft.worker : 'officer';
  const about = {
    ...identity,
    residence: { postcode: hasRoute ? random.pick(homes[draft.provider]) : withoutRoute },
    mobile: `07700 900${String(person % 1_000).padStart(3, '0')}`,
    language: random.pick(['en', 'cy']),
    safeToText: random.chance(0.85) ? 'yes' : 'no',
    agreed: true,
  };
  // A provider that takes a self-referral has taken the person with it, where the route leads to itself.
  draft.accepted = way === 'self' && hasRoute;
  draft.ofPolice = way !== 'self' && way !== 'prison';
  live(draft, hasRoute);
  return {
    ...{ person, referral, receivedDay, who, about, way },
    acts: draft.acts.toSorted((one, other) => one.day - other.day),
  };
}

function wayOf(random: SeededRandom): PlannedLife['way'] {
  const drawn = random.next();
  if (drawn < 0.84) return 'acr';
  if (drawn < 0.89) return 'conditional-caution';
  if (drawn < 0.92) return 'outcome-22';
  return drawn < 0.97 ? 'self' : 'prison';
}
