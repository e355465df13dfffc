import { roles } from '../../../workflows/domain/common/actor.ts';
import { attendances } from '../../../workflows/domain/common/appointment.ts';
import type { Command } from '../../../workflows/domain/common/command.ts';
import type { Instant } from '../../../workflows/domain/common/instant.ts';
import type { CompulsoryCommand, FollowUpDecision } from '../../../workflows/domain/compulsory/commands.ts';
import {
  askers,
  breachResults,
  compulsoryCommandNames,
  markers,
  waysOfService,
} from '../../../workflows/domain/compulsory/commands.ts';
import { compulsory } from '../../../workflows/domain/compulsory/kind.ts';
import type { CompulsoryCase } from './compulsory-case.ts';
import { day, hour, minute, plus } from './compulsory-case.ts';

/** Numbers from the generator; each choice takes the next one. Small numbers are the likely good choices. */
export class Dice {
  readonly #rolls: readonly number[];
  #next = 0;

  constructor(rolls: readonly number[]) {
    this.#rolls = rolls;
  }

  roll(): number {
    const roll = this.#rolls[this.#next % this.#rolls.length] ?? 0;
    this.#next += 1;
    return roll;
  }

  pick<T>(choices: readonly T[]): T | undefined {
    return choices[this.roll() % choices.length];
  }

  /** True in `percent` of a hundred rolls. */
  mostly(percent: number): boolean {
    return this.roll() % 100 < percent;
  }
}

/** Allowed, and mostly of no use: sent seldom, so that lives get further. */
const idle: Readonly<Record<string, readonly string[]>> = {
  'awaiting-requirement': ['conclude-without-requirement'],
  'initial-assessment': ['record-result', 'send-page-link'],
  'follow-up-assessment': ['record-result', 'send-page-link'],
  'good-cause-review': ['vary-appointment', 'record-attendance', 'record-result'],
  breach: ['vary-appointment', 'record-attendance', 'declare-breach', 'record-result'],
  arrested: ['vary-appointment', 'record-attendance', 'decide-good-cause'],
};

/** A command for this case: mostly one that the stage allows with data that fit, else anything well-formed. */
export function anyCommand(it: CompulsoryCase, dice: Dice): Command {
  if (it.stage === 'arrested' && dice.mostly(25)) return toldBeforeTheArrest(it, dice);
  if (dice.mostly(5)) return engineCommand(it, dice);
  const fitting = compulsoryCommandNames.filter((name) => {
    const stages = compulsory.table.commands[name]?.stages;
    const allowed = stages === 'any' ? it.state.tasks.length > 0 : stages?.includes(it.stage) === true;
    return allowed && dice.mostly(useOf(name, it));
  });
  const late =
    it.stage === 'arrested' && untold(it).length > 0 && dice.mostly(50) ? 'record-arrest' : undefined;
  const name =
    late ?? (dice.mostly(93) ? dice.pick(fitting) : undefined) ?? dice.pick(compulsoryCommandNames);
  if (name === undefined) throw new Error('No commands');
  const allowed = compulsory.table.commands[name]?.roles ?? [];
  const role = (dice.mostly(95) ? dice.pick(allowed) : undefined) ?? dice.pick(roles) ?? 'System';
  const shift = dice.mostly(92) ? 0 : (dice.pick([-minute, -hour, -3 * day, 1, -400 * day]) ?? 0);
  const arrestedAt = it.state.breaches.at(-1)?.arrestedAt ?? it.now;
  // Around the arrest, which the release may be said to lie before.
  const aroundArrest = name === 'record-result' && it.stage === 'arrested' && dice.mostly(25);
  const occurredAt = aroundArrest ? plus(arrestedAt, dice.pick([-minute, -1, 0]) ?? 0) : plus(it.now, shift);
  return it.command(name, dataFor(name, it, dice), { role, occurredAt });
}

