import { describe, expect, test } from '@jest/globals';
import { compulsoryCommandSchemas } from '../../../api/schemas/compulsory.ts';
import type { BreachCondition } from '../../../workflows/domain/compulsory/breach-condition.ts';
import { compulsory } from '../../../workflows/domain/compulsory/kind.ts';
import type { CompulsoryState } from '../../../workflows/domain/compulsory/state.ts';
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
  testedAt,
  variationData,
} from './compulsory-case.ts';

/** The day before the initial assessment, after its reminder was sent. */
const dayBefore = '2026-03-04T12:00:00.000Z';

function varied(notice: Parameters<typeof variationData>[2] = {}): CompulsoryCase {
  const it = CompulsoryCase.required();
  it.waitUntil(dayBefore);
  it.take('vary-appointment', variationData(it.now, {}, notice));
  return it;
}

function providerCaused(): CompulsoryCase {
  const it = CompulsoryCase.required();
  it.waitUntil(plus(initial.endsAt, minute));
  it.take('record-attendance', { appointmentId: 'ia-1', attendance: 'provider-caused' });
  return it;
}

function excused(): CompulsoryCase {
  const it = CompulsoryCase.missed();
  it.take('decide-good-cause', { failureId: 'failure-1', decision: 'accepted', reasonCode: 'hospital' });
  return it;
}

/** Absent from the new time, and no good cause. */
function missAgain(it: CompulsoryCase): void {
  it.waitUntil(plus(moved.endsAt, minute));
  it.take('record-attendance', { appointmentId: 'ia-2', attendance: 'absent' }, { commandId: 'failure-2' });
  it.take('decide-good-cause', { failureId: 'failure-2', decision: 'rejected', reasonCode: 'none' });
}

function proofs(conditions: unknown): Map<string, BreachCondition> {
  return new Map((conditions as BreachCondition[]).map((condition) => [condition.code, condition]));
}

