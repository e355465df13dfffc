import { deadlineCommandId } from '../../../workflows/domain/common/command.ts';
import type { Deadline } from '../../../workflows/domain/common/deadline.ts';
import type { StoredEvent } from '../../../workflows/domain/common/event.ts';
import type { Instant } from '../../../workflows/domain/common/instant.ts';
import { isBefore, secondsBetween } from '../../../workflows/domain/common/instant.ts';
import type { LedgerPathway } from '../../../scripts/house/ledger-snapshot.ts';
import { violation, type Violation } from '../../../scripts/house/violation.ts';

/** What became of one clock. */
export interface ClockRecord {
  readonly pathwayId: string;
  readonly deadline: Deadline;
  /** Each time an event cleared it. */
  readonly cleared: readonly { readonly why: string; readonly by: StoredEvent }[];
}

/** Every clock that the pathways' events ever set. */
export function clocksOf(pathways: readonly LedgerPathway[]): ClockRecord[] {
  return pathways.flatMap(({ pathwayId, events }) =>
    events
      .flatMap(({ armed = [] }) => armed)
      .map((deadline) => ({
        pathwayId,
        deadline,
        cleared: events.flatMap((by) =>
          (by.cleared ?? []).filter(({ id }) => id === deadline.id).map(({ why }) => ({ why, by })),
        ),
      })),
  );
}

/** Clocks that were due by then and that nothing has cleared yet. */
export function outstanding(clocks: readonly ClockRecord[], by: Instant): ClockRecord[] {
  return clocks.filter(({ deadline, cleared }) => !isBefore(by, deadline.due) && cleared.length === 0);
}

/** Clocks that passed, which is what their being due and unmet is called. */
export function passed(clocks: readonly ClockRecord[]): (ClockRecord & { readonly lateBySeconds: number })[] {
  return clocks.flatMap((clock) => {
    const by = clock.cleared.find(({ why }) => why === 'passed')?.by;
    return by === undefined
      ? []
      : [{ ...clock, lateBySeconds: secondsBetween(clock.deadline.due, by.recordedAt) }];
  });
}

/**
 * I4 over everything that was due by `by`.
 *
 * A clock that was met, superseded or ended by a command is no passed one; it was not early either, since
 * the command was there first.
 */
export function checkClocks(pathways: readonly LedgerPathway[], by: Instant): Violation[] {
  const clocks = clocksOf(pathways);
  const violations = outstanding(clocks, by).map(({ pathwayId, deadline }) =>
    violation('I4', `${pathwayId}: ${deadline.id} was due at ${deadline.due} and is not recorded`),
  );
  for (const { pathwayId, deadline, cleared } of clocks) {
    const say = (what: string): number =>
      violations.push(violation('I4', `${pathwayId}: ${deadline.id} ${what}`));
    if (cleared.length > 1) say('is cleared more than once');
    for (const { why, by: event } of cleared) {
      const byItself = event.commandId === deadlineCommandId(deadline.id);
      if (why !== 'passed') {
        if (byItself) say(`passed and is called ${why}`);
        continue;
      }
      if (!byItself) say(`is called passed by ${event.commandId}`);
      if (isBefore(event.recordedAt, deadline.due))
        say(`is recorded at ${event.recordedAt}, before it was due`);
    }
  }
  for (const { pathwayId, events } of pathways) {
    const announced = events.filter(({ type }) => type === 'deadline-passed');
    const passedIds = events.flatMap(({ cleared = [] }) =>
      cleared.filter(({ why }) => why === 'passed').map(({ id }) => id),
    );
    const ids = announced.map(({ data }) => (data as { deadlineId?: string }).deadlineId);
    for (const id of passedIds) {
      const times = ids.filter((other) => other === id).length;
      if (times !== 1) {
        violations.push(
          violation('I4', `${pathwayId}: ${id} has ${String(times)} events that say that it passed`),
        );
      }
    }
    for (const event of announced) checkAnnouncement(pathwayId, event, violations);
  }
  return violations;
}

/** Where the event says in words how late it was, it must say what the ledger's own time shows. */
function checkAnnouncement(pathwayId: string, event: StoredEvent, violations: Violation[]): void {
  const {
    deadlineId = '',
    due,
    lateBySeconds,
  } = event.data as {
    readonly deadlineId?: string;
    readonly due?: Instant;
    readonly lateBySeconds?: number;
  };
  if (due === undefined) {
    violations.push(violation('I4', `${pathwayId}: ${deadlineId} does not say when it was due`));
    return;
  }
  // Decided first, recorded afterwards: what the event says is never more than what the ledger shows.
  const shown = secondsBetween(due, event.recordedAt);
  if (lateBySeconds !== undefined && (lateBySeconds < 0 || lateBySeconds > shown + 1)) {
    violations.push(
      violation(
        'I4',
        `${pathwayId}: ${deadlineId} says ${String(lateBySeconds)} s late, the ledger ${String(shown)} s`,
      ),
    );
  }
}
