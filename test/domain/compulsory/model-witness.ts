import { expect } from '@jest/globals';
import type { Command } from '../../../workflows/domain/common/command.ts';
import type { LedgerEvent } from '../../../workflows/domain/common/event.ts';
import type { Instant } from '../../../workflows/domain/common/instant.ts';
import type { Notice } from '../../../workflows/domain/compulsory/events.ts';
import { compulsory } from '../../../workflows/domain/compulsory/kind.ts';
import type { CompulsoryState } from '../../../workflows/domain/compulsory/state.ts';
import { ClockWitness } from './model-clocks.ts';

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
  readonly requirementId: string;
  readonly attendance: unknown;
  readonly appointment: Held;
  readonly failedAt: Instant;
  readonly kind: 'initial' | 'follow-up';
  review: string;
}

interface Declared {
  readonly failedAt: Instant;
  readonly requirementId: string;
  inForce: boolean;
  marker: boolean;
  /** The arrest for it, not one on a withdrawn task. */
  arrestedAt: Instant | null;
}

interface Task {
  readonly breachId: string;
  open: boolean;
  withdrawnAt?: Instant;
  arrestedWhenWithdrawnAt?: Instant;
}

/**
 * A second reading of the ledger that knows nothing of the state or the rules: it holds every recorded
 * event against the invariants, from the events alone.
 */
