import { setTimeout as pause } from 'node:timers/promises';
import { codeOf, isTaken, type AskedAct, type Officer } from '../house/officer.ts';
import { Gate } from './gate.ts';
import { bodyOf, type PlannedAct } from '../lives/planned-act.ts';
import { referralBodyOf } from '../lives/referral-body.ts';
import type { RefusedAct } from './refused-act.ts';
import type { ScaledClock } from './scaled-clock.ts';
import type { PlannedLife } from '../lives/planned-life.ts';

export interface LivedYear {
  readonly taken: number;
  readonly refused: readonly RefusedAct[];
  /** Acts that came after one that was refused, in the same life. */
  readonly notSent: number;
  readonly pathwayIds: readonly string[];
  /** How late the act was sent that was sent latest, in scaled days. */
  readonly latestDays: number;
}

export interface YearParts {
  readonly officer: Officer;
  readonly clock: ScaledClock;
  /** Acts at a time. */
  readonly clients: number;
  readonly signal: AbortSignal;
}

/**
 * Sends each act at its time, those of one life in their order. A life whose act is refused is left to its clocks.
 * @throws the signal's reason
 */
export async function liveYear(lives: readonly PlannedLife[], parts: YearParts): Promise<LivedYear> {
  const year = new Year(parts);
  await Promise.all(lives.map((life) => year.live(life)));
  return year;
}

class Year implements LivedYear {
  taken = 0;
  notSent = 0;
  latestDays = 0;
  readonly refused: RefusedAct[] = [];
  readonly pathwayIds: string[] = [];
  readonly #parts: YearParts;
  readonly #gate: Gate;

  constructor(parts: YearParts) {
    this.#parts = parts;
    this.#gate = new Gate(parts.clients);
  }

  async live(life: PlannedLife): Promise<void> {
    const { clock } = this.#parts;
    const opened = await this.#send({
      ...{ name: 'refer', who: life.who, day: life.receivedDay, pathwayId: null },
      path: '/api/v1/referrals',
      body: () => referralBodyOf(life, clock),
    });
    if (opened === undefined) {
      this.notSent += life.acts.length;
      return;
    }
    const { pathwayId, personId } = opened.final?.body as { pathwayId: string; personId: string };
    this.pathwayIds.push(pathwayId);
    const made = new Map<string, string>();
    for (const [index, act] of life.acts.entries()) {
      const asked = await this.#send({
        ...{ name: nameOf(act), who: act.who, day: act.day, pathwayId },
        path:
          act.kind === 'fact'
            ? `/api/v1/persons/${personId}/facts`
            : `/api/v1/pathways/${pathwayId}/commands/${act.name}`,
        body: () => bodyOf(act, clock, made),
      });
      if (asked === undefined) {
        this.notSent += life.acts.length - index - 1;
        return;
      }
      if (act.kind === 'command' && act.label !== undefined) {
        made.set(act.label, (asked.final?.body as { commandId: string }).commandId);
      }
    }
  }

  /** @returns the act when it was taken */
  async #send({ name, who, day, path, body, pathwayId }: Sending): Promise<AskedAct | undefined> {
    const { clock, officer, signal } = this.#parts;
    // Instants are whole milliseconds: nothing may lie ahead.
    await pause(Math.max(0, Math.ceil(clock.msAt(day)) + 1 - Date.now()), undefined, { signal });
    return this.#gate.pass(async () => {
      signal.throwIfAborted();
      const lateDays = (Date.now() - clock.msAt(day)) / clock.dayMs;
      this.latestDays = Math.max(this.latestDays, lateDays);
      const asked = await officer.act(who, path, body());
      if (isTaken(asked)) {
        this.taken += 1;
        return asked;
      }
      const { final } = asked;
      const code = final === undefined ? 'no-answer' : (codeOf(final) ?? String(final.status));
      this.refused.push({ name, code, detail: detailOf(final?.body), day, lateDays, pathwayId });
      return undefined;
    });
  }
}

interface Sending {
  readonly name: string;
  readonly who: string;
  readonly day: number;
  readonly path: string;
  readonly body: () => unknown;
  readonly pathwayId: string | null;
}

function nameOf(act: PlannedAct): string {
  return act.kind === 'fact' ? act.fact : act.name;
}

function detailOf(body: unknown): string {
  return typeof body === 'object' && body !== null && 'detail' in body && typeof body.detail === 'string'
    ? body.detail
    : '';
}
