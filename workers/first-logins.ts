import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { OnlineProgrammeGateway } from '../activities/gateways/online-programme.ts';
import type { Log } from '../platform/log.ts';
import { refusalOf, sendCommand } from '../platform/pathway-runs.ts';
import type { Database } from '../store/database.ts';
import { findCommand } from '../store/ledger.ts';
import {
  enrolmentByReference,
  firstLoginsAskedUntil,
  recordFirstLoginsAsked,
  settleFirstLogin,
} from '../store/online-enrolments.ts';
import type { EnrolledPathway } from '../store/online-enrolments.ts';
import { holdSweepLock } from '../store/sweeps.ts';
import { firstLoginCommandId } from '../workflows/domain/common/command.ts';
import { toInstant } from '../workflows/domain/common/instant.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import type { EngagementData } from '../workflows/domain/diversion/commands.ts';

const everyMs = 15_000;
const answerWithinMs = 10_000;

/** Beside the sweep's lock and that of the workers' presence. */
const firstLoginsLock = 5_173_203;

const ever = '2000-01-01T00:00:00.000Z';

/** In one turn; the next goes on behind them. */
const mostPages = 100;

/** `why` is a code. */
class NotAllTaken extends Error {
  override readonly name = 'NotAllTaken';
  readonly why: string;

  constructor(why: string) {
    super(`First logins are left: ${why}`);
    this.why = why;
  }
}

/**
 * Asks the online programme who has logged in for the first time, and takes it to the pathway as engagement. Asked for
 * and not waited for: what a webhook could not deliver while this system or the programme was away would be lost, and a
 * question needs no door from outside. Each first login is recorded once, under an id made of its enrolment; until all
 * that was told is taken, the same is asked for again. One process asks at a time.
 */
export class FirstLogins {
  readonly #db: Database;
  readonly #client: Client;
  readonly #programme: OnlineProgrammeGateway;
  readonly #log: Log;

  constructor(parts: {
    readonly db: Database;
    readonly client: Client;
    readonly programme: OnlineProgrammeGateway;
    readonly log: Log;
  }) {
    this.#db = parts.db;
    this.#client = parts.client;
    this.#programme = parts.programme;
    this.#log = parts.log;
  }

  /** Asks until the signal aborts. What fails is logged and tried again at the next turn. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await holdSweepLock(
          this.#db,
          async () => {
            const taken = await this.once();
            if (taken > 0) this.#log.info({ firstLogins: taken }, 'first logins');
          },
          firstLoginsLock,
        );
      } catch (error) {
        // What an error of a library or the database says may quote a row.
        const why = error instanceof NotAllTaken ? { why: error.why } : {};
        this.#log.warn({ error: error instanceof Error ? error.name : 'unknown', ...why }, 'no first logins');
      }
      await pause(everyMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /**
   * @returns how many were settled
   * @throws NotAllTaken when the programme did not tell, or one could not be taken: after all others were
   */
  async once(): Promise<number> {
    let since = (await firstLoginsAskedUntil(this.#db)) ?? ever;
    let settled = 0;
    let left = 0;
    for (let page = 1; page <= mostPages; page += 1) {
      const told = await this.#programme.firstLogins(since);
      if (told.answer === 'not-told') throw new NotAllTaken(told.why);
      if (told.unread > 0) this.#log.warn({ rows: told.unread }, 'rows that are no first logins');
      for (const { reference, at } of told.firstLogins) {
        const enrolment = await enrolmentByReference(this.#db, reference);
        // One of another installation's, or settled when the programme told of it before.
        if (enrolment === null || enrolment.settled) continue;
        const outcome = await this.#take(enrolment, at);
        if (outcome === 'away') {
          left += 1;
          continue;
        }
        await settleFirstLogin(this.#db, enrolment, outcome === 'recorded' ? null : outcome);
        settled += 1;
      }
      // From the first that is left on they are asked for again; and by a clock that is ahead, nothing to come is past.
      const now = toInstant(Date.now());
      if (left === 0) await recordFirstLoginsAsked(this.#db, told.until < now ? told.until : now);
      if (!told.more || told.until <= since) break;
      since = told.until;
    }
    if (left > 0) throw new NotAllTaken(`pathways-away-${String(left)}`);
    return settled;
  }

  /** `recorded`, why it is no evidence, or that the pathway does not answer now. */
  async #take(enrolment: EnrolledPathway, at: Instant): Promise<string> {
    const { forceId, pathwayId, kind, intentId, providerId, routedOn } = enrolment;
    const commandId = firstLoginCommandId(intentId);
    const isRecorded = async () => (await findCommand(this.#db, forceId, pathwayId, commandId)).length > 0;
    if (await isRecorded()) return 'recorded';
    // Of another person by now, or with another provider: whoever has them sees for themselves.
    if (routedOn || providerId === null) return this.#refused(enrolment, 'routed-elsewhere');
    const data: EngagementData = { evidence: 'logged-in' };
    const now = toInstant(Date.now());
    try {
      await sendCommand(
        this.#client,
        { forceId, pathwayId, kind },
        {
          ...{ commandId, name: 'record-engagement', data, receivedAt: now },
          // Clocks of two machines: nothing happened later than it was told.
          occurredAt: at < now ? at : now,
          // The programme speaks as its provider does, who takes the person by it (withAcceptance).
          actor: { userId: 'online-programme', role: 'ProviderWorker', organisationId: providerId, forceId },
        },
        answerWithinMs,
        undefined,
        // One Update's id has one answer for the life of a run, also where that was a failure.
        `${commandId}:${randomUUID()}`,
      );
      return (await isRecorded()) ? 'recorded' : 'away';
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === undefined || refusal.code === 'internal-error') return 'away';
      // Somebody has recorded an earlier login by hand.
      return refusal.code === 'already-done' ? 'recorded' : this.#refused(enrolment, refusal.code);
    }
  }

  #refused({ pathwayId, intentId }: EnrolledPathway, why: string): string {
    this.#log.warn({ pathwayId, intentId, why }, 'a first login is no evidence');
    return `login-${why}`;
  }
}
