import { describe, expect, test } from '@jest/globals';
import {
  CompulsoryCase,
  day,
  followUpSet,
  hour,
  initial,
  minute,
  plus,
  policy,
  testedAt,
} from './compulsory-case.ts';

const death = { factId: 'fact-1', fact: 'death' } as const;
const stop = { factId: 'fact-2', fact: 'stop-texts' } as const;

describe('a withdrawal that was told and is carried only after the arrest', () => {
  const carried = {
    factId: 'fact-3',
    fact: 'task-withdrawn',
    taskId: 'task-1',
    reason: 'handed-in',
  } as const;

  function arrestedAndThenTold(minutesAfterTheFact: number) {
    const it = CompulsoryCase.tasked('RED');
    const told = plus(it.now, 10 * minute);
    const arrestedAt = plus(told, minutesAfterTheFact * minute);
    it.waitUntil(plus(told, 30 * minute));
    it.take('record-arrest', { taskId: 'task-1', arrestedAt });
    return { it, fact: it.engine('carry-fact', carried, { occurredAt: told }), told, arrestedAt };
  }

  test('takes the arrest off the breach and tells the manager; the release ends the arrest and not the breach', () => {
    const { it, fact, told, arrestedAt } = arrestedAndThenTold(1);
    expect(it.send(fact).refusal).toBeUndefined();
    expect(it.last('withdrawn-task-arrest-recorded')).toEqual({
      ...{ taskId: 'task-1', breachId: 'breach-1', arrestedAt, taskWithdrawn: true },
      ...{ withdrawalAcknowledged: false, factId: 'fact-3', reasonCode: 'handed-in', withdrawnAt: told },
    });
    expect(it.stage).toBe('breach');
    expect(it.state.breaches).toMatchObject([{ status: 'in-force', arrestedAt: null }]);
    expect(it.state.tasks).toMatchObject([
      { status: 'withdrawn', withdrawnAt: told, arrestedWhenWithdrawnAt: arrestedAt },
    ]);
    expect(it.refusedRaw({ ...fact, commandId: 'again' }).code).toBe('already-done');
    it.take('record-result', { breachId: 'breach-1', result: 'released' });
    expect([it.stage, it.attention]).toEqual([
      'breach',
      ['breach-without-task breach-1', 'withdrawal-unacknowledged task-1'],
    ]);
    it.take('decide-good-cause', { failureId: 'failure-1', decision: 'accepted', reasonCode: 'hospital' });
    expect(it.state.breaches).toMatchObject([{ status: 'withdrawn' }]);
  });

  const both = { putOut: { unit: 'days', count: 1 }, arrest: { unit: 'days', count: 2 } } as const;
  const targets = { ...policy, markers: { ...policy.markers, AMBER: both } };

  describe.each([
    ['RED', 'while its clock runs', 40 * minute, policy],
    ['RED', 'after its clock', 2 * day, policy],
    ['AMBER', 'while its clock runs', 40 * minute, policy],
    ['AMBER', 'after its clock', 9 * day, policy],
    ['AMBER', 'between its two clocks', 30 * hour, targets],
    ['AMBER', 'after both of its clocks', 3 * day, targets],
    ['GREEN', 'while its clock runs', 40 * minute, policy],
  ] as const)('%s, carried %s', (marker, _name, seconds, own) => {
    /** What the pathway has come to, whichever of the two it heard of first. */
    function heard(
      order: readonly ('the fact' | 'the arrest')[],
      then: (it: CompulsoryCase) => void = () => undefined,
    ) {
      const it = CompulsoryCase.tasked(marker, { policy: own });
      const start = it.now;
      const arrestedAt = plus(start, 11 * minute);
      it.take('acknowledge-task', { taskId: 'task-1' });
      for (const [index, what] of order.entries()) {
        it.waitUntil(plus(start, index === 0 ? 30 * minute : seconds));
        if (what === 'the arrest') it.take('record-arrest', { taskId: 'task-1', arrestedAt });
        else it.tell('carry-fact', carried, { occurredAt: plus(start, 10 * minute) });
      }
      then(it);
      it.waitUntil(it.now);
      const { stage, breaches, tasks, closed, finished } = it.state;
      const attention = [...it.state.attention].sort((a, b) => (a.code < b.code ? -1 : 1));
      return { stage, breaches, tasks, closed, finished, attention, clocks: it.clocks };
    }

    test('is the same as carried before the arrest was recorded', () => {
      expect(heard(['the arrest', 'the fact'])).toEqual(heard(['the fact', 'the arrest']));
    });

    test.each([
      [
        'charged',
        (it: CompulsoryCase) => it.take('record-result', { breachId: 'breach-1', result: 'charged' }),
      ],
      ['dead', (it: CompulsoryCase) => it.tell('carry-fact', death)],
      [
        'put out again',
        (it: CompulsoryCase) => {
          it.take('record-result', { breachId: 'breach-1', result: 'released' });
          it.take('issue-arrest-task', { breachId: 'breach-1', taskId: 'task-2', unitCode: 'newport-east' });
        },
      ],
    ] as const)('is the same when the person is %s after that', (_what, then) => {
      expect(heard(['the arrest', 'the fact'], then)).toEqual(heard(['the fact', 'the arrest'], then));
    });
  });

  test.each([
    [
      'charged',
      (it: CompulsoryCase) => it.take('record-result', { breachId: 'breach-1', result: 'charged' }),
    ],
    ['dead', (it: CompulsoryCase) => it.tell('carry-fact', death)],
  ] as const)(
    'after the person was %s: the arrest is none for the breach, and the release settles it',
    (_name, end) => {
      const { it, fact } = arrestedAndThenTold(0);
      end(it);
      const { stage, closed } = it.state;
      it.send(fact);
      expect(it.attention).toEqual(['arrested-on-withdrawn-task task-1', 'withdrawal-unacknowledged task-1']);
      expect(it.state).toMatchObject({ stage, closed, deadlines: [], finished: false });
      expect(it.state.breaches).toMatchObject([{ arrestedAt: null }]);
      it.take('record-result', { breachId: 'breach-1', result: 'released' });
      it.take('acknowledge-task', { taskId: 'task-1' });
      expect([it.attention, it.state.finished]).toEqual([[], true]);
    },
  );

  test('after the release concluded the breach, is told to the manager: what is closed is not opened again', () => {
    const { it, fact, arrestedAt } = arrestedAndThenTold(1);
    it.take('record-result', { breachId: 'breach-1', result: 'released' });
    const { breaches, closed } = it.state;
    it.send(fact);
    expect(it.last('withdrawn-task-arrest-recorded')).not.toHaveProperty('withdrawnAt');
    expect(it.attention).toEqual(['arrested-on-withdrawn-task task-1']);
    expect(it.state).toMatchObject({ breaches, closed, stage: 'concluded' });
    expect(breaches).toMatchObject([{ arrestedAt }]);
    it.take('record-result', { breachId: 'breach-1', result: 'released' });
    expect(it.attention).toEqual([]);
  });

  test('where an older ledger left the arrest with the breach, the release ends both', () => {
    const { it, arrestedAt } = arrestedAndThenTold(1);
    const data = { taskId: 'task-1', breachId: 'breach-1', arrestedAt, taskWithdrawn: true };
    it.append(
      'withdrawn-task-arrest-recorded',
      { ...data, withdrawalAcknowledged: false, factId: 'fact-3' },
      [{ code: 'arrested-on-withdrawn-task', since: arrestedAt, owner: 'Manager', ref: 'task-1' }],
    );
    expect([it.stage, it.state.tasks[0]?.status]).toEqual(['arrested', 'arrested']);
    expect(it.state.breaches).toMatchObject([{ status: 'in-force', arrestedAt }]);
    it.take('record-result', { breachId: 'breach-1', result: 'released' });
    expect([it.stage, it.attention]).toEqual(['concluded', []]);
  });

  test('dated before the task was issued, counts from when it was told', () => {
    const it = CompulsoryCase.tasked('RED');
    const dated = { occurredAt: plus(it.now, -10 * day) };
    const other = CompulsoryCase.tasked('RED');
    it.take(
      'record-arrest',
      { taskId: 'task-1', arrestedAt: plus(it.now, 5 * minute) },
      { at: plus(it.now, hour) },
    );
    expect(it.refusedRaw(it.engine('carry-fact', carried, dated)).code).toBe('already-done');
    expect(it.attention).toEqual([]);
    other.tell('carry-fact', carried, { at: plus(other.now, hour), ...dated });
    expect(other.events.at(-1)).toMatchObject({ occurredAt: other.now, data: { withdrawnAt: other.now } });
    other.take('record-arrest', { taskId: 'task-1', arrestedAt: plus(other.now, -minute) });
    expect(other.stage).toBe('arrested');
  });

  test('says nothing of an arrest that came before it', () => {
    const { it, fact } = arrestedAndThenTold(-1);
    expect(it.refusedRaw(fact).code).toBe('already-done');
    expect(it.attention).toEqual([]);
  });
});

