import { providerRoles } from '../common/actor.ts';
import type { Decision } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import type { Instant } from '../common/instant.ts';
import { raise, settle } from './attention.ts';
import { beginningRules, clearRules, routingWait } from './clocks.ts';
import type { DiversionCommand, DiversionCommandOf } from './commands.ts';
import { DecisionDraft } from './decision-draft.ts';
import type { DraftEffects } from './decision-draft.ts';
import type { DiversionEvent, DiversionEventType } from './events.ts';
import { evolve } from './evolve.ts';
import {
  bookedAhead,
  cancelAhead,
  handOver,
  refuseBefore,
  refuseOffered,
  refuseWithoutProvider,
} from './handing-over.ts';
import type { Refused } from './handing-over.ts';
import type { DiversionState } from './state.ts';
import type { AttentionCode } from './table.ts';

/** The provider's word: the referral is taken, or given back with a reason. */

export function acceptReferral(
  state: DiversionState,
  command: DiversionCommandOf<'accept-referral'>,
  _now: Instant,
): Decision<DiversionEvent> {
  const { occurredAt } = command;
  const { routedAt, acceptedAt } = state.acceptance;
  const refused = refuseWithoutProvider(state);
  if (refused !== undefined) {
    return refused;
  }
  if (acceptedAt !== null) {
    return refuse('already-done', 'The referral is already accepted.', { acceptedAt });
  }
  const early = refuseBefore(
    occurredAt,
    routedAt,
    'The acceptance is dated before the referral reached you.',
  );
  if (early !== undefined) {
    return early;
  }
  const draft = new DecisionDraft(state, command);
  accept(draft, occurredAt);
  return draft.decided();
}

function accept(draft: DecisionDraft, at: Instant): void {
  draft.record('referral-accepted', at, {}, effectsOfAcceptance(draft.state));
}

function effectsOfAcceptance(state: DiversionState): DraftEffects {
  return {
    cleared: clearRules(state, ['acceptance'], 'met'),
    settled: settle(state, ['not-accepted', 'not-accepted-manager', 'no-route']),
  };
}

/** Who does one of these has taken the person, whether or not they have said so. */
const takingUp: readonly DiversionEventType[] = [
  'contact-attempted',
  'appointment-booked',
  'attendance-recorded',
  'engagement-recorded',
  'assessment-recorded',
  'care-plan-agreed',
  'treatment-started',
];

/** With the first thing that the provider does for the person the acceptance is recorded too, so that it has a date. */
export function withAcceptance(
  state: DiversionState,
  command: DiversionCommand,
  decision: Decision<DiversionEvent>,
): Decision<DiversionEvent> {
  const { acceptance, route } = state;
  const { actor, commandId } = command;
  const mayBe =
    route !== null &&
    acceptance.acceptedAt === null &&
    providerRoles.includes(actor.role) &&
    actor.organisationId === route.providerId;
  if (decision.refusal !== undefined || !mayBe) {
    return decision;
  }
  const [first] = decision.events
    .filter(isTakingUp)
    .map(({ occurredAt }) => occurredAt)
    .toSorted();
  const after = decision.events.reduce<DiversionState>(
    (before, event) => evolve(before, { ...event, seq: before.seq + 1, commandId, actor }),
    state,
  );
  if (first === undefined || after.closure !== null || after.acceptance.routedAt !== acceptance.routedAt) {
    return decision;
  }
  const { routedAt } = acceptance;
  const draft = new DecisionDraft(after, command);
  accept(draft, routedAt !== null && first < routedAt ? routedAt : first);
  const { events = [] } = draft.decided();
  return { events: [...decision.events, ...events], intents: decision.intents };
}

function isTakingUp(event: DiversionEvent): boolean {
  return takingUp.includes(event.type) && (event.type !== 'contact-attempted' || event.data.by === 'person');
}

export function declineReferral(
  state: DiversionState,
  command: DiversionCommandOf<'decline-referral'>,
  now: Instant,
): Decision<DiversionEvent> {
  const { data, occurredAt } = command;
  const { route } = state;
  const refused = refuseDecline(state, command, now);
  if (refused !== undefined || route === null) {
    return refused ?? refuseDeclined(state, command);
  }
  const cancelled = bookedAhead(state, now);
  const settled = settle(state, answeredByDeclining);
  const handed = handOver(state, null, settled);
  const rebook = cancelAhead(state, cancelled, { route: null }, occurredAt);
  return new DecisionDraft(state, command)
    .record(
      'referral-declined',
      occurredAt,
      { reason: data.reason, route, cancelled },
      {
        cleared: [
          ...clearRules(state, ['acceptance'], 'met'),
          ...clearRules(state, beginningRules, 'ended'),
          ...rebook.cleared,
        ],
        armed: [routingWait(state.seq, occurredAt, state.policy)],
        settled: [...settled, ...handed.settled],
        raised: [raise({ route: null }, 'declined', occurredAt), ...rebook.raised, ...handed.raised],
      },
    )
    .decided();
}

/** What was asked of the provider that lets go, and of nobody else. */
const answeredByDeclining: readonly AttentionCode[] = [
  'not-accepted',
  'not-accepted-manager',
  'no-first-contact',
  'too-few-tries',
  'nothing-booked',
  'unassigned',
  'no-route',
  'routed-elsewhere',
  'transfer-declined',
  'not-enrolled',
];

function refuseDecline(
  state: DiversionState,
  { occurredAt }: DiversionCommandOf<'decline-referral'>,
  now: Instant,
): Refused {
  const { route, acceptance } = state;
  if (route === null) {
    return undefined;
  }
  return (
    refuseOffered(state) ??
    refuseUnrecorded(state, now) ??
    refuseBefore(
      occurredAt,
      latest(acceptance.routedAt, acceptance.acceptedAt),
      'It is given back before it was received or accepted.',
    )
  );
}

/** Whether the person came decides whether they have engaged: nobody else can say it later. */
function refuseUnrecorded({ appointments }: DiversionState, now: Instant): Refused {
  const begun = appointments.find(({ status, startsAt }) => status === 'booked' && startsAt <= now);
  return begun === undefined
    ? undefined
    : refuse('condition-not-met', 'An appointment has begun: record first what came of it.', {
        appointmentId: begun.appointmentId,
      });
}

function refuseDeclined(
  { declined }: DiversionState,
  { data, actor }: DiversionCommandOf<'decline-referral'>,
): { readonly refusal: NonNullable<Refused>['refusal'] } {
  if (declined?.route.providerId !== actor.organisationId) {
    return refuse('condition-not-met', 'No provider has this referral: there is nobody to give it back.');
  }
  const { at: declinedAt, reason } = declined;
  return reason === data.reason
    ? refuse('already-done', 'The referral is already given back.', { declinedAt, reason })
    : refuse('conflict', 'The referral is already given back for another reason.', { declinedAt, reason });
}

export function latest(...instants: readonly (Instant | null)[]): Instant | null {
  return instants.reduce((a, b) => (a === null || (b !== null && b > a) ? b : a), null);
}
