import { z } from 'zod';
import { attendances } from '../../workflows/domain/common/appointment.ts';
import { closureReasons } from '../../workflows/domain/diversion/closure-reasons.ts';
import {
  contactChannels,
  contactMakers,
  contactResults,
  diversionAppointmentKinds,
  engagementEvidences,
  extensionReasons,
  reopeningReasons,
} from '../../workflows/domain/diversion/commands.ts';
import { yesNoUnknown } from '../../workflows/domain/common/contact-preference.ts';
import type {
  DiversionCommandData,
  DiversionCommandName,
} from '../../workflows/domain/diversion/commands.ts';
import { code, localDate, moment, newId, reference } from './values.ts';

type OpeningName = 'receive-referral';
type Sent = Exclude<DiversionCommandName, OpeningName>;

/** The `data` of every command of the voluntary path that can be sent to an open pathway. */
export const diversionCommandSchemas = {
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
    placeCode: code('Code of a place in the reference data'),
  }),
  'record-attendance': z.strictObject({
    appointmentId: reference('The appointment'),
    attendance: z.enum(attendances),
    leftAt: moment('Only for who left or was sent away').exactOptional(),
  }),
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
    reason: z
      .enum(reopeningReasons)
      .meta({
        description: 'What is closed for good is opened again only as closed in error, by a manager.',
      }),
  }),
} satisfies { readonly [N in Sent]: z.ZodType<DiversionCommandData[N]> };