describe('M223 an appointment still ahead', () => {
  test('is superseded by the new time, with its own notice and its own clocks', () => {
    const it = varied();
    expect(it.stage).toBe('initial-assessment');
    expect(it.state.appointments).toMatchObject([
      { appointmentId: 'ia-1', status: 'superseded', attendance: null },
      { ...moved, kind: 'initial-assessment', requirementId: 'requirement-1', status: 'booked' },
    ]);
    const { startsAt, endsAt, placeCode } = moved;
    expect(it.last('appointment-varied')).toMatchObject({
      supersedes: 'ia-1',
      assessment: 'initial-assessment',
      notice: { form: 'RA2', appointmentId: 'ia-2', startsAt, endsAt, placeCode, recordedAt: dayBefore },
      reasonCode: 'work',
      askedBy: 'person',
    });
    // The new one is on a Monday: the reminder at 09:00 on Sunday, the nag at the end of Tuesday.
    expect(it.clocks).toEqual([
      'feedback ia-2 2026-03-11T00:00:00.000Z',
      'reminder ia-2 2026-03-08T09:00:00.000Z',
    ]);
    expect(it.events.at(-1)?.cleared?.map(({ why }) => why)).toEqual(['superseded']);
  });

  test('moved before its reminder never causes a text, nor a question to the assessor', () => {
    const it = CompulsoryCase.required();
    it.take('vary-appointment', variationData(it.now), { role: 'PoliceOfficer' });
    expect(it.events.at(-1)?.cleared?.map(({ why }) => why)).toEqual(['superseded', 'superseded']);
    it.waitUntil('2026-03-11T00:00:00.000Z');
    expect(it.intents.map(({ appointmentId }) => appointmentId)).toEqual(['ia-2']);
    expect(it.attention).toEqual(['feedback-missing ia-2']);
  });

  test('can no longer be recorded or missed once it is moved', () => {
    const it = varied();
    it.now = plus(initial.endsAt, minute);
    expect(it.refused('record-attendance', { appointmentId: 'ia-1', attendance: 'absent' })).toMatchObject({
      code: 'condition-not-met',
      details: { status: 'superseded' },
    });
  });

  test.each([
    ['at the very start', initial.startsAt],
    ['after it', plus(initial.startsAt, minute)],
  ] as const)('is not moved by a notice served once it has begun: %s', (_name, servedAt) => {
    const it = CompulsoryCase.required();
    it.now = servedAt;
    expect(it.refused('vary-appointment', variationData(servedAt))).toMatchObject({
      code: 'condition-not-met',
      details: { appointmentId: 'ia-1', startsAt: initial.startsAt, servedAt },
    });
    it.take('record-attendance', { appointmentId: 'ia-1', attendance: 'provider-caused' });
    it.take('vary-appointment', variationData(it.now));
    expect(it.attention).toEqual([]);
  });

  test('is moved by a notice served before it began and entered only afterwards', () => {
    const it = CompulsoryCase.required();
    it.waitUntil('2026-03-07T00:00:00.000Z');
    expect(it.attention).toEqual(['feedback-missing ia-1']);
    it.take('vary-appointment', variationData(dayBefore));
    expect(it.last('appointment-varied')).toMatchObject({
      supersedes: 'ia-1',
      notice: { servedAt: dayBefore, recordedAt: it.now },
    });
    expect(it.stage).toBe('initial-assessment');
    expect(it.attention).toEqual([]);
    expect(it.clocks).toEqual([
      'feedback ia-2 2026-03-11T00:00:00.000Z',
      'reminder ia-2 2026-03-08T09:00:00.000Z',
    ]);
    expect(it.refused('record-attendance', { appointmentId: 'ia-1', attendance: 'absent' }).code).toBe(
      'condition-not-met',
    );
  });

  test('is moved also where the new time is over when the notice is entered', () => {
    const it = CompulsoryCase.required();
    it.now = plus(moved.endsAt, 2 * day);
    it.take('vary-appointment', variationData(dayBefore));
    expect(it.state.appointments.map(({ status }) => status)).toEqual(['superseded', 'booked']);
    it.take('record-attendance', { appointmentId: 'ia-2', attendance: 'absent' }, { commandId: 'failure-2' });
    it.take('decide-good-cause', { failureId: 'failure-2', decision: 'rejected', reasonCode: 'none' });
    const refusal = it.refused('declare-breach', { failureId: 'failure-2' });
    const { conditions } = refusal.details as unknown as { conditions: BreachCondition[] };
    expect(conditions.filter(({ met }) => !met).map(({ code }) => code)).toEqual(['notice-recorded-in-time']);
  });

  test('moved in time is moved, though the engine was away until it was over', () => {
    const it = CompulsoryCase.required();
    const command = it.command('vary-appointment', variationData(dayBefore), { at: dayBefore });
    it.waitUntil('2026-03-07T00:00:00.000Z');
    expect(it.attention).toEqual(['feedback-missing ia-1']);
    expect(it.send(command).refusal).toBeUndefined();
    expect(it.attention).toEqual([]);
    expect(it.clocks).toEqual([
      'feedback ia-2 2026-03-11T00:00:00.000Z',
      'reminder ia-2 2026-03-08T09:00:00.000Z',
    ]);
  });

  test('of the follow-up gives a new time to the follow-up', () => {
    const it = CompulsoryCase.required();
    it.waitUntil(initial.endsAt);
    it.take('record-attendance', {
      appointmentId: 'ia-1',
      attendance: 'attended-and-remained',
      followUp: followUpSet,
    });
    const appointment = { ...moved, appointmentId: 'fu-2', startsAt: plus(followUp.startsAt, day) };
    const data = { appointment: { ...appointment, endsAt: plus(followUp.endsAt, day) } };
    it.take('vary-appointment', variationData(it.now, data), { role: 'FollowUpAssessor' });
    expect(it.stage).toBe('follow-up-assessment');
    it.waitUntil(data.appointment.endsAt);
    it.take('record-attendance', { appointmentId: 'fu-2', attendance: 'absent' }, { commandId: 'failure-2' });
    it.take('decide-good-cause', { failureId: 'failure-2', decision: 'rejected', reasonCode: 'none' });
    it.take('declare-breach', { failureId: 'failure-2' });
    expect(it.last('breach-declared')).toMatchObject({
      offence: 'Drugs Act 2005 s.14(3)',
      breachedAt: appointment.startsAt,
    });
  });

  test.each([
    ['PoliceOfficer', 'wrong-role'],
    ['CustodyOfficer', 'wrong-role'],
    ['DipOfficer', 'wrong-role'],
    ['InitialAssessor', undefined],
    ['FollowUpAssessor', undefined],
  ] as const)('of the follow-up is moved by an assessor alone: %s', (role, code) => {
    const it = CompulsoryCase.required();
    it.waitUntil(initial.endsAt);
    const remained = { appointmentId: 'ia-1', attendance: 'attended-and-remained' } as const;
    it.take('record-attendance', { ...remained, followUp: followUpSet });
    const data = variationData(it.now, { appointment: { ...moved, appointmentId: 'fu-2' } });
    const { refusal } = it.send(it.command('vary-appointment', data, { role }));
    expect(refusal?.code).toBe(code);
    if (refusal !== undefined) {
      expect(refusal.details).toEqual({
        role,
        allowedRoles: ['InitialAssessor', 'FollowUpAssessor'],
        law: 'Drugs Act 2005 s.13(8)',
      });
    }
  });

  test('with texts stopped: the new one is told in another way, the old one no longer', () => {
    const it = CompulsoryCase.required();
    it.tell('carry-fact', { factId: 'fact-1', fact: 'stop-texts' });
    expect(it.attention).toEqual(['reach-another-way ia-1']);
    it.take('vary-appointment', variationData(it.now));
    expect(it.attention).toEqual(['reach-another-way ia-2']);
    expect(it.due('reminder')).toBeUndefined();
  });
});

