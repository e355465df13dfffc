import { activityInfo, ApplicationFailure, sleep } from '@temporalio/activity';
import { dayLimit, judge, judgeEnrolment, mustBeTold } from '../messages/judge.ts';
import type { EmailJudgement, EnrolmentFacts, Judgement } from '../messages/judge.ts';
import type { PersonEmailJudgement } from '../messages/judge-person-email.ts';
import { pageAddress, startAddress, withToken, withoutToken } from '../messages/page-address.ts';
import { isPersonEmailPurpose } from '../messages/person-email.ts';
import type { PersonEmailPurpose } from '../messages/person-email.ts';
import { anySpelling, textableNumber } from '../messages/phone-number.ts';
import { render } from '../messages/render.ts';
import type { MessageSubject } from '../messages/render.ts';
import { isOverForPerson, sendingFactsOf } from '../messages/sending-facts.ts';
import type { SkipReason } from '../messages/skip-reasons.ts';
import { recordToldByEmail } from '../store/disclosures.ts';
import {
  gatewayIdsOfOthers,
  handOver,
  handOverEmail,
  handoverOf,
  postpone,
  takeBack,
} from '../store/message-handover.ts';
import type { Handover, HeldMessage } from '../store/message-handover.ts';
import { recordCarrierStop } from '../store/carrier-stops.ts';
import { claimForSending, messageForDelivery, settle } from '../store/messages.ts';
import type { DeliveryCase, MessageRow, Settlement } from '../store/messages.ts';
import {
  enrolmentAskedForAt,
  enrolmentWith,
  handOverEnrolment,
  isRoutedOn,
} from '../store/online-enrolments.ts';
import { recordStopOfNumber } from '../store/number-stops.ts';
import { makeLink } from '../store/person-links.ts';
import type { MessageActivities } from '../workflows/contract/activities.ts';
import { deliveryWaitTypes } from '../workflows/contract/activities.ts';
import type { DeliveryOutcome } from '../workflows/contract/envelope.ts';
import { isStoppedAtCarrier } from '../workflows/domain/common/delivery-failure.ts';
import { secondsBetween, toInstant } from '../workflows/domain/common/instant.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import {
  isEmailPurpose,
  isProgrammePurpose,
  isTextPurpose,
} from '../workflows/domain/common/message-purpose.ts';
import type { EmailPurpose } from '../workflows/domain/common/message-purpose.ts';
import { settledOutcome } from './delivery-outcome.ts';
import {
  betweenLookUps,
  longestPauseSeconds,
  lookUpForSeconds,
  lookUpWhileAwayForSeconds,
  machineClock,
  shortPauses,
} from './delivery-parts.ts';
import type { DeliveryParts, Parts } from './delivery-parts.ts';
import { operatorOf, troubleOf, unknownMessage, wait, wordsOf } from './delivery-trouble.ts';
import type { Email, EmailGateway } from './gateways/email.ts';
import { unhurried } from './gateways/sending-pace.ts';
import { smsStatusUrl } from './gateways/sms.ts';
import { handOverToPerson, judgeFound } from './person-email.ts';
import { sayingAlive } from './saying-alive.ts';
import { judgedEmail, staffEmail, tellsPolice } from './staff-email.ts';

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
 * holds no place at the worker meanwhile; but for the second or two that a gateway at its limit asks for. Results and
 * failures hold ids and codes only.
 */
export function createMessageActivities({
  db,
  gateway,
  numbers,
  emails = null,
  programme = null,
  publicUrl = null,
  pageUrl = null,
  caseUrl = null,
  pace = unhurried,
  clock = machineClock,
  log = null,
}: DeliveryParts): MessageActivities {
  const parts = { db, gateway, numbers, emails, programme, publicUrl, pageUrl, caseUrl, pace, clock };
  const tellOperator = operatorOf(log);
  return {
    async deliverMessage({ forceId, intentId }) {
      try {
        return await sayingAlive(() => new Delivery(parts, forceId, intentId).deliver());
      } catch (error) {
        if (error instanceof ApplicationFailure) throw error;
        const trouble = troubleOf(error);
        tellOperator(error, trouble, intentId);
        throw trouble;
      }
    },
  };
}

type Later = Extract<Judgement, { readonly verdict: 'later' }>;

class Delivery {
  readonly #parts: Parts;
  #held: HeldMessage;
  /** When this try handed it over; null: it has not. */
  #handedOverAt: Instant | null = null;
  #shortPauses = 0;

  constructor(parts: Parts, forceId: string, intentId: string) {
    this.#parts = parts;
    // The same for every try of one activity: a try that died keeps the next one waiting for nothing. Until it is claimed
    // the attempt is none.
    const { workflowExecution, activityId } = activityInfo();
    const claimId = `${workflowExecution?.runId ?? 'no-run'}:${activityId}`;
    this.#held = { forceId, intentId, claimId, attempt: 0 };
  }

