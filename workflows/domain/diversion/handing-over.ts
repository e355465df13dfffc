import { providerRoles } from '../common/actor.ts';
import type { Actor } from '../common/actor.ts';
import type { Attention, SettledAttention } from '../common/attention.ts';
import { refuse } from '../common/decision.ts';
import type { Refusal } from '../common/decision.ts';
import type { Instant } from '../common/instant.ts';
import type { ProviderRoute } from './acceptance.ts';
import { isUnrecorded } from './appointment-history.ts';
import { raise, settle } from './attention.ts';
import { appointmentRules, clearRules } from './clocks.ts';
import type { DiversionCommand, DiversionCommandName, DiversionCommandOf } from './commands.ts';
import type { DraftEffects } from './decision-draft.ts';
import type { DiversionState } from './state.ts';
import { diversionTable } from './table.ts';
import type { AttentionCode } from './table.ts';

/** What is the same whenever a person goes from one provider to another, or back to the manager. */

export type Refused = { readonly refusal: Refusal } | undefined;

/** All that a provider may do for a person whom another one has and has offered to them. */
const answersOfReceiver: readonly DiversionCommandName[] = ['accept-transfer', 'decline-transfer'];

/** What concerns a person is of the provider that has them, and of nobody who had them or may have them one day. */
export function refuseOtherProvider(
  state: Pick<DiversionState, 'route' | 'appointments'>,
  command: Pick<DiversionCommand, 'name' | 'actor' | 'data'>,
): Refused {
  const { route } = state;
  return route === null || answersOfReceiver.includes(command.name) || answersForOwn(state, command)
    ? undefined
    : refuseOutsider(route.providerId, command.actor);
}

/** Who held an appointment knows what came of it, also where the case is with another provider since. */
function answersForOwn(
  { appointments }: Pick<DiversionState, 'appointments'>,
  { name, actor, data }: Pick<DiversionCommand, 'name' | 'actor' | 'data'>,
): boolean {
  if (name !== 'record-attendance') return false;
  const { appointmentId } = data as DiversionCommandOf<'record-attendance'>['data'];
  return appointments.some(
    (appointment) =>
      appointment.appointmentId === appointmentId && appointment.formerProviderId === actor.organisationId,
  );
}

/** A provider's role is that of one provider. A manager may, whoever has the person. */
export function refuseOutsider(providerId: string, actor: Actor): Refused {
  return !providerRoles.includes(actor.role) || actor.organisationId === providerId
    ? undefined
    : refuse('condition-not-met', 'This is for another provider to do.', {
        organisationId: actor.organisationId,
      });
}

export function refuseWithoutProvider({ route }: Pick<DiversionState, 'route'>): Refused {
  return route === null
    ? refuse('condition-not-met', 'No provider has this referral: a manager routes it first.')
    : undefined;
}

/** Who has been offered the person must not find them gone. */
export function refuseOffered({ transfer }: Pick<DiversionState, 'transfer'>): Refused {
  return transfer === null
    ? undefined
    : refuse(
        'condition-not-met',
        'The person is offered to another provider: wait for the answer, or take the offer back.',
        { transferId: transfer.transferId, offeredAt: transfer.offeredAt },
      );
}

export function refuseBefore(at: Instant, known: Instant | null, message: string): Refused {
  return known !== null && at < known
    ? refuse('before-the-start', message, { occurredAt: at, recordedAt: known })
    : undefined;
}

/** What a provider who lets go had booked and cannot hold any more. What has begun is still to be answered for. */
export function bookedAhead({ appointments }: Pick<DiversionState, 'appointments'>, now: Instant): string[] {
  return appointments
    .filter(({ status, startsAt }) => status === 'booked' && startsAt > now)
    .map(({ appointmentId }) => appointmentId);
}

/** The clocks of these appointments stop, and somebody tells the person and books again. */
export function cancelAhead(
  state: DiversionState,
  cancelled: readonly string[],
  next: Pick<DiversionState, 'route'>,
  at: Instant,
): Required<Pick<DraftEffects, 'cleared' | 'raised'>> {
  return {
    cleared: cancelled.flatMap((appointmentId) =>
      clearRules(state, appointmentRules, 'ended', appointmentId),
    ),
    raised: cancelled.length === 0 ? [] : [raise(next, 'appointment-to-rebook', at)],
  };
}

/** What was already asked of an appointment that stays with the provider that lets go is from now on the manager's to get. */
export function askElsewhere(
  state: DiversionState,
  cancelled: readonly string[],
  next: ProviderRoute,
): Required<Pick<DraftEffects, 'settled' | 'raised'>> {
  const asked = state.attention.filter(({ code, ref }) => {
    const about = state.appointments.find(({ appointmentId }) => appointmentId === ref);
    return (
      (code === 'feedback-missing' || code === 'feedback-overdue') &&
      about !== undefined &&
      isUnrecorded(about) &&
      !cancelled.includes(about.appointmentId)
    );
  });
  return state.route === null || state.route.providerId === next.providerId
    ? { settled: [], raised: [] }
    : {
        settled: asked.flatMap(({ ref }) => settle(state, ['feedback-missing', 'feedback-overdue'], ref)),
        raised: asked.map(({ since, ref }) => raise(state, 'feedback-elsewhere', since, ref)),
      };
}

/**
 * What is open and not settled is from now on asked of the provider that has the person, or of the manager while none
 * has.
 */
export function handOver(
  { attention }: Pick<DiversionState, 'attention'>,
  route: ProviderRoute | null,
  settled: readonly SettledAttention[],
): { readonly settled: SettledAttention[]; readonly raised: Attention[] } {
  const handed = attention.filter(
    ({ code, ref, owner, since }) =>
      isAttentionCode(code) &&
      !settled.some((item) => item.code === code && item.ref === ref) &&
      raise({ route }, code, since).owner !== owner,
  );
  return {
    settled: handed.map(({ code, ref }) => (ref === undefined ? { code } : { code, ref })),
    raised: handed.flatMap(({ code, since, ref }) => asked(code as AttentionCode, { route, since, ref })),
  };
}

/** Without a provider, caseworker and team lead are the same manager: one of the two is enough. */
function asked(
  code: AttentionCode,
  {
    route,
    since,
    ref,
  }: {
    readonly route: ProviderRoute | null;
    readonly since: Instant;
    readonly ref: string | undefined;
  },
): Attention[] {
  if (code === 'closure-near-lead' && route === null) {
    return [];
  }
  const item = raise({ route }, code, since, ref);
  return code === 'closure-near' && route !== null
    ? [item, raise({ route }, 'closure-near-lead', since)]
    : [item];
}

function isAttentionCode(code: string): code is AttentionCode {
  return Object.hasOwn(diversionTable.attention, code);
}
