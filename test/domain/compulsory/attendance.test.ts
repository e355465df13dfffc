import { describe, expect, test } from '@jest/globals';
import { attendances } from '../../../workflows/domain/common/appointment.ts';
import { compulsory } from '../../../workflows/domain/compulsory/kind.ts';
import type { CompulsoryState } from '../../../workflows/domain/compulsory/state.ts';
import type { DataOf } from './compulsory-case.ts';
import {
  CompulsoryCase,
  followUp,
  followUpSet,
  hour,
  initial,
  minute,
  plus,
  moved,
  requirementData,
  variationData,
} from './compulsory-case.ts';

type Data = DataOf<'record-attendance'>;

const over = plus(initial.endsAt, minute);
const released: Data = {
  appointmentId: 'ia-1',
  attendance: 'attended-and-remained',
  followUp: { released: true },
};
const stayed: Data = { ...released, followUp: followUpSet };

function withFollowUp() {
  const it = CompulsoryCase.required();
  it.take('record-attendance', stayed, { at: over });
  return it;
}

describe('M13 an initial assessment attended to its end', () => {
  test('discharges the duty when the assessor releases the person from the follow-up', () => {
    const it = CompulsoryCase.required();
    it.take('record-attendance', released, { at: over });
    expect(it.stage).toBe('discharged');
    expect(it.state).toMatchObject({
      finished: true,
      closed: { at: over, reason: 'discharged' },
      requirements: [{ status: 'discharged', followUp: 'released' }],
      deadlines: [],
      attention: [],
    });
  });

  test('sets the follow-up with its own notice RA4 and its own clocks', () => {
    const it = withFollowUp();
    expect(it.stage).toBe('follow-up-assessment');
    expect(it.state.appointments).toMatchObject([
      { appointmentId: 'ia-1', status: 'held' },
      { appointmentId: 'fu-1', kind: 'follow-up-assessment', status: 'booked' },
    ]);
    expect(it.state.notices.map(({ form }) => form)).toEqual(['RA1', 'RA4']);
    expect(it.clocks).toEqual([
      'feedback fu-1 2026-03-14T00:00:00.000Z',
      'reminder fu-1 2026-03-11T09:00:00.000Z',
    ]);
  });

  test('is discharged after the follow-up, attended to its end', () => {
    const it = withFollowUp();
    it.take(
      'record-attendance',
      { appointmentId: 'fu-1', attendance: 'attended-and-remained' },
      { at: followUp.endsAt, role: 'FollowUpAssessor' },
    );
    expect(it.stage).toBe('discharged');
    expect(it.types()).toEqual([
      'test-recorded',
      'requirement-imposed',
      'attendance-recorded',
      'attendance-recorded',
      'pathway-ended',
    ]);
  });

  test.each([
    ['without a word on the follow-up', { followUp: undefined }, 'condition-not-met'],
    [
      'with a notice served before it began',
      {
        followUp: { ...followUpSet, notice: { ...followUpSet.notice, servedAt: plus(initial.startsAt, -1) } },
      },
      'condition-not-met',
    ],
    [
      'with a notice served after it ended',
      { followUp: { ...followUpSet, notice: { ...followUpSet.notice, servedAt: plus(initial.endsAt, 1) } } },
      'condition-not-met',
    ],
    [
      'with a notice served after it really ended',
      { followUp: followUpSet, endedAt: plus(followUpSet.notice.servedAt, -1) },
      'condition-not-met',
    ],
    [
      'with a notice that is still to be served',
      { followUp: { ...followUpSet, notice: { ...followUpSet.notice, servedAt: plus(over, 1) } } },
      'in-the-future',
    ],
    [
      'with a follow-up that lies before its notice',
      {
        followUp: {
          ...followUpSet,
          appointment: { ...followUp, startsAt: plus(initial.startsAt, 1), endsAt: initial.endsAt },
        },
      },
      'before-the-start',
    ],
    [
      'with the id of the initial one',
      { followUp: { ...followUpSet, appointment: { ...followUp, appointmentId: 'ia-1' } } },
      'conflict',
    ],
    ['with a time of leaving', { leftAt: initial.endsAt }, 'condition-not-met'],
    ['ended before it began', { endedAt: plus(initial.startsAt, -1) }, 'before-the-start'],
    ['ended after the record', { endedAt: plus(over, 1) }, 'before-the-start'],
  ] as const)('is refused %s', (_name, change, code) => {
    const it = CompulsoryCase.required();
    const { followUp: decided, ...data } = { ...stayed, ...change };
    const sent = decided === undefined ? data : { ...data, followUp: decided };
    expect(it.refused('record-attendance', sent, { at: over }).code).toBe(code);
  });

  test('takes a notice served after the planned end while the assessment went on', () => {
    const it = CompulsoryCase.required();
    const servedAt = plus(initial.endsAt, 5 * minute);
    it.take(
      'record-attendance',
      {
        ...stayed,
        endedAt: plus(servedAt, 1),
        followUp: { ...followUpSet, notice: { ...followUpSet.notice, servedAt } },
      },
      { at: plus(initial.endsAt, hour) },
    );
    expect(it.stage).toBe('follow-up-assessment');
  });

  test('a follow-up assessment decides on no further one', () => {
    const it = withFollowUp();
    const data: Data = { ...released, appointmentId: 'fu-1' };
    expect(it.refused('record-attendance', data, { at: followUp.endsAt }).code).toBe('condition-not-met');
  });
});

