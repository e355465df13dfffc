import { applyEffects } from '../common/pathway-state.ts';
import { earliest } from '../common/instant.ts';
import type { Instant } from '../common/instant.ts';
import { preferredWays } from '../common/contact-preference.ts';
import { notAccepted } from './acceptance.ts';
import { booked, withReply, withStatus } from './appointment-history.ts';
import type { EngagementEvidence } from './commands.ts';
import type { Condition, ConditionResultRecorded } from './condition.ts';
import { attempted, reached, sharedWith, spokenTo, withoutShared } from './contact-history.ts';
import type { DiversionEventData, RecordedDiversionEvent } from './events.ts';
import { asOf } from './fact-matter.ts';
import { afterCustodyFact } from './fold-custody.ts';
import { foldProvider } from './fold-provider.ts';
import { afterVoiding, afterVoidTakenBack } from './fold-void.ts';
import { withMessaged } from './messaged.ts';
import { afterReassignment } from './reassignment.ts';
import type { BeforeDeath, Contact, DiversionState, Engagement } from './state.ts';
import type { DiversionStage } from './table.ts';
import {
  afterModalityEnd,
  afterModalityEnds,
  afterPlan,
  afterPrescriptionEnd,
  afterPrescriptionStart,
  afterResumption,
  afterSession,
  afterStart,
  noTreatment,
  sessionEvidence,
} from './treatment.ts';

/**
 * Folds one event of the ledger into the state: facts from its data, stage, clocks and attention from its
 * effects. No rule is asked here, so an old event means today what it meant when it was written.
 * @throws Error for an event that the ledger should never hold: a first one that does not open the
 * pathway, a second opening, an unknown type.
 */
export function evolve(state: DiversionState | undefined, event: RecordedDiversionEvent): DiversionState {
  const folded = foldFacts(state, event);
  const told = state === undefined ? folded : { ...folded, ownContact: ownContact(state, folded, event) };
  return withMessaged(applyEffects(told, event.seq, event), event);
}

/** While contacts of other referrals count here, what contact would be without them: it goes on beside. */
function ownContact(
  before: DiversionState,
  after: DiversionState,
  event: RecordedDiversionEvent,
): Contact | null {
  if (after.sharedContacts.length === 0) {
    return null;
  }
  const own = before.ownContact ?? before.contact;
  if (event.type === 'contact-shared' || event.type === 'contact-share-undone') {
    return own;
  }
  const { undoable } = before;
  const undone = undoable === null ? null : { ...undoable, contact: undoable.ownContact ?? undoable.contact };
  return foldFacts({ ...before, contact: own, undoable: undone }, event).contact;
}

function foldFacts(state: DiversionState | undefined, event: RecordedDiversionEvent): DiversionState {
  if (event.type === 'referral-received') {
    if (state !== undefined) {
      throw new Error('The referral was received twice');
    }
    return opened(event.data, event.occurredAt, event.stage);
  }
  if (state === undefined) {
    throw new Error(`No pathway for the event ${event.type}`);
  }
  const folded =
    foldProvider(state, event) ??
    foldCase(state, event) ??
    foldTreatment(state, event) ??
    foldPerson(state, event);
  if (folded === undefined) {
    throw new Error(`Unknown event ${event.type}`);
  }
  // Only the last thing recorded can be undone, and then the attempt right before it; the acceptance that an attempt amounts to is part of it.
  const partOfAttempt =
    event.type === 'contact-attempted' ||
    (event.type === 'referral-accepted' && event.commandId === state.undoable?.attemptId);
  if (partOfAttempt) return folded;
  const undone = event.type === 'contact-attempt-undone';
  return { ...folded, undoable: (undone ? state.undoable?.before : undefined) ?? null };
}

