import { activityInfo, ApplicationFailure } from '@temporalio/activity';
import { dayLimit, judge, judgeEmail, judgeEnrolment, mustBeTold } from '../messages/judge.ts';
import type { EmailJudgement, EnrolmentFacts, Judgement } from '../messages/judge.ts';
import type { PersonEmailJudgement } from '../messages/judge-person-email.ts';
import { pageAddress, withToken, withoutToken } from '../messages/page-address.ts';
import { isPersonEmailPurpose } from '../messages/person-email.ts';
import type { PersonEmailPurpose } from '../messages/person-email.ts';
import type { NumberPlan } from '../messages/phone-number.ts';
import { render } from '../messages/render.ts';
import type { MessageSubject } from '../messages/render.ts';
import { sendingFactsOf } from '../messages/sending-facts.ts';
import type { SkipReason } from '../messages/skip-reasons.ts';
import type { Database } from '../store/database.ts';
import {
  gatewayIdsOfOthers,
  handOver,
  handOverEmail,
  handoverOf,
  takeBack,
} from '../store/message-handover.ts';
import type { Handover, HeldMessage } from '../store/message-handover.ts';
import { claimForSending, messageForDelivery, settle } from '../store/messages.ts';
import type { DeliveryCase, MessageRow, Settlement } from '../store/messages.ts';
import {
  enrolmentAskedForAt,
  enrolmentWith,
  handOverEnrolment,
  isInvitedWith,
  isRoutedOn,
} from '../store/online-enrolments.ts';
import { makeLink } from '../store/person-links.ts';
import type { MessageActivities } from '../workflows/contract/activities.ts';
import { deliveryWaitTypes } from '../workflows/contract/activities.ts';
import type { DeliveryOutcome } from '../workflows/contract/envelope.ts';
import { secondsBetween, toInstant } from '../workflows/domain/common/instant.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import {
  isEmailPurpose,
  isProgrammePurpose,
  isTextPurpose,
} from '../workflows/domain/common/message-purpose.ts';
import type { EmailPurpose } from '../workflows/domain/common/message-purpose.ts';
import type { Email, EmailGateway } from './gateways/email.ts';
import type { OnlineProgrammeGateway } from './gateways/online-programme.ts';
import { smsStatusUrl } from './gateways/sms.ts';
import type { SmsGateway } from './gateways/sms.ts';
import { byEmailInstead, handOverToPerson, judgeFound } from './person-email.ts';
import { sayingAlive } from './saying-alive.ts';
import { staffEmail } from './staff-email.ts';

export interface DeliveryParts {
  readonly db: Database;
  readonly gateway: SmsGateway;
  /** Which numbers may be texted. */
  readonly numbers: NumberPlan;
  /** For e-mails to staff, which fail when it is left out, and to persons, of which none is planned then. */
  readonly emails?: EmailGateway | null;
  /** The online programme; left out: an enrolment fails, and a person sees to it. */
  readonly programme?: OnlineProgrammeGateway | null;
  /** Where the API is reached from outside; left out: the gateway reports nothing, and no e-mail is sent. */
  readonly publicUrl?: string | null;
  /** Where links in texts lead, without a slash at the end; left out: a text with a link fails. */
  readonly pageUrl?: string | null;
  /** The time now; the machine's clock when not given. */
  readonly clock?: () => Instant;
}

/**
 * How long after the handover a text that the gateway does not show is looked for. Its list may lag by
 * minutes (twilio/twilio-java#442, twilio/twilio-node#647); a person who asks sooner cannot do better.
 */
const lookUpForSeconds = 15 * 60;

/** The same while the gateway cannot be asked: as long as it may yet come back and settle the matter by itself. */
const lookUpWhileAwayForSeconds = 4 * 3_600;

/** Between two look-ups: as long as has passed since the handover, within these bounds. */
const betweenLookUps = { least: 5, most: 120 } as const;

/** The longest pause that the gateway can ask for. */
const longestPauseSeconds = 3_600;

