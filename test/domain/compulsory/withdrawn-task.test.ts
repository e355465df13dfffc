import { describe, expect, test } from '@jest/globals';
import { compulsory } from '../../../workflows/domain/compulsory/kind.ts';
import { CompulsoryCase, day, hour, initial, minute, plus } from './compulsory-case.ts';

const excuse = { failureId: 'failure-1', decision: 'accepted', reasonCode: 'hospital' } as const;
const issue = { breachId: 'breach-1', taskId: 'task-1', unitCode: 'newport-central' };

describe('M227 a withdrawn task', () => {
  test('is not open any more, and stays on the unit’s list until the unit acknowledges that', () => {
    const it = CompulsoryCase.tasked('RED');
    it.take('withdraw-task', { taskId: 'task-1', reasonCode: 'wrong-unit' });
    expect(it.state.tasks[0]?.status).toBe('withdrawn');
    expect(it.attention).toEqual(['breach-without-task breach-1', 'withdrawal-unacknowledged task-1']);
    expect(it.state.attention.find(({ code }) => code === 'withdrawal-unacknowledged')?.owner).toBe(
      'LpuOfficer',
    );
    it.take('acknowledge-task', { taskId: 'task-1' }, { at: plus(it.now, minute) });
    expect(it.attention).toEqual(['breach-without-task breach-1']);
    expect(it.state.tasks[0]?.status).toBe('withdrawal-acknowledged');
    expect(it.refused('acknowledge-task', { taskId: 'task-1' }).code).toBe('already-done');
  });

  test('leaves the breach in force and its arrest clock running', () => {
    const it = CompulsoryCase.tasked('RED');
    it.take('withdraw-task', { taskId: 'task-1', reasonCode: 'wrong-unit' });
    expect(it.clocks).toEqual([`red-arrest breach-1 ${plus(initial.startsAt, day)}`]);
    it.take('issue-arrest-task', { ...issue, taskId: 'task-2', unitCode: 'newport-east' });
    expect(it.attention).toEqual(['withdrawal-unacknowledged task-1']);
  });

  describe('on which somebody was arrested before it was withdrawn', () => {
    function withdrawnAfterTheArrest() {
      const it = CompulsoryCase.tasked('RED');
      const arrestedAt = plus(it.now, 5 * minute);
      const putOutAt = it.now;
      it.take(
        'withdraw-task',
        { taskId: 'task-1', reasonCode: 'wrong-unit' },
        { at: plus(it.now, 10 * minute) },
      );
      it.now = plus(it.now, 10 * minute);
      return { it, putOutAt, arrest: { taskId: 'task-1', arrestedAt } };
    }

    test.each([
      ['unacknowledged', false],
      ['acknowledged', true],
    ] as const)('holds the arrest for the breach, the withdrawal %s', (_name, acknowledged) => {
      const { it, arrest, putOutAt } = withdrawnAfterTheArrest();
      if (acknowledged) it.take('acknowledge-task', { taskId: 'task-1' });
      const events = it.take('record-arrest', arrest);
      expect(events.map(({ type }) => type)).toEqual(['arrest-recorded']);
      expect(it.last('arrest-recorded')).toMatchObject({
        putOut: { at: putOutAt },
        arrest: { at: arrest.arrestedAt, inTime: true },
      });
      expect([it.stage, it.attention, it.clocks]).toEqual(['arrested', [], []]);
      expect(it.state.tasks[0]?.status).toBe('arrested');
    });

    test('takes another task back that was put out meanwhile', () => {
      const { it, arrest } = withdrawnAfterTheArrest();
      it.take('issue-arrest-task', { ...issue, taskId: 'task-2' });
      const events = it.take('record-arrest', arrest);
      expect(events.map(({ type }) => type)).toEqual(['task-withdrawn', 'arrest-recorded']);
      expect(it.last('task-withdrawn')).toMatchObject({ taskId: 'task-2', cause: 'arrest' });
      expect([it.stage, it.attention]).toEqual(['arrested', ['withdrawal-unacknowledged task-2']]);
    });

    test('is told to the manager where the breach had fallen before the arrest was entered', () => {
      const { it, arrest } = withdrawnAfterTheArrest();
      it.take('decide-good-cause', excuse);
      it.take('record-arrest', arrest);
      expect(it.last('withdrawn-task-arrest-recorded')).toMatchObject(arrest);
      expect(it.attention).toContain('arrested-on-withdrawn-task task-1');
    });

    test('holds the arrest for the breach also where that was concluded before it was entered', () => {
      const it = CompulsoryCase.tasked('RED');
      const start = it.now;
      const arrestedAt = plus(start, 5 * minute);
      it.take('record-result', { breachId: 'breach-1', result: 'charged' }, { at: plus(start, hour) });
      it.take('record-arrest', { taskId: 'task-1', arrestedAt }, { at: plus(start, 2 * hour) });
      expect(it.last('arrest-recorded')).toMatchObject({ arrest: { at: arrestedAt, inTime: true } });
      expect(it.state.breaches).toMatchObject([{ status: 'concluded', arrestedAt }]);
      expect([it.stage, it.attention, it.clocks]).toEqual(['concluded', [], []]);
      expect(it.state.finished).toBe(true);
      it.take('record-result', { breachId: 'breach-1', result: 'released' });
      expect(it.state.breaches[0]?.results).toHaveLength(2);
    });

    test.each([
      ['after the result, which the record of the withdrawal left behind', 30, 20],
      ['at the moment of the result', 30, 30],
    ] as const)('is told to the manager where the arrest came %s', (_name, arrested, charged) => {
      const it = CompulsoryCase.tasked('RED');
      const at = (minutes: number) => plus(it.now, minutes * minute);
      const [arrestedAt, occurredAt] = [at(arrested), at(charged)];
      it.take('withdraw-task', { taskId: 'task-1', reasonCode: 'r' }, { at: at(60) });
      it.take('record-result', { breachId: 'breach-1', result: 'charged' }, { occurredAt });
      it.take('record-arrest', { taskId: 'task-1', arrestedAt });
      expect(it.attention).toContain('arrested-on-withdrawn-task task-1');
    });

    test('is told to the manager where the arrest came at the moment of the withdrawal', () => {
      const { it, arrest } = withdrawnAfterTheArrest();
      it.take('record-arrest', { ...arrest, arrestedAt: plus(it.now, -10 * minute) });
      expect(it.attention).toContain('arrested-on-withdrawn-task task-1');
    });
  });

  test('on which somebody was arrested is followed by no other until the release is recorded', () => {
    const it = CompulsoryCase.tasked('RED');
    it.take('withdraw-task', { taskId: 'task-1', reasonCode: 'wrong-unit' });
    it.take('record-arrest', { taskId: 'task-1', arrestedAt: it.now });
    expect(it.refused('issue-arrest-task', { ...issue, taskId: 'task-2' })).toMatchObject({
      code: 'condition-not-met',
      details: { taskId: 'task-1' },
    });
    it.take('record-result', { breachId: 'breach-1', result: 'released' });
    it.take('issue-arrest-task', { ...issue, taskId: 'task-2' });
    expect(it.state.tasks.map(({ status }) => status)).toEqual(['withdrawn', 'issued']);
  });

  test('on which somebody was arrested while another is out: the DIP officer is told which', () => {
    const it = CompulsoryCase.tasked('RED');
    const arrestedAt = it.now;
    it.take('withdraw-task', { taskId: 'task-1', reasonCode: 'wrong-unit' });
    it.take('issue-arrest-task', { ...issue, taskId: 'task-2' });
    it.take('record-arrest', { taskId: 'task-1', arrestedAt });
    const wanted = { code: 'wanted-while-in-custody', since: arrestedAt, owner: 'DipOfficer', ref: 'task-2' };
    expect(it.state.attention).toContainEqual(wanted);
    const { waits } = compulsory.explain(it.state, it.now);
    expect(waits.find(({ rule }) => rule === wanted.code)).toMatchObject({ whoCanMove: ['DipOfficer'] });
    const ended = (name: string, end: (other: CompulsoryCase) => void) => {
      const other = CompulsoryCase.tasked('RED');
      other.take('withdraw-task', { taskId: 'task-1', reasonCode: 'wrong-unit' });
      other.take('issue-arrest-task', { ...issue, taskId: 'task-2' });
      other.take('record-arrest', { taskId: 'task-1', arrestedAt });
      end(other);
      return [name, other.attention.filter((item) => item.startsWith(wanted.code))];
    };
    expect([
      ended('withdrawn', (other) => other.take('withdraw-task', { taskId: 'task-2', reasonCode: 'held' })),
      ended('released', (other) => other.take('record-result', { breachId: 'breach-1', result: 'released' })),
      ended('arrested', (other) => other.take('record-arrest', { taskId: 'task-2', arrestedAt })),
      ended('dead', (other) => other.tell('carry-fact', { factId: 'f', fact: 'death' })),
      ended('acknowledged', (other) => other.take('acknowledge-task', { taskId: 'task-2' })),
    ]).toEqual([
      ['withdrawn', []],
      ['released', []],
      ['arrested', []],
      ['dead', []],
      ['acknowledged', ['wanted-while-in-custody task-2']],
    ]);
  });

  test('on which somebody was arrested all the same: recorded, the manager is told, the breach stands as it stood', () => {
    const it = CompulsoryCase.tasked('RED');
    it.take('withdraw-task', { taskId: 'task-1', reasonCode: 'wrong-unit' });
    const { breaches, deadlines } = it.state;
    const arrestedAt = it.now;
    const events = it.take('record-arrest', { taskId: 'task-1', arrestedAt }, { at: plus(it.now, hour) });
    expect(events).toMatchObject([
      {
        type: 'withdrawn-task-arrest-recorded',
        data: {
          ...{ taskId: 'task-1', breachId: 'breach-1', arrestedAt, taskWithdrawn: true },
          withdrawalAcknowledged: false,
        },
      },
    ]);
    expect(it.state.attention).toContainEqual({
      ...{ code: 'arrested-on-withdrawn-task', ref: 'task-1', since: arrestedAt, owner: 'Manager' },
    });
    expect([it.stage, it.state.breaches, it.state.deadlines]).toEqual(['breach', breaches, deadlines]);
    expect(it.state.tasks[0]?.status).toBe('withdrawn');
    const { waits } = compulsory.explain(it.state, it.now);
    expect(waits.find(({ rule }) => rule === 'arrested-on-withdrawn-task')?.what).toBe(
      'A person was arrested on a task that had been withdrawn. The arrest may have had no ground.',
    );
    expect(it.refused('record-arrest', { taskId: 'task-1', arrestedAt }).code).toBe('already-done');
  });

  test.each([
    ['excused', (it: CompulsoryCase) => it.take('decide-good-cause', excuse), 'initial-assessment'],
    ['dead', (it: CompulsoryCase) => it.tell('carry-fact', { factId: 'f', fact: 'death' }), 'died'],
  ] as const)('of a person who is %s: an arrest on it revives no breach', (_name, withdraw, stage) => {
    const it = CompulsoryCase.tasked('RED');
    withdraw(it);
    it.take('acknowledge-task', { taskId: 'task-1' });
    it.take('record-arrest', { taskId: 'task-1', arrestedAt: it.now }, { role: 'CustodyOfficer' });
    expect(it.last('withdrawn-task-arrest-recorded')).toMatchObject({ withdrawalAcknowledged: true });
    expect(it.stage).toBe(stage);
    expect(it.state.breaches[0]).toMatchObject({ status: 'withdrawn', arrestedAt: null });
    expect(it.attention).toContain('arrested-on-withdrawn-task task-1');
  });

  test('an arrest on it is seen to when the release is recorded, which is no result of the breach', () => {
    const it = CompulsoryCase.tasked('RED');
    it.take('withdraw-task', { taskId: 'task-1', reasonCode: 'wrong-unit' });
    const released = { breachId: 'breach-1', result: 'released' } as const;
    expect(it.refused('record-result', released).code).toBe('condition-not-met');
    it.take('record-arrest', { taskId: 'task-1', arrestedAt: it.now });
    const early = { occurredAt: plus(it.now, -1) };
    expect(it.refused('record-result', released, early).code).toBe('before-the-start');
    it.take('record-result', released);
    expect(it.last('withdrawn-task-arrest-released')).toEqual({ breachId: 'breach-1', taskIds: ['task-1'] });
    expect(it.attention).not.toContain('arrested-on-withdrawn-task task-1');
    expect(it.state.breaches[0]).toMatchObject({ status: 'in-force', results: [] });
    expect(it.stage).toBe('breach');
    expect(it.refused('record-result', released).code).toBe('condition-not-met');
  });

  test('an arrest on it outlasts the end of the pathway for the manager, until the release is recorded', () => {
    const it = CompulsoryCase.tasked('RED');
    it.take('withdraw-task', { taskId: 'task-1', reasonCode: 'wrong-unit' });
    it.take('record-arrest', { taskId: 'task-1', arrestedAt: it.now });
    it.tell('carry-fact', { factId: 'f', fact: 'death' });
    expect(it.attention).toEqual(['arrested-on-withdrawn-task task-1', 'withdrawal-unacknowledged task-1']);
    it.take('record-result', { breachId: 'breach-1', result: 'released' });
    expect(it.attention).toEqual(['withdrawal-unacknowledged task-1']);
  });

  test.each([
    ['twice', { taskId: 'task-1' }, 'already-done'],
    ['of a task nobody knows', { taskId: 'other' }, 'not-found'],
  ] as const)('is refused %s', (_name, { taskId }, code) => {
    const it = CompulsoryCase.tasked('RED');
    it.take('withdraw-task', { taskId: 'task-1', reasonCode: 'wrong-unit' });
    expect(it.refused('withdraw-task', { taskId, reasonCode: 'r' }).code).toBe(code);
  });

  test('cannot be withdrawn before it was issued', () => {
    const it = CompulsoryCase.tasked('RED');
    const occurredAt = plus(it.now, -1);
    expect(it.refused('withdraw-task', { taskId: 'task-1', reasonCode: 'r' }, { occurredAt }).code).toBe(
      'before-the-start',
    );
  });

  test('is acknowledged even after the pathway has ended, which only then is finished', () => {
    const it = CompulsoryCase.tasked('RED');
    it.take('record-result', { breachId: 'breach-1', result: 'no-further-action' });
    expect(it.stage).toBe('concluded');
    expect(it.state.finished).toBe(false);
    it.take('acknowledge-task', { taskId: 'task-1' });
    expect(it.state.finished).toBe(true);
    expect(it.attention).toEqual([]);
  });
});
