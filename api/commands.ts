import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { z } from 'zod';
import type { NumberPlan } from '../messages/phone-number.ts';
import { describeError } from '../platform/log.ts';
import { lookAgain, refusalOf, sendCommand } from '../platform/pathway-runs.ts';
import type { RunAddress } from '../platform/pathway-runs.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { Database } from '../store/database.ts';
import { findCommand, readEvents } from '../store/ledger.ts';
import { isPoliceReferral } from '../store/people-in-view.ts';
import { pathwayById } from '../store/pathways.ts';
import type { PathwayRow } from '../store/pathways.ts';
import { wholeForce } from '../store/scope.ts';
import type { CommandAnswer } from '../workflows/contract/envelope.ts';
import type { Actor, Role } from '../workflows/domain/common/actor.ts';
import type { Command } from '../workflows/domain/common/command.ts';
import type { RecordedDiversionEvent } from '../workflows/domain/diversion/events.ts';
import { mayRead, rolesOfCommand, rolesToCommandUnread, sendableCommands } from './access-policy.ts';
import { actorFor } from './caller.ts';
import type { BestEffort } from './best-effort.ts';
import type { Caller } from './caller.ts';
import { factOfCommand } from './fact-table.ts';
import { factAct } from './facts.ts';
import { jsonBody } from './json-body.ts';
import type { Log } from './middleware/observe.ts';
import { fold } from './kinds.ts';
import { refuseDramaNumbers } from './mobile-numbers.ts';
import { checkMaySendLink } from './person-page/may-send.ts';
import { Problem } from './problems.ts';
import { checkPlaces, checkProgramme, checkUnit } from './reference-codes.ts';
import { problemOf, wrongRole } from './refusals.ts';
import { acting } from './route.ts';
import type { Act, Intent, Route } from './route.ts';
import { resolveCommand, tidyAfter, UnresolvedError } from './resolved-commands.ts';
import { commandAnswer, factAnswer } from './schemas/answers.ts';
import { commandBody } from './schemas/commands.ts';
import type { CommandBody } from './schemas/commands.ts';
import { factCommandBody, factOfCommandBody } from './schemas/facts.ts';
import { uuid } from './schemas/lists.ts';
import { readAs } from './schemas/reading.ts';
import { roleToSign, roleToTell, rolesHeld } from './signing-role.ts';
import { toldInWhole } from './told-in-whole.ts';
import { checkWorker, workerIn } from './workers.ts';

/** How long an answer is waited for; after that the outcome is unknown and the key settles it. */
const answerWithinMs = 5_000;

/** Above ten a run the server turns Updates away and the client retries in silence; two processes stay at ten. */
const mostInFlight = 5;