/** In how many of a hundred an allowed command is of use here. */
function useOf(name: CompulsoryCommand['name'], it: CompulsoryCase): number {
  const { stage, state } = it;
  if (name === 'record-attendance' && movedFrom(it).length > 0) return 60;
  if (name === 'record-result' && inCustody(it)) return 100;
  if (name === 'record-arrest' && untold(it).length === 0 && stage !== 'breach') return 10;
  if (idle[stage]?.includes(name) === true) return 10;
  const booked = state.appointments.some(({ status }) => status === 'booked');
  return name === 'vary-appointment' && booked ? 20 : 100;
}

/** Required, missed, no good cause, a breach, marked and put out; each command is made when the one before was taken. */
export function* wayToTask(it: CompulsoryCase, dice: Dice): Generator<Command> {
  yield required(it);
  yield missed(it);
  const failureId = it.state.failures[0]?.failureId;
  yield it.command('decide-good-cause', { failureId, decision: 'rejected', reasonCode: 'reason' });
  yield it.command('declare-breach', { failureId, breachId: 'breach-1' });
  const marker = dice.pick(markers);
  yield it.command('set-marker', { breachId: 'breach-1', marker, reasonCode: 'reason' });
  yield it.command('issue-arrest-task', { breachId: 'breach-1', taskId: 'task-1', unitCode: 'unit' });
}

/** Required, moved by a notice that is entered only once the time has come, and then perhaps missed at the new one. */
export function* wayToNewTime(it: CompulsoryCase, dice: Dice): Generator<Command> {
  yield required(it);
  const servedAt = it.now;
  const startsAt = plus(servedAt, 3 * day);
  const moved = {
    appointmentId: 'appointment-2',
    startsAt,
    endsAt: plus(startsAt, hour),
    placeCode: 'place',
  };
  const notice = { ...service(servedAt, startsAt, dice), form: 'RA2', servedAt };
  const data = { appointment: moved, notice, reasonCode: 'reason', askedBy: 'person' };
  yield it.command('vary-appointment', data, { at: plus(servedAt, 2 * day) });
  if (dice.mostly(70)) yield missed(it);
}

/** Required, missed, excused, and given a new time. */
export function* wayToSecondTime(it: CompulsoryCase, dice: Dice): Generator<Command> {
  yield required(it);
  yield missed(it);
  const failureId = it.state.failures[0]?.failureId;
  yield it.command('decide-good-cause', { failureId, decision: 'accepted', reasonCode: 'reason' });
  const startsAt = plus(it.now, day);
  const next = { appointmentId: 'appointment-2', startsAt, endsAt: plus(startsAt, hour), placeCode: 'place' };
  const notice = { ...service(it.now, startsAt, dice), form: 'RA2', servedAt: it.now };
  yield it.command('vary-appointment', { appointment: next, notice, reasonCode: 'r', askedBy: 'person' });
}

function required(it: CompulsoryCase): Command {
  const startsAt = plus(it.now, day);
  const initialAssessment = {
    ...{ appointmentId: 'appointment-1', startsAt, endsAt: plus(startsAt, hour), placeCode: 'place' },
  };
  const notice = {
    ...{ form: 'RA1', servedAt: it.now, how: 'handed-over', servedBy: 'user' },
    ...{ language: 'en', warningGiven: true },
  };
  return it.command('impose-requirement', { initialAssessment, notice });
}

function missed(it: CompulsoryCase): Command {
  const { appointmentId, endsAt = it.now } = it.state.appointments.at(-1) ?? {};
  const at = plus(endsAt, minute);
  return it.command('record-attendance', { appointmentId, attendance: 'absent' }, { at });
}

/** Withdrawn, and a unit may have been on its way: what it tells comes late and in any order. */
function untold({ state }: CompulsoryCase) {
  return state.tasks.filter(
    ({ status, arrestedWhenWithdrawnAt }) =>
      status.startsWith('withdraw') && arrestedWhenWithdrawnAt === undefined,
  );
}

