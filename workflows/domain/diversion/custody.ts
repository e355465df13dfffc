import type { CarryFactData, Command } from '../common/command.ts';
import type { Decision } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import type { Instant } from '../common/instant.ts';
import { reminderRules } from '../common/reminder.ts';
import { raise, settle } from './attention.ts';
import { beginningRules, clearRules, firstContact, policyHere, remindersAhead } from './clocks.ts';
import { waitForBooking } from './contact.ts';
import { DecisionDraft } from './decision-draft.ts';
import type { DraftEffects } from './decision-draft.ts';
import type { DiversionEvent } from './events.ts';
import { isNews } from './fact-matter.ts';
import type { DiversionState } from './state.ts';
import type { AttentionCode } from './table.ts';

/**
 * Custody and release. Nobody tries to reach a person in custody and no text goes there; what is booked stays until
 * somebody cancels it, and the time of the referral goes on.
 */

type CarryFact = Command<'carry-fact', CarryFactData>;

export function noteCustody(
  state: DiversionState,
  { data, occurredAt, ...command }: CarryFact,
  now: Instant,
): Decision<DiversionEvent> {
  const at = occurredAt > now ? now : occurredAt;
  const { custodySince, closure, releaseAlone } = state;
  const { factId } = data;
  const { receivedAt: recordedAt } = command;
  const known = custodySince !== null;
  const draft = new DecisionDraft(state, command);
  if (!state.finished && isNews(state, 'custody', { at, recordedAt }, known)) {
    const effects: DraftEffects =
      closure === null && !known
        ? {
            cleared: clearRules(state, [...beginningRules, ...reminderRules], 'ended'),
            settled: settle(state, askedOfWhoTries),
            raised: [raise(state, 'in-custody', at)],
          }
        : {};
    return draft.record('custody-noted', at, { factId, recordedAt }, effects).decided();
  }
  const over = releaseAlone !== null && (releaseAlone.after === null || at > releaseAlone.after);
  if (state.finished || closure !== null || !over) {
    return refuse('already-done', 'This is known here already, or something later is.', { custodySince });
  }
  const { at: endedAt } = releaseAlone;
  return draft.record('custody-noted', at, { factId, recordedAt, endedAt }, overBy(state, endedAt)).decided();
}

const askedOfWhoTries: readonly AttentionCode[] = ['no-first-contact', 'nothing-booked'];

/**
 * What custody and release come to in their order, where the release was heard of first: the clocks of two referrals of
 * one person must not differ by which of two facts reached them sooner. Who was tried or reached since then is past that.
 */
function overBy(state: DiversionState, releasedAt: Instant): DraftEffects {
  const { reachedAt, tries } = state.contact;
  return [reachedAt, ...tries.map(({ at }) => at)].some((at) => at !== null && at >= releasedAt)
    ? {}
    : {
        cleared: clearRules(state, beginningRules, 'superseded'),
        settled: settle(state, askedOfWhoTries),
        armed: beginning({ ...state, deadlines: withoutBeginning(state) }, releasedAt),
      };
}

function withoutBeginning({ deadlines }: DiversionState): DiversionState['deadlines'] {
  return deadlines.filter(({ rule }) => !(beginningRules as readonly string[]).includes(rule));
}

/** What the custody stopped begins anew at the release: the person must be found, or booked in. */
export function noteRelease(
  state: DiversionState,
  { data, occurredAt, ...command }: CarryFact,
  now: Instant,
): Decision<DiversionEvent> {
  const at = occurredAt > now ? now : occurredAt;
  const { custodySince } = state;
  const { receivedAt: recordedAt } = command;
  if (state.finished || !isNews(state, 'custody', { at, recordedAt }, custodySince === null)) {
    return refuse('already-done', 'This is known here already, or something later is.', { custodySince });
  }
  const free = { ...state, custodySince: null };
  // Without a custody it is only known, so that one that ended with it comes to the same when it is carried here later.
  const effects: DraftEffects =
    custodySince === null || state.closure !== null
      ? {}
      : {
          settled: settle(state, ['in-custody']),
          armed: [...beginning(free, at), ...remindersAhead(state.seq, free, now)],
        };
  return new DecisionDraft(state, command)
    .record('release-noted', at, { factId: data.factId, recordedAt }, effects)
    .decided();
}

function beginning(state: DiversionState, at: Instant): ReturnType<typeof waitForBooking> {
  const { engagement, concludedAt, contact, appointments, seq } = state;
  if (engagement !== null || concludedAt !== null || contact.reachedAt !== null) {
    // Also who takes part: what they were to come to has gone by, and nobody else would ask when they come next.
    return waitForBooking({ ...state, engagement: null }, at);
  }
  const booked = appointments.some(({ status }) => status === 'booked');
  return booked ? [] : [firstContact(seq, at, policyHere(state))];
}
