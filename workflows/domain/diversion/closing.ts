import type { Role } from '../common/actor.ts';
import { clear } from '../common/arming.ts';
import type { YesNoUnknown } from '../common/contact-preference.ts';
import type { Decision, Refusal } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import { after } from '../common/duration.ts';
import type { Instant } from '../common/instant.ts';
import { describeLocal } from '../common/london-time.ts';
import { allowedCommands } from '../common/pathway-table.ts';
import { askConditions, settleAll, settlePractice } from './attention.ts';
import { lateEngagement } from './clocks.ts';
import { closureReasonRows } from './closure-reasons.ts';
import type { ClosureReason } from './closure-reasons.ts';
import type { ClosePathwayData, DiversionCommandOf } from './commands.ts';
import { judgeEffort } from './contact-effort.ts';
import { DecisionDraft } from './decision-draft.ts';
import type { DiversionEvent } from './events.ts';
import type { DiversionState } from './state.ts';
import { diversionTable } from './table.ts';
import { inTreatment, runs } from './treatment.ts';

/** The end of a referral, by a person, by a clock or by death: always one reason. */

export function closePathway(
  state: DiversionState,
  command: DiversionCommandOf<'close-pathway'>,
  now: Instant,
): Decision<DiversionEvent> {
  const { data, occurredAt } = command;
  const refused =
    refuseDate(state, occurredAt) ?? refuseReason(state, data.reason, occurredAt) ?? refuseResult(data);
  if (refused !== undefined) {
    return refused;
  }
  const { reason, drugFree = null, crimeFree = null } = data;
  const draft = new DecisionDraft(state, command);
  close(draft, { reason, at: occurredAt, drugFree, crimeFree }, now);
  return draft.decided();
}

/** Closed a second time. What there is to do then is another command. */
export function closedAlready(state: DiversionState, role: Role, now: Instant): Refused {
  const { closure, finished, died, stage, policy } = state;
  if (closure === null) return undefined;
  const { at, reason, mayReturnUntil } = closure;
  const inError = after(at, policy.lateEngagement, policy.bankHolidays);
  const wayOn = died
    ? 'If the death is a mistake, correct-death takes it back.'
    : finished && inError <= now
      ? 'Whoever comes back now needs a new referral.'
      : finished
        ? `If that was an error, a manager opens it again with reopen-pathway, until ${describeLocal(inError)}.`
        : `If it should go on, reopen-pathway opens it again, until ${describeLocal(mayReturnUntil ?? inError)}.`;
  const title = closureReasonRows[reason].title;
  return refuse(
    'wrong-stage',
    `This referral is closed already, on ${describeLocal(at)} as "${title}". ${wayOn}`,
    {
      ...{ stage, allowedCommands: allowedCommands(diversionTable, stage, [role]) },
      ...{ closedAt: at, reason, mayReturnUntil },
    },
  );
}

/** What a closure is made of; the fact is what the closure rests on where no person closed. */
export interface Ending {
  readonly reason: ClosureReason;
  readonly at: Instant;
  readonly drugFree?: YesNoUnknown | null;
  readonly crimeFree?: YesNoUnknown | null;
  readonly factId?: string;
}

/** After these nobody has anything to say about the conditions of a caution here. */
const noCase: readonly ClosureReason[] = ['died', 'duplicate', 'entered-in-error'];

/**
 * Stops every clock and what needs a person, cancels what is ahead, ends the treatment that still runs, and opens the
 * late window where there is one.
 */
export function close(draft: DecisionDraft, ending: Ending, now: Instant): void {
  const { state, seq } = draft;
  const { reason, at, drugFree = null, crimeFree = null, factId = null } = ending;
  const died = reason === 'died';
  const { mayReturn, endsTreatment } = closureReasonRows[reason];
  const late = mayReturn ? lateEngagement(seq, at, state.policy) : undefined;
  const booked = state.appointments.filter(({ status }) => status === 'booked');
  const ids = (appointments: typeof booked): string[] => appointments.map((known) => known.appointmentId);
  const cancelled = ids(booked.filter(({ startsAt }) => died || startsAt > now));
  const begun = died ? ids(booked.filter(({ startsAt }) => startsAt <= now)) : [];
  const endedModalities = state.treatment.modalities
    .filter(runs)
    .map(({ modalityId }) => ({ modalityId, reason: endsTreatment }));
  const mayReturnUntil = late?.due ?? null;
  const closed = {
    ...{ reason, drugFree, crimeFree, cancelled, mayReturnUntil, factId },
    ...(begun.length === 0 ? {} : { begun }),
  };
  draft.record('pathway-closed', at, endedModalities.length === 0 ? closed : { ...closed, endedModalities }, {
    cleared: clear(state.deadlines, 'ended'),
    settled: died ? settleAll(state) : settlePractice(state),
    armed: late === undefined ? [] : [late],
    raised: noCase.includes(reason) ? [] : askConditions(state, at),
  });
}