/** Times that have come and from which the assessment was moved; nobody has said who was there. */
function movedFrom({ state, now }: CompulsoryCase) {
  return state.appointments.filter(
    ({ status, startsAt, attendance: recorded }) =>
      status === 'superseded' && recorded === null && startsAt <= now,
  );
}

/** On a withdrawn task: nothing is put out until the release is recorded. */
function inCustody(it: CompulsoryCase): boolean {
  return it.state.attention.some(({ code }) => code === 'arrested-on-withdrawn-task');
}

/** That its task was withdrawn, carried only after the arrest on it was recorded. */
function toldBeforeTheArrest(it: CompulsoryCase, dice: Dice): Command {
  const task = it.state.tasks.find(({ status }) => status === 'arrested');
  const breach = it.state.breaches.find(({ breachId }) => breachId === task?.breachId);
  const factId = `told-${String(it.events.length)}`;
  const data = { factId, fact: 'task-withdrawn', taskId: task?.taskId };
  return it.engine('carry-fact', data, {
    occurredAt: dice.pick([breach?.arrestedAt ?? it.now, task?.issuedAt ?? it.now]) ?? it.now,
  });
}

function engineCommand(it: CompulsoryCase, dice: Dice): Command {
  const id = `engine-${String(it.events.length)}-${String(dice.roll())}`;
  const task = dice.pick(it.state.tasks)?.taskId ?? 'nowhere';
  const choices: readonly (readonly [string, unknown])[] = [
    ['deadline-due', { deadlineId: dice.pick(it.state.deadlines)?.id ?? 'no-clock' }],
    ['carry-fact', { factId: id, fact: 'task-withdrawn', taskId: task }],
    ['carry-fact', { factId: id, fact: 'stop-texts' }],
    ['report-delivery', { intentId: id, purpose: 'appointment-reminder', outcome: 'unknown' }],
    ['report-internal-error', { commandName: dice.pick(compulsoryCommandNames) }],
    ['deadline-due', { deadlineId: 'no-clock' }],
    ['carry-fact', { factId: id, fact: 'death' }],
  ];
  // A death ends the life: it comes seldom.
  const [name, data] = (dice.mostly(5) ? choices.at(-1) : dice.pick(choices.slice(0, -1))) ?? ['', {}];
  return it.engine(name, data);
}

function dataFor(name: CompulsoryCommand['name'], it: CompulsoryCase, dice: Dice): CompulsoryCommand['data'] {
  const { state, now } = it;
  const last = <T>(items: readonly T[]): T | undefined => (dice.mostly(90) ? items.at(-1) : dice.pick(items));
  const failureId = last(state.failures)?.failureId ?? 'no-failure';
  const breachId = last(state.breaches)?.breachId ?? 'no-breach';
  const taskId = last(state.tasks)?.taskId ?? 'no-task';
  switch (name) {
    case 'impose-requirement': {
      const startsAt = plus(now, dice.pick([2 * day, hour, 10 * minute, 8 * day, 0, -hour, 500 * day]) ?? 0);
      return {
        initialAssessment: appointment(it, startsAt, dice),
        notice: { form: 'RA1', ...service(now, startsAt, dice) },
      };
    }
    case 'conclude-without-requirement':
      return { reasonCode: 'reason' };
    case 'vary-appointment': {
      const startsAt = plus(now, dice.pick([2 * day, hour, 10 * minute, 8 * day, -hour]) ?? 0);
      return {
        appointment: appointment(it, startsAt, dice),
        notice: { form: 'RA2', ...service(now, startsAt, dice), ...servedBefore(it, dice) },
        reasonCode: 'reason',
        askedBy: dice.pick(askers) ?? 'person',
      };
    }
    case 'record-attendance':
      return attendance(it, dice);
    case 'decide-good-cause':
      return { failureId, decision: dice.mostly(80) ? 'rejected' : 'accepted', reasonCode: 'reason' };
    case 'declare-breach':
      return { failureId };
    case 'set-marker':
      return { breachId, marker: dice.pick(markers) ?? 'RED', reasonCode: 'reason' };
    case 'issue-arrest-task':
      return { breachId, unitCode: 'unit' };
    case 'acknowledge-task':
      return { taskId };
    case 'record-arrest':
      return {
        taskId: dice.mostly(it.stage === 'breach' ? 30 : 90)
          ? (dice.pick(untold(it))?.taskId ?? taskId)
          : taskId,
        arrestedAt: plus(now, dice.pick([0, 0, 0, 0, -minute, -hour, 1, -40 * day]) ?? 0),
      };
    case 'withdraw-task':
      return { taskId, reasonCode: 'reason' };
    case 'send-page-link':
      return {};
    case 'record-result': {
      const result = dice.mostly(inCustody(it) ? 70 : 20)
        ? 'released'
        : (dice.pick(breachResults) ?? 'charged');
      return { breachId, result, ...(result === 'released' && dice.mostly(30) ? { taskId } : {}) };
    }
  }
}

