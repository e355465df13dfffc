import { describe, expect, test } from '@jest/globals';
import type { BreachCondition } from '../../../workflows/domain/compulsory/breach-condition.ts';
import { breachConditionCodes } from '../../../workflows/domain/compulsory/breach-condition.ts';
import { breachConditions } from '../../../workflows/domain/compulsory/breach.ts';
import { compulsory } from '../../../workflows/domain/compulsory/kind.ts';
import type { CompulsoryState, Failure } from '../../../workflows/domain/compulsory/state.ts';
import {
  CompulsoryCase,
  followUp,
  followUpSet,
  hour,
  initial,
  minute,
  plus,
  requirementData,
  testedAt,
} from './compulsory-case.ts';

const failureOf = (state: CompulsoryState) => state.failures[0] as Failure;

function notMet(state: CompulsoryState, at: string): string[] {
  return breachConditions(state, failureOf(state), at)
    .filter(({ met }) => !met)
    .map(({ code }) => code);
}

/** The state of a rejected failure, with one thing changed as no command of today could change it. */
function changed(change: (state: CompulsoryState) => Partial<CompulsoryState>): {
  state: CompulsoryState;
  it: CompulsoryCase;
} {
  const it = CompulsoryCase.rejected();
  return { it, state: { ...it.state, ...change(it.state) } };
}

describe('a breach', () => {
  test('M99 M101 is declared by the DIP officer with every condition and its proof in the event', () => {
    const it = CompulsoryCase.breached();
    expect(it.stage).toBe('breach');
    const { conditions, ...data } = it.last('breach-declared');
    expect(data).toEqual({
      breachId: 'breach-1',
      failureId: 'failure-1',
      requirementId: 'requirement-1',
      appointmentId: 'ia-1',
      assessment: 'initial-assessment',
      offence: 'Drugs Act 2005 s.12(3)',
      breachedAt: initial.startsAt,
    });
    const all = conditions as BreachCondition[];
    expect(all.map(({ code }) => code)).toEqual(breachConditionCodes);
    for (const { met, law, title, proof } of all) {
      expect(met).toBe(true);
      expect(law).not.toBe('');
      expect(title).not.toBe('');
      expect(proof).not.toBeNull();
    }
    expect(it.attention).toEqual(['breach-without-marker breach-1']);
  });

  test('M101 of the follow-up is the offence of s.14(3)', () => {
    const it = CompulsoryCase.required();
    it.take(
      'record-attendance',
      { appointmentId: 'ia-1', attendance: 'attended-and-remained', followUp: followUpSet },
      { at: initial.endsAt },
    );
    it.take(
      'record-attendance',
      { appointmentId: 'fu-1', attendance: 'attended-and-left', leftAt: plus(followUp.startsAt, 300) },
      { at: followUp.endsAt, commandId: 'failure-1' },
    );
    it.take('decide-good-cause', { failureId: 'failure-1', decision: 'rejected', reasonCode: 'none' });
    it.take('declare-breach', { failureId: 'failure-1' }, { commandId: 'breach-of-follow-up' });
    expect(it.last('breach-declared')).toMatchObject({
      breachId: 'breach-of-follow-up',
      offence: 'Drugs Act 2005 s.14(3)',
      breachedAt: plus(followUp.startsAt, 300),
    });
  });

  test.each(['InitialAssessor', 'CustodyOfficer', 'Manager', 'LpuOfficer', 'Inspector', 'System'] as const)(
    'is not declared by the role %s',
    (role) => {
      const it = CompulsoryCase.rejected();
      expect(it.refused('declare-breach', { failureId: 'failure-1' }, { role }).code).toBe('wrong-role');
    },
  );

  test('M98 is not declared where nothing was missed', () => {
    const it = CompulsoryCase.required();
    expect(it.refused('declare-breach', { failureId: 'any' })).toMatchObject({
      code: 'wrong-stage',
      details: {
        stage: 'initial-assessment',
        allowedCommands: ['vary-appointment', 'record-result', 'send-page-link'],
      },
    });
  });

  test('is declared once for a failure', () => {
    const it = CompulsoryCase.breached();
    expect(it.refused('declare-breach', { failureId: 'failure-1', breachId: 'another' })).toMatchObject({
      code: 'already-done',
      details: { breachId: 'breach-1' },
    });
  });

  test('of an unknown failure is not found, and not declared before the review', () => {
    const it = CompulsoryCase.rejected();
    expect(it.refused('declare-breach', { failureId: 'other' }).code).toBe('not-found');
    const before = { occurredAt: plus(it.now, -1) };
    expect(it.refused('declare-breach', { failureId: 'failure-1' }, before).code).toBe('before-the-start');
  });
});

