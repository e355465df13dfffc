import { describe, expect, test } from '@jest/globals';
import { withAllMessages } from '../../../workflows/domain/common/default-messages.ts';
import type { MessageIntent } from '../../../workflows/domain/common/message-intent.ts';
import { compulsory } from '../../../workflows/domain/compulsory/kind.ts';
import type { CompulsoryState } from '../../../workflows/domain/compulsory/state.ts';
import {
  CompulsoryCase,
  day,
  followUp,
  followUpSet,
  initial,
  moved,
  plus,
  policy,
  requirementData,
  variationData,
} from './compulsory-case.ts';

const telling = { policy: withAllMessages(policy) };

/** The notice is served by then. */
const noticed = '2026-03-02T11:00:00.000Z';

/** What the same command comes to under a policy that has all messages on. */
function told(it: CompulsoryCase, name: string, data: unknown, change: Partial<CompulsoryState> = {}) {
  const { state, now } = it;
  const decision = compulsory.decide(
    { ...state, policy: withAllMessages(state.policy), ...change },
    it.command(name, data),
    now,
  );
  expect(decision.refusal).toBeUndefined();
  return decision.intents as readonly MessageIntent[];
}

const toPerson = ({ channel }: MessageIntent): boolean => channel === 'sms';
const toStaff = ({ channel }: MessageIntent): boolean => channel === 'email';

/** What each further act under a policy with all messages on plans. */
function planned(it: CompulsoryCase, act: (it: CompulsoryCase) => unknown): MessageIntent[] {
  const { length } = it.intents;
  act(it);
  return it.intents.slice(length);
}

const purposes = (intents: readonly MessageIntent[]): string[] => intents.map(({ purpose }) => purpose);

