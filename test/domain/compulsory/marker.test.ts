import { describe, expect, test } from '@jest/globals';
import { markers } from '../../../workflows/domain/compulsory/commands.ts';
import type { Marker } from '../../../workflows/domain/compulsory/commands.ts';
import { epochMs } from '../../../workflows/domain/common/instant.ts';
import { localParts } from '../../../workflows/domain/common/london-time.ts';
import { summarise } from '../../../workflows/domain/compulsory/summarise.ts';
import {
  CompulsoryCase,
  day,
  hour,
  initial,
  minute,
  plus,
  policy,
  requirementData,
} from './compulsory-case.ts';

/** A breach of an appointment at that time, marked; without a reminder nearby to mind. */
function breachOf(startsAt: string, marker: Marker, test = {}) {
  const endsAt = plus(startsAt, hour);
  const testedAt = plus(startsAt, -2 * day);
  const it = CompulsoryCase.tested({ testedAt, ...test }, testedAt);
  it.take('impose-requirement', {
    ...requirementData(),
    initialAssessment: { ...initial, startsAt, endsAt },
    notice: { ...requirementData().notice, servedAt: testedAt },
  });
  it.take(
    'record-attendance',
    { appointmentId: 'ia-1', attendance: 'absent' },
    { at: endsAt, commandId: 'failure-1' },
  );
  it.take('decide-good-cause', { failureId: 'failure-1', decision: 'rejected', reasonCode: 'none' });
  it.take('declare-breach', { failureId: 'failure-1', breachId: 'breach-1' });
  it.take('set-marker', { breachId: 'breach-1', marker, reasonCode: 'risk' });
  return it;
}

describe('M67 RED: arrested within 24 elapsed hours of the failure', () => {
  test.each([
    ['an ordinary day', '2026-03-05T14:00:00.000Z', '2026-03-06T14:00:00.000Z'],
    // 29 March 2026: the clocks go forward. 10:00 GMT to 11:00 BST.
    ['over the March change', '2026-03-28T10:00:00.000Z', '2026-03-29T10:00:00.000Z'],
    // 25 October 2026: the clocks go back. 10:00 BST to 09:00 GMT.
    ['over the October change', '2026-10-24T09:00:00.000Z', '2026-10-25T09:00:00.000Z'],
    ['over the turn of the year', '2026-12-31T15:00:00.000Z', '2027-01-01T15:00:00.000Z'],
    ['over a leap day', '2028-02-28T15:00:00.000Z', '2028-02-29T15:00:00.000Z'],
  ])('%s', (_name, startsAt, due) => {
    const it = breachOf(startsAt, 'RED');
    expect(it.due('red-arrest')).toBe(due);
    expect(epochMs(due) - epochMs(startsAt)).toBe(24 * 3_600_000);
    expect(it.due('red-put-out')).toBeUndefined();
  });
});

describe('M68 AMBER: put out within 7 days, the same local time on the seventh day', () => {
  test.each([
    ['an ordinary week', '2026-03-05T14:00:00.000Z', '2026-03-12T14:00:00.000Z'],
    ['over the March change', '2026-03-26T14:00:00.000Z', '2026-04-02T13:00:00.000Z'],
    ['over the October change', '2026-10-22T13:00:00.000Z', '2026-10-29T14:00:00.000Z'],
    ['over Christmas, where no day is left out', '2026-12-22T10:00:00.000Z', '2026-12-29T10:00:00.000Z'],
  ])('%s', (_name, startsAt, due) => {
    const it = breachOf(startsAt, 'AMBER');
    expect(it.due('amber-put-out')).toBe(due);
    expect(localParts(due).time).toBe(localParts(startsAt).time);
    expect(it.due('amber-arrest')).toBeUndefined();
  });
});

describe('M69 GREEN: put out within one calendar month, clamped to the end of a shorter one', () => {
  test.each([
    ['an ordinary month', '2026-03-05T14:00:00.000Z', '2026-04-05T13:00:00.000Z'],
    ['31 January', '2027-01-31T14:00:00.000Z', '2027-02-28T14:00:00.000Z'],
    ['31 January before a leap day', '2028-01-31T14:00:00.000Z', '2028-02-29T14:00:00.000Z'],
    ['30 January', '2027-01-30T14:00:00.000Z', '2027-02-28T14:00:00.000Z'],
    ['31 March', '2026-03-31T13:00:00.000Z', '2026-04-30T13:00:00.000Z'],
    ['28 February: not to the end of March', '2027-02-28T14:00:00.000Z', '2027-03-28T13:00:00.000Z'],
    ['31 December', '2026-12-31T10:00:00.000Z', '2027-01-31T10:00:00.000Z'],
  ])('%s', (_name, startsAt, due) => {
    expect(breachOf(startsAt, 'GREEN').due('green-put-out')).toBe(due);
  });
});

