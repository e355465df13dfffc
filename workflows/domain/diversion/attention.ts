import type { Attention, SettledAttention } from '../common/attention.ts';
import type { Instant } from '../common/instant.ts';
import { undecided } from './condition.ts';
import type { DiversionState } from './state.ts';
import { diversionTable } from './table.ts';
import type { AttentionCode } from './table.ts';

/** Asks the owner that the table names; while no provider has the referral, the manager. */
export function raise(
  { route }: Pick<DiversionState, 'route'>,
  code: AttentionCode,
  since: Instant,
  ref?: string,
): Attention {
  const { owner } = diversionTable.attention[code];
  const held = owner === 'ProviderWorker' || owner === 'ProviderManager';
  const attention: Attention = { code, since, owner: held && route === null ? 'Manager' : owner };
  return ref === undefined ? attention : { ...attention, ref };
}

/** Whatever is open of these causes, about this one thing or about anything. */
export function settle(
  { attention }: Pick<DiversionState, 'attention'>,
  codes: readonly AttentionCode[],
  about?: string,
): SettledAttention[] {
  const wanted: readonly string[] = codes;
  return attention
    .filter(({ code, ref }) => wanted.includes(code) && (about === undefined || ref === about))
    .map(named);
}

/** As `settle`, of what was open then: what is entered late answers no question that came up after it. */
export function settleSince(
  { attention }: Pick<DiversionState, 'attention'>,
  codes: readonly AttentionCode[],
  at: Instant,
): SettledAttention[] {
  return settle({ attention: attention.filter(({ since }) => since <= at) }, codes);
}

/** Of the changed appointments whose time is over by then nobody need be told any more. */
export function noMoreToTell(
  state: Pick<DiversionState, 'attention' | 'appointments'>,
  at: Instant,
): SettledAttention[] {
  return state.appointments
    .filter(({ startsAt }) => startsAt <= at)
    .flatMap(({ appointmentId }) => settle(state, ['tell-of-change'], appointmentId));
}

/**
 * What stands whether or not the referral is open: what came of the conditions of a caution, that the officer in the case
 * is told, that there should be no referral of a child, and that somebody may be in danger.
 */
export const outlivesClosure: readonly AttentionCode[] = [
  'call-today',
  'caution-not-met',
  'caution-corrected',
  'condition-undecided',
  'found-under-18',
];

/** Everything that a closure makes needless; what the operator must mend stays open. */
export function settlePractice({ attention }: Pick<DiversionState, 'attention'>): SettledAttention[] {
  const rows: Readonly<Record<string, { readonly family: string }>> = diversionTable.attention;
  const kept: readonly string[] = outlivesClosure;
  return attention.filter(({ code }) => rows[code]?.family !== 'engine' && !kept.includes(code)).map(named);
}

/** What must be seen of a referral that goes on after it was closed: the closure settled it, and it is still so. */
export function standing(state: DiversionState, at: Instant): Attention[] {
  const codes: AttentionCode[] = [];
  if (state.route === null) codes.push('no-route');
  if (state.custodySince !== null) codes.push('in-custody');
  if (state.consents.sharing === 'withdrawn') codes.push('sharing-withdrawn');
  if (state.safetyFlag) codes.push('safety-flag');
  const ran = state.closure?.endedModalities ?? [];
  if (state.concludedAt !== null && ran.length === 0) codes.push('treatment-ended');
  return [...codes.map((code) => raise(state, code, at)), ...stillAsked(state), ...askConditions(state, at)];
}

/** What was asked when it was closed, and what nothing has answered since: as old as it is. */
function stillAsked(state: DiversionState): Attention[] {
  const { beforeClosure, acceptance, route, appointments } = state;
  const unrecorded = (ref: string | undefined): boolean =>
    appointments.some(({ appointmentId, status }) => appointmentId === ref && status === 'booked');
  const still: Partial<Record<AttentionCode, (ref: string | undefined) => boolean>> = {
    'wrong-number': () => true,
    'check-number': () => true,
    unassigned: () => acceptance.workerId === null,
    'routed-elsewhere': () => route !== null,
    'feedback-missing': unrecorded,
    'feedback-overdue': unrecorded,
    'feedback-elsewhere': unrecorded,
  };
  return (beforeClosure?.attention ?? []).flatMap(({ code, since, ref }) => {
    const asked = code as AttentionCode;
    return still[asked]?.(ref) === true ? [raise(state, asked, since, ref)] : [];
  });
}

/** The closure comes near: the caseworker and the team lead are told. */
export function closureNear(state: Pick<DiversionState, 'route'>, since: Instant): Attention[] {
  const near = [raise(state, 'closure-near', since)];
  // Without a provider both would be the same manager.
  return state.route === null ? near : [...near, raise(state, 'closure-near-lead', since)];
}

/** A caution is not over with the referral: what nobody has answered is asked when it ends. */
export function askConditions(state: DiversionState, at: Instant): Attention[] {
  return undecided(state.conditions).map(({ conditionId }) =>
    raise(state, 'condition-undecided', at, conditionId),
  );
}

export function settleAll({ attention }: Pick<DiversionState, 'attention'>): SettledAttention[] {
  return attention.map(named);
}

/** What asks how an appointment went. */
export const aboutFeedback: readonly AttentionCode[] = [
  'feedback-missing',
  'feedback-overdue',
  'feedback-elsewhere',
];

export function isOpen({ attention }: Pick<DiversionState, 'attention'>, wanted: AttentionCode): boolean {
  return attention.some(({ code }) => code === wanted);
}

function named({ code, ref }: Attention): SettledAttention {
  return ref === undefined ? { code } : { code, ref };
}
