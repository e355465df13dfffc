import { describe, expect, test } from '@jest/globals';
import { arrestTaskWording } from '../../../workflows/domain/compulsory/table.ts';
import { CompulsoryCase, day, hour, initial, minute, plus, policy } from './compulsory-case.ts';

const issue = { breachId: 'breach-1', taskId: 'task-1', unitCode: 'newport-central' };

describe('M103 an arrest task', () => {
  test('is put out for a breach in force with a marker, and waits for the unit', () => {
    const it = CompulsoryCase.tasked('AMBER');
    expect(it.stage).toBe('breach');
    expect(it.attention).toEqual([]);
    expect(it.state.tasks).toEqual([
      {
        taskId: 'task-1',
        breachId: 'breach-1',
        unitCode: 'newport-central',
        marker: 'AMBER',
        offence: 'Drugs Act 2005 s.12(3)',
        issuedAt: it.now,
        status: 'issued',
      },
    ]);
  });

  test('I7 carries ids, codes and instants of the police’s own and nothing else', () => {
    const it = CompulsoryCase.tasked('RED');
    expect(Object.keys(it.last('arrest-task-issued')).sort()).toEqual([
      'breachId',
      'breachedAt',
      'marker',
      'offence',
      'putOut',
      'taskId',
      'unitCode',
    ]);
  });

  test('M102 I6 is refused without a marker', () => {
    const it = CompulsoryCase.breached();
    expect(it.refused('issue-arrest-task', issue)).toMatchObject({
      code: 'condition-not-met',
      message: 'Set the marker before you put the breach out for arrest.',
    });
  });

  test('M113 is refused while one is open, for the same id again and for an unknown breach', () => {
    const it = CompulsoryCase.tasked();
    expect(it.refused('issue-arrest-task', { ...issue, taskId: 'task-2' })).toMatchObject({
      code: 'condition-not-met',
      details: { taskId: 'task-1' },
    });
    expect(it.refused('issue-arrest-task', issue).code).toBe('conflict');
    expect(it.refused('issue-arrest-task', { ...issue, breachId: 'other' }).code).toBe('not-found');
  });

  test('I6 is refused without a breach in force', () => {
    const it = CompulsoryCase.marked('RED');
    it.take('decide-good-cause', { failureId: 'failure-1', decision: 'accepted', reasonCode: 'hospital' });
    expect(it.refused('issue-arrest-task', issue)).toMatchObject({
      code: 'wrong-stage',
      details: { stage: 'initial-assessment' },
    });
  });

  test('cannot have been issued before the declaration', () => {
    const it = CompulsoryCase.marked();
    const occurredAt = initial.endsAt;
    expect(it.refused('issue-arrest-task', issue, { occurredAt }).code).toBe('before-the-start');
  });

  test('cannot have been issued before its marker was set', () => {
    const it = CompulsoryCase.breached();
    const declaredAt = it.now;
    const marker = { breachId: 'breach-1', marker: 'AMBER', reasonCode: 'r' } as const;
    it.take('set-marker', marker, { at: plus(declaredAt, 8 * day) });
    expect(it.refused('issue-arrest-task', issue, { occurredAt: plus(declaredAt, minute) })).toMatchObject({
      code: 'before-the-start',
      details: { setAt: it.now },
    });
    it.take('issue-arrest-task', issue);
    expect(it.last('arrest-task-issued')).toMatchObject({ putOut: { inTime: false } });
  });

  test('says what it is: summary-only, no power of entry', () => {
    expect(arrestTaskWording.kind).toContain('Summary-only');
    expect(arrestTaskWording.entry).toContain('no power to enter');
    expect(arrestTaskWording.entry).toContain('17(1)(b)');
  });
});