describe('M225 a duty without an appointment', () => {
  test.each([
    ['excused', excused],
    ['called off by the provider', providerCaused],
  ] as const)('gets a new one when the last was %s', (_name, reach) => {
    const it = reach();
    expect(it.attention).toEqual(['rebook-needed ia-1']);
    it.take('vary-appointment', variationData(it.now, { reasonCode: 'closed', askedBy: 'provider' }));
    expect(it.last('appointment-varied')).toMatchObject({ supersedes: null });
    expect(it.attention).toEqual([]);
    expect(it.state.appointments.map(({ status }) => status)).toEqual([expect.any(String), 'booked']);
    expect(it.state.appointments[0]?.status).not.toBe('superseded');
    it.waitUntil(plus(moved.endsAt, minute));
    expect(it.intents.at(-1)).toMatchObject({ appointmentId: 'ia-2', expiresAt: moved.startsAt });
    it.take('record-attendance', {
      appointmentId: 'ia-2',
      attendance: 'attended-and-remained',
      followUp: { released: true },
    });
    expect(it.stage).toBe('discharged');
  });

  test('waits for the assessor until then, and is an open case that somebody can move', () => {
    const it = providerCaused();
    const { waits } = compulsory.explain(it.state, it.now);
    expect(waits).toMatchObject([{ rule: 'rebook-needed', whoCanMove: ['InitialAssessor'] }]);
    expect(compulsory.table.commands['vary-appointment']?.roles).toEqual(
      expect.arrayContaining(['InitialAssessor', 'FollowUpAssessor']),
    );
  });

  test('keeps the first failure excused when the new time is missed too', () => {
    const it = excused();
    it.take('vary-appointment', variationData(it.now));
    missAgain(it);
    it.take('declare-breach', { failureId: 'failure-2' });
    expect(it.state.failures.map(({ review }) => review)).toEqual(['accepted', 'rejected']);
    expect(it.refused('declare-breach', { failureId: 'failure-1' }).code).toBe('condition-not-met');
  });
});

