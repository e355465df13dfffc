import type { CarryFactData, Command } from '../common/command.ts';
import type { Decision } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import type { Instant } from '../common/instant.ts';
import { raise, settle } from './attention.ts';
import { beginningRules, clearRules, firstContact, policyHere, remindersAhead } from './clocks.ts';
import { waitForBooking } from './contact.ts';
import { DecisionDraft } from './decision-draft.ts';
import type { DraftEffects } from './decision-draft.ts';
import type { DiversionEvent } from './events.ts';
import { isNews } from './fact-matter.ts';
import type { DiversionState } from './state.ts';

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
  const known = state.custodySince !== null;
  if (state.finished || !isNews(state, 'custody', at, known)) {
    return refuse('already-done', 'This is known here already, or something later is.', {
      custodySince: state.custodySince,
    });
  }
  const effects: DraftEffects =
    state.closure === null && !known
      ? {
          cleared: clearRules(state, [...beginningRules, 'reminder'], 'ended'),
          settled: settle(state, ['no-first-contact', 'nothing-booked']),
          raised: [raise(state, 'in-custody', at)],
        }
      : {};
  return new DecisionDraft(state, command)
    .record('custody-noted', at, { factId: data.factId }, effects)
    .decided();
}

/** What the custody stopped begins anew at the release: the person must be found, or booked in. */
export function noteRelease(
  state: DiversionState,
  { data, occurredAt, ...command }: CarryFact,
  now: Instant,
): Decision<DiversionEvent> {
  const at = occurredAt > now ? now : occurredAt;
  const { custodySince } = state;
  if (state.finished || !isNews(state, 'custody', at, custodySince === null)) {
    return refuse('already-done', 'This is known here already, or something later is.', { custodySince });
  }
  const free = { ...state, custodySince: null };
  // Without a custody it is only known, so that one that ended with it does nothing when it is carried here later.
  const effects: DraftEffects =
    custodySince === null || state.closure !== null
      ? {}
      : {
          settled: settle(state, ['in-custody']),
          armed: [...beginning(free, at), ...remindersAhead(state.seq, free, now)],
        };
  return new DecisionDraft(state, command)
    .record('release-noted', at, { factId: data.factId }, effects)
    .decided();
}

function beginning(state: DiversionState, at: Instant): ReturnType<typeof waitForBooking> {
  const { engagement, concludedAt, contact, appointments, seq } = state;
  if (engagement !== null || concludedAt !== null) {
    return [];
  }
  if (contact.reachedAt !== null) {
    return waitForBooking(state, at);
  }
  const booked = appointments.some(({ status }) => status === 'booked');
  return booked ? [] : [firstContact(seq, at, policyHere(state))];
}
