import type { StoredEvent } from '../../../workflows/domain/common/event.ts';
import type { EventData, EventType } from '../../../workflows/domain/compulsory/events.ts';
import type { LedgerPathway, LedgerSnapshot } from '../../../scripts/house/ledger-snapshot.ts';
import { violation, type Violation } from '../../../scripts/house/violation.ts';

/**
 * I6, worked out from the events alone and not from the state that the rules keep: what an officer on the
 * street could have been told at any moment.
 */
export function checkArrestTasks(ledger: LedgerSnapshot): Violation[] {
  const violations: Violation[] = [];
  for (const pathway of ledger.pathways.filter(({ kind }) => kind === 'compulsory')) {
    const say = (what: string): number => violations.push(violation('I6', `${pathway.pathwayId}: ${what}`));
    const open = walk(pathway, say);
    checkRows(ledger, pathway, open, say);
    checkFacts(ledger, pathway, open, say);
  }
  return violations;
}

/** Goes through the events in their order. @returns the tasks that are open at the end */
function walk({ events }: LedgerPathway, say: (what: string) => void): ReadonlySet<string> {
  const inForce = new Set<string>();
  const open = new Map<string, string>();
  let died = false;
  for (const [index, event] of events.entries()) {
    const { type } = event;
    if (is(event, 'breach-declared')) inForce.add(event.data.breachId);
    if (is(event, 'breach-withdrawn')) inForce.delete(event.data.breachId);
    if (is(event, 'result-recorded') && event.data.concludes) inForce.delete(event.data.breachId);
    if (is(event, 'arrest-task-issued')) open.set(event.data.taskId, event.data.breachId);
    if (is(event, 'arrest-recorded') || is(event, 'task-withdrawn')) {
      if (!open.delete(event.data.taskId)) say(`${type} of task ${event.data.taskId}, which was not open`);
    }
    died ||= type === 'person-died';
    for (const [taskId, breachId] of open) {
      if (!inForce.has(breachId))
        say(`task ${taskId} is open after event ${String(event.seq)} without a breach in force`);
    }
    const lastOfCommand = events[index + 1]?.commandId !== event.commandId;
    if (died && lastOfCommand && open.size > 0) {
      say(`tasks ${[...open.keys()].join(', ')} are open after the death, event ${String(event.seq)}`);
    }
  }
  return new Set(open.keys());
}

/** The rows that units read say the same. */
function checkRows(
  { tasks }: LedgerSnapshot,
  { pathwayId }: LedgerPathway,
  open: ReadonlySet<string>,
  say: (what: string) => void,
): void {
  for (const { taskId, status } of tasks.filter((task) => task.pathwayId === pathwayId)) {
    const rowIsOpen = status === 'issued' || status === 'acknowledged';
    if (rowIsOpen !== open.has(taskId)) say(`the row of task ${taskId} says ${status}, the events do not`);
  }
}

/** What was told about the person or the task, and has been carried, has had its effect. */
function checkFacts(
  { facts }: LedgerSnapshot,
  { pathwayId, personId }: LedgerPathway,
  open: ReadonlySet<string>,
  say: (what: string) => void,
): void {
  for (const fact of facts) {
    const aboutTask = fact.kind === 'task-withdrawn' && fact.taskId !== null && open.has(fact.taskId);
    const aboutPerson = fact.kind === 'death' && fact.personId === personId && open.size > 0;
    if (fact.carried && (aboutTask || aboutPerson)) {
      say(`fact ${fact.factId} (${fact.kind}) was carried and a task of pathway ${pathwayId} is open`);
    }
  }
}

function is<T extends EventType>(
  event: StoredEvent<string, unknown>,
  type: T,
): event is StoredEvent<T, EventData[T]> {
  return event.type === type;
}