describe('a death', () => {
  test.each([
    ['just tested', () => CompulsoryCase.tested()],
    ['required', () => CompulsoryCase.required()],
    ['missed', () => CompulsoryCase.missed()],
    ['rejected', () => CompulsoryCase.rejected()],
    ['breached', () => CompulsoryCase.breached()],
    ['marked', () => CompulsoryCase.marked('RED')],
  ] as const)('stops everything at once: %s', (_name, reach) => {
    const it = reach();
    it.tell('carry-fact', death);
    expect(it.stage).toBe('died');
    expect(it.state).toMatchObject({
      finished: true,
      closed: { at: it.now, reason: 'died' },
      deadlines: [],
      attention: [],
    });
    expect(it.state.breaches.filter(({ status }) => status === 'in-force')).toEqual([]);
    expect(it.state.appointments.filter(({ status }) => status === 'booked')).toEqual([]);
  });

  test('I6 withdraws an open task in the same decision, and waits for the unit to acknowledge', () => {
    const it = CompulsoryCase.tasked('RED');
    const events = it.tell('carry-fact', death);
    expect(events.map(({ type }) => type)).toEqual([
      'person-died',
      'task-withdrawn',
      'breach-withdrawn',
      'pathway-ended',
    ]);
    expect(it.attention).toEqual(['withdrawal-unacknowledged task-1']);
    expect(it.state.finished).toBe(false);
    it.take('acknowledge-task', { taskId: 'task-1' });
    expect(it.state.finished).toBe(true);
  });

  test('is taken as of its own time, even before the pathway, which then ends at the test, and once', () => {
    const it = CompulsoryCase.tasked('RED');
    const diedAt = plus(testedAt, -day);
    it.tell('carry-fact', death, { occurredAt: diedAt });
    expect(it.state.diedAt).toBe(diedAt);
    expect(it.state.closed).toEqual({ at: testedAt, reason: 'died' });
    expect(it.state.receivedAt).toBe(testedAt);
    expect(it.refusedRaw(it.engine('carry-fact', { ...death, factId: 'fact-9' })).code).toBe('already-done');
  });

  test('after the end is kept and changes nothing else', () => {
    const it = CompulsoryCase.required();
    it.take(
      'record-attendance',
      { appointmentId: 'ia-1', attendance: 'attended-and-remained', followUp: { released: true } },
      { at: initial.endsAt },
    );
    it.tell('carry-fact', death, { at: plus(it.now, day) });
    expect(it.stage).toBe('discharged');
    expect(it.state).toMatchObject({ closed: { reason: 'discharged' }, finished: true });
  });

  test.each([
    'impose-requirement',
    'record-attendance',
    'declare-breach',
    'set-marker',
    'issue-arrest-task',
  ] as const)('leaves nothing to pursue: %s is refused', (name) => {
    const it = CompulsoryCase.marked('RED');
    it.tell('carry-fact', death);
    const refusal = it.refusedRaw({
      ...it.engine(name, {}),
      actor: {
        userId: 'u',
        role:
          { 'impose-requirement': 'CustodyOfficer', 'record-attendance': 'InitialAssessor' }[
            name as string
          ] ?? 'DipOfficer',
        organisationId: 'o',
        forceId: 'f',
      } as never,
    });
    expect(refusal).toMatchObject({ code: 'wrong-stage', details: { stage: 'died' } });
  });
});

