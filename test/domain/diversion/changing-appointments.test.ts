import { describe, expect, test } from '@jest/globals';
import type { CancelAppointmentData, RescheduleData } from '../../../workflows/domain/diversion/commands.ts';
import { local, ReferralLife, slot } from './referral-life.ts';

function moved(starts: string, change: Partial<RescheduleData> = {}): RescheduleData {
  const { startsAt, endsAt } = slot('', starts);
  return { appointmentId: 'a1', startsAt, endsAt, askedBy: 'person', reason: 'work', ...change };
}

const cancelled: CancelAppointmentData = { appointmentId: 'a1', askedBy: 'person', reason: 'ill' };
const booked = () => ReferralLife.received().book('a1', '2026-03-12 14:00');

describe('M10 moving an appointment', () => {
  test('one booking in place of the other, with who asked and why; kind and place are kept', () => {
    const life = booked().do('reschedule-appointment', moved('2026-03-19 10:00'), { commandId: 'a2' });
    expect(life.ledger.at(-1)).toMatchObject({
      type: 'appointment-booked',
      data: {
        appointmentId: 'a2',
        kind: 'first-meeting',
        placeCode: 'place-1',
        supersedes: 'a1',
        askedBy: 'person',
        reason: 'work',
      },
    });
    expect(life.at.appointments.map(({ appointmentId, status }) => [appointmentId, status])).toEqual([
      ['a1', 'superseded'],
      ['a2', 'booked'],
    ]);
    expect(life.at.stage).toBe('appointment-booked');
  });

  test('its reminder and its questions are those of the new time; one text goes out', () => {
    const life = booked().do('reschedule-appointment', moved('2026-03-19 10:00'), { commandId: 'a2' });
    expect(life.at.deadlines.filter(({ ref }) => ref === 'a1')).toEqual([]);
    expect(life.clock('reminder')).toMatchObject({ due: local('2026-03-18 09:00'), ref: 'a2' });
    expect(life.clock('feedback')).toMatchObject({ start: local('2026-03-19 11:00'), ref: 'a2' });
    life.until(local('2026-03-19 11:00'));
    expect(life.intents).toMatchObject([{ appointmentId: 'a2' }]);
  });

  test('to another place at the same time', () => {
    const life = booked().do('reschedule-appointment', moved('2026-03-12 14:00', { placeCode: 'place-2' }));
    expect(life.at.appointments.at(-1)).toMatchObject({ placeCode: 'place-2', status: 'booked' });
  });

  test('edge case 50: agreed before it began and entered after, it is moved, and no past reminder goes out', () => {
    const life = booked().until(local('2026-03-16 10:00'));
    expect(life.codes).toContain('feedback-missing');
    const given = { occurredAt: local('2026-03-12 09:00') };
    life.do('reschedule-appointment', moved('2026-03-17 09:30'), given);
    expect(life.codes).not.toContain('feedback-missing');
    expect(life.at.deadlines.filter(({ rule }) => rule === 'reminder')).toEqual([]);
    expect(life.at.appointments.at(-1)?.bookedAt).toBe(given.occurredAt);
  });

  test('M73 two are never ahead: one moved after its start does not join the next', () => {
    const life = booked().until(local('2026-03-12 16:00')).book('a2', '2026-03-20 10:00');
    const given = { occurredAt: local('2026-03-12 09:00') };
    expect(life.refused('reschedule-appointment', moved('2026-03-25 10:00'), given)).toMatchObject({
      code: 'conflict',
      details: { appointmentId: 'a2' },
    });
    life.do('reschedule-appointment', moved('2026-03-12 15:00'), given);
  });

  test('the same again is already done, another move of what was moved a conflict', () => {
    const life = booked().do('reschedule-appointment', moved('2026-03-19 10:00'), { commandId: 'a2' });
    expect(life.refused('reschedule-appointment', moved('2026-03-19 10:00')).code).toBe('already-done');
    expect(life.refused('reschedule-appointment', moved('2026-03-20 10:00')).code).toBe('conflict');
    expect(
      life.refused('reschedule-appointment', moved('2026-03-19 10:00', { appointmentId: 'a2' })).code,
    ).toBe('already-done');
  });

  test.each([
    ['an unknown one', moved('2026-03-19 10:00', { appointmentId: 'a9' }), 'not-found'],
    ['to the past', moved('2026-03-01 10:00'), 'before-the-start'],
    ['to more than a year ahead', moved('2027-03-03 10:00'), 'condition-not-met'],
    [
      'to an end before the start',
      moved('2026-03-19 10:00', { endsAt: local('2026-03-19 09:00') }),
      'before-the-start',
    ],
  ] as const)('%s is refused', (_name, data, code) => {
    expect(booked().refused('reschedule-appointment', data).code).toBe(code);
  });

  test('what has begun, was cancelled, recorded, or is changed before its booking is refused', () => {
    const begun = booked().until(local('2026-03-12 14:00'));
    expect(begun.refused('reschedule-appointment', moved('2026-03-19 10:00')).code).toBe('condition-not-met');
    begun.do('record-attendance', { appointmentId: 'a1', attendance: 'absent' });
    expect(begun.refused('reschedule-appointment', moved('2026-03-19 10:00')).code).toBe('conflict');
    const off = booked().do('cancel-appointment', cancelled);
    expect(off.refused('reschedule-appointment', moved('2026-03-19 10:00')).code).toBe('conflict');
    const later = ReferralLife.received().until(local('2026-03-05 10:00')).book('a1', '2026-03-12 14:00');
    const given = { occurredAt: local('2026-03-04 10:00') };
    expect(later.refused('reschedule-appointment', moved('2026-03-19 10:00'), given).code).toBe(
      'before-the-start',
    );
  });

  test('who wants no texts gets no reminder of the new time, and somebody is asked to tell them', () => {
    const life = booked();
    life.engine('carry-fact', { factId: 'f1', fact: 'stop-texts' });
    life.attempt('reached').do('reschedule-appointment', moved('2026-03-19 10:00'));
    expect(life.codes).toEqual(['texts-stopped']);
    expect(life.clock('reminder')).toBeUndefined();
  });
});