export interface CommandParts {
  readonly db: Database;
  readonly client: Client;
  readonly bestEffort: BestEffort;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** The one route of commands: it checks who and what, sends one Update-with-start, and gives the ledger's answer. */
export function commandRoutes(parts: CommandParts & { readonly numbers: NumberPlan }): Route[] {
  const inFlight = new InFlight();
  return [
    acting({
      method: 'post',
      path: '/api/v1/pathways/{pathwayId}/commands/{command}',
      summary: 'Sends one command to a pathway',
      tag: 'commands',
      params: z.strictObject({ pathwayId: uuid, command: z.string().max(60) }),
      body: jsonBody(z.unknown()),
      answers: {
        200: { description: 'Taken: it is in the ledger', body: commandAnswer },
        201: { description: 'A safety fact: it is recorded and binds', body: factAnswer },
      },
      prepare: async ({ caller, params, body, receivedAt }): Promise<Act> => {
        const { pathwayId, command: name } = params;
        const { row, roles } = await pathwayToCommand(parts.db, caller, pathwayId, name);
        if (roles === undefined) {
          throw new Problem('unknown-command', { details: { commands: commandsFor(caller, row.kind) } });
        }
        const held = rolesHeld(caller, roles);
        if (held.length === 0) throw wrongRole(roles);
        const fact = factOfCommand(params.command);
        if (fact !== undefined) {
          // About the person and not this pathway: it needs no run, and the run is told like every other one of theirs.
          const told = factOfCommandBody(fact, readAs(factCommandBody(fact), body));
          const role = roleToTell(caller, held, row);
          return factAct(parts, {
            ...{ caller, personId: row.personId, body: told, receivedAt },
            roles: role === undefined ? roles : [role],
          });
        }
        const read = readAs(commandBody(row.kind, params.command), body);
        const own = held.filter((role) => role !== 'LpuOfficer' || isOwnTask(row, caller, read));
        if (own.length === 0) throw notOwnTask(read);
        const { occurredAt = receivedAt, data } = read;
        const sent = { commandId: pathwayId, name, data, occurredAt, receivedAt };
        const role = await roleToSign(parts.db, caller, row, own, sent);
        const actor = actorFor(caller, role === undefined ? roles : [role]);
        if (actor === undefined) throw wrongRole(roles);
        refuseDramaNumbers(read, parts.numbers);
        await checkUnit(parts.db, caller.forceId, read);
        await checkPlaces(parts.db, caller.forceId, row.kind, read);
        if (name === 'assign-caseworker' && row.providerId !== null) {
          const { providerId } = row;
          await checkWorker(parts.db, caller, {
            ...workerIn(read.data),
            providerId,
            field: '/data/workerId',
          });
        }
        if (name === 'record-assessment') await checkProgramme(parts.db, caller.forceId, read);
        return async (intent) => {
          // A repeat may have been taken before, and is then answered from the ledger.
          if (name === 'send-page-link' && !intent.repeated) {
            await checkMaySendLink(parts.db, row, { numbers: parts.numbers, now: receivedAt, body: read });
          }
          const command = commandOf(params.command, read, actor, intent);
          const answer = await inFlight
            .hold(row.pathwayId, () =>
              carryOut(parts, row, command, { body: read, repeated: intent.repeated }),
            )
            .catch((error: unknown) => {
              throw error instanceof Problem && !readsStage(caller, row) ? withoutCase(error) : error;
            });
          return { status: 200, body: await answerFor(parts.db, caller, row, answer) };
        };
      },
    }),
  ];
}

/** What whoever misspelt a command may have meant. */
function commandsFor({ roles }: Caller, kind: PathwayRow['kind']): string[] {
  return sendableCommands(kind).filter((name) =>
    rolesOfCommand(kind, name)?.some((role) => roles.includes(role)),
  );
}

/**
 * The pathway that the caller may send this command to: one that they may read, one with an arrest task of their unit,
 * or one of which the policy lets them say just this; and the roles in which they may, undefined where the kind has no
 * such command.
 *
 * @throws Problem `not-found`
 */
async function pathwayToCommand(
  db: Database,
  caller: Caller,
  pathwayId: string,
  command: string,
): Promise<{ readonly row: PathwayRow; readonly roles: readonly Role[] | undefined }> {
  const row = await pathwayById(db, wholeForce(caller.forceId), pathwayId);
  if (row === null) throw new Problem('not-found');
  if (readsStage(caller, row)) return { row, roles: rolesOfCommand(row.kind, command) };
  const made = await isPoliceReferral(db, row.forceId, row.pathwayId);
  const formerProviders = row.summary.appointments.flatMap(({ status, formerProviderId }) =>
    status === 'booked' && formerProviderId !== undefined ? [formerProviderId] : [],
  );
  const roles = rolesToCommandUnread(caller, { ...row, isPoliceReferral: made, formerProviders }, command);
  if (roles.length === 0) throw new Problem('not-found');
  return { row, roles };
}

function readsStage(caller: Caller, row: PathwayRow): boolean {
  return mayRead(caller, row) || hasTaskOf(row, caller);
}

/**
 * The answer as this caller may have it. Who may not read the pathway, as it is now, is told that what they said is in the
 * ledger: not its stage, not how much there is of it, not what it led to.
 *
 * @throws Problem `outcome-unknown` while the ledger cannot be asked
 */
export async function answerFor(
  db: Database,
  caller: Caller,
  before: PathwayRow,
  answer: CommandAnswer,
): Promise<z.output<typeof commandAnswer>> {
  const { superseded, ...beside } = await toldInWhole(besideAnswer(db, before.forceId, answer));
  const whole = {
    ...answer,
    events: [...answer.events],
    ...(superseded === undefined ? {} : { superseded }),
    ...beside,
  };
  if (readsStage(caller, before)) return whole;
  const after = await toldInWhole(pathwayById(db, wholeForce(before.forceId), before.pathwayId));
  if (after !== null && readsStage(caller, after)) return whole;
  // What was said is recorded first, and then what follows. An acceptance comes before what takes the person up, and that
  // only who may read the case can say.
  const own = answer.events.slice(0, 1).map(({ type }) => ({ seq: null, type }));
  return { ...answer, seq: null, stage: null, events: own, ...beside };
}

/** What the ledger says of this command beside its events, and the sender may not have meant. */
async function besideAnswer(
  db: Database,
  forceId: string,
  { pathwayId, commandId, events }: CommandAnswer,
): Promise<Pick<z.output<typeof commandAnswer>, 'superseded' | 'hints'>> {
  const told: readonly string[] = ['appointment-booked', 'details-amended'];
  if (!events.some(({ type }) => told.includes(type))) return {};
  const own = (await findCommand(db, forceId, pathwayId, commandId)) as unknown as RecordedDiversionEvent[];
  for (const event of own) {
    if (event.type === 'appointment-booked' && event.data.supersedes !== null) {
      return { superseded: event.data.supersedes };
    }
    if (event.type === 'details-amended' && event.data.underAge === true)
      return { hints: ['found-under-18'] };
  }
  return {};
}

/** A refusal for who may not read the pathway: what it is about, and nothing of the case. */
function withoutCase({ code, parts }: Problem): Problem {
  const { detail, errors, retryAfter } = parts;
  return new Problem(code, {
    // The words of this one name the stage.
    ...(detail === undefined || code === 'wrong-stage' ? {} : { detail }),
    ...(errors === undefined ? {} : { errors }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });
}

function hasTaskOf(row: PathwayRow, caller: Caller): boolean {
  return (
    caller.roles.includes('LpuOfficer') &&
    row.summary.tasks.some(({ unitCode }) => unitCode === caller.organisationId)
  );
}

/** A unit acts on its own tasks; another unit's is not there for it. */
function isOwnTask(row: PathwayRow, caller: Caller, { data }: CommandBody): boolean {
  const taskId = taskNamedIn(data);
  return row.summary.tasks.some((task) => task.taskId === taskId && task.unitCode === caller.organisationId);
}

function taskNamedIn(data: unknown): unknown {
  return typeof data === 'object' && data !== null && 'taskId' in data ? data.taskId : undefined;
}

function notOwnTask(body: CommandBody): Problem {
  const taskId = taskNamedIn(body.data);
  return problemOf(
    {
      code: 'not-found',
      message: 'Your unit has no such task on this pathway.',
      details: { taskId: typeof taskId === 'string' ? taskId : null },
    },
    { body },
  );
}

function commandOf(name: string, { occurredAt, data }: CommandBody, actor: Actor, intent: Intent): Command {
  return {
    commandId: intent.requestId,
    name,
    data,
    occurredAt: occurredAt ?? intent.receivedAt,
    receivedAt: intent.receivedAt,
    actor,
  };
}

/** Carries one command to its pathway and gives the answer of the ledger. @throws Problem */
export async function carryOut(
  { db, client, bestEffort, metrics, log }: CommandParts,
  row: PathwayRow,
  sent: Command,
  { body, repeated }: { readonly body: unknown; readonly repeated: boolean },
): Promise<CommandAnswer> {
  const { kind } = row;
  const counted = (outcome: string) => metrics.commands.inc({ kind, command: sent.name, outcome });
  // Of what was recorded and not answered the run itself may not have heard, and with it not of its clocks.
  const tellRun = () => {
    bestEffort.start('tell a run of its ledger', () =>
      client.withDeadline(Date.now() + answerWithinMs, () => lookAgain(client, row.pathwayId)),
    );
  };
  const tidied = <T>(answer: T): T => {
    const tidy = tidyAfter(db, row, sent.name);
    if (tidy !== undefined) bestEffort.start('tidy after a command', tidy);
    return answer;
  };
  if (repeated) {
    const earlier = await answerFromLedger(db, row, sent.commandId);
    if (earlier !== undefined) {
      tellRun();
      return tidied(earlier);
    }
  }
  const command = await resolveCommand(db, row, sent).catch((error: unknown) => {
    if (!(error instanceof UnresolvedError)) throw error;
    counted(error.refusal.code);
    throw problemOf(error.refusal, { body });
  });
  const stop = metrics.commandSeconds.startTimer({ kind });
  const giveUpAt = Date.now() + answerWithinMs;
  let updateId = command.commandId;
  try {
    for (let pauseMs = 25; ; pauseMs *= 2) {
      const answer = await send({ client, bestEffort }, row, command, {
        updateId,
        withinMs: giveUpAt - Date.now(),
      });
      if (!('failed' in answer)) {
        counted('taken');
        return tidied(answer);
      }
      // Also after a refusal: an earlier try of this command may have been recorded, and refuses this one. While
      // the ledger cannot be asked, a refusal says nothing.
      const recorded = await answerFromLedger(db, row, command.commandId).catch(() => 'ledger-away' as const);
      if (recorded === 'ledger-away') {
        counted('outcome-unknown');
        throw new Problem('outcome-unknown', { retryAfter: 2 });
      }
      if (recorded !== undefined) {
        tellRun();
        counted('taken');
        return tidied(recorded);
      }
      const refusal = refusalOf(answer.failed);
      if (refusal?.code === 'internal-error' && repeated && updateId === command.commandId) {
        // What failed when the key was first used may be mended; the same Update would only repeat its failure.
        updateId = `${command.commandId}:${randomUUID()}`;
        continue;
      }
      if (refusal !== undefined) {
        counted(refusal.code);
        throw problemOf(refusal, { body, stage: refusal.stage });
      }
      if (Date.now() + pauseMs >= giveUpAt) {
        counted('outcome-unknown');
        log.warn({ command: command.name, error: describeError(answer.failed) }, 'no answer to a command');
        throw new Problem('outcome-unknown', { retryAfter: 2 });
      }
      // A run that is just ending lets go of what reaches it; the same Update finds the next run.
      await pause(pauseMs);
    }
  } finally {
    stop();
  }
}

/** The answer of a command that the ledger holds, the same at any later time; undefined where it does not hold it. */
export async function answerFromLedger(
  db: Database,
  { forceId, pathwayId, kind }: RunAddress,
  commandId: string,
): Promise<CommandAnswer | undefined> {
  const own = await findCommand(db, forceId, pathwayId, commandId);
  const last = own.at(-1);
  if (last === undefined) return undefined;
  const events = await readEvents(db, wholeForce(forceId), pathwayId, { limit: last.seq });
  return {
    pathwayId,
    commandId,
    seq: last.seq,
    stage: fold(kind, events).state.stage,
    events: own.map(({ seq, type }) => ({ seq, type })),
  };
}

/**
 * One try. A first connection that cannot be made takes longer than the call's own deadline; nobody waits
 * for that.
 */
async function send(
  { client, bestEffort }: Pick<CommandParts, 'client' | 'bestEffort'>,
  row: PathwayRow,
  command: Command,
  { updateId, withinMs }: { readonly updateId: string; readonly withinMs: number },
): Promise<CommandAnswer | { readonly failed: unknown }> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error('No answer in time'));
    }, withinMs + 250);
  });
  const answer = sendCommand(client, row, command, withinMs, row.headSeq, updateId);
  // A connection that is closed under a call that still tries takes the process with it.
  bestEffort.hold(answer);
  try {
    return await Promise.race([answer, late]);
  } catch (failed) {
    return { failed };
  } finally {
    clearTimeout(timer);
  }
}

/** Counts the commands of each pathway that are being answered by this process. */
class InFlight {
  readonly #counts = new Map<string, number>();

  /** @throws Problem `too-many-in-flight` before anything is done */
  async hold<T>(pathwayId: string, work: () => Promise<T>): Promise<T> {
    const count = this.#counts.get(pathwayId) ?? 0;
    if (count >= mostInFlight) throw new Problem('too-many-in-flight', { retryAfter: 1 });
    this.#counts.set(pathwayId, count + 1);
    try {
      return await work();
    } finally {
      const left = (this.#counts.get(pathwayId) ?? 1) - 1;
      if (left === 0) this.#counts.delete(pathwayId);
      else this.#counts.set(pathwayId, left);
    }
  }
}