describe('the acknowledgement of a task', () => {
  test.each([
    ['RED', hour],
    ['AMBER', day],
    ['GREEN', 2 * day],
  ] as const)(
    '%s is due %i seconds after the issue, and the DIP officer is told after that',
    (marker, seconds) => {
      const it = CompulsoryCase.tasked(marker);
      const due = plus(it.now, seconds);
      expect(it.due('task-acknowledgement')).toBe(due);
      it.waitUntil(due);
      expect(it.attention).toContain('task-unacknowledged task-1');
      expect(it.state.tasks[0]?.status).toBe('issued');
      it.take('acknowledge-task', { taskId: 'task-1' });
      expect(it.attention).not.toContain('task-unacknowledged task-1');
      expect(it.state.tasks[0]?.status).toBe('acknowledged');
    },
  );

  test('goes by local time for days: over the March change 24 hours become 23', () => {
    const it = CompulsoryCase.marked('AMBER');
    it.take('issue-arrest-task', issue, { at: '2026-03-28T15:00:00.000Z' });
    expect(it.due('task-acknowledgement')).toBe('2026-03-29T14:00:00.000Z');
  });

  test('in time stops the clock; a second one is already done', () => {
    const it = CompulsoryCase.tasked('RED');
    it.take('acknowledge-task', { taskId: 'task-1' });
    expect(it.due('task-acknowledgement')).toBeUndefined();
    expect(it.refused('acknowledge-task', { taskId: 'task-1' }).code).toBe('already-done');
    expect(it.refused('acknowledge-task', { taskId: 'other' }).code).toBe('not-found');
    expect(it.refused('acknowledge-task', { taskId: 'task-1' }, { role: 'DipOfficer' }).code).toBe(
      'wrong-role',
    );
  });

  test('cannot be earlier than the issue', () => {
    const it = CompulsoryCase.tasked('RED');
    const occurredAt = plus(it.now, -1);
    expect(it.refused('acknowledge-task', { taskId: 'task-1' }, { occurredAt }).code).toBe(
      'before-the-start',
    );
  });
});

