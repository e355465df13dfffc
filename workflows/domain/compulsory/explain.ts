import type { Role } from '../common/actor.ts';
import { after } from '../common/duration.ts';
import type { Explanation, Wait } from '../common/explanation.ts';
import type { Instant } from '../common/instant.ts';
import { earliest, isBefore } from '../common/instant.ts';
import { describeLocal } from '../common/london-time.ts';
import type { AttentionRow, DeadlineRow } from '../common/pathway-table.ts';
import { conductors } from './assessment-appointment.ts';
import { arrestClocks } from './clocks.ts';
import type { Breach, CompulsoryState } from './state.ts';
import { findAppointment, findBreach, findFailure, isInForce, openTaskOf } from './state.ts';
import { compulsoryTable } from './table.ts';
import type { AttentionCode, DeadlineRule } from './table.ts';

/** Attention that says that a time is over. */
const overdueCodes: readonly AttentionCode[] = [
  'requirement-undecided',
  'feedback-missing',
  'feedback-overdue',
  'review-overdue',
  'marker-overdue',
  'task-unacknowledged',
];

/** What the pathway waits for: acts of people, clocks, and what somebody must look at. The clocks come nearest first. */
export function explain(state: CompulsoryState, now: Instant): Explanation {
  const stages: Readonly<Record<string, { readonly title: string }>> = compulsoryTable.stages;
  return {
    stage: state.stage,
    stageTitle: stages[state.stage]?.title ?? state.stage,
    waits: [...acts(state, now), ...clocks(state, now), ...attention(state, now)],
    demo: state.policy.demo,
  };
}

function clocks(state: CompulsoryState, now: Instant): Wait[] {
  const rows: Readonly<Record<string, DeadlineRow>> = compulsoryTable.deadlines;
  return [...state.deadlines]
    .sort((a, b) => ([a.due, a.id].join() < [b.due, b.id].join() ? -1 : 1))
    .map(({ rule, start, due, ref }) => {
      const row = rows[rule];
      const overdue = !isBefore(now, due);
      return {
        rule,
        what: `${row?.title ?? rule}: ${overdue ? 'was due' : 'due'} on ${describeLocal(due)}.`,
        since: start,
        until: due,
        overdue,
        source: row?.source ?? '',
        whoCanMove: conductorsOf(state, rule, ref) ?? row?.whoCanMove ?? [],
        ...(ref === undefined ? {} : { ref }),
      };
    });
}

/** Of a clock for the feedback: who may record what happened at that assessment. */
function conductorsOf(
  state: CompulsoryState,
  rule: string,
  ref: string | undefined,
): readonly Role[] | undefined {
  const feedback: readonly DeadlineRule[] = ['feedback', 'feedback-escalation'];
  const about = (feedback as readonly string[]).includes(rule)
    ? findAppointment(state, ref ?? '')
    : undefined;
  return about === undefined ? undefined : conductors[about.kind];
}

function attention(state: CompulsoryState, now: Instant): Wait[] {
  const rows: Readonly<Record<string, AttentionRow>> = compulsoryTable.attention;
  return state.attention.map(({ code, since, owner, ref }) => ({
    rule: code,
    what: `${rows[code]?.cause ?? code}${writtenBefore(state, code, ref)}`,
    since,
    ...timeOf(state, code, ref, now),
    source: rows[code]?.source ?? '',
    whoCanMove: [owner],
    ...(ref === undefined ? {} : { ref }),
  }));
}

/** Beside a failure that is decided on stands what the person had written about the appointment. It excuses nothing by itself. */
function writtenBefore(state: CompulsoryState, code: string, ref: string | undefined): string {
  const codes: readonly string[] = ['failure-undecided', 'review-overdue'] satisfies AttentionCode[];
  const failure = ref !== undefined && codes.includes(code) ? findFailure(state, ref) : undefined;
  const about = findAppointment(state, failure?.appointmentId ?? '');
  const at = about?.cannotComeAt ?? about?.perhapsCannotComeAt;
  if (at === undefined) return '';
  const which =
    about?.cannotComeAt === undefined
      ? ', and may have meant an appointment of another case: a person was to ask'
      : '';
  return ` The person had written on ${describeLocal(at)} that they could not come or needed another time${which}.`;
}

/**
 * A notice without the warning can be mended until its appointment begins. A breach without a colour has no clock
 * of its own and must not rest for that: it may turn out to be the most urgent, so the shortest target that the
 * policy gives any colour is held against it.
 */
function timeOf(
  state: CompulsoryState,
  code: string,
  ref: string | undefined,
  now: Instant,
): Pick<Wait, 'until' | 'overdue'> {
  const withoutWarning: AttentionCode = 'notice-without-warning';
  const appointment = code === withoutWarning && ref !== undefined ? findAppointment(state, ref) : undefined;
  if (appointment?.status === 'booked') {
    return { until: appointment.startsAt, overdue: !isBefore(now, appointment.startsAt) };
  }
  const withoutMarker: AttentionCode = 'breach-without-marker';
  const breach = code === withoutMarker && ref !== undefined ? findBreach(state, ref) : undefined;
  if (breach === undefined) {
    return { until: null, overdue: (overdueCodes as readonly string[]).includes(code) };
  }
  const { markers, bankHolidays } = state.policy;
  const targets = Object.values(markers).flatMap(({ putOut, arrest }) => [putOut, arrest]);
  const dues = targets.flatMap((target) =>
    target === null ? [] : [after(breach.breachedAt, target, bankHolidays)],
  );
  const until = earliest(...dues) ?? null;
  return { until, overdue: until === null || !isBefore(now, until) };
}

/** What only a person can bring, where neither a clock nor attention says it already. */
function acts(state: CompulsoryState, now: Instant): Wait[] {
  if (state.closed !== null) {
    return [];
  }
  const waits: Wait[] = [];
  for (const { status, kind, startsAt, endsAt, appointmentId } of state.appointments) {
    if (status === 'booked') {
      const which = kind === 'initial-assessment' ? 'initial' : 'follow-up';
      waits.push({
        ...act('record-attendance', `The ${which} assessment on ${describeLocal(startsAt)}.`, startsAt),
        until: endsAt,
        overdue: !isBefore(now, endsAt),
        whoCanMove: conductors[kind],
        ref: appointmentId,
      });
    }
  }
  for (const breach of state.breaches.filter(isInForce)) {
    waits.push(...actsOnBreach(state, breach));
  }
  return waits;
}

function actsOnBreach(state: CompulsoryState, { breachId, arrestedAt, marker }: Breach): Wait[] {
  if (arrestedAt !== null) {
    return [{ ...act('record-result', 'The result of the arrest.', arrestedAt), ref: breachId }];
  }
  const task = openTaskOf(state, breachId);
  const clockRuns = state.deadlines.some(
    ({ rule, ref }) => ref === breachId && (arrestClocks as readonly string[]).includes(rule),
  );
  if (task === undefined || clockRuns) {
    return [];
  }
  const target = (marker?.arrestDue ?? null) === null ? ' This colour has no target for it.' : '';
  return [{ ...act('record-arrest', `The arrest.${target}`, task.issuedAt), ref: task.taskId }];
}

function act(name: keyof typeof compulsoryTable.commands, what: string, since: Instant): Wait {
  const { source, roles } = compulsoryTable.commands[name];
  return { rule: name, what, since, until: null, overdue: false, source, whoCanMove: roles };
}
