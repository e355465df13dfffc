import type { Command } from './command.ts';
import { refuse } from './decision.ts';
import type { Refusal } from './decision.ts';
import type { Instant } from './instant.ts';
import { isBefore, secondsBetween } from './instant.ts';
import { allowedCommands } from './pathway-table.ts';
import type { PathwayTable } from './pathway-table.ts';

/**
 * What every command of a person or a machine client must pass before its own rules are asked: known, sent by a
 * role that may, at a stage that allows it, about a time that has come and lies in the pathway's life.
 */
export function guardCommand(
  table: PathwayTable,
  state: { readonly stage: string; readonly receivedAt: Instant },
  command: Command,
  now: Instant,
): { readonly refusal: Refusal } | undefined {
  // Only the table's own names: every object also has a `constructor`.
  const row = Object.hasOwn(table.commands, command.name) ? table.commands[command.name] : undefined;
  if (row === undefined) {
    return refuse('unknown-command', 'This kind of pathway has no such command.');
  }
  if (!row.roles.includes(command.actor.role)) {
    return refuse('wrong-role', `"${row.title}" is not for your role.`, {
      role: command.actor.role,
      allowedRoles: row.roles,
    });
  }
  if (row.stages !== 'any' && !row.stages.includes(state.stage)) {
    const stageTitle = table.stages[state.stage]?.title ?? state.stage;
    return refuse('wrong-stage', `"${row.title}" is not possible at the stage "${stageTitle}".`, {
      stage: state.stage,
      allowedCommands: allowedCommands(table, state.stage, [command.actor.role]),
    });
  }
  if (isInFuture(command.occurredAt, command.receivedAt, now)) {
    return refuse('in-the-future', 'The time given has not come yet.', {
      occurredAt: command.occurredAt,
      now,
    });
  }
  if (isBefore(command.occurredAt, state.receivedAt)) {
    return refuse('before-the-start', 'The time given is before the start of this pathway.', {
      occurredAt: command.occurredAt,
      startedAt: state.receivedAt,
    });
  }
  return undefined;
}

/**
 * How far the clock of the machine that received a command may be ahead of the one that decides, in seconds.
 * Machines that keep time by NTP differ by far less; a clock that is wrong by more must not put events into
 * the future, because clocks are counted from them.
 */
export const clockSkewSeconds = 120;

/**
 * Whether something is said to have happened later than it can have been said. The machine that received
 * the command and the one that decides have each their own clock: what lies before either is not refused,
 * unless it lies further ahead of the deciding one than clocks can differ.
 */
export function isInFuture(instant: Instant, receivedAt: Instant, now: Instant): boolean {
  if (secondsBetween(now, instant) > clockSkewSeconds) return true;
  return isBefore(now, instant) && isBefore(receivedAt, instant);
}
