import type { Instant } from '../common/instant.ts';
import type { Substance } from './substance.ts';

/**
 * The care plan and what is done under it. A modality is one strand of treatment (Gwent DIP annual report 2014/15,
 * glossary). No dose, no drug order, no clinical note: the provider's own clinical record keeps those.
 */

export const modalityTypes = [
  'psychosocial',
  'group-programme',
  'online-programme',
  'pharmacological',
  'detoxification',
  'residential',
  'recovery-support',
  'awareness-course',
] as const;

export type ModalityType = (typeof modalityTypes)[number];

/** An awareness course is an intervention of its own and is counted apart from treatment. */
export const notTreatment: readonly ModalityType[] = ['awareness-course'];

export const modalityEndReasons = [
  'completed',
  'dropped-out',
  'treatment-withdrawn',
  'persons-choice',
  'transferred',
  'moved',
  'custody',
  'died',
  'other',
] as const;

export type ModalityEndReason = (typeof modalityEndReasons)[number];

export const sessionKinds = ['one-to-one', 'group', 'online', 'phone', 'home-visit'] as const;
export type SessionKind = (typeof sessionKinds)[number];

/** What it shows of the person who attended one. */
export function sessionEvidence(kind: SessionKind): 'attended' | 'logged-in' {
  return kind === 'online' ? 'logged-in' : 'attended';
}

export const sessionResults = ['attended', 'missed', 'cancelled-by-person', 'cancelled-by-provider'] as const;
export type SessionResult = (typeof sessionResults)[number];

export const prescriptionEndReasons = ['completed', 'stopped', 'transferred', 'other'] as const;
export type PrescriptionEndReason = (typeof prescriptionEndReasons)[number];

export const treatmentTestResults = ['positive', 'negative', 'not-tested'] as const;
export type TreatmentTestResult = (typeof treatmentTestResults)[number];

/** Of one test. */
export const mostTestResults = 10;

export const positiveOutcomes = [
  'negative-test',
  'reduced-use',
  'housed',
  'employment',
  'training',
  'volunteering',
  'contact-with-child',
  'family-contact',
  'health',
  'debt-managed',
  'other',
] as const;

export type PositiveOutcome = (typeof positiveOutcomes)[number];

export interface AgreeCarePlanData {
  /** At least one strand, each with an id of its own when it is to be named before it starts. */
  readonly modalities: readonly PlannedModalityData[];
}

export interface PlannedModalityData {
  /** Left out: the command's id and the place in the list, `<command>:0`. */
  readonly modalityId?: string;
  readonly type: ModalityType;
  readonly prescribed: boolean;
}

export interface StartTreatmentData {
  /** A strand of the care plan; with `already` the one that turned out to have run before. */
  readonly modalityId?: string;
  /** The person was in treatment before the referral came: the strand that runs, without a plan made here. */
  readonly already?: { readonly type: ModalityType; readonly prescribed: boolean };
  /** When it began, if not at `occurredAt` (of what ran already: not at receipt); before the referral only for what ran already. */
  readonly startedAt?: Instant;
}

export interface TreatmentSessionData {
  readonly modalityId: string;
  readonly kind: SessionKind;
  readonly result: SessionResult;
}

export interface StartPrescriptionData {
  readonly modalityId: string;
}

export interface EndPrescriptionData {
  readonly modalityId: string;
  readonly reason: PrescriptionEndReason;
}

export interface TreatmentTestData {
  readonly results: readonly { readonly substance: Substance; readonly result: TreatmentTestResult }[];
}

export interface EndModalityData {
  readonly modalityId: string;
  readonly reason: ModalityEndReason;
}

export interface PositiveOutcomeData {
  readonly outcome: PositiveOutcome;
}

export interface CarePlanAgreed {
  readonly modalities: readonly {
    readonly modalityId: string;
    readonly type: ModalityType;
    readonly prescribed: boolean;
  }[];
}

export interface TreatmentStarted {
  readonly modalityId: string;
  /** Not known only of a treatment that came with a case from elsewhere. */
  readonly type: ModalityType | 'not-known';
  readonly prescribed: boolean;
  readonly startedAt: Instant;
  /** It ran before the referral came: the referral counts and links to it, nothing starts anew. */
  readonly already: boolean;
  /** Said to have begun before the referral without having run already: kept and shown, left out of waiting times. */
  readonly invalidStart: boolean;
}

export interface TreatmentSessionRecorded {
  readonly modalityId: string;
  readonly kind: SessionKind;
  readonly result: SessionResult;
}

export interface PrescriptionStarted {
  readonly modalityId: string;
}

export interface PrescriptionEnded {
  readonly modalityId: string;
  readonly reason: PrescriptionEndReason;
}

export interface TreatmentTested {
  readonly results: TreatmentTestData['results'];
}

export interface ModalityEnded {
  readonly modalityId: string;
  readonly reason: ModalityEndReason;
}

export interface PositiveOutcomeRecorded {
  readonly outcome: PositiveOutcome;
}

