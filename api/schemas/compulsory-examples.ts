import type { z } from 'zod';
import type { compulsoryCommandSchemas } from './compulsory.ts';
import { exampleIds as ids } from './example-times.ts';
import type { Example } from './example-times.ts';

type Schemas = typeof compulsoryCommandSchemas;

/** One example of the `data` of each command of the compulsory path; test/api/examples.test.ts sends every one. */
export const compulsoryExamples: { readonly [N in keyof Schemas]: Example<z.input<Schemas[N]>> } = {
  'impose-requirement': (times) => ({
    requirementId: ids.requirement,
    initialAssessment: {
      appointmentId: ids.appointment,
      startsAt: times.at(3, '10:00'),
      endsAt: times.at(3, '11:00'),
      placeCode: 'dip-carmarthen',
    },
    notice: {
      form: 'RA1',
      servedAt: times.ago(60),
      how: 'handed-over',
      servedBy: 'u-102',
      language: 'cy',
      warningGiven: true,
    },
  }),
  'conclude-without-requirement': () => ({ reasonCode: 'not-suitable' }),
  'vary-appointment': (times) => ({
    appointment: {
      appointmentId: ids.laterAppointment,
      startsAt: times.at(5, '10:00'),
      endsAt: times.at(5, '11:00'),
      placeCode: 'dip-carmarthen',
    },
    notice: {
      form: 'RA2',
      servedAt: times.ago(60),
      how: 'handed-over',
      servedBy: 'u-202',
      language: 'cy',
      warningGiven: true,
    },
    reasonCode: 'work',
    askedBy: 'person',
  }),
  'record-attendance': () => ({ appointmentId: ids.appointment, attendance: 'absent' }),
  'decide-good-cause': () => ({
    failureId: ids.failure,
    decision: 'rejected',
    reasonCode: 'no-reason-given',
  }),
  'declare-breach': () => ({ failureId: ids.failure, breachId: ids.breach }),
  'set-marker': () => ({ breachId: ids.breach, marker: 'RED', reasonCode: 'risk-to-self' }),
  'issue-arrest-task': () => ({ breachId: ids.breach, taskId: ids.task, unitCode: 'lpu-carmarthen' }),
  'acknowledge-task': () => ({ taskId: ids.task }),
  'record-arrest': (times) => ({ taskId: ids.task, arrestedAt: times.ago(0) }),
  'withdraw-task': () => ({ taskId: ids.task, reasonCode: 'wrong-unit' }),
  'record-result': () => ({ breachId: ids.breach, result: 'charged' }),
  'send-page-link': () => ({}),
};
