import type { LedgerEvent } from '../common/event.ts';
import { applyEffects } from '../common/pathway-state.ts';
import { answeredBy } from '../common/appointment.ts';
import type { Attendance } from '../common/appointment.ts';
import type { NewAppointment } from './commands.ts';
import type { Assessment, CompulsoryLedgerEvent, TestRecorded } from './events.ts';
import { isFinished } from './stage.ts';
import type {
  ArrestTask,
  AssessmentAppointment,
  Breach,
  CompulsoryState,
  Failure,
  MarkerRecord,
  Requirement,
} from './state.ts';

/**
 * The state after one event of the ledger. Only what the event says is folded in, no rule is asked again.
 *
 * @throws Error for what a ledger never holds: an unknown type, a second opening, a first event that
 * opens nothing.
 */
export function evolve(state: CompulsoryState | undefined, event: LedgerEvent): CompulsoryState {
  // The store and the engine bring events to today's version before they get here.
  const known = event as unknown as CompulsoryLedgerEvent;
  const next = known.type === 'test-recorded' ? opened(state, known.data) : folded(state, known);
  const after = applyEffects(next, known.seq, known);
  return { ...after, finished: isFinished(after) };
}

function opened(state: CompulsoryState | undefined, data: TestRecorded): CompulsoryState {
  if (state !== undefined) {
    throw new Error('A pathway opens once');
  }
  const { pathwayId, forceId, personId, policy, ...test } = data;
  return {
    pathwayId,
    forceId,
    personId,
    seq: 0,
    stage: '',
    receivedAt: test.testedAt,
    policy,
    deadlines: [],
    attention: [],
    finished: false,
    test,
    requirements: [],
    notices: [],
    appointments: [],
    failures: [],
    breaches: [],
    tasks: [],
    diedAt: null,
    endedByDeath: [],
    correctedDeaths: [],
    textsStoppedAt: null,
    textsRefusedAt: null,
    custodySince: null,
    told: {},
    closed: null,
  };
}

