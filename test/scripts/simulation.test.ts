import { describe, expect, it } from '@jest/globals';
import { personFactBody } from '../../api/schemas/facts.ts';
import { diversionCommandSchemas } from '../../api/schemas/diversion.ts';
import { referralBody } from '../../api/schemas/intake.ts';
import type { LedgerPathway } from '../../scripts/house/ledger-snapshot.ts';
import { splitAsAt } from '../../scripts/house/referral-figures.ts';
import { Gate } from '../../scripts/simulation/gate.ts';
import { readOptions } from '../../scripts/simulation/options.ts';
import { clockDays } from '../../scripts/lives/clock-days.ts';
import { bodyOf, type PlannedAct } from '../../scripts/lives/planned-act.ts';
import type { PlannedLife } from '../../scripts/lives/planned-life.ts';
import { referralBodyOf } from '../../scripts/lives/referral-body.ts';
import { ScaledClock } from '../../scripts/simulation/scaled-clock.ts';
import { scaledDiversionPolicy } from '../../scripts/simulation/scaled-policy.ts';
import { reportOf } from '../../scripts/simulation/report.ts';
import { sentTooLate } from '../../scripts/simulation/refused-act.ts';
import { steps, tallyOf } from '../../scripts/simulation/tally.ts';
import { planYear, yearDays } from '../../scripts/simulation/year.ts';
import { demoUsers } from '../../stand-ins/demo-users.ts';
import { factTable } from '../../api/fact-table.ts';
import type { Role } from '../../workflows/domain/common/actor.ts';
import type { StoredEvent } from '../../workflows/domain/common/event.ts';
import { after } from '../../workflows/domain/common/duration.ts';
import { diversionTable } from '../../workflows/domain/diversion/table.ts';

const start = Date.parse('2026-03-02T10:00:00.000Z');
const dayMs = 500;
const clock = new ScaledClock(start, dayMs);
const large = planYear({ seed: 7, people: 600 });
const acts = large.flatMap((life) => life.acts);

describe('the planned year', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(planYear({ seed: 3, people: 40 })).toEqual(planYear({ seed: 3, people: 40 }));
    expect(planYear({ seed: 4, people: 40 })).not.toEqual(planYear({ seed: 3, people: 40 }));
  });

  it('refers everybody, some of them twice and under their own name', () => {
    const people = [...new Set(large.map(({ person }) => person))];
    expect(people.length).toBe(600);
    const again = people
      .map((person) => large.filter((life) => life.person === person))
      .filter(({ length }) => length > 1);
    expect(again.length).toBeGreaterThan(5);
    for (const [first, second] of again) {
      expect(second!.about['surname']).toBe(first!.about['surname']);
      expect(second!.about['birthDate']).toBe(first!.about['birthDate']);
      expect(second!.receivedDay).toBeGreaterThan(first!.acts.at(-1)!.day);
    }
    expect(new Set(large.map(({ referral }) => referral)).size).toBe(large.length);
  });

  it('receives within the year, in order, and acts in order after receipt', () => {
    const received = large.map(({ receivedDay }) => receivedDay);
    expect(received).toEqual(received.toSorted((one, other) => one - other));
    expect(Math.min(...received)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...received)).toBeLessThanOrEqual(yearDays);
    for (const { receivedDay, acts: own } of large) {
      const days = [receivedDay, ...own.map(({ day }) => day)];
      expect(days).toEqual(days.toSorted((one, other) => one - other));
    }
  });

  it.each([
    ...['accept-referral', 'decline-referral', 'reroute', 'assign-caseworker', 'record-contact-attempt'],
    ...['book-appointment', 'reschedule-appointment', 'cancel-appointment', 'record-attendance'],
    ...['record-assessment', 'agree-care-plan', 'start-treatment', 'record-treatment-session'],
    ...[
      'start-prescription',
      'end-prescription',
      'record-treatment-test',
      'end-modality',
      'record-engagement',
    ],
    ...['record-positive-outcome', 'add-need', 'close-need', 'transfer-pathway', 'accept-transfer'],
    ...['decline-transfer', 'record-move', 'close-pathway', 'reopen-pathway', 'void-pathway'],
  ])('brings the command %s', (name) => {
    expect(acts.some((act) => act.kind === 'command' && act.name === name)).toBe(true);
  });

  it.each(['custody', 'release', 'death', 'stop-texts', 'consent-withdrawn'])('tells the fact %s', (fact) => {
    expect(acts.some((act) => act.kind === 'fact' && act.fact === fact)).toBe(true);
  });

  it('sends bodies that the API takes, of roles that may', () => {
    for (const life of large) {
      expect(referralBody.safeParse(referralBodyOf(life, clock)).error).toBeUndefined();
      checkActs(life);
    }
  });

  it('asks no provider for its word that has taken the person with the referral', () => {
    const own = large.filter(
      ({ way, about, acts: [first] }) =>
        way === 'self' && !JSON.stringify(about['residence']).includes('HR3') && first?.kind === 'command',
    );
    expect(own.length).toBeGreaterThan(5);
    expect(
      own.filter(({ acts: [first] }) => first?.kind === 'command' && first.name === 'accept-referral'),
    ).toEqual([]);
  });

  it('does nothing after a death', () => {
    for (const { acts: own } of large) {
      const death = own.findIndex((act) => act.kind === 'fact' && act.fact === 'death');
      if (death !== -1) expect(death).toBe(own.length - 1);
    }
  });

  it('does nothing after the limit of the referral but in treatment, after a return, or about an appointment', () => {
    const late = large.filter(
      ({ acts: own, receivedDay }) =>
        own.some(({ day }) => day > receivedDay + clockDays.closure) &&
        !own.some(
          (act) =>
            act.kind === 'fact' ||
            ['start-treatment', 'reopen-pathway', 'record-attendance'].includes(act.name),
        ),
    );
    expect(late).toEqual([]);
  });
});

