import type { HousePolicies } from '../../scripts/house/house-policies.ts';
import type { House } from '../../scripts/house/house.ts';
import type { Officer } from '../../scripts/house/officer.ts';
import type { SeededRandom } from '../../scripts/house/seeded-random.ts';
import type { Violation } from '../../scripts/house/violation.ts';

/** One row of the kill matrix: something is killed at a certain place, again and again. */
export interface Cell {
  readonly name: string;
  /** What is killed, and when, in a sentence. */
  readonly about: string;
  readonly policies: HousePolicies;
  /** Whether each repeat gets a house of its own, unless it is quick; else all of them happen in one. */
  readonly freshHouse?: boolean;
  /** Worker processes; 1 when not given. */
  readonly workers?: number;
  /** Texts that may leave in a second; 10 when not given, as in real life. */
  readonly messagesPerSecond?: number;
  /** A repeat that takes longer than this has failed. */
  readonly repeatWithinMs: number;
  /** Does its harm once and waits until the system has come back. The checks of the ledger follow. */
  readonly repeat: (scene: Scene) => Promise<Outcome>;
}

/** Where a repeat takes place. */
export interface Scene {
  readonly house: House;
  readonly officer: Officer;
  readonly random: SeededRandom;
  /** Which repeat this is, from 0. */
  readonly index: number;
  /** Whether the cell should be content with less, for a check that has a minute. */
  readonly quick: boolean;
  /** The commands of the voluntary path that this repeat has to meet (lives/errands.ts). */
  readonly errands: readonly string[];
  /** Aborts when the time of the repeat is over; for whoever waits for a fact. */
  readonly signal: AbortSignal;
  /** Lets so much time go by; rejects when the time of the repeat is over. */
  readonly pause: (ms: number) => Promise<void>;
}

export interface Outcome {
  /** Processes that were killed. */
  readonly kills: number;
  /** From the harm, or from the end of an outage that was made to last, until all was as it should be. */
  readonly recoveryMs: number;
  /** What only this cell counts; they are added up. */
  readonly counts?: Readonly<Record<string, number>>;
  /** What only this cell can see to be wrong. */
  readonly violations?: readonly Violation[];
}
