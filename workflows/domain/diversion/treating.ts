import type { Decision, Refusal } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import { isInFuture } from '../common/command-guard.ts';
import type { Instant } from '../common/instant.ts';
import { describeLocal } from '../common/london-time.ts';
import { raise, settle, settleSince } from './attention.ts';
import { beginningRules, clearRules } from './clocks.ts';
import type { DiversionCommandOf } from './commands.ts';
import { DecisionDraft } from './decision-draft.ts';
import { addsEvidence, engage } from './engagement.ts';
import type { DiversionEvent } from './events.ts';
import { refuseConsent, refusePrescribedCourse } from './planning.ts';
import { onEarlierDay, onSameDay } from './recorded-order.ts';
import type { DiversionState } from './state.ts';
import { afterModalityEnd, inTreatment, isTreatment, runs, sessionEvidence } from './treatment.ts';
import type { Modality, StartTreatmentData, TreatmentStarted } from './treatment.ts';

/** A strand of treatment from its start over its sessions to its end. */

type Refused = { readonly refusal: Refusal } | undefined;

type StartCommand = DiversionCommandOf<'start-treatment'>;

export function startTreatment(
  state: DiversionState,
  command: StartCommand,
  now: Instant,
): Decision<DiversionEvent> {
  const { already, modalityId } = command.data;
  if (already !== undefined) {
    return linkTreatment(state, command, already, now);
  }
  return modalityId === undefined
    ? refuse('condition-not-met', 'Name a strand of the care plan, or say what ran before the referral.')
    : beginStrand(state, command, modalityId, now);
}

/** What is dated before the referral is kept as it was said, marked, and left out of waiting times. */
function beginStrand(
  state: DiversionState,
  command: StartCommand,
  modalityId: string,
  now: Instant,
): Decision<DiversionEvent> {
  const strand = strandOf(state, modalityId);
  if (strand === undefined) {
    return unknownStrand(modalityId);
  }
  const { startedAt = command.occurredAt } = command.data;
  const invalidStart = onEarlierDay(startedAt, state.receivedAt);
  const refused =
    refuseStarted(strand, startedAt, { mends: strand.invalidStart && !invalidStart }) ??
    refuseStartTime(command, startedAt, now) ??
    (invalidStart ? undefined : refuseBeforePlan(strand, startedAt)) ??
    refuseConsent(state);
  if (refused !== undefined) {
    return refused;
  }
  const { type, prescribed } = strand;
  const known = state.treatment.modalities.find((other) => other.already && isSameTreatment(other, strand));
  if (known !== undefined && known !== strand) {
    return runsAlready(known);
  }
  const start: TreatmentStarted = { modalityId, type, prescribed, startedAt, already: false, invalidStart };
  return new DecisionDraft(state, command)
    .record('treatment-started', command.occurredAt, start, {
      cleared: clearRules(state, ['booking'], 'met'),
      settled: [...settledBy(state, start), ...mended(state, start), ...settle(state, ['nothing-booked'])],
      raised: invalidStart ? [raise(state, 'invalid-treatment-start', command.occurredAt, modalityId)] : [],
    })
    .decided();
}

/**
 * In treatment when the referral came: it counts and is linked to what runs, and nobody tries to reach a person who is
 * there already. A strand that was recorded as begun before the referral is put right by this.
 */
function linkTreatment(
  state: DiversionState,
  command: StartCommand,
  { type, prescribed }: NonNullable<StartTreatmentData['already']>,
  now: Instant,
): Decision<DiversionEvent> {
  const { modalityId: named, startedAt: said } = command.data;
  const strand = named === undefined ? twinOf(state, { type, prescribed }) : strandOf(state, named);
  if (named !== undefined && strand === undefined) {
    return unknownStrand(named);
  }
  const running = state.treatment.modalities.find((other) => isSameTreatment(other, { type, prescribed }));
  if (strand === undefined && running !== undefined) {
    return runsAlready(running);
  }
  const known = strand?.startedAt ?? null;
  const startedAt = said ?? known ?? state.receivedAt;
  const refused =
    refusePrescribedCourse({ type, prescribed }) ??
    (strand === undefined ? undefined : refuseLinked(strand, { type, prescribed, startedAt })) ??
    refuseStartTime(command, startedAt, now) ??
    refuseAfterReceipt(state, startedAt) ??
    refuseConsent(state);
  if (refused !== undefined) {
    return refused;
  }
  const modalityId = strand?.modalityId ?? command.commandId;
  const start = { modalityId, type, prescribed, startedAt, already: true, invalidStart: false };
  const draft = new DecisionDraft(state, command).record('treatment-started', command.occurredAt, start, {
    cleared: clearRules(state, beginningRules, 'met'),
    settled: [
      ...settledBy(state, start),
      ...mended(state, start),
      ...settle(state, ['no-first-contact', 'too-few-tries', 'nothing-booked']),
    ],
  });
  const evidence = prescribed ? 'prescribed' : 'other';
  if (addsEvidence(state, evidence, state.receivedAt)) {
    engage(draft, { evidence, at: state.receivedAt, appointmentId: null });
  }
  return draft.decided();
}