/**
 * Delivers one message of the ledger, at most once. The order is what keeps the promise:
 *
 * 1. claim: of any number of tries one holds the message;
 * 2. judge, with all that is known at this moment;
 * 3. hand over: that it leaves now is written down before the gateway is called, and can be written once;
 * 4. send, once;
 * 5. settle with the answer. If there is none, or an unclear one, every later try finds the handover and only
 *    asks the gateway what became of it.
 *
 * What must wait (the hours, a gateway that is away) throws a retryable failure that says how long, so that it
 * holds no place at the worker meanwhile. Results and failures hold ids and codes only.
 */
export function createMessageActivities({
  db,
  gateway,
  numbers,
  emails = null,
  programme = null,
  publicUrl = null,
  pageUrl = null,
  clock = machineClock,
}: DeliveryParts): MessageActivities {
  const parts = { db, gateway, numbers, emails, programme, publicUrl, pageUrl, clock };
  return {
    async deliverMessage({ forceId, intentId }) {
      try {
        return await sayingAlive(() => new Delivery(parts, forceId, intentId).deliver());
      } catch (error) {
        throw error instanceof ApplicationFailure ? error : troubleOf(error);
      }
    },
  };
}

class Delivery {
  readonly #parts: Required<DeliveryParts>;
  readonly #held: HeldMessage;

  constructor(parts: Required<DeliveryParts>, forceId: string, intentId: string) {
    this.#parts = parts;
    // The same for every try of one activity: a try that died keeps the next one waiting for nothing.
    const { workflowExecution, activityId } = activityInfo();
    const claimId = `${workflowExecution?.runId ?? 'no-run'}:${activityId}`;
    this.#held = { forceId, intentId, claimId };
  }