export class Witness {
  readonly #clocks = new ClockWitness();
  readonly #attention = new Set<string>();
  readonly #held = new Map<string, { held: Held; kind: Missed['kind']; requirementId: string }>();
  readonly #attendance = new Map<string, Data>();
  readonly #notices: { notice: Notice; kind: Missed['kind'] }[] = [];
  readonly #superseded = new Set<string>();
  readonly #ended = new Set<string>();
  /** The failure of each breach. */
  readonly #declared = new Map<string, string>();
  readonly #failures = new Map<string, Missed>();
  readonly #withdrawn = new Set<string>();
  readonly #breaches = new Map<string, Declared>();
  readonly #tasks = new Map<string, Task>();
  /** What is owed under each requirement, from the events alone. */
  readonly #duties = new Map<string, 'initial' | 'follow-up' | 'nothing'>();
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
      this.#clocks.see(event, command, now, (ref) => this.#breaches.get(ref ?? '')?.failedAt);
      this.#eyes(event);
      this.#facts(event, command, now);
    }
    if (command.name === 'deadline-due') {
      // No breach, no task, no ending comes from a clock.
      expect(events.map(({ type }) => type)).toEqual(['deadline-passed']);
    }
    this.#whole(state);
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
        this.#duties.set(id('requirementId'), 'initial');
        this.#book(data, 'initial', id('requirementId'));
        break;
      }
      case 'requirement-not-imposed':
        must(
          this.#duties.size === 0 && command.name === 'conclude-without-requirement',
          'nothing was required',
          event,
        );
        break;
      case 'appointment-varied':
        this.#vary(data);
        break;
      case 'attendance-recorded':
        this.#attend(data);
        break;
      case 'failure-reported': {
        const attended = this.#attendance.get(id('appointmentId'));
        const booked = this.#held.get(id('appointmentId'));
        if (attended === undefined || booked === undefined) throw new Error('A failure of nothing');
        const failedAt = attended['attendance'] === 'absent' ? booked.held.startsAt : attended['leftAt'];
        expect(data['failedAt']).toBe(failedAt);
        this.#failures.set(id('failureId'), {
          requirementId: booked.requirementId,
          attendance: attended['attendance'],
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
        this.#withdrawn.add(id('breachId'));
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
        const breach = this.#breach(task.breachId);
        must(!this.#withdrawn.has(task.breachId), 'an arrest for a breach that was not withdrawn', data);
        must(breach.arrestedAt === null, 'one arrest for a breach', data);
        breach.arrestedAt = id('arrestedAt');
        task.open = false;
        const others = [...this.#tasks.values()].filter((other) => other.breachId === task.breachId);
        must(!others.some(({ open }) => open), 'nobody is looked for who was arrested', data);
        break;
      }
      case 'withdrawn-task-arrest-recorded':
        this.#arrestOnWithdrawnTask(event, data);
        break;
      case 'withdrawn-task-arrest-released':
        for (const taskId of data['taskIds'] as string[]) {
          const arrestedAt = this.#tasks.get(taskId)?.arrestedWhenWithdrawnAt;
          must(
            arrestedAt !== undefined && arrestedAt <= event.occurredAt,
            'released after the arrest',
            event,
          );
        }
        break;
      case 'result-recorded': {
        const breach = this.#breach(id('breachId'));
        if (data['result'] === 'released') {
          const { arrestedAt } = breach;
          must(arrestedAt !== null && arrestedAt <= event.occurredAt, 'released after the arrest', event);
        }
        if (data['endsRequirement'] === true) this.#duties.set(breach.requirementId, 'nothing');
        breach.inForce = false;
        break;
      }
      case 'person-died':
        this.#dead = true;
        break;
      case 'pathway-ended':
        expect(this.#closed).toBe(false);
        this.#closed = true;
        for (const requirementId of this.#duties.keys()) this.#duties.set(requirementId, 'nothing');
        break;
      default:
        break;
    }
  }

  /**
   * Once for each appointment; of one that was moved only that the person was there to the end, which takes the time
   * that it was moved to with it, and what was missed from then on.
   */
  #attend(data: Data): void {
    const about = data['appointmentId'] as string;
    const booked = this.#held.get(about);
    if (booked === undefined) throw new Error('An attendance of nothing');
    const remained = data['attendance'] === 'attended-and-remained';
    must(!this.#attendance.has(about), 'recorded once', data);
    must(remained || !this.#superseded.has(about), 'what was moved is not missed', data);
    this.#attendance.set(about, data);
    const { cancels = [], endsFailures = [] } = data as Readonly<
      Record<string, readonly string[] | undefined>
    >;
    must(
      cancels.length === 0 || this.#superseded.has(about),
      'only what was moved takes another with it',
      data,
    );
    for (const id of cancels) {
      must(this.#held.get(id)?.kind === booked.kind, 'a time of the same assessment', data);
      must(!this.#clocks.running.some((clock) => clock.includes(`:${id}:`)), 'no clock runs for it', data);
      this.#superseded.add(id);
    }
    for (const id of endsFailures) {
      const failure = this.#failures.get(id);
      must(cancels.includes(failure?.appointment.appointmentId ?? ''), 'a failure at such a time', data);
      must((failure?.failedAt ?? '') >= booked.held.startsAt, 'the person had been there before', data);
      this.#endFailure(id, data);
    }
    if (!remained) return;
    const followUp = data['followUp'] as Data | undefined;
    const set = followUp?.['released'] === false;
    must(this.#duties.get(booked.requirementId) === booked.kind, 'attended what is owed', data);
    this.#duties.set(booked.requirementId, set ? 'follow-up' : 'nothing');
    if (set) this.#book(followUp, 'follow-up', booked.requirementId);
  }

  /** No breach of it stands, and nobody waits for a decision on it. */
  #endFailure(id: string, data: Data): void {
    const standing = [...this.#declared].find(([, failureId]) => failureId === id)?.[0];
    must(standing === undefined || this.#withdrawn.has(standing), 'no breach of it stands', data);
    must(!this.#clocks.running.some((clock) => clock.includes(id)), 'no clock runs for it', data);
    must(![...this.#attention].some((item) => item.endsWith(` ${id}`)), 'nobody looks at it', data);
    this.#ended.add(id);
  }

  /** Nobody is arrested for a breach by it; one that was recorded as such is taken off it by what was told before. */
  #arrestOnWithdrawnTask(event: LedgerEvent, data: Data): void {
    const { taskId, breachId, arrestedAt, withdrawnAt } = data as Readonly<
      Record<string, string | undefined>
    >;
    const task = this.#tasks.get(taskId ?? '');
    const breach = this.#breach(breachId ?? '');
    if (task === undefined || arrestedAt === undefined) throw new Error('An arrest on no task');
    must(!task.open, 'a task that does not stand', event);
    must(event.cleared === undefined, 'no clock stops for it', event);
    // But a fault of the same command may have been overcome with it.
    must(
      event.settled?.every(({ code }) => code === 'internal-error') ?? true,
      'settles nothing else',
      event,
    );
    const raised = event.raised?.map(({ code, owner, ref }) => [code, owner, ref]) ?? [];
    expect(raised[0]).toEqual(['arrested-on-withdrawn-task', 'Manager', taskId]);
    const others = new Set(raised.slice(1).map(([code]) => code));
    others.delete('wanted-while-in-custody');
    task.arrestedWhenWithdrawnAt = arrestedAt;
    if (withdrawnAt === undefined) {
      must(event.armed === undefined && event.stage === undefined, 'the breach stays as it is', event);
      must(others.size === 0, 'nobody else is told', event);
      return;
    }
    must(withdrawnAt <= arrestedAt && breach.arrestedAt === arrestedAt, 'it was taken for one', event);
    must(others.delete('withdrawal-unacknowledged'), 'the unit is to know', event);
    must(others.delete('breach-without-task') === breach.inForce, 'a breach without a task again', event);
    others.delete('marker-overdue');
    must(others.size === 0 && (event.armed === undefined || breach.inForce), 'nothing else', event);
    breach.arrestedAt = null;
    task.withdrawnAt = withdrawnAt;
  }

  /** M223: by a further notice, from a time still ahead or none, and nothing waits for the old one. */
  #vary(data: Data): void {
    const old = data['supersedes'] as string | null;
    const notice = data['notice'] as Notice;
    const requirementId = data['requirementId'] as string;
    must(this.#duties.get(requirementId) === kindOf(data), 'a new time for what is owed', data);
    must(notice.form === 'RA2', 'varied by its own notice', data);
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
        this.#endFailure(ended, data);
      }
      must(!this.#clocks.running.some((id) => id.includes(`:${old}:`)), 'no clock runs for it', data);
      this.#superseded.add(old);
    }
    must(![...this.#attention].some((item) => item.startsWith('rebook-needed')), 'nothing to rebook', data);
    this.#book(data, kindOf(data), requirementId);
  }

  #book(data: Data, kind: Missed['kind'], requirementId: string): void {
    const held = data['appointment'] as Held;
    this.#held.set(held.appointmentId, { held, kind, requirementId });
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
    const { appointment, failedAt, kind, requirementId } = failure;
    const notice = this.#notices.filter((served) => served.kind === kind).at(-1)?.notice;
    const lawful = {
      human: command.name === 'declare-breach' && event.actor.role === 'DipOfficer',
      required: this.#duties.get(requirementId) === kind,
      notMissedBefore: kind === 'initial' || !this.#missedInitial(requirementId),
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
    this.#declared.set(data['breachId'] as string, data['failureId'] as string);
    this.#breaches.set(data['breachId'] as string, {
      failedAt,
      requirementId,
      inForce: true,
      marker: false,
      arrestedAt: null,
    });
  }

  /** s.12(5): absent from the initial assessment at a time that bound the person, nothing else is owed. */
  #missedInitial(requirementId: string): boolean {
    return [...this.#failures].some(
      ([id, failure]) =>
        failure.requirementId === requirementId &&
        failure.kind === 'initial' &&
        failure.attendance === 'absent' &&
        !this.#ended.has(id),
    );
  }

  /** After each command: what the state says is what the events say. */
  #whole(state: CompulsoryState): void {
    const clocks = state.deadlines.map(({ id }) => id);
    must(same(clocks, this.#clocks.running), 'the clocks of the state run in the ledger', clocks);
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
    // Nobody is looked for who is in custody, without the DIP officer knowing of it.
    const held = open.some((item) => item.startsWith('arrested-on-withdrawn-task'));
    const out = [...this.#tasks].flatMap(([taskId, task]) => (task.open && held ? [taskId] : []));
    const known = open.filter((item) => item.startsWith('wanted-while-in-custody'));
    must(
      same(
        known,
        out.map((taskId) => `wanted-while-in-custody ${taskId}`),
      ),
      'wanted while in custody',
      open,
    );
    for (const { failureId, status } of state.breaches) {
      const excused = this.#failures.get(failureId)?.review === 'accepted';
      must(!excused || status === 'withdrawn', 'an excuse withdraws the breach', failureId);
    }
    must((state.closed !== null) === this.#closed, 'closed as the ledger says', state.closed);
    must(compulsory.table.stages[state.stage]?.closed === this.#closed, 'at a stage that fits', state.stage);
    must(!this.#dead || this.#closed, 'a death ends the pathway');
    if (this.#closed) {
      expect(wanted).toEqual([]);
      expect(this.#clocks.running).toEqual([]);
      expect([...this.#breaches.values()].filter(({ inForce }) => inForce)).toEqual([]);
      for (const left of this.#attention)
        expect(left).toMatch(/^(withdrawal-unacknowledged|arrested-on-withdrawn-task|internal-error) /);
    }
  }
}

function kindOf(data: Data): Missed['kind'] {
  return data['assessment'] === 'initial-assessment' ? 'initial' : 'follow-up';
}