describe('who records an attendance', () => {
  test('of the initial assessment, with its decision on the follow-up, is the initial assessor', () => {
    const it = CompulsoryCase.required();
    for (const data of [stayed, { appointmentId: 'ia-1', attendance: 'absent' } as const]) {
      expect(it.refused('record-attendance', data, { at: over, role: 'FollowUpAssessor' })).toMatchObject({
        code: 'wrong-role',
        details: { role: 'FollowUpAssessor', allowedRoles: ['InitialAssessor'] },
      });
    }
  });

  test.each(['InitialAssessor', 'FollowUpAssessor'] as const)('of the follow-up may be the %s', (role) => {
    const it = withFollowUp();
    const data: Data = { appointmentId: 'fu-1', attendance: 'attended-and-remained' };
    it.take('record-attendance', data, { at: followUp.endsAt, role });
    expect(it.stage).toBe('discharged');
  });
});

describe('an initial assessment that the person did not attend', () => {
  /** Absent, excused, and given a new time that is now over. */
  function secondTime(attendance: 'absent' | 'attended-and-left' = 'absent') {
    const it = CompulsoryCase.required();
    const left = attendance === 'absent' ? {} : { leftAt: plus(initial.startsAt, 5 * minute) };
    const missed: Data = { appointmentId: 'ia-1', attendance, ...left };
    it.take('record-attendance', missed, { at: over, commandId: 'failure-1' });
    it.take('decide-good-cause', { failureId: 'failure-1', decision: 'accepted', reasonCode: 'hospital' });
    it.take('vary-appointment', variationData(it.now));
    it.now = plus(moved.endsAt, minute);
    return it;
  }
  const servedAt = plus(moved.startsAt, 50 * minute);
  const set: Data = {
    appointmentId: 'ia-2',
    attendance: 'attended-and-remained',
    followUp: { ...followUpSet, notice: { ...followUpSet.notice, servedAt } },
  };

  test('leaves no duty to attend a follow-up: at the next one the person can only be released', () => {
    const it = secondTime();
    expect(it.refused('record-attendance', set)).toMatchObject({
      code: 'condition-not-met',
      details: { failureId: 'failure-1', law: 'Drugs Act 2005 s.12(5)' },
    });
    it.take('record-attendance', { ...set, followUp: { released: true } });
    expect(it.stage).toBe('discharged');
  });

  test('but left before its end leaves the follow-up as it was', () => {
    const it = secondTime('attended-and-left');
    it.take('record-attendance', set);
    expect(it.stage).toBe('follow-up-assessment');
  });

  test('at a time that an earlier notice had moved takes nothing away', () => {
    const it = CompulsoryCase.missed();
    it.take('vary-appointment', variationData(plus(initial.startsAt, -hour)));
    it.take('record-attendance', set, { at: plus(moved.endsAt, minute) });
    expect(it.stage).toBe('follow-up-assessment');
  });
});

