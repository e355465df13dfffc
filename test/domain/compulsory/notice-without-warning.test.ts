import { describe, expect, test } from '@jest/globals';
import { compulsory } from '../../../workflows/domain/compulsory/kind.ts';
import {
  CompulsoryCase,
  day,
  followUpSet,
  initial,
  minute,
  moved,
  plus,
  requirementData,
  testedAt,
  variationData,
} from './compulsory-case.ts';

const unwarned = { notice: { ...requirementData().notice, warningGiven: false } };
const remark = (appointmentId: string) => `notice-without-warning ${appointmentId}`;

/** What the explanation says of the remark now. */
function wait(it: CompulsoryCase) {
  return compulsory.explain(it.state, it.now).waits.find(({ rule }) => rule === 'notice-without-warning');
}

function remain(
  it: CompulsoryCase,
  followUp: object | undefined,
  appointmentId = 'ia-1',
  at = initial.endsAt,
) {
  const data = { appointmentId, attendance: 'attended-and-remained', ...(followUp && { followUp }) };
  it.take('record-attendance', data as never, { at });
}

describe('M223 a notice without the warning', () => {
  test('is remarked when it is taken down, for the assessor, until its appointment begins', () => {
    const it = CompulsoryCase.required(unwarned);
    expect(it.state.attention).toEqual([
      { code: 'notice-without-warning', since: it.now, owner: 'InitialAssessor', ref: 'ia-1' },
    ]);
    expect(wait(it)).toMatchObject({
      since: it.now,
      until: initial.startsAt,
      overdue: false,
      source: 'Drugs Act 2005 ss.11 and 13',
      whoCanMove: ['InitialAssessor'],
      ref: 'ia-1',
    });
    it.now = initial.startsAt;
    expect(wait(it)).toMatchObject({ until: initial.startsAt, overdue: true });
  });

  test('is not remarked of a notice with the warning', () => {
    expect(CompulsoryCase.required().attention).toEqual([]);
  });

  test('is mended by a further notice with the warning, also for the same time and place', () => {
    const it = CompulsoryCase.required(unwarned);
    const appointment = { ...initial, appointmentId: 'ia-2' };
    it.take('vary-appointment', variationData(plus(it.now, minute), { appointment }), {
      at: plus(it.now, minute),
    });
    expect(it.attention).toEqual([]);
    it.take(
      'record-attendance',
      { appointmentId: 'ia-2', attendance: 'absent' },
      { at: plus(initial.endsAt, minute), commandId: 'failure-1' },
    );
    it.take('decide-good-cause', { failureId: 'failure-1', decision: 'rejected', reasonCode: 'r' });
    it.take('declare-breach', { failureId: 'failure-1', breachId: 'breach-1' });
    expect(it.stage).toBe('breach');
  });

  test('is remarked once, of the latest: a further notice without it takes the remark over', () => {
    const it = CompulsoryCase.required(unwarned);
    it.take('vary-appointment', variationData(it.now, {}, { warningGiven: false }));
    expect(it.attention).toEqual([remark('ia-2')]);
    const again = { ...moved, appointmentId: 'ia-3' };
    it.take('vary-appointment', variationData(it.now, { appointment: again }));
    expect(it.attention).toEqual([]);
    it.take(
      'vary-appointment',
      variationData(it.now, { appointment: { ...moved, appointmentId: 'ia-4' } }, { warningGiven: false }),
    );
    expect(it.attention).toEqual([remark('ia-4')]);
  });

  test('stays remarked after a failure and its excuse, which wait for a further notice, and has no time then', () => {
    const it = CompulsoryCase.missed(unwarned);
    expect(it.attention).toEqual(['failure-undecided failure-1', remark('ia-1')]);
    expect(wait(it)).toMatchObject({ until: null, overdue: false });
    it.take('decide-good-cause', { failureId: 'failure-1', decision: 'accepted', reasonCode: 'r' });
    expect(it.attention).toEqual([remark('ia-1'), 'rebook-needed ia-1']);
    it.take('vary-appointment', variationData(it.now));
    expect(it.attention).toEqual([]);
  });

  test('is settled when the assessment is attended to its end, and with the pathway', () => {
    const discharged = CompulsoryCase.required(unwarned);
    remain(discharged, { released: true });
    expect([discharged.stage, discharged.attention]).toEqual(['discharged', []]);

    const goesOn = CompulsoryCase.required(unwarned);
    remain(goesOn, followUpSet);
    expect([goesOn.stage, goesOn.attention]).toEqual(['follow-up-assessment', []]);

    const died = CompulsoryCase.required(unwarned);
    died.tell('carry-fact', { factId: 'f', fact: 'death' });
    expect(died.attention).toEqual([]);
  });

  test('is remarked of the notice RA4 too, for the follow-up assessor, until that follow-up is attended', () => {
    const it = CompulsoryCase.required();
    remain(it, { ...followUpSet, notice: { ...followUpSet.notice, warningGiven: false } });
    const { appointmentId, endsAt } = followUpSet.appointment;
    expect(it.state.attention).toEqual([
      { code: 'notice-without-warning', since: it.now, owner: 'FollowUpAssessor', ref: appointmentId },
    ]);
    remain(it, undefined, appointmentId, endsAt);
    expect([it.stage, it.attention]).toEqual(['discharged', []]);
  });

  test('was not remarked in older ledgers: they go on, and a further notice settles nothing there', () => {
    const it = CompulsoryCase.required(unwarned);
    const older = { ...it.state, attention: [] };
    const command = it.command('vary-appointment', variationData(it.now), {});
    const { events, refusal } = compulsory.decide(older, command, it.now);
    expect(refusal).toBeUndefined();
    expect(events?.flatMap(({ settled = [], raised = [] }) => [...settled, ...raised])).toEqual([]);
  });

  test('served on the last day of detention is remarked since it was imposed', () => {
    const it = CompulsoryCase.tested();
    const occurredAt = plus(testedAt, 3600);
    it.take('impose-requirement', requirementData(unwarned), { at: plus(testedAt, 2 * day), occurredAt });
    expect(it.state.attention).toMatchObject([{ since: occurredAt }]);
  });
});