describe('texts that are stopped', () => {
  test('end the reminder and ask somebody to reach the person another way: the duty stays', () => {
    const it = CompulsoryCase.required();
    it.tell('carry-fact', stop);
    expect(it.stage).toBe('initial-assessment');
    expect(it.attention).toEqual(['reach-another-way ia-1']);
    expect(it.clocks).toEqual(['feedback ia-1 2026-03-07T00:00:00.000Z']);
    it.waitUntil(initial.endsAt);
    expect(it.intents).toEqual([]);
    it.take('record-attendance', { appointmentId: 'ia-1', attendance: 'absent' });
    expect(it.attention).toEqual([expect.stringContaining('failure-undecided')]);
  });

  test('hold for appointments made later', () => {
    const it = CompulsoryCase.required();
    it.tell('carry-fact', stop);
    it.take(
      'record-attendance',
      { appointmentId: 'ia-1', attendance: 'attended-and-remained', followUp: followUpSet },
      { at: initial.endsAt },
    );
    expect(it.attention).toEqual(['reach-another-way fu-1']);
    expect(it.state.attention[0]?.owner).toBe('FollowUpAssessor');
    expect(it.due('reminder')).toBeUndefined();
  });

  test('are noted once, and need nobody where no appointment is ahead', () => {
    const it = CompulsoryCase.tested();
    it.tell('carry-fact', stop);
    expect(it.attention).toEqual([]);
    expect(it.state.textsStoppedAt).toBe(it.now);
    expect(it.refusedRaw(it.engine('carry-fact', { ...stop, factId: 'fact-3' })).code).toBe('already-done');
  });

  test('need nobody for an appointment that has begun', () => {
    const it = CompulsoryCase.required();
    it.now = initial.startsAt;
    it.tell('carry-fact', stop);
    expect(it.attention).toEqual([]);
  });
});