/** Where the referral stands: contact, appointments, closure. */
function foldCase(state: DiversionState, event: RecordedDiversionEvent): DiversionState | undefined {
  switch (event.type) {
    case 'contact-attempted':
      return afterAttempt(state, event);
    case 'first-contact-carried-over':
      return { ...state, contact: spokenTo(state.contact, event.occurredAt) };
    case 'attempts-carried-over': {
      const attempts = state.contact.attempts + event.data.count;
      return { ...state, contact: { ...state.contact, attempts } };
    }
    case 'contact-attempt-undone': {
      const { contact, acceptance } = state.undoable ?? state;
      return { ...state, contact, acceptance, undone: [...state.undone, event.data.attemptId] };
    }
    case 'contact-shared': {
      const { fromPathwayId, attemptId, channel, result } = event.data;
      const shared = { fromPathwayId, attemptId, channel, result, at: event.occurredAt };
      return {
        ...state,
        contact: sharedWith(state.contact, shared),
        sharedContacts: [...state.sharedContacts, shared],
      };
    }
    case 'contact-share-undone': {
      const { attemptIds } = event.data;
      const remaining = state.sharedContacts.filter(({ attemptId }) => !attemptIds.includes(attemptId));
      const contact = withoutShared(state.ownContact ?? state.contact, remaining);
      return { ...state, contact, sharedContacts: remaining };
    }
    case 'engagement-recorded':
      return {
        ...state,
        engagement: engaged(state.engagement, event.data, event.occurredAt),
        evidenceApart:
          event.data.appointmentId === null
            ? firstOf(state.evidenceApart, event.data.evidence, event.occurredAt)
            : state.evidenceApart,
        contact: reached(state.contact, event.occurredAt),
      };
    case 'appointment-booked':
      return { ...state, appointments: booked(state.appointments, event.data, event.occurredAt) };
    case 'appointment-cancelled': {
      const cancelled = [event.data.appointmentId];
      return { ...state, appointments: withStatus(state.appointments, cancelled, 'cancelled') };
    }
    case 'reply-recorded':
      return { ...state, appointments: withReply(state.appointments, event.data, event.occurredAt) };
    case 'attendance-recorded':
      return attendanceRecorded(state, event.data, event.occurredAt);
    case 'attendance-corrected': {
      const recorded = attendanceRecorded(state, event.data, event.occurredAt);
      const { engagement = recorded.engagement, reachedAt = recorded.contact.reachedAt } = event.data;
      return { ...recorded, engagement, contact: { ...recorded.contact, reachedAt } };
    }
    case 'condition-result-recorded':
      return { ...state, conditions: withResult(state.conditions, event.data) };
    case 'closure-deferred': {
      const { until, holds } = event.data;
      const closureDeferred = state.closureDeferred || holds !== true;
      return { ...state, closureDeferredTo: until, closureDeferred };
    }
    case 'closure-extended':
      return { ...state, closureExtendedTo: event.data.until };
    case 'diversion-concluded':
      return { ...state, concludedAt: event.occurredAt };
    case 'pathway-closed': {
      const {
        reason,
        drugFree,
        crimeFree,
        mayReturnUntil,
        cancelled,
        begun = [],
        endedModalities = [],
      } = event.data;
      const ended = state.treatment.modalities.filter(({ modalityId }) =>
        endedModalities.some((end) => end.modalityId === modalityId),
      );
      const { deadlines, attention } = state;
      const ahead = cancelled.filter((appointmentId) => !begun.includes(appointmentId));
      const closure = { at: event.occurredAt, reason, drugFree, crimeFree, mayReturnUntil };
      return {
        ...state,
        closure: ended.length === 0 ? closure : { ...closure, endedModalities: ended },
        beforeClosure: { deadlines, attention, ...(ahead.length === 0 ? {} : { cancelled: ahead }) },
        treatment: afterModalityEnds(state.treatment, endedModalities, event.occurredAt),
        appointments: withStatus(state.appointments, cancelled, 'cancelled'),
        transfer: null,
        died: reason === 'died',
        beforeDeath: reason === 'died' ? beforeDeath(state, cancelled, begun) : null,
        finished: mayReturnUntil === null,
      };
    }
    case 'pathway-reopened': {
      if (state.voided !== null) return afterVoidTakenBack(state, event.data);
      const { resumedModalities = [], concludedAt = null } = event.data;
      const resumed = (state.closure?.endedModalities ?? []).filter(({ modalityId }) =>
        resumedModalities.includes(modalityId),
      );
      return {
        ...state,
        closure: null,
        beforeClosure: null,
        treatment: afterResumption(state.treatment, resumed),
        concludedAt,
        finished: false,
        reopenedAt: event.occurredAt,
      };
    }
    case 'pathway-finished':
      return { ...state, finished: true };
    case 'policy-rebased':
      return { ...state, policy: event.data.policy };
    case 'pathway-voided':
      return afterVoiding(state, event);
    case 'deadline-passed':
      return event.data.rule === 'contact-effort'
        ? { ...state, contact: { ...state.contact, effortOver: true } }
        : state;
    case 'details-amended': {
      const { area } = event.data;
      return area === undefined ? state : { ...state, area };
    }
    case 'page-link-planned':
      return { ...state, pageLinkAt: event.occurredAt };
    case 'non-compliance-acknowledged':
    case 'note-added':
    case 'reply-settled':
    case 'message-not-sent':
    case 'internal-error-reported':
      return state;
    default:
      return undefined;
  }
}

