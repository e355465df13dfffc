import type { Command, EngineCommand } from '../common/command.ts';
import { engineCommandNames } from '../common/command.ts';
import { guardCommand } from '../common/command-guard.ts';
import type { Decision } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import type { Instant } from '../common/instant.ts';
import { bookAppointment } from './appointments.ts';
import { recordAttendance } from './attendance.ts';
import { closePathway } from './closing.ts';
import type { DiversionCommand, DiversionCommandOf } from './commands.ts';
import { recordContactAttempt } from './contact.ts';
import { recordEngagement, tooLate } from './engagement.ts';
import type { DiversionEvent } from './events.ts';
import { carryFact, reportDelivery, reportInternalError } from './facts.ts';
import { openReferral } from './open.ts';
import { passDeadline } from './passing.ts';
import type { DiversionState } from './state.ts';
import { diversionTable } from './table.ts';

/** One command on the voluntary path: events with the messages they cause, or a refusal. Never throws for commands of the declared shapes. */
export function decide(
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
  if (guarded?.refusal.code === 'wrong-stage' && state.finished && state.closure !== null) {
    return tooLate(state.stage, state.closure);
  }
  return guarded ?? decideForPerson(state, command as DiversionCommand, now);
}

function decideForPerson(
  state: DiversionState,
  command: DiversionCommand,
  now: Instant,
): Decision<DiversionEvent> {
  switch (command.name) {
    case 'record-contact-attempt':
      return recordContactAttempt(state, command);
    case 'record-engagement':
      return recordEngagement(state, command);
    case 'book-appointment':
      return bookAppointment(state, command, now);
    case 'record-attendance':
      return recordAttendance(state, command);
    case 'close-pathway':
      return closePathway(state, command, now);
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
    case 'report-delivery':
      return reportDelivery(state, command);
    case 'report-internal-error':
      return reportInternalError(state, command);
  }
}