describe('a failure to attend or remain', () => {
  test.each([
    ['absent', {}, initial.startsAt],
    ['attended-and-left', { leftAt: plus(initial.startsAt, 5 * minute) }, plus(initial.startsAt, 5 * minute)],
    ['sent-away', { leftAt: plus(initial.startsAt, 20 * minute) }, plus(initial.startsAt, 20 * minute)],
  ] as const)(
    'M99 M100 M70 M225 %s is reported at once, as of the failure itself',
    (attendance, change, failedAt) => {
      const it = CompulsoryCase.required();
      const events = it.take(
        'record-attendance',
        { appointmentId: 'ia-1', attendance, ...change },
        { at: over, commandId: 'failure-1' },
      );
      expect(events.map(({ type }) => type)).toEqual(['attendance-recorded', 'failure-reported']);
      expect(it.stage).toBe('good-cause-review');
      expect(it.attention).toEqual(['failure-undecided failure-1']);
      expect(it.state.attention[0]?.owner).toBe('DipOfficer');
      expect(it.state.failures).toMatchObject([
        {
          failureId: 'failure-1',
          assessment: 'initial-assessment',
          failedAt,
          reportedAt: over,
          review: 'undecided',
        },
      ]);
      // Thursday's report, one working day: the end of Friday.
      expect(it.clocks).toEqual(['good-cause-review failure-1 2026-03-07T00:00:00.000Z']);
    },
  );

  test('M72 never becomes a breach by the passing of the review', () => {
    const it = CompulsoryCase.missed();
    it.waitUntil('2027-03-05T00:00:00.000Z');
    expect(it.stage).toBe('good-cause-review');
    expect(it.attention).toEqual(['failure-undecided failure-1', 'review-overdue failure-1']);
    expect(it.state.breaches).toEqual([]);
  });

  test('of the follow-up names the follow-up', () => {
    const it = withFollowUp();
    it.take(
      'record-attendance',
      { appointmentId: 'fu-1', attendance: 'absent' },
      { at: followUp.endsAt, role: 'FollowUpAssessor' },
    );
    expect(it.last('failure-reported')).toMatchObject({
      assessment: 'follow-up-assessment',
      failedAt: followUp.startsAt,
    });
  });

  test.each([
    [
      'absent while the appointment still runs',
      { attendance: 'absent' },
      plus(initial.endsAt, -1),
      'condition-not-met',
    ],
    [
      'absent with a time of leaving',
      { attendance: 'absent', leftAt: initial.startsAt },
      over,
      'condition-not-met',
    ],
    ['left without a time of leaving', { attendance: 'attended-and-left' }, over, 'condition-not-met'],
    ['sent away without a time of leaving', { attendance: 'sent-away' }, over, 'condition-not-met'],
    [
      'left before the start',
      { attendance: 'attended-and-left', leftAt: plus(initial.startsAt, -1) },
      over,
      'before-the-start',
    ],
    [
      'left at the planned end',
      { attendance: 'attended-and-left', leftAt: initial.endsAt },
      over,
      'condition-not-met',
    ],
    [
      'sent away after the planned end',
      { attendance: 'sent-away', leftAt: plus(initial.endsAt, 1) },
      over,
      'condition-not-met',
    ],
    [
      'left after the record',
      { attendance: 'attended-and-left', leftAt: plus(over, 1) },
      over,
      'condition-not-met',
    ],
    [
      'absent with a follow-up',
      { attendance: 'absent', followUp: { released: true } },
      over,
      'condition-not-met',
    ],
    ['absent with an end', { attendance: 'absent', endedAt: initial.endsAt }, over, 'condition-not-met'],
    ['of an appointment nobody knows', { appointmentId: 'other', attendance: 'absent' }, over, 'not-found'],
  ] as const)('is refused: %s', (_name, change, at, code) => {
    const it = CompulsoryCase.required();
    expect(it.refused('record-attendance', { appointmentId: 'ia-1', ...change }, { at }).code).toBe(code);
  });

  test('nobody is absent early because the clock of the machine that was told goes fast', () => {
    const it = CompulsoryCase.required();
    const told = it.command(
      'record-attendance',
      { appointmentId: 'ia-1', attendance: 'absent' },
      { at: over },
    );
    it.now = plus(initial.endsAt, -minute);
    expect(it.send(told).refusal).toMatchObject({ code: 'condition-not-met' });
    it.now = initial.endsAt;
    expect(it.send(told).refusal).toBeUndefined();
  });

  test.each(attendances)('%s is not recorded before the appointment starts', (attendance) => {
    const it = CompulsoryCase.required();
    const at = plus(initial.startsAt, -1);
    expect(it.refused('record-attendance', { appointmentId: 'ia-1', attendance }, { at })).toMatchObject({
      code: 'before-the-start',
      details: { startsAt: initial.startsAt },
    });
  });

  test('M240 said twice is already done, said otherwise is a conflict', () => {
    const it = CompulsoryCase.missed();
    expect(it.refused('record-attendance', { appointmentId: 'ia-1', attendance: 'absent' }).code).toBe(
      'already-done',
    );
    expect(it.refused('record-attendance', released)).toMatchObject({
      code: 'conflict',
      details: { recorded: 'absent' },
    });
  });
});

describe('M225 an appointment that the provider caused to fail', () => {
  test('is nobody’s failure, and asks for a new appointment', () => {
    const it = CompulsoryCase.required();
    it.take('record-attendance', { appointmentId: 'ia-1', attendance: 'provider-caused' }, { at: over });
    expect(it.stage).toBe('initial-assessment');
    expect(it.attention).toEqual(['rebook-needed ia-1']);
    expect(it.state.failures).toEqual([]);
    expect(it.clocks).toEqual([]);
    expect(it.state.appointments[0]).toMatchObject({ status: 'provider-caused' });
  });

  test('of the follow-up is the follow-up assessor’s to set anew', () => {
    const it = withFollowUp();
    it.take(
      'record-attendance',
      { appointmentId: 'fu-1', attendance: 'provider-caused' },
      { at: followUp.endsAt },
    );
    expect(it.state.attention).toMatchObject([{ code: 'rebook-needed', owner: 'FollowUpAssessor' }]);
  });
});

