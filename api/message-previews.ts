import type { z } from 'zod';
import { judge } from '../messages/judge.ts';
import type { Judgement } from '../messages/judge.ts';
import { judgeEmailInstead } from '../messages/judge-person-email.ts';
import { renderPersonEmail } from '../messages/person-email.ts';
import type { PersonEmailSubject } from '../messages/person-email.ts';
import type { NumberPlan } from '../messages/phone-number.ts';
import { render } from '../messages/render.ts';
import { segmentsOf } from '../messages/segments.ts';
import { personEmailFactsOf, sendingFactsOf } from '../messages/sending-facts.ts';
import { skipReasons } from '../messages/skip-reasons.ts';
import type { Database } from '../store/database.ts';
import { phoneToRing } from '../store/letterheads.ts';
import { sendingCaseOf } from '../store/sending-case.ts';
import type { SendingCase } from '../store/sending-case.ts';
import { languages } from '../workflows/domain/common/contact-preference.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import { describeLocal } from '../workflows/domain/common/london-time.ts';
import { isReminderPurpose, messagePurposes } from '../workflows/domain/common/message-purpose.ts';
import { planText } from '../workflows/domain/common/text-plan.ts';
import type { PlannableText } from '../workflows/domain/common/text-plan.ts';
import { narrowed } from './access-policy.ts';
import { readablePathway } from './pathways.ts';
import { Problem } from './problems.ts';
import { reading } from './route.ts';
import type { Route } from './route.ts';
import { pathwayParams } from './schemas/lists.ts';
import { previewAnswer, previewQuery } from './schemas/messages.ts';

const path = '/api/v1/pathways/{pathwayId}/message-previews';

/** The appointment of a preview need not be there: a name for it while it is judged. */
const previewed = 'previewed';

/** A text, or the e-mail in its place, before anything is booked, moved or cancelled. Nothing is written, and nothing is sent. */
export function messagePreviewRoutes({
  db,
  numbers,
}: {
  readonly db: Database;
  readonly numbers: NumberPlan;
}): Route[] {
  return [
    reading({
      method: 'get',
      path,
      summary:
        'A text in both languages as it would be sent, with its parts, and whether it would leave now; nothing is written',
      tag: 'messages',
      params: pathwayParams,
      query: previewQuery,
      answers: { 200: { description: 'Both texts, and what would be decided', body: previewAnswer } },
      problems: ['not-found', 'missing-hour', 'doubled-hour'],
      handle: async ({ caller, params: { pathwayId }, query, receivedAt: now }) => {
        const { forceId } = await readablePathway(db, narrowed(caller, `GET ${path}`), pathwayId);
        const found = await sendingCaseOf(db, forceId, pathwayId);
        if (found === null) throw new Problem('not-found');
        const { purpose } = query;
        const startsAt = startOf(query, found);
        const language = found.person.language ?? 'en';
        const texts = languages.map((each) => {
          const text = render(purpose, each, { startsAt });
          return { language: each, text, ...segmentsOf(text), chosen: each === language };
        });
        const phone = await phoneToRing(db, forceId, found.pathway.providerId);
        return {
          status: 200,
          body: {
            ...{ pathwayId, purpose, startsAt },
            startsText: startsAt === null ? null : describeLocal(startsAt),
            texts,
            languageAsked: found.person.language !== null,
            ...verdictOn({ purpose, startsAt, phone }, found, numbers, now),
          } satisfies z.output<typeof previewAnswer>,
        };
      },
    }),
  ];
}

/** @throws Problem `invalid-request` where the text wants a time that is not given, or has no use for one; `not-found` */
function startOf(
  { purpose, startsAt, appointmentId }: z.output<typeof previewQuery>,
  { pathway }: SendingCase,
): Instant | null {
  if (messagePurposes[purpose].appointment === null) {
    if (startsAt !== undefined) throw refused('startsAt', 'This text tells of no appointment.');
    if (appointmentId !== undefined) throw refused('appointmentId', 'This text tells of no appointment.');
    return null;
  }
  if (appointmentId === undefined) {
    if (startsAt === undefined) {
      throw refused('startsAt', 'Say when the appointment starts, or which appointment of the case it is.');
    }
    return startsAt;
  }
  if (startsAt !== undefined) {
    throw refused('startsAt', 'Give the start or the appointment, not both.');
  }
  const known = pathway.appointments.find((one) => one.appointmentId === appointmentId);
  if (known === undefined) {
    const message = 'The case has no such appointment, or it is recorded what came of it.';
    throw new Problem('not-found', {
      detail: message,
      errors: [{ path: '/appointmentId', code: 'unknown-id', message }],
    });
  }
  return known.startsAt;
}