/** Assessment, care plan, treatment and what went better. */
function foldTreatment(state: DiversionState, event: RecordedDiversionEvent): DiversionState | undefined {
  const { treatment, needs } = state;
  switch (event.type) {
    case 'assessment-recorded':
      return {
        ...state,
        assessment: { ...event.data, at: event.occurredAt, assessmentId: event.commandId },
        evidenceApart:
          event.data.result === 'declined'
            ? state.evidenceApart
            : firstOf(state.evidenceApart, 'attended', event.occurredAt),
        // Who was assessed, or said no to it, was reached.
        contact: reached(state.contact, event.occurredAt),
      };
    case 'care-plan-agreed':
      return { ...state, treatment: afterPlan(treatment, event.data, event.occurredAt) };
    case 'treatment-started':
      return { ...state, treatment: afterStart(treatment, event.data, event.occurredAt) };
    case 'prescription-started':
      return {
        ...state,
        treatment: afterPrescriptionStart(treatment, event.data.modalityId, event.occurredAt),
      };
    case 'prescription-ended':
      return { ...state, treatment: afterPrescriptionEnd(treatment, event.data, event.occurredAt) };
    case 'modality-ended':
      return { ...state, treatment: afterModalityEnd(treatment, event.data, event.occurredAt) };
    case 'need-added':
      return {
        ...state,
        needs: [...needs, { ...event.data, since: event.occurredAt, closedAt: null, result: null }],
      };
    case 'need-closed': {
      const { needId, result } = event.data;
      return {
        ...state,
        needs: needs.map((need) =>
          need.needId === needId ? { ...need, closedAt: event.occurredAt, result } : need,
        ),
      };
    }
    case 'treatment-session-recorded':
      return {
        ...state,
        treatment: afterSession(treatment, event.data, event.occurredAt),
        evidenceApart:
          event.data.result === 'attended'
            ? firstOf(state.evidenceApart, sessionEvidence(event.data.kind), event.occurredAt)
            : state.evidenceApart,
      };
    case 'treatment-tested': {
      const { results } = event.data;
      return { ...state, treatment: { ...treatment, lastTest: { at: event.occurredAt, results } } };
    }
    case 'positive-outcome-recorded': {
      const positiveOutcomes = { ...state.positiveOutcomes, [event.data.outcome]: event.occurredAt };
      return { ...state, positiveOutcomes };
    }
    default:
      return undefined;
  }
}

/** What is true of the person, not of this referral alone. */
function foldPerson(state: DiversionState, event: RecordedDiversionEvent): DiversionState | undefined {
  const { occurredAt } = event;
  const recordedAt = 'recordedAt' in event.data ? event.data.recordedAt : undefined;
  switch (event.type) {
    case 'texts-stopped':
      return { ...state, textsStopped: true, ...asOf(state, ['texts'], occurredAt, recordedAt) };
    case 'texts-allowed':
      return { ...state, textsStopped: false, ...asOf(state, ['texts'], occurredAt, recordedAt) };
    case 'custody-noted':
    case 'release-noted':
      return afterCustodyFact(state, event);
    case 'consent-noted': {
      const { purpose, given } = event.data;
      return {
        ...state,
        consents: { ...state.consents, [purpose]: given ? 'given' : 'withdrawn' },
        ...asOf(state, [`consent:${purpose}`], occurredAt, recordedAt),
      };
    }
    case 'contact-preferences-noted': {
      const { preferences } = event.data;
      const asked = preferredWays.filter((way) => preferences[way] !== undefined);
      return {
        ...state,
        contactPreferences: { ...state.contactPreferences, ...preferences },
        ...asOf(
          state,
          asked.map((way) => `way:${way}` as const),
          occurredAt,
          recordedAt,
        ),
      };
    }
    case 'safety-flag-noted':
      return { ...state, safetyFlag: event.data.flagged, ...asOf(state, ['safety'], occurredAt, recordedAt) };
    case 'person-reassigned':
      return afterReassignment(state, event.data);
    case 'iom-flag-set':
      return { ...state, iomSince: event.data.designated ? event.occurredAt : null };
    case 'death-noted':
      return { ...state, died: true, finished: true };
    case 'death-corrected': {
      const { reopens, finished, correctsFactId, restored = [] } = event.data;
      const correctedFacts = [...state.correctedFacts, correctsFactId];
      const lives = { ...state, died: false, finished, beforeDeath: null, correctedFacts };
      if (!reopens) {
        return lives;
      }
      // What the mistaken death ended goes on as it was.
      const treatment = afterResumption(state.treatment, state.closure?.endedModalities ?? []);
      return {
        ...lives,
        closure: null,
        beforeClosure: null,
        treatment,
        appointments: withStatus(state.appointments, restored, 'booked'),
        transfer: state.beforeDeath?.transfer ?? null,
      };
    }
    default:
      return undefined;
  }
}

