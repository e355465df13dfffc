import type { PathwayKind } from '../../../workflows/domain/common/pathway-kind.ts';
import type { LedgerEvent } from '../../../workflows/domain/common/event.ts';
import type { PathwayState } from '../../../workflows/domain/common/pathway-state.ts';
import { compulsory } from '../../../workflows/domain/compulsory/kind.ts';
import { diversion } from '../../../workflows/domain/diversion/kind.ts';
import {
  CompulsoryCase,
  day,
  followUpSet,
  hour,
  initial,
  minute,
  moved,
  plus,
  requirementData,
  variationData,
} from '../compulsory/compulsory-case.ts';
import { local, ReferralLife } from '../diversion/referral-life.ts';
import { wholePathLives } from './whole-path-lives.ts';

/** A ledger as one build wrote it, and the state that it must fold to in every later build. */
export interface GoldenLedger {
  readonly name: string;
  readonly kind: 'diversion' | 'compulsory';
  readonly events: readonly LedgerEvent[];
  readonly state: unknown;
}

export const kinds: Readonly<Record<GoldenLedger['kind'], PathwayKind>> = {
  diversion: diversion,
  compulsory: compulsory,
};

/** Between them these lives have every type of event. */
export function lives(): GoldenLedger[] {
  return [
    voluntary('engaged and closed', (life) => {
      life.attempt().attempt('reached').book('appointment-1', '2026-03-20 10:00');
      life.until(local('2026-03-20 11:30'));
      life.do('record-attendance', { appointmentId: 'appointment-1', attendance: 'attended-and-remained' });
      life.do('close-pathway', { reason: 'completed', drugFree: 'yes', crimeFree: 'unknown' });
      life.until(local('2026-06-30 12:00'));
    }),
    voluntary('put off, closed by its clock and come back', (life) => {
      life.until(local('2026-05-20 10:00')).book('appointment-1', '2026-06-10 10:00');
      life.until(local('2026-06-17 10:00'));
      life.do('record-engagement', { evidence: 'other' });
    }),
    voluntary('reached after the closure as no contact, nothing booked, then held over an unrecorded appointment', (life) => {
      for (const time of ['2026-03-02 11:00', '2026-03-03 11:00', '2026-03-04 11:00']) {
        life.until(local(time)).attempt('no-answer', { channel: time.endsWith('03 11:00') ? 'email' : 'phone' });
      }
      life.until(local('2026-03-17 09:00')).attempt('reached', { occurredAt: local('2026-03-16 17:00') });
      life.until(local('2026-06-01 10:00')).book('appointment-1', '2026-06-02 15:00');
      life.until(local('2026-07-30 12:00'));
    }),
    voluntary('closed, then known to have died', (life) => {
      life.do('close-pathway', { reason: 'declined' });
      life.engine('carry-fact', { factId: 'fact-1', fact: 'death' });
    }),
    voluntary('closed and over', (life) => {
      life.do('close-pathway', { reason: 'moved' });
      life.until(local('2026-07-30 12:00'));
    }),
    voluntary('texts stopped, a text lost, a rule failed, death', (life) => {
      life.engine('carry-fact', { factId: 'fact-1', fact: 'stop-texts' });
      life.engine('report-delivery', { intentId: 'intent-1', outcome: 'unknown', purpose: 'appointment-reminder' });
      life.engine('report-internal-error', { commandName: 'record-engagement' });
      life.engine('carry-fact', { factId: 'fact-2', fact: 'death' });
    }),
    voluntary('texts that came in', (life) => {
      const startsAt = life.until(local('2026-03-03 10:00')).now.replace(/^2026-03-03/, '2026-03-06');
      const endsAt = startsAt.replace(/T\d\d/, 'T11');
      life.do('book-appointment', { appointmentId: 'a1', kind: 'first-meeting', startsAt, endsAt, placeCode: 'p1' });
      const told = { appointmentId: 'a1', callToday: false };
      life.engine('record-reply', { ...told, replyId: 'r1', meaning: 'confirm' });
      life.engine('record-reply', { ...told, replyId: 'r2', meaning: 'cannot-come' });
      life.engine('record-reply', { ...told, replyId: 'r3', meaning: 'stop', callToday: true });
      life.engine('record-reply', { ...told, replyId: 'r4', meaning: 'wrong-person' });
      life.engine('record-reply', { ...told, replyId: 'r5', meaning: 'other' });
      life.engine('settle-reply', { replyId: 'r5', appointmentId: 'a1', finding: 'dealt-with' });
    }),
    voluntary('asked for the link to their page', (life) => {
      life.book('appointment-1', '2026-03-20 10:00').do('send-page-link', {});
    }),
    ...Object.entries(wholePathLives()).map(([name, life]) => lived(name, life)),
    required('attended, follow-up attended, discharged', () => {
      const it = CompulsoryCase.required();
      it.waitUntil(plus(initial.startsAt, 55 * minute));
      it.take('record-attendance', {
        appointmentId: initial.appointmentId,
        attendance: 'attended-and-remained',
        followUp: followUpSet,
      });
      it.waitUntil(plus(it.now, 8 * day));
      it.take('record-attendance', { appointmentId: 'fu-1', attendance: 'attended-and-remained' }, { role: 'FollowUpAssessor' });
      return it;
    }),
    required('breach, task, arrest, result', () => {
      const it = CompulsoryCase.tasked('RED');
      it.take('acknowledge-task', { taskId: 'task-1' });
      it.waitUntil(plus(it.now, 2 * day));
      it.take('record-arrest', { taskId: 'task-1', arrestedAt: it.now });
      it.take('record-result', { breachId: 'breach-1', result: 'drr' });
      return it;
    }),
    required('task withdrawn by hand, put out again, excused', () => {
      const it = CompulsoryCase.tasked('GREEN');
      it.take('withdraw-task', { taskId: 'task-1', reasonCode: 'wrong-address' });
      it.take('acknowledge-task', { taskId: 'task-1' });
      it.take('issue-arrest-task', { breachId: 'breach-1', taskId: 'task-2', unitCode: 'newport-east' });
      it.take('decide-good-cause', { failureId: 'failure-1', decision: 'accepted', reasonCode: 'hospital' });
      return it;
    }),
    required('arrested on a withdrawn task, released, excused', () => {
      const it = CompulsoryCase.tasked('RED');
      it.take('withdraw-task', { taskId: 'task-1', reasonCode: 'wrong-address' });
      it.take('record-arrest', { taskId: 'task-1', arrestedAt: it.now });
      it.take('record-result', { breachId: 'breach-1', result: 'released' });
      it.take('decide-good-cause', { failureId: 'failure-1', decision: 'accepted', reasonCode: 'hospital' });
      it.take('acknowledge-task', { taskId: 'task-1' });
      return it;
    }),
    required('missed, moved by a notice entered late, missed again', () => {
      const { servedAt } = requirementData().notice;
      const it = CompulsoryCase.missed({
        notice: { ...requirementData().notice, startsAt: initial.startsAt, placeCode: initial.placeCode },
      });
      it.take('vary-appointment', variationData(plus(servedAt, day)));
      it.waitUntil(plus(moved.endsAt, minute));
      const absent = { appointmentId: moved.appointmentId, attendance: 'absent' } as const;
      it.take('record-attendance', absent, { commandId: 'failure-2' });
      it.take('decide-good-cause', { failureId: 'failure-2', decision: 'rejected', reasonCode: 'no-reason-given' });
      return it;
    }),
    required('arrested before the task was withdrawn, told after another was put out', () => {
      const it = CompulsoryCase.tasked('AMBER');
      const arrestedAt = plus(it.now, minute);
      it.waitUntil(plus(it.now, hour));
      it.take('withdraw-task', { taskId: 'task-1', reasonCode: 'wrong-address' });
      it.take('issue-arrest-task', { breachId: 'breach-1', taskId: 'task-2', unitCode: 'newport-east' });
      it.take('record-arrest', { taskId: 'task-1', arrestedAt });
      it.take('record-result', { breachId: 'breach-1', result: 'charged' });
      it.take('acknowledge-task', { taskId: 'task-2' });
      return it;
    }),
    required('moved ahead of its time, then called off by the provider and set anew', () => {
      const it = CompulsoryCase.required();
      it.take('vary-appointment', variationData(it.now));
      it.waitUntil(plus(moved.endsAt, minute));
      it.take('record-attendance', { appointmentId: moved.appointmentId, attendance: 'provider-caused' });
      const appointment = {
        ...moved,
        appointmentId: 'ia-3',
        startsAt: plus(moved.startsAt, 7 * day),
        endsAt: plus(moved.endsAt, 7 * day),
      };
      it.take('vary-appointment', variationData(it.now, { appointment, reasonCode: 'closed', askedBy: 'provider' }));
      it.waitUntil(plus(appointment.endsAt, minute));
      it.take('record-attendance', {
        appointmentId: 'ia-3',
        attendance: 'attended-and-remained',
        followUp: { released: true },
      });
      return it;
    }),
    required('there at the time from which a notice entered late had moved it, and absent at the new one', () => {
      const it = CompulsoryCase.required();
      it.waitUntil(plus(initial.endsAt, minute));
      it.take('vary-appointment', variationData(plus(initial.startsAt, -day)));
      it.waitUntil(plus(moved.endsAt, minute));
      it.take('record-attendance', { appointmentId: moved.appointmentId, attendance: 'absent' }, { commandId: 'failure-1' });
      it.take('record-attendance', {
        appointmentId: initial.appointmentId,
        attendance: 'attended-and-remained',
        followUp: followUpSet,
      });
      return it;
    }),
    required('arrested on a task that had been withdrawn, of which the case heard later', () => {
      const it = CompulsoryCase.tasked('RED');
      const withdrawnAt = plus(it.now, minute);
      it.waitUntil(plus(it.now, hour));
      it.take('record-arrest', { taskId: 'task-1', arrestedAt: it.now });
      it.waitUntil(plus(it.now, minute));
      const fact = { factId: 'fact-1', fact: 'task-withdrawn', taskId: 'task-1', reason: 'wrong-person' };
      it.tell('carry-fact', fact, { occurredAt: withdrawnAt });
      return it;
    }),
    required('texts that came in', () => {
      const it = CompulsoryCase.required();
      const told = { appointmentId: 'ia-1', callToday: false };
      it.tell('record-reply', { ...told, replyId: 'r1', meaning: 'confirm' });
      it.tell('record-reply', { ...told, replyId: 'r2', meaning: 'cannot-come' });
      it.tell('record-reply', { ...told, replyId: 'r3', meaning: 'other' });
      it.tell('settle-reply', { replyId: 'r3', appointmentId: 'ia-1', finding: 'dealt-with' });
      it.waitUntil(plus(initial.endsAt, minute));
      it.take('record-attendance', { appointmentId: 'ia-1', attendance: 'absent' });
      return it;
    }),
    required('asked for the link to their page', () => {
      const it = CompulsoryCase.required();
      it.take('send-page-link', {});
      return it;
    }),
    required('nothing required', () => {
      const it = CompulsoryCase.tested();
      it.waitUntil(plus(it.now, 2 * day));
      it.take('conclude-without-requirement', { reasonCode: 'not-proportionate' }, { role: 'DToACoordinator' });
      return it;
    }),
    required('texts stopped, a text lost, a rule failed, death with an open task', () => {
      const it = CompulsoryCase.tasked('AMBER');
      it.tell('carry-fact', { factId: 'fact-1', fact: 'stop-texts' });
      it.tell('report-delivery', { intentId: 'intent-1', outcome: 'failed', purpose: 'appointment-reminder' });
      it.tell('report-internal-error', { commandName: 'set-marker' });
      it.waitUntil(plus(it.now, hour));
      it.tell('carry-fact', { factId: 'fact-2', fact: 'death' });
      return it;
    }),
    required('said to have died with an open task, which was an error', () => {
      const it = CompulsoryCase.tasked('RED');
      it.tell('carry-fact', { factId: 'fact-1', fact: 'death' });
      it.take('acknowledge-task', { taskId: 'task-1' });
      it.waitUntil(plus(it.now, hour));
      it.tell('carry-fact', { factId: 'fact-2', fact: 'death-corrected', correctsFactId: 'fact-1' });
      it.take(
        'vary-appointment',
        variationData(it.now, {
          appointment: { ...moved, startsAt: plus(it.now, 3 * day), endsAt: plus(it.now, 3 * day + hour) },
        }),
      );
      return it;
    }),
    required('in custody, released, and texts stopped and allowed meanwhile', () => {
      const it = CompulsoryCase.required();
      it.waitUntil(plus(it.now, hour));
      it.tell('carry-fact', { factId: 'fact-1', fact: 'custody' });
      it.tell('carry-fact', { factId: 'fact-2', fact: 'stop-texts' });
      it.tell('carry-fact', { factId: 'fact-3', fact: 'texts-allowed' });
      it.tell('carry-fact', { factId: 'fact-4', fact: 'consent-withdrawn', purpose: 'texts' });
      it.waitUntil(plus(it.now, hour));
      it.tell('carry-fact', { factId: 'fact-5', fact: 'release' });
      it.tell('carry-fact', { factId: 'fact-6', fact: 'consent-given', purpose: 'texts' });
      return it;
    }),
  ];
}

function voluntary(name: string, live: (life: ReferralLife) => void): GoldenLedger {
  const life = ReferralLife.received();
  live(life);
  return lived(name, life);
}

function lived(name: string, life: ReferralLife): GoldenLedger {
  return { name, kind: 'diversion', events: life.ledger, state: life.at };
}

function required(name: string, live: () => CompulsoryCase): GoldenLedger {
  const { events, state } = live();
  return { name, kind: 'compulsory', events, state };
}

/** Folds a ledger as the store and the workflow do. */
export function fold({ kind, events }: Pick<GoldenLedger, 'kind' | 'events'>): PathwayState | undefined {
  return events.reduce<PathwayState | undefined>((state, event) => {
    const { recordedAt: _recordedAt, ...today } = kinds[kind].upcast({ ...event, recordedAt: event.occurredAt });
    return kinds[kind].evolve(state, today);
  }, undefined);
}
