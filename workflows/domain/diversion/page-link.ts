import type { Decision } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import type { Instant } from '../common/instant.ts';
import type { MessageIntent } from '../common/message-intent.ts';
import { pageLinkObstacles } from '../common/page-link.ts';
import type { PageLinkObstacle } from '../common/page-link.ts';
import { pageLinkIntent } from '../common/planned-message.ts';
import type { DiversionCommandOf } from './commands.ts';
import { DecisionDraft } from './decision-draft.ts';
import type { DiversionEvent } from './events.ts';
import { wantsNoTexts } from './reminding.ts';
import type { DiversionAppointment, DiversionState } from './state.ts';

/** The link to the person's page, whenever somebody who works with the person asks for it. */
export function sendPageLink(
  state: DiversionState,
  command: DiversionCommandOf<'send-page-link'>,
  now: Instant,
): Decision<DiversionEvent> {
  const planned = planLink(state, now);
  if ('obstacle' in planned) {
    const { obstacle: reason } = planned;
    return refuse('condition-not-met', pageLinkObstacles[reason], { reason });
  }
  return new DecisionDraft(state, command)
    .record('page-link-planned', command.occurredAt, { by: 'command' })
    .send(planned.intent)
    .decided();
}

/** The text with the link, or why there can be none. */
export function planLink(
  state: DiversionState,
  now: Instant,
): { readonly intent: MessageIntent } | { readonly obstacle: PageLinkObstacle } {
  const next = nextAhead(state, now);
  const { text = 'yes' } = state.contactPreferences;
  if (state.safetyFlag) return { obstacle: 'safety-flag' };
  if (wantsNoTexts(state)) return { obstacle: 'texts-stopped' };
  if (text !== 'yes') return { obstacle: 'not-safe-to-text' };
  if (state.custodySince !== null) return { obstacle: 'in-custody' };
  if (next === undefined) return { obstacle: 'no-appointment' };
  const [intent] = pageLinkIntent(next, state.policy.messages, now);
  return intent === undefined ? { obstacle: 'no-time-left' } : { intent };
}

function nextAhead({ appointments }: DiversionState, now: Instant): DiversionAppointment | undefined {
  return appointments
    .filter(({ status, startsAt }) => status === 'booked' && startsAt > now)
    .sort((one, other) => (one.startsAt < other.startsAt ? -1 : 1))[0];
}