export function recordTreatmentSession(
  state: DiversionState,
  command: DiversionCommandOf<'record-treatment-session'>,
): Decision<DiversionEvent> {
  const { data, occurredAt } = command;
  const { modalityId, kind, result } = data;
  const strand = strandOf(state, modalityId);
  if (strand === undefined) {
    return unknownStrand(modalityId);
  }
  const { lastSession } = strand;
  if (lastSession?.at === occurredAt && lastSession.kind === kind) {
    const recorded = { modalityId, at: lastSession.at, result: lastSession.result };
    return lastSession.result === result
      ? refuse('already-done', 'This session is already recorded.', recorded)
      : refuse('conflict', 'Something else is already recorded of this session.', recorded);
  }
  const refused = refuseNotRunning(strand, occurredAt);
  if (refused !== undefined) {
    return refused;
  }
  const came = result === 'attended';
  const draft = new DecisionDraft(state, command).record(
    'treatment-session-recorded',
    occurredAt,
    { modalityId, kind, result },
    {
      cleared: came ? clearRules(state, ['booking'], 'met') : [],
      settled: came ? settleSince(state, ['nothing-booked'], occurredAt) : [],
    },
  );
  const evidence = sessionEvidence(kind);
  if (came && addsEvidence(state, evidence, occurredAt)) {
    engage(draft, { evidence, at: occurredAt, appointmentId: null });
  }
  return draft.decided();
}

/** A prescription under it ends with it. When no treatment runs any more, somebody is asked what comes next. */
export function endModality(
  state: DiversionState,
  command: DiversionCommandOf<'end-modality'>,
): Decision<DiversionEvent> {
  const { data, occurredAt } = command;
  const { modalityId, reason } = data;
  const strand = strandOf(state, modalityId);
  if (strand === undefined) {
    return unknownStrand(modalityId);
  }
  const refused =
    refuseEnded(strand, reason) ?? refuseReason(strand, reason) ?? refuseEnd(strand, occurredAt);
  if (refused !== undefined) {
    return refused;
  }
  const ended = { modalityId, reason };
  const after = afterModalityEnd(state.treatment, ended, occurredAt);
  const over = runs(strand) && !inTreatment(after) && (isTreatment(strand) || !after.modalities.some(runs));
  return new DecisionDraft(state, command)
    .record('modality-ended', occurredAt, ended, {
      settled: settle(state, ['invalid-treatment-start'], modalityId),
      raised: over ? [raise(state, 'treatment-ended', occurredAt)] : [],
    })
    .decided();
}

export function strandOf({ treatment }: DiversionState, modalityId: string): Modality | undefined {
  return treatment.modalities.find((known) => known.modalityId === modalityId);
}

export function unknownStrand(modalityId: string): { readonly refusal: Refusal } {
  return refuse('not-found', 'This pathway has no such strand of treatment.', { modalityId });
}

/** What is done under a strand is done while it runs. */
export function refuseNotRunning({ modalityId, startedAt, endedAt }: Modality, at: Instant): Refused {
  if (startedAt === null) {
    return refuse('condition-not-met', 'This strand of treatment has not begun.', { modalityId });
  }
  const outside = onEarlierDay(at, startedAt) || (endedAt !== null && onEarlierDay(endedAt, at));
  return outside
    ? refuse('condition-not-met', 'This strand of treatment did not run on that day.', {
        modalityId,
        startedAt,
        endedAt,
      })
    : undefined;
}

/** What runs as such already, or is recorded as begun too early: the same treatment said again. */
function twinOf(
  { treatment }: DiversionState,
  { type, prescribed }: Pick<Modality, 'type' | 'prescribed'>,
): Modality | undefined {
  return treatment.modalities.find(
    (known) => isSameTreatment(known, { type, prescribed }) && (known.already || known.invalidStart),
  );
}

/** It runs, and is of this kind. */
function isSameTreatment(
  known: Modality,
  { type, prescribed }: Pick<Modality, 'type' | 'prescribed'>,
): boolean {
  return runs(known) && known.type === type && known.prescribed === prescribed;
}

