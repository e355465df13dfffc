import type { PersonFactName } from '../../api/fact-table.ts';
import type { ConsentPurpose } from '../../workflows/domain/common/consent.ts';
import type { SeededRandom } from '../house/seeded-random.ts';
import type { Fields, PlannedAct, SentCommand, Who } from './planned-act.ts';
import { clockDays } from './clock-days.ts';

export const providers = ['ddas', 'kaleidoscope'] as const;
export type SimulatedProvider = (typeof providers)[number];

const workers: Readonly<Record<SimulatedProvider, Who>> = {
  ddas: 'caseworker',
  kaleidoscope: 'kaleidoscope-caseworker',
};

export const workerIds: Readonly<Record<SimulatedProvider, string>> = {
  ddas: 'u-301',
  kaleidoscope: 'u-401',
};

/** Nothing is planned so near to the end of the referral's time that a machine behind time would miss it. */
const marginDays = 2;

/** The acts of one referral as they are thought up, one after the other. */
export class LifeDraft {
  readonly random: SeededRandom;
  readonly acts: PlannedAct[] = [];
  readonly receivedDay: number;
  provider: SimulatedProvider;
  /** Of the act thought up last. */
  day: number;
  /** When the referral closes by itself, in scaled days; who is in treatment then goes on. */
  limit: number;
  inTreatment = false;
  engaged = false;
  /** The provider has given its word. */
  accepted = false;
  /** The police referred: of no other referral do officers say anything. */
  ofPolice = true;
  /** Nobody does anything any more: it was closed, or is left to its clocks. */
  over = false;

  constructor(random: SeededRandom, receivedDay: number, provider: SimulatedProvider) {
    this.random = random;
    this.receivedDay = receivedDay;
    this.provider = provider;
    this.day = receivedDay;
    this.limit = receivedDay + clockDays.closure;
  }

  get worker(): Who {
    return workers[this.provider];
  }

  get otherProvider(): SimulatedProvider {
    return this.provider === 'ddas' ? 'kaleidoscope' : 'ddas';
  }

  get placeCode(): string {
    return this.provider === 'ddas' ? 'ddas-carmarthen' : 'kaleidoscope-newtown';
  }

  chance(probability: number): boolean {
    return this.random.chance(probability);
  }

  /** A number of days, to the hundredth, so that no two acts of a life fall on one instant. */
  days(least: number, most: number): number {
    return least + Math.round(this.random.next() * (most - least) * 100) / 100;
  }

  /** Lets so much time pass. @returns whether the referral is still there for an act */
  pass(least: number, most: number): boolean {
    this.day += this.days(least, most);
    if (!this.inTreatment && this.day > this.limit - marginDays) this.over = true;
    return !this.over;
  }

  command(name: SentCommand, data: Fields = {}, more: Further = {}): void {
    const { who = this.worker, ...rest } = more;
    this.acts.push({ kind: 'command', name, who, day: this.day, data, ...rest });
  }

  fact(fact: PersonFactName, who: Who, purpose?: ConsentPurpose): void {
    this.acts.push({ kind: 'fact', fact, who, day: this.day, ...(purpose === undefined ? {} : { purpose }) });
  }

  close(reason: string, more: Fields = {}): void {
    this.command('close-pathway', { reason, ...more });
    this.inTreatment = false;
    this.over = true;
  }

  /** Open again, with its first date while that is not over. */
  comeBack(): void {
    this.over = false;
    if (this.day > this.limit - marginDays) this.limit = this.day + clockDays.closure;
  }

  uuid(): string {
    const hex = Array.from({ length: 32 }, () => this.random.between(0, 15).toString(16)).join('');
    return [
      hex.slice(0, 8),
      hex.slice(8, 12),
      `4${hex.slice(13, 16)}`,
      `8${hex.slice(17, 20)}`,
      hex.slice(20),
    ].join('-');
  }
}

export interface Further {
  readonly who?: Who;
  readonly slot?: { readonly from: number; readonly to: number };
  readonly label?: string;
  readonly ids?: Readonly<Record<string, string>>;
}
