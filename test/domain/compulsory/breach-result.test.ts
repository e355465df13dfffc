import { describe, expect, test } from '@jest/globals';
import { compulsoryCommandSchemas } from '../../../api/schemas/compulsory.ts';
import { CompulsoryCase, day, initial, minute, plus } from './compulsory-case.ts';

describe('M106 the result of a breach', () => {
  function arrested() {
    const it = CompulsoryCase.tasked('RED');
    it.take('record-arrest', { taskId: 'task-1', arrestedAt: it.now });
    return it;
  }

  test.each(['charged', 'court', 'drr', 'no-further-action', 'released'] as const)(
    '%s after the arrest concludes the breach and the pathway',
    (result) => {
      const it = arrested();
      it.take('record-result', { breachId: 'breach-1', result }, { role: 'CustodyOfficer' });
      expect(it.stage).toBe('concluded');
      expect(it.state).toMatchObject({
        finished: true,
        closed: { reason: 'concluded' },
        breaches: [{ status: 'concluded', results: [{ result }] }],
        requirements: [{ status: 'ended' }],
      });
    },
  );

  test('a later result is added to the first', () => {
    const it = arrested();
    it.take('record-result', { breachId: 'breach-1', result: 'charged' });
    it.take('record-result', { breachId: 'breach-1', result: 'drr' }, { at: plus(it.now, 60 * day) });
    expect(it.state.breaches[0]?.results.map(({ result }) => result)).toEqual(['charged', 'drr']);
    expect(it.stage).toBe('concluded');
    expect(it.refused('record-result', { breachId: 'breach-1', result: 'drr' }).code).toBe('already-done');
  });

  test('I6 without an arrest withdraws the open task first', () => {
    const it = CompulsoryCase.tasked('RED');
    const events = it.take('record-result', { breachId: 'breach-1', result: 'charged' });
    expect(events.map(({ type }) => type)).toEqual(['task-withdrawn', 'result-recorded', 'pathway-ended']);
    expect(it.attention).toEqual(['withdrawal-unacknowledged task-1']);
    expect(it.clocks).toEqual([]);
  });

  test.each([
    ['released without an arrest', 'breach-1', 'released', 'condition-not-met'],
    ['of an unknown breach', 'other', 'charged', 'not-found'],
  ] as const)('is refused: %s', (_name, breachId, result, code) => {
    const it = CompulsoryCase.tasked('RED');
    expect(it.refused('record-result', { breachId, result }).code).toBe(code);
  });

  test('cannot be earlier than the declaration', () => {
    const it = CompulsoryCase.breached();
    const occurredAt = initial.endsAt;
    expect(
      it.refused('record-result', { breachId: 'breach-1', result: 'charged' }, { occurredAt }).code,
    ).toBe('before-the-start');
  });
});