/** One strand, from the plan to its end. */
export interface Modality {
  readonly modalityId: string;
  readonly type: ModalityType | 'not-known';
  readonly prescribed: boolean;
  readonly plannedAt: Instant;
  readonly startedAt: Instant | null;
  /** It ran before the referral came. */
  readonly already: boolean;
  readonly invalidStart: boolean;
  readonly endedAt: Instant | null;
  readonly endReason: ModalityEndReason | null;
  /** Since when a prescription runs; null: none runs. */
  readonly prescriptionSince: Instant | null;
  /** The latest prescription that ended. */
  readonly prescriptionEnd: PrescriptionEnd | null;
  /** The session recorded last. */
  readonly lastSession: Session | null;
}

export interface PrescriptionEnd {
  readonly at: Instant;
  /** Null where it ended with its strand. */
  readonly reason: PrescriptionEndReason | null;
}

export interface Session {
  readonly at: Instant;
  readonly kind: SessionKind;
  readonly result: SessionResult;
}

/** The treatment of one person on one referral. */
export interface Treatment {
  /** When the first care plan was agreed. */
  readonly agreedAt: Instant | null;
  /** In the order in which they were planned. */
  readonly modalities: readonly Modality[];
  /** The drug test recorded last. */
  readonly lastTest: { readonly at: Instant; readonly results: TreatmentTested['results'] } | null;
}

export const noTreatment: Treatment = { agreedAt: null, modalities: [], lastTest: null };

/** A strand runs: the person is in treatment. */
export function runs({ startedAt, endedAt }: Modality): boolean {
  return startedAt !== null && endedAt === null;
}

/** An awareness course is none. */
export function isTreatment({ type }: Pick<Modality, 'type'>): boolean {
  const apart: readonly string[] = notTreatment;
  return !apart.includes(type);
}

export function inTreatment({ modalities }: Pick<Treatment, 'modalities'>): boolean {
  return modalities.some((modality) => runs(modality) && isTreatment(modality));
}

const notStarted = {
  startedAt: null,
  already: false,
  invalidStart: false,
  endedAt: null,
  endReason: null,
  prescriptionSince: null,
  prescriptionEnd: null,
  lastSession: null,
} as const satisfies Partial<Modality>;

export function afterPlan(treatment: Treatment, { modalities }: CarePlanAgreed, at: Instant): Treatment {
  const planned = modalities.map((modality) => ({ ...modality, plannedAt: at, ...notStarted }));
  return {
    ...treatment,
    agreedAt: treatment.agreedAt === null || at < treatment.agreedAt ? at : treatment.agreedAt,
    modalities: [...treatment.modalities, ...planned],
  };
}

export function afterStart(treatment: Treatment, started: TreatmentStarted, at: Instant): Treatment {
  const { modalityId, type, prescribed, ...start } = started;
  const known = treatment.modalities.some((modality) => modality.modalityId === modalityId);
  if (known) {
    return withModality(treatment, modalityId, start);
  }
  const modality: Modality = { modalityId, type, prescribed, plannedAt: at, ...notStarted, ...start };
  return { ...treatment, modalities: [...treatment.modalities, modality] };
}

export function afterSession(
  treatment: Treatment,
  { modalityId, kind, result }: TreatmentSessionRecorded,
  at: Instant,
): Treatment {
  return withModality(treatment, modalityId, { lastSession: { at, kind, result } });
}

export function afterPrescriptionStart(treatment: Treatment, modalityId: string, at: Instant): Treatment {
  return withModality(treatment, modalityId, { prescriptionSince: at });
}

export function afterPrescriptionEnd(
  treatment: Treatment,
  { modalityId, reason }: PrescriptionEnded,
  at: Instant,
): Treatment {
  return withModality(treatment, modalityId, { prescriptionSince: null, prescriptionEnd: { at, reason } });
}

export function afterModalityEnd(
  treatment: Treatment,
  { modalityId, reason }: ModalityEnded,
  at: Instant,
): Treatment {
  const running = treatment.modalities.find((modality) => modality.modalityId === modalityId);
  const ended = { endedAt: at, endReason: reason };
  return withModality(
    treatment,
    modalityId,
    (running?.prescriptionSince ?? null) === null
      ? ended
      : { ...ended, prescriptionSince: null, prescriptionEnd: { at, reason: null } },
  );
}

/** A closure ends what still runs. */
export function afterModalityEnds(
  treatment: Treatment,
  ends: readonly ModalityEnded[],
  at: Instant,
): Treatment {
  return ends.reduce((before, ended) => afterModalityEnd(before, ended, at), treatment);
}

/** The closure that ended them is taken back: they are again as they were. */
export function afterResumption(treatment: Treatment, resumed: readonly Modality[]): Treatment {
  return resumed.reduce((before, modality) => withModality(before, modality.modalityId, modality), treatment);
}

function withModality(treatment: Treatment, modalityId: string, changed: Partial<Modality>): Treatment {
  return {
    ...treatment,
    modalities: treatment.modalities.map((modality) =>
      modality.modalityId === modalityId ? { ...modality, ...changed } : modality,
    ),
  };
}