function checkActs({ acts: own }: PlannedLife): void {
  const made = new Map<string, string>();
  for (const act of own) {
    const body = bodyOf(act, clock, made);
    const roles = rolesOf(act.who);
    if (act.kind === 'fact') {
      expect(personFactBody.safeParse(body).error).toBeUndefined();
      expect(factTable[act.fact].roles).toEqual(expect.arrayContaining(roles));
      continue;
    }
    const schema = diversionCommandSchemas[act.name];
    const read = schema.safeParse(body['data']);
    expect({ name: act.name, error: read.error }).toEqual({ name: act.name, error: undefined });
    expect(diversionTable.commands[act.name].roles).toEqual(expect.arrayContaining(roles));
    expect(body['occurredAt']).toBe(clock.instantAt(act.day));
    if (act.slot !== undefined) expect(act.slot.from).toBeGreaterThan(act.day);
    if (act.label !== undefined) made.set(act.label, `command-of-${act.label}`);
  }
}

function rolesOf(who: string): Role[] {
  return demoUsers.find(({ signIn }) => signIn === who)!.roles as Role[];
}

describe('an act', () => {
  const booked: PlannedAct = {
    ...{ kind: 'command', name: 'book-appointment', who: 'caseworker', day: 2 },
    ...{ data: { kind: 'first-meeting' }, slot: { from: 4, to: 4.5 }, label: 'one' },
  };

  it('happens at its scaled time, with the times of its appointment', () => {
    expect(bodyOf(booked, clock, new Map())).toEqual({
      occurredAt: '2026-03-02T10:00:01.000Z',
      data: {
        kind: 'first-meeting',
        startsAt: '2026-03-02T10:00:02.000Z',
        endsAt: '2026-03-02T10:00:02.250Z',
      },
    });
  });

  it('names what an earlier command made, and nothing that none has', () => {
    const cancelled: PlannedAct = {
      ...{ kind: 'command', name: 'cancel-appointment', who: 'caseworker', day: 3, data: {} },
      ids: { appointmentId: 'one' },
    };
    expect(bodyOf(cancelled, clock, new Map([['one', 'c-1']]))['data']).toEqual({ appointmentId: 'c-1' });
    expect(() => bodyOf(cancelled, clock, new Map())).toThrow('cancel-appointment names one');
  });

  it('was sent too late from a day on', () => {
    const refused = { name: 'x', code: 'wrong-stage', detail: '', day: 1, pathwayId: null };
    expect(sentTooLate({ ...refused, lateDays: 0.9 })).toBe(false);
    expect(sentTooLate({ ...refused, lateDays: 1 })).toBe(true);
  });
});

