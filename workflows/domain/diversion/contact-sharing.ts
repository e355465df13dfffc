import type { Command, ShareContactData } from '../common/command.ts';
import type { Decision } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import type { Instant } from '../common/instant.ts';
import { settle } from './attention.ts';
import { clearRules, contactEffort, firstContact, policyHere } from './clocks.ts';
import type { ContactChannel, ContactResult } from './commands.ts';
import { effectsOfAttempt } from './contact.ts';
import { withoutShared } from './contact-history.ts';
import { DecisionDraft } from './decision-draft.ts';
import type { DraftEffects } from './decision-draft.ts';
import type { DiversionEvent } from './events.ts';
import type { SharedContact } from './shared-contact.ts';
import type { DiversionState } from './state.ts';

/**
 * One person with two open referrals at one provider is tried once, not twice a day by two teams: what one referral's
 * team did counts here too, as it counts there. It is nobody's word that this referral is accepted.
 */
export function shareContact(
  state: DiversionState,
  command: Command<'share-contact', ShareContactData>,
  now: Instant,
): Decision<DiversionEvent> {
  const { attemptId, result, factId, fromPathwayId } = command.data;
  if (state.closure !== null || state.concludedAt !== null || state.voided !== null) {
    return refuse('already-done', 'This referral is not open: there is no contact to share.');
  }
  const known = state.sharedContacts.filter((shared) =>
    attemptId === null ? shared.fromPathwayId === fromPathwayId : shared.attemptId === attemptId,
  );
  if (attemptId === null || result === 'undone') {
    const undone = { factId, attemptIds: known.map((shared) => shared.attemptId) };
    return known.length === 0
      ? refuse('already-done', 'This contact is not counted here.', { attemptId })
      : new DecisionDraft(state, command)
          .record('contact-share-undone', now, undone, withoutEffects(state, known, now))
          .decided();
  }
  const at = command.occurredAt > now ? now : command.occurredAt;
  if (known.length > 0 || at < state.receivedAt) {
    return refuse('already-done', 'This contact is counted here, or was before this referral.', {
      attemptId,
    });
  }
  // As the referral that it comes from recorded them.
  const attempt = { channel: command.data.channel as ContactChannel, result: result as ContactResult };
  return new DecisionDraft(state, command)
    .record(
      'contact-shared',
      at,
      { factId, fromPathwayId, attemptId, ...attempt },
      effectsOfAttempt(state, { ...attempt, by: 'person' }, at),
    )
    .decided();
}

/** What it ended begins anew, where nothing else has shown since that the person can be reached. */
function withoutEffects(state: DiversionState, undone: readonly SharedContact[], now: Instant): DraftEffects {
  const remaining = state.sharedContacts.filter((shared) => !undone.includes(shared));
  const contact = withoutShared(state.ownContact ?? state.contact, remaining);
  const { engagement, appointments, custodySince, deadlines } = state;
  const booked = appointments.some(({ status }) => status === 'booked');
  if (contact.reachedAt !== null || engagement !== null || booked || custodySince !== null) {
    return {};
  }
  const policy = policyHere(state);
  const [first] = contact.tries.toSorted((a, b) => (a.at < b.at ? -1 : 1));
  const trying = deadlines.find(({ rule }) => rule === 'contact-effort');
  const cleared = clearRules(state, ['booking'], 'ended');
  const settled = settle(state, ['nothing-booked']);
  if (first === undefined) {
    const waits = deadlines.some(({ rule }) => rule === 'first-contact');
    return {
      cleared: [...cleared, ...clearRules(state, ['contact-effort'], 'ended')],
      settled,
      armed: waits || contact.effortOver ? [] : [firstContact(state.seq, now, policy)],
    };
  }
  return {
    cleared,
    settled,
    armed: trying !== undefined || contact.effortOver ? [] : [contactEffort(state.seq, first.at, policy)],
  };
}
