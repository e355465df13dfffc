import { z } from 'zod';
import { attendances } from '../../workflows/domain/common/appointment.ts';
import { askers, breachResults, markers, waysOfService } from '../../workflows/domain/compulsory/commands.ts';
import type {
  CompulsoryCommand,
  NoticeForm,
  ServedNotice,
} from '../../workflows/domain/compulsory/commands.ts';
import { code, language, moment, newId, reference } from './values.ts';

const appointment = z.strictObject({
  appointmentId: newId('The appointment'),
  startsAt: moment('Start'),
  endsAt: moment('End'),
  placeCode: code(
    'A place where required assessments are held, by its code in the reference data. A code that is none is refused, and the refusal names those there are',
  ),
});

function notice<F extends NoticeForm>(form: F) {
  return z.strictObject({
    form: z.literal(form),
    servedAt: moment('When the notice was served'),
    how: z.enum(waysOfService),
    servedBy: code('Account id of who served it'),
    language,
    warningGiven: z
      .boolean()
      .meta({ description: 'Whether the notice warns that not attending is an offence.' }),
    startsAt: moment('Start as it stands on the paper, where it was taken down').exactOptional(),
    placeCode: code('Code of the place that the paper names, where it was taken down').exactOptional(),
  }) satisfies z.ZodType<ServedNotice<F>>;
}

type DataOf<N extends CompulsoryCommand['name']> = Extract<CompulsoryCommand, { name: N }>['data'];

/** The `data` of every command of the compulsory pathway that can be sent to an open pathway. */
export const compulsoryCommandSchemas = {
  'impose-requirement': z.strictObject({
    requirementId: newId('Left out, the requirement gets the id of this command.').exactOptional(),
    initialAssessment: appointment,
    notice: notice('RA1'),
  }),
  'conclude-without-requirement': z.strictObject({ reasonCode: code('Why nothing was required') }),
  'vary-appointment': z.strictObject({
    appointment: appointment.meta({ description: 'The new time and place of the assessment still owed.' }),
    notice: notice('RA2'),
    reasonCode: code('Why'),
    askedBy: z.enum(askers),
  }),
  'record-attendance': z.strictObject({
    appointmentId: reference('The appointment'),
    attendance: z.enum(attendances),
    leftAt: moment('When the person went; only for who left or was sent away').exactOptional(),
    endedAt: moment(
      'When an assessment attended to its end really ended, where that was not the time planned',
    ).exactOptional(),
    followUp: z
      .discriminatedUnion('released', [
        z.strictObject({ released: z.literal(true) }),
        z.strictObject({ released: z.literal(false), appointment, notice: notice('RA4') }),
      ])
      .meta({ description: 'Needed when the initial assessment was attended to its end, else not allowed.' })
      .exactOptional(),
  }),
  'decide-good-cause': z.strictObject({
    failureId: reference('The failure, as the event `failure-reported` names it'),
    decision: z.enum(['accepted', 'rejected']),
    reasonCode: code('Why'),
  }),
  'declare-breach': z.strictObject({
    failureId: reference('The failure'),
    breachId: newId('Left out, the breach gets the id of this command.').exactOptional(),
  }),
  'set-marker': z.strictObject({
    breachId: reference('The breach'),
    marker: z.enum(markers),
    reasonCode: code('Why this colour'),
  }),
  'issue-arrest-task': z.strictObject({
    breachId: reference('The breach'),
    taskId: newId('Left out, the task gets the id of this command.').exactOptional(),
    unitCode: code('The neighbourhood policing unit that is tasked'),
  }),
  'acknowledge-task': z.strictObject({ taskId: reference('The task') }),
  'record-arrest': z.strictObject({
    taskId: reference('The task'),
    arrestedAt: moment('When the person was arrested'),
  }),
  'withdraw-task': z.strictObject({ taskId: reference('The task'), reasonCode: code('Why') }),
  'record-result': z.strictObject({
    breachId: reference('The breach'),
    result: z.enum(breachResults),
    taskId: reference(
      'Only of a release: the task of the arrest that it ends, where the person was arrested on more than one',
    ).exactOptional(),
  }),
  'send-page-link': z.strictObject({}),
} satisfies { readonly [N in CompulsoryCommand['name']]: z.ZodType<DataOf<N>> };