describe('a task withdrawn outside the engine', () => {
  const fact = { factId: 'fact-4', fact: 'task-withdrawn', taskId: 'task-1', reason: 'arrested-elsewhere' };

  test('is withdrawn here as well, with the fact and its reason', () => {
    const it = CompulsoryCase.tasked('RED');
    it.tell('carry-fact', fact);
    expect(it.last('task-withdrawn')).toEqual({
      taskId: 'task-1',
      breachId: 'breach-1',
      cause: 'fact',
      factId: 'fact-4',
      reasonCode: 'arrested-elsewhere',
      withdrawnAt: it.now,
    });
    expect(it.attention).toEqual(['breach-without-task breach-1', 'withdrawal-unacknowledged task-1']);
  });

  test.each([
    ['withdrawn before', fact],
    ['unknown here', { ...fact, taskId: 'other' }],
    ['not named', { factId: 'fact-4', fact: 'task-withdrawn' }],
  ])('is already done when it is not open: %s', (_name, data) => {
    const it = CompulsoryCase.tasked('RED');
    it.take('withdraw-task', { taskId: 'task-1', reasonCode: 'r' });
    expect(it.refusedRaw(it.engine('carry-fact', data)).code).toBe('already-done');
  });
});

describe('reports of the engine', () => {
  const delivery = { intentId: 'intent-1', outcome: 'unknown', purpose: 'appointment-reminder' };

  test('a message that nobody knows of needs a person until the appointment is over', () => {
    const it = CompulsoryCase.required();
    it.tell('report-delivery', delivery);
    expect(it.attention).toEqual(['message-not-sent intent-1']);
    expect(it.refusedRaw(it.engine('report-delivery', delivery)).code).toBe('already-done');
    it.take('record-attendance', { appointmentId: 'ia-1', attendance: 'absent' }, { at: initial.endsAt });
    expect(it.attention).toEqual([expect.stringContaining('failure-undecided')]);
  });

  test.each([
    ['consent to texts', { fact: 'consent-given', purpose: 'texts' }],
    ['a START', { fact: 'texts-allowed' }],
  ])('M90 who was asked for another way is still asked after %s, which gives none', (_what, fact) => {
    const it = CompulsoryCase.required();
    it.tell('report-delivery', { ...delivery, outcome: 'skipped', reason: 'no-textable-number' });
    it.tell('carry-fact', { factId: 'f1', ...fact });
    expect(it.attention).toEqual(['reach-another-way ia-1']);
    const preferences = { voicemail: 'no', post: 'yes', email: 'yes', text: 'yes' };
    const said = { factId: 'f2', fact: 'contact-preferences', preferences };
    expect(it.refusedRaw(it.engine('carry-fact', said)).code).toBe('already-done');
  });

  test('M90 that no text reaches the person asks who assesses for another way, once, until the appointment is over', () => {
    const it = CompulsoryCase.required();
    const skipped = { ...delivery, outcome: 'skipped', reason: 'not-safe-to-text' };
    it.tell('report-delivery', skipped);
    expect(it.attention).toEqual(['reach-another-way ia-1']);
    expect(it.state.attention).toMatchObject([{ owner: 'InitialAssessor' }]);
    expect(it.refusedRaw(it.engine('report-delivery', skipped)).code).toBe('already-done');
    it.take('record-attendance', { appointmentId: 'ia-1', attendance: 'absent' }, { at: initial.endsAt });
    expect(it.attention).toEqual([expect.stringContaining('failure-undecided')]);
  });

  test('a message of a pathway that has ended needs nobody', () => {
    const it = CompulsoryCase.tested();
    it.tell('carry-fact', death);
    it.tell('report-delivery', delivery);
    expect(it.attention).toEqual([]);
    expect(it.types().at(-1)).toBe('message-not-sent');
  });

  test('a fault is the operator’s until the same command goes through', () => {
    const it = CompulsoryCase.required();
    it.tell('report-internal-error', { commandName: 'record-attendance' });
    expect(it.state.attention).toMatchObject([
      { code: 'internal-error', ref: 'record-attendance', owner: 'Operator' },
    ]);
    expect(it.refusedRaw(it.engine('report-internal-error', { commandName: 'record-attendance' })).code).toBe(
      'already-done',
    );
    it.tell('carry-fact', stop);
    expect(it.attention).toContain('internal-error record-attendance');
    it.take(
      'record-attendance',
      { appointmentId: 'ia-1', attendance: 'absent' },
      { at: plus(initial.endsAt, minute) },
    );
    expect(it.attention).toEqual([expect.stringContaining('failure-undecided')]);
  });

  test('a fault outlives the end of the pathway', () => {
    const it = CompulsoryCase.required();
    it.tell('report-internal-error', { commandName: 'record-attendance' });
    it.tell('carry-fact', death);
    expect(it.attention).toEqual(['internal-error record-attendance']);
  });
});

