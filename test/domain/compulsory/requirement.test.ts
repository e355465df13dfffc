import { describe, expect, test } from '@jest/globals';
import { compulsory } from '../../../workflows/domain/compulsory/kind.ts';
import { CompulsoryCase, initial, plus, requirementData, testedAt } from './compulsory-case.ts';

const day = 86_400;

describe('M12 M61 the required assessments', () => {
  test('are imposed with a dated, placed appointment and the notice that was served', () => {
    const it = CompulsoryCase.required();
    expect(it.stage).toBe('initial-assessment');
    expect(it.state.requirements).toEqual([
      {
        requirementId: 'requirement-1',
        imposedAt: plus(testedAt, 3600),
        status: 'in-force',
        followUp: 'imposed',
      },
    ]);
    expect(it.state.notices).toMatchObject([
      {
        form: 'RA1',
        servedAt: '2026-03-02T10:30:00.000Z',
        servedBy: 'officer-7',
        how: 'handed-over',
        warningGiven: true,
        startsAt: initial.startsAt,
        placeCode: initial.placeCode,
        recordedAt: plus(testedAt, 3600),
      },
    ]);
    expect(it.types()).toEqual(['test-recorded', 'requirement-imposed']);
  });

  test('arm the reminder at 09:00 local the day before and the nag one working day after the end', () => {
    const it = CompulsoryCase.required();
    expect(it.clocks).toEqual([
      // Thursday's end, one working day: the end of Friday.
      'feedback ia-1 2026-03-07T00:00:00.000Z',
      'reminder ia-1 2026-03-04T09:00:00.000Z',
    ]);
  });

  test('take the id of the command when none is given', () => {
    const it = CompulsoryCase.tested();
    const { requirementId: _left, ...data } = requirementData();
    it.take('impose-requirement', data, { at: plus(testedAt, 3600), commandId: 'command-77' });
    expect(it.state.requirements[0]?.requirementId).toBe('command-77');
  });

  test('settle the attention that nothing was imposed', () => {
    const it = CompulsoryCase.tested();
    it.waitUntil(plus(testedAt, day));
    it.take('impose-requirement', requirementData());
    expect(it.attention).toEqual([]);
  });

  const at = plus(testedAt, 3600);
  test.each([
    [
      'ending before it starts',
      { initialAssessment: { ...initial, endsAt: plus(initial.startsAt, -1) } },
      'before-the-start',
    ],
    ['without length', { initialAssessment: { ...initial, endsAt: initial.startsAt } }, 'before-the-start'],
    [
      'longer than a day',
      { initialAssessment: { ...initial, endsAt: plus(initial.startsAt, day + 1) } },
      'condition-not-met',
    ],
    [
      'already begun',
      { initialAssessment: { ...initial, startsAt: plus(at, -1), endsAt: plus(at, 60) } },
      'before-the-start',
    ],
    [
      'more than a year away',
      {
        initialAssessment: {
          ...initial,
          startsAt: '2027-03-02T11:00:00.001Z',
          endsAt: '2027-03-02T12:00:00.000Z',
        },
      },
      'condition-not-met',
    ],
    [
      'at the end of all calendars',
      {
        initialAssessment: {
          ...initial,
          startsAt: '9999-12-31T23:00:00.000Z',
          endsAt: '9999-12-31T23:59:59.999Z',
        },
      },
      'condition-not-met',
    ],
    [
      'with a notice still to be served',
      { notice: { ...requirementData().notice, servedAt: plus(at, 1) } },
      'in-the-future',
    ],
    [
      'with a notice older than the test',
      { notice: { ...requirementData().notice, servedAt: plus(testedAt, -1) } },
      'before-the-start',
    ],
  ] as const)('are refused: %s', (_name, change, code) => {
    const it = CompulsoryCase.tested();
    expect(it.refused('impose-requirement', requirementData(change), { at }).code).toBe(code);
  });

  test('may begin at once in custody, without a reminder', () => {
    const it = CompulsoryCase.required({
      initialAssessment: { ...initial, startsAt: at, endsAt: plus(at, 1800) },
    });
    expect(it.due('reminder')).toBeUndefined();
    expect(it.due('feedback')).toBeDefined();
  });

  test('arm no reminder whose time is past when it is recorded, though it was imposed in time', () => {
    const it = CompulsoryCase.tested();
    it.take('impose-requirement', requirementData(), {
      at: '2026-03-04T09:00:00.000Z',
      occurredAt: plus(testedAt, 3600),
    });
    expect(it.due('reminder')).toBeUndefined();
  });

  test('are taken down even when the notice was bad, so that the facts stand', () => {
    const it = CompulsoryCase.required({
      notice: { ...requirementData().notice, warningGiven: false, how: 'posted' },
    });
    expect(it.state.notices[0]).toMatchObject({ warningGiven: false, how: 'posted' });
  });

  test.each([
    ['at the last moment of the longest detention', 4 * day, undefined],
    ['after it', 4 * day + 0.001, 'condition-not-met'],
  ] as const)('are imposed before release only: a notice served %s', (_name, after, code) => {
    const it = CompulsoryCase.tested();
    const servedAt = plus(testedAt, after);
    const initialAssessment = {
      ...initial,
      startsAt: plus(testedAt, 5 * day),
      endsAt: plus(testedAt, 5.1 * day),
    };
    const data = requirementData({ initialAssessment, notice: { ...requirementData().notice, servedAt } });
    const { refusal } = it.send(
      it.command('impose-requirement', data, { at: servedAt, role: 'PoliceOfficer' }),
    );
    expect(refusal?.code).toBe(code);
    if (refusal !== undefined) {
      expect(refusal.details).toEqual({
        servedAt,
        testedAt,
        latest: plus(testedAt, 4 * day),
        law: 'Drugs Act 2005 ss.9(2) and 11',
      });
    }
  });

  test('served in time are taken down also after the longest detention', () => {
    const it = CompulsoryCase.tested();
    it.take('impose-requirement', requirementData(), {
      at: plus(testedAt, 20 * day),
      occurredAt: plus(testedAt, 3600),
    });
    expect(it.stage).toBe('initial-assessment');
  });

  test('cannot be imposed twice', () => {
    const it = CompulsoryCase.required();
    expect(it.refused('impose-requirement', requirementData({ requirementId: 'another' }))).toMatchObject({
      code: 'wrong-stage',
      details: {
        stage: 'initial-assessment',
        allowedCommands: ['vary-appointment', 'record-arrest', 'record-result'],
      },
    });
  });

  test('M64 are refused for a voluntary test even if a ledger should hold such a pathway', () => {
    const it = CompulsoryCase.tested();
    const state = { ...it.state, test: { ...it.state.test, basis: { kind: 'voluntary' } as const } };
    const command = { ...it.engine('impose-requirement', requirementData()), occurredAt: testedAt };
    const actor = { ...command.actor, role: 'PoliceOfficer' } as const;
    expect(compulsory.decide(state, { ...command, actor }, at).refusal?.code).toBe('condition-not-met');
  });
});