function opened(
  data: DiversionEventData['referral-received'],
  receivedAt: Instant,
  stage: string | undefined,
): DiversionState {
  const { conditions = [], ...received } = data;
  return {
    ...received,
    conditions: conditions.map((condition) => ({ ...condition, result: null })),
    receivedAt,
    seq: 0,
    stage: (stage ?? 'awaiting-contact') as DiversionStage,
    deadlines: [],
    attention: [],
    finished: false,
    acceptance: { ...notAccepted, routedAt: received.route === null ? null : receivedAt },
    declined: null,
    transfer: null,
    answeredTransfer: null,
    move: null,
    contact: { attempts: 0, tries: [], reachedAt: null, spokenAt: null, effortOver: false },
    sharedContacts: [],
    ownContact: null,
    undoable: null,
    undone: [],
    engagement: null,
    evidenceApart: {},
    appointments: [],
    assessment: null,
    treatment: noTreatment,
    positiveOutcomes: {},
    needs: [],
    iomSince: null,
    textsStopped: false,
    contactPreferences: {},
    consents: {},
    safetyFlag: false,
    custodySince: null,
    told: {},
    toldWhen: {},
    releaseAlone: null,
    died: false,
    beforeDeath: null,
    correctedFacts: [],
    closureDeferredTo: null,
    closureDeferred: false,
    closureExtendedTo: null,
    concludedAt: null,
    closure: null,
    beforeClosure: null,
    reopenedAt: null,
    voided: null,
  };
}

function withResult(
  conditions: readonly Condition[],
  { conditionId, result }: ConditionResultRecorded,
): Condition[] {
  return conditions.map((condition) =>
    condition.conditionId === conditionId ? { ...condition, result } : condition,
  );
}

function afterAttempt(
  state: DiversionState,
  { data, occurredAt, commandId, actor }: Extract<RecordedDiversionEvent, { type: 'contact-attempted' }>,
): DiversionState {
  const { contact, acceptance, deadlines, attention, undoable: known } = state;
  const until = data.undoableUntil;
  // An older one whose time was over by then is nobody's to undo any more.
  const before = known !== null && known.until > occurredAt ? { before: known } : {};
  return {
    ...state,
    contact: attempted(contact, data, occurredAt),
    undoable:
      until === undefined
        ? null
        : {
            attemptId: commandId,
            at: occurredAt,
            userId: actor.userId,
            until,
            contact,
            ...(state.ownContact === null ? {} : { ownContact: state.ownContact }),
            acceptance,
            deadlines,
            attention,
            ...before,
          },
  };
}

function engaged(
  engagement: Engagement | null,
  { evidence }: DiversionEventData['engagement-recorded'],
  at: Instant,
): Engagement {
  if (engagement === null) {
    return { at, evidence: { [evidence]: at } };
  }
  return { at: earliest(engagement.at, at), evidence: firstOf(engagement.evidence, evidence, at) };
}

/** With the first of each kind. */
function firstOf(
  known: Engagement['evidence'],
  evidence: EngagementEvidence,
  at: Instant,
): Engagement['evidence'] {
  const before = known[evidence];
  return { ...known, [evidence]: before === undefined ? at : earliest(before, at) };
}

function beforeDeath(
  { deadlines, attention, transfer }: DiversionState,
  cancelled: readonly string[],
  begun: readonly string[],
): BeforeDeath {
  const ahead = cancelled.filter((appointmentId) => !begun.includes(appointmentId));
  return { deadlines, attention, transfer, cancelled: ahead, begun };
}

function attendanceRecorded(
  state: DiversionState,
  data: Pick<
    DiversionEventData['attendance-recorded'],
    'appointmentId' | 'attendance' | 'leftAt' | 'status' | 'arrivedAt' | 'endedBy'
  >,
  recordedAt: Instant,
): DiversionState {
  const { appointmentId, attendance, leftAt, status, arrivedAt = null, endedBy = null } = data;
  const appointments = state.appointments.map((appointment) =>
    appointment.appointmentId === appointmentId
      ? { ...appointment, attendance, leftAt, status, arrivedAt, endedBy, recordedAt }
      : appointment,
  );
  const met = state.appointments.find((appointment) => appointment.appointmentId === appointmentId);
  // Who came was reached, whatever came of the meeting.
  const came = status === 'held' && met !== undefined;
  return { ...state, appointments, contact: came ? reached(state.contact, met.startsAt) : state.contact };
}