type Refused = { readonly refusal: Refusal } | undefined;

/** What the person has done, and what the referral had come to: it ends before none of it. */
export function doneSoFar({ engagement, reopenedAt, concludedAt, treatment }: DiversionState): Instant[] {
  const started = treatment.modalities
    .filter(runs)
    .flatMap(({ startedAt, prescriptionSince }) => [startedAt, prescriptionSince]);
  return [engagement?.at ?? null, reopenedAt, concludedAt, ...started].filter((at) => at !== null);
}

function refuseDate(state: DiversionState, at: Instant): Refused {
  for (const known of doneSoFar(state)) {
    if (at < known) {
      return refuse('before-the-start', 'The closure is dated before something that is already recorded.', {
        field: 'occurredAt',
        closedAt: at,
        recordedAt: known,
      });
    }
  }
  return undefined;
}

/** The guards of single reasons; all others a person decides freely. */
function refuseReason(state: DiversionState, reason: ClosureReason, at: Instant): Refused {
  switch (reason) {
    case 'completed':
      return refuseNotEngaged(state, reason) ?? refuseRunning(state);
    case 'engaged-then-ended':
      return refuseNotEngaged(state, reason);
    case 'no-contact':
      return refuseNoContact(state, at);
    case 'not-engaged-in-time':
      return refuseNotInTime(state, at);
    case 'died':
      return refuse(
        'condition-not-met',
        'A death is recorded with the person: that stops every message at once and closes every pathway.',
        { reason },
      );
    default:
      return undefined;
  }
}

function refuseNotEngaged({ engagement }: DiversionState, reason: ClosureReason): Refused {
  return engagement === null
    ? refuse('condition-not-met', 'The person has not engaged: record the engagement first.', { reason })
    : undefined;
}

/** Why each strand ended is said strand by strand: a completion does not make them complete. */
function refuseRunning({ treatment }: DiversionState): Refused {
  const running = treatment.modalities.filter(runs).map(({ modalityId }) => modalityId);
  return running.length === 0
    ? undefined
    : refuse('condition-not-met', 'A strand of treatment still runs: end it first, with its reason.', {
        modalityIds: running,
      });
}

/** Who is in treatment, or was when the time was over, takes part, whatever was recorded of it. */
function takesPart({ engagement, concludedAt, treatment }: DiversionState): boolean {
  return engagement !== null || concludedAt !== null || inTreatment(treatment);
}

function refuseNoContact(state: DiversionState, at: Instant): Refused {
  const { enough, ...effort } = judgeEffort(state);
  const begun = state.appointments.find(({ status, startsAt }) => status === 'booked' && startsAt <= at);
  if (begun !== undefined) {
    const { appointmentId, startsAt } = begun;
    return refuse(
      'condition-not-met',
      `Nobody has recorded what came of the appointment on ${describeLocal(startsAt)}: who came was reached. Record that first.`,
      { appointmentId, startsAt },
    );
  }
  if (takesPart(state) || state.contact.reachedAt !== null) {
    return refuse('condition-not-met', 'The person was reached: this is not "no contact".', {
      reachedAt: state.contact.reachedAt,
    });
  }
  return enough
    ? undefined
    : refuse(
        'condition-not-met',
        'Too little was tried for "no contact": see what was done and what is needed.',
        {
          tries: { ...effort.tries },
          days: { ...effort.days },
          channels: { ...effort.channels },
        },
      );
}

function refuseNotInTime(state: DiversionState, at: Instant): Refused {
  const { engagement, receivedAt, policy } = state;
  const limit = after(receivedAt, policy.closure, policy.bankHolidays);
  if (takesPart(state)) {
    return refuse('condition-not-met', 'The person has engaged.', { engagedAt: engagement?.at ?? null });
  }
  return at < limit
    ? refuse('condition-not-met', 'The time to engage is not over yet.', { limit })
    : undefined;
}

function refuseResult({ reason, drugFree, crimeFree }: ClosePathwayData): Refused {
  if (reason === 'completed') {
    return drugFree === undefined || crimeFree === undefined
      ? refuse('condition-not-met', 'A completion says drug free and crime free: yes, no or unknown.', {
          field: drugFree === undefined ? 'drugFree' : 'crimeFree',
          reason,
        })
      : undefined;
  }
  return drugFree === undefined && crimeFree === undefined
    ? undefined
    : refuse('condition-not-met', 'Only a completion says drug free and crime free.', {
        field: drugFree === undefined ? 'crimeFree' : 'drugFree',
        reason,
      });
}
