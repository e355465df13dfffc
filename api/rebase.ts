import type { z } from 'zod';
import type { Database } from '../store/database.ts';
import { readEvents } from '../store/ledger.ts';
import { pathwayById } from '../store/pathways.ts';
import { underEarlierVersion } from '../store/policies.ts';
import { wholeForce } from '../store/scope.ts';
import type { Actor } from '../workflows/domain/common/actor.ts';
import type { Command } from '../workflows/domain/common/command.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import { describeLocal } from '../workflows/domain/common/london-time.ts';
import { deadlines } from '../workflows/domain/diversion/deadline-rows.ts';
import type { DiversionPolicy } from '../workflows/domain/diversion/policy.ts';
import { underPolicy } from '../workflows/domain/diversion/rebasing.ts';
import type { MovedDeadline, RebaseReason } from '../workflows/domain/diversion/rebase.ts';
import type { DiversionState } from '../workflows/domain/diversion/state.ts';
import { carryOut } from './commands.ts';
import type { CommandParts } from './commands.ts';
import { fold } from './kinds.ts';
import { Problem } from './problems.ts';
import type { Intent } from './route.ts';
import type { rebaseAnswer, rebasePreview } from './schemas/reference-data.ts';

/** Open referrals and a later version of their policy: what it would do to them, and taking them to it. */

/** So many are looked at for one page: each is folded from its events. */
const pageOfPreview = 50;

/** A page that is begun after this waits for the next request: the key of this one is held for 15 seconds. */
const enoughMs = 7_000;
const pageOfRebase = 200;

/** What a re-base to this version would do; it need not be saved. Changes nothing. */
export async function previewRebase(
  db: Database,
  policy: DiversionPolicy,
  now: Instant,
  after?: string,
): Promise<z.output<typeof rebasePreview>> {
  const { forceId, policyId, version } = policy;
  const { total, page } = await underEarlierVersion(db, policy, {
    limit: pageOfPreview,
    ...(after === undefined ? {} : { after }),
  });
  const pathways: z.output<typeof rebasePreview>['pathways'] = [];
  for (const { pathwayId, reference, receivedAt, version: fromVersion } of page) {
    const events = await readEvents(db, wholeForce(forceId), pathwayId);
    // A pathway of this policy is of its kind.
    const state = fold('diversion', events).state as DiversionState;
    const { moved } = underPolicy(state, policy, now);
    pathways.push({
      ...{ pathwayId, reference, receivedAt, fromVersion },
      moved: moved.map((clock) => movedView(clock, now)),
    });
  }
  const next = page.length === pageOfPreview ? (page.at(-1)?.pathwayId ?? null) : null;
  return { policyId, version, open: total, pathways, next };
}

function movedView({ rule, ref, from, to }: MovedDeadline, now: Instant) {
  const titles: Readonly<Record<string, { readonly title: string }>> = deadlines;
  return {
    rule,
    title: titles[rule]?.title ?? rule,
    ...(ref === undefined ? {} : { ref }),
    from,
    fromText: from === null ? null : describeLocal(from),
    to,
    toText: describeLocal(to),
    passesAtOnce: to <= now,
  };
}

export interface Rebase {
  readonly policy: DiversionPolicy;
  readonly reason: RebaseReason;
  /** Left out: every open one. */
  readonly pathwayIds?: readonly string[];
  readonly after?: string;
  readonly actor: Actor;
}

/**
 * Sends the command to each of them, one after the other, until all are reached or the time is over. Who has taken it
 * is under the version and not asked again, so that a repeat, with the same key or another, goes on with the rest.
 *
 * @throws Problem `outcome-unknown` where the first one already had no answer
 */
export async function rebase(
  parts: CommandParts,
  { policy, reason, pathwayIds, after, actor }: Rebase,
  { requestId, receivedAt }: Intent,
): Promise<z.output<typeof rebaseAnswer>> {
  const { policyId, version, forceId } = policy;
  const only = pathwayIds === undefined ? {} : { only: pathwayIds };
  const { page } = await underEarlierVersion(parts.db, policy, {
    limit: pageOfRebase,
    ...only,
    ...(after === undefined ? {} : { after }),
  });
  const rebased: z.output<typeof rebaseAnswer>['rebased'] = [];
  const refused: z.output<typeof rebaseAnswer>['refused'] = [];
  const until = Date.now() + enoughMs;
  let reached = after ?? null;
  let all = page.length < pageOfRebase;
  for (const { pathwayId } of page) {
    if (Date.now() >= until) {
      all = false;
      break;
    }
    try {
      const row = await pathwayById(parts.db, wholeForce(forceId), pathwayId);
      if (row === null) continue;
      const command: Command = {
        ...{ commandId: requestId, name: 'rebase-policy', actor },
        data: { version, reason },
        ...{ occurredAt: receivedAt, receivedAt },
      };
      const { seq } = await carryOut(parts, row, command, { body: null, repeated: true });
      rebased.push({ pathwayId, seq });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.status >= 500) {
        // Nobody knows of this one yet, and the next would fare no better: the same key asks again from here.
        if (rebased.length + refused.length === 0) throw error;
        all = false;
        break;
      }
      refused.push({ pathwayId, code: error.code, detail: error.document().detail });
    }
    reached = pathwayId;
  }
  const { total } = await underEarlierVersion(parts.db, policy, { limit: 0, ...only });
  return { policyId, version, rebased, refused, remaining: total, next: all ? null : reached };
}