describe('M72 an appointment of which nothing is recorded', () => {
  test('nags after one working day, tells the manager after two, and is never a failure', () => {
    const it = CompulsoryCase.required();
    it.waitUntil('2026-03-06T23:59:59.999Z');
    expect(it.attention).toEqual([]);
    it.waitUntil('2026-03-07T00:00:00.000Z');
    expect(it.attention).toEqual(['feedback-missing ia-1']);
    // Two working days from the end on Thursday: the end of Monday.
    it.waitUntil('2026-03-10T00:00:00.000Z');
    expect(it.attention).toEqual(['feedback-missing ia-1', 'feedback-overdue ia-1']);
    expect(it.state.attention.map(({ owner }) => owner)).toEqual(['InitialAssessor', 'Manager']);
    it.waitUntil('2027-03-10T00:00:00.000Z');
    expect(it.stage).toBe('initial-assessment');
    expect(it.state.failures).toEqual([]);
  });

  test('is settled by the record, however late', () => {
    const it = CompulsoryCase.required();
    it.waitUntil('2026-03-10T00:00:00.000Z');
    it.take('record-attendance', stayed);
    expect(it.attention).toEqual([]);
  });
});

describe('M73 the reminder', () => {
  test('is one text at 09:00 local the day before, of no use once the appointment has started', () => {
    const it = CompulsoryCase.required();
    it.waitUntil('2026-03-04T09:00:00.000Z');
    expect(it.intents).toEqual([
      {
        purpose: 'appointment-reminder',
        channel: 'sms',
        urgency: 2,
        notBefore: '2026-03-04T09:00:00.000Z',
        expiresAt: initial.startsAt,
        appointmentId: 'ia-1',
      },
    ]);
    expect(it.last('deadline-passed')).toMatchObject({
      rule: 'reminder',
      ref: 'ia-1',
      due: '2026-03-04T09:00:00.000Z',
    });
  });

  test('goes by local time on both sides of the March change', () => {
    const startsAt = '2026-03-30T13:00:00.000Z';
    const it = CompulsoryCase.required({
      initialAssessment: { ...initial, startsAt, endsAt: plus(startsAt, hour) },
    });
    // 09:00 on Sunday 29 March is 08:00 UTC: the clocks went forward that night.
    expect(it.due('reminder')).toBe('2026-03-29T08:00:00.000Z');
  });

  test('that is late waits for the sending hours', () => {
    const it = CompulsoryCase.required();
    const id = it.state.deadlines.find(({ rule }) => rule === 'reminder')?.id ?? '';
    it.now = '2026-03-04T22:15:00.000Z';
    it.passClock(id);
    expect(it.intents).toMatchObject([{ notBefore: '2026-03-05T08:00:00.000Z' }]);
  });

  test('that comes after the start of the appointment, or for one that is recorded, is not sent', () => {
    const it = CompulsoryCase.required();
    it.now = initial.startsAt;
    it.passClock(it.state.deadlines.find(({ rule }) => rule === 'reminder')?.id ?? '');
    expect(it.intents).toEqual([]);

    const held = CompulsoryCase.required();
    held.take('record-attendance', released, { at: over });
    held.waitUntil('2026-04-01T00:00:00.000Z');
    expect(held.intents).toEqual([]);
  });
});

test('M73 a reminder that still runs is judged by the state: no text when texts are stopped or the time is moved', () => {
  const it = CompulsoryCase.required();
  const reminder = it.state.deadlines.find(({ rule }) => rule === 'reminder');
  const due = it.engine('deadline-due', { deadlineId: reminder?.id }, { at: reminder?.due ?? '' });
  const moved = it.state.appointments.map((one) => ({ ...one, status: 'superseded' as const }));
  const intents = (change: Partial<CompulsoryState>) =>
    compulsory.decide({ ...it.state, ...change }, due, it.now).intents?.length;
  expect(intents({})).toBe(1);
  expect(intents({ textsStoppedAt: it.now })).toBe(0);
  expect(intents({ appointments: moved })).toBe(0);
});

test('a late record of the requirement keeps its clocks on the appointment, not on the record', () => {
  const it = CompulsoryCase.tested();
  it.take('impose-requirement', requirementData(), {
    at: '2026-03-20T12:00:00.000Z',
    occurredAt: '2026-03-02T11:00:00.000Z',
  });
  expect(it.due('feedback')).toBe('2026-03-07T00:00:00.000Z');
});
