import { setTimeout as pause } from 'node:timers/promises';
import type { SmsInbox } from '../activities/gateways/sms.ts';
import { readReply } from '../messages/reply-meaning.ts';
import type { Log } from '../platform/log.ts';
import type { Database } from '../store/database.ts';
import { inboundLook, keepInboundText, recordInboundLook } from '../store/inbound-texts.ts';
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

/**
 * Asks the text gateway which texts came in since the last look that was complete, and keeps those that nobody handed
 * over: the gateway tries for seconds only, and a STOP that came while the API or PostgreSQL was away would be lost for
 * good. At start and each ten minutes; what fails is tried again after a minute. One process looks at a time.
 */
export class InboundTexts {
  readonly #db: Database;
  readonly #inbox: SmsInbox;
  readonly #log: Log;
  #looked = false;

  constructor(parts: { readonly db: Database; readonly inbox: SmsInbox; readonly log: Log }) {
    this.#db = parts.db;
    this.#inbox = parts.inbox;
    this.#log = parts.log;
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
        this.#log.warn({ error: error instanceof Error ? error.message : 'unknown' }, 'no look for texts');
      }
      await pause(everyMs, undefined, { signal }).catch(() => undefined);
    }
  }

  async #isDue(): Promise<boolean> {
    const { completeUntil } = await inboundLook(this.#db);
    return !this.#looked || completeUntil === null || Date.now() - Date.parse(completeUntil) >= lookEveryMs;
  }

  /**
   * Looks once, and answers how many texts nobody had handed over.
   * @throws Error when the gateway could not be asked, or has more than it was asked for: what it gave is kept
   */
  async once(): Promise<number> {
    const { completeUntil, addressForceId } = await inboundLook(this.#db);
    const begun = Date.now();
    const since = completeUntil === null ? begun - firstLookMs : Date.parse(completeUntil) - overlapMs;
    const asked = await this.#inbox.received(toInstant(since));
    if (asked.answer === 'not-looked-up') throw new Error(asked.why);
    let found = 0;
    for (const { gatewayId, from, words, receivedAt } of asked.texts) {
      const text = { gatewayId, from, words, receivedAt, ...readReply(words) };
      for (const { replies, created } of await keepInboundText(this.#db, text, addressForceId)) {
        // What was known before is with the sweep: its number may be somebody else's by now.
        if (!created) continue;
        found += 1;
        for (const reply of replies) {
          // It binds from now on; the carrying is the sweep's.
          await recordFactsOfReply(this.#db, reply);
          if (!isForPathway(reply)) await markReplyCarried(this.#db, reply, null);
        }
      }
    }
    if (!asked.complete) throw new Error('more texts came in than one look takes');
    await recordInboundLook(this.#db, toInstant(begun));
    return found;
  }
}
