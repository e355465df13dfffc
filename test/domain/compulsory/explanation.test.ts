import { describe, expect, test } from '@jest/globals';
import { compulsory } from '../../../workflows/domain/compulsory/kind.ts';
import { demoCompulsoryPolicy } from '../../../workflows/domain/compulsory/policy.ts';
import {
  CompulsoryCase,
  day,
  followUpSet,
  force,
  initial,
  moved,
  plus,
  policy,
  variationData,
} from './compulsory-case.ts';

/** `rule who` of every wait. */
function waits(it: CompulsoryCase): string[] {
  return compulsory
    .explain(it.state, it.now)
    .waits.map(({ rule, whoCanMove }) => `${rule} ${whoCanMove.join('+')}`);
}

describe('M205 the explanation says what a pathway waits for, by which rule, and who can move it', () => {
  test.each([
    [
      'tested',
      () => CompulsoryCase.tested(),
      ['requirement-decision CustodyOfficer+PoliceOfficer+DToACoordinator'],
    ],
    [
      'required',
      () => CompulsoryCase.required(),
      ['record-attendance InitialAssessor', 'reminder System', 'feedback InitialAssessor'],
    ],
    [
      'missed',
      () => CompulsoryCase.missed(),
      ['good-cause-review DipOfficer', 'failure-undecided DipOfficer'],
    ],
    ['rejected', () => CompulsoryCase.rejected(), ['breach-undeclared DipOfficer']],
    ['breached', () => CompulsoryCase.breached(), ['breach-without-marker DipOfficer']],
    [
      'marked',
      () => CompulsoryCase.marked('RED'),
      ['red-arrest DipOfficer+LpuOfficer+CustodyOfficer', 'breach-without-task DipOfficer'],
    ],
    [
      'tasked AMBER',
      () => CompulsoryCase.tasked('AMBER'),
      ['record-arrest LpuOfficer+CustodyOfficer', 'task-acknowledgement LpuOfficer'],
    ],
  ] as const)('%s', (_name, reach, expected) => {
    expect(waits(reach())).toEqual(expected);
  });

  test('names for the feedback who may give it: of an initial assessment only who conducts it', () => {
    const who = (it: CompulsoryCase) => waits(it).filter((wait) => wait.startsWith('feedback'));
    const it = CompulsoryCase.required();
    it.waitUntil('2026-03-07T00:00:00.000Z');
    expect(who(it)).toEqual(['feedback-escalation InitialAssessor', 'feedback-missing InitialAssessor']);
    const remained = { appointmentId: 'ia-1', attendance: 'attended-and-remained' } as const;
    it.take('record-attendance', { ...remained, followUp: followUpSet });
    expect(who(it)).toEqual(['feedback InitialAssessor+FollowUpAssessor']);
  });

  test('an arrest waits for its result, an ended pathway for nothing', () => {
    const it = CompulsoryCase.tasked('RED');
    it.take('record-arrest', { taskId: 'task-1', arrestedAt: it.now });
    expect(waits(it)).toEqual(['record-result DipOfficer+CustodyOfficer']);
    it.take('record-result', { breachId: 'breach-1', result: 'charged' });
    expect(waits(it)).toEqual([]);
  });

  test('every open stage waits for something that somebody can move, whatever has passed', () => {
    const open = [
      CompulsoryCase.tested(),
      CompulsoryCase.required(),
      CompulsoryCase.missed(),
      CompulsoryCase.rejected(),
      CompulsoryCase.breached(),
      CompulsoryCase.marked('GREEN'),
      CompulsoryCase.tasked('RED'),
      CompulsoryCase.tasked('GREEN'),
    ];
    for (const it of open) {
      it.waitUntil(plus(it.now, 400 * day));
      const { waits: own } = compulsory.explain(it.state, it.now);
      expect(own.length).toBeGreaterThan(0);
      for (const { whoCanMove, source, what } of own) {
        expect(whoCanMove.length).toBeGreaterThan(0);
        expect(source).not.toBe('');
        expect(what).toMatch(/[.]$/);
      }
    }
  });

  test('a clock shows since when and until when, and is overdue from its due time on', () => {
    const it = CompulsoryCase.marked('RED');
    const due = plus(initial.startsAt, day);
    const wait = (now: string) => compulsory.explain(it.state, now).waits[0];
    expect(wait(plus(due, -1))).toMatchObject({
      rule: 'red-arrest',
      ref: 'breach-1',
      since: initial.startsAt,
      until: due,
      overdue: false,
      what: 'RED: arrested: due on 6 March 2026 at 14:00.',
      source: 'Gwent DIP annual report 2014/15: arrested within 24 hours of the breach',
    });
    expect(wait(due)).toMatchObject({
      overdue: true,
      what: 'RED: arrested: was due on 6 March 2026 at 14:00.',
    });
  });

  test('an attendance is overdue from the end of its appointment on', () => {
    const it = CompulsoryCase.required();
    const wait = (now: string) => compulsory.explain(it.state, now).waits[0];
    expect(wait(plus(initial.endsAt, -1))).toMatchObject({ until: initial.endsAt, overdue: false });
    expect(wait(initial.endsAt)).toMatchObject({ rule: 'record-attendance', overdue: true });
  });

  test('M102 a breach without a colour is overdue once the shortest target of any colour is over', () => {
    const it = CompulsoryCase.breached();
    const wait = (now: string) => compulsory.explain(it.state, now).waits[0];
    const due = plus(initial.startsAt, day);
    expect(wait(plus(due, -1))).toMatchObject({ rule: 'breach-without-marker', until: due, overdue: false });
    expect(wait(due)).toMatchObject({ rule: 'breach-without-marker', until: due, overdue: true });
  });

  test('M102 a breach without a colour is overdue at once where no colour has a target', () => {
    const none = { putOut: null, arrest: null };
    const own = { ...policy, markers: { RED: none, AMBER: none, GREEN: none } };
    const it = CompulsoryCase.breached({}, { policy: own });
    const wait = compulsory.explain(it.state, it.now).waits[0];
    expect(wait).toMatchObject({ rule: 'breach-without-marker', until: null, overdue: true });
  });

  test('says that a demo’s clocks prove nothing', () => {
    expect(compulsory.explain(CompulsoryCase.tested().state, initial.startsAt).demo).toBe(false);
    const demo = CompulsoryCase.tested({ policy: demoCompulsoryPolicy(force) });
    expect(compulsory.explain(demo.state, demo.now).demo).toBe(true);
  });
});

