import { describe, expect, test } from '@jest/globals';
import { compulsory } from '../../../workflows/domain/compulsory/kind.ts';
import type { DataOf } from './compulsory-case.ts';
import {
  CompulsoryCase,
  day,
  followUp,
  followUpSet,
  hour,
  initial,
  minute,
  moved,
  plus,
  variationData,
} from './compulsory-case.ts';

/** RA2 is served the day before the initial assessment and entered only after it, to which the person came. */
const dayBefore = '2026-03-04T12:00:00.000Z';
const released: DataOf<'record-attendance'> = {
  appointmentId: 'ia-1',
  attendance: 'attended-and-remained',
  followUp: { released: true },
};
const stayed: DataOf<'record-attendance'> = { ...released, followUp: followUpSet };

function movedLate(notice: Parameters<typeof variationData>[2] = {}): CompulsoryCase {
  const it = CompulsoryCase.required();
  it.waitUntil(plus(initial.endsAt, minute));
  it.take('vary-appointment', variationData(dayBefore, {}, notice));
  return it;
}

/** Absent at the new time, and reported. */
function missedNew(): CompulsoryCase {
  const it = movedLate();
  it.waitUntil(plus(moved.endsAt, minute));
  it.take('record-attendance', { appointmentId: 'ia-2', attendance: 'absent' }, { commandId: 'failure-1' });
  return it;
}

function decided(decision: 'accepted' | 'rejected'): CompulsoryCase {
  const it = missedNew();
  it.take('decide-good-cause', { failureId: 'failure-1', decision, reasonCode: 'r' });
  return it;
}