describe('what the person is told of the duty', () => {
  test('M94 of the appointment that a requirement sets, in the sending hours', () => {
    const it = CompulsoryCase.tested();
    it.now = noticed;
    expect(told(it, 'impose-requirement', requirementData()).filter(toPerson)).toMatchObject([
      { purpose: 'appointment-booked', channel: 'sms', appointmentId: 'ia-1', expiresAt: initial.startsAt },
    ]);
  });

  test('nothing by text who wants none or is in custody; the duty is the same', () => {
    const it = CompulsoryCase.tested();
    const since = it.now;
    it.now = noticed;
    expect(
      told(it, 'impose-requirement', requirementData(), { textsStoppedAt: since }).filter(toPerson),
    ).toEqual([]);
    expect(
      told(it, 'impose-requirement', requirementData(), { textsRefusedAt: since }).filter(toPerson),
    ).toEqual([]);
    expect(
      told(it, 'impose-requirement', requirementData(), { custodySince: since }).filter(toPerson),
    ).toEqual([]);
  });

  test('that an assessment was missed', () => {
    const it = CompulsoryCase.required();
    it.waitUntil('2026-03-05T16:00:00.000Z');
    const missed = { appointmentId: 'ia-1', attendance: 'absent' };
    expect(told(it, 'record-attendance', missed).filter(toPerson)).toMatchObject([
      { purpose: 'appointment-missed', appointmentId: 'ia-1' },
    ]);
  });

  test('M94, M10 of a move, which takes all reminders along, and of a follow-up', () => {
    const it = CompulsoryCase.required({}, telling);
    const vary = (to: CompulsoryCase) => to.take('vary-appointment', variationData(to.now));
    expect(planned(it, vary).filter(toPerson)).toMatchObject([
      { purpose: 'appointment-moved', appointmentId: 'ia-2', expiresAt: moved.startsAt },
    ]);
    const reminders = it.state.deadlines.filter(({ rule }) => rule.startsWith('reminder'));
    expect(reminders.map(({ rule, ref }) => `${rule} ${ref ?? ''}`)).toEqual([
      'reminder ia-2',
      'reminder-morning ia-2',
    ]);
    const held = CompulsoryCase.required({}, telling);
    held.waitUntil(initial.endsAt);
    const attended = { appointmentId: 'ia-1', attendance: 'attended-and-remained' } as const;
    const attend = (to: CompulsoryCase) =>
      to.take('record-attendance', { ...attended, followUp: followUpSet });
    expect(planned(held, attend).filter(toPerson)).toMatchObject([
      { purpose: 'appointment-booked', appointmentId: 'fu-1', expiresAt: followUp.startsAt },
    ]);
  });

  test('M94 that the new time falls, where the person had come to the old one', () => {
    const it = CompulsoryCase.required({}, telling);
    it.take('vary-appointment', variationData(it.now));
    it.waitUntil(initial.endsAt);
    const attended = { appointmentId: 'ia-1', attendance: 'attended-and-remained' } as const;
    const attend = (to: CompulsoryCase) =>
      to.take('record-attendance', { ...attended, followUp: { released: true } });
    // The duty is done with it, so nobody is texted: the assessor says so to the person's face.
    expect(planned(it, attend)).toEqual([]);
    const on = CompulsoryCase.required({}, telling);
    on.take('vary-appointment', variationData(on.now));
    on.waitUntil(initial.endsAt);
    const goesOn = (to: CompulsoryCase) =>
      to.take('record-attendance', { ...attended, followUp: followUpSet });
    expect(purposes(planned(on, goesOn).filter(toPerson))).toEqual([
      'appointment-cancelled',
      'appointment-booked',
    ]);
  });

  test('M73, M94 a week, a day and a morning before, as far as they are still to come', () => {
    const far = { ...initial, startsAt: '2026-03-20T14:00:00.000Z', endsAt: '2026-03-20T15:00:00.000Z' };
    const it = CompulsoryCase.required({ initialAssessment: far }, telling);
    const later = planned(it, (to) => to.waitUntil('2026-03-20T13:00:00.000Z'));
    expect(later.map(({ purpose, notBefore }) => [purpose, notBefore])).toEqual([
      ['appointment-reminder-week', '2026-03-13T09:00:00.000Z'],
      ['appointment-reminder', '2026-03-19T09:00:00.000Z'],
      ['appointment-reminder-morning', '2026-03-20T08:00:00.000Z'],
    ]);
    const near = CompulsoryCase.required({}, telling);
    expect(purposes(planned(near, (to) => to.waitUntil('2026-03-05T13:00:00.000Z')))).toEqual([
      'appointment-reminder',
      'appointment-reminder-morning',
    ]);
  });

  test('edge case 32: after STOP nothing is texted, not even a reminder; the duty and its clocks stay', () => {
    const it = CompulsoryCase.required({}, telling);
    it.tell('carry-fact', { factId: 'f1', fact: 'stop-texts' });
    expect(it.attention).toEqual(['reach-another-way ia-1']);
    expect(planned(it, (to) => to.waitUntil(plus(initial.endsAt, 1))).filter(toPerson)).toEqual([]);
    expect(it.stage).toBe('initial-assessment');
    expect(it.due('feedback')).toBeDefined();
  });

  test('under a policy that names no purposes nothing but the one reminder is planned', () => {
    const it = CompulsoryCase.required();
    expect(it.intents).toEqual([]);
    expect(it.state.deadlines.filter(({ rule }) => rule.startsWith('reminder'))).toHaveLength(1);
  });
});

describe('M94 a move that no text tells in time', () => {
  const night = '2026-03-04T20:30:00.000Z';
  const early = { ...initial, startsAt: '2026-03-05T07:45:00.000Z', endsAt: '2026-03-05T08:45:00.000Z' };
  const movedAtNight = (how: 'posted' | 'handed-over') => {
    const it = CompulsoryCase.required({ initialAssessment: early }, telling);
    it.waitUntil(night);
    it.take('vary-appointment', variationData(it.now, {}, { how }));
    return it;
  };

  test('asks the assessor to ring before the old time, until the new one is over', () => {
    const it = movedAtNight('posted');
    expect(it.attention).toEqual(['tell-of-change ia-2']);
    expect(it.state.attention).toMatchObject([{ owner: 'InitialAssessor' }]);
    it.waitUntil(plus(moved.endsAt, 60));
    it.take('record-attendance', { appointmentId: 'ia-2', attendance: 'absent' });
    expect(it.attention).toEqual([expect.stringContaining('failure-undecided')]);
  });

  test('not where the notice was put into the person’s hands', () => {
    expect(movedAtNight('handed-over').attention).toEqual([]);
  });
});