function folded(
  state: CompulsoryState | undefined,
  event: Exclude<CompulsoryLedgerEvent, { type: 'test-recorded' }>,
): CompulsoryState {
  if (state === undefined) {
    throw new Error(`A pathway does not open with ${event.type}`);
  }
  const { occurredAt } = event;
  switch (event.type) {
    case 'requirement-imposed': {
      const { requirementId, appointment, notice } = event.data;
      const requirement: Requirement = {
        requirementId,
        imposedAt: occurredAt,
        status: 'in-force',
        followUp: 'imposed',
      };
      return {
        ...state,
        requirements: [...state.requirements, requirement],
        appointments: [...state.appointments, booked(appointment, 'initial-assessment', requirementId)],
        notices: [...state.notices, notice],
      };
    }
    case 'appointment-varied': {
      const { requirementId, assessment, supersedes, endsFailure, appointment, notice } = event.data;
      const after =
        supersedes === null ? state : changeAppointment(state, supersedes, { status: 'superseded' });
      return {
        ...after,
        appointments: [...after.appointments, booked(appointment, assessment, requirementId)],
        notices: [...after.notices, notice],
        failures: after.failures.map((failure) =>
          failure.failureId === endsFailure
            ? { ...failure, endedByNotice: appointment.appointmentId }
            : failure,
        ),
      };
    }
    case 'attendance-recorded': {
      const { appointmentId, attendance, followUp, cancels = [], endsFailures = [] } = event.data;
      const held = state.appointments.find((appointment) => appointment.appointmentId === appointmentId);
      const recorded = changeAppointment(state, appointmentId, { attendance, status: statusOf[attendance] });
      const after: CompulsoryState = {
        ...recorded,
        appointments: recorded.appointments.map((other) =>
          cancels.includes(other.appointmentId) ? { ...other, status: 'cancelled' } : other,
        ),
        failures: recorded.failures.map((failure) =>
          endsFailures.includes(failure.failureId)
            ? { ...failure, endedByAttendance: appointmentId }
            : failure,
        ),
      };
      if (held === undefined || attendance !== 'attended-and-remained') {
        return after;
      }
      if (followUp === undefined) {
        return changeRequirement(after, held.requirementId, { status: 'discharged' });
      }
      if (followUp.released) {
        return changeRequirement(after, held.requirementId, { status: 'discharged', followUp: 'released' });
      }
      const next = booked(followUp.appointment, 'follow-up-assessment', held.requirementId);
      return {
        ...changeRequirement(after, held.requirementId, { followUp: 'set' }),
        appointments: [...after.appointments, next],
        notices: [...after.notices, followUp.notice],
      };
    }
    case 'failure-reported': {
      const failure: Failure = {
        ...event.data,
        reportedAt: occurredAt,
        review: 'undecided',
        reviewedAt: null,
      };
      return { ...state, failures: [...state.failures, failure] };
    }
    case 'good-cause-decided': {
      const { failureId, decision } = event.data;
      return {
        ...state,
        failures: state.failures.map((failure) =>
          failure.failureId === failureId
            ? { ...failure, review: decision, reviewedAt: occurredAt }
            : failure,
        ),
      };
    }
    case 'breach-declared': {
      const { conditions: _conditions, ...declared } = event.data;
      const breach: Breach = {
        ...declared,
        declaredAt: occurredAt,
        status: 'in-force',
        marker: null,
        earlierMarkers: [],
        putOutAt: null,
        arrestedAt: null,
        results: [],
      };
      return { ...state, breaches: [...state.breaches, breach] };
    }
    case 'breach-withdrawn':
      return changeBreach(state, event.data.breachId, () => ({ status: 'withdrawn' }));
    case 'marker-set': {
      const { breachId, marker, reasonCode, putOutDue, arrestDue } = event.data;
      const record: MarkerRecord = { marker, setAt: occurredAt, reasonCode, putOutDue, arrestDue };
      const after = changeBreach(state, breachId, (breach) => ({
        marker: record,
        earlierMarkers: breach.marker === null ? [] : [...breach.earlierMarkers, breach.marker],
      }));
      return {
        ...after,
        tasks: after.tasks.map((task) =>
          task.breachId === breachId && (task.status === 'issued' || task.status === 'acknowledged')
            ? { ...task, marker }
            : task,
        ),
      };
    }
    case 'arrest-task-issued': {
      const { taskId, breachId, unitCode, marker, offence } = event.data;
      const task: ArrestTask = {
        taskId,
        breachId,
        unitCode,
        marker,
        offence,
        issuedAt: occurredAt,
        status: 'issued',
      };
      const after = changeBreach(state, breachId, ({ putOutAt }) => ({ putOutAt: putOutAt ?? occurredAt }));
      return { ...after, tasks: [...after.tasks, task] };
    }
    case 'task-acknowledged':
      return changeTask(state, event.data.taskId, 'acknowledged');
    case 'withdrawal-acknowledged':
      return changeTask(state, event.data.taskId, 'withdrawal-acknowledged');
    case 'task-withdrawn': {
      const { taskId, withdrawnAt } = event.data;
      return changeTask(state, taskId, 'withdrawn', withdrawnAt === undefined ? {} : { withdrawnAt });
    }
    case 'arrest-recorded': {
      const { taskId, breachId, arrestedAt } = event.data;
      return changeBreach(changeTask(state, taskId, 'arrested'), breachId, () => ({ arrestedAt }));
    }
    case 'withdrawn-task-arrest-recorded': {
      const { taskId, breachId, arrestedAt: arrestedWhenWithdrawnAt, withdrawnAt } = event.data;
      if (withdrawnAt !== undefined) {
        const after = changeTask(state, taskId, 'withdrawn', { withdrawnAt, arrestedWhenWithdrawnAt });
        return changeBreach(after, breachId, () => ({ arrestedAt: null }));
      }
      return {
        ...state,
        tasks: state.tasks.map((task) =>
          task.taskId === taskId ? { ...task, arrestedWhenWithdrawnAt } : task,
        ),
      };
    }
    case 'result-recorded': {
      const { breachId, result, concludes, endsRequirement } = event.data;
      const after = changeBreach(state, breachId, (breach) => ({
        results: [...breach.results, { result, at: occurredAt }],
        status: concludes ? 'concluded' : breach.status,
      }));
      const breach = after.breaches.find((other) => other.breachId === breachId);
      return breach === undefined || !endsRequirement
        ? after
        : changeRequirement(after, breach.requirementId, { status: 'ended' });
    }
    case 'person-died':
      return { ...state, diedAt: occurredAt };
    case 'death-corrected': {
      const { correctsFactId, reopens, requirementIds } = event.data;
      return {
        ...state,
        diedAt: null,
        endedByDeath: [],
        correctedDeaths: [...state.correctedDeaths, correctsFactId],
        closed: reopens ? null : state.closed,
        requirements: state.requirements.map((requirement) =>
          requirementIds.includes(requirement.requirementId)
            ? { ...requirement, status: 'in-force' }
            : requirement,
        ),
      };
    }
    case 'texts-stopped':
      return { ...state, textsStoppedAt: occurredAt, told: { ...state.told, texts: occurredAt } };
    case 'texts-allowed':
      return { ...state, textsStoppedAt: null, told: { ...state.told, texts: occurredAt } };
    case 'texts-consent-noted': {
      const textsRefusedAt = event.data.given ? null : occurredAt;
      return { ...state, textsRefusedAt, told: { ...state.told, 'texts-consent': occurredAt } };
    }
    case 'reply-recorded': {
      const { appointmentId } = event.data;
      return appointmentId === null
        ? state
        : changeAppointment(state, appointmentId, answeredBy(event.data, occurredAt) ?? {});
    }
    case 'page-link-planned':
      return { ...state, pageLinkAt: occurredAt };
    case 'custody-noted':
      return { ...state, custodySince: occurredAt, told: { ...state.told, custody: occurredAt } };
    case 'release-noted':
      return { ...state, custodySince: null, told: { ...state.told, custody: occurredAt } };
    case 'pathway-ended': {
      const { reason, cancelledAppointments } = event.data;
      return {
        ...state,
        closed: { at: occurredAt, reason },
        endedByDeath:
          reason === 'died'
            ? state.requirements
                .filter(({ status }) => status === 'in-force')
                .map(({ requirementId }) => requirementId)
            : [],
        requirements: state.requirements.map((requirement) =>
          requirement.status === 'in-force' ? { ...requirement, status: 'ended' } : requirement,
        ),
        appointments: state.appointments.map((appointment) =>
          cancelledAppointments.includes(appointment.appointmentId)
            ? { ...appointment, status: 'cancelled' }
            : appointment,
        ),
      };
    }
    // These are wholly in their effects.
    case 'requirement-not-imposed':
    case 'deadline-passed':
    case 'message-not-sent':
    case 'reply-settled':
    case 'withdrawn-task-arrest-released':
    case 'internal-error-reported':
      return state;
    default:
      throw new Error(`No such event: ${JSON.stringify((event as LedgerEvent).type)}`);
  }
}

