import { expect } from '@jest/globals';
import type { Command } from '../../../workflows/domain/common/command.ts';
import type { LedgerEvent } from '../../../workflows/domain/common/event.ts';
import type { Instant } from '../../../workflows/domain/common/instant.ts';
import { compulsory } from '../../../workflows/domain/compulsory/kind.ts';

/** The clocks of one ledger, read from its events alone. */
export class ClockWitness {
  readonly #live = new Map<string, { readonly rule: string; readonly due: Instant }>();
  readonly #known = new Set<string>();

  get running(): string[] {
    return [...this.#live.keys()];
  }

  /** I4: clocks are set once, cleared once, pass once, and never early. */
  see(
    { type, data, armed = [], cleared = [] }: LedgerEvent,
    command: Command,
    now: Instant,
    failedAt: (breachId: string | undefined) => Instant | undefined,
  ): void {
    for (const { id, why } of cleared) {
      const clock = this.#live.get(id);
      if (clock === undefined) throw new Error(`Cleared a clock that does not run: ${id}`);
      if (why === 'passed') {
        expect([type, command.name]).toEqual(['deadline-passed', 'deadline-due']);
        expect(clock.due <= now).toBe(true);
        expect(data).toMatchObject({ deadlineId: id, rule: clock.rule, due: clock.due });
      }
      this.#live.delete(id);
    }
    for (const { id, rule, due, start, ref } of armed) {
      if (this.#known.has(id)) throw new Error(`Set a clock twice: ${id}`);
      this.#known.add(id);
      this.#live.set(id, { rule, due });
      if (!(rule in compulsory.table.deadlines)) throw new Error(`No clock of the table: ${rule}`);
      this.#markerClock(rule, start, due, failedAt(ref));
    }
    if (type === 'deadline-passed') expect(cleared.map(({ why }) => why)).toEqual(['passed']);
  }

  /** I8: from the failure, 24 elapsed hours; or the same local time seven days or a month later. */
  #markerClock(rule: string, start: Instant, due: Instant, failedAt: Instant | undefined): void {
    if (!/-(put-out|arrest)$/.test(rule)) return;
    expect(start).toBe(failedAt);
    const from = local(start);
    const to = local(due);
    if (rule === 'red-arrest') expect(Date.parse(due) - Date.parse(start)).toBe(24 * 60 * 60 * 1000);
    if (rule === 'amber-put-out') {
      expect(to.time).toBe(from.time);
      expect(Date.parse(to.date) - Date.parse(from.date)).toBe(7 * 24 * 60 * 60 * 1000);
    }
    if (rule === 'green-put-out') {
      const [year = 0, month = 0, day = 0] = from.date.split('-').map(Number);
      const lastOfNext = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
      expect(to.time).toBe(from.time);
      expect(to.date).toBe(
        new Date(Date.UTC(year, month, Math.min(day, lastOfNext))).toISOString().slice(0, 10),
      );
    }
  }
}

const londonFormat = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Europe/London',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

/** The local date and time by the platform's zone data, which the rules do not use. */
function local(instant: Instant): { readonly date: string; readonly time: string } {
  const parts = new Map(
    londonFormat.formatToParts(new Date(instant)).map(({ type, value }) => [type, value]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? '';
  return {
    date: `${part('year')}-${part('month')}-${part('day')}`,
    time: `${part('hour')}:${part('minute')}:${part('second')}${instant.slice(19, 23)}`,
  };
}
