import { expect, test } from '@jest/globals';
import type { LedgerEvent, StoredEvent } from '../../../workflows/domain/common/event.ts';
import { compulsory } from '../../../workflows/domain/compulsory/kind.ts';
import { demoCompulsoryPolicy } from '../../../workflows/domain/compulsory/policy.ts';
import type { CompulsoryState } from '../../../workflows/domain/compulsory/state.ts';
import {
  CompulsoryCase,
  force,
  hour,
  initial,
  minute,
  plus,
  requirementData,
  testedAt,
} from './compulsory-case.ts';

function fold(events: readonly LedgerEvent[]): CompulsoryState | undefined {
  return events.reduce<CompulsoryState | undefined>(
    (state, event) => compulsory.evolve(state, event),
    undefined,
  );
}

/** Tested, required, reminded, missed, reviewed late, breached, RED overdue, put out, arrested late, charged. */
function breachLife(): CompulsoryCase {
  const it = CompulsoryCase.required();
  it.waitUntil(plus(initial.endsAt, minute));
  it.take('record-attendance', { appointmentId: 'ia-1', attendance: 'absent' }, { commandId: 'failure-1' });
  it.waitUntil('2026-03-07T09:00:00.000Z');
  it.take('decide-good-cause', { failureId: 'failure-1', decision: 'rejected', reasonCode: 'none' });
  it.take('declare-breach', { failureId: 'failure-1', breachId: 'breach-1' });
  it.take('set-marker', { breachId: 'breach-1', marker: 'RED', reasonCode: 'risk' });
  it.waitUntil(it.now);
  it.take('issue-arrest-task', { breachId: 'breach-1', taskId: 'task-1', unitCode: 'newport-central' });
  it.waitUntil(plus(it.now, 2 * hour));
  it.take('acknowledge-task', { taskId: 'task-1' });
  it.waitUntil(plus(it.now, 5 * hour));
  it.take('record-arrest', { taskId: 'task-1', arrestedAt: plus(it.now, -10 * minute) });
  it.take('record-result', { breachId: 'breach-1', result: 'charged' }, { role: 'CustodyOfficer' });
  return it;
}

test('M67 a whole breach life, event by event', () => {
  const it = breachLife();
  expect(it.types()).toEqual([
    'test-recorded',
    'requirement-imposed',
    'deadline-passed', // the reminder
    'attendance-recorded',
    'failure-reported',
    'deadline-passed', // the review
    'good-cause-decided',
    'breach-declared',
    'marker-set',
    'deadline-passed', // RED, overdue at once
    'arrest-task-issued',
    'deadline-passed', // the acknowledgement
    'task-acknowledged',
    'arrest-recorded',
    'result-recorded',
    'pathway-ended',
  ]);
  expect(it.last('arrest-recorded')).toMatchObject({ arrest: { inTime: false }, putOut: { inTime: null } });
  expect(it.state).toMatchObject({ stage: 'concluded', finished: true, attention: [], deadlines: [] });
});

test('the ledger folds to the same state, through JSON and through the upcaster', () => {
  const it = breachLife();
  expect(fold(it.events)).toEqual(it.state);
  const stored = it.events.map((event) => ({ ...event, recordedAt: it.now }));
  const read = JSON.parse(JSON.stringify(stored)) as StoredEvent[];
  expect(fold(read.map((event) => compulsory.upcast(event)))).toEqual(it.state);
  expect(JSON.parse(JSON.stringify(it.state))).toEqual(it.state);
});

test('a breach life takes milliseconds', () => {
  breachLife();
  const runs = 50;
  const started = performance.now();
  for (let run = 0; run < runs; run += 1) breachLife();
  // Each life is sixteen events, decided, sent through JSON and folded; the bound leaves room for a busy machine.
  expect((performance.now() - started) / runs).toBeLessThan(50);
});

test('a demo life runs in seconds by its own policy', () => {
  const policy = demoCompulsoryPolicy(force);
  const startsAt = plus(testedAt, 20);
  const it = CompulsoryCase.tested({ policy });
  it.take('impose-requirement', {
    ...requirementData(),
    initialAssessment: { ...initial, startsAt, endsAt: plus(startsAt, 5) },
    notice: { ...requirementData().notice, servedAt: testedAt },
  });
  it.waitUntil(plus(startsAt, 5));
  expect(it.intents).toMatchObject([{ notBefore: plus(testedAt, 10), expiresAt: startsAt }]);
  it.take('record-attendance', { appointmentId: 'ia-1', attendance: 'absent' }, { commandId: 'failure-1' });
  it.take('decide-good-cause', { failureId: 'failure-1', decision: 'rejected', reasonCode: 'none' });
  it.take('declare-breach', { failureId: 'failure-1', breachId: 'breach-1' });
  it.take('set-marker', { breachId: 'breach-1', marker: 'RED', reasonCode: 'risk' });
  expect(it.due('red-arrest')).toBe(plus(startsAt, 60));
  it.waitUntil(plus(startsAt, 60));
  expect(it.attention).toContain('marker-overdue breach-1');
});

test('what a ledger never holds, and a version of the future, are not guessed at', () => {
  const it = CompulsoryCase.required();
  const [opening, second] = it.events;
  if (opening === undefined || second === undefined) throw new Error('No events');
  expect(() => compulsory.evolve(it.state, opening)).toThrow('opens once');
  expect(() => compulsory.evolve(undefined, second)).toThrow('does not open');
  expect(() => compulsory.evolve(it.state, { ...second, type: 'unheard-of' })).toThrow('No such event');
  const newer = { ...second, version: 2, recordedAt: it.now };
  expect(() => compulsory.upcast(newer)).toThrow('version 2');
});

test('an event in the ledger keeps its effects when the rules have changed since', () => {
  const it = CompulsoryCase.marked('AMBER');
  const changed = it.events.map((event) =>
    event.type === 'marker-set'
      ? { ...event, armed: [{ id: 'old', rule: 'a-rule-that-is-no-more', start: testedAt, due: testedAt }] }
      : event,
  );
  const state = fold(changed);
  expect(state?.deadlines.map(({ id }) => id)).toEqual(['old']);
  // It passes, and does nothing.
  const decision = compulsory.decide(state, it.engine('deadline-due', { deadlineId: 'old' }), it.now);
  expect(decision.events).toMatchObject([
    { type: 'deadline-passed', cleared: [{ id: 'old', why: 'passed' }] },
  ]);
});