describe('M223 only the latest written notice binds', () => {
  test('a breach of the new time rests on RA2, with exactly its time and place', () => {
    const it = varied();
    missAgain(it);
    it.take('declare-breach', { failureId: 'failure-2' });
    const found = proofs(it.last('breach-declared')['conditions']);
    expect(found.get('notice-served')?.proof).toMatchObject({ form: 'RA2', servedAt: dayBefore });
    const { startsAt, endsAt, placeCode } = moved;
    expect(found.get('notice-exact')?.proof).toEqual({
      appointmentId: 'ia-2',
      startsAt,
      endsAt,
      placeCode,
      fromPaper: [],
    });
    expect(it.last('breach-declared')).toMatchObject({ breachedAt: startsAt });
  });

  test.each([
    ['does not repeat the warning', { warningGiven: false }, 'warning-given'],
    ['was posted', { how: 'posted' }, 'notice-served'],
    ['was left at the address', { how: 'left-at-address' }, 'notice-served'],
  ] as const)(
    'a further notice that %s: neither the old nor the new time is breached',
    (_name, notice, code) => {
      const it = varied(notice);
      missAgain(it);
      const refusal = it.refused('declare-breach', { failureId: 'failure-2' });
      expect(refusal.code).toBe('condition-not-met');
      const { conditions } = refusal.details as unknown as { conditions: BreachCondition[] };
      expect(conditions.filter(({ met }) => !met).map((condition) => condition.code)).toEqual([code]);
      expect(it.state.failures.map(({ appointmentId }) => appointmentId)).toEqual(['ia-2']);
    },
  );

  test('a notice written down after the new time makes no breach', () => {
    const it = providerCaused();
    const servedAt = it.now;
    it.take('vary-appointment', variationData(servedAt), { at: moved.endsAt, occurredAt: servedAt });
    missAgain(it);
    const refusal = it.refused('declare-breach', { failureId: 'failure-2' });
    const { conditions } = refusal.details as unknown as { conditions: BreachCondition[] };
    expect(conditions.filter(({ met }) => !met).map(({ code }) => code)).toEqual(['notice-recorded-in-time']);
  });

  test('a time given by telephone alone is never breached: it is no appointment, and there is no other way to move one', () => {
    const it = CompulsoryCase.required();
    it.waitUntil(plus(moved.endsAt, minute));
    // Absent at the time that was said on the telephone.
    const absent = { appointmentId: 'ia-2', attendance: 'absent' } as const;
    expect(it.refused('record-attendance', absent).code).toBe('not-found');
    it.take('record-attendance', { appointmentId: 'ia-1', attendance: 'provider-caused' });
    expect(it.state.failures).toEqual([]);
    expect(it.refused('declare-breach', { failureId: 'any' }).code).toBe('wrong-stage');

    const { notice, ...unwritten } = variationData(dayBefore, {
      appointment: { ...moved, appointmentId: 'b4a4a3bb-2c35-4ba6-9a0e-000000000002' },
    });
    const schema = compulsoryCommandSchemas['vary-appointment'];
    expect(schema.safeParse({ ...unwritten, notice }).success).toBe(true);
    for (const said of [undefined, { ...notice, how: 'telephone' }, { ...notice, form: 'RA1' }]) {
      expect(schema.safeParse({ ...unwritten, notice: said }).success).toBe(false);
    }
  });

  test('every appointment of a pathway has its notice', () => {
    const it = varied();
    missAgain(it);
    const about = (all: readonly { readonly appointmentId: string }[]) =>
      all.map(({ appointmentId }) => appointmentId);
    expect(about(it.state.notices)).toEqual(about(it.state.appointments));
  });
});

