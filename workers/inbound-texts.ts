import { setTimeout as pause } from 'node:timers/promises';
import type { ReceivedText, SmsInbox } from '../activities/gateways/sms.ts';
import { readReply } from '../messages/reply-meaning.ts';
import type { Log } from '../platform/log.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { Database } from '../store/database.ts';
import { inboundLook, isKept, keepInboundText, recordInboundLook } from '../store/inbound-texts.ts';
import { isForPathway, markReplyCarried, recordFactsOfReply } from '../store/replies.ts';
import { holdSweepLock } from '../store/sweeps.ts';
import { toInstant } from '../workflows/domain/common/instant.ts';

const everyMs = 60_000;
const lookEveryMs = 600_000;

/** Clocks may differ, a list may lag, and dates are whole seconds: what is known already has no second effect. */
const overlapMs = 3_600_000;

/** How far back the first look of an installation goes. */
const firstLookMs = 86_400_000;

/** Beside the sweep's lock, that of the workers' presence and that of the first logins. */
const inboundLock = 5_173_204;

/** The gateway tries for 15 seconds (docs/running.md), and clocks may differ. */
const handingOverMs = 30_000;

/** The gateway's dates are whole seconds. */
const lastOfSecondMs = 999;

/** `why` is a code. */
class NotAllKept extends Error {
  override readonly name = 'NotAllKept';
  readonly why: string;

  constructor(why: string) {
    super(`Texts that came in are left: ${why}`);
    this.why = why;
  }
}

/**
 * Asks the text gateway which texts came in since the last look that was complete, and keeps those that nobody handed
 * over: the gateway tries for seconds only, and a STOP that came while the API or PostgreSQL was away would be lost for
 * good. At start and each ten minutes; what fails is tried again after a minute. One process looks at a time.
 */
export class InboundTexts {
  readonly #db: Database;
  readonly #inbox: SmsInbox;
  readonly #log: Log;
  readonly #metrics: Pick<Metrics, 'inboundLookAt'>;
  readonly #clock: () => number;
  #looked = false;

  constructor(parts: {
    readonly db: Database;
    readonly inbox: SmsInbox;
    readonly log: Log;
    readonly metrics: Pick<Metrics, 'inboundLookAt'>;
    /** Milliseconds of the epoch. */
    readonly clock?: () => number;
  }) {
    this.#db = parts.db;
    this.#inbox = parts.inbox;
    this.#log = parts.log;
    this.#metrics = parts.metrics;
    this.#clock = parts.clock ?? Date.now;
  }

  /** Looks until the signal aborts. What fails is logged and tried again at the next turn. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await holdSweepLock(
          this.#db,
          async () => {
            if (!(await this.#isDue())) return;
            const found = await this.once();
            this.#looked = true;
            if (found > 0)
              this.#log.warn({ texts: found }, 'texts came in that the gateway could not hand over');
          },
          inboundLock,
        );
      } catch (error) {
        // What an error of the database says may quote a row.
        const why = error instanceof NotAllKept ? { why: error.why } : {};
        this.#log.warn(
          { error: error instanceof Error ? error.name : 'unknown', ...why },
          'no look for texts',
        );
      }
      await pause(everyMs, undefined, { signal }).catch(() => undefined);
    }
  }

  async #isDue(): Promise<boolean> {
    const { completeUntil } = await inboundLook(this.#db);
    return !this.#looked || completeUntil === null || Date.now() - Date.parse(completeUntil) >= lookEveryMs;
  }

  /**
   * Looks once, and answers how many texts nobody had handed over. One of this moment is left to the next look: the gateway
   * may be handing it over still, and a HELP that it hands over is answered.
   * @throws NotAllKept when the gateway could not be asked, has more than it was asked for, or one could not be kept: what
   *   else it gave is kept
   */
  async once(): Promise<number> {
    const { completeUntil, addressForceId } = await inboundLook(this.#db);
    const begun = this.#clock();
    const since = completeUntil === null ? begun - firstLookMs : Date.parse(completeUntil) - overlapMs;
    const asked = await this.#inbox.received(toInstant(since));
    if (asked.answer === 'not-looked-up') throw new NotAllKept(asked.why);
    let found = 0;
    let left = 0;
    for (const text of asked.texts) {
      if (Date.parse(text.receivedAt) > begun - handingOverMs) continue;
      try {
        if (await this.#keep(text, addressForceId)) found += 1;
      } catch (error) {
        // A STOP may stand behind it.
        left += 1;
        this.#log.error({ error }, 'a text that came in was not kept');
      }
    }
    if (left > 0) throw new NotAllKept(`texts-not-kept-${String(left)}`);
    if (!asked.complete) throw new NotAllKept('more-than-one-look-takes');
    await recordInboundLook(this.#db, toInstant(begun));
    this.#metrics.inboundLookAt.setToCurrentTime();
    return found;
  }

  /** Whether nobody had handed it over. */
  async #keep(
    { gatewayId, from, words, receivedAt: at }: ReceivedText,
    force: string | null,
  ): Promise<boolean> {
    const read = readReply(words);
    // Nobody waits for the answer to a HELP of hours ago, and whoever asked got none.
    const meaning = read.meaning === 'help' ? 'other' : read.meaning;
    // Of a STOP and a START of one second nothing says which was first: it is stopped.
    const last = Math.min(Date.parse(at) + lastOfSecondMs, Date.now());
    const receivedAt = meaning === 'stop' ? toInstant(last) : at;
    const text = { ...{ gatewayId, from, words, receivedAt, meaning }, callToday: read.callToday };
    // Of what one force keeps another may hear only now, which came to know the number since.
    const handedOver = await isKept(this.#db, gatewayId);
    const kept = await keepInboundText(this.#db, text, force);
    // What was known before is with the sweep: its number may be somebody else's by now.
    const unknown = kept.filter(({ created }) => created);
    for (const reply of unknown.flatMap(({ replies }) => replies)) {
      // It binds from now on; the carrying is the sweep's.
      await recordFactsOfReply(this.#db, reply);
      if (!isForPathway(reply)) await markReplyCarried(this.#db, reply, null);
    }
    return unknown.length > 0 && !handedOver;
  }
}