describe('a positive test of which nothing is required', () => {
  const reason = { reasonCode: 'not-proportionate' };

  test.each(['CustodyOfficer', 'PoliceOfficer', 'DToACoordinator'] as const)(
    'ends the pathway with its reason, by the role %s',
    (role) => {
      const it = CompulsoryCase.tested();
      const events = it.take('conclude-without-requirement', reason, { role });
      expect(events.map(({ type }) => type)).toEqual(['requirement-not-imposed', 'pathway-ended']);
      expect(it.last('requirement-not-imposed')).toEqual(reason);
      expect(it.last('pathway-ended')).toEqual({ reason: 'not-required', cancelledAppointments: [] });
      expect(it.stage).toBe('not-required');
      expect(it.state).toMatchObject({
        finished: true,
        closed: { at: it.now, reason: 'not-required' },
        deadlines: [],
        attention: [],
      });
    },
  );

  test('meets the clock of the decision, or settles that it was late', () => {
    const inTime = CompulsoryCase.tested();
    const [decided] = inTime.take('conclude-without-requirement', reason);
    expect(decided?.cleared?.map(({ why }) => why)).toEqual(['met']);

    const late = CompulsoryCase.tested();
    late.waitUntil(plus(testedAt, 3 * day));
    expect(late.attention).toEqual(['requirement-undecided']);
    const [afterwards] = late.take('conclude-without-requirement', reason);
    expect(afterwards?.settled).toEqual([{ code: 'requirement-undecided' }]);
    expect(late.state.attention).toEqual([]);
  });

  test('leaves an error of the software to the operator, and settles the one that it overcomes', () => {
    const it = CompulsoryCase.tested();
    it.tell('report-internal-error', { commandName: 'impose-requirement' });
    it.tell('report-internal-error', { commandName: 'conclude-without-requirement' });
    it.take('conclude-without-requirement', reason);
    expect(it.attention).toEqual(['internal-error impose-requirement']);
  });

  test('is not to be concluded so once something is required, nor required once it is concluded', () => {
    const required = CompulsoryCase.required();
    expect(required.refused('conclude-without-requirement', reason).code).toBe('wrong-stage');
    const it = CompulsoryCase.tested();
    it.take('conclude-without-requirement', reason);
    expect(it.refused('impose-requirement', requirementData()).code).toBe('wrong-stage');
    expect(it.refused('conclude-without-requirement', reason).code).toBe('wrong-stage');
  });
});
