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
  'feedback-elsewhere',
  'police-not-told',
  'not-routed',
  'not-accepted',
  'not-accepted-manager',
  'transfer-unanswered',
  'transfer-unanswered-manager',
  'condition-undecided',
];

/** Attention that ends in a closure: what is still open beside the treatment must be seen before it. */
const beforeClosure: readonly AttentionCode[] = [
  'closure-near',
  'closure-near-lead',
  'treatment-ended',
  'no-treatment-to-give',
];

const unanswered: readonly AttentionCode[] = ['transfer-unanswered', 'transfer-unanswered-manager'];

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
  const open = (beforeClosure as readonly string[]).includes(code) ? stillOpen(state) : '';
  return withRef(ref, {
    rule: code,
    what: row === undefined ? code : `${row.cause}${aboutOf(state, code, ref)} ${row.remedy}${open}`,
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

/** Only a closure that waits for an appointment is about one; what a person put it off to is one date. */
function putOff(state: DiversionState, { rule, due, ref }: Deadline): string | undefined {
  if (!(closingRules as readonly string[]).includes(rule)) {
    return undefined;
  }
  const about = appointmentOf(state, ref);
  if (about !== undefined) {
    return `put off to ${describeLocal(due)} for the appointment on ${describeLocal(about.startsAt)}, so that what came of it can be recorded`;
  }
  return due === state.closureExtendedTo ? `put off to ${describeLocal(due)}, which is done once` : undefined;
}

/** The appointment, strand, condition or offer that the attention is about, in a sentence of its own. */
function aboutOf(state: DiversionState, code: string, ref: string | undefined): string {
  const appointment = appointmentOf(state, ref);
  if (appointment !== undefined) {
    const tense = appointment.status === 'booked' && code === 'reply-cannot-come' ? 'is' : 'was';
    return ` It ${tense} on ${describeLocal(appointment.startsAt)}.`;
  }
  const modality = state.treatment.modalities.find(({ modalityId }) => modalityId === ref);
  if (modality !== undefined) {
    return ` The strand is ${words(modality.type)}.`;
  }
  const condition = state.conditions.find(({ conditionId }) => conditionId === ref);
  if (condition !== undefined) {
    return ` It is ${words(condition.code)}, due on ${describeLocal(condition.dueAt)}.`;
  }
  // There is one offer at a time.
  return state.transfer !== null && (unanswered as readonly string[]).includes(code)
    ? ` It was offered on ${describeLocal(state.transfer.offeredAt)}.`
    : '';
}

/** The needs beside drugs, and the conditions of a caution, of which nobody has said what came of them. */
function stillOpen({ needs, conditions }: DiversionState): string {
  const open = [
    ...needs.filter(({ closedAt }) => closedAt === null).map(({ code }) => `need ${words(code)}`),
    ...conditions.filter(({ result }) => result === null).map(({ code }) => `condition ${words(code)}`),
  ];
  return open.length === 0 ? '' : ` Still open: ${[...new Set(open)].join(', ')}.`;
}

function words(code: string): string {
  return code.replaceAll('-', ' ');
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
