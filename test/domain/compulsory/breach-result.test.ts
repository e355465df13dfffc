import { describe, expect, test } from '@jest/globals';
import { CompulsoryCase, day, initial, plus } from './compulsory-case.ts';

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