describe('M90 a number that is known to be wrong', () => {
  const wrong = {
    ...{ intentId: 'i1', outcome: 'skipped', purpose: 'appointment-reminder' },
    reason: 'wrong-number',
  };

  test('found out on another pathway, asks for another way to tell of the duty, and writes so, once', () => {
    const it = CompulsoryCase.required({}, telling);
    expect(purposes(planned(it, (to) => to.tell('report-delivery', wrong)))).toEqual(['text-not-sent']);
    expect(it.attention).toEqual(['reach-another-way ia-1']);
    const again = it.engine('report-delivery', { ...wrong, intentId: 'i2' });
    expect(it.refusedRaw(again).code).toBe('already-done');
  });

  test('found out here, is asked about once', () => {
    const answered = CompulsoryCase.required({}, telling);
    const reply = { replyId: 'r1', meaning: 'wrong-person', appointmentId: null, callToday: false };
    answered.tell('record-reply', reply);
    expect(answered.refusedRaw(answered.engine('report-delivery', wrong)).code).toBe('already-done');
    expect(answered.attention).toEqual(['check-number r1']);
    const failing = CompulsoryCase.required({}, telling);
    failing.tell('report-delivery', { ...wrong, intentId: 'i0', outcome: 'failed', numberGone: true });
    expect(failing.attention).toEqual(['reach-another-way ia-1']);
    expect(failing.refusedRaw(failing.engine('report-delivery', wrong)).code).toBe('already-done');
  });

  test('M91 a text for which the day had no room is told as that, and of no other path', () => {
    const it = CompulsoryCase.required({}, telling);
    it.tell('report-delivery', { ...wrong, purpose: 'page-link', reason: 'not-today' });
    expect(it.attention).toEqual(['message-not-sent i1']);
  });
});

test('M89 the notice binds and no text: one that failed cures no breach, one that left makes none', () => {
  const failed = CompulsoryCase.rejected({}, telling);
  failed.tell('report-delivery', { intentId: 'i1', outcome: 'failed', purpose: 'appointment-reminder' });
  failed.take('declare-breach', { failureId: 'failure-1', breachId: 'breach-1' });
  expect(failed.stage).toBe('breach');
  const { notice } = requirementData();
  const unwarned = CompulsoryCase.rejected({ notice: { ...notice, warningGiven: false } }, telling);
  expect(purposes(unwarned.intents.filter(toPerson))).toContain('appointment-booked');
  const refusal = unwarned.refused('declare-breach', { failureId: 'failure-1', breachId: 'breach-1' });
  expect(refusal.code).toBe('condition-not-met');
});