describe('M70 I8 the clock starts at the failure, not at the paperwork', () => {
  test.each(markers)('%s declared a month late has the same due time', (marker) => {
    const early = CompulsoryCase.breached();
    const late = CompulsoryCase.rejected();
    late.take(
      'declare-breach',
      { failureId: 'failure-1', breachId: 'breach-1' },
      { at: plus(late.now, 31 * day) },
    );
    for (const it of [early, late]) {
      it.take('set-marker', { breachId: 'breach-1', marker, reasonCode: 'risk' });
    }
    const [own] = early.clocks;
    expect(late.clocks).toEqual([own]);
    expect(late.state.deadlines[0]?.start).toBe(initial.startsAt);
  });

  test('of who left early it is the time of leaving', () => {
    const it = CompulsoryCase.required();
    const leftAt = plus(initial.startsAt, 25 * minute);
    it.take(
      'record-attendance',
      { appointmentId: 'ia-1', attendance: 'attended-and-left', leftAt },
      { at: initial.endsAt, commandId: 'failure-1' },
    );
    it.take('decide-good-cause', { failureId: 'failure-1', decision: 'rejected', reasonCode: 'none' });
    it.take('declare-breach', { failureId: 'failure-1', breachId: 'breach-1' });
    it.take('set-marker', { breachId: 'breach-1', marker: 'RED', reasonCode: 'risk' });
    expect(it.due('red-arrest')).toBe(plus(leftAt, day));
  });

  test('a RED declared late is overdue at once', () => {
    const it = CompulsoryCase.rejected();
    it.take(
      'declare-breach',
      { failureId: 'failure-1', breachId: 'breach-1' },
      { at: plus(it.now, 3 * day) },
    );
    it.take('set-marker', { breachId: 'breach-1', marker: 'RED', reasonCode: 'risk' });
    it.waitUntil(it.now);
    expect(it.attention).toEqual(['breach-without-task breach-1', 'marker-overdue breach-1']);
    expect(it.state.attention.find(({ code }) => code === 'marker-overdue')?.since).toBe(
      plus(initial.startsAt, day),
    );
    expect(it.last('deadline-passed')).toMatchObject({
      rule: 'red-arrest',
      due: plus(initial.startsAt, day),
    });
  });
});

test('M207 the colours of the breaches in force are in the summary, and no other', () => {
  const marked = breachOf('2026-03-05T14:00:00.000Z', 'AMBER');
  expect(summarise(marked.state).markers).toEqual(['AMBER']);
  marked.take('decide-good-cause', { failureId: 'failure-1', decision: 'accepted', reasonCode: 'hospital' });
  expect(summarise(marked.state)).not.toHaveProperty('markers');
});

test('M207 a breach whose person was not arrested in time is late since then, until its end', () => {
  const marked = breachOf('2026-03-05T14:00:00.000Z', 'RED');
  expect(summarise(marked.state).lateSince).toBeNull();
  marked.waitUntil('2026-03-08T14:00:00.000Z');
  expect(summarise(marked.state).lateSince).toBe('2026-03-06T14:00:00.000Z');
  marked.take('decide-good-cause', { failureId: 'failure-1', decision: 'accepted', reasonCode: 'hospital' });
  expect(summarise(marked.state).lateSince).toBeNull();
});