describe('a release, where the person was also arrested on a withdrawn task', () => {
  const released = { breachId: 'breach-1', result: 'released' } as const;

  /** task-1 is withdrawn, task-2 put out; unit 2 arrests at +90 min and records it. Unit 1 arrested at +20 min. */
  function twoUnits() {
    const it = CompulsoryCase.tasked('RED');
    const start = it.now;
    const at = (minutes: number) => plus(start, minutes * minute);
    it.take('withdraw-task', { taskId: 'task-1', reasonCode: 'wrong-unit' }, { at: at(10) });
    it.take('acknowledge-task', { taskId: 'task-1' });
    it.take('issue-arrest-task', { breachId: 'breach-1', taskId: 'task-2', unitCode: 'newport-east' });
    it.take('record-arrest', { taskId: 'task-2', arrestedAt: at(90) }, { at: at(100) });
    const unitOneTells = () => it.take('record-arrest', { taskId: 'task-1', arrestedAt: at(20) });
    return { it, at, unitOneTells };
  }

  test('before the arrest for the breach ends the one on the withdrawn task, and not the breach', () => {
    const { it, at, unitOneTells } = twoUnits();
    unitOneTells();
    it.take('record-result', released, { occurredAt: at(50) });
    expect(it.last('withdrawn-task-arrest-released')).toEqual({ breachId: 'breach-1', taskIds: ['task-1'] });
    expect([it.stage, it.attention]).toEqual(['arrested', []]);
    expect(it.state.breaches[0]).toMatchObject({ status: 'in-force', arrestedAt: at(90), results: [] });
    it.take('record-result', released);
    expect(it.stage).toBe('concluded');
  });

  test('before both arrests is refused', () => {
    const { it, at, unitOneTells } = twoUnits();
    unitOneTells();
    expect(it.refused('record-result', released, { occurredAt: at(15) })).toMatchObject({
      code: 'before-the-start',
      details: { arrestedAt: at(20) },
    });
  });

  test('after both arrests names the task: nobody guesses who is still held', () => {
    const { it, at, unitOneTells } = twoUnits();
    unitOneTells();
    expect(it.refused('record-result', released)).toMatchObject({
      code: 'condition-not-met',
      message:
        'The person was arrested for this breach and also on a withdrawn task. Name the task from whose arrest the person was released.',
      details: { taskIds: ['task-1', 'task-2'] },
    });
    it.take('record-result', { ...released, taskId: 'task-1' });
    expect([it.stage, it.attention]).toEqual(['arrested', []]);
    expect(it.refused('record-result', { ...released, taskId: 'task-1' }).code).toBe('already-done');
    it.take('record-result', { ...released, taskId: 'task-2' }, { occurredAt: at(95) });
    expect([it.stage, it.attention]).toEqual(['concluded', []]);
  });

  test('from the arrest for the breach leaves the other one to be seen to, also after the end', () => {
    const { it, unitOneTells } = twoUnits();
    unitOneTells();
    it.take('record-result', { ...released, taskId: 'task-2' });
    expect([it.stage, it.attention]).toEqual(['concluded', ['arrested-on-withdrawn-task task-1']]);
    it.take('record-result', released);
    expect(it.attention).toEqual([]);
  });

  test('that is dated before the arrest for the breach is refused', () => {
    const { it, at } = twoUnits();
    const early = { occurredAt: at(89) };
    expect(it.refused('record-result', released, early)).toMatchObject({
      code: 'before-the-start',
      details: { arrestedAt: at(90) },
    });
    it.take('record-result', { breachId: 'breach-1', result: 'charged' });
    expect(it.refused('record-result', released, early).code).toBe('before-the-start');
    it.take('record-result', released, { occurredAt: at(90) });
    expect(it.state.breaches[0]?.results).toHaveLength(2);
  });

  test.each([
    ['the release', (it: CompulsoryCase) => it.take('record-result', released)],
    [
      'another result',
      (it: CompulsoryCase) => it.take('record-result', { breachId: 'breach-1', result: 'charged' }),
    ],
    ['the death', (it: CompulsoryCase) => it.tell('carry-fact', { factId: 'f', fact: 'death' })],
  ] as const)('settles an arrest that is told only after %s', (_name, end) => {
    const { it, unitOneTells } = twoUnits();
    end(it);
    const { breaches, stage } = it.state;
    unitOneTells();
    expect(it.attention).toEqual(['arrested-on-withdrawn-task task-1']);
    it.take('record-result', released, { role: 'CustodyOfficer' });
    expect(it.attention).toEqual([]);
    expect([it.stage, it.state.breaches]).toEqual([stage, breaches]);
  });

  test('of two arrests on withdrawn tasks ends those that were made by then', () => {
    const it = CompulsoryCase.tasked('RED');
    const start = it.now;
    it.take('withdraw-task', { taskId: 'task-1', reasonCode: 'r' }, { at: plus(start, minute) });
    it.take('issue-arrest-task', { breachId: 'breach-1', taskId: 'task-2', unitCode: 'newport-east' });
    it.take('withdraw-task', { taskId: 'task-2', reasonCode: 'r' }, { at: plus(start, 2 * minute) });
    it.now = plus(start, 60 * minute);
    it.take('record-arrest', { taskId: 'task-1', arrestedAt: plus(start, 10 * minute) });
    it.take('record-arrest', { taskId: 'task-2', arrestedAt: plus(start, 30 * minute) });
    it.take('record-result', released, { occurredAt: plus(start, 20 * minute) });
    expect(it.attention).toContain('arrested-on-withdrawn-task task-2');
    expect(it.attention).not.toContain('arrested-on-withdrawn-task task-1');
    it.take('record-result', released);
    expect(it.attention).not.toContain('arrested-on-withdrawn-task task-2');
  });

  test.each([
    ['with a result that is no release', 'charged', 'task-2', 'condition-not-met'],
    ['of a task nobody knows', 'released', 'other', 'not-found'],
    ['of a task on which nobody was arrested', 'released', 'task-1', 'condition-not-met'],
  ] as const)('names no task %s', (_name, result, taskId, code) => {
    const { it } = twoUnits();
    expect(it.refused('record-result', { breachId: 'breach-1', result, taskId }).code).toBe(code);
  });

  test('names a task also over the API', () => {
    const schema = compulsoryCommandSchemas['record-result'];
    expect(schema.safeParse({ ...released, taskId: 'task-1' }).success).toBe(true);
    expect(schema.safeParse({ ...released, taskId: 1 }).success).toBe(false);
  });
});
