import { codeOf, isTaken, type AskedAct, type Officer } from '../../../scripts/house/officer.ts';
import type { SeededRandom } from '../../../scripts/house/seeded-random.ts';
import { violation, type Violation } from '../../../scripts/house/violation.ts';

/**
 * What must come of an act, by the rules. A time in the body that is ahead when it is sent may have come
 * before the answer, in a system that is being killed: from then on both answers are right. Of `either` nobody can
 * know beforehand: a clock may pass in between.
 */
export type Expected = 'taken' | 'refused' | 'either' | { readonly takenBefore: number };

export interface CommandAddress {
  readonly pathwayId: string;
  readonly name: string;
  /** ISO instant; when the API heard of it when not given. */
  readonly occurredAt?: string;
}

/** One person's way through the system, told act by act. */
export class Story {
  readonly random: SeededRandom;
  /** Unique in its run; names and numbers of the person are made of it. */
  readonly number: number;
  readonly #officer: Officer;
  readonly #violations: Violation[] = [];
  #acts = 0;

  constructor(officer: Officer, random: SeededRandom, number: number) {
    this.#officer = officer;
    this.random = random;
    this.number = number;
  }

  /** How many acts there have been. */
  get acts(): number {
    return this.#acts;
  }

  get violations(): readonly Violation[] {
    return this.#violations;
  }

  /** @returns the act when it was taken */
  async act(user: string, path: string, body: unknown, expected: Expected): Promise<AskedAct | undefined> {
    this.#acts += 1;
    const asked = await this.#officer.act(user, path, body);
    const taken = isTaken(asked);
    // Silence is a matter of I1.
    if (asked.final === undefined) return undefined;
    const answeredAt = asked.heard.at(-1)?.at ?? Date.now();
    const must =
      typeof expected === 'string' ? expected : answeredAt < expected.takenBefore ? 'taken' : 'either';
    if (must !== 'either' && taken !== (must === 'taken')) {
      const said = `${String(asked.final.status)} ${codeOf(asked.final) ?? ''}`.trim();
      this.#violations.push(
        violation('rules', `${path} by ${user} should be ${must} and was answered ${said}`),
      );
    }
    return taken ? asked : undefined;
  }

  /** A command to the pathway. @returns the id it has in the ledger, when it was taken */
  async command(
    user: string,
    { pathwayId, name, occurredAt }: CommandAddress,
    data: unknown,
    expected: Expected,
  ): Promise<string | undefined> {
    const path = `/api/v1/pathways/${pathwayId}/commands/${name}`;
    const body = occurredAt === undefined ? { data } : { occurredAt, data };
    const asked = await this.act(user, path, body, expected);
    return asked === undefined ? undefined : (asked.final?.body as { commandId: string }).commandId;
  }
}

export async function untilTime(ms: number): Promise<void> {
  const left = ms - Date.now();
  if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
}

/** ISO instant so many milliseconds from now. */
export function inMs(ms: number): string {
  return new Date(Date.now() + ms).toISOString();
}
