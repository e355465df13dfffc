import { z } from 'zod';
import { attendances } from '../../workflows/domain/common/appointment.ts';
import { consentPurposes } from '../../workflows/domain/common/consent.ts';
import {
  knownChannels,
  languages,
  preferredWays,
  yesNoUnknown,
} from '../../workflows/domain/common/contact-preference.ts';
import { assessmentResults, signposts } from '../../workflows/domain/diversion/assessment.ts';
import { closureReasons } from '../../workflows/domain/diversion/closure-reasons.ts';
import { conditionResults } from '../../workflows/domain/diversion/condition.ts';
import { needCodes, needResults } from '../../workflows/domain/diversion/needs.ts';
import { substances } from '../../workflows/domain/diversion/substance.ts';
import {
  modalityEndReasons,
  modalityTypes,
  sessionKinds,
  sessionResults,
} from '../../workflows/domain/diversion/treatment.ts';

/** The case as whoever works on it needs it: what is booked, tried, wished, found and done, with the ids that commands name. */

const instant = z
  .string()
  .meta({ format: 'date-time', description: 'An instant in UTC, to the millisecond' });
const inWords = z.string().meta({ description: 'In words, UK local time' });
const said = z.enum(yesNoUnknown);

const appointment = z.strictObject({
  appointmentId: z.string(),
  kind: z.string(),
  status: z.enum(['booked', 'superseded', 'cancelled', 'held', 'missed', 'provider-caused']).meta({
    description: 'superseded: moved, another one took its place',
  }),
  startsAt: instant,
  startsText: inWords,
  endsAt: instant,
  endsText: inWords,
  placeCode: z.string(),
  attendance: z.enum(attendances).nullable(),
  supersedes: z.string().nullable().meta({ description: 'The appointment that it took the place of' }),
  confirmedAt: instant.nullable().meta({ description: 'The person wrote back that they will come' }),
  cannotComeAt: instant
    .nullable()
    .meta({ description: 'The person wrote back that they cannot come, or asked for another time' }),
});

const modality = z.strictObject({
  modalityId: z.string(),
  type: z.enum([...modalityTypes, 'not-known']),
  prescribed: z.boolean(),
  plannedAt: instant,
  startedAt: instant.nullable(),
  endedAt: instant.nullable(),
  endReason: z.enum(modalityEndReasons).nullable(),
  prescriptionSince: instant.nullable(),
  lastSession: z
    .strictObject({ at: instant, kind: z.enum(sessionKinds), result: z.enum(sessionResults) })
    .nullable(),
});

export const caseView = z
  .strictObject({
    pathwayId: z.string().meta({ format: 'uuid' }),
    seq: z.int(),
    contact: z.strictObject({
      attempts: z.int().meta({ description: 'All of them, also those that do not count as a try' }),
      tries: z.array(z.strictObject({ at: instant, channel: z.enum(knownChannels) })).meta({
        description:
          'Those that count towards the effort that the policy asks for: by a person, to a right number, while nobody had been reached',
      }),
      reachedAt: instant.nullable(),
      undoable: z
        .strictObject({ attemptId: z.string(), until: instant })
        .nullable()
        .meta({ description: 'The attempt that who recorded it may still undo' }),
    }),
    wishes: z
      .strictObject({
        language: z.enum(languages).nullable(),
        knownChannels: z.array(z.enum(knownChannels)),
        safeToText: z.enum(['yes', 'no']).nullable().meta({
          description:
            'As it was said last, with a referral or since, of any row of a merged person; null: not asked of the number in use. Only yes lets a text leave',
        }),
        ways: z.partialRecord(z.enum(preferredWays), said),
        textsStopped: z.boolean(),
        consents: z.partialRecord(z.enum(consentPurposes), z.enum(['given', 'withdrawn'])),
        safetyFlag: z.boolean(),
        inCustodySince: instant.nullable(),
      })
      .meta({
        description:
          'As they bind at this moment, also before the case has heard. A text leaves only where `safeToText` is yes, `ways.text` is yes or not asked, `textsStopped` is false, the consent to `texts` is not withdrawn and nobody is in custody',
      }),
    appointments: z.array(appointment).meta({ description: 'In the order of booking' }),
    engagedAt: instant.nullable(),
    assessment: z
      .strictObject({
        at: instant,
        result: z.enum([...assessmentResults, 'not-known']),
        substances: z.array(z.enum(substances)),
        programme: z.string().nullable(),
        signposts: z.array(z.enum(signposts)),
      })
      .nullable(),
    carePlanAt: instant.nullable(),
    modalities: z.array(modality),
    needs: z.array(
      z.strictObject({
        needId: z.string(),
        code: z.enum(needCodes),
        referredTo: z.string().nullable(),
        since: instant,
        closedAt: instant.nullable(),
        result: z.enum(needResults).nullable(),
      }),
    ),
    conditions: z.array(
      z.strictObject({
        conditionId: z.string(),
        code: z.string(),
        dueAt: instant,
        dueText: inWords,
        result: z.enum(conditionResults).nullable(),
      }),
    ),
    offer: z
      .strictObject({ transferId: z.string(), toProviderId: z.string(), reason: z.string() })
      .nullable()
      .meta({ description: 'To another provider, not yet answered' }),
    closure: z
      .strictObject({
        at: instant,
        reason: z.enum(closureReasons),
        drugFree: said.nullable(),
        crimeFree: said.nullable(),
        mayReturnUntil: instant.nullable(),
      })
      .nullable(),
    reopenedAt: instant.nullable(),
    extendedTo: instant.nullable().meta({ description: 'Until when somebody put the closure off' }),
    iomSince: instant.nullable(),
  })
  .meta({ id: 'Case' });