function appointment(it: CompulsoryCase, startsAt: Instant, dice: Dice) {
  return {
    appointmentId: dice.mostly(97) ? `appointment-${String(it.events.length)}` : 'appointment-1',
    startsAt,
    endsAt: plus(startsAt, dice.pick([hour, hour, hour, 5 * minute, 0]) ?? 0),
    placeCode: 'place',
  };
}

/** Of a time that has come: the notice that moved it was served before it, and is entered only now. */
function servedBefore({ state, now }: CompulsoryCase, dice: Dice): { readonly servedAt?: Instant } {
  const startsAt = state.appointments.at(-1)?.startsAt ?? now;
  return startsAt < now && dice.mostly(40) ? { servedAt: plus(startsAt, -1) } : {};
}

function service(now: Instant, startsAt: Instant, dice: Dice) {
  return {
    servedAt: dice.mostly(90) ? now : (dice.pick([startsAt, plus(now, -day), plus(now, 1)]) ?? now),
    how: dice.mostly(92) ? ('handed-over' as const) : (dice.pick(waysOfService) ?? 'posted'),
    servedBy: 'user',
    language: 'en' as const,
    warningGiven: dice.mostly(92),
  };
}

function attendance(it: CompulsoryCase, dice: Dice): CompulsoryCommand['data'] {
  const booked = it.state.appointments.filter(({ status }) => status === 'booked').at(-1);
  const moved = dice.pick(movedFrom(it));
  const came = moved !== undefined && dice.mostly(30);
  const about = came ? moved : (booked ?? dice.pick(it.state.appointments));
  const { appointmentId = 'no-appointment', startsAt = it.now, endsAt = it.now } = about ?? {};
  const any = dice.mostly(40) ? 'absent' : (dice.pick(attendances) ?? 'absent');
  const value = came && dice.mostly(85) ? 'attended-and-remained' : any;
  const left = value === 'attended-and-left' || value === 'sent-away';
  const decides = value === 'attended-and-remained' && about?.kind === 'initial-assessment';
  return {
    appointmentId,
    attendance: value,
    ...(left !== dice.mostly(4)
      ? { leftAt: plus(startsAt, dice.pick([5 * minute, 20 * minute, -1, day]) ?? 0) }
      : {}),
    ...(decides !== dice.mostly(4) ? { followUp: decision(it, startsAt, endsAt, dice) } : {}),
  };
}

function decision(it: CompulsoryCase, startsAt: Instant, endsAt: Instant, dice: Dice): FollowUpDecision {
  if (dice.mostly(30)) return { released: true };
  const servedAt = dice.mostly(85)
    ? plus(startsAt, minute)
    : (dice.pick([endsAt, plus(endsAt, 1)]) ?? endsAt);
  const next = plus(it.now, dice.pick([day, 3 * day, hour]) ?? day);
  return {
    released: false,
    appointment: appointment(it, next, dice),
    notice: { form: 'RA4', ...service(it.now, next, dice), servedAt },
  };
}
