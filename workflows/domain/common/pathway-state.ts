import type { Attention } from './attention.ts';
import type { Appointment } from './appointment.ts';
import type { Deadline } from './deadline.ts';
import type { EventEffects } from './event.ts';
import type { Instant } from './instant.ts';
import type { Policy } from './policy.ts';

/** What every kind of pathway holds. JSON only: a run tells it, and it is compared with the fold of the ledger. */
export interface PathwayState {
  readonly pathwayId: string;
  readonly forceId: string;
  readonly personId: string;
  /** Sequence of the last event folded in. */
  readonly seq: number;
  readonly stage: string;
  /** Receipt of the referral or the test: the clocks of the whole case start here. */
  readonly receivedAt: Instant;
  readonly policy: Policy;
  readonly deadlines: readonly Deadline[];
  readonly attention: readonly Attention[];
  /** Nothing more happens by itself: the pathway has ended and its late window has passed. */
  readonly finished: boolean;
}

/** One line about an arrest task, for the boards and for the unit that holds it. */
export interface TaskSummary {
  readonly taskId: string;
  readonly breachId: string;
  readonly unitCode: string;
  readonly marker: 'RED' | 'AMBER' | 'GREEN';
  readonly status: string;
  readonly issuedAt: Instant;
}

/** The pathway row after the events, as lists and the stuck board read it. Pure in the state. */
export interface PathwaySummary {
  readonly stage: string;
  /** Ended for the counts: open + closed = received at any date. */
  readonly closedAt: Instant | null;
  readonly closureReason: string | null;
  /** A run must be alive for this pathway. */
  readonly needsRun: boolean;
  readonly nextDeadline: Deadline | null;
  readonly attention: readonly Attention[];
  /** Since when something is late that a passed clock asked for; null: nothing is. Rows of builds before leave it out. */
  readonly lateSince?: Instant | null;
  readonly providerId: string | null;
  /** The part of the force where the person lives, as last said; left out where it was never known. */
  readonly area?: string | null;
  /** The colours of the breaches in force; left out where there are none, and by every voluntary pathway. */
  readonly markers?: readonly TaskSummary['marker'][];
  readonly firstContactAt: Instant | null;
  readonly engagedAt: Instant | null;
  /** Who carries the case; null: the team's list. Rows written before this and the next were kept have none of them. */
  readonly workerId?: string | null;
  /** The provider that was offered the person and has not answered. */
  readonly offeredTo?: string | null;
  readonly acceptedAt?: Instant | null;
  readonly assessedAt?: Instant | null;
  readonly carePlanAt?: Instant | null;
  /** The first strand of treatment; one with an impossible date is left out. */
  readonly treatmentStartedAt?: Instant | null;
  /** Appointments that a message may still speak of. */
  readonly appointments: readonly Appointment[];
  readonly tasks: readonly TaskSummary[];
}

/** Folds the effects of one event into the parts that all kinds share. */
export function applyEffects<S extends PathwayState>(state: S, seq: number, effects: EventEffects): S {
  const cleared = effects.cleared ?? [];
  const settled = effects.settled ?? [];
  const kept = state.deadlines.filter((deadline) => !cleared.some(({ id }) => id === deadline.id));
  const open = state.attention.filter(
    (item) => !settled.some(({ code, ref }) => code === item.code && ref === item.ref),
  );
  const raised = (effects.raised ?? []).filter(
    (item) => !open.some(({ code, ref }) => code === item.code && ref === item.ref),
  );
  return {
    ...state,
    seq,
    stage: effects.stage ?? state.stage,
    deadlines: [...kept, ...(effects.armed ?? [])],
    attention: [...open, ...raised],
  };
}