describe('I5 a breach is refused, with every condition met or not met, when one alone is missing', () => {
  test('the review of good cause', () => {
    const it = CompulsoryCase.missed();
    const refusal = it.refused('declare-breach', { failureId: 'failure-1' });
    expect(refusal.code).toBe('condition-not-met');
    const { conditions } = refusal.details as unknown as { conditions: BreachCondition[] };
    expect(conditions.map(({ code, met }) => [code, met])).toEqual(
      breachConditionCodes.map((code) => [code, code !== 'good-cause-rejected']),
    );
    expect(conditions.find(({ met }) => !met)).toMatchObject({
      law: expect.stringContaining('s.12(3)') as unknown,
      proof: { review: 'undecided', reviewedAt: null },
    });
  });

  const notice = requirementData().notice;
  test.each([
    ['the warning', 'warning-given', { notice: { ...notice, warningGiven: false } }],
    ['service in person', 'notice-served', { notice: { ...notice, how: 'posted' } }],
    [
      'service to the hand, left at the address',
      'notice-served',
      { notice: { ...notice, how: 'left-at-address' } },
    ],
  ] as const)('%s', (_name, code, change) => {
    const it = CompulsoryCase.rejected(change);
    const refusal = it.refused('declare-breach', { failureId: 'failure-1' });
    expect(refusal.code).toBe('condition-not-met');
    expect(notMet(it.state, it.now)).toEqual([code]);
  });

  test.each([
    ['another time', { startsAt: plus(initial.startsAt, 1800) }],
    ['another place', { placeCode: 'cwmbran-hub' }],
  ])('the paper naming %s than the appointment', (_name, written) => {
    const it = CompulsoryCase.rejected({ notice: { ...notice, ...written } });
    expect(it.refused('declare-breach', { failureId: 'failure-1' }).code).toBe('condition-not-met');
    expect(notMet(it.state, it.now)).toEqual(['notice-exact']);
    const found = breachConditions(it.state, failureOf(it.state), it.now);
    expect(found.find(({ met }) => !met)?.proof).toMatchObject({
      ...written,
      fromPaper: Object.keys(written),
    });
  });

  test('a paper whose time and place were not taken down: the proof says that they are those of the appointment', () => {
    const exact = (it: CompulsoryCase) =>
      breachConditions(it.state, failureOf(it.state), it.now).find(({ code }) => code === 'notice-exact');
    const { startsAt, endsAt, placeCode } = initial;
    const proof = { appointmentId: 'ia-1', startsAt, endsAt, placeCode };
    expect(exact(CompulsoryCase.rejected())).toMatchObject({ met: true, proof: { ...proof, fromPaper: [] } });
    const written = CompulsoryCase.rejected({ notice: { ...notice, startsAt, placeCode } });
    expect(exact(written)).toMatchObject({
      title:
        'The latest notice is of this appointment; what was taken down of its time and place is the same.',
      met: true,
      proof: { ...proof, fromPaper: ['startsAt', 'placeCode'] },
    });
  });

  test('claims nothing lawful that nobody checked', () => {
    const titles = breachConditions(
      CompulsoryCase.rejected().state,
      failureOf(CompulsoryCase.rejected().state),
      testedAt,
    );
    expect(titles[0]).toMatchObject({
      code: 'positive-test',
      title: 'A test with a recorded legal basis found a specified Class A drug.',
      proof: { basis: 'trigger-offence', offenceCode: 'theft' },
    });
    expect(JSON.stringify(titles)).not.toMatch(/lawful/i);
  });

  test('a paper held out to the person and refused counts as served', () => {
    const it = CompulsoryCase.breached({ notice: { ...notice, how: 'offered-and-refused' } });
    expect(it.stage).toBe('breach');
  });

  test('proof of service written down in time: both times are shown', () => {
    const it = CompulsoryCase.tested();
    const recordedAt = plus(initial.startsAt, 1);
    it.take('impose-requirement', requirementData(), { at: recordedAt, occurredAt: plus(testedAt, hour) });
    it.take(
      'record-attendance',
      { appointmentId: 'ia-1', attendance: 'absent' },
      { at: initial.endsAt, commandId: 'failure-1' },
    );
    it.take('decide-good-cause', { failureId: 'failure-1', decision: 'rejected', reasonCode: 'none' });
    const refusal = it.refused('declare-breach', { failureId: 'failure-1' });
    expect(notMet(it.state, it.now)).toEqual(['notice-recorded-in-time']);
    expect(JSON.stringify(refusal.details)).toContain(
      JSON.stringify({ servedAt: notice.servedAt, recordedAt, failedAt: initial.startsAt }),
    );
  });

  test('service before the start: at the start itself it is too late', () => {
    const it = CompulsoryCase.tested();
    it.take('impose-requirement', requirementData({ notice: { ...notice, servedAt: initial.startsAt } }), {
      at: initial.startsAt,
      occurredAt: plus(testedAt, hour),
    });
    it.take(
      'record-attendance',
      { appointmentId: 'ia-1', attendance: 'absent' },
      { at: initial.endsAt, commandId: 'failure-1' },
    );
    it.take('decide-good-cause', { failureId: 'failure-1', decision: 'rejected', reasonCode: 'none' });
    expect(notMet(it.state, it.now)).toEqual(['notice-served']);
    expect(it.refused('declare-breach', { failureId: 'failure-1' }).code).toBe('condition-not-met');
  });

  test('the end of the appointment', () => {
    const it = CompulsoryCase.required();
    const leftAt = plus(initial.startsAt, 5 * minute);
    it.take(
      'record-attendance',
      { appointmentId: 'ia-1', attendance: 'attended-and-left', leftAt },
      { at: leftAt, commandId: 'failure-1' },
    );
    it.take('decide-good-cause', { failureId: 'failure-1', decision: 'rejected', reasonCode: 'none' });
    const early = plus(initial.endsAt, -1);
    expect(it.refused('declare-breach', { failureId: 'failure-1' }, { at: early }).code).toBe(
      'condition-not-met',
    );
    expect(notMet(it.state, early)).toEqual(['appointment-ended']);
    it.take('declare-breach', { failureId: 'failure-1' }, { at: initial.endsAt });
    expect(it.last('breach-declared')).toMatchObject({ breachedAt: leftAt });
  });

  test.each([
    [
      'positive-test',
      (s: CompulsoryState) => ({ test: { ...s.test, basis: { kind: 'voluntary' } as const } }),
    ],
    ['positive-test', (s: CompulsoryState) => ({ test: { ...s.test, results: [] } })],
    ['adult', (s: CompulsoryState) => ({ test: { ...s.test, adult: false } })],
    [
      'requirement-in-force',
      (s: CompulsoryState) => ({
        requirements: s.requirements.map((r) => ({ ...r, status: 'discharged' as const })),
      }),
    ],
    [
      'notice-exact',
      (s: CompulsoryState) => ({ notices: s.notices.map((n) => ({ ...n, placeCode: 'elsewhere' })) }),
    ],
    [
      'notice-exact',
      (s: CompulsoryState) => ({ notices: s.notices.map((n) => ({ ...n, startsAt: plus(n.startsAt, 60) })) }),
    ],
    [
      'failure-recorded',
      (s: CompulsoryState) => ({ appointments: s.appointments.map((a) => ({ ...a, attendance: null })) }),
    ],
    [
      'failure-recorded',
      (s: CompulsoryState) => ({
        appointments: s.appointments.map((a) => ({ ...a, status: 'provider-caused' as const })),
      }),
    ],
    ['alive', () => ({ diedAt: testedAt })],
  ] as const)('%s, case %#', (code, change) => {
    const { it, state } = changed(change);
    expect(notMet(state, it.now)).toEqual([code]);
    const command = {
      ...it.engine('declare-breach', { failureId: 'failure-1' }),
      actor: { userId: 'u', role: 'DipOfficer', organisationId: 'o', forceId: 'f' } as const,
    };
    expect(compulsory.decide(state, command, it.now).refusal?.code).toBe('condition-not-met');
  });

  test('any notice at all: everything that rests on it is not met', () => {
    const { it, state } = changed(() => ({ notices: [] }));
    expect(notMet(state, it.now)).toEqual([
      'notice-served',
      'notice-recorded-in-time',
      'notice-exact',
      'warning-given',
    ]);
  });

  test('only the latest notice about the assessment counts', () => {
    const { it, state } = changed((s) => ({
      notices: [
        ...s.notices,
        {
          ...(s.notices[0] as CompulsoryState['notices'][number]),
          servedAt: plus(testedAt, 2 * hour),
          warningGiven: false,
        },
      ],
    }));
    expect(notMet(state, it.now)).toEqual(['warning-given']);
  });

  test.each([
    ['another assessment', { kind: 'follow-up-assessment' as const }],
    ['another requirement', { requirementId: 'requirement-2' }],
  ])('a later notice about %s takes nothing from it', (_name, change) => {
    const { it, state } = changed((s) => ({
      appointments: [
        ...s.appointments,
        {
          ...(s.appointments[0] as CompulsoryState['appointments'][number]),
          ...change,
          appointmentId: 'other',
        },
      ],
      notices: [
        ...s.notices,
        {
          ...(s.notices[0] as CompulsoryState['notices'][number]),
          appointmentId: 'other',
          servedAt: plus(testedAt, 2 * hour),
          warningGiven: false,
        },
      ],
    }));
    expect(notMet(state, it.now)).toEqual([]);
  });

  test('a follow-up after an initial assessment that was not attended', () => {
    const it = CompulsoryCase.required();
    const remained = { appointmentId: 'ia-1', attendance: 'attended-and-remained' } as const;
    it.take('record-attendance', { ...remained, followUp: followUpSet }, { at: initial.endsAt });
    it.take(
      'record-attendance',
      { appointmentId: 'fu-1', attendance: 'absent' },
      { at: followUp.endsAt, commandId: 'failure-1' },
    );
    it.take('decide-good-cause', { failureId: 'failure-1', decision: 'rejected', reasonCode: 'none' });
    expect(notMet(it.state, it.now)).toEqual([]);
    // As a ledger of an earlier day may hold it: absent from an initial assessment first, and excused.
    const absent: Failure = {
      ...failureOf(it.state),
      ...{ failureId: 'failure-0', appointmentId: 'ia-0', assessment: 'initial-assessment' },
      review: 'accepted',
    };
    const state = { ...it.state, failures: [...it.state.failures, absent] };
    expect(notMet(state, it.now)).toEqual(['requirement-in-force']);
    const found = breachConditions(state, failureOf(state), it.now);
    expect(found.find(({ met }) => !met)?.proof).toMatchObject({ initialMissed: 'failure-0' });
    for (const change of [{ attendance: 'sent-away' }, { endedByNotice: 'ia-1' }] as const) {
      const other = { ...state, failures: [...it.state.failures, { ...absent, ...change }] };
      expect(notMet(other, it.now)).toEqual([]);
    }
  });

  test('a follow-up of which the person was released', () => {
    const { it, state } = changed((s) => ({
      failures: s.failures.map((f) => ({ ...f, assessment: 'follow-up-assessment' as const })),
      appointments: s.appointments.map((a) => ({ ...a, kind: 'follow-up-assessment' as const })),
      requirements: s.requirements.map((r) => ({ ...r, followUp: 'released' as const })),
    }));
    expect(notMet(state, it.now)).toEqual(['requirement-in-force']);
  });
});