describe('M10 cancelling an appointment', () => {
  test('stops its clocks, is no miss, and asks for another', () => {
    const life = booked().do('cancel-appointment', cancelled);
    expect(life.ledger.at(-1)).toMatchObject({ type: 'appointment-cancelled', data: cancelled });
    expect(life.at.deadlines.filter(({ ref }) => ref === 'a1')).toEqual([]);
    expect(life.at.appointments).toMatchObject([{ status: 'cancelled', attendance: null }]);
    expect(life.at.attention).toMatchObject([{ code: 'appointment-to-rebook', owner: 'ProviderWorker' }]);
    life.until(local('2026-03-13 10:00'));
    expect(life.intents).toEqual([]);
    expect(life.book('a2', '2026-03-20 10:00').codes).toEqual([]);
  });

  test('before anybody has tried to reach the person, a first try is waited for again', () => {
    const life = booked();
    expect(life.clock('first-contact')).toBeUndefined();
    life.until(local('2026-03-10 10:00'));
    life.do('cancel-appointment', { appointmentId: 'a1', askedBy: 'provider', reason: 'staff-away' });
    expect(life.clock('first-contact')).toMatchObject({ start: life.now, due: local('2026-03-13 00:00') });
    expect(life.until(local('2026-03-13 00:00')).codes).toContain('no-first-contact');
  });

  test('who was tried or reached before is not counted as nobody tried', () => {
    for (const result of ['no-answer', 'reached'] as const) {
      const life = ReferralLife.received().attempt(result).book('a1', '2026-03-12 14:00');
      life.do('cancel-appointment', { appointmentId: 'a1', askedBy: 'provider', reason: 'staff-away' });
      expect(life.clock('first-contact')).toBeUndefined();
    }
  });

  test('nobody is asked while another is ahead', () => {
    const life = booked().until(local('2026-03-12 16:00')).book('a2', '2026-03-20 10:00');
    life.do('cancel-appointment', cancelled, { occurredAt: local('2026-03-12 09:00') });
    expect(life.codes).toEqual([]);
    expect(life.at.appointments.map(({ status }) => status)).toEqual(['cancelled', 'booked']);
  });

  test('nor of who is in treatment, also when the referral is concluded', () => {
    const life = ReferralLife.received();
    life.do('start-treatment', { already: { type: 'psychosocial', prescribed: false } });
    life.book('a1', '2026-06-10 14:00').until(local('2026-06-05 10:00'));
    expect(life.at.stage).toBe('concluded');
    expect(life.do('cancel-appointment', cancelled).codes).not.toContain('appointment-to-rebook');
  });

  test('entered after its start it settles the question what came of it', () => {
    const life = booked().until(local('2026-03-18 10:00'));
    expect(life.codes).toContain('feedback-overdue');
    life.do('cancel-appointment', cancelled, { occurredAt: local('2026-03-12 13:59') });
    expect(life.codes).not.toContain('feedback-overdue');
    expect(life.codes).toContain('appointment-to-rebook');
  });

  test('again it is already done; unknown, moved, begun, recorded or before its booking it is refused', () => {
    const life = booked().do('cancel-appointment', cancelled);
    expect(life.refused('cancel-appointment', { ...cancelled, reason: 'travel' }).code).toBe('already-done');
    expect(life.refused('cancel-appointment', { ...cancelled, appointmentId: 'a9' }).code).toBe('not-found');
    const other = booked().do('reschedule-appointment', moved('2026-03-19 10:00'));
    expect(other.refused('cancel-appointment', cancelled).code).toBe('conflict');
    const begun = booked().until(local('2026-03-12 14:00'));
    expect(begun.refused('cancel-appointment', cancelled).code).toBe('condition-not-met');
    begun.do('record-attendance', { appointmentId: 'a1', attendance: 'absent' });
    expect(begun.refused('cancel-appointment', cancelled).code).toBe('conflict');
    const later = ReferralLife.received().until(local('2026-03-05 10:00')).book('a1', '2026-03-12 14:00');
    const given = { occurredAt: local('2026-03-04 10:00') };
    expect(later.refused('cancel-appointment', cancelled, given).code).toBe('before-the-start');
  });

  test('edge case 54: its clock, fired again after a restart, does nothing', () => {
    const life = booked();
    const reminder = life.clock('reminder');
    life.do('cancel-appointment', cancelled).asleepUntil(local('2026-03-11 09:00'));
    expect(reminder && life.pass(reminder).refusal?.code).toBe('already-done');
    expect(life.intents).toEqual([]);
  });
});
