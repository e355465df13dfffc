import { dayLimit } from '../messages/judge.ts';
import { judgeEmailInstead, judgePersonEmail } from '../messages/judge-person-email.ts';
import type { PersonEmailJudgement } from '../messages/judge-person-email.ts';
import { isPersonEmailPurpose, personEmailFor } from '../messages/person-email.ts';
import type { PersonEmailPurpose } from '../messages/person-email.ts';
import type { NumberPlan } from '../messages/phone-number.ts';
import type { RenderedEmail } from '../messages/render.ts';
import { personEmailFactsOf } from '../messages/sending-facts.ts';
import type { SkipReason } from '../messages/skip-reasons.ts';
import type { Database } from '../store/database.ts';
import { phoneToRing } from '../store/letterheads.ts';
import type { HeldMessage } from '../store/message-handover.ts';
import { messageForDelivery } from '../store/messages.ts';
import type { DeliveryCase, MessageRow } from '../store/messages.ts';
import { handOverPersonEmail } from '../store/person-email-handover.ts';
import type { DeliveryOutcome } from '../workflows/contract/envelope.ts';
import { isTextsOffReason } from '../workflows/domain/common/by-email.ts';
import { isStoppedAtCarrier } from '../workflows/domain/common/delivery-failure.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import { wordsOf } from './delivery-trouble.ts';
import type { Email } from './gateways/email.ts';

/** An e-mail to the person, who can be reached in no other way, until it is the mail server's to take. */

export interface PersonEmailParts {
  readonly db: Database;
  readonly numbers: NumberPlan;
  readonly clock: () => Instant;
}

export function judgeFound({ numbers, clock }: PersonEmailParts, found: DeliveryCase): PersonEmailJudgement {
  return judgePersonEmail(personEmailFactsOf(found.message, found, numbers), clock());
}

/**
 * That the pathway may tell the person by e-mail what a text did not: one that was left out, or that the carrier refused
 * because the person wrote STOP. Nothing where no e-mail could leave now.
 */
export async function byEmailInstead(
  { db, numbers, clock }: PersonEmailParts,
  { forceId, intentId, status, reason, channel, purpose }: MessageRow,
): Promise<Partial<Pick<DeliveryOutcome, 'status' | 'reason' | 'byEmail'>>> {
  const stopped = status === 'failed' && isStoppedAtCarrier(reason);
  const why = stopped ? 'texts-stopped' : status === 'skipped' ? reason : null;
  if (channel !== 'sms' || !isTextsOffReason(why) || !isPersonEmailPurpose(purpose)) return {};
  const now = clock();
  const found = await messageForDelivery(db, forceId, intentId, now);
  if (found === null) return {};
  const facts = { ...personEmailFactsOf(found.message, found, numbers), notBefore: now };
  if (judgeEmailInstead(why, facts, now) === undefined) return {};
  const { urgency, expiresAt, appointmentId } = found.message;
  const byEmail = { urgency, expiresAt, ...(appointmentId === null ? {} : { appointmentId }) };
  return { byEmail, ...(stopped ? { status: 'skipped', reason: why } : {}) };
}

/** What is to be done with a claimed e-mail; `email` is handed over and may be sent, once. */
export type ReadyForPerson =
  | { readonly email: Omit<Email, 'intentId'>; readonly handedOverAt: Instant }
  | { readonly skip: SkipReason }
  | { readonly later: Extract<PersonEmailJudgement, { readonly verdict: 'later' }> }
  | { readonly failed: 'no-words' }
  /** Something has changed since, or the claim is lost. */
  | { readonly judgeAgain: true };

export async function handOverToPerson(
  { db, numbers, clock }: PersonEmailParts,
  held: HeldMessage,
  found: DeliveryCase,
  purpose: PersonEmailPurpose,
): Promise<ReadyForPerson> {
  // One moment: what is judged to leave now leaves now.
  const handedOverAt = clock();
  const facts = personEmailFactsOf(found.message, found, numbers);
  const judgement = judgePersonEmail(facts, handedOverAt);
  if (judgement.verdict === 'skip') return { skip: judgement.reason };
  if (judgement.verdict === 'later') return { later: judgement };
  const { to, language } = judgement;
  const words = await wordsOf(() => wordsFor(db, found, purpose, judgement));
  if (words === null) return { failed: 'no-words' };
  const { subject, text: body } = words;
  // The column wants one language: of two the first.
  const handover = { to, body, language: language ?? 'cy', handedOverAt };
  const handed = await handOverPersonEmail(db, held, handover, found.judgedBy, dayLimit(facts));
  const languages = language === null ? (['cy', 'en'] as const) : [language];
  return handed ? { email: { to, subject, body, languages }, handedOverAt } : { judgeAgain: true };
}

/** With the number to ring of whoever has the case, where it is set for letters. */
async function wordsFor(
  db: Database,
  { message: { forceId }, pathway: { providerId } }: DeliveryCase,
  purpose: PersonEmailPurpose,
  { language, startsAt }: Extract<PersonEmailJudgement, { readonly verdict: 'send' }>,
): Promise<RenderedEmail> {
  return personEmailFor(purpose, language, { startsAt, phone: await phoneToRing(db, forceId, providerId) });
}
