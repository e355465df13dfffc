import { describe, expect, test } from '@jest/globals';
import type { LedgerEvent } from '../../../workflows/domain/common/event.ts';
import { compulsory } from '../../../workflows/domain/compulsory/kind.ts';
import type { CompulsoryState } from '../../../workflows/domain/compulsory/state.ts';
import { CompulsoryCase, day, force, initial, plus } from './compulsory-case.ts';

const dipOfficer = { userId: 'u', role: 'DipOfficer', organisationId: 'o', forceId: force } as const;
const now = plus(initial.startsAt, 3 * day);

/**
 * Two breaches of two requirements in one ledger: the second is written here, since no command of today
 * leads to it. The first is put out as task-1.
 */
function two(): CompulsoryState {
  const it = CompulsoryCase.tasked('AMBER');
  let state = it.state;
  const write = (type: string, data: object, effects: object = {}) => {
    const event = { type, version: 1, occurredAt: it.now, data, ...effects };
    const stored = {
      ...event,
      seq: state.seq + 1,
      commandId: 'c',
      actor: dipOfficer,
    } as unknown as LedgerEvent;
    state = compulsory.evolve(state, stored);
  };
  const appointment = {
    ...initial,
    appointmentId: 'ia-2',
    startsAt: plus(initial.startsAt, day),
    endsAt: plus(initial.endsAt, day),
  };
  const { requirementId: _own, ...requirement } = it.last('requirement-imposed');
  write('requirement-imposed', { ...requirement, requirementId: 'requirement-2', appointment });
  write('attendance-recorded', { appointmentId: 'ia-2', attendance: 'absent' });
  const failure = { failureId: 'failure-2', requirementId: 'requirement-2', appointmentId: 'ia-2' };
  write('failure-reported', { ...it.last('failure-reported'), ...failure, failedAt: appointment.startsAt });
  write('good-cause-decided', { failureId: 'failure-2', decision: 'rejected', reasonCode: 'r' });
  write('breach-declared', {
    ...it.last('breach-declared'),
    ...failure,
    breachId: 'breach-2',
    breachedAt: appointment.startsAt,
  });
  return state;
}

function after(
  state: CompulsoryState,
  name: string,
  data: object,
  role: string = 'DipOfficer',
): CompulsoryState {
  const actor = { ...dipOfficer, role } as never;
  const command = { commandId: `c${String(state.seq)}`, name, data, occurredAt: now, receivedAt: now, actor };
  const decision = compulsory.decide(state, command, now);
  if (decision.refusal !== undefined) throw new Error(JSON.stringify(decision.refusal));
  return decision.events.reduce(
    (current, event) =>
      compulsory.evolve(current, {
        ...event,
        seq: current.seq + 1,
        commandId: 'c',
        actor,
      } as unknown as LedgerEvent),
    state,
  );
}

describe('M113 two breaches of one pathway', () => {
  test('have each their own marker and clock, from their own failure', () => {
    const state = after(two(), 'set-marker', { breachId: 'breach-2', marker: 'RED', reasonCode: 'r' });
    expect(state.breaches.map(({ marker }) => marker?.marker)).toEqual(['AMBER', 'RED']);
    expect(state.deadlines.map(({ rule, ref, start }) => [rule, ref, start])).toEqual([
      ['task-acknowledgement', 'task-1', expect.any(String)],
      ['red-arrest', 'breach-2', plus(initial.startsAt, day)],
    ]);
  });

  test('have each their own task, and withdrawing one leaves the other', () => {
    let state = after(two(), 'set-marker', { breachId: 'breach-2', marker: 'RED', reasonCode: 'r' });
    state = after(state, 'issue-arrest-task', { breachId: 'breach-2', taskId: 'task-2', unitCode: 'u' });
    state = after(state, 'withdraw-task', { taskId: 'task-1', reasonCode: 'r' });
    expect(state.tasks.map(({ status }) => status)).toEqual(['withdrawn', 'issued']);
    expect(state.stage).toBe('breach');
  });

  test('end one by one: the pathway is concluded with the last', () => {
    let state = after(two(), 'record-result', { breachId: 'breach-1', result: 'charged' });
    expect(state).toMatchObject({ stage: 'breach', closed: null });
    expect(state.requirements.map(({ status }) => status)).toEqual(['ended', 'in-force']);
    state = after(state, 'record-result', { breachId: 'breach-2', result: 'no-further-action' });
    expect(state).toMatchObject({ stage: 'concluded', closed: { reason: 'concluded' } });
  });

  test('an excuse for one leaves the other in force, then asks for a new appointment', () => {
    let state = after(two(), 'decide-good-cause', {
      failureId: 'failure-2',
      decision: 'accepted',
      reasonCode: 'r',
    });
    expect(state.breaches.map(({ status }) => status)).toEqual(['in-force', 'withdrawn']);
    expect(state.stage).toBe('breach');
    state = after(state, 'record-result', { breachId: 'breach-1', result: 'charged' });
    expect(state).toMatchObject({ stage: 'initial-assessment', closed: null });
  });

  test('the death of the person ends both', () => {
    const state = after(two(), 'carry-fact', { factId: 'f', fact: 'death' });
    expect(state.breaches.map(({ status }) => status)).toEqual(['withdrawn', 'withdrawn']);
    expect(state.tasks.map(({ status }) => status)).toEqual(['withdrawn']);
    expect(state.stage).toBe('died');
  });

  test('an arrest for one does not stop the pursuit of the other', () => {
    const state = after(two(), 'record-arrest', { taskId: 'task-1', arrestedAt: now }, 'LpuOfficer');
    expect(state.stage).toBe('breach');
    expect(state.breaches.map(({ arrestedAt }) => arrestedAt)).toEqual([now, null]);
  });
});
