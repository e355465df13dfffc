import { median, percentile } from '../../bench/figure.ts';
import type { StoredEvent } from '../../workflows/domain/common/event.ts';
import type { LedgerPathway } from '../house/ledger-snapshot.ts';

/** Steps of the funnel: of how many referrals each was recorded, void ones left out. */
export const steps = [
  'received',
  'accepted',
  'contacted',
  'engaged',
  'assessed',
  'suitable',
  'carePlan',
  'treatment',
  'concluded',
  'closed',
  'completed',
] as const;
export type Step = (typeof steps)[number];

export interface Wait {
  readonly count: number;
  /** Scaled days; null: nobody got there. */
  readonly median: number | null;
  readonly ninetieth: number | null;
}

export interface Tally {
  readonly void: number;
  readonly funnel: Readonly<Record<Step, number>>;
  /** Of those that are closed now, by the reason in the row. */
  readonly closedBy: Readonly<Record<string, number>>;
  readonly open: number;
  /** How often a closed referral was opened again. */
  readonly returns: number;
  /** From receipt, of those who got there. */
  readonly waits: Readonly<Record<'firstContact' | 'engagement' | 'treatment', Wait>>;
  /** Clocks that passed, by rule. */
  readonly clocks: Readonly<Record<string, number>>;
  /** The longest time between a clock's due instant and its event, in real seconds. */
  readonly latestClockSeconds: number;
  readonly events: number;
}

type Tallied = Pick<LedgerPathway, 'events' | 'columns' | 'kind'>;

/** @param dayMs real milliseconds of a scaled day */
export function tallyOf(pathways: readonly Tallied[], dayMs: number): Tally {
  const referrals = pathways.filter(({ kind }) => kind === 'diversion');
  const counted = referrals.filter(({ columns }) => columns.stage !== 'void');
  const closed = counted.filter(({ columns }) => columns.closedAt !== null);
  const whoReached = (...reached: readonly ((event: StoredEvent) => boolean)[]): number =>
    counted.filter(({ events }) => events.some((event) => reached.some((is) => is(event)))).length;
  const passed = referrals.flatMap(({ events }) => events.filter(isOf('deadline-passed')));
  const waitFor = (is: (event: StoredEvent) => boolean): Wait =>
    waitOf(counted.flatMap(({ events }) => daysUntil(events, is, dayMs) ?? []));
  return {
    void: referrals.length - counted.length,
    funnel: {
      received: counted.length,
      accepted: whoReached(isOf('referral-accepted')),
      contacted: whoReached(isContact, isOf('engagement-recorded')),
      engaged: whoReached(isOf('engagement-recorded')),
      assessed: whoReached(isOf('assessment-recorded')),
      suitable: whoReached(
        (event) => isOf('assessment-recorded')(event) && field(event, 'result') === 'suitable',
      ),
      carePlan: whoReached(isOf('care-plan-agreed')),
      treatment: whoReached(isOf('treatment-started')),
      concluded: whoReached(isOf('diversion-concluded')),
      closed: closed.length,
      completed: closed.filter(({ columns }) => columns.closureReason === 'completed').length,
    },
    closedBy: countBy(closed.map(({ columns }) => columns.closureReason ?? 'none')),
    open: counted.length - closed.length,
    returns: counted.reduce((sum, { events }) => sum + events.filter(isOf('pathway-reopened')).length, 0),
    waits: {
      firstContact: waitFor(isContact),
      engagement: waitFor(isOf('engagement-recorded')),
      treatment: waitFor(isOf('treatment-started')),
    },
    clocks: countBy(passed.map((event) => field(event, 'rule') ?? 'none')),
    latestClockSeconds: Math.max(
      0,
      ...passed.map(
        (event) => (Date.parse(event.recordedAt) - Date.parse(field(event, 'due') ?? '')) / 1_000,
      ),
    ),
    events: referrals.reduce((sum, { events }) => sum + events.length, 0),
  };
}

export function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names.toSorted()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

function isOf(type: string): (event: StoredEvent) => boolean {
  return (event) => event.type === type;
}

/** Somebody spoke with the person, be it to hear a no. */
function isContact(event: StoredEvent): boolean {
  return isOf('contact-attempted')(event) && ['reached', 'declined'].includes(field(event, 'result') ?? '');
}

function field({ data }: StoredEvent, name: string): string | undefined {
  const value = (data as Readonly<Record<string, unknown>>)[name];
  return typeof value === 'string' ? value : undefined;
}

function daysUntil(
  events: readonly StoredEvent[],
  is: (event: StoredEvent) => boolean,
  dayMs: number,
): number | undefined {
  const from = events[0]?.occurredAt;
  const [first] = events
    .filter(is)
    .map(({ occurredAt }) => occurredAt)
    .toSorted();
  return from === undefined || first === undefined
    ? undefined
    : (Date.parse(first) - Date.parse(from)) / dayMs;
}

function waitOf(days: readonly number[]): Wait {
  if (days.length === 0) return { count: 0, median: null, ninetieth: null };
  return { count: days.length, median: tenth(median(days)), ninetieth: tenth(percentile(days, 0.9)) };
}

function tenth(number: number): number {
  return Math.round(number * 10) / 10;
}
