import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Role } from '../../../workflows/domain/common/actor.ts';
import { attendances } from '../../../workflows/domain/common/appointment.ts';
import { knownChannels } from '../../../workflows/domain/common/contact-preference.ts';
import { nearest } from '../../../workflows/domain/common/deadline.ts';
import type { Deadline } from '../../../workflows/domain/common/deadline.ts';
import type { LedgerEvent, NewEvent } from '../../../workflows/domain/common/event.ts';
import { toInstant } from '../../../workflows/domain/common/instant.ts';
import { localParts } from '../../../workflows/domain/common/london-time.ts';
import type { MessageIntent } from '../../../workflows/domain/common/message-intent.ts';
import { closureReasons } from '../../../workflows/domain/diversion/closure-reasons.ts';
import {
  contactChannels,
  contactMakers,
  contactResults,
  diversionAppointmentKinds,
  engagementEvidences,
} from '../../../workflows/domain/diversion/commands.ts';
import { eventVersions } from '../../../workflows/domain/diversion/events.ts';
import type { ContactAttempted, PathwayClosed } from '../../../workflows/domain/diversion/events.ts';
import { diversion } from '../../../workflows/domain/diversion/kind.ts';
import { stageOf } from '../../../workflows/domain/diversion/state.ts';
import type { DiversionState } from '../../../workflows/domain/diversion/state.ts';
import { diversionTable } from '../../../workflows/domain/diversion/table.ts';
import { must, policy, referral, ReferralLife } from './referral-life.ts';

/**
 * Any order of commands, clocks and reports, at any distance in time, by anybody: whatever is taken, the
 * promises of the voluntary path hold. On failure fast-check prints the seed and the shortest life found.
 */

const minute = 60_000;
const day = 24 * 60 * minute;

interface Step {
  readonly what: string;
  readonly data: unknown;
  readonly role: Role;
  /** How long before now it happened, in ms; below zero lies in the future. */
  readonly ago: number;
}

const role = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom<Role>('ProviderWorker', 'ProviderManager', 'Manager') },
  { weight: 1, arbitrary: fc.constantFrom<Role>('PoliceOfficer', 'Analyst', 'DipOfficer', 'System') },
);

const ago = fc.oneof(
  { weight: 6, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 20 * day }) },
  { weight: 1, arbitrary: fc.integer({ min: -day, max: 200 * day }) },
);

function step(what: string, data: fc.Arbitrary<unknown>): fc.Arbitrary<Step> {
  return fc.record({ what: fc.constant(what), data, role, ago });
}

const minutes = (min: number, max: number) => fc.integer({ min, max }).map((count) => count * minute);
const hours = (min: number, max: number) => minutes(min * 60, max * 60);
const days = (min: number, max: number) => minutes(min * 24 * 60, max * 24 * 60);

const attempt = step(
  'record-contact-attempt',
  fc.record({
    channel: fc.constantFrom(...contactChannels),
    result: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom('no-answer' as const, 'left-message' as const) },
      { weight: 1, arbitrary: fc.constantFrom(...contactResults) },
    ),
    by: fc.constantFrom('person' as const, ...contactMakers),
  }),
);

const booking = step(
  'book-appointment',
  fc.record({
    /** Few ids, so that some are given twice; left out, it is the command's. */
    appointmentId: fc.option(fc.constantFrom('a1', 'a2'), { nil: undefined, freq: 2 }),
    kind: fc.constantFrom(...diversionAppointmentKinds),
    /** From now, in ms; the life turns it into instants. */
    ahead: fc.oneof(hours(1, 48), days(0, 45), minutes(-300, 60 * 24 * 400)),
    lasts: fc.oneof({ weight: 5, arbitrary: minutes(30, 90) }, { weight: 1, arbitrary: minutes(-10, 800) }),
  }),
);

const attendance = step(
  'record-attendance',
  fc.record({
    /** Counted from the latest; one too many is an unknown one. */
    back: fc.nat({ max: 3 }),
    attendance: fc.constantFrom(...attendances),
    leftAfter: fc.option(minutes(-10, 100), { nil: undefined, freq: 2 }),
  }),
);