const statusOf: Readonly<Record<Attendance, AssessmentAppointment['status']>> = {
  'attended-and-remained': 'held',
  'attended-and-left': 'missed',
  'sent-away': 'missed',
  absent: 'missed',
  'provider-caused': 'provider-caused',
};

function booked(
  { appointmentId, startsAt, endsAt, placeCode }: NewAppointment,
  kind: Assessment,
  requirementId: string,
): AssessmentAppointment {
  return {
    appointmentId,
    kind,
    startsAt,
    endsAt,
    placeCode,
    status: 'booked',
    requirementId,
    attendance: null,
  };
}

function changeAppointment(
  state: CompulsoryState,
  id: string,
  change: Partial<AssessmentAppointment>,
): CompulsoryState {
  return {
    ...state,
    appointments: state.appointments.map((appointment) =>
      appointment.appointmentId === id ? { ...appointment, ...change } : appointment,
    ),
  };
}

function changeRequirement(
  state: CompulsoryState,
  id: string,
  change: Partial<Requirement>,
): CompulsoryState {
  return {
    ...state,
    requirements: state.requirements.map((requirement) =>
      requirement.requirementId === id ? { ...requirement, ...change } : requirement,
    ),
  };
}

function changeBreach(
  state: CompulsoryState,
  id: string,
  change: (breach: Breach) => Partial<Breach>,
): CompulsoryState {
  return {
    ...state,
    breaches: state.breaches.map((breach) =>
      breach.breachId === id ? { ...breach, ...change(breach) } : breach,
    ),
  };
}

function changeTask(
  state: CompulsoryState,
  id: string,
  status: ArrestTask['status'],
  change: Partial<ArrestTask> = {},
): CompulsoryState {
  return {
    ...state,
    tasks: state.tasks.map((task) => (task.taskId === id ? { ...task, status, ...change } : task)),
  };
}