describe('M71 a change of the marker', () => {
  const pairs = markers.flatMap((from) =>
    markers.filter((to) => to !== from).map((to) => [from, to] as const),
  );

  test.each(pairs)('from %s to %s gives the clock that colour would have had from the start', (from, to) => {
    const it = CompulsoryCase.marked(from);
    it.take(
      'set-marker',
      { breachId: 'breach-1', marker: to, reasonCode: 'changed' },
      { at: plus(it.now, hour) },
    );
    const direct = CompulsoryCase.marked(to);
    expect(it.clocks).toEqual(direct.clocks);
    const cleared = it.events.at(-1)?.cleared;
    expect(cleared).toEqual([expect.objectContaining({ why: 'superseded' })]);
  });

  test('keeps the old clock, reason and time in the history', () => {
    const it = CompulsoryCase.marked('GREEN');
    const setAt = it.now;
    it.take(
      'set-marker',
      { breachId: 'breach-1', marker: 'RED', reasonCode: 'threat' },
      { at: plus(it.now, hour) },
    );
    expect(it.state.breaches[0]).toMatchObject({
      marker: {
        marker: 'RED',
        reasonCode: 'threat',
        putOutDue: null,
        arrestDue: plus(initial.startsAt, day),
      },
      earlierMarkers: [
        {
          marker: 'GREEN',
          setAt,
          reasonCode: 'risk-to-self',
          putOutDue: '2026-04-05T13:00:00.000Z',
          arrestDue: null,
        },
      ],
    });
    expect(it.last('marker-set')).toMatchObject({ previous: 'GREEN', marker: 'RED' });
  });

  test('back and forth never uses the id of a clock again', () => {
    const it = CompulsoryCase.marked('RED');
    for (const marker of ['GREEN', 'RED', 'AMBER', 'RED'] as const) {
      it.take('set-marker', { breachId: 'breach-1', marker, reasonCode: 'changed' });
    }
    const ids = it.events.flatMap(({ armed = [] }) => armed.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
    expect(it.clocks).toEqual([`red-arrest breach-1 ${plus(initial.startsAt, day)}`]);
  });

  test('settles "overdue" of the old colour, and raises it again when the new one is past too', () => {
    const it = CompulsoryCase.marked('RED');
    it.waitUntil(plus(initial.startsAt, 2 * day));
    expect(it.attention).toContain('marker-overdue breach-1');
    it.take('set-marker', { breachId: 'breach-1', marker: 'AMBER', reasonCode: 'lower' });
    expect(it.attention).not.toContain('marker-overdue breach-1');
    it.waitUntil(plus(initial.startsAt, 8 * day));
    expect(it.attention).toContain('marker-overdue breach-1');
  });

  test('recomputes the acknowledgement of an open task from its issue', () => {
    const it = CompulsoryCase.tasked('GREEN');
    const issuedAt = it.now;
    expect(it.due('task-acknowledgement')).toBe(plus(issuedAt, 2 * day));
    it.take(
      'set-marker',
      { breachId: 'breach-1', marker: 'RED', reasonCode: 'threat' },
      { at: plus(it.now, 30 * minute) },
    );
    expect(it.due('task-acknowledgement')).toBe(plus(issuedAt, hour));
    expect(it.state.tasks[0]?.marker).toBe('RED');
  });

  test('arms no new put-out clock once it has been put out, and needs no new acknowledgement', () => {
    const it = CompulsoryCase.tasked('RED');
    it.take('acknowledge-task', { taskId: 'task-1' });
    it.take('set-marker', { breachId: 'breach-1', marker: 'AMBER', reasonCode: 'lower' });
    expect(it.clocks).toEqual([]);
  });
});

describe('a marker', () => {
  test('M102 that is missing is said at once', () => {
    const it = CompulsoryCase.breached();
    expect(it.attention).toEqual(['breach-without-marker breach-1']);
    expect(it.clocks).toEqual([]);
  });

  test('that is set leaves a breach without a task', () => {
    expect(CompulsoryCase.marked('AMBER').attention).toEqual(['breach-without-task breach-1']);
  });

  test('is refused when it is the same, for an unknown breach, before the declaration, and from others', () => {
    const it = CompulsoryCase.marked('AMBER');
    const data = { breachId: 'breach-1', marker: 'AMBER', reasonCode: 'r' } as const;
    expect(it.refused('set-marker', data).code).toBe('already-done');
    expect(it.refused('set-marker', { ...data, breachId: 'other' }).code).toBe('not-found');
    expect(it.refused('set-marker', { ...data, marker: 'RED' }, { occurredAt: plus(it.now, -1) }).code).toBe(
      'before-the-start',
    );
    expect(it.refused('set-marker', data, { role: 'LpuOfficer' }).code).toBe('wrong-role');
  });

  test('takes its targets from the policy the pathway was opened with', () => {
    const own = {
      ...policy,
      markers: {
        ...policy.markers,
        AMBER: { putOut: { unit: 'days', count: 7 }, arrest: { unit: 'days', count: 14 } },
      },
    } as const;
    const it = CompulsoryCase.marked('AMBER', { policy: own });
    expect(it.clocks).toEqual([
      'amber-arrest breach-1 2026-03-19T14:00:00.000Z',
      'amber-put-out breach-1 2026-03-12T14:00:00.000Z',
    ]);
  });
});