describe('the summary', () => {
  test('is the row of the pathway for lists and boards', () => {
    const it = CompulsoryCase.tasked('AMBER');
    expect(compulsory.summarise(it.state)).toEqual({
      stage: 'breach',
      closedAt: null,
      closureReason: null,
      needsRun: true,
      nextDeadline: expect.objectContaining({ rule: 'task-acknowledgement', ref: 'task-1' }),
      attention: [],
      lateSince: null,
      providerId: null,
      firstContactAt: null,
      engagedAt: null,
      // What only the voluntary path knows.
      ...{ workerId: null, offeredTo: null, acceptedAt: null },
      ...{ assessedAt: null, carePlanAt: null, treatmentStartedAt: null },
      markers: ['AMBER'],
      appointments: [],
      tasks: [
        {
          taskId: 'task-1',
          breachId: 'breach-1',
          unitCode: 'newport-central',
          marker: 'AMBER',
          status: 'issued',
          issuedAt: it.now,
        },
      ],
    });
  });

  test('speaks of the appointments that nothing is recorded of, moved ones too', () => {
    const appointments = (it: CompulsoryCase) => compulsory.summarise(it.state).appointments;
    expect(appointments(CompulsoryCase.required())).toEqual([
      { ...initial, kind: 'initial-assessment', status: 'booked' },
    ]);
    expect(appointments(CompulsoryCase.missed())).toEqual([]);
    const it = CompulsoryCase.required();
    it.take('vary-appointment', variationData(it.now));
    expect(appointments(it)).toEqual([
      { ...initial, kind: 'initial-assessment', status: 'superseded' },
      { ...moved, kind: 'initial-assessment', status: 'booked' },
    ]);
  });

  test('needs no run once the pathway is finished', () => {
    const it = CompulsoryCase.tested();
    it.tell('carry-fact', { factId: 'f', fact: 'death' });
    expect(compulsory.summarise(it.state)).toMatchObject({
      stage: 'died',
      closedAt: it.now,
      closureReason: 'died',
      needsRun: false,
      nextDeadline: null,
    });
  });
});
