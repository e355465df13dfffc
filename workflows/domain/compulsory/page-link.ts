import type { Command } from '../common/command.ts';
import type { Decision } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import { isBefore } from '../common/instant.ts';
import type { Instant } from '../common/instant.ts';
import type { MessageIntent } from '../common/message-intent.ts';
import { pageLinkObstacles } from '../common/page-link.ts';
import type { PageLinkObstacle } from '../common/page-link.ts';
import { pageLinkIntent } from '../common/planned-message.ts';
import { newEvent } from './events.ts';
import type { CompulsoryEvent } from './events.ts';
import { wantsNoTexts } from './state.ts';
import type { AssessmentAppointment, CompulsoryState } from './state.ts';

/** The link to the person's page. It is no notice: the duty is as it was, whether or not it is opened. */
export function sendPageLink(
  state: CompulsoryState,
  { occurredAt }: Command<'send-page-link'>,
  now: Instant,
): Decision<CompulsoryEvent> {
  const planned = planLink(state, now);
  if ('obstacle' in planned) {
    const { obstacle: reason } = planned;
    return refuse('condition-not-met', pageLinkObstacles[reason], { reason });
  }
  return {
    events: [newEvent('page-link-planned', occurredAt, { by: 'command' })],
    intents: [planned.intent],
  };
}

/** The text with the link, or why there can be none. A safety flag is looked up with the person: nothing here knows of it. */
export function planLink(
  state: CompulsoryState,
  now: Instant,
): { readonly intent: MessageIntent } | { readonly obstacle: PageLinkObstacle } {
  const next = nextAhead(state, now);
  if (wantsNoTexts(state)) return { obstacle: 'texts-stopped' };
  if (state.custodySince !== null) return { obstacle: 'in-custody' };
  if (next === undefined) return { obstacle: 'no-appointment' };
  const [intent] = pageLinkIntent(next, state.policy.messages, now);
  return intent === undefined ? { obstacle: 'no-time-left' } : { intent };
}

function nextAhead({ appointments }: CompulsoryState, now: Instant): AssessmentAppointment | undefined {
  return appointments
    .filter(({ status, startsAt }) => status === 'booked' && isBefore(now, startsAt))
    .sort((one, other) => (isBefore(one.startsAt, other.startsAt) ? -1 : 1))[0];
}