const closing = step(
  'close-pathway',
  fc.record({
    reason: fc.constantFrom(...closureReasons),
    drugFree: fc.constantFrom(undefined, 'yes', 'unknown'),
    crimeFree: fc.constantFrom(undefined, 'no', 'unknown'),
  }),
);

const report = step(
  'report-delivery',
  fc.record({
    intentId: fc.constantFrom('i1', 'i2'),
    outcome: fc.constantFrom('failed', 'unknown'),
    purpose: fc.constant('appointment-reminder'),
  }),
);

const fact = (name: string): fc.Arbitrary<Step> =>
  step('carry-fact', fc.record({ factId: fc.constantFrom('f1', 'f2'), fact: fc.constant(name) }));

/** What ends a life is rare, so that most lives are long. */
const anyStep = fc.oneof(
  { weight: 20, arbitrary: attempt },
  {
    weight: 4,
    arbitrary: step('record-engagement', fc.record({ evidence: fc.constantFrom(...engagementEvidences) })),
  },
  { weight: 20, arbitrary: booking },
  { weight: 20, arbitrary: attendance },
  { weight: 2, arbitrary: closing },
  { weight: 20, arbitrary: step('until', fc.oneof(hours(0, 30), days(0, 14))) },
  { weight: 1, arbitrary: step('until', days(14, 60)) },
  { weight: 10, arbitrary: step('until-appointment', fc.constant(null)) },
  { weight: 10, arbitrary: step('until-clock', fc.constant(null)) },
  { weight: 3, arbitrary: step('effort', fc.constantFrom('text', 'email', 'phone')) },
  { weight: 4, arbitrary: step('asleep', fc.oneof(hours(0, 30), days(0, 40))) },
  { weight: 6, arbitrary: step('again', fc.nat()) },
  { weight: 3, arbitrary: report },
  {
    weight: 2,
    arbitrary: step(
      'report-internal-error',
      fc.record({ commandName: fc.constantFrom('book-appointment', 'deadline-due') }),
    ),
  },
  { weight: 1, arbitrary: step('receive-referral', fc.constant({})) },
  { weight: 1, arbitrary: step('issue-arrest-task', fc.constant({})) },
  { weight: 1, arbitrary: fact('death') },
  { weight: 2, arbitrary: fact('stop-texts') },
  { weight: 1, arbitrary: fact('task-withdrawn') },
);

const opening = fc.record({
  receivedAt: fc
    .integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 11, 31) })
    .map((ms) => toInstant(ms)),
  route: fc.constantFrom(null, { providerId: 'ddas', programme: 'p', routeId: 'r' }),
  knownChannels: fc.subarray([...knownChannels]),
  safeToText: fc.constantFrom('yes' as const, 'no' as const, null),
  offenceDate: fc.constant('2025-12-31'),
  // A short list of bank holidays: the state is compared as a whole at every step.
  policy: fc.constant({ ...policy, bankHolidays: ['2026-04-03', '2026-12-25'] }),
});

/** One life, with what must be remembered to judge it. */
class JudgedLife extends ReferralLife {
  readonly #armed = new Set<string>();
  readonly #passed = new Set<string>();
  readonly #reminded = new Set<string>();
  readonly seen: Deadline[] = [];

