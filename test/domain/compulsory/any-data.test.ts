import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { attendances } from '../../../workflows/domain/common/appointment.ts';
import type { Role } from '../../../workflows/domain/common/actor.ts';
import { toInstant } from '../../../workflows/domain/common/instant.ts';
import type { NoticeForm, RecordTestData } from '../../../workflows/domain/compulsory/commands.ts';
import {
  askers,
  compulsoryCommandNames,
  markers,
  waysOfService,
} from '../../../workflows/domain/compulsory/commands.ts';
import { compulsory } from '../../../workflows/domain/compulsory/kind.ts';
import { CompulsoryCase, testData } from './compulsory-case.ts';

const first = Date.parse('0000-01-01T00:00:00.000Z');
const last = Date.parse('9999-12-31T23:59:59.999Z');

/** Any instant that can be written, the ends of all calendars often among them, and those around the case. */
const instant = fc.oneof(
  fc.integer({ min: first, max: last }).map(toInstant),
  fc.constantFrom(first, last).map(toInstant),
  fc.integer({ min: Date.parse('2026-03-01'), max: Date.parse('2026-03-20') }).map(toInstant),
);
/** What the engine's own clock may show. */
const clock = fc.oneof(
  fc.integer({ min: Date.parse('2026-03-01'), max: Date.parse('2026-03-20') }).map(toInstant),
  fc.integer({ min: Date.parse('2020-01-01'), max: Date.parse('2100-01-01') }).map(toInstant),
);
const id = fc.constantFrom('ia-1', 'failure-1', 'breach-1', 'task-1', 'requirement-1', 'elsewhere', '');
const appointment = fc.record({ appointmentId: id, startsAt: instant, endsAt: instant, placeCode: id });
const notice = (form: NoticeForm) =>
  fc.record({
    form: fc.constant(form),
    servedAt: instant,
    how: fc.constantFrom(...waysOfService),
    servedBy: id,
    language: fc.constantFrom('en', 'cy'),
    warningGiven: fc.boolean(),
  });
const followUp = fc.oneof(
  fc.constant({ released: true }),
  fc.record({ released: fc.constant(false), appointment, notice: notice('RA4') }),
);

/** Any field that a command may have, so that every command finds its own. */
const data = fc.record(
  {
    requirementId: id,
    initialAssessment: appointment,
    notice: fc.oneof(notice('RA1'), notice('RA2')),
    appointment,
    askedBy: fc.constantFrom(...askers),
    appointmentId: id,
    attendance: fc.constantFrom(...attendances),
    leftAt: instant,
    endedAt: instant,
    followUp,
    failureId: id,
    decision: fc.constantFrom('accepted', 'rejected'),
    reasonCode: id,
    breachId: id,
    marker: fc.constantFrom(...markers),
    taskId: id,
    unitCode: id,
    arrestedAt: instant,
    result: fc.constantFrom('charged', 'released'),
    deadlineId: id,
    factId: id,
    fact: fc.constantFrom('death', 'stop-texts', 'task-withdrawn'),
    intentId: id,
    commandName: id,
  },
  {
    requiredKeys: [
      'initialAssessment',
      'notice',
      'appointment',
      'askedBy',
      'appointmentId',
      'attendance',
      'failureId',
      'decision',
      'reasonCode',
      'breachId',
      'marker',
      'taskId',
      'unitCode',
      'arrestedAt',
      'result',
      'deadlineId',
      'factId',
      'fact',
      'intentId',
      'commandName',
    ],
  },
);
const names = [
  ...compulsoryCommandNames,
  'record-test',
  'deadline-due',
  'carry-fact',
  'report-delivery',
  'report-internal-error',
  'constructor',
];
const states = [
  CompulsoryCase.tested(),
  CompulsoryCase.required(),
  CompulsoryCase.missed(),
  CompulsoryCase.rejected(),
  CompulsoryCase.breached(),
  CompulsoryCase.marked('GREEN'),
  CompulsoryCase.tasked('RED'),
].map(({ state }) => state);

test('decide never throws, and what it takes can be folded, summarised and explained', () => {
  const role = (name: string): Role =>
    Object.entries(compulsory.table.commands).find(([own]) => own === name)?.[1].roles[0] ?? 'System';
  let taken = 0;
  fc.assert(
    fc.property(
      fc.constantFrom(...states),
      fc.constantFrom(...names),
      data,
      instant,
      clock,
      (state, name, sent, occurredAt, now) => {
        const actor = { userId: 'u', role: role(name), organisationId: 'o', forceId: 'f' };
        const command = { commandId: 'c', name, data: sent, occurredAt, receivedAt: now, actor };
        const { events } = compulsory.decide(state, command, now);
        if (events === undefined) return;
        taken += 1;
        const after = events.reduce(
          (current, event) =>
            compulsory.evolve(current, { ...event, seq: current.seq + 1, commandId: 'c', actor } as never),
          state,
        );
        compulsory.summarise(after);
        compulsory.explain(after, now);
      },
    ),
    { numRuns: 5_000 },
  );
  expect(taken).toBeGreaterThan(100);
});

test('the opening never throws either', () => {
  const actor = { userId: 'u', role: 'CustodyOfficer', organisationId: 'o', forceId: 'f' } as const;
  const birthDate = instant.map((at) => at.slice(0, 10));
  fc.assert(
    fc.property(instant, instant, birthDate, clock, (testedAt, authorisedAt, born, now) => {
      const basis = {
        kind: 'inspector-authority',
        inspectorId: 'i',
        authorisedAt,
        groundsCode: 'g',
      } as const;
      const sent: RecordTestData = testData({ testedAt, birthDate: born, basis });
      const command = {
        commandId: 'c',
        name: 'record-test',
        data: sent,
        occurredAt: testedAt,
        receivedAt: now,
        actor,
      };
      compulsory.decide(undefined, command, now);
    }),
    { numRuns: 2_000 },
  );
});