function refused(field: string, message: string): Problem {
  return new Problem('invalid-request', {
    detail: message,
    errors: [{ path: `/${field}`, code: 'invalid', message }],
  });
}

type Verdict = Pick<
  z.output<typeof previewAnswer>,
  'verdict' | 'at' | 'atText' | 'reason' | 'says' | 'email'
>;

function verdictOn(
  { purpose, startsAt, phone }: PersonEmailSubject & { readonly purpose: PlannableText },
  found: SendingCase,
  numbers: NumberPlan,
  now: Instant,
): Verdict {
  const { kind } = found.pathway;
  const slot = startsAt === null ? null : { appointmentId: previewed, startsAt };
  const planned = planText({ purpose, slot, kind }, found.policy.messages, now);
  switch (planned.plan) {
    case 'off':
      return {
        ...{ verdict: 'off', at: null, atText: null, reason: null, email: null },
        says: 'No such text is sent about this case: its policy has it switched off.',
      };
    case 'too-late':
      return inWords({ verdict: 'skip', reason: 'no-time-left' });
    case 'planned': {
      const text = { purpose, ...planned, appointmentId: previewed };
      const done = asIfDone(purpose, slot, found);
      const judgement = judge(sendingFactsOf(text, done, numbers), now);
      if (judgement.verdict !== 'skip') return inWords(judgement);
      // It waits for no hour at which a text may leave, only for its day.
      const email = { ...text, notBefore: isReminderPurpose(purpose) ? text.notBefore : now };
      const instead = judgeEmailInstead(judgement.reason, personEmailFactsOf(email, done, numbers), now);
      if (instead === undefined) return inWords(judgement);
      return insteadInWords(judgement, instead, {
        mails: languages.map((language) => ({
          language,
          ...renderPersonEmail(purpose, language, { startsAt, phone }),
          chosen: found.person.language === null || found.person.language === language,
        })),
      });
    }
  }
}

/** Of a text that is left out, with the e-mail that leaves in its place. */
function insteadInWords(
  { verdict, reason }: Extract<Judgement, { readonly verdict: 'skip' }>,
  instead: NonNullable<ReturnType<typeof judgeEmailInstead>>,
  { mails }: Pick<NonNullable<Verdict['email']>, 'mails'>,
): Verdict {
  const at = instead.verdict === 'later' ? instead.at : null;
  const atText = at === null ? null : describeLocal(at);
  const when =
    atText === null
      ? 'at once in its place.'
      : `on ${atText} in its place, if nothing speaks against it then.`;
  return {
    ...{ verdict, at: null, atText: null, reason },
    says: `The text would not be sent. ${skipReasons[reason]} An e-mail would be sent ${when}`,
    email: { verdict: instead.verdict, at, atText, mails },
  };
}

/** The appointment stands as the text says it does. */
function asIfDone(
  purpose: PlannableText,
  slot: { readonly appointmentId: string; readonly startsAt: Instant } | null,
  found: SendingCase,
) {
  const { appointment: status } = messagePurposes[purpose];
  const appointments = slot === null || status === null ? [] : [{ ...slot, status }];
  return { ...found, pathway: { ...found.pathway, appointments } };
}

function inWords(judgement: Judgement): Verdict {
  const { verdict } = judgement;
  const nothing = { at: null, atText: null, reason: null, email: null };
  switch (judgement.verdict) {
    case 'send':
      return { ...nothing, verdict, says: 'It would be sent at once.' };
    case 'later': {
      const { at } = judgement;
      const atText = describeLocal(at);
      return {
        ...nothing,
        verdict,
        at,
        atText,
        says: `It would be sent on ${atText}, if nothing speaks against it then.`,
      };
    }
    case 'skip': {
      const { reason } = judgement;
      return { ...nothing, verdict, reason, says: `It would not be sent. ${skipReasons[reason]}` };
    }
  }
}