  async deliver(): Promise<DeliveryOutcome> {
    const { forceId, intentId, claimId } = this.#held;
    const found = await this.#case();
    if (found.message.status === 'planned') {
      // Not claimed for a wait: nobody has to give anything back then.
      const judgement = await this.#judge(found);
      if (judgement.verdict === 'later') throw this.#waitUntil(judgement.at);
    }
    const claim = await claimForSending(this.#parts.db, forceId, intentId, claimId);
    switch (claim.state) {
      case 'not-found':
        throw unknownMessage();
      case 'settled':
        return await this.#outcome(claim.message);
      case 'busy':
        throw wait(deliveryWaitTypes.busy, this.#secondsUntil(claim.until));
      case 'fresh':
        return await this.#send();
      case 'needs-lookup': {
        if (claim.message.channel === 'programme') {
          const askedAt = await enrolmentAskedForAt(this.#parts.db, forceId, intentId);
          return askedAt === null ? await this.#send() : await this.#lookUpEnrolment(askedAt);
        }
        const handover = await handoverOf(this.#parts.db, forceId, intentId);
        if (handover === null) return await this.#send();
        return claim.message.channel === 'email'
          ? // No mail server can say what became of a mail, so it stays unclear.
            await this.#settle({ status: 'unknown', reason: 'no-answer' })
          : await this.#lookUp(this.#asItWent(claim.message, handover));
      }
    }
  }

  /** The message is held and was never handed to the gateway. */
  async #send(): Promise<DeliveryOutcome> {
    const { db, gateway, publicUrl, pageUrl } = this.#parts;
    // Read again now that it is held: a fact recorded a moment ago binds this text.
    const found = await this.#case();
    const { forceId, intentId } = this.#held;
    const { purpose, expiresAt } = found.message;
    if (isProgrammePurpose(purpose)) return await this.#enrol(found);
    if (found.message.channel === 'email' && isPersonEmailPurpose(purpose)) {
      return await this.#emailPerson(found, purpose);
    }
    if (isEmailPurpose(purpose)) return await this.#sendEmail(found.message, purpose);
    if (!isTextPurpose(purpose)) return await this.#settle({ status: 'failed', reason: 'no-template' });
    // One moment: what is judged to leave now leaves now.
    const handedOverAt = this.#parts.clock();
    const facts = sendingFactsOf(found.message, found, this.#parts.numbers);
    const judgement = judge(facts, handedOverAt);
    if (judgement.verdict === 'skip') return await this.#skip(purpose, judgement.reason);
    if (judgement.verdict === 'later') {
      await takeBack(db, this.#held);
      throw this.#waitUntil(judgement.at);
    }
    const { to, language, startsAt } = judgement;
    const token = purpose === 'page-link' ? await this.#link(handedOverAt) : null;
    if (purpose === 'page-link' && (token === null || pageUrl === null)) {
      return await this.#settle({ status: 'failed', reason: 'no-page-address' });
    }
    const link = token === null || pageUrl === null ? null : pageAddress(pageUrl, token);
    const told = purpose === 'online-invitation' ? await this.#invitation(found.message) : { startsAt, link };
    if (typeof told === 'string') return await this.#skip(purpose, told);
    const text = { to, body: render(purpose, language, told) };
    const kept = token === null ? text.body : withoutToken(text.body, token);
    const handover = { to, body: kept, language, handedOverAt };
    if (!(await handOver(db, this.#held, handover, found.judgedBy, dayLimit(facts)))) {
      throw wait(deliveryWaitTypes.busy, betweenLookUps.least);
    }
    const answer = await gateway.send({
      ...text,
      statusCallback: publicUrl === null ? undefined : smsStatusUrl(publicUrl, { forceId, intentId }),
      validForSeconds: secondsBetween(handedOverAt, expiresAt),
    });
    switch (answer.answer) {
      case 'accepted':
        return await this.#settle({ status: 'sent', gatewayId: answer.gatewayId });
      case 'refused':
        return await this.#settle({ status: 'failed', reason: `refused-${answer.code}` });
      case 'retry-later':
        return await this.#comeBack(answer.seconds, answer.why);
      case 'unclear':
        throw wait(deliveryWaitTypes.lookUp, betweenLookUps.least, answer.why);
    }
  }

  /** To somebody at work. */
  async #sendEmail(message: MessageRow, purpose: EmailPurpose): Promise<DeliveryOutcome> {
    const { db, emails, publicUrl, clock } = this.#parts;
    if (emails === null || publicUrl === null) {
      return await this.#settle({ status: 'failed', reason: 'no-mail-server' });
    }
    const handedOverAt = clock();
    const judgement = judgeEmail(message, handedOverAt);
    if (judgement.verdict === 'skip')
      return await this.#settle({ status: 'skipped', reason: judgement.reason });
    if (judgement.verdict === 'later') {
      await takeBack(db, this.#held);
      throw this.#waitUntil(judgement.at);
    }
    const email = await staffEmail(db, message, purpose, { publicUrl, now: handedOverAt });
    if (email === null) return await this.#settle({ status: 'skipped', reason: 'no-address' });
    const { to, body } = email;
    if (!(await handOverEmail(db, this.#held, { to, body, language: 'en', handedOverAt }))) {
      throw wait(deliveryWaitTypes.busy, betweenLookUps.least);
    }
    return await this.#post(emails, { ...email, language: 'en' });
  }

  /** To the person, where no text may go. */
  async #emailPerson(found: DeliveryCase, purpose: PersonEmailPurpose): Promise<DeliveryOutcome> {
    const { emails } = this.#parts;
    if (emails === null) return await this.#settle({ status: 'failed', reason: 'no-mail-server' });
    const ready = await handOverToPerson(this.#parts, this.#held, found, purpose);
    if ('skip' in ready) return await this.#skip(purpose, ready.skip);
    if ('later' in ready) {
      await takeBack(this.#parts.db, this.#held);
      throw this.#waitUntil(ready.later);
    }
    if ('judgeAgain' in ready) throw wait(deliveryWaitTypes.busy, betweenLookUps.least);
    return await this.#post(emails, ready.email);
  }

  /** An unclear answer settles it at once: nobody can be asked later. */
  async #post(emails: EmailGateway, email: Omit<Email, 'intentId'>): Promise<DeliveryOutcome> {
    const answer = await emails.send({ ...email, intentId: this.#held.intentId });
    switch (answer.answer) {
      case 'accepted':
        return await this.#settle({ status: 'sent', gatewayId: answer.gatewayId });
      case 'refused':
        return await this.#settle({ status: 'failed', reason: `refused-${answer.code}` });
      case 'retry-later':
        return await this.#comeBack(answer.seconds, answer.why);
      case 'unclear':
        return await this.#settle({ status: 'unknown', reason: answer.why });
    }
  }

  /**
   * An access code from the online programme, asked for once: the id of the message is the reference there and the key.
   * An unclear answer is looked up by it, and never followed by a second enrolment.
   */
  async #enrol(found: DeliveryCase): Promise<DeliveryOutcome> {
    const { db, programme, clock } = this.#parts;
    if (programme === null) return await this.#settle({ status: 'failed', reason: 'no-online-programme' });
    const handedOverAt = clock();
    const judgement = judgeEnrolment(await this.#enrolmentFacts(found), handedOverAt);
    if (judgement.verdict === 'skip') return await this.#skip(found.message.purpose, judgement.reason);
    if (judgement.verdict === 'later') {
      await takeBack(db, this.#held);
      throw this.#waitUntil(judgement.at);
    }
    if (!(await handOverEnrolment(db, this.#held, handedOverAt, found.judgedBy))) {
      throw wait(deliveryWaitTypes.busy, betweenLookUps.least);
    }
    const answer = await programme.enrol(this.#held.intentId);
    switch (answer.answer) {
      case 'accepted':
        return await this.#settle({ status: 'sent', body: answer.accessCode });
      case 'refused':
        return await this.#settle({ status: 'failed', reason: `refused-${answer.code}` });
      case 'retry-later':
        return await this.#comeBack(answer.seconds, answer.why);
      case 'unclear':
        throw wait(deliveryWaitTypes.lookUp, betweenLookUps.least, answer.why);
    }
  }

  async #enrolmentFacts({ message, facts, pathway }: DeliveryCase): Promise<EnrolmentFacts> {
    return {
      ...{ notBefore: message.notBefore, expiresAt: message.expiresAt, personFacts: facts },
      pathwayClosed: pathway.closedAt !== null,
      routedOn: await isRoutedOn(this.#parts.db, message),
    };
  }

  /** What the invitation tells, or why there is nothing to tell. While the access code is not there, it waits. */
  async #invitation(message: MessageRow): Promise<MessageSubject | SkipReason> {
    const { db, publicUrl } = this.#parts;
    if (await isRoutedOn(db, message)) return 'routed-elsewhere';
    const enrolment = await enrolmentWith(db, message);
    if (enrolment?.status === 'delivered') return 'already-logged-in';
    if (enrolment?.status === 'sent' && enrolment.accessCode !== null && publicUrl !== null) {
      return { code: enrolment.accessCode, link: `${publicUrl}/start` };
    }
    const awaited = enrolment?.status === 'planned' || enrolment?.status === 'sending';
    // The engine's own pauses grow to five minutes: with less than twice that left, this may be the last try.
    if (!awaited || this.#secondsLeft() < 600) return 'not-enrolled';
    await takeBack(db, this.#held);
    throw wait(deliveryWaitTypes.enrolment);
  }

  /** Rightly not sent; or, where only this text would have told it, not sent and somebody's to tell. */
  async #skip(purpose: string, reason: SkipReason): Promise<DeliveryOutcome> {
    return await this.#settle({ status: mustBeTold(purpose, reason) ? 'failed' : 'skipped', reason });
  }

  /** It is certain that nothing left. When this activity would be over before the next try, it ends here and not in silence. */
  async #comeBack(seconds: number | null, why: string): Promise<DeliveryOutcome> {
    const pause = Math.min(Math.max(seconds ?? 0, 1), longestPauseSeconds);
    // The engine's own pauses grow to five minutes: with less than twice that left, this may be the last try.
    if (this.#secondsLeft() < Math.max(pause, 600)) {
      return await this.#settle({ status: 'failed', reason: `gave-up-${why}` });
    }
    await takeBack(this.#parts.db, this.#held);
    throw wait(deliveryWaitTypes.gateway, seconds === null ? undefined : pause, why);
  }

  #link(now: Instant): Promise<string | null> {
    return makeLink(this.#parts.db, this.#held, now);
  }

  /** What is kept of a text with a link lacks its token, and the gateway knows the text with it. */
  #asItWent({ purpose }: MessageRow, handover: Handover): Handover {
    const { forceId, intentId } = this.#held;
    return purpose === 'page-link'
      ? { ...handover, body: withToken(handover.body, this.#parts.db.fields.linkToken(forceId, intentId)) }
      : handover;
  }

  async #lookUp(handover: Handover): Promise<DeliveryOutcome> {
    const { db, gateway } = this.#parts;
    const { handedOverAt } = handover;
    const answer = await gateway.find(handover, handedOverAt);
    if (answer.answer === 'looked-up') {
      const taken = await gatewayIdsOfOthers(db, this.#held.intentId, answer.gatewayIds);
      const gatewayId = answer.gatewayIds.find((id) => !taken.includes(id));
      if (gatewayId !== undefined) return await this.#settle({ status: 'sent', gatewayId });
    }
    return await this.#notFound(handedOverAt, answer.answer === 'not-looked-up' ? answer : null);
  }

  async #lookUpEnrolment(askedAt: Instant): Promise<DeliveryOutcome> {
    const { programme } = this.#parts;
    if (programme === null) return await this.#settle({ status: 'unknown', reason: 'gateway-not-asked' });
    const answer = await programme.find(this.#held.intentId);
    if (answer.answer === 'looked-up' && answer.enrolment !== null) {
      return await this.#settle({ status: 'sent', body: answer.enrolment.accessCode });
    }
    return await this.#notFound(askedAt, answer.answer === 'not-looked-up' ? answer : null);
  }

  /** What was handed over then is not at the gateway, or `away`: it could not be asked. */
  async #notFound(
    handedOverAt: Instant,
    away: { readonly seconds: number | null; readonly why: string } | null,
  ): Promise<DeliveryOutcome> {
    const passed = secondsBetween(handedOverAt, this.#parts.clock());
    if (passed >= (away === null ? lookUpForSeconds : lookUpWhileAwayForSeconds)) {
      return await this.#settle({
        status: 'unknown',
        reason: away === null ? 'not-at-gateway' : 'gateway-not-asked',
      });
    }
    const pause = Math.min(Math.max(passed, betweenLookUps.least), betweenLookUps.most);
    const asked = away?.seconds ?? 0;
    throw wait(
      deliveryWaitTypes.lookUp,
      Math.min(Math.max(pause, asked), longestPauseSeconds),
      away?.why ?? 'not-there-yet',
    );
  }

  async #settle(
    result: Pick<Settlement, 'status' | 'reason' | 'gatewayId' | 'body'>,
  ): Promise<DeliveryOutcome> {
    const { message } = await settle(this.#parts.db, { ...this.#held, ...result });
    if (message === null) throw unknownMessage();
    // Another try took the claim over: what it makes of it is seen next time.
    if (message.status === 'planned' || message.status === 'sending') {
      throw wait(deliveryWaitTypes.busy, betweenLookUps.least);
    }
    return await this.#outcome(message);
  }

  /** Of an access code that no text was planned to tell, somebody has to tell: for the pathway a text that was not sent. */
  async #outcome(message: MessageRow): Promise<DeliveryOutcome> {
    const instead = this.#parts.emails === null ? {} : await byEmailInstead(this.#parts, message);
    const outcome = { ...outcomeOf(message), ...instead };
    const enrolled = message.channel === 'programme' && message.status === 'sent';
    return enrolled && !(await isInvitedWith(this.#parts.db, message))
      ? { ...outcome, status: 'failed', purpose: 'online-invitation', reason: 'not-invited' }
      : outcome;
  }

  async #case(): Promise<DeliveryCase> {
    const { db, clock } = this.#parts;
    const found = await messageForDelivery(db, this.#held.forceId, this.#held.intentId, clock());
    if (found === null) throw unknownMessage();
    return found;
  }

  async #judge(found: DeliveryCase): Promise<Judgement | EmailJudgement | PersonEmailJudgement> {
    const { message } = found;
    if (message.channel === 'programme')
      return judgeEnrolment(await this.#enrolmentFacts(found), this.#parts.clock());
    if (message.channel === 'email' && isPersonEmailPurpose(message.purpose))
      return judgeFound(this.#parts, found);
    if (message.channel === 'email') return judgeEmail(message, this.#parts.clock());
    return judge(sendingFactsOf(found.message, found, this.#parts.numbers), this.#parts.clock());
  }

  #waitUntil(at: Instant): ApplicationFailure {
    return wait(deliveryWaitTypes.hours, this.#secondsUntil(at));
  }

  /** Until Temporal gives this activity up, all its tries together. */
  #secondsLeft(): number {
    const { scheduledTimestampMs, scheduleToCloseTimeoutMs } = activityInfo();
    if (scheduleToCloseTimeoutMs <= 0) return Number.POSITIVE_INFINITY;
    return secondsBetween(this.#parts.clock(), toInstant(scheduledTimestampMs + scheduleToCloseTimeoutMs));
  }

  /** At least one: a retry at once would turn in circles. */
  #secondsUntil(at: Instant): number {
    return Math.max(1, Math.ceil(secondsBetween(this.#parts.clock(), at)));
  }
}

const outcomeStatuses = {
  sent: 'sent',
  delivered: 'sent',
  failed: 'failed',
  unknown: 'unknown',
  skipped: 'skipped',
  cancelled: 'skipped',
} as const;

function outcomeOf(message: MessageRow): DeliveryOutcome {
  const { status, purpose, reason, settledAt, updatedAt } = message;
  if (status === 'planned' || status === 'sending') throw new Error('The message is not settled');
  const outcome = { status: outcomeStatuses[status], purpose, at: settledAt ?? updatedAt };
  return reason === null ? outcome : { ...outcome, reason };
}

/** `seconds` undefined leaves the pause to the engine's own, which grows. `why` is a code. */
function wait(type: string, seconds?: number, why?: string): ApplicationFailure {
  return ApplicationFailure.create({
    type,
    message: why === undefined ? type : `${type} (${why})`,
    nonRetryable: false,
    // On purpose, at nearly every invitation: no warning, and no failure in the SDK's figures.
    ...(type === deliveryWaitTypes.enrolment ? { category: 'BENIGN' as const } : {}),
    ...(seconds === undefined ? {} : { nextRetryDelay: Math.ceil(seconds) * 1_000 }),
  });
}

function unknownMessage(): ApplicationFailure {
  return ApplicationFailure.nonRetryable('The ledger holds no such message', 'UnknownMessage');
}

/** PostgreSQL's own words can quote a row, so only its code is passed on, or the name of an error of ours. */
function troubleOf(error: unknown): ApplicationFailure {
  const { code, name } = (typeof error === 'object' && error !== null ? error : {}) as {
    readonly code?: unknown;
    readonly name?: unknown;
  };
  return typeof code === 'string' && /^\w+$/.test(code)
    ? wait(deliveryWaitTypes.record, undefined, code)
    : wait('DeliveryBroken', undefined, typeof name === 'string' && /^\w+$/.test(name) ? name : 'unknown');
}

function machineClock(): Instant {
  return toInstant(Date.now());
}
