import type { Command, EngineCommand } from '../common/command.ts';
import { engineCommandNames } from '../common/command.ts';
import { guardCommand } from '../common/command-guard.ts';
import type { Decision } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import type { Instant } from '../common/instant.ts';
import { bookAppointment } from './appointments.ts';
import { acceptReferral, declineReferral, withAcceptance } from './accepting.ts';
import { reroute, recordMove } from './rerouting.ts';
import { assignCaseworker } from './assigning.ts';
import { offerTransfer, acceptTransfer, declineTransfer, takeBackTransfer } from './transferring.ts';
import { amendDetails, addNote, setIomFlag } from './amending.ts';
import { voidPathway } from './voiding.ts';
import { reassignPerson } from './reassigning.ts';
import { withMessages } from './messaging.ts';
import { sendPageLink } from './page-link.ts';
import { rebasePolicy } from './rebasing.ts';
import { undoContactAttempt } from './undoing.ts';
import { rescheduleAppointment, cancelAppointment } from './changing-appointments.ts';
import { correctAttendance } from './correcting.ts';
import { recordAssessment } from './assessing.ts';
import { agreeCarePlan } from './planning.ts';
import { endModality, recordTreatmentSession, startTreatment } from './treating.ts';
import { endPrescription, startPrescription } from './prescribing.ts';
import { recordPositiveOutcome, recordTreatmentTest } from './recording-outcomes.ts';
import { addNeed, closeNeed } from './recording-needs.ts';
import { recordConditionResult, acknowledgeNonCompliance } from './recording-conditions.ts';
import { extendClosureDate } from './extending.ts';
import { reopenPathway } from './reopening.ts';
import { recordAttendance } from './attendance.ts';
import { closedAlready, closePathway } from './closing.ts';
import type { DiversionCommand, DiversionCommandOf } from './commands.ts';
import { recordContactAttempt } from './contact.ts';
import { shareContact } from './contact-sharing.ts';
import { recordEngagement, tooLate } from './engagement.ts';
import type { DiversionEvent } from './events.ts';
import { carryFact, reportDelivery, reportInternalError } from './facts.ts';
import { refuseOtherProvider } from './handing-over.ts';
import { openReferral } from './open.ts';
import { recordReply, settleReply } from './replies.ts';
import { passDeadline } from './passing.ts';
import type { DiversionState } from './state.ts';
import { diversionTable } from './table.ts';

/** One command on the voluntary path: events with the messages they cause, or a refusal. Never throws for commands of the declared shapes. */
export function decide(
  state: DiversionState | undefined,
  command: Command | EngineCommand,
  now: Instant,
): Decision<DiversionEvent> {
  return withMessages(state, command, decideEvents(state, command, now), now);
}

function decideEvents(
  state: DiversionState | undefined,
  command: Command | EngineCommand,
  now: Instant,
): Decision<DiversionEvent> {
  if (command.name === 'receive-referral') {
    return state === undefined
      ? openReferral(command as DiversionCommandOf<'receive-referral'>, now)
      : refuse('already-done', 'This referral is already received.', { receivedAt: state.receivedAt });
  }
  if (state === undefined) {
    return refuse('not-found', 'There is no such referral yet.');
  }
  if ((engineCommandNames as readonly string[]).includes(command.name)) {
    return decideForEngine(state, command as EngineCommand, now);
  }
  const guarded = guardCommand(diversionTable, state, command, now);
  if (guarded?.refusal.code === 'wrong-stage' && command.name === 'close-pathway' && state.voided === null) {
    const twice = closedAlready(state, command.actor.role, now);
    if (twice !== undefined) return twice;
  }
  const goneForGood = state.finished && state.voided === null;
  if (guarded?.refusal.code === 'wrong-stage' && goneForGood && state.closure !== null) {
    return tooLate(state.stage, state.closure, command.actor.role);
  }
  if (guarded !== undefined) {
    return guarded;
  }
  const given = command as DiversionCommand;
  const foreign = refuseOtherProvider(state, given);
  if (foreign !== undefined) {
    return foreign;
  }
  return withAcceptance(state, given, decideForPerson(state, given, now));
}