  async deliver(): Promise<DeliveryOutcome> {
    const { forceId, intentId, claimId } = this.#held;
    const found = await this.#case();
    if (found.message.status === 'planned') {
      // Not claimed for a wait: nobody has to give anything back then.
      const judgement = await this.#judge(found);
      if (judgement.verdict === 'later' && !this.#isTooFar(judgement)) throw await this.#putOff(judgement);
      if (judgement.verdict === 'send' && found.message.channel === 'sms') {
        await this.#parts.pace.turn(found.message.urgency);
      }
    }
    const claim = await claimForSending(this.#parts.db, forceId, intentId, claimId);
    if (claim.state === 'fresh' || claim.state === 'needs-lookup') {
      this.#held = { ...this.#held, attempt: claim.attempt };
    }
    switch (claim.state) {
      case 'not-found':
        throw unknownMessage();
      case 'settled':
        return await settledOutcome(this.#parts, claim.message);
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
            await this.#mailed(claim.message.purpose, { status: 'unknown', reason: 'no-answer' })
          : await this.#lookUp(this.#asItWent(claim.message, handover));
      }
    }
  }

  /** The message is held and was never handed to the gateway. */
  async #send(): Promise<DeliveryOutcome> {
    const { db, gateway, publicUrl, pageUrl } = this.#parts;
    await recordStopOfNumber(db, this.#held, (typed) => textableNumber(typed, anySpelling));
    // Read again now that it is held: a fact recorded a moment ago binds this text.
    const found = await this.#case();
    const { forceId, intentId } = this.#held;
    const { purpose, expiresAt } = found.message;
    if (isProgrammePurpose(purpose)) return await this.#enrol(found);
    if (found.message.channel === 'email' && isPersonEmailPurpose(purpose)) {
      return await this.#emailPerson(found, purpose);
    }
    if (isEmailPurpose(purpose)) return await this.#sendEmail(found, purpose);
    if (!isTextPurpose(purpose)) return await this.#settle({ status: 'failed', reason: 'no-template' });
    // One moment: what is judged to leave now leaves now.
    const handedOverAt = this.#parts.clock();
    const facts = sendingFactsOf(found.message, found, this.#parts.numbers);
    const judgement = judge(facts, handedOverAt);
    if (judgement.verdict === 'skip') return await this.#skip(purpose, judgement.reason);
    if (judgement.verdict === 'later') {
      if (this.#isTooFar(judgement)) return await this.#skip(purpose, 'not-today');
      await takeBack(db, this.#held, null);
      throw await this.#putOff(judgement);
    }
    const { to, language, startsAt } = judgement;
    const token = purpose === 'page-link' ? await this.#link(handedOverAt) : null;
    if (purpose === 'page-link' && (token === null || pageUrl === null)) {
      return await this.#settle({ status: 'failed', reason: 'no-page-address' });
    }
    const link = token === null || pageUrl === null ? null : pageAddress(pageUrl, token);
    const told = purpose === 'online-invitation' ? await this.#invitation(found.message) : { startsAt, link };
    if (typeof told === 'string') return await this.#skip(purpose, told);
    const words = await wordsOf(() => render(purpose, language, told));
    if (words === null) return await this.#settle({ status: 'failed', reason: 'no-words' });
    const text = { to, body: words };
    const kept = token === null ? text.body : withoutToken(text.body, token);
    const handover = { to, body: kept, language, handedOverAt };
    if (!(await handOver(db, this.#held, handover, found.judgedBy, dayLimit(facts)))) {
      throw wait(deliveryWaitTypes.busy, betweenLookUps.least);
    }
    this.#handedOverAt = handedOverAt;
    const answer = await gateway.send({
      ...text,
      statusCallback: publicUrl === null ? undefined : smsStatusUrl(publicUrl, { forceId, intentId }),
      validForSeconds: secondsBetween(handedOverAt, expiresAt),
    });
    switch (answer.answer) {
      case 'accepted':
        return await this.#settle({ status: 'sent', gatewayId: answer.gatewayId });
      case 'refused': {
        const reason = `refused-${answer.code}`;
        // Before it is settled: a try that dies between the two would leave nobody to record it.
        if (isStoppedAtCarrier(reason)) await recordCarrierStop(db, this.#held);
        return await this.#settle({ status: 'failed', reason });
      }
      case 'retry-later':
        return await this.#comeBack(answer.seconds, answer.why);
      case 'unclear':
        throw wait(deliveryWaitTypes.lookUp, betweenLookUps.least, answer.why);
    }
  }

  /** To somebody at work. */
  async #sendEmail(found: DeliveryCase, purpose: EmailPurpose): Promise<DeliveryOutcome> {
    const { db, emails, publicUrl, caseUrl, clock } = this.#parts;
    if (emails === null || publicUrl === null) {
      return await this.#settle({ status: 'failed', reason: 'no-mail-server' });
    }
    const handedOverAt = clock();
    const judgement = judgedEmail(found, handedOverAt);
    if (judgement.verdict === 'skip')
      return await this.#settle({ status: 'skipped', reason: judgement.reason });
    if (judgement.verdict === 'later') {
      await takeBack(db, this.#held, null);
      throw this.#waitUntil(judgement.at);
    }
    const made = await wordsOf(async () => ({
      email: await staffEmail(db, found.message, purpose, { publicUrl, caseUrl, now: handedOverAt }),
    }));
    if (made === null) return await this.#settle({ status: 'failed', reason: 'no-words' });
    const { email } = made;
    if (email === null) return await this.#settle({ status: 'skipped', reason: 'no-address' });
    const { to, body } = email;
    const judgedBy = tellsPolice(purpose) ? found.judgedBy : null;
    if (!(await handOverEmail(db, this.#held, { to, body, handedOverAt }, judgedBy))) {
      throw wait(deliveryWaitTypes.busy, betweenLookUps.least);
    }
    return await this.#post(emails, purpose, email, handedOverAt);
  }

  /** To the person, where no text may go. */
  async #emailPerson(found: DeliveryCase, purpose: PersonEmailPurpose): Promise<DeliveryOutcome> {
    const { db, emails } = this.#parts;
    if (emails === null) return await this.#settle({ status: 'failed', reason: 'no-mail-server' });
    const ready = await handOverToPerson(this.#parts, this.#held, found, purpose);
    if ('skip' in ready) return await this.#skip(purpose, ready.skip);
    if ('later' in ready) {
      if (this.#isTooFar(ready.later)) return await this.#skip(purpose, 'not-today');
      await takeBack(db, this.#held, null);
      throw await this.#putOff(ready.later);
    }
    if ('failed' in ready) return await this.#settle({ status: 'failed', reason: ready.failed });
    if ('judgeAgain' in ready) throw wait(deliveryWaitTypes.busy, betweenLookUps.least);
    return await this.#post(emails, purpose, ready.email, ready.handedOverAt);
  }

  /** What is handed over. An unclear answer settles it at once: nobody can be asked later. */
  async #post(
    emails: EmailGateway,
    purpose: string,
    email: Omit<Email, 'intentId'>,
    handedOverAt: Instant,
  ): Promise<DeliveryOutcome> {
    this.#handedOverAt = handedOverAt;
    const answer = await emails.send({ ...email, intentId: this.#held.intentId });
    switch (answer.answer) {
      case 'accepted':
        return await this.#mailed(purpose, { status: 'sent', gatewayId: answer.gatewayId });
      case 'refused':
        return await this.#settle({ status: 'failed', reason: `refused-${answer.code}` });
      case 'retry-later':
        return await this.#comeBack(answer.seconds, answer.why);
      case 'unclear':
        return await this.#mailed(purpose, { status: 'unknown', reason: answer.why });
    }
  }

  /** It has left, or may have: what the police were told is in the log before it is settled. */
  async #mailed(
    purpose: string,
    result: Pick<Settlement, 'status' | 'reason' | 'gatewayId'>,
  ): Promise<DeliveryOutcome> {
    const { forceId, intentId } = this.#held;
    if (tellsPolice(purpose)) await recordToldByEmail(this.#parts.db, forceId, intentId);
    return await this.#settle(result);
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
      await takeBack(db, this.#held, null);
      throw this.#waitUntil(judgement.at);
    }
    if (!(await handOverEnrolment(db, this.#held, handedOverAt, found.judgedBy))) {
      throw wait(deliveryWaitTypes.busy, betweenLookUps.least);
    }
    this.#handedOverAt = handedOverAt;
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
      pathwayClosed: isOverForPerson(pathway),
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
      return { code: enrolment.accessCode, link: startAddress(publicUrl) };
    }
    const awaited = enrolment?.status === 'planned' || enrolment?.status === 'sending';
    // The engine's own pauses grow to five minutes: with less than twice that left, this may be the last try.
    if (!awaited || this.#secondsLeft() < 600) return 'not-enrolled';
    await takeBack(db, this.#held, null);
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
    await takeBack(this.#parts.db, this.#held, this.#handedOverAt);
    this.#handedOverAt = null;
    if (seconds !== null && pause <= shortPauses.longestSeconds && this.#shortPauses < shortPauses.most) {
      this.#shortPauses += 1;
      await sleep(pause * 1_000);
      // From the start: what was recorded meanwhile binds the text.
      return await this.deliver();
    }
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
    const { message } = await settle(this.#parts.db, {
      ...{ ...this.#held, handedOverAt: this.#handedOverAt },
      ...result,
    });
    if (message === null) throw unknownMessage();
    // Another try took the claim over: what it makes of it is seen next time.
    if (message.status === 'planned' || message.status === 'sending') {
      throw wait(deliveryWaitTypes.busy, betweenLookUps.least);
    }
    return await settledOutcome(this.#parts, message);
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
    if (message.channel === 'email') return judgedEmail(found, this.#parts.clock());
    return judge(sendingFactsOf(found.message, found, this.#parts.numbers), this.#parts.clock());
  }

  /** Another day, which this activity would not live to see: it ends here and not in silence. */
  #isTooFar({ at, dayFull }: Later): boolean {
    return dayFull === true && this.#secondsLeft() < this.#secondsUntil(at);
  }

  /** What waits for another day is due then: it was not held up meanwhile. */
  async #putOff({ at, dayFull }: Later): Promise<ApplicationFailure> {
    if (dayFull === true) await postpone(this.#parts.db, this.#held, at);
    return this.#waitUntil(at);
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
