import type { Appointment } from '../workflows/domain/common/appointment.ts';
import type { Language } from '../workflows/domain/common/contact-preference.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import type { PathwayKindName } from '../workflows/domain/common/pathway-kind.ts';
import type { MessagePolicy } from '../workflows/domain/common/policy.ts';
import type { ToldFact } from '../workflows/domain/common/standing-facts.ts';
import { concludedInTreatment, voidedPathway } from '../workflows/domain/diversion/closure-reasons.ts';
import type { ProgressFacts, SendingFacts } from './judge.ts';
import type { PersonEmailFacts } from './judge-person-email.ts';
import type { NumberPlan } from './phone-number.ts';

/** What is known of the person, their pathway and its policy, as it was gathered at one moment. */
export interface Gathered {
  readonly person: Pick<SendingFacts, 'safeToText' | 'mobile' | 'wrongNumber' | 'textsToday'> & {
    readonly language: Language | null;
  };
  readonly facts: readonly ToldFact[];
  readonly pathway: {
    readonly kind: PathwayKindName;
    readonly closedAt: Instant | null;
    readonly closureReason: string | null;
    readonly appointments: readonly Pick<Appointment, 'appointmentId' | 'status' | 'startsAt'>[];
  };
  readonly policy: { readonly messages: MessagePolicy };
  /** Left out where there is no message yet: then it is of whoever the pathway is now. */
  readonly reassigned?: boolean;
}

/** Whether the person is told nothing more: not where only the referral's time is over, while its treatment goes on. */
export function isOverForPerson({
  closedAt,
  closureReason,
}: Pick<Gathered['pathway'], 'closedAt' | 'closureReason'>): boolean {
  return closedAt !== null && closureReason !== concludedInTreatment;
}

/** What is judged of one text. */
export type Planned = Pick<SendingFacts, 'purpose' | 'notBefore' | 'expiresAt'> & {
  readonly appointmentId?: string | null;
};

export function sendingFactsOf(
  { purpose, notBefore, expiresAt, appointmentId }: Planned,
  { person, facts, pathway, policy, reassigned = false }: Gathered,
  numbers: NumberPlan,
): SendingFacts {
  return {
    ...{ purpose, notBefore, expiresAt, numbers },
    personFacts: facts,
    safeToText: person.safeToText,
    mobile: person.mobile,
    wrongNumber: person.wrongNumber,
    language: person.language,
    kind: pathway.kind,
    textsToday: person.textsToday,
    pathwayClosed: isOverForPerson(pathway),
    appointment: pathway.appointments.find((known) => known.appointmentId === appointmentId) ?? null,
    bookedFor: pathway.appointments
      .filter(({ status }) => status === 'booked')
      .map(({ startsAt }) => startsAt),
    reassigned,
    policy: policy.messages,
  };
}

/** The same of an e-mail to the person. */
export function personEmailFactsOf(
  planned: Planned,
  gathered: Gathered & { readonly person: Pick<PersonEmailFacts, 'email' | 'yesOfAddress'> },
  numbers: NumberPlan,
): PersonEmailFacts {
  const { email, yesOfAddress } = gathered.person;
  return { ...sendingFactsOf(planned, gathered, numbers), email, yesOfAddress };
}

export function progressFactsOf(
  { notBefore, expiresAt }: Pick<Planned, 'notBefore' | 'expiresAt'>,
  { facts, pathway, reassigned = false }: Pick<Gathered, 'facts' | 'pathway' | 'reassigned'>,
): ProgressFacts {
  const voided = pathway.closureReason === voidedPathway;
  return { notBefore, expiresAt, personFacts: facts, reassigned, voided };
}
