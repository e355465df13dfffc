import type { Attention } from '../common/attention.ts';
import type { Deadline } from '../common/deadline.ts';
import type { Explanation, Wait } from '../common/explanation.ts';
import type { Instant } from '../common/instant.ts';
import { describeLocal } from '../common/london-time.ts';
import type { PathwayTable } from '../common/pathway-table.ts';
import type { DiversionAppointment, DiversionState } from './state.ts';
import { diversionTable } from './table.ts';
import type { AttentionCode, DeadlineRule } from './table.ts';

const table: PathwayTable = diversionTable;

/** Attention of a clock that passed: a time is over. A closure that is only near is none. */
const overdueCodes: readonly AttentionCode[] = [
  'no-first-contact',
  'too-few-tries',
  'nothing-booked',
  'feedback-missing',
  'feedback-overdue',
];

const closingRules: readonly DeadlineRule[] = ['closure', 'closure-after-return'];

/** What the referral waits for: first what needs a person, then its clocks, the nearest first. */
export function explain(state: DiversionState, now: Instant): Explanation {
  const clocks = state.deadlines.toSorted((a, b) => (order(a) < order(b) ? -1 : 1));
  return {
    stage: state.stage,
    stageTitle: diversionTable.stages[state.stage].title,
    waits: [
      ...state.attention.map((item) => forPerson(state, item)),
      ...clocks.map((deadline) => forClock(state, deadline, now)),
    ],
    demo: state.policy.demo,
  };
}

function order({ due, id }: Deadline): string {
  return `${due} ${id}`;
}

function forPerson(state: DiversionState, { code, since, owner, ref }: Attention): Wait {
  const row = table.attention[code];
  const about = appointmentOf(state, ref);
  const when = about === undefined ? '' : ` It was on ${describeLocal(about.startsAt)}.`;
  return withRef(ref, {
    rule: code,
    what: row === undefined ? code : `${row.cause}${when} ${row.remedy}`,
    since,
    until: null,
    overdue: (overdueCodes as readonly string[]).includes(code),
    source: row?.source ?? '',
    whoCanMove: [owner],
  });
}

function forClock(state: DiversionState, deadline: Deadline, now: Instant): Wait {
  const { rule, start, due, ref } = deadline;
  const row = table.deadlines[rule];
  const overdue = due <= now;
  const when = putOff(state, deadline) ?? `${overdue ? 'was due' : 'due'} on ${describeLocal(due)}`;
  return withRef(ref, {
    rule,
    what: row === undefined ? rule : `${row.title}: ${when}; unless something comes first, ${row.passes}.`,
    since: start,
    until: due,
    overdue,
    source: row?.source ?? '',
    whoCanMove: row?.whoCanMove ?? [],
  });
}

/** Only a closure that waits for an appointment is about one. */
function putOff(state: DiversionState, { rule, due, ref }: Deadline): string | undefined {
  const about = appointmentOf(state, ref);
  return about === undefined || !(closingRules as readonly string[]).includes(rule)
    ? undefined
    : `put off to ${describeLocal(due)} for the appointment on ${describeLocal(about.startsAt)}, so that what came of it can be recorded`;
}

function appointmentOf(
  { appointments }: DiversionState,
  ref: string | undefined,
): DiversionAppointment | undefined {
  return appointments.find(({ appointmentId }) => appointmentId === ref);
}

function withRef(ref: string | undefined, wait: Wait): Wait {
  return ref === undefined ? wait : { ...wait, ref };
}
