import type { Command } from '../common/command.ts';
import type { Decision } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import type { EventEffects, NewEvent } from '../common/event.ts';
import type { Instant } from '../common/instant.ts';
import { isBefore } from '../common/instant.ts';
import type { Json } from '../common/json.ts';
import type { BreachCondition, BreachConditionCode } from './breach-condition.ts';
import { clearClocks, markerClocks, raise, settle } from './clocks.ts';
import type { DeclareBreachData, WayOfService } from './commands.ts';
import { whyNotOpened } from './drug-test.ts';
import { newEvent, offences } from './events.ts';
import type { CompulsoryEvent, EventData, Notice } from './events.ts';
import type { AssessmentAppointment, Breach, CompulsoryState, Failure, Requirement } from './state.ts';
import {
  breachOfFailure,
  findAppointment,
  findBreach,
  findFailure,
  findRequirement,
  latestNotice,
  missedInitial,
} from './state.ts';

/** Everything that the conditions look at. Absent things are undefined: then what rests on them is not met. */
interface Facts {
  readonly state: CompulsoryState;
  readonly failure: Failure;
  readonly requirement: Requirement | undefined;
  readonly appointment: AssessmentAppointment | undefined;
  readonly notice: Notice | undefined;
  /** When the breach is said to be declared. */
  readonly at: Instant;
}

interface Finding {
  readonly met: boolean;
  readonly proof: Json;
}

/** A paper that was held out to the person in presence; what was posted proves nothing about the day of the assessment. */
const servedInPerson: readonly WayOfService[] = ['handed-over', 'offered-and-refused'];

/**
 * A specified Class A drug, found by a test of which a legal basis was recorded. The offence is not held against
 * the statutory list, and whether the sample was properly taken is for the court.
 */
function positiveTest({ state: { test } }: Facts): Finding {
  const { testedAt, basis, results } = test;
  return {
    met: whyNotOpened(test) === undefined,
    proof: {
      testedAt,
      basis: basis.kind,
      ...(basis.kind === 'trigger-offence' ? { offenceCode: basis.offenceCode } : {}),
      ...(basis.kind === 'inspector-authority' ? { authorisedAt: basis.authorisedAt } : {}),
      results: results.map(({ substance, result }) => ({ substance, result })),
    },
  };
}

function adult({ state: { test }, requirement }: Facts): Finding {
  return {
    met: test.adult,
    proof: { adultAtTest: test.adult, imposedAt: requirement?.imposedAt ?? null },
  };
}

/** Imposed, not discharged, and for the follow-up: set, not released, and not ended by an absence before it. */
function requirementInForce({ state, failure, requirement }: Facts): Finding {
  if (requirement === undefined) {
    return { met: false, proof: null };
  }
  const { requirementId, imposedAt, status, followUp } = requirement;
  const proof = { requirementId, imposedAt, status, followUp };
  if (failure.assessment === 'initial-assessment') {
    return { met: status === 'in-force', proof };
  }
  const missed = missedInitial(state, requirementId);
  return {
    met: status === 'in-force' && followUp === 'set' && missed === undefined,
    proof: { ...proof, initialMissed: missed?.failureId ?? null },
  };
}

/** Only the latest notice can be enforced, and only when it was in the person's hands before the time. */
function noticeServed({ appointment, notice }: Facts): Finding {
  if (notice === undefined || appointment === undefined) {
    return { met: false, proof: null };
  }
  const { form, servedAt, how, servedBy, language } = notice;
  return {
    met: isBefore(servedAt, appointment.startsAt) && servedInPerson.includes(how),
    proof: { form, servedAt, how, servedBy, language, startsAt: appointment.startsAt },
  };
}

/** Proof that is written down only after the failure needs a second person before it counts. */
function noticeRecordedInTime({ failure, notice }: Facts): Finding {
  if (notice === undefined) {
    return { met: false, proof: null };
  }
  const { servedAt, recordedAt } = notice;
  return {
    met: !isBefore(failure.failedAt, recordedAt),
    proof: { servedAt, recordedAt, failedAt: failure.failedAt },
  };
}

/** Held against the paper as far as its time and place were taken down; `fromPaper` says which were. */
function noticeExact({ appointment, notice }: Facts): Finding {
  if (notice === undefined || appointment === undefined) {
    return { met: false, proof: null };
  }
  const { startsAt, endsAt, placeCode } = notice;
  return {
    met:
      notice.appointmentId === appointment.appointmentId &&
      startsAt === appointment.startsAt &&
      placeCode === appointment.placeCode,
    proof: {
      ...{ appointmentId: notice.appointmentId, startsAt, endsAt, placeCode },
      fromPaper: notice.fromPaper ?? [],
    },
  };
}

function warningGiven({ notice }: Facts): Finding {
  return notice === undefined
    ? { met: false, proof: null }
    : { met: notice.warningGiven, proof: { form: notice.form, warningGiven: notice.warningGiven } };
}

function appointmentEnded({ appointment, at }: Facts): Finding {
  return appointment === undefined
    ? { met: false, proof: null }
    : { met: !isBefore(at, appointment.endsAt), proof: { endsAt: appointment.endsAt, at } };
}

/** Nobody is in breach by silence, or by what the provider caused. */
function failureRecorded({ failure, appointment }: Facts): Finding {
  const attendance = appointment?.attendance ?? null;
  return {
    met: appointment?.status === 'missed' && attendance === failure.attendance,
    proof: { attendance, failedAt: failure.failedAt, reportedAt: failure.reportedAt },
  };
}

function goodCauseRejected({ failure }: Facts): Finding {
  const { review, reviewedAt } = failure;
  return { met: review === 'rejected', proof: { review, reviewedAt } };
}

