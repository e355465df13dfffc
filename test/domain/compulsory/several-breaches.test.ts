import { describe, expect, test } from '@jest/globals';
import type { Role } from '../../../workflows/domain/common/actor.ts';
import type { LedgerEvent } from '../../../workflows/domain/common/event.ts';
import { compulsory } from '../../../workflows/domain/compulsory/kind.ts';
import type { CompulsoryState } from '../../../workflows/domain/compulsory/state.ts';
import { CompulsoryCase, day, force, initial, plus } from './compulsory-case.ts';

const dipOfficer = { userId: 'u', role: 'DipOfficer', organisationId: 'o', forceId: force } as const;
const now = plus(initial.startsAt, 3 * day);

function evolved(state: CompulsoryState, event: object): CompulsoryState {
  const stored = { ...event, seq: state.seq + 1, commandId: 'c', actor: dipOfficer };
  return compulsory.evolve(state, stored as unknown as LedgerEvent);
}

/**
 * Two breaches in one ledger, of two requirements or of one: the second is written here, since no command
 * of today leads to it. The first is put out as task-1.
 */
function two(requirementId = 'requirement-2'): CompulsoryState {
  const it = CompulsoryCase.tasked('AMBER');
  let state = it.state;
  const { requirements } = state;
  const write = (type: string, data: object) => {
    state = evolved(state, { type, version: 1, occurredAt: it.now, data });
  };
  const startsAt = plus(initial.startsAt, day);
  const appointment = { ...initial, appointmentId: 'ia-2', startsAt, endsAt: plus(initial.endsAt, day) };
  write('requirement-imposed', { ...it.last('requirement-imposed'), requirementId, appointment });
  if (requirementId === 'requirement-1') state = { ...state, requirements };
  write('attendance-recorded', { appointmentId: 'ia-2', attendance: 'absent' });
  const failure = { failureId: 'failure-2', requirementId, appointmentId: 'ia-2' };
  write('failure-reported', { ...it.last('failure-reported'), ...failure, failedAt: startsAt });
  write('good-cause-decided', { failureId: 'failure-2', decision: 'rejected', reasonCode: 'r' });
  const breach = { ...failure, breachId: 'breach-2', breachedAt: startsAt };
  write('breach-declared', { ...it.last('breach-declared'), ...breach });
  return state;
}

function decided(state: CompulsoryState, name: string, data: object, role: Role = 'DipOfficer') {
  const actor = { ...dipOfficer, role };
  const command = { commandId: `c${String(state.seq)}`, name, data, occurredAt: now, receivedAt: now, actor };
  return compulsory.decide(state, command, now);
}

function after(state: CompulsoryState, name: string, data: object, role?: Role): CompulsoryState {
  const { refusal, events } = decided(state, name, data, role);
  if (refusal !== undefined) throw new Error(JSON.stringify(refusal));
  return events.reduce(evolved, state);
}

const excuse = { failureId: 'failure-2', decision: 'accepted', reasonCode: 'r' } as const;
const red = { breachId: 'breach-2', marker: 'RED', reasonCode: 'r' } as const;

describe('M113 two breaches of one pathway', () => {
  test('have each their own marker and clock, from their own failure', () => {
    const state = after(two(), 'set-marker', red);
    expect(state.breaches.map(({ marker }) => marker?.marker)).toEqual(['AMBER', 'RED']);
    expect(state.deadlines.map(({ rule, ref, start }) => [rule, ref, start])).toEqual([
      ['task-acknowledgement', 'task-1', expect.any(String)],
      ['red-arrest', 'breach-2', plus(initial.startsAt, day)],
    ]);
  });

  test('have each their own task, and withdrawing one leaves the other', () => {
    let state = after(two(), 'set-marker', red);
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

  test('of one requirement end it only with the last of them', () => {
    let state = after(two('requirement-1'), 'record-result', { breachId: 'breach-1', result: 'charged' });
    expect(state.requirements.map(({ status }) => status)).toEqual(['in-force']);
    state = after(state, 'record-result', { breachId: 'breach-2', result: 'charged' });
    expect(state.requirements.map(({ status }) => status)).toEqual(['ended']);
  });

  test('an excuse for one leaves the other in force, then asks for a new appointment', () => {
    let state = after(two(), 'decide-good-cause', excuse);
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

  test('I6 a withdrawn one is not marked, put out or concluded while the other is in force', () => {
    const state = after(after(two(), 'set-marker', red), 'decide-good-cause', excuse);
    expect(state.stage).toBe('breach');
    const codes = [
      decided(state, 'set-marker', { ...red, marker: 'GREEN' }),
      decided(state, 'issue-arrest-task', { breachId: 'breach-2', unitCode: 'u' }),
      decided(state, 'record-result', { breachId: 'breach-2', result: 'charged' }),
    ].map(({ refusal }) => refusal?.code);
    expect(codes).toEqual(['condition-not-met', 'condition-not-met', 'condition-not-met']);
  });

  test('one with an arrest is not excused, marked or put out while the other is in force', () => {
    const state = after(two(), 'record-arrest', { taskId: 'task-1', arrestedAt: now }, 'LpuOfficer');
    const codes = [
      decided(state, 'decide-good-cause', { ...excuse, failureId: 'failure-1' }),
      decided(state, 'set-marker', { ...red, breachId: 'breach-1' }),
      decided(state, 'issue-arrest-task', { breachId: 'breach-1', unitCode: 'u' }),
    ].map(({ refusal }) => refusal?.code);
    expect(codes).toEqual(['condition-not-met', 'condition-not-met', 'condition-not-met']);
  });

  test('settle only their own attention', () => {
    const both = two();
    const attention = ['breach-1', 'breach-2'].map(
      (ref) => ({ code: 'breach-without-marker', owner: 'DipOfficer', since: now, ref }) as const,
    );
    const { events } = decided({ ...both, attention }, 'set-marker', red);
    expect(events?.[0]?.settled).toEqual([{ code: 'breach-without-marker', ref: 'breach-2' }]);
  });
});

test('the result of a breach leaves a requirement in force that has another appointment booked', () => {
  const both = two('requirement-1');
  const state = {
    ...both,
    breaches: both.breaches.slice(0, 1),
    failures: both.failures.slice(0, 1),
    appointments: both.appointments.map((one) =>
      one.appointmentId === 'ia-2' ? { ...one, status: 'booked' as const, attendance: null } : one,
    ),
  };
  const next = after(state, 'record-result', { breachId: 'breach-1', result: 'charged' });
  expect(next).toMatchObject({ stage: 'initial-assessment', closed: null });
});