/** One treatment is one strand: of two, one would be forgotten, and the person be in treatment for ever. */
function runsAlready({ modalityId, startedAt }: Modality): { readonly refusal: Refusal } {
  return refuse('conflict', 'This treatment runs already: it is not begun a second time.', {
    modalityId,
    startedAt,
  });
}

/** A next strand answers the question what comes after the last one, or instead of treatment. */
function settledBy(state: DiversionState, strand: Pick<Modality, 'type'>) {
  return isTreatment(strand) ? settle(state, ['treatment-ended', 'no-treatment-to-give']) : [];
}

function mended(state: DiversionState, { modalityId, invalidStart }: TreatmentStarted) {
  return invalidStart ? [] : settle(state, ['invalid-treatment-start'], modalityId);
}

/** A start that was recorded stands, unless it was marked as invalid and this one `mends` it. */
function refuseStarted(strand: Modality, said: Instant, { mends }: { readonly mends: boolean }): Refused {
  const { modalityId, startedAt, endedAt } = strand;
  if (endedAt !== null) {
    return refuse('conflict', 'This strand of treatment has ended.', { modalityId, endedAt });
  }
  if (startedAt === null) {
    return undefined;
  }
  if (onSameDay(startedAt, said)) {
    return refuse('already-done', 'This strand of treatment has already begun.', { modalityId, startedAt });
  }
  return mends
    ? undefined
    : refuse('conflict', `This strand of treatment began on ${describeLocal(startedAt)}.`, {
        modalityId,
        startedAt,
      });
}

function refuseLinked(
  strand: Modality,
  { type, prescribed, startedAt }: Pick<TreatmentStarted, 'type' | 'prescribed' | 'startedAt'>,
): Refused {
  const { modalityId } = strand;
  if (strand.type !== type || strand.prescribed !== prescribed) {
    return refuse('conflict', 'This strand is another kind of treatment.', {
      modalityId,
      type: strand.type,
      prescribed: strand.prescribed,
    });
  }
  // The date of what was marked as invalid may stay: that it ran already is what puts it right.
  return strand.invalidStart && strand.endedAt === null
    ? undefined
    : refuseStarted(strand, startedAt, { mends: false });
}

function refuseStartTime(
  { occurredAt, receivedAt }: StartCommand,
  startedAt: Instant,
  now: Instant,
): Refused {
  if (isInFuture(startedAt, receivedAt, now)) {
    return refuse('in-the-future', 'The start of the treatment has not come yet.', { startedAt, now });
  }
  return startedAt > occurredAt
    ? refuse('condition-not-met', 'The treatment began before it is said that it did, or then.', {
        startedAt,
        occurredAt,
      })
    : undefined;
}

function refuseBeforePlan({ plannedAt }: Modality, startedAt: Instant): Refused {
  return onEarlierDay(startedAt, plannedAt)
    ? refuse(
        'before-the-start',
        'The treatment is dated before the care plan in which this strand was agreed.',
        {
          startedAt,
          plannedAt,
        },
      )
    : undefined;
}

function refuseAfterReceipt({ receivedAt }: DiversionState, startedAt: Instant): Refused {
  return onEarlierDay(receivedAt, startedAt)
    ? refuse('condition-not-met', 'What began after the referral came did not run already.', {
        startedAt,
        receivedAt,
      })
    : undefined;
}

function refuseEnded({ modalityId, endedAt, endReason }: Modality, reason: Modality['endReason']): Refused {
  if (endedAt === null) {
    return undefined;
  }
  const details = { modalityId, endedAt, reason: endReason };
  return endReason === reason
    ? refuse('already-done', 'The end of this strand is already recorded.', details)
    : refuse('conflict', 'This strand of treatment ended for another reason.', details);
}

function refuseReason({ startedAt }: Modality, reason: Modality['endReason']): Refused {
  if (reason === 'died') {
    return refuse(
      'condition-not-met',
      'A death is recorded with the person: that stops every message at once and closes every pathway.',
      { reason },
    );
  }
  return reason === 'completed' && startedAt === null
    ? refuse('condition-not-met', 'What never began is not completed.', { reason })
    : undefined;
}

/** A strand that was only planned may be dropped from the plan. */
function refuseEnd({ plannedAt, startedAt, lastSession, prescriptionSince }: Modality, at: Instant): Refused {
  const attended = lastSession?.result === 'attended' ? lastSession.at : null;
  for (const recordedAt of [startedAt ?? plannedAt, prescriptionSince, attended]) {
    if (recordedAt !== null && onEarlierDay(at, recordedAt)) {
      return refuse(
        'before-the-start',
        'The end is dated before something that is already recorded of this strand.',
        {
          endedAt: at,
          recordedAt,
        },
      );
    }
  }
  return undefined;
}
