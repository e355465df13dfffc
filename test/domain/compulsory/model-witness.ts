import { expect } from '@jest/globals';
import type { Command } from '../../../workflows/domain/common/command.ts';
import type { LedgerEvent } from '../../../workflows/domain/common/event.ts';
import type { Instant } from '../../../workflows/domain/common/instant.ts';
import type { Notice } from '../../../workflows/domain/compulsory/events.ts';
import { compulsory } from '../../../workflows/domain/compulsory/kind.ts';
import type { CompulsoryState } from '../../../workflows/domain/compulsory/state.ts';

/** Plain, since it runs some hundred thousand times. */
function must(holds: boolean, what: string, seen?: unknown): void {
  if (!holds) throw new Error(`${what}: ${JSON.stringify(seen)}`);
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && [...a].sort().join() === [...b].sort().join();
}

type Data = Readonly<Record<string, unknown>>;

interface Held {
  readonly appointmentId: string;
  readonly startsAt: Instant;
  readonly endsAt: Instant;
  readonly placeCode: string;
}

interface Missed {
  readonly appointment: Held;
  readonly failedAt: Instant;
  readonly kind: 'initial' | 'follow-up';
  review: string;
}

/**
 * A second reading of the ledger that knows nothing of the state or the rules: it holds every recorded
 * event against the invariants, from the events alone.
 */
export class Witness {
  readonly #live = new Map<string, { readonly rule: string; readonly due: Instant }>();
  readonly #known = new Set<string>();
  readonly #attention = new Set<string>();
  readonly #held = new Map<string, { held: Held; kind: Missed['kind'] }>();
  readonly #attendance = new Map<string, Data>();
  readonly #notices: { notice: Notice; kind: Missed['kind'] }[] = [];
  readonly #superseded = new Set<string>();
  readonly #ended = new Set<string>();
  readonly #declared = new Set<string>();
  readonly #failures = new Map<string, Missed>();
  readonly #breaches = new Map<string, { failedAt: Instant; inForce: boolean; marker: boolean }>();
  readonly #tasks = new Map<string, { breachId: string; open: boolean; withdrawnAt?: Instant }>();
  #duty = 0;
  #dead = false;
  #closed = false;

  /** One accepted command: its events as stored, and the state they led to. */
  see(events: readonly LedgerEvent[], command: Command, now: Instant, state: CompulsoryState): void {
    must(events.length > 0, 'a command taken has an event', command);
    for (const event of events) {
      must(event.version === 1 && event.occurredAt <= now, 'an event is of today', event);
      must(
        event.stage === undefined || event.stage in compulsory.table.stages,
        'a stage of the table',
        event,
      );
      this.#clocks(event, command, now);
      this.#eyes(event);
      this.#facts(event, command, now);
    }
    if (command.name === 'deadline-due') {
      // No breach, no task, no ending comes from a clock.
      expect(events.map(({ type }) => type)).toEqual(['deadline-passed']);
    }
    this.#whole(state);
  }

  /** I4: clocks are set once, cleared once, pass once, and never early. */
  #clocks({ type, data, armed = [], cleared = [] }: LedgerEvent, command: Command, now: Instant): void {
    for (const { id, why } of cleared) {
      const clock = this.#live.get(id);
      if (clock === undefined) throw new Error(`Cleared a clock that does not run: ${id}`);
      if (why === 'passed') {
        expect([type, command.name]).toEqual(['deadline-passed', 'deadline-due']);
        expect(clock.due <= now).toBe(true);
        expect(data).toMatchObject({ deadlineId: id, rule: clock.rule, due: clock.due });
      }
      this.#live.delete(id);
    }
    for (const { id, rule, due, start, ref } of armed) {
      if (this.#known.has(id)) throw new Error(`Set a clock twice: ${id}`);
      this.#known.add(id);
      this.#live.set(id, { rule, due });
      must(rule in compulsory.table.deadlines, 'a clock of the table', rule);
      this.#markerClock(rule, start, due, ref);
    }
    if (type === 'deadline-passed') expect(cleared.map(({ why }) => why)).toEqual(['passed']);
  }

