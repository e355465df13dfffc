import type { KnownChannel, Language } from '../common/contact-preference.ts';
import { withStatus } from './appointment-history.ts';
import type { Contact, DiversionState } from './state.ts';

/** A referral that was opened under the wrong person, and whose it is from now on. */

export const reassignmentReasons = ['false-identity', 'wrong-record', 'record-split', 'other'] as const;
/** Why the person is another one: they gave somebody else's name, or the wrong row was picked. */
export type ReassignmentReason = (typeof reassignmentReasons)[number];

export interface ReassignPersonData {
  /** Whose the referral really is. */
  readonly personId: string;
  readonly reason: ReassignmentReason;
  /** What is known of that person, as with a referral. */
  readonly language: Language | null;
  readonly safeToText: 'yes' | 'no' | null;
  readonly knownChannels: readonly KnownChannel[];
  /** Where that person lives; null: in none of the force's areas. */
  readonly area?: string | null;
}

/** The history stays as it was; what was known of the former person holds here no more. */
export interface PersonReassigned {
  readonly from: string;
  readonly to: string;
  readonly reason: ReassignmentReason;
  readonly language: Language | null;
  readonly safeToText: 'yes' | 'no' | null;
  readonly knownChannels: readonly KnownChannel[];
  /** Not in the events from before areas were kept. */
  readonly area?: string | null;
  /** The appointments ahead that the right person was never told of. */
  readonly cancelled: readonly string[];
  /** Nobody had taken part: whom the tries reached, or missed, was somebody else, and the contact effort begins anew. */
  readonly contactAnew: boolean;
}

export function afterReassignment(state: DiversionState, reassigned: PersonReassigned): DiversionState {
  const { to, language, safeToText, knownChannels, area, cancelled, contactAnew } = reassigned;
  return {
    ...state,
    personId: to,
    language,
    safeToText,
    knownChannels,
    ...(area === undefined ? {} : { area }),
    appointments: withStatus(state.appointments, cancelled, 'cancelled'),
    contact: contactAnew ? anew(state.contact) : state.contact,
    sharedContacts: contactAnew ? [] : state.sharedContacts,
    iomSince: null,
    textsStopped: false,
    contactPreferences: {},
    consents: {},
    safetyFlag: false,
    custodySince: null,
    told: {},
    toldWhen: {},
    releaseAlone: null,
  };
}

function anew({ attempts }: Contact): Contact {
  return { attempts, tries: [], reachedAt: null, spokenAt: null, effortOver: false };
}