describe('a notice served before the time that was missed, and entered only afterwards', () => {
  test.each([
    ['undecided', () => CompulsoryCase.missed()],
    ['rejected', () => CompulsoryCase.rejected()],
  ] as const)('ends the failure while good cause is %s: it was no failure', (_name, reach) => {
    const it = reach();
    it.take('vary-appointment', variationData(dayBefore));
    expect(it.last('appointment-varied')).toMatchObject({ supersedes: 'ia-1', endsFailure: 'failure-1' });
    expect(it.stage).toBe('initial-assessment');
    expect(it.state.appointments).toMatchObject([
      { appointmentId: 'ia-1', status: 'superseded', attendance: 'absent' },
      { appointmentId: 'ia-2', status: 'booked' },
    ]);
    expect(it.state.failures).toMatchObject([{ failureId: 'failure-1', endedByNotice: 'ia-2' }]);
    expect(it.attention).toEqual([]);
    expect(it.clocks).toEqual([
      'feedback ia-2 2026-03-11T00:00:00.000Z',
      'reminder ia-2 2026-03-08T09:00:00.000Z',
    ]);
  });

  test('leaves a failure that is neither decided nor declared any more', () => {
    const it = CompulsoryCase.rejected();
    it.take('vary-appointment', variationData(dayBefore));
    missAgain(it);
    const decided = { failureId: 'failure-1', decision: 'accepted', reasonCode: 'r' } as const;
    expect(it.refused('decide-good-cause', decided)).toMatchObject({
      code: 'condition-not-met',
      details: { endedByNotice: 'ia-2' },
    });
    const refusal = it.refused('declare-breach', { failureId: 'failure-1' });
    const { conditions } = refusal.details as unknown as { conditions: BreachCondition[] };
    const notMet = conditions.filter(({ met }) => !met).map(({ code }) => code);
    expect(notMet).toEqual(expect.arrayContaining(['notice-exact', 'failure-recorded']));
    it.take('declare-breach', { failureId: 'failure-2' });
    expect(it.last('breach-declared')).toMatchObject({ breachedAt: moved.startsAt });
  });

  test('ends no failure when it was served at or after the start', () => {
    const it = CompulsoryCase.missed();
    expect(it.refused('vary-appointment', variationData(initial.startsAt))).toMatchObject({
      code: 'condition-not-met',
      details: { appointmentId: 'ia-1', startsAt: initial.startsAt, servedAt: initial.startsAt },
    });
    expect(it.stage).toBe('good-cause-review');
  });

  test('is refused once a breach is declared, and says what withdraws it; then it is taken', () => {
    const it = CompulsoryCase.tasked('RED');
    expect(it.refused('vary-appointment', variationData(dayBefore))).toMatchObject({
      code: 'condition-not-met',
      message:
        'A breach was declared for this appointment. Tell the DIP officer at once: accepting good cause withdraws the breach and its task; then send this notice again.',
      details: { breachId: 'breach-1', failureId: 'failure-1' },
    });
    it.take('decide-good-cause', { failureId: 'failure-1', decision: 'accepted', reasonCode: 'moved' });
    expect(it.state.breaches[0]?.status).toBe('withdrawn');
    it.take('vary-appointment', variationData(dayBefore));
    expect(it.stage).toBe('initial-assessment');
    expect(it.attention).toEqual(['withdrawal-unacknowledged task-1']);
    expect(it.last('appointment-varied')).toMatchObject({ supersedes: 'ia-1', endsFailure: 'failure-1' });
  });

  test.each([
    ['after a breach', () => CompulsoryCase.tasked('RED')],
    ['without one', () => CompulsoryCase.missed()],
  ] as const)(
    'ends a failure that was excused %s: it was none, and the follow-up can be set',
    (_name, reach) => {
      const it = reach();
      it.take('decide-good-cause', { failureId: 'failure-1', decision: 'accepted', reasonCode: 'moved' });
      it.take('vary-appointment', variationData(dayBefore));
      expect(it.state.appointments[0]).toMatchObject({ status: 'superseded', attendance: 'absent' });
      expect(it.state.failures).toMatchObject([{ review: 'accepted', endedByNotice: 'ia-2' }]);
      it.waitUntil(plus(moved.endsAt, minute));
      const servedAt = plus(moved.startsAt, 50 * minute);
      const set = { ...followUpSet, notice: { ...followUpSet.notice, servedAt } };
      const remained = { appointmentId: 'ia-2', attendance: 'attended-and-remained' } as const;
      it.take('record-attendance', { ...remained, followUp: set });
      expect(it.stage).toBe('follow-up-assessment');
      it.waitUntil(plus(followUp.endsAt, minute));
      const absent = { appointmentId: 'fu-1', attendance: 'absent' } as const;
      it.take('record-attendance', absent, { commandId: 'failure-2' });
      it.take('decide-good-cause', { failureId: 'failure-2', decision: 'rejected', reasonCode: 'none' });
      it.take('declare-breach', { failureId: 'failure-2' });
      expect(it.stage).toBe('breach');
    },
  );

  test('leaves a failure that was excused as it is when it was served at or after the start', () => {
    const it = excused();
    it.take('vary-appointment', variationData(initial.startsAt));
    expect(it.last('appointment-varied')).toMatchObject({ supersedes: null });
    expect(it.last('appointment-varied')).not.toHaveProperty('endsFailure');
    expect(it.state.failures[0]).not.toHaveProperty('endedByNotice');
  });

  test('is refused after the arrest, and says who must be told', () => {
    const it = CompulsoryCase.tasked('RED');
    it.take('record-arrest', { taskId: 'task-1', arrestedAt: it.now });
    expect(it.refused('vary-appointment', variationData(dayBefore))).toMatchObject({
      code: 'condition-not-met',
      message:
        'The person was arrested for a breach of this appointment. Tell custody and the DIP officer of this notice at once.',
      details: { breachId: 'breach-1' },
    });
  });
});

