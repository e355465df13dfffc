import type { Decision } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import { epochMs, toInstant } from '../common/instant.ts';
import type { Instant } from '../common/instant.ts';
import { effectsOfBooking } from './appointments.ts';
import { beginningRules, clearRules, contactEffort, contactRules, policyHere } from './clocks.ts';
import type { DiversionCommandOf } from './commands.ts';
import { waitForBooking } from './contact.ts';
import { DecisionDraft } from './decision-draft.ts';
import { addsEvidence, engage } from './engagement.ts';
import type { AppointmentBooked, DiversionEvent } from './events.ts';
import { evolve } from './evolve.ts';
import type { DiversionState } from './state.ts';

/**
 * A case that was open elsewhere goes on here from where it stands. What has a date is dated so; what is only said to be
 * so, is so as of the day on which the case came. What nobody said (how the person was reached, what the assessment
 * found, which treatment it is, how long an appointment takes) is marked as not known.
 */

/** How far the person had come. Null: not said, or not yet. */
export interface CaseSoFar {
  /** When the person was first reached. */
  readonly firstContactAt: Instant | null;
  /** How often somebody tried, on days that nobody knows. */
  readonly attempts: number | null;
  readonly assessedAt: Instant | null;
  readonly nextAppointmentAt: Instant | null;
  readonly treatmentStartedAt: Instant | null;
  readonly workerId: string | null;
}

export interface AttemptsCarriedOver {
  readonly count: number;
}

/** The file names no place. */
export const placeNotKnown = 'not-known';

/** The file gives no end; our own default, in milliseconds. */
const appointmentMs = 3_600_000;

type Opening = DiversionCommandOf<'receive-referral'>;

/** The events that follow those of the opening, in one decision with them. */
export function withSoFar(
  command: Opening,
  opening: readonly DiversionEvent[],
  soFar: CaseSoFar,
): Decision<DiversionEvent> {
  const { commandId, actor, data, receivedAt: takenAt } = command;
  if (data.source.via !== 'caseload-import') {
    return refuse('condition-not-met', 'Only a case that was open elsewhere has come anywhere yet.');
  }
  const { firstContactAt, assessedAt, treatmentStartedAt } = soFar;
  const past = [firstContactAt, assessedAt, treatmentStartedAt].filter((at) => at !== null);
  const wrong = past.find((at) => at < data.receivedAt || at > takenAt);
  if (wrong !== undefined) {
    return refuse('condition-not-met', 'What happened so far lies between the referral and now.', {
      at: wrong,
      receivedAt: data.receivedAt,
    });
  }
  const opened = opening.reduce<DiversionState | undefined>(
    (state, event) => evolve(state, { ...event, seq: (state?.seq ?? 0) + 1, commandId, actor }),
    undefined,
  );
  if (opened === undefined) {
    return refuse('not-found', 'There is no such referral yet.');
  }
  const draft = new DecisionDraft(opened, command);
  carryContact(draft, soFar, takenAt);
  carryTreatment(draft, soFar, commandId);
  carryAppointment(draft, soFar, { takenAt, appointmentId: commandId });
  if (soFar.workerId !== null) {
    draft.record('caseworker-assigned', takenAt, { workerId: soFar.workerId });
  }
  const { events = [], intents = [] } = draft.decided();
  return { events: [...opening, ...events], intents };
}

function carryContact(draft: DecisionDraft, soFar: CaseSoFar, takenAt: Instant): void {
  const { firstContactAt, attempts } = soFar;
  if (firstContactAt !== null) {
    draft.record(
      'first-contact-carried-over',
      firstContactAt,
      {},
      {
        cleared: clearRules(draft.state, contactRules, 'met'),
        armed: hasBegun({ ...soFar, firstContactAt: null })
          ? []
          : waitForBooking(draft.state, firstContactAt),
      },
    );
  }
  if (attempts === null || attempts === 0) {
    return;
  }
  const { state, seq } = draft;
  // The first try was on some day after receipt: the time for trying is counted from the earliest that it can have been,
  // and as tries on different days these prove nothing.
  const trying = {
    cleared: clearRules(state, ['first-contact'], 'met'),
    armed: [contactEffort(seq, state.receivedAt, policyHere(state))],
  };
  draft.record('attempts-carried-over', takenAt, { count: attempts }, hasBegun(soFar) ? {} : trying);
}

/** The person was reached, or takes part, or is to come: nobody waits for a first try any more. */
function hasBegun({ firstContactAt, assessedAt, nextAppointmentAt, treatmentStartedAt }: CaseSoFar): boolean {
  return [firstContactAt, assessedAt, nextAppointmentAt, treatmentStartedAt].some((at) => at !== null);
}

function carryTreatment(
  draft: DecisionDraft,
  { assessedAt, treatmentStartedAt }: CaseSoFar,
  commandId: string,
): void {
  if (assessedAt !== null) {
    draft.record(
      'assessment-recorded',
      assessedAt,
      { substances: [], result: 'not-known', programme: null, signposts: [] },
      { cleared: clearRules(draft.state, beginningRules, 'met') },
    );
    engage(draft, { evidence: 'attended', at: assessedAt, appointmentId: null });
  }
  if (treatmentStartedAt !== null) {
    draft.record('treatment-started', treatmentStartedAt, {
      ...{ modalityId: `${commandId}:treatment`, type: 'not-known', prescribed: false },
      ...{ startedAt: treatmentStartedAt, already: false, invalidStart: false },
    });
    if (draft.state.engagement === null && addsEvidence(draft.state, 'other', treatmentStartedAt)) {
      engage(draft, { evidence: 'other', at: treatmentStartedAt, appointmentId: null });
    }
  }
}

/** When it was booked is not said: at the latest when the case came here, or when it began. */
function carryAppointment(
  draft: DecisionDraft,
  { nextAppointmentAt: startsAt, assessedAt, treatmentStartedAt }: CaseSoFar,
  { takenAt, appointmentId }: { readonly takenAt: Instant; readonly appointmentId: string },
): void {
  if (startsAt === null) {
    return;
  }
  const bookedAt = startsAt < takenAt ? startsAt : takenAt;
  const booking: AppointmentBooked = {
    appointmentId,
    kind: assessedAt === null && treatmentStartedAt === null ? 'assessment' : 'treatment',
    startsAt,
    endsAt: toInstant(epochMs(startsAt) + appointmentMs),
    placeCode: placeNotKnown,
    supersedes: null,
    carriedOverAt: takenAt,
  };
  const effects = effectsOfBooking(draft.state, booking, bookedAt, takenAt);
  draft.record('appointment-booked', bookedAt, booking, effects);
}