describe('the scaled policy', () => {
  it('lets 91 days pass in as many scaled days', () => {
    const { closure } = scaledDiversionPolicy(dayMs / 1_000);
    expect(after('2026-03-02T10:00:00.000Z', closure!, [])).toBe('2026-03-02T10:00:45.500Z');
  });
});

describe('the tally', () => {
  const lives = [
    life('closed', 'completed', [
      [0, 'referral-received', {}],
      [1, 'referral-accepted', {}],
      [2, 'contact-attempted', { result: 'no-answer' }],
      [3, 'contact-attempted', { result: 'reached' }],
      [10, 'engagement-recorded', {}],
      [12, 'assessment-recorded', { result: 'suitable' }],
      [14, 'care-plan-agreed', {}],
      [20, 'treatment-started', {}],
      [91, 'diversion-concluded', {}],
      [100, 'pathway-closed', {}],
    ]),
    life('closed', 'no-contact', [
      [5, 'referral-received', {}],
      [7, 'contact-attempted', { result: 'no-answer' }],
      [21, 'deadline-passed', { rule: 'contact-effort', due: clock.instantAt(20) }],
      [20, 'pathway-closed', {}],
      [30, 'pathway-reopened', {}],
      [30, 'contact-attempted', { result: 'reached' }],
      [60, 'pathway-closed', {}],
    ]),
    life('engaged', null, [
      [8, 'referral-received', {}],
      [9, 'engagement-recorded', {}],
      [10, 'assessment-recorded', { result: 'none-needed' }],
    ]),
    life('void', 'void', [
      [1, 'referral-received', {}],
      [2, 'pathway-voided', {}],
    ]),
  ];
  const tally = tallyOf(lives, dayMs);

  it('counts each step once a referral, and leaves out what is void', () => {
    expect(tally.void).toBe(1);
    expect(steps.map((step) => tally.funnel[step])).toEqual([3, 1, 3, 2, 2, 1, 1, 1, 1, 2, 1]);
    expect(tally.returns).toBe(1);
    expect(tally.events).toBe(22);
  });

  it('adds up: open and closed are what was received, and every closure has a reason', () => {
    expect(tally.open + tally.funnel.closed).toBe(tally.funnel.received);
    expect(tally.closedBy).toEqual({ completed: 1, 'no-contact': 1 });
    expect(Object.values(tally.closedBy).reduce((sum, count) => sum + count, 0)).toBe(tally.funnel.closed);
  });

  it('tells waits in scaled days from receipt, of those who got there', () => {
    expect(tally.waits).toEqual({
      firstContact: { count: 2, median: 14, ninetieth: 22.8 },
      engagement: { count: 2, median: 5.5, ninetieth: 9.1 },
      treatment: { count: 1, median: 20, ninetieth: 20 },
    });
  });

  it('counts clocks by rule and says how late the latest was', () => {
    expect(tally.clocks).toEqual({ 'contact-effort': 1 });
    expect(tally.latestClockSeconds).toBe(dayMs / 1_000);
  });

  it('has nothing to say of nobody', () => {
    const none = tallyOf([], dayMs);
    expect(none.funnel.received).toBe(0);
    expect(none.waits.treatment).toEqual({ count: 0, median: null, ninetieth: null });
  });

  it.each([
    [0, 1, 1, 0],
    [19, 3, 3, 0],
    [20, 3, 2, 1],
    [30, 3, 3, 0],
    [90, 3, 2, 1],
    [91, 3, 1, 2],
    [200, 3, 1, 2],
  ])('splits what was received as at day %d', (day, received, open, closed) => {
    expect(splitAsAt(lives, clock.instantAt(day))).toEqual({ received, open, closed });
  });

  it.each([
    ['opens again', true, 1],
    ['leaves closed', false, 0],
  ])('splits a referral that the correction of a death %s', (_what, reopens, open) => {
    const corrected = life('closed', 'died', [
      [1, 'referral-received', {}],
      [2, 'pathway-closed', { reason: 'died' }],
      [3, 'death-corrected', { reopens }],
    ]);
    expect(splitAsAt([corrected], clock.instantAt(2)).open).toBe(0);
    expect(splitAsAt([corrected], clock.instantAt(3)).open).toBe(open);
  });
});

