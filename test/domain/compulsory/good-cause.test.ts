import { describe, expect, test } from '@jest/globals';
import { compulsory } from '../../../workflows/domain/compulsory/kind.ts';
import { CompulsoryCase, force, initial, minute, plus } from './compulsory-case.ts';

const dipOfficer = { userId: 'u', role: 'DipOfficer', organisationId: 'o', forceId: force } as const;

const accept = { failureId: 'failure-1', decision: 'accepted', reasonCode: 'hospital' } as const;
const reject = { failureId: 'failure-1', decision: 'rejected', reasonCode: 'no-reason-given' } as const;

describe('M99 good cause', () => {
  test('accepted: excused, the duty stays and a new appointment is needed', () => {
    const it = CompulsoryCase.missed();
    it.take('decide-good-cause', accept);
    expect(it.stage).toBe('initial-assessment');
    expect(it.attention).toEqual(['rebook-needed ia-1']);
    expect(it.clocks).toEqual([]);
    expect(it.state.failures[0]).toMatchObject({ review: 'accepted', reviewedAt: it.now });
    expect(it.state.requirements[0]?.status).toBe('in-force');
  });

  test('rejected: the failure waits for the declaration, and somebody is told', () => {
    const it = CompulsoryCase.rejected();
    expect(it.stage).toBe('good-cause-review');
    expect(it.attention).toEqual(['breach-undeclared failure-1']);
    expect(it.clocks).toEqual([]);
    expect(it.state.breaches).toEqual([]);
  });

  test('settles an overdue review', () => {
    const it = CompulsoryCase.missed();
    it.waitUntil('2026-03-10T00:00:00.000Z');
    it.take('decide-good-cause', reject);
    expect(it.attention).toEqual(['breach-undeclared failure-1']);
  });

  test('may still be accepted after it was rejected', () => {
    const it = CompulsoryCase.rejected();
    it.take('decide-good-cause', accept);
    expect(it.stage).toBe('initial-assessment');
    expect(it.attention).toEqual(['rebook-needed ia-1']);
  });

  test('rejected twice is already done; accepted, the review is over', () => {
    const it = CompulsoryCase.rejected();
    expect(it.refused('decide-good-cause', reject).code).toBe('already-done');
    it.take('decide-good-cause', accept);
    expect(it.refused('decide-good-cause', accept).code).toBe('wrong-stage');
    expect(it.refused('decide-good-cause', reject).code).toBe('wrong-stage');
  });

  test('accepted is not taken back while another failure keeps the review open', () => {
    const it = CompulsoryCase.missed();
    const failures = it.state.failures.map((failure) => ({ ...failure, failureId: 'failure-2' }));
    it.take('decide-good-cause', accept);
    const state = { ...it.state, stage: 'good-cause-review', failures: [...it.state.failures, ...failures] };
    const command = { ...it.engine('decide-good-cause', reject), actor: dipOfficer };
    expect(compulsory.decide(state, command, it.now).refusal?.code).toBe('conflict');
  });

  test('M203 accepted after the breach withdraws the breach and its open task in the same decision', () => {
    const it = CompulsoryCase.tasked('RED');
    const events = it.take('decide-good-cause', accept);
    expect(events.map(({ type }) => type)).toEqual([
      'good-cause-decided',
      'task-withdrawn',
      'breach-withdrawn',
    ]);
    expect(it.stage).toBe('initial-assessment');
    expect(it.state.tasks).toMatchObject([{ status: 'withdrawn' }]);
    expect(it.state.breaches).toMatchObject([{ status: 'withdrawn' }]);
    expect(it.clocks).toEqual([]);
    expect(it.attention).toEqual(['rebook-needed ia-1', 'withdrawal-unacknowledged task-1']);
  });

  test('accepted after a breach without a task withdraws the breach', () => {
    const it = CompulsoryCase.marked('GREEN');
    it.take('decide-good-cause', accept);
    expect(it.types().slice(-2)).toEqual(['good-cause-decided', 'breach-withdrawn']);
    expect(it.attention).toEqual(['rebook-needed ia-1']);
  });

  test('is no longer decided once the person is arrested', () => {
    const it = CompulsoryCase.tasked('RED');
    it.take('record-arrest', { taskId: 'task-1', arrestedAt: it.now });
    expect(it.refused('decide-good-cause', accept)).toEqual({
      code: 'condition-not-met',
      message: 'The person was arrested for this breach, or it is over. Record the result.',
      details: { breach: 'in-force', arrestedAt: it.now },
    });
  });

  test('of a failure nobody knows is not found, of one not yet reported is before its start', () => {
    const it = CompulsoryCase.missed();
    expect(it.refused('decide-good-cause', { ...accept, failureId: 'other' }).code).toBe('not-found');
    expect(it.refused('decide-good-cause', accept, { occurredAt: initial.endsAt }).code).toBe(
      'before-the-start',
    );
  });

  test('is for the DIP officer alone', () => {
    const it = CompulsoryCase.missed();
    for (const role of ['InitialAssessor', 'LpuOfficer', 'Manager', 'PoliceOfficer', 'System'] as const) {
      expect(it.refused('decide-good-cause', accept, { role }).code).toBe('wrong-role');
    }
  });
});

test('an excused failure is never declared a breach', () => {
  const it = CompulsoryCase.missed();
  it.take('decide-good-cause', accept, { at: plus(it.now, minute) });
  expect(it.refused('declare-breach', { failureId: 'failure-1' }).code).toBe('wrong-stage');
});