function alive({ state: { diedAt } }: Facts): Finding {
  return { met: diedAt === null, proof: { diedAt } };
}

/** In the order in which an officer, and a court, would go through them. */
const conditions: readonly {
  readonly code: BreachConditionCode;
  readonly title: string;
  readonly law: string;
  readonly holds: (facts: Facts) => Finding;
}[] = [
  {
    code: 'positive-test',
    title: 'A test with a recorded legal basis found a specified Class A drug.',
    law: 'PACE 1984 s.63B; Drugs Act 2005 s.9(2)',
    holds: positiveTest,
  },
  {
    code: 'adult',
    title: 'The person was 18 or over.',
    law: 'Drugs Act 2005 s.9(4)',
    holds: adult,
  },
  {
    code: 'requirement-in-force',
    title: 'This assessment was required, and still is.',
    law: 'Drugs Act 2005 ss.9, 10, 12(5) and 13',
    holds: requirementInForce,
  },
  {
    code: 'notice-served',
    title: 'The latest written notice was given in person before the appointment.',
    law: 'Drugs Act 2005 ss.11 and 13',
    holds: noticeServed,
  },
  {
    code: 'notice-recorded-in-time',
    title: 'The service of the notice was recorded before the failure.',
    law: 'proof recorded afterwards needs a second person',
    holds: noticeRecordedInTime,
  },
  {
    code: 'notice-exact',
    title: 'The latest notice is of this appointment; what was taken down of its time and place is the same.',
    law: 'Drugs Act 2005 ss.11 and 13',
    holds: noticeExact,
  },
  {
    code: 'warning-given',
    title: 'The person was warned that failing may be prosecuted.',
    law: 'Drugs Act 2005 ss.11 and 13',
    holds: warningGiven,
  },
  {
    code: 'appointment-ended',
    title: 'The appointment is over.',
    law: 'Drugs Act 2005 ss.12(1) and 14(1)',
    holds: appointmentEnded,
  },
  {
    code: 'failure-recorded',
    title: 'The assessor recorded that the person did not attend or remain, not for a cause of the provider.',
    law: 'Drugs Act 2005 ss.12(1), 12(2), 14(1) and 14(2)',
    holds: failureRecorded,
  },
  {
    code: 'good-cause-rejected',
    title: 'Good cause was reviewed and rejected.',
    law: 'Drugs Act 2005 ss.12(3) and 14(3)',
    holds: goodCauseRejected,
  },
  {
    code: 'alive',
    title: 'The person is alive.',
    law: 'an offence is pursued against the living',
    holds: alive,
  },
];

/** Every condition of a breach for this failure as it stands at `at`, in a fixed order. */
export function breachConditions(state: CompulsoryState, failure: Failure, at: Instant): BreachCondition[] {
  const facts: Facts = {
    state,
    failure,
    requirement: findRequirement(state, failure.requirementId),
    appointment: findAppointment(state, failure.appointmentId),
    notice: latestNotice(state, failure.requirementId, failure.assessment),
    at,
  };
  return conditions.map(({ code, title, law, holds }) => ({ code, title, law, ...holds(facts) }));
}

/** A person's decision; the software only refuses what the law does not allow, and says what is missing. */
export function declareBreach(
  state: CompulsoryState,
  command: Command<'declare-breach', DeclareBreachData>,
): Decision<CompulsoryEvent> {
  const { data, occurredAt } = command;
  const { failureId } = data;
  const breachId = data.breachId ?? command.commandId;
  const failure = findFailure(state, failureId);
  if (failure === undefined) {
    return refuse('not-found', 'This pathway has no such failure.', { failureId });
  }
  const declared = breachOfFailure(state, failureId);
  if (declared?.status === 'in-force' || declared?.status === 'concluded') {
    return refuse('already-done', 'A breach is already declared for this failure.', {
      breachId: declared.breachId,
    });
  }
  if (findBreach(state, breachId) !== undefined) {
    return refuse('conflict', 'This breach is already in the pathway.', { breachId });
  }
  if (isBefore(occurredAt, failure.reviewedAt ?? failure.reportedAt)) {
    return refuse('before-the-start', 'The failure was not reported and reviewed yet.', {
      reportedAt: failure.reportedAt,
      reviewedAt: failure.reviewedAt,
    });
  }
  const found = breachConditions(state, failure, occurredAt);
  if (found.some(({ met }) => !met)) {
    return refuse(
      'condition-not-met',
      'This failure cannot be declared a breach: not every condition is met.',
      {
        failureId,
        conditions: found.map((condition) => ({ ...condition })),
      },
    );
  }
  const { requirementId, appointmentId, assessment, failedAt } = failure;
  const event = newEvent(
    'breach-declared',
    occurredAt,
    {
      breachId,
      failureId,
      requirementId,
      appointmentId,
      assessment,
      offence: offences[assessment],
      breachedAt: failedAt,
      conditions: found,
    },
    {
      settled: settle(state, ['breach-undeclared'], failureId),
      raised: [raise('breach-without-marker', occurredAt, breachId)],
    },
  );
  return { events: [event], intents: [] };
}

/** No clock runs on a breach that is over, and nobody need look at it. */
export function breachOver(state: CompulsoryState, breachId: string): EventEffects {
  return {
    cleared: clearClocks(state, markerClocks, breachId, 'ended'),
    settled: settle(state, ['breach-without-marker', 'breach-without-task', 'marker-overdue'], breachId),
  };
}

export function withdrawBreach(
  state: CompulsoryState,
  { breachId }: Breach,
  occurredAt: Instant,
  cause: EventData['breach-withdrawn']['cause'],
): NewEvent<'breach-withdrawn', EventData['breach-withdrawn']> {
  return newEvent('breach-withdrawn', occurredAt, { breachId, cause }, breachOver(state, breachId));
}
