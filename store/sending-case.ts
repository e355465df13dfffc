import type { Appointment } from '../workflows/domain/common/appointment.ts';
import type { Attention } from '../workflows/domain/common/attention.ts';
import type { Language } from '../workflows/domain/common/contact-preference.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import type { PathwayKindName } from '../workflows/domain/common/pathway-kind.ts';
import type { MessagePolicy } from '../workflows/domain/common/policy.ts';
import type { ToldFact } from '../workflows/domain/common/standing-facts.ts';
import type { Database } from './database.ts';
import { digestOfFacts, textsOnDay } from './message-handover.ts';
import type { JudgedBy } from './message-handover.ts';
import { decryptEmail, decryptMobile } from './person-columns.ts';
import { isUuid } from './scope.ts';
import { numberIsWrong, saidOfTexts, saidYesOfAddress } from './wrong-number.ts';

/** What bears on whether anything may be sent to the person of a pathway, whatever it is to tell; of one moment. */
export interface SendingCase {
  readonly person: {
    readonly personId: string;
    readonly language: Language | null;
    readonly safeToText: 'yes' | 'no' | null;
    /** In clear, for the gateway only. */
    readonly mobile: string | null;
    /** In clear, for the mail server only. */
    readonly email: string | null;
    /** store/wrong-number.ts */
    readonly wrongNumber: boolean;
    /** store/wrong-number.ts */
    readonly yesOfAddress: boolean;
    /** Other texts handed over on the local day that is judged, over all pathways of theirs. */
    readonly textsToday: number;
  };
  /** Facts about the person, whether or not the pathway has heard of them. */
  readonly facts: readonly ToldFact[];
  readonly pathway: {
    readonly pathwayId: string;
    readonly kind: PathwayKindName;
    readonly stage: string;
    readonly closedAt: Instant | null;
    readonly closureReason: string | null;
    readonly providerId: string | null;
    readonly appointments: readonly Appointment[];
    readonly attention: readonly Attention[];
  };
  readonly policy: { readonly messages: MessagePolicy; readonly demo: boolean };
  readonly judgedBy: JudgedBy;
}

/** As the database gives it: the number is sealed. */
export interface SendingRow extends Omit<SendingCase, 'person' | 'judgedBy'> {
  readonly person: Omit<SendingCase['person'], 'mobile' | 'email'>;
  readonly judgedBy: JudgedBy;
}

/** SQL for the facts (ToldFact[]) that bind whoever sends anything to a person, a row of `person` by this name. */
export function bindingFacts(person: string): string {
  return `coalesce((select jsonb_agg(jsonb_build_object('factId', f.id, 'fact', f.kind,
      'occurredAt', llwybr_instant(f.occurred_at), 'recordedAt', llwybr_instant(f.recorded_at)) || f.data
      order by f.recorded_at, f.id)
    from llwybr_binding_facts(${person}.force_id, ${person}.id) f), '[]')`;
}

/**
 * SQL of the column `sending` (a SendingRow), of a pathway `p` with the joins below.
 * @param message SQL for the id of the message that is judged, which does not count itself
 * @param at SQL for the instant that is judged, whose day is counted
 */
export function sendingColumn(message: string, at: string): string {
  return `jsonb_build_object(
      'person', jsonb_build_object('personId', person.id, 'language', person.language,
        'safeToText', ${saidOfTexts('person')}, 'wrongNumber', ${numberIsWrong('person')},
        'yesOfAddress', ${saidYesOfAddress('person')},
        'textsToday', ${textsOnDay({ force: 'person.force_id', person: 'person.id', message, at })}),
      'facts', ${bindingFacts('person')},
      'pathway', jsonb_build_object('pathwayId', p.id, 'kind', p.kind, 'stage', p.stage,
        'closedAt', llwybr_instant(p.closed_at), 'closureReason', p.closure_reason, 'providerId', p.provider_id,
        'appointments', coalesce(p.summary->'appointments', '[]'), 'attention', p.attention),
      'policy', jsonb_build_object('messages', policy.body->'messages', 'demo', policy.demo),
      'judgedBy', jsonb_build_object('headSeq', p.head_seq, 'sealedMobile', person.mobile,
        'sealedEmail', person.email,
        'knownFacts', ${digestOfFacts('person')}, 'readAt', llwybr_instant(clock_timestamp()))
    ) as sending`;
}

export const sendingJoins = `join person on person.force_id = p.force_id and person.id = p.person_id
  join policy on policy.force_id = p.force_id and policy.policy_id = p.policy_id and policy.version = p.policy_version`;

/** @throws MissingKeyError, SealBrokenError */
export function readSending(db: Database, { person, judgedBy, ...rest }: SendingRow): SendingCase {
  const mobile = decryptMobile(db.fields, person.personId, judgedBy.sealedMobile);
  const email = decryptEmail(db.fields, person.personId, judgedBy.sealedEmail);
  return { ...rest, person: { ...person, mobile, email }, judgedBy };
}

/**
 * Of a pathway, with no message: what would be so if something were to be sent now. null: no such pathway.
 * @throws MissingKeyError, SealBrokenError
 */
export async function sendingCaseOf(
  db: Database,
  forceId: string,
  pathwayId: string,
): Promise<SendingCase | null> {
  if (!isUuid(pathwayId)) return null;
  const { rows } = await db.pool.query<{ readonly sending: SendingRow }>({
    name: 'llwybr-sending-case',
    text: `select ${sendingColumn('null::uuid', 'clock_timestamp()')} from pathway p ${sendingJoins} where p.force_id = $1 and p.id = $2`,
    values: [forceId, pathwayId],
  });
  return rows[0] === undefined ? null : readSending(db, rows[0].sending);
}
