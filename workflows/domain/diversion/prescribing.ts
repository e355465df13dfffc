import type { Decision } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import type { DiversionCommandOf } from './commands.ts';
import { DecisionDraft } from './decision-draft.ts';
import { addsEvidence, engage } from './engagement.ts';
import type { DiversionEvent } from './events.ts';
import { onEarlierDay, onSameDay } from './recorded-order.ts';
import type { DiversionState } from './state.ts';
import { refuseNotRunning, strandOf, unknownStrand } from './treating.ts';

/** That a prescription runs under a strand, and that it has ended: no drug, no dose. One at a time for each strand. */

export function startPrescription(
  state: DiversionState,
  command: DiversionCommandOf<'start-prescription'>,
): Decision<DiversionEvent> {
  const { data, occurredAt } = command;
  const { modalityId } = data;
  const strand = strandOf(state, modalityId);
  if (strand === undefined) {
    return unknownStrand(modalityId);
  }
  const { prescribed, prescriptionSince, prescriptionEnd } = strand;
  if (prescriptionSince !== null) {
    const details = { modalityId, prescriptionSince };
    return onSameDay(prescriptionSince, occurredAt)
      ? refuse('already-done', 'This prescription has already begun.', details)
      : refuse('conflict', 'A prescription runs already: end it before another begins.', details);
  }
  if (!prescribed) {
    return refuse('condition-not-met', 'This strand is not a prescribed one: agree one that is.', {
      modalityId,
    });
  }
  const refused = refuseNotRunning(strand, occurredAt);
  if (refused !== undefined) {
    return refused;
  }
  if (strand.endedAt !== null) {
    return refuse('conflict', 'This strand of treatment has ended.', { modalityId, endedAt: strand.endedAt });
  }
  if (prescriptionEnd !== null && onEarlierDay(occurredAt, prescriptionEnd.at)) {
    return refuse('conflict', 'Another prescription ran on that day.', {
      modalityId,
      endedAt: prescriptionEnd.at,
    });
  }
  const draft = new DecisionDraft(state, command).record('prescription-started', occurredAt, { modalityId });
  if (addsEvidence(state, 'prescribed', occurredAt)) {
    engage(draft, { evidence: 'prescribed', at: occurredAt, appointmentId: null });
  }
  return draft.decided();
}

export function endPrescription(
  state: DiversionState,
  command: DiversionCommandOf<'end-prescription'>,
): Decision<DiversionEvent> {
  const { data, occurredAt } = command;
  const { modalityId, reason } = data;
  const strand = strandOf(state, modalityId);
  if (strand === undefined) {
    return unknownStrand(modalityId);
  }
  const { prescriptionSince, prescriptionEnd } = strand;
  if (prescriptionSince === null) {
    if (prescriptionEnd === null) {
      return refuse('condition-not-met', 'No prescription runs under this strand.', { modalityId });
    }
    const details = { modalityId, endedAt: prescriptionEnd.at, reason: prescriptionEnd.reason };
    return prescriptionEnd.reason === reason
      ? refuse('already-done', 'The end of this prescription is already recorded.', details)
      : refuse('conflict', 'This prescription ended for another reason.', details);
  }
  if (onEarlierDay(occurredAt, prescriptionSince)) {
    return refuse('before-the-start', 'The end of the prescription is dated before its start.', {
      endedAt: occurredAt,
      prescriptionSince,
    });
  }
  return new DecisionDraft(state, command)
    .record('prescription-ended', occurredAt, { modalityId, reason })
    .decided();
}