type Told = readonly [day: number, type: string, data: object];

function life(stage: string, closureReason: string | null, told: readonly Told[]): LedgerPathway {
  const events = told.map(([day, type, data], index) => ({
    ...{ type, data, seq: index + 1 },
    ...{ occurredAt: clock.instantAt(day), recordedAt: clock.instantAt(day) },
  }));
  return {
    kind: 'diversion',
    columns: { stage, closureReason, closedAt: closureReason === null ? null : clock.instantAt(100) },
    events: events as unknown as readonly StoredEvent[],
  } as unknown as LedgerPathway;
}

describe('the report', () => {
  const act = { name: 'close-pathway', code: 'wrong-stage', detail: '', day: 9, pathwayId: 'p' };
  const report = reportOf({
    options: { seed: 1, people: 3, daysPerSecond: 2, clients: 4 },
    planned: 30,
    lived: {
      ...{ taken: 20, notSent: 8, pathwayIds: [], latestDays: 2.04, ranOut: true },
      ...{ actingSeconds: 10, seconds: 40 },
      refused: [
        { ...act, lateDays: 2 },
        { ...act, code: 'conflict', lateDays: 0.1 },
      ],
    },
    tally: { ...tallyOf([], dayMs), clocks: { closure: 3, reminder: 5 } },
    ...{ texts: { sent: 4 }, figures: [], open: [], wrong: [] },
  });

  it('keeps acts that the machine sent too late apart from what nobody expected', () => {
    expect(report.refused.surprises).toEqual({ 'close-pathway: conflict': 1 });
    expect(report.refused.sentTooLate).toEqual({ 'close-pathway: wrong-stage': 1 });
  });

  it('adds up acts and clocks, each by its own seconds', () => {
    const { planned, taken, notSent, perSecond } = report.acts;
    expect(taken + notSent + report.refused.first.length).toBe(planned);
    expect(perSecond).toBe(2);
    expect(report.clocks).toMatchObject({ passed: 8, perSecond: 0.2 });
  });
});

describe('the gate', () => {
  it('lets no more through at a time than it is wide, in their order', async () => {
    const gate = new Gate(2);
    const log: string[] = [];
    const open: (() => void)[] = [];
    const passed = [1, 2, 3, 4].map((number) =>
      gate.pass(async () => {
        log.push(`in ${String(number)}`);
        await new Promise<void>((resolve) => {
          open.push(resolve);
        });
        if (number === 2) throw new Error('fell');
      }),
    );
    const fell = expect(passed[1]).rejects.toThrow('fell');
    await Promise.resolve();
    expect(log).toEqual(['in 1', 'in 2']);
    open[1]!();
    await fell;
    open[0]!();
    await passed[0];
    expect(log).toEqual(['in 1', 'in 2', 'in 3', 'in 4']);
    open[2]!();
    open[3]!();
    await Promise.all([passed[2], passed[3]]);
  });
});

describe('the options', () => {
  it('has a year of 868 people unless told otherwise', () => {
    expect(readOptions([])).toMatchObject({ seed: 1, people: 868, clients: 16 });
    expect(readOptions(['--people', '20', '--days-per-second', '2.5'])).toMatchObject({
      people: 20,
      daysPerSecond: 2.5,
    });
  });

  it.each([
    [['--people', '0'], '--people'],
    [['--seed', '-1'], ''],
    [['--days-per-second', '0'], '--days-per-second'],
    [['--days-per-second', '21'], '--days-per-second'],
    [['--days-per-second', 'x'], '--days-per-second'],
  ])('refuses %j', (args, words) => {
    expect(() => readOptions(args)).toThrow(words);
  });
});