function decideForPerson(
  state: DiversionState,
  command: DiversionCommand,
  now: Instant,
): Decision<DiversionEvent> {
  switch (command.name) {
    case 'record-contact-attempt':
      return recordContactAttempt(state, command, now);
    case 'record-engagement':
      return recordEngagement(state, command);
    case 'book-appointment':
      return bookAppointment(state, command, now);
    case 'record-attendance':
      return recordAttendance(state, command);
    case 'close-pathway':
      return closePathway(state, command, now);
    case 'accept-referral':
      return acceptReferral(state, command, now);
    case 'decline-referral':
      return declineReferral(state, command, now);
    case 'reroute':
      return reroute(state, command, now);
    case 'record-move':
      return recordMove(state, command, now);
    case 'assign-caseworker':
      return assignCaseworker(state, command, now);
    case 'transfer-pathway':
      return offerTransfer(state, command, now);
    case 'accept-transfer':
      return acceptTransfer(state, command, now);
    case 'decline-transfer':
      return declineTransfer(state, command, now);
    case 'take-back-transfer':
      return takeBackTransfer(state, command, now);
    case 'amend-details':
      return amendDetails(state, command, now);
    case 'send-page-link':
      return sendPageLink(state, command, now);
    case 'add-note':
      return addNote(state, command, now);
    case 'set-iom-flag':
      return setIomFlag(state, command, now);
    case 'void-pathway':
      return voidPathway(state, command, now);
    case 'reassign-person':
      return reassignPerson(state, command, now);
    case 'rebase-policy':
      return rebasePolicy(state, command, now);
    case 'undo-contact-attempt':
      return undoContactAttempt(state, command, now);
    case 'reschedule-appointment':
      return rescheduleAppointment(state, command, now);
    case 'cancel-appointment':
      return cancelAppointment(state, command, now);
    case 'correct-attendance':
      return correctAttendance(state, command, now);
    case 'record-assessment':
      return recordAssessment(state, command);
    case 'agree-care-plan':
      return agreeCarePlan(state, command);
    case 'start-treatment':
      return startTreatment(state, command, now);
    case 'record-treatment-session':
      return recordTreatmentSession(state, command);
    case 'start-prescription':
      return startPrescription(state, command);
    case 'end-prescription':
      return endPrescription(state, command);
    case 'record-treatment-test':
      return recordTreatmentTest(state, command);
    case 'end-modality':
      return endModality(state, command);
    case 'record-positive-outcome':
      return recordPositiveOutcome(state, command);
    case 'add-need':
      return addNeed(state, command);
    case 'close-need':
      return closeNeed(state, command);
    case 'record-condition-result':
      return recordConditionResult(state, command);
    case 'acknowledge-non-compliance':
      return acknowledgeNonCompliance(state, command);
    case 'extend-closure-date':
      return extendClosureDate(state, command, now);
    case 'reopen-pathway':
      return reopenPathway(state, command, now);
    case 'receive-referral':
      return refuse('already-done', 'This referral is already received.');
  }
}

function decideForEngine(
  state: DiversionState,
  command: EngineCommand,
  now: Instant,
): Decision<DiversionEvent> {
  switch (command.name) {
    case 'deadline-due':
      return passDeadline(state, command, now);
    case 'carry-fact':
      return carryFact(state, command, now);
    case 'share-contact':
      return shareContact(state, command, now);
    case 'record-reply':
      return recordReply(state, command, now);
    case 'settle-reply':
      return settleReply(state, command, now);
    case 'report-delivery':
      return reportDelivery(state, command);
    case 'report-internal-error':
      return reportInternalError(state, command);
  }
}
