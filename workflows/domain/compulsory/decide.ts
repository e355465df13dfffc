import { engineCommandNames } from '../common/command.ts';
import type { Command, EngineCommand } from '../common/command.ts';
import { guardCommand } from '../common/command-guard.ts';
import type { Decision } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import type { LedgerEvent } from '../common/event.ts';
import type { Instant } from '../common/instant.ts';
import { acknowledgeTask, issueArrestTask, recordArrest, withdrawTaskByOfficer } from './arrest-task.ts';
import { recordAttendance } from './attendance.ts';
import { recordResult } from './breach-result.ts';
import { declareBreach } from './breach.ts';
import { settleAll } from './clocks.ts';
import type { AnyCompulsoryCommand } from './commands.ts';
import { passDeadline } from './deadline-passing.ts';
import { endPathway } from './ending.ts';
import { reportDelivery, reportInternalError } from './engine-reports.ts';
import type { CompulsoryEvent } from './events.ts';
import { evolve } from './evolve.ts';
import { decideGoodCause } from './good-cause.ts';
import { setMarker } from './marker.ts';
import { withMessages } from './messaging.ts';
import { openPathway } from './open.ts';
import { sendPageLink } from './page-link.ts';
import { recordReply, settleReply } from './replies.ts';
import { concludeWithoutRequirement, imposeRequirement } from './requirement.ts';
import { carryFact } from './safety-facts.ts';
import { standing } from './stage.ts';
import type { CompulsoryState } from './state.ts';
import { compulsoryTable } from './table.ts';
import { varyAppointment } from './variation.ts';

/**
 * What comes of a command: events, or a refusal. The shape of `data` was checked where the command came
 * in; here its sense is. `now` is the clock of the engine at this moment.
 */
export function decide(
  state: CompulsoryState | undefined,
  command: Command | EngineCommand,
  now: Instant,
): Decision<CompulsoryEvent> {
  const known = command as AnyCompulsoryCommand;
  if (state === undefined) {
    return known.name === 'record-test'
      ? openPathway(known, now)
      : refuse('not-found', 'There is no such pathway.');
  }
  const decision = act(state, known, now);
  if (decision.refusal !== undefined) {
    return decision;
  }
  const events = complete(state, command, decision.events);
  return withMessages({ events, intents: decision.intents }, () => fold(state, command, events), state, now);
}

function act(state: CompulsoryState, command: AnyCompulsoryCommand, now: Instant): Decision<CompulsoryEvent> {
  switch (command.name) {
    case 'deadline-due':
      return passDeadline(state, command, now);
    case 'carry-fact':
      return carryFact(state, command, now);
    case 'share-contact':
      return refuse('unknown-command', 'Contact is shared between voluntary referrals only.');
    case 'record-reply':
      return recordReply(state, command, now);
    case 'settle-reply':
      return settleReply(state, command, now);
    case 'report-delivery':
      return reportDelivery(state, command, now);
    case 'report-internal-error':
      return reportInternalError(state, command);
    default:
      return guardCommand(compulsoryTable, state, command, now) ?? actOfPerson(state, command, now);
  }
}

function actOfPerson(
  state: CompulsoryState,
  command: Exclude<AnyCompulsoryCommand, EngineCommand>,
  now: Instant,
): Decision<CompulsoryEvent> {
  switch (command.name) {
    case 'record-test':
      // The table lets it open a pathway and nothing else.
      return refuse('conflict', 'This pathway is already open.');
    case 'impose-requirement':
      return imposeRequirement(state, command, now);
    case 'conclude-without-requirement':
      return concludeWithoutRequirement(state, command);
    case 'vary-appointment':
      return varyAppointment(state, command, now);
    case 'record-attendance':
      return recordAttendance(state, command, now);
    case 'decide-good-cause':
      return decideGoodCause(state, command);
    case 'declare-breach':
      return declareBreach(state, command);
    case 'set-marker':
      return setMarker(state, command);
    case 'issue-arrest-task':
      return issueArrestTask(state, command);
    case 'acknowledge-task':
      return acknowledgeTask(state, command);
    case 'record-arrest':
      return recordArrest(state, command, now);
    case 'withdraw-task':
      return withdrawTaskByOfficer(state, command);
    case 'record-result':
      return recordResult(state, command);
    case 'send-page-link':
      return sendPageLink(state, command, now);
  }
}

/** Adds what follows from the whole: the stage reached, the end of the pathway, an error that is overcome. */
function complete(
  state: CompulsoryState,
  command: Command,
  events: readonly CompulsoryEvent[],
): readonly CompulsoryEvent[] {
  const after = fold(state, command, events);
  const reached = after.closed === null ? standing(after) : undefined;
  const [last, ...before] = [...events].reverse();
  if (last === undefined) {
    return events;
  }
  const overcome = state.attention.some(({ code, ref }) => code === 'internal-error' && ref === command.name);
  const settled = [
    ...(last.settled ?? []),
    ...(overcome ? [{ code: 'internal-error', ref: command.name }] : []),
    ...(seen(command) ? settleAll(state, 'death-corrected') : []),
  ];
  const stage =
    reached !== undefined && 'stage' in reached && reached.stage !== state.stage ? reached.stage : undefined;
  const completed: CompulsoryEvent = {
    ...last,
    ...(settled.length === 0 ? {} : { settled }),
    ...(stage === undefined ? {} : { stage }),
  };
  const all = [...before.reverse(), completed];
  return reached !== undefined && 'ends' in reached
    ? [...all, endPathway(after, reached.ends, last.occurredAt)]
    : all;
}

/** Whoever acts on a case that goes on has seen why; that a unit knows of a withdrawal is no such act. */
function seen({ name }: Command): boolean {
  const other: readonly string[] = [...engineCommandNames, 'acknowledge-task'];
  return !other.includes(name);
}

function fold(state: CompulsoryState, command: Command, events: readonly CompulsoryEvent[]): CompulsoryState {
  const { commandId, actor } = command;
  return events.reduce<CompulsoryState>(
    (current, event) =>
      evolve(current, { ...event, seq: current.seq + 1, commandId, actor } as unknown as LedgerEvent),
    state,
  );
}