  override take(command: Parameters<ReferralLife['take']>[0]): ReturnType<ReferralLife['take']> {
    const before = this.state;
    const decision = super.take(command);
    if (decision.refusal === undefined) {
      for (const event of decision.events) {
        this.#judgeEvent(before, event);
      }
      for (const intent of decision.intents) {
        this.#judgeIntent(before, intent);
      }
    } else {
      must(/^[A-Z"].*\.$/.test(decision.refusal.message), 'A refusal that is no sentence');
    }
    this.#judgeState(this.at);
    return decision;
  }

  #judgeEvent(before: DiversionState | undefined, event: NewEvent<string, unknown>): void {
    for (const deadline of event.armed ?? []) {
      // I4: an id is given once in a life.
      must(!this.#armed.has(deadline.id), `The clock ${deadline.id} is set twice`);
      this.#armed.add(deadline.id);
      this.seen.push(deadline);
    }
    if (event.type === 'deadline-passed') {
      const { deadlineId, due } = event.data as { deadlineId: string; due: string };
      must(!this.#passed.has(deadlineId), `The clock ${deadlineId} passes twice`);
      must(due <= this.now && event.occurredAt === this.now, `The clock ${deadlineId} passes early`);
      must(before?.deadlines.some(({ id }) => id === deadlineId) === true, 'A clock passes that did not run');
      this.#passed.add(deadlineId);
    }
    // After death: no fact of the path any more, only that a rule failed.
    must(
      before?.died !== true || event.type === 'internal-error-reported',
      `After the death there is ${event.type}`,
    );
    if (event.type === 'pathway-closed') {
      this.#judgeClosure(before, event as NewEvent<string, PathwayClosed>);
    }
    // I7: nothing here has a consequence in law.
    must(!/breach|arrest|warrant|offender/i.test(JSON.stringify(event)), 'A consequence in law');
  }

  /** I9: closed once, unless the person came back; as no contact only after what a person tried. */
  #judgeClosure(before: DiversionState | undefined, event: NewEvent<string, PathwayClosed>): void {
    must(before?.closure === null, 'Closed twice');
    must(event.occurredAt >= before.receivedAt, 'Closed before receipt');
    if (event.data.reason !== 'no-contact') {
      return;
    }
    const tries = this.of('contact-attempted')
      .map(({ data, occurredAt }) => ({ ...(data as unknown as ContactAttempted), occurredAt }))
      .filter(({ by, result }) => by === 'person' && (result === 'no-answer' || result === 'left-message'));
    const days = new Set(tries.map(({ occurredAt }) => localParts(occurredAt).date));
    must(days.size >= 3, 'Closed as no contact without three days of tries');
    must(
      before.contact.reachedAt === null && before.engagement === null,
      'Closed as no contact though reached',
    );
  }

  #judgeIntent(before: DiversionState | undefined, intent: MessageIntent): void {
    const { appointmentId = '', notBefore, expiresAt } = intent;
    const appointment = this.at.appointments.find((known) => known.appointmentId === appointmentId);
    must(appointment?.status === 'booked', 'A text about an appointment that is not booked');
    must(before?.textsStopped === false && !before.died, 'A text after stop or death');
    must(this.now <= notBefore && notBefore < expiresAt, 'A text without time left');
    must(expiresAt === appointment.startsAt, 'A text that outlives its appointment');
    must(!this.#reminded.has(appointmentId), 'The same reminder twice');
    this.#reminded.add(appointmentId);
  }

  #judgeState(state: DiversionState): void {
    const { deadlines, attention, appointments, closure, finished } = state;
    must(isDeepStrictEqual(JSON.parse(JSON.stringify(state)), state), 'The state is not JSON');
    must(state.stage === stageOf(state), `The stage ${state.stage} is not what the facts say`);
    must(state.receivedAt === this.ledger[0]?.occurredAt, 'Receipt has moved');
    must(state.seq === this.ledger.length, 'The sequence has a gap');
    const rules = deadlines.map(({ rule }) => rule);
    if (closure === null) {
      const closing = rules.filter((rule) => rule === 'closure' || rule === 'closure-after-return');
      must(closing.length === 1, 'An open referral has one closing clock');
    } else {
      const expected = finished ? '' : 'late-engagement';
      must(rules.join() === expected, `A closed referral has the clocks ${rules.join()}`);
      const rows: Readonly<Record<string, { readonly family: string }>> = diversionTable.attention;
      must(
        attention.every(({ code }) => rows[code]?.family === 'engine'),
        'A closed referral asks somebody of the practice',
      );
    }
    must(
      appointments.filter(({ status, startsAt }) => status === 'booked' && startsAt > this.now).length <= 1,
      'Two appointments are ahead',
    );
    const named = attention.map(({ code, ref }) => `${code} ${ref ?? ''}`);
    must(new Set(named).size === named.length, 'The same attention twice');
    const summary = diversion.summarise(state);
    must(summary.needsRun === !finished && summary.tasks.length === 0, 'The summary is wrong');
    must(summary.closedAt === (closure?.at ?? null), 'The row and the closure differ');
    const { waits } = diversion.explain(state, this.now);
    must(waits.length === deadlines.length + attention.length, 'Something waits and is not explained');
  }
}

function run(life: JudgedLife, { what, data, role: sender, ago: before }: Step): void {
  const given = { role: sender, occurredAt: toInstant(Date.parse(life.now) - before) };
  const inTime = (ms: number) => toInstant(Date.parse(life.now) + ms);
  switch (what) {
    case 'until':
      life.until(inTime(data as number));
      return;
    case 'until-appointment': {
      const ahead = life.at.appointments.find(
        ({ status, endsAt }) => status === 'booked' && endsAt > life.now,
      );
      if (ahead !== undefined) life.until(ahead.endsAt);
      return;
    }
    case 'until-clock': {
      const next = nearest(life.at.deadlines);
      if (next !== undefined) life.until(next.due);
      return;
    }
    case 'effort':
      // Seldom come upon by chance: a try on each of three days.
      for (const channel of ['phone', data, 'phone']) {
        const attempted = { channel, result: 'no-answer', by: 'person' };
        life.take(life.command('record-contact-attempt', attempted, { role: sender }));
        life.until(inTime(day));
      }
      return;
    case 'asleep':
      life.asleepUntil(inTime(data as number));
      return;
    case 'again': {
      // A clock of this life that ran, runs, or was cleared: fires again, late or early.
      const clock = life.seen[(data as number) % life.seen.length];
      if (clock !== undefined) life.pass(clock);
      return;
    }
    case 'book-appointment': {
      const { ahead, lasts, ...rest } = data as { ahead: number; lasts: number };
      const slot = { startsAt: inTime(ahead), endsAt: inTime(ahead + lasts), placeCode: 'p1' };
      // What is not given is not there, as in a body of JSON.
      life.take(life.command(what, JSON.parse(JSON.stringify({ ...rest, ...slot })), given));
      return;
    }
    case 'record-attendance': {
      const { leftAfter, back, ...rest } = data as { leftAfter?: number; back: number };
      const appointment = life.at.appointments.at(-1 - back);
      const { appointmentId = 'unknown', startsAt = life.now } = appointment ?? {};
      const start = Date.parse(startsAt);
      const leftAt = leftAfter === undefined ? undefined : toInstant(start + leftAfter);
      life.take(life.command(what, JSON.parse(JSON.stringify({ ...rest, appointmentId, leftAt })), given));
      return;
    }
    case 'carry-fact':
    case 'report-delivery':
    case 'report-internal-error':
      life.engine(what, data, given.occurredAt);
      return;
    default:
      life.take(life.command(what, JSON.parse(JSON.stringify(data)), given));
  }
}

describe('any life of a referral', () => {
  test('I4, I7, I9 and the rest hold at every step', () => {
    const reached = new Set<string>();
    let taken = 0;
    fc.assert(
      fc.property(
        opening,
        fc.array(anyStep, { minLength: 1, maxLength: 150, size: 'max' }),
        (given, lived) => {
          const life = new JudgedLife(given.receivedAt);
          life.do('receive-referral', referral(given), { role: 'PoliceOfficer' });
          let afterwards = 0;
          for (const each of lived) {
            run(life, each);
            taken += 1;
            reached.add(life.at.stage);
            // A few steps after the end, which must all come to nothing.
            afterwards += life.at.finished ? 1 : 0;
            if (afterwards > 6) break;
          }
          const folded = life.ledger.reduce<DiversionState | undefined>(
            (state, event) => diversion.evolve(state, JSON.parse(JSON.stringify(event)) as LedgerEvent),
            undefined,
          );
          must(isDeepStrictEqual(folded, life.state), 'The state is not the fold of the ledger');
          for (const { type, armed, raised } of life.ledger) {
            reached.add(type);
            for (const { rule } of armed ?? []) reached.add(rule);
            for (const { code } of raised ?? []) reached.add(code);
          }
        },
      ),
      { numRuns: 1800 },
    );
    expect(taken).toBeGreaterThanOrEqual(50_000);
    // The lives went everywhere: every stage, event, clock and attention was seen, and nothing beside.
    const { stages, deadlines, attention } = diversionTable;
    const everything = [stages, eventVersions, deadlines, attention].flatMap((rows) => Object.keys(rows));
    expect([...reached].sort()).toEqual([...new Set(everything)].sort());
  }, 120_000);
});
