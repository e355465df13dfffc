import { z } from 'zod';
import {
  messageAudiences,
  messageChannels,
  textPurposes,
} from '../../workflows/domain/common/message-purpose.ts';
import { languages } from '../../workflows/domain/common/contact-preference.ts';
import { replyFindings, replyMeanings } from '../../workflows/domain/common/reply.ts';
import { isPlannable } from '../../workflows/domain/common/text-plan.ts';
import type { PlannableText } from '../../workflows/domain/common/text-plan.ts';
import { instant as answered, text as inWords } from './answers.ts';
import { listQuery, uuid } from './lists.ts';
import { moment, reference } from './values.ts';

/** What is, or would be, sent about one case. */

const plannable = textPurposes.filter(isPlannable);

export const previewQuery = z.strictObject({
  purpose: z.enum(plannable as [PlannableText, ...PlannableText[]]).meta({
    description: 'What the text is to tell. The one with a link is another one each time, and not shown.',
  }),
  startsAt: moment('Start of the appointment, where the text is about one').exactOptional(),
  appointmentId: reference('In place of the start: an appointment of the case').exactOptional(),
});

const preview = z.strictObject({
  language: z.enum(languages),
  text: z.string(),
  encoding: z.enum(['GSM-7', 'UCS-2']),
  units: z.int().meta({ description: 'Septets of GSM-7, 16-bit units of UCS-2' }),
  parts: z.int(),
  chosen: z.boolean().meta({ description: 'The one that would be sent' }),
});

const mail = z.strictObject({
  language: z.enum(languages),
  subject: z.string(),
  text: z.string(),
  chosen: z
    .boolean()
    .meta({ description: 'Of both, one e-mail says both: nobody has asked in which language' }),
});

const emailPreview = z.strictObject({
  verdict: z.enum(['send', 'later']),
  at: answered.nullable().meta({ description: 'Of `later`' }),
  atText: inWords.nullable(),
  mails: z.array(mail).length(2),
});

export const previewAnswer = z
  .strictObject({
    pathwayId: uuid,
    purpose: z.enum(plannable as [PlannableText, ...PlannableText[]]),
    startsAt: answered.nullable(),
    startsText: inWords.nullable(),
    texts: z.array(preview).length(2),
    languageAsked: z.boolean().meta({ description: 'No: English is used' }),
    verdict: z.enum(['send', 'later', 'skip', 'off']).meta({
      description:
        'What would be decided now: `later` waits until `at` and is judged again then; `skip`: it would not leave, for this reason; `off`: the policy of the case sends no such text',
    }),
    at: answered.nullable().meta({ description: 'Of `later`' }),
    atText: inWords.nullable(),
    reason: z.string().nullable().meta({ description: 'Of `skip`, as a code' }),
    says: z.string().meta({ description: 'The same in plain words' }),
    email: emailPreview.nullable().meta({
      description:
        'Of `skip`: the e-mail that would leave in place of the text, where the installation has a mail server; null: none would',
    }),
  })
  .meta({ id: 'MessagePreview' });

export const messagesQuery = z.strictObject({
  limit: listQuery.shape.limit,
  cursor: listQuery.shape.cursor,
});

const reply = z.strictObject({
  replyId: uuid,
  receivedAt: answered,
  receivedText: inWords,
  meaning: z.enum(replyMeanings),
  finding: z
    .enum(replyFindings)
    .nullable()
    .meta({ description: 'As who settled it said; null: nobody has said' }),
  settledAt: answered.nullable().meta({
    description: 'When it was settled, or seen to by what was done: the appointment was moved or cancelled',
  }),
});

const message = z.strictObject({
  intentId: uuid,
  purpose: z.string(),
  channel: z.enum(messageChannels),
  audience: z.enum(messageAudiences).nullable().meta({ description: 'null: the purpose is not known here' }),
  appointmentId: z.string().nullable(),
  status: z
    .enum(['planned', 'sending', 'sent', 'delivered', 'failed', 'unknown', 'cancelled', 'skipped'])
    .meta({ description: '`unknown`: nobody can tell whether it left; it is never sent again' }),
  reason: z.string().nullable().meta({ description: 'Why it was skipped or failed, as a code' }),
  reasonText: z.string().nullable().meta({ description: 'The same in words' }),
  language: z.enum(languages).nullable().meta({
    description: 'null: nothing was handed over, or it is an e-mail, which is in both',
  }),
  text: z.string().nullable().meta({
    description:
      'What was handed to the text gateway, without the person’s link or code; null: nothing was, it is an e-mail, or the person’s details were erased',
  }),
  plannedAt: answered,
  notBefore: answered,
  sentAt: answered.nullable(),
  deliveredAt: answered.nullable().meta({ description: 'When the carrier reported it' }),
  replies: z.array(reply).meta({ description: 'What answered it, oldest first' }),
});

export const messageList = z
  .strictObject({
    pathwayId: uuid,
    items: z.array(message).meta({ description: 'Planned last comes first' }),
    next: z.string().nullable().meta({ description: 'Cursor of the next page; null at the end' }),
  })
  .meta({ id: 'MessageList' });
