import type { Instant } from '../workflows/domain/common/instant.ts';
import type { PathwayKindName } from '../workflows/domain/common/pathway-kind.ts';
import type { PathwaySummary } from '../workflows/domain/common/pathway-state.ts';
import { waitsForPlace } from './capacity.ts';
import { isUuid } from './scope.ts';

/**
 * What a list of pathways asks for; the counts ask with the same. What is void is found by its stage, person or
 * reference, and is in no other list.
 */
export interface PathwayFilter {
  readonly kind?: PathwayKindName;
  readonly stage?: string;
  readonly providerId?: string;
  /** Who carries the case. */
  readonly workerId?: string;
  readonly personId?: string;
  /** Also by stage, person or reference nothing that is void. */
  readonly notVoid?: true;
  readonly reference?: string;
  /** How the reference begins, as somebody types it: `LL-KRTB`, `krtb wn`. */
  readonly referenceStart?: string;
  readonly closed?: boolean;
  /** Open, or concluded while the treatment goes on. */
  readonly working?: true;
  /** With a provider, worked on, and nobody carries it. */
  readonly unassigned?: true;
  /** Its next clock is due before this. */
  readonly dueBefore?: Instant;
  /** At this instant a clock has come due, or what a clock asked for when it passed is still not done. */
  readonly overdueAt?: Instant;
  readonly needsAttention?: boolean;
  /** Its provider has not accepted it, and has more of those than it can take. */
  readonly waiting?: true;
  /** The part of the force where the person lives. */
  readonly area?: string;
  /** The colour of a breach in force. */
  readonly marker?: NonNullable<PathwaySummary['markers']>[number];
}

/** Collects values and names their place in the statement. */
export type Value = (given: unknown) => string;

/** As the partial index says it, so that the planner knows it again. */
const working = `(p.closed_at is null or p.stage = 'concluded')`;

/**
 * Since when something is late, or the clock that bites first, whichever is earlier; never null, so that the place behind
 * any row is a range of an index. As the indexes say it.
 */
export const dueFirst = `least(p.next_due_at, p.late_since, 'infinity'::timestamptz)`;

/** Conditions on `pathway p`, beside those of the scope. */
export function conditionsOf(filter: PathwayFilter, value: Value): string[] {
  const asked = conditionsAlsoOfVoid(filter, value);
  return findsVoid(filter) ? asked : [...asked, `p.stage <> 'void'`];
}

/** As `conditionsOf`, with what is void among the rest. */
export function conditionsAlsoOfVoid(filter: PathwayFilter, value: Value): string[] {
  const conditions: string[] = [];
  if (filter.kind !== undefined) conditions.push(`p.kind = ${value(filter.kind)}`);
  if (filter.stage !== undefined) conditions.push(`p.stage = ${value(filter.stage)}`);
  if (filter.providerId !== undefined) conditions.push(`p.provider_id = ${value(filter.providerId)}`);
  if (filter.workerId !== undefined) conditions.push(`p.worker_id = ${value(filter.workerId)}`);
  if (filter.personId !== undefined) {
    conditions.push(isUuid(filter.personId) ? `p.person_id = ${value(filter.personId)}` : 'false');
  }
  if (filter.reference !== undefined) conditions.push(`p.reference = ${value(filter.reference)}`);
  if (filter.referenceStart !== undefined) {
    conditions.push(`p.reference like ${value(`${fullStart(filter.referenceStart)}%`)}`);
  }
  if (filter.closed !== undefined) conditions.push(`p.closed_at is ${filter.closed ? 'not null' : 'null'}`);
  if (filter.working === true) conditions.push(working);
  if (filter.unassigned === true) {
    conditions.push(working, 'p.provider_id is not null', 'p.worker_id is null');
  }
  if (filter.dueBefore !== undefined) conditions.push(`p.next_due_at < ${value(filter.dueBefore)}`);
  if (filter.overdueAt !== undefined) conditions.push(`${dueFirst} <= ${value(filter.overdueAt)}`);
  if (filter.needsAttention !== undefined) {
    conditions.push(`p.attention ${filter.needsAttention ? '<>' : '='} '[]'`);
  }
  if (filter.waiting === true) conditions.push(waitsForPlace);
  if (filter.area !== undefined) conditions.push(`p.summary->>'area' = ${value(filter.area)}`);
  if (filter.marker !== undefined) {
    conditions.push(`p.summary->'markers' ? ${value(filter.marker)}`);
  }
  return conditions;
}

function findsVoid({ notVoid, stage, personId, reference, referenceStart }: PathwayFilter): boolean {
  if (notVoid === true) return false;
  return [stage, personId, reference, referenceStart].some((asked) => asked !== undefined);
}

/** Of eight letters with a hyphen between the groups (store/reference.ts), those that were typed, in that spelling. */
function fullStart(typed: string): string {
  const spelled = typed.toUpperCase().replaceAll(/[^A-Z]/g, '');
  // `LL` is in no reference but at its start: L is not among its letters.
  const letters = spelled.startsWith('LL') ? spelled.slice(2) : spelled;
  const groups = [letters.slice(0, 4), letters.slice(4)].filter((group) => group !== '');
  return ['LL', ...groups].join('-');
}