describe('what staff are told of a duty', () => {
  test('M95 the team of the place, once: a new time at the same place is no new duty, one at another is', () => {
    const it = CompulsoryCase.tested(telling);
    const impose = (to: CompulsoryCase) => to.take('impose-requirement', requirementData(), { at: noticed });
    expect(planned(it, impose).filter(toStaff)).toMatchObject([
      { purpose: 'new-referral', appointmentId: 'ia-1' },
    ]);
    const same = { appointment: { ...moved, placeCode: initial.placeCode } };
    const stays = CompulsoryCase.required({}, telling);
    const there = (to: CompulsoryCase) => to.take('vary-appointment', variationData(to.now, same));
    expect(planned(stays, there).filter(toStaff)).toEqual([]);
    const elsewhere = (to: CompulsoryCase) => to.take('vary-appointment', variationData(to.now));
    expect(planned(it, elsewhere).filter(toStaff)).toMatchObject([
      { purpose: 'new-referral', appointmentId: 'ia-2' },
    ]);
  });

  test('M95 a missed assessment, also of who wants no texts', () => {
    const it = CompulsoryCase.required({}, telling);
    it.tell('carry-fact', { factId: 'f1', fact: 'stop-texts' });
    it.waitUntil(plus(initial.endsAt, 60));
    const absent = { appointmentId: 'ia-1', attendance: 'absent' } as const;
    expect(planned(it, (to) => to.take('record-attendance', absent))).toMatchObject([
      { purpose: 'missed-appointment', channel: 'email', appointmentId: 'ia-1' },
    ]);
  });

  test('M95 each clock of theirs that passes; the manager has the board', () => {
    const tested = CompulsoryCase.tested(telling);
    expect(purposes(planned(tested, (to) => to.waitUntil(plus(to.now, 2 * day))))).toEqual([
      'deadline-passed',
    ]);
    const it = CompulsoryCase.missed({}, telling);
    expect(purposes(planned(it, (to) => to.waitUntil(plus(to.now, 5 * day))))).toEqual(['deadline-passed']);
    const silent = CompulsoryCase.required({}, telling);
    silent.waitUntil(initial.endsAt);
    const asked = planned(silent, (to) => to.waitUntil(plus(to.now, 8 * day)));
    expect(silent.attention).toEqual(['feedback-missing ia-1', 'feedback-overdue ia-1']);
    expect(purposes(asked)).toEqual(['deadline-passed']);
  });

  test('M95 a text that could not be sent; an e-mail that did not leave asks nobody to reach the person', () => {
    const it = CompulsoryCase.required({}, telling);
    const failed = { intentId: 'i1', outcome: 'failed', purpose: 'appointment-reminder' };
    expect(purposes(planned(it, (to) => to.tell('report-delivery', failed)))).toEqual(['text-not-sent']);
    expect(it.attention).toEqual(['message-not-sent i1']);
    const email = { intentId: 'i2', outcome: 'unknown', purpose: 'deadline-passed' };
    expect(it.refusedRaw(it.engine('report-delivery', email)).code).toBe('already-done');
  });

  test('nothing after a death, nor once the pathway has ended', () => {
    const it = CompulsoryCase.required({}, telling);
    it.tell('carry-fact', { factId: 'f1', fact: 'death' });
    const failed = { intentId: 'i1', outcome: 'failed', purpose: 'appointment-booked' };
    expect(planned(it, (to) => to.tell('report-delivery', failed))).toEqual([]);
  });
});

describe('the link to the person’s page', () => {
  const on = (state: CompulsoryState): CompulsoryState => {
    const { messages } = withAllMessages(state.policy);
    return { ...state, policy: { ...state.policy, messages: { ...messages, purposes: ['page-link'] } } };
  };

  test('M94 goes with the first booking where it is switched on', () => {
    const it = CompulsoryCase.tested();
    it.now = noticed;
    const command = it.command('impose-requirement', requirementData());
    const decision = compulsory.decide(on(it.state), command, it.now);
    expect(decision.intents).toMatchObject([{ purpose: 'page-link', channel: 'sms' }]);
    expect(decision.events?.at(-1)).toMatchObject({ type: 'page-link-planned', data: { by: 'booking' } });
    const linked = { ...on(it.state), pageLinkAt: it.now };
    expect(compulsory.decide(linked, command, it.now).intents).toEqual([]);
  });

  test('goes when an assessor asks for it, and is refused with the reason where it cannot', () => {
    const it = CompulsoryCase.required();
    expect(told(it, 'send-page-link', {})).toMatchObject([
      { purpose: 'page-link', expiresAt: expect.any(String) as unknown },
    ]);
    const asked = (change: Partial<CompulsoryState>) =>
      compulsory.decide({ ...it.state, ...change }, it.command('send-page-link', {}), it.now).refusal;
    const since = it.now;
    expect(asked({ textsStoppedAt: since })?.details).toEqual({ reason: 'texts-stopped' });
    expect(asked({ custodySince: since })?.details).toEqual({ reason: 'in-custody' });
    expect(asked({ appointments: [] })?.details).toEqual({ reason: 'no-appointment' });
  });
});