describe('a clock', () => {
  test('that is unknown or cleared is already done; one that is not due is refused', () => {
    const it = CompulsoryCase.required();
    const reminder = it.state.deadlines.find(({ rule }) => rule === 'reminder')?.id ?? '';
    expect(it.refusedRaw(it.engine('deadline-due', { deadlineId: 'other' })).code).toBe('already-done');
    it.now = '2026-03-04T08:59:59.999Z';
    expect(it.refusedRaw(it.engine('deadline-due', { deadlineId: reminder })).code).toBe('condition-not-met');
    it.now = '2026-03-04T09:00:00.000Z';
    it.passClock(reminder);
    expect(it.refusedRaw(it.engine('deadline-due', { deadlineId: reminder })).code).toBe('already-done');
  });

  test('M239 that was cleared by a command of the same moment passes no more', () => {
    const it = CompulsoryCase.marked('RED');
    const id = it.state.deadlines[0]?.id ?? '';
    it.take('issue-arrest-task', { breachId: 'breach-1', taskId: 'task-1', unitCode: 'u' });
    it.take('record-arrest', { taskId: 'task-1', arrestedAt: it.now });
    it.now = plus(it.now, 2 * day);
    expect(it.refusedRaw(it.engine('deadline-due', { deadlineId: id })).code).toBe('already-done');
  });

  test('that passes late says when it was seen, and tells people as of its own time', () => {
    const it = CompulsoryCase.missed();
    const review = it.state.deadlines.find(({ rule }) => rule === 'good-cause-review');
    it.now = plus(review?.due ?? '', 5 * day);
    const [event] = it.passClock(review?.id ?? '');
    expect(event).toMatchObject({
      occurredAt: it.now,
      data: { rule: 'good-cause-review', ref: 'failure-1', due: review?.due },
      cleared: [{ id: review?.id, why: 'passed' }],
      raised: [{ code: 'review-overdue', since: review?.due, ref: 'failure-1' }],
    });
  });
});
