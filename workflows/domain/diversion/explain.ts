import type { Attention } from '../common/attention.ts';
import type { Deadline } from '../common/deadline.ts';
import type { Explanation, Wait } from '../common/explanation.ts';
import type { Instant } from '../common/instant.ts';
import type { PathwayTable } from '../common/pathway-table.ts';
import type { DiversionState } from './state.ts';
import { diversionTable } from './table.ts';

const table: PathwayTable = diversionTable;

/** What the referral waits for: first what needs a person, then its clocks, the nearest first. */
export function explain(state: DiversionState, now: Instant): Explanation {
  const clocks = state.deadlines.toSorted((a, b) => (order(a) < order(b) ? -1 : 1));
  return {
    stage: state.stage,
    stageTitle: diversionTable.stages[state.stage].title,
    waits: [...state.attention.map(forPerson), ...clocks.map((deadline) => forClock(deadline, now))],
    demo: state.policy.demo,
  };
}

function order({ due, id }: Deadline): string {
  return `${due} ${id}`;
}

function forPerson({ code, since, owner, ref }: Attention): Wait {
  const row = table.attention[code];
  return withRef(ref, {
    rule: code,
    what: row === undefined ? code : `${row.cause} ${row.remedy}`,
    since,
    until: null,
    overdue: false,
    source: row?.source ?? '',
    whoCanMove: [owner],
  });
}

function forClock({ rule, start, due, ref }: Deadline, now: Instant): Wait {
  const row = table.deadlines[rule];
  return withRef(ref, {
    rule,
    what: row === undefined ? rule : `${row.title}: unless something comes first, ${row.passes}.`,
    since: start,
    until: due,
    overdue: due <= now,
    source: row?.source ?? '',
    whoCanMove: row?.whoCanMove ?? [],
  });
}

function withRef(ref: string | undefined, wait: Wait): Wait {
  return ref === undefined ? wait : { ...wait, ref };
}