describe('an assessment attended at the time from which a notice entered later had moved it', () => {
  test('counts: the follow-up is set, and the new time falls', () => {
    const it = movedLate({ warningGiven: false });
    it.tell('report-delivery', { intentId: 'i', outcome: 'failed', purpose: 'appointment-reminder' });
    it.take('record-attendance', stayed);
    expect(it.last('attendance-recorded')).toMatchObject({ appointmentId: 'ia-1', cancels: ['ia-2'] });
    expect(it.stage).toBe('follow-up-assessment');
    expect(it.state.appointments).toMatchObject([
      { appointmentId: 'ia-1', status: 'held', attendance: 'attended-and-remained' },
      { appointmentId: 'ia-2', status: 'cancelled', attendance: null },
      { appointmentId: 'fu-1', status: 'booked' },
    ]);
    expect(it.attention).toEqual([]);
    expect(it.clocks).toEqual([
      'feedback fu-1 2026-03-14T00:00:00.000Z',
      'reminder fu-1 2026-03-11T09:00:00.000Z',
    ]);
    const { waits } = compulsory.explain(it.state, it.now);
    expect(waits.filter(({ rule }) => rule === 'record-attendance').map(({ ref }) => ref)).toEqual(['fu-1']);
  });

  test('counts: released from the follow-up, the duty is discharged', () => {
    const it = movedLate();
    it.take('record-attendance', released);
    expect(it.state).toMatchObject({ stage: 'discharged', finished: true, attention: [], deadlines: [] });
    expect(it.intents).toHaveLength(1);
  });

  test.each([
    ['undecided', missedNew],
    ['rejected', () => decided('rejected')],
    ['excused', () => decided('accepted')],
  ] as const)('ends a failure at the new time that is %s: nothing was owed then', (_name, reach) => {
    const it = reach();
    it.take('record-attendance', stayed);
    expect(it.last('attendance-recorded')).toMatchObject({ cancels: ['ia-2'], endsFailures: ['failure-1'] });
    expect(it.state.failures).toMatchObject([{ failureId: 'failure-1', endedByAttendance: 'ia-1' }]);
    expect(it.stage).toBe('follow-up-assessment');
    expect(it.attention).toEqual([]);
    expect(it.clocks.filter((clock) => !clock.includes('fu-1'))).toEqual([]);
    // The absence takes nothing from the follow-up either: it can be breached like any other.
    it.waitUntil(plus(followUp.endsAt, minute));
    const absent = { appointmentId: 'fu-1', attendance: 'absent' } as const;
    it.take('record-attendance', absent, { commandId: 'failure-2' });
    const again = { failureId: 'failure-1', decision: 'accepted', reasonCode: 'r' } as const;
    expect(it.refused('decide-good-cause', again)).toMatchObject({
      code: 'condition-not-met',
      details: { endedByAttendance: 'ia-1' },
    });
    expect(it.refused('declare-breach', { failureId: 'failure-1' }).code).toBe('condition-not-met');
    it.take('decide-good-cause', { failureId: 'failure-2', decision: 'rejected', reasonCode: 'none' });
    it.take('declare-breach', { failureId: 'failure-2' });
    expect(it.stage).toBe('breach');
  });

  test('asks for no new time any more where the provider called the new one off', () => {
    const it = movedLate();
    it.waitUntil(plus(moved.endsAt, minute));
    it.take('record-attendance', { appointmentId: 'ia-2', attendance: 'provider-caused' });
    it.take('record-attendance', stayed);
    expect(it.attention).toEqual([]);
    expect(it.state.appointments[1]).toMatchObject({ status: 'provider-caused' });
  });

  test('of the follow-up discharges the duty', () => {
    const it = CompulsoryCase.required();
    it.take('record-attendance', stayed, { at: plus(initial.endsAt, minute) });
    it.waitUntil(plus(followUp.endsAt, minute));
    const startsAt = plus(followUp.startsAt, day);
    const appointment = { ...moved, appointmentId: 'fu-2', startsAt, endsAt: plus(startsAt, hour) };
    it.take('vary-appointment', variationData(plus(followUp.startsAt, -hour), { appointment }));
    const data = { appointmentId: 'fu-1', attendance: 'attended-and-remained' } as const;
    it.take('record-attendance', data, { role: 'FollowUpAssessor' });
    expect(it.state).toMatchObject({ stage: 'discharged', attention: [], deadlines: [] });
    expect(it.state.appointments.at(-1)).toMatchObject({ appointmentId: 'fu-2', status: 'cancelled' });
  });

  test('is refused once a breach of the new time is declared, and says what withdraws it; then it is taken', () => {
    const it = decided('rejected');
    it.take('declare-breach', { failureId: 'failure-1', breachId: 'breach-1' });
    expect(it.refused('record-attendance', stayed)).toMatchObject({
      code: 'condition-not-met',
      message:
        'A breach was declared for a later time of this assessment. Tell the DIP officer at once: accepting good cause withdraws the breach and its task; then send this record again.',
      details: { breachId: 'breach-1', failureId: 'failure-1' },
    });
    it.take('decide-good-cause', { failureId: 'failure-1', decision: 'accepted', reasonCode: 'attended' });
    it.take('record-attendance', stayed);
    expect(it.stage).toBe('follow-up-assessment');
  });

  test('is refused after the arrest, and says who must be told', () => {
    const it = decided('rejected');
    it.take('declare-breach', { failureId: 'failure-1', breachId: 'breach-1' });
    it.take('set-marker', { breachId: 'breach-1', marker: 'RED', reasonCode: 'r' });
    it.take('issue-arrest-task', { breachId: 'breach-1', taskId: 'task-1', unitCode: 'u' });
    it.take('record-arrest', { taskId: 'task-1', arrestedAt: it.now });
    expect(it.refused('record-attendance', stayed)).toMatchObject({
      code: 'condition-not-met',
      message:
        'The person was arrested for a breach of a later time of this assessment. Tell custody and the DIP officer of this attendance at once.',
      details: { breachId: 'breach-1', arrestedAt: it.now },
    });
  });

  test('waits for the decision on a failure that came before it', () => {
    const it = CompulsoryCase.required();
    it.waitUntil(plus(initial.endsAt, minute));
    // Moved to the morning of the same day: absent then, and there in the afternoon.
    const startsAt = plus(initial.startsAt, -4 * hour);
    const appointment = { ...moved, startsAt, endsAt: plus(startsAt, hour) };
    it.take('vary-appointment', variationData(dayBefore, { appointment }));
    it.take('record-attendance', { appointmentId: 'ia-2', attendance: 'absent' }, { commandId: 'failure-1' });
    expect(it.refused('record-attendance', released)).toMatchObject({
      code: 'condition-not-met',
      details: { failureId: 'failure-1', failedAt: startsAt },
    });
    it.take('decide-good-cause', { failureId: 'failure-1', decision: 'accepted', reasonCode: 'r' });
    expect(it.attention).toEqual(['rebook-needed ia-2']);
    expect(it.refused('record-attendance', stayed).details).toMatchObject({ failureId: 'failure-1' });
    it.take('record-attendance', released);
    expect(it.state).toMatchObject({ stage: 'discharged', attention: [] });
    expect(it.state.failures[0]).not.toHaveProperty('endedByAttendance');
  });

  test.each(['absent', 'attended-and-left', 'sent-away', 'provider-caused'] as const)(
    'and nothing else is recorded at it: %s',
    (attendance) => {
      const it = movedLate();
      const left = attendance === 'attended-and-left' || attendance === 'sent-away';
      const leftAt = left ? { leftAt: plus(initial.startsAt, minute) } : {};
      expect(it.refused('record-attendance', { appointmentId: 'ia-1', attendance, ...leftAt })).toMatchObject(
        {
          code: 'condition-not-met',
          details: { status: 'superseded' },
        },
      );
    },
  );

  test('is not recorded before its start, nor once the assessment was attended at the new time', () => {
    const it = CompulsoryCase.required();
    it.take('vary-appointment', variationData(it.now));
    const early = { at: plus(initial.startsAt, -1) };
    expect(it.refused('record-attendance', released, early).code).toBe('before-the-start');
    it.waitUntil(plus(moved.endsAt, minute));
    const servedAt = plus(moved.startsAt, minute);
    const set = { ...followUpSet, notice: { ...followUpSet.notice, servedAt } };
    it.take('record-attendance', { ...stayed, appointmentId: 'ia-2', followUp: set });
    expect(it.refused('record-attendance', released)).toMatchObject({
      code: 'condition-not-met',
      details: { status: 'superseded' },
    });
    expect(it.stage).toBe('follow-up-assessment');
  });
});
