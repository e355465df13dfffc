import { z } from 'zod';
import { attendances } from '../../workflows/domain/common/appointment.ts';
import { assessmentResults, mostSubstances, signposts } from '../../workflows/domain/diversion/assessment.ts';
import { declineReasons } from '../../workflows/domain/diversion/acceptance.ts';
import { voidReasons } from '../../workflows/domain/diversion/amendment.ts';
import { transferRefusals } from '../../workflows/domain/diversion/transfer.ts';
import { closureReasons } from '../../workflows/domain/diversion/closure-reasons.ts';
import {
  changeAskers,
  changeReasons,
  contactChannels,
  contactMakers,
  contactResults,
  correctionReasons,
  diversionAppointmentKinds,
  engagementEvidences,
  extensionReasons,
  meetingEnders,
  reopeningReasons,
} from '../../workflows/domain/diversion/commands.ts';
import { conditionResults } from '../../workflows/domain/diversion/condition.ts';
import { needCodes, needResults } from '../../workflows/domain/diversion/needs.ts';
import { substances } from '../../workflows/domain/diversion/substance.ts';
import {
  modalityEndReasons,
  modalityTypes,
  mostTestResults,
  positiveOutcomes,
  prescriptionEndReasons,
  sessionKinds,
  sessionResults,
  treatmentTestResults,
} from '../../workflows/domain/diversion/treatment.ts';
import { yesNoUnknown } from '../../workflows/domain/common/contact-preference.ts';
import type {
  DiversionCommandData,
  DiversionCommandName,
} from '../../workflows/domain/diversion/commands.ts';
import { resolvedCommandSchemas } from './resolved-commands.ts';
import type { ResolvedCommandBodies } from './resolved-commands.ts';
import { code, localDate, moment, newId, reference } from './values.ts';

type OpeningName = 'receive-referral';
type Sent = Exclude<DiversionCommandName, OpeningName>;

/** What is sent: the data of the rules, but for those that the API completes. */
type SentData = Omit<DiversionCommandData, keyof ResolvedCommandBodies> & ResolvedCommandBodies;

/** Of one care plan, at one time. */
const mostModalities = 10;

const strand = reference('The strand of treatment, as the care plan or its start named it');

const kindOfStrand = {
  type: z.enum(modalityTypes),
  prescribed: z.boolean().meta({ description: 'Whether it goes with a prescription' }),
};

const meeting = {
  leftAt: moment('Only for who left or was sent away').exactOptional(),
  arrivedAt: moment('Only for who came after the start').exactOptional(),
  endedBy: z
    .enum(meetingEnders)
    .meta({ description: 'Who ended the meeting; only for who left or was sent away' })
    .exactOptional(),
};

const change = {
  askedBy: z.enum(changeAskers).meta({ description: 'Who asked for the change' }),
  reason: z.enum(changeReasons),
};

const offer = reference('The command that offered the transfer');