  /** I8: from the failure, 24 elapsed hours; or the same local time seven days or a month later. */
  #markerClock(rule: string, start: Instant, due: Instant, ref: string | undefined): void {
    if (!/-(put-out|arrest)$/.test(rule)) return;
    expect(start).toBe(this.#breaches.get(ref ?? '')?.failedAt);
    const from = local(start);
    const to = local(due);
    if (rule === 'red-arrest') expect(Date.parse(due) - Date.parse(start)).toBe(24 * 60 * 60 * 1000);
    if (rule === 'amber-put-out') {
      expect(to.time).toBe(from.time);
      expect(Date.parse(to.date) - Date.parse(from.date)).toBe(7 * 24 * 60 * 60 * 1000);
    }
    if (rule === 'green-put-out') {
      const [year = 0, month = 0, day = 0] = from.date.split('-').map(Number);
      const lastOfNext = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
      expect(to.time).toBe(from.time);
      expect(to.date).toBe(
        new Date(Date.UTC(year, month, Math.min(day, lastOfNext))).toISOString().slice(0, 10),
      );
    }
  }

  #eyes({ raised = [], settled = [] }: LedgerEvent): void {
    for (const { code, ref } of settled) {
      if (!this.#attention.delete(`${code} ${ref ?? ''}`)) throw new Error(`Settled nothing: ${code}`);
    }
    for (const { code, ref } of raised) {
      must(code in compulsory.table.attention, 'attention of the table', code);
      this.#attention.add(`${code} ${ref ?? ''}`);
    }
  }