describe('M104 put out and arrested are two events, both held against the targets', () => {
  const breachedAt = initial.startsAt;

  test.each([
    ['RED', 'in time', plus(breachedAt, 2 * hour), plus(breachedAt, 5 * hour), null, true],
    ['RED', 'arrested exactly at 24 hours', plus(breachedAt, 2 * hour), plus(breachedAt, day), null, true],
    [
      'RED',
      'arrested a millisecond late',
      plus(breachedAt, 2 * hour),
      plus(breachedAt, day + 0.001),
      null,
      false,
    ],
    ['AMBER', 'put out in time', plus(breachedAt, 3 * day), plus(breachedAt, 40 * day), true, null],
    [
      'AMBER',
      'put out exactly on the seventh day',
      plus(breachedAt, 7 * day),
      plus(breachedAt, 8 * day),
      true,
      null,
    ],
    ['AMBER', 'put out late', plus(breachedAt, 7 * day + 1), plus(breachedAt, 8 * day), false, null],
    ['GREEN', 'put out on the last day', '2026-04-05T13:00:00.000Z', '2026-04-07T09:00:00.000Z', true, null],
    ['GREEN', 'put out a second later', '2026-04-05T13:00:01.000Z', '2026-04-07T09:00:00.000Z', false, null],
  ] as const)('%s %s', (marker, _name, putOutAt, arrestedAt, putOutInTime, arrestInTime) => {
    const it = CompulsoryCase.marked(marker);
    it.waitUntil(putOutAt);
    it.take('issue-arrest-task', issue);
    expect(it.last('arrest-task-issued')).toMatchObject({ putOut: { at: putOutAt, inTime: putOutInTime } });
    it.waitUntil(arrestedAt);
    it.take('record-arrest', { taskId: 'task-1', arrestedAt });
    const measured = it.last('arrest-recorded') as {
      putOut: { due: string | null };
      arrest: { due: string | null };
    };
    expect(measured).toMatchObject({
      arrestedAt,
      marker,
      putOut: { at: putOutAt, inTime: putOutInTime },
      arrest: { at: arrestedAt, inTime: arrestInTime },
    });
    // "No target" is not "late": it has no due time at all.
    expect(measured.putOut.due === null).toBe(putOutInTime === null);
    expect(measured.arrest.due === null).toBe(arrestInTime === null);
    expect(it.stage).toBe('arrested');
    expect(it.clocks).toEqual([]);
    expect(it.attention).toEqual([]);
  });

  test('both have a target where the policy gives the colour both', () => {
    const both = { putOut: { unit: 'days', count: 1 }, arrest: { unit: 'days', count: 2 } } as const;
    const own = { ...policy, markers: { ...policy.markers, AMBER: both } };
    const it = CompulsoryCase.marked('AMBER', { policy: own });
    it.waitUntil(plus(breachedAt, 3 * day));
    expect(it.attention).toEqual(['breach-without-task breach-1', 'marker-overdue breach-1']);
    it.take('issue-arrest-task', issue);
    // The time for the arrest is past as well, so it stays overdue.
    expect(it.attention).toEqual(['marker-overdue breach-1']);
    it.take('record-arrest', { taskId: 'task-1', arrestedAt: it.now });
    expect(it.last('arrest-recorded')).toMatchObject({
      putOut: { inTime: false },
      arrest: { inTime: false },
    });
    expect(it.attention).toEqual([]);
  });

  test('putting out late ends "overdue" where only that was late', () => {
    const it = CompulsoryCase.marked('AMBER');
    it.waitUntil(plus(breachedAt, 8 * day));
    expect(it.attention).toContain('marker-overdue breach-1');
    it.take('issue-arrest-task', issue);
    expect(it.attention).toEqual([]);
  });

  test('M109 after the deadline the task stays open, and keeps counting', () => {
    const it = CompulsoryCase.tasked('RED');
    it.waitUntil(plus(breachedAt, 30 * day));
    expect(it.attention).toEqual(['marker-overdue breach-1', 'task-unacknowledged task-1']);
    expect(it.state.tasks[0]?.status).toBe('issued');
    expect(it.stage).toBe('breach');
  });

  test('an arrest in time that is recorded late is in time; the passed clock stays in the record', () => {
    const it = CompulsoryCase.tasked('RED');
    it.waitUntil(plus(breachedAt, 2 * day));
    it.take('record-arrest', { taskId: 'task-1', arrestedAt: plus(breachedAt, 20 * hour) });
    expect(it.last('arrest-recorded')).toMatchObject({ arrest: { inTime: true } });
    expect(
      it.events.filter(
        ({ type, data }) => type === 'deadline-passed' && JSON.stringify(data).includes('red-arrest'),
      ),
    ).toHaveLength(1);
  });

  test('a withdrawn task does not meet the target: its clock runs again, and the task that stands is measured', () => {
    const it = CompulsoryCase.tasked('AMBER');
    expect(it.due('amber-put-out')).toBeUndefined();
    it.take('withdraw-task', { taskId: 'task-1', reasonCode: 'moved-area' });
    expect(it.due('amber-put-out')).toBe(plus(breachedAt, 7 * day));
    it.waitUntil(plus(breachedAt, 20 * day));
    expect(it.attention).toContain('marker-overdue breach-1');
    const putOutAt = it.now;
    it.take('issue-arrest-task', { ...issue, taskId: 'task-2' });
    expect(it.last('arrest-task-issued')).toMatchObject({ putOut: { at: putOutAt, inTime: false } });
    expect(it.attention).toEqual(['withdrawal-unacknowledged task-1']);
    it.take('record-arrest', { taskId: 'task-2', arrestedAt: it.now });
    expect(it.last('arrest-recorded')).toMatchObject({ putOut: { at: putOutAt, inTime: false } });
  });

  test('put out again in time is in time, and a colour set without a task runs to its own target', () => {
    const it = CompulsoryCase.tasked('AMBER');
    it.take('withdraw-task', { taskId: 'task-1', reasonCode: 'moved-area' });
    it.take('set-marker', { breachId: 'breach-1', marker: 'GREEN', reasonCode: 'lower' });
    expect(it.clocks).toEqual(['green-put-out breach-1 2026-04-05T13:00:00.000Z']);
    it.take('issue-arrest-task', { ...issue, taskId: 'task-2' });
    expect(it.last('arrest-task-issued')).toMatchObject({ putOut: { at: it.now, inTime: true } });
    expect(it.due('green-put-out')).toBeUndefined();
  });

  test.each([
    ['in the future', (now: string) => plus(now, 1), 'in-the-future'],
    ['before the task', (now: string) => plus(now, -1), 'before-the-start'],
  ] as const)('an arrest %s is refused', (_name, when, code) => {
    const it = CompulsoryCase.tasked('RED');
    expect(it.refused('record-arrest', { taskId: 'task-1', arrestedAt: when(it.now) }).code).toBe(code);
  });

  test('an arrest is recorded once, and only on a task', () => {
    const it = CompulsoryCase.tasked('RED');
    expect(it.refused('record-arrest', { taskId: 'other', arrestedAt: it.now }).code).toBe('not-found');
    it.take('record-arrest', { taskId: 'task-1', arrestedAt: it.now }, { role: 'CustodyOfficer' });
    expect(it.refused('record-arrest', { taskId: 'task-1', arrestedAt: it.now }).code).toBe('already-done');
  });
});