describe('a new time and place', () => {
  test.each([
    ['under the old id', { appointment: { ...moved, appointmentId: 'ia-1' } }, {}, 'conflict'],
    [
      'already begun',
      { appointment: { ...moved, startsAt: plus(dayBefore, -1), endsAt: plus(dayBefore, hour) } },
      {},
      'before-the-start',
    ],
    ['without length', { appointment: { ...moved, endsAt: moved.startsAt } }, {}, 'before-the-start'],
    ['with a notice still to be served', {}, { servedAt: plus(dayBefore, 1) }, 'in-the-future'],
    [
      'with a notice older than the one that it changes',
      {},
      { servedAt: plus(testedAt, 29 * minute) },
      'before-the-start',
    ],
  ] as const)('is refused %s', (_name, change, notice, code) => {
    const it = CompulsoryCase.required();
    const data = variationData(dayBefore, change, notice);
    expect(it.refused('vary-appointment', data, { at: dayBefore }).code).toBe(code);
  });

  test.each([
    ['nothing is required', () => CompulsoryCase.tested(), 'wrong-stage'],
    ['a failure is under review', () => CompulsoryCase.missed(), 'condition-not-met'],
    ['a breach is in force', () => CompulsoryCase.breached(), 'condition-not-met'],
  ] as const)('is not given while %s', (_name, reach, code) => {
    const it = reach();
    expect(it.refused('vary-appointment', variationData(it.now)).code).toBe(code);
  });

  test('is refused where a ledger holds a duty and no appointment of it', () => {
    const it = CompulsoryCase.required();
    const state: CompulsoryState = { ...it.state, appointments: [] };
    const command = it.command('vary-appointment', variationData(it.now));
    expect(compulsory.decide(state, command, it.now).refusal?.code).toBe('condition-not-met');
  });
});