  #facts(event: LedgerEvent, command: Command, now: Instant): void {
    const data = event.data as Data;
    const id = (name: string) => data[name] as string;
    switch (event.type) {
      case 'requirement-imposed': {
        this.#duty += 1;
        this.#book(data, 'initial');
        break;
      }
      case 'requirement-not-imposed':
        must(
          this.#duty === 0 && command.name === 'conclude-without-requirement',
          'nothing was required',
          event,
        );
        break;
      case 'appointment-varied':
        this.#vary(data);
        break;
      case 'attendance-recorded': {
        must(
          !this.#superseded.has(id('appointmentId')),
          'an appointment that was moved is not recorded',
          event,
        );
        this.#attendance.set(id('appointmentId'), data);
        const followUp = data['followUp'] as Data | undefined;
        if (followUp?.['released'] === false) this.#book(followUp, 'follow-up');
        break;
      }
      case 'failure-reported': {
        const attended = this.#attendance.get(id('appointmentId'));
        const booked = this.#held.get(id('appointmentId'));
        if (attended === undefined || booked === undefined) throw new Error('A failure of nothing');
        const failedAt = attended['attendance'] === 'absent' ? booked.held.startsAt : attended['leftAt'];
        expect(data['failedAt']).toBe(failedAt);
        this.#failures.set(id('failureId'), {
          appointment: booked.held,
          failedAt: failedAt as Instant,
          kind: booked.kind,
          review: 'undecided',
        });
        break;
      }
      case 'good-cause-decided': {
        const failure = this.#failures.get(id('failureId'));
        if (failure === undefined) throw new Error('Good cause for nothing');
        failure.review = id('decision');
        break;
      }
      case 'breach-declared':
        this.#breachIsLawful(event, data, command, now);
        break;
      case 'breach-withdrawn':
        this.#breach(id('breachId')).inForce = false;
        break;
      case 'marker-set':
        this.#breach(id('breachId')).marker = true;
        break;
      case 'arrest-task-issued': {
        expect([command.name, event.actor.role]).toEqual(['issue-arrest-task', 'DipOfficer']);
        expect(this.#breach(id('breachId'))).toMatchObject({ inForce: true, marker: true });
        const fields = ['breachId', 'breachedAt', 'marker', 'offence', 'putOut', 'taskId', 'unitCode'];
        expect(Object.keys(data).sort()).toEqual(fields);
        this.#tasks.set(id('taskId'), { breachId: id('breachId'), open: true });
        break;
      }
      case 'task-withdrawn': {
        const task = this.#tasks.get(id('taskId'));
        expect(task?.open).toBe(true);
        if (task !== undefined) Object.assign(task, { open: false, withdrawnAt: id('withdrawnAt') });
        break;
      }
      case 'arrest-recorded': {
        const task = this.#tasks.get(id('taskId'));
        if (task === undefined) throw new Error('An arrest on no task');
        const before = task.withdrawnAt !== undefined && id('arrestedAt') < task.withdrawnAt;
        must(task.open || before, 'an arrest on a task that stood then', data);
        must(this.#breach(task.breachId).inForce, 'an arrest for a breach in force', data);
        task.open = false;
        const others = [...this.#tasks.values()].filter((other) => other.breachId === task.breachId);
        must(!others.some(({ open }) => open), 'nobody is looked for who was arrested', data);
        break;
      }
      case 'withdrawn-task-arrest-recorded':
        // Nobody is arrested for a breach by it: it has no effect but that a person is told.
        expect(this.#tasks.get(id('taskId'))?.open).toBe(false);
        must(event.armed === undefined && event.cleared === undefined, 'no clock hears of it', event);
        must(event.stage === undefined, 'the stage stays', event);
        // But a fault of the same command may have been overcome with it.
        must(event.settled?.every(({ code }) => code === 'internal-error') ?? true, 'nothing else', event);
        expect(event.raised?.map(({ code, owner }) => [code, owner])).toEqual([
          ['arrested-on-withdrawn-task', 'Manager'],
        ]);
        break;
      case 'result-recorded':
        this.#breach(id('breachId')).inForce = false;
        break;
      case 'person-died':
        this.#dead = true;
        break;
      case 'pathway-ended':
        expect(this.#closed).toBe(false);
        this.#closed = true;
        break;
      default:
        break;
    }
  }

  /** M223: by a further notice, from a time still ahead or none, and nothing waits for the old one. */
  #vary(data: Data): void {
    const old = data['supersedes'] as string | null;
    const notice = data['notice'] as Notice;
    must(this.#duty > 0 && notice.form === 'RA2', 'varied by its own notice', data);
    must(
      this.#notices.every(
        (earlier) => earlier.notice.servedAt <= notice.servedAt || earlier.kind !== kindOf(data),
      ),
      'a further notice',
      data,
    );
    if (old !== null) {
      must(!this.#superseded.has(old), 'the old one was not moved before', data);
      must(notice.servedAt < (this.#held.get(old)?.held.startsAt ?? ''), 'served while it was ahead', data);
      const ended = data['endsFailure'] as string | undefined;
      must(
        this.#attendance.has(old) === (ended !== undefined),
        'what was recorded is a failure that ends',
        data,
      );
      if (ended !== undefined) {
        const failure = this.#failures.get(ended);
        must(failure?.appointment.appointmentId === old, 'the failure of that appointment', data);
        must(
          failure?.review !== 'accepted' && !this.#declared.has(ended),
          'nothing was declared of it',
          data,
        );
        must(![...this.#live.keys()].some((id) => id.includes(ended)), 'no clock runs for it', data);
        must(![...this.#attention].some((item) => item.endsWith(` ${ended}`)), 'nobody looks at it', data);
        this.#ended.add(ended);
      }
      must(![...this.#live.keys()].some((id) => id.includes(`:${old}:`)), 'no clock runs for it', data);
      this.#superseded.add(old);
    }
    must(![...this.#attention].some((item) => item.startsWith('rebook-needed')), 'nothing to rebook', data);
    this.#book(data, kindOf(data));
  }

  #book(data: Data, kind: Missed['kind']): void {
    const held = data['appointment'] as Held;
    this.#held.set(held.appointmentId, { held, kind });
    this.#notices.push({ notice: data['notice'] as Notice, kind });
  }

  #breach(id: string) {
    const breach = this.#breaches.get(id);
    if (breach === undefined) throw new Error(`No breach ${id}`);
    return breach;
  }

  /** I5, from the events alone. */
  #breachIsLawful(event: LedgerEvent, data: Data, command: Command, now: Instant): void {
    const failure = this.#failures.get(data['failureId'] as string);
    if (failure === undefined) throw new Error('A breach of nothing');
    this.#declared.add(data['failureId'] as string);
    const { appointment, failedAt, kind } = failure;
    const notice = this.#notices.filter((served) => served.kind === kind).at(-1)?.notice;
    const lawful = {
      human: command.name === 'declare-breach' && event.actor.role === 'DipOfficer',
      required: this.#duty > 0,
      served: notice !== undefined && notice.servedAt < appointment.startsAt,
      inPerson: notice?.how === 'handed-over' || notice?.how === 'offered-and-refused',
      inTime: notice !== undefined && notice.recordedAt <= failedAt,
      exact:
        notice?.appointmentId === appointment.appointmentId &&
        notice.startsAt === appointment.startsAt &&
        notice.placeCode === appointment.placeCode,
      warned: notice?.warningGiven === true,
      over: command.occurredAt >= appointment.endsAt && now >= appointment.endsAt,
      failed: ['absent', 'attended-and-left', 'sent-away'].includes(
        this.#attendance.get(appointment.appointmentId)?.['attendance'] as string,
      ),
      reviewed: failure.review === 'rejected',
      notMoved: !this.#ended.has(data['failureId'] as string),
      alive: !this.#dead,
    };
    expect(Object.entries(lawful).filter(([, holds]) => !holds)).toEqual([]);
    expect(data['breachedAt']).toBe(failedAt);
    expect(data['offence']).toBe(`Drugs Act 2005 s.${kind === 'initial' ? '12' : '14'}(3)`);
    this.#breaches.set(data['breachId'] as string, { failedAt, inForce: true, marker: false });
  }

  /** After each command: what the state says is what the events say. */
  #whole(state: CompulsoryState): void {
    const clocks = state.deadlines.map(({ id }) => id);
    must(same(clocks, [...this.#live.keys()]), 'the clocks of the state run in the ledger', clocks);
    const open = state.attention.map(({ code, ref }) => `${code} ${ref ?? ''}`);
    must(same(open, [...this.#attention]), 'the attention of the state is open in the ledger', open);
    // M223: whoever reads the ledger sees a latest notice that lacks the warning, until its assessment is attended.
    const latest = this.#notices.at(-1)?.notice;
    const attended =
      this.#attendance.get(latest?.appointmentId ?? '')?.['attendance'] === 'attended-and-remained';
    const remarked = latest?.warningGiven === false && !attended && !this.#closed;
    must(
      same(
        open.filter((item) => item.startsWith('notice-without-warning')),
        remarked ? [`notice-without-warning ${latest.appointmentId}`] : [],
      ),
      'a missing warning is remarked',
      open,
    );
    // I6: one open task a breach, never without a breach in force.
    const wanted = [...this.#tasks.values()].filter((task) => task.open).map(({ breachId }) => breachId);
    must(new Set(wanted).size === wanted.length, 'one open task a breach', wanted);
    for (const breachId of wanted)
      must(this.#breach(breachId).inForce, 'a task has a breach in force', breachId);
    const openTasks = state.tasks.filter(({ status }) => status === 'issued' || status === 'acknowledged');
    must(openTasks.length === wanted.length, 'the open tasks of the state', openTasks);
    for (const { failureId, status } of state.breaches) {
      const excused = this.#failures.get(failureId)?.review === 'accepted';
      must(!excused || status === 'withdrawn', 'an excuse withdraws the breach', failureId);
    }
    must((state.closed !== null) === this.#closed, 'closed as the ledger says', state.closed);
    must(compulsory.table.stages[state.stage]?.closed === this.#closed, 'at a stage that fits', state.stage);
    must(!this.#dead || this.#closed, 'a death ends the pathway');
    if (this.#closed) {
      expect(wanted).toEqual([]);
      expect([...this.#live.keys()]).toEqual([]);
      expect([...this.#breaches.values()].filter(({ inForce }) => inForce)).toEqual([]);
      for (const left of this.#attention)
        expect(left).toMatch(/^(withdrawal-unacknowledged|arrested-on-withdrawn-task|internal-error) /);
    }
  }
}

function kindOf(data: Data): Missed['kind'] {
  return data['assessment'] === 'initial-assessment' ? 'initial' : 'follow-up';
}

const londonFormat = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Europe/London',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

/** The local date and time by the platform's zone data, which the rules do not use. */
function local(instant: Instant): { readonly date: string; readonly time: string } {
  const parts = new Map(
    londonFormat.formatToParts(new Date(instant)).map(({ type, value }) => [type, value]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? '';
  return {
    date: `${part('year')}-${part('month')}-${part('day')}`,
    time: `${part('hour')}:${part('minute')}:${part('second')}${instant.slice(19, 23)}`,
  };
}
