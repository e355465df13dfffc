import type { Deadline } from '../common/deadline.ts';
import type { Decision } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import type { Instant } from '../common/instant.ts';
import { raise, settle, settleSince } from './attention.ts';
import { clearRules, contactEffort, contactRules } from './clocks.ts';
import type { ContactChannel, DiversionCommandOf } from './commands.ts';
import { DecisionDraft } from './decision-draft.ts';
import type { DraftEffects } from './decision-draft.ts';
import type { DiversionEvent } from './events.ts';
import type { DiversionState } from './state.ts';
import type { AttentionCode } from './table.ts';

/** Trying to reach the person, and reaching them. After the closure it is noted and does nothing. */

const numberChannels: readonly ContactChannel[] = ['phone', 'text', 'voicemail'];

export function recordContactAttempt(
  state: DiversionState,
  command: DiversionCommandOf<'record-contact-attempt'>,
): Decision<DiversionEvent> {
  const { channel, result, by } = command.data;
  if (result === 'wrong-number' && !numberChannels.includes(channel)) {
    return refuse('condition-not-met', 'Only a phone, a text or a voicemail can go to a wrong number.', {
      channel,
    });
  }
  return new DecisionDraft(state, command)
    .record('contact-attempted', command.occurredAt, { channel, result, by }, effectsOf(state, command))
    .decided();
}

function effectsOf(
  state: DiversionState,
  { data, occurredAt }: DiversionCommandOf<'record-contact-attempt'>,
): DraftEffects {
  const { channel, result, by } = data;
  if (state.closure !== null) {
    return {};
  }
  if (result === 'reached' || result === 'declined') {
    return {
      cleared: clearRules(state, contactRules, 'met'),
      settled: [
        ...settle(state, ['no-first-contact', 'too-few-tries']),
        ...settleSince(state, answeredBy(channel), occurredAt),
      ],
    };
  }
  const raised = result === 'wrong-number' ? [raise(state, 'wrong-number', occurredAt)] : [];
  if (by === 'system') {
    return { raised };
  }
  const tried: DraftEffects = {
    cleared: clearRules(state, ['first-contact'], 'met'),
    settled: settle(state, ['no-first-contact']),
  };
  return result === 'wrong-number' ? { ...tried, raised } : withEffort(state, occurredAt, tried);
}

/** What was asked about the ways of reaching the person, and is answered by reaching them in this one. */
function answeredBy(channel: ContactChannel): AttentionCode[] {
  const answered: AttentionCode[] = ['message-not-sent'];
  if (channel !== 'text') {
    answered.push('texts-stopped');
  }
  if (channel === 'phone' || channel === 'text') {
    answered.push('wrong-number');
  }
  return answered;
}

/** The first try starts the contact effort; an earlier one recorded later starts it anew from there. */
function withEffort(state: DiversionState, at: Instant, effects: DraftEffects): DraftEffects {
  const running = state.deadlines.find(({ rule }) => rule === 'contact-effort');
  if (!mayStartEffort(state, running, at)) {
    return effects;
  }
  return {
    ...effects,
    cleared: [...(effects.cleared ?? []), ...clearRules(state, ['contact-effort'], 'superseded')],
    armed: [contactEffort(state.seq, at, state.policy)],
  };
}

function mayStartEffort(state: DiversionState, running: Deadline | undefined, at: Instant): boolean {
  if (running !== undefined) {
    return at < running.start;
  }
  const { contact, engagement, appointments } = state;
  const booked = appointments.some(({ status }) => status === 'booked');
  return contact.reachedAt === null && engagement === null && !contact.effortOver && !booked;
}
