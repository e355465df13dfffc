import type { Decision } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import type { Instant } from '../common/instant.ts';
import { isSameRoute } from './acceptance.ts';
import type { ProviderRoute, RerouteReason } from './acceptance.ts';
import { raise, settle } from './attention.ts';
import {
  acceptanceWait,
  beginningRules,
  bookingWait,
  clearRules,
  firstContact,
  policyHere,
} from './clocks.ts';
import type { DiversionCommandOf } from './commands.ts';
import { DecisionDraft } from './decision-draft.ts';
import type { DraftEffects } from './decision-draft.ts';
import type { DiversionEvent } from './events.ts';
import {
  askElsewhere,
  bookedAhead,
  cancelAhead,
  handOver,
  refuseBefore,
  refuseOffered,
} from './handing-over.ts';
import type { Refused } from './handing-over.ts';
import type { DiversionState } from './state.ts';
import type { AttentionCode } from './table.ts';
import { inTreatment } from './treatment.ts';

/** Another provider for who has none yet, or whose provider has not taken them; and where the person lives now. */

export function reroute(
  state: DiversionState,
  command: DiversionCommandOf<'reroute'>,
  now: Instant,
): Decision<DiversionEvent> {
  const { data, occurredAt } = command;
  const refused = refuseRoute(state, data.route, occurredAt);
  if (refused !== undefined) {
    return refused;
  }
  const draft = new DecisionDraft(state, command);
  routeTo(draft, data, occurredAt, now);
  return draft.decided();
}

function refuseRoute(state: DiversionState, route: ProviderRoute, at: Instant): Refused {
  const { acceptance, engagement, declined } = state;
  if (isSameRoute(state.route, route)) {
    return refuse('already-done', 'This provider has the referral.', { ...route });
  }
  if (isTaken(state)) {
    return refuse(
      'condition-not-met',
      'The provider has accepted the referral, or the person has engaged: offer a transfer instead.',
      {
        useCommand: 'transfer-pathway',
        acceptedAt: acceptance.acceptedAt,
        engagedAt: engagement?.at ?? null,
      },
    );
  }
  return (
    refuseOffered(state) ??
    refuseBefore(
      at,
      acceptance.routedAt ?? declined?.at ?? null,
      'It is dated before the present provider got the referral, or the former one gave it back.',
    )
  );
}

/** From here on a person goes to another provider only when that one takes them. */
function isTaken({ route, acceptance, engagement }: DiversionState): boolean {
  return route !== null && (acceptance.acceptedAt !== null || engagement !== null);
}

interface Routing {
  readonly route: ProviderRoute;
  readonly reason: RerouteReason;
}

/** With its first date: what is counted from receipt goes on, the waits for the provider's word and first try begin. */
export function routeTo(
  draft: DecisionDraft,
  { route, reason }: Routing,
  at: Instant,
  now: Instant,
): DecisionDraft {
  const { state } = draft;
  const from = state.route;
  // Who had no provider was booked by the manager, and the new provider holds it.
  const cancelled = from === null ? [] : bookedAhead(state, now);
  const elsewhere = askElsewhere(state, cancelled, route);
  const settled = [...settle(state, answeredByRouting), ...elsewhere.settled];
  const handed = handOver(state, route, settled);
  const rebook = cancelAhead(state, cancelled, { route }, at);
  return draft.record(
    'referral-routed',
    at,
    { route, reason, from, cancelled },
    {
      cleared: [
        ...clearRules(state, ['routing'], 'met'),
        ...clearRules(state, ['acceptance', ...beginningRules], 'superseded'),
        ...rebook.cleared,
      ],
      armed: clocksOfRoute(draft, route, cancelled, at),
      settled: [...settled, ...handed.settled],
      raised: [...rebook.raised, ...elsewhere.raised, ...handed.raised],
    },
  );
}

function clocksOfRoute(
  { state, seq }: DecisionDraft,
  route: ProviderRoute,
  cancelled: readonly string[],
  at: Instant,
): NonNullable<DraftEffects['armed']> {
  const { contact, appointments, custodySince } = state;
  const policy = policyHere({ ...state, route });
  const acceptance = acceptanceWait(seq, at, policy);
  const booked = appointments.some(
    ({ status, appointmentId }) => status === 'booked' && !cancelled.includes(appointmentId),
  );
  if (booked || custodySince !== null || takesPart(state)) {
    return [acceptance];
  }
  const first = firstContact(seq, at, policy);
  // Reached by somebody else before: a try alone does not bring them further, a booking does.
  return contact.reachedAt === null ? [acceptance, first] : [acceptance, first, bookingWait(seq, at, policy)];
}

function takesPart({ engagement, treatment, concludedAt }: DiversionState): boolean {
  return engagement !== null || concludedAt !== null || inTreatment(treatment);
}

/** What was asked because there was no provider, or of the former one alone. */
const answeredByRouting: readonly AttentionCode[] = [
  'no-route',
  'not-routed',
  'declined',
  'not-accepted',
  'not-accepted-manager',
  'no-first-contact',
  'too-few-tries',
  'nothing-booked',
  'unassigned',
  'routed-elsewhere',
  'transfer-declined',
  'not-enrolled',
];

export function recordMove(
  state: DiversionState,
  command: DiversionCommandOf<'record-move'>,
  _now: Instant,
): Decision<DiversionEvent> {
  const { data, occurredAt } = command;
  const { move } = state;
  const { route: proposed, area } = data;
  const refused = refuseBefore(occurredAt, move?.at ?? null, 'A later move is already recorded.');
  if (refused !== undefined) {
    return refused;
  }
  if (move?.at === occurredAt && isSameRoute(move.proposed, proposed)) {
    return refuse('already-done', 'This move is already recorded.', { movedAt: move.at });
  }
  return new DecisionDraft(state, command)
    .record(
      'person-moved',
      occurredAt,
      { proposed, ...(area === undefined ? {} : { area }) },
      askAboutRoute(state, proposed, occurredAt),
    )
    .decided();
}

/** Nobody is moved by a change of address: somebody is asked, and what was asked before is no question any more. */
export function askAboutRoute(
  state: DiversionState,
  proposed: ProviderRoute | null,
  at: Instant,
): Required<Pick<DraftEffects, 'settled' | 'raised'>> {
  const { route } = state;
  if (isSameRoute(route, proposed)) {
    return { settled: settle(state, ['routed-elsewhere']), raised: [] };
  }
  if (proposed !== null) {
    return { settled: [], raised: [raise(state, 'routed-elsewhere', at)] };
  }
  // No provider serves the new home. Who has taken the person keeps them; else a manager has to find somebody.
  return {
    settled: settle(state, ['routed-elsewhere']),
    raised: isTaken(state) ? [] : [raise(state, 'no-route', at)],
  };
}

/** Whether a route that the table chooses now may be taken at once: nobody has taken the person, or been offered them. */
export function mayRouteAtOnce(
  state: DiversionState,
  proposed: ProviderRoute | null,
): proposed is ProviderRoute {
  const { transfer, declined } = state;
  return (
    proposed !== null &&
    transfer === null &&
    !isTaken(state) &&
    // Not back to who has just given the referral back.
    declined?.route.providerId !== proposed.providerId
  );
}