/** The `data` of every command of the voluntary path that can be sent to an open pathway. */
export const diversionCommandSchemas = {
  'accept-referral': z.strictObject({}),
  'decline-referral': z.strictObject({ reason: z.enum(declineReasons) }),
  'assign-caseworker': z.strictObject({
    workerId: reference(
      'The account of a caseworker of the provider who has acted, carried or been named there, or one’s own; null gives the case back to the team',
    ).nullable(),
    newWorker: z.literal(true).exactOptional().meta({
      description:
        'Only a provider manager or the manager: introduces a colleague of whom the provider has not heard yet. Nothing holds the id to be right: a slip takes the case off the list of those that nobody carries',
    }),
  }),
  'accept-transfer': z.strictObject({ transferId: offer }),
  'decline-transfer': z.strictObject({ transferId: offer, reason: z.enum(transferRefusals) }),
  'take-back-transfer': z.strictObject({ transferId: offer }),
  'send-page-link': z.strictObject({}),
  'set-iom-flag': z.strictObject({
    designated: z.boolean().meta({
      description:
        'Whether the person is designated for Integrated Offender Management from `occurredAt` on, or no more',
    }),
  }),
  'void-pathway': z.strictObject({ reason: z.enum(voidReasons) }),
  'record-contact-attempt': z.strictObject({
    channel: z.enum(contactChannels),
    result: z.enum(contactResults),
    by: z
      .enum(contactMakers)
      .meta({ description: 'Who tried. What the system sent by itself is no try of a person.' }),
  }),
  'record-engagement': z.strictObject({ evidence: z.enum(engagementEvidences) }),
  'book-appointment': z.strictObject({
    appointmentId: newId('Left out, the appointment gets the id of this command.').exactOptional(),
    kind: z.enum(diversionAppointmentKinds),
    startsAt: moment('Start'),
    endsAt: moment('End: after the start, at most 12 hours later'),
    placeCode: code(
      'A place of a provider, by its code in the reference data. A code that is none is refused, and the refusal names those there are',
    ),
    replaces: reference(
      'The appointment ahead that this one takes the place of: needed where that is of another kind',
    ).exactOptional(),
  }),
  'record-attendance': z.strictObject({
    appointmentId: reference('The appointment'),
    attendance: z.enum(attendances),
    ...meeting,
  }),
  'correct-attendance': z.strictObject({
    appointmentId: reference('The appointment whose attendance is recorded'),
    attendance: z.enum(attendances),
    ...meeting,
    reason: z.enum(correctionReasons),
  }),
  'undo-contact-attempt': z.strictObject({
    attemptId: reference('The command that recorded the contact attempt'),
  }),
  'reschedule-appointment': z.strictObject({
    appointmentId: reference(
      'The appointment that is moved; the one in its place gets the id of this command',
    ),
    startsAt: moment('New start'),
    endsAt: moment('New end: after the start, at most 12 hours later'),
    placeCode: code('Code of a place in the reference data; left out, where it was').exactOptional(),
    ...change,
  }),
  'cancel-appointment': z.strictObject({ appointmentId: reference('The appointment'), ...change }),
  'close-pathway': z.strictObject({
    reason: z.enum(closureReasons),
    drugFree: z.enum(yesNoUnknown).exactOptional(),
    crimeFree: z.enum(yesNoUnknown).exactOptional(),
  }),
  'extend-closure-date': z.strictObject({
    until: localDate(
      'The last day on which the referral is open: after the present limit, and as far past the first as the policy allows',
    ),
    reason: z.enum(extensionReasons),
  }),
  'reopen-pathway': z.strictObject({
    reason: z.enum(reopeningReasons).meta({
      description:
        'What is closed for good is opened again only as closed in error, and what is void only as voided in error, by a manager.',
    }),
  }),
  'record-assessment': z.strictObject({
    substances: z
      .array(z.enum(substances))
      .max(mostSubstances)
      .refine((named) => new Set(named).size === named.length, 'must name each substance once')
      .meta({
        uniqueItems: true,
        description:
          'In order, the main problem first. None only where the result is declined or none-needed.',
      }),
    result: z.enum(assessmentResults),
    programme: code('The programme that the person is suitable for; only with suitable').exactOptional(),
    signposts: z
      .array(z.enum(signposts))
      .max(signposts.length)
      .refine((named) => new Set(named).size === named.length, 'must name each signpost once')
      .meta({
        uniqueItems: true,
        description: 'Where the person was pointed to; at least one with other-help',
      })
      .exactOptional(),
  }),
  'agree-care-plan': z.strictObject({
    modalities: z
      .array(
        z.strictObject({
          modalityId: newId(
            'Left out: the id of this command, a colon and the place in the list',
          ).exactOptional(),
          ...kindOfStrand,
        }),
      )
      .min(1)
      .max(mostModalities),
  }),
  'start-treatment': z.strictObject({
    modalityId: strand.exactOptional(),
    already: z
      .strictObject(kindOfStrand)
      .meta({ description: 'The person was in this treatment before the referral came.' })
      .exactOptional(),
    startedAt: moment(
      'When it began, if not when this happened; before the referral only for what ran already',
    ).exactOptional(),
  }),
  'record-treatment-session': z.strictObject({
    modalityId: strand,
    kind: z.enum(sessionKinds),
    result: z.enum(sessionResults),
  }),
  'start-prescription': z.strictObject({ modalityId: strand }),
  'end-prescription': z.strictObject({ modalityId: strand, reason: z.enum(prescriptionEndReasons) }),
  'record-treatment-test': z.strictObject({
    results: z
      .array(z.strictObject({ substance: z.enum(substances), result: z.enum(treatmentTestResults) }))
      .min(1)
      .max(mostTestResults)
      .refine(
        (results) => new Set(results.map(({ substance }) => substance)).size === results.length,
        'must have one result a substance',
      ),
  }),
  'end-modality': z.strictObject({ modalityId: strand, reason: z.enum(modalityEndReasons) }),
  'record-positive-outcome': z.strictObject({ outcome: z.enum(positiveOutcomes) }),
  'add-need': z.strictObject({
    needId: newId('Left out, the need gets the id of this command.').exactOptional(),
    code: z.enum(needCodes),
    referredTo: code('The service that the person was referred on to').exactOptional(),
  }),
  'close-need': z.strictObject({ needId: reference('The need'), result: z.enum(needResults) }),
  'record-condition-result': z.strictObject({
    conditionId: reference('The condition of the caution'),
    result: z.enum(conditionResults),
    corrects: z
      .enum(conditionResults)
      .meta({ description: 'The result that stands and that this one puts right' })
      .exactOptional(),
  }),
  'acknowledge-non-compliance': z.strictObject({ conditionId: reference('The condition of the caution') }),
  ...resolvedCommandSchemas,
} satisfies { readonly [N in Sent]: z.ZodType<SentData[N]> };
