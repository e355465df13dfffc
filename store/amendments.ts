import { randomUUID } from 'node:crypto';
import type { Role } from '../workflows/domain/common/actor.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import type { AmendableDetail } from '../workflows/domain/diversion/amendment.ts';
import type { Database } from './database.ts';
import { personById } from './persons.ts';
import { wholeForce } from './scope.ts';

/** New values by detail, spelled as the store keeps people; null takes one away. */
export type DetailChanges = Readonly<Partial<Record<AmendableDetail, string | null>>>;

export interface NewAmendment {
  readonly forceId: string;
  readonly pathwayId: string;
  readonly personId: string;
  /** The id of the command that brings it into force. */
  readonly amendmentId: string;
  readonly command: 'amend-details' | 'record-move';
  readonly changes: DetailChanges;
}

export interface AmendedDetail {
  readonly detail: AmendableDetail;
  /** Of a former person neither value is told: null. */
  readonly old: string | null;
  readonly new: string | null;
}

/** One act with its values in clear. Never logged, never sent to Temporal. */
export interface AmendmentRecord {
  readonly amendmentId: string;
  readonly seq: number;
  readonly command: NewAmendment['command'];
  /** Why, by code; a move has none. */
  readonly reason: string | null;
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
  readonly by: { readonly userId: string; readonly role: Role; readonly organisationId: string };
  /** The referral was somebody else's then, and is theirs no more. */
  readonly ofFormerPerson: boolean;
  readonly details: readonly AmendedDetail[];
}

/** Details that the row of the person keeps sealed, with their column; the others are codes. */
const sealedColumn: Readonly<Partial<Record<AmendableDetail, string>>> = {
  surname: 'surname',
  forenames: 'forenames',
  birthDate: 'birth_date',
  address: 'address',
  postcode: 'postcode',
  mobile: 'mobile',
  email: 'email',
};

const inTheName: readonly string[] = ['surname', 'forenames', 'birthDate'];

/**
 * Lays new values down before their command is sent. They take effect in the statement that records its event, and until
 * then nobody reads them. Laid down again, they stay as they were first.
 */
export async function layDownAmendment(db: Database, amendment: NewAmendment): Promise<void> {
  const { forceId, pathwayId, personId, amendmentId, command, changes } = amendment;
  const details = (Object.entries(changes) as [AmendableDetail, string | null][]).map(([detail, value]) => {
    const column = sealedColumn[detail];
    return {
      ...{ id: randomUUID(), detail, sealedAs: column ?? null },
      value:
        column === undefined ? value : db.fields.encrypt(value, { table: 'person', column, rowId: personId }),
    };
  });
  const { mobile } = changes;
  await db.pool.query({
    name: 'llwybr-lay-down-amendment',
    text: `with fresh as (
        insert into amendment (force_id, id, pathway_id, person_id, command, name_dob_index, mobile_index)
          values ($1, $2, $3, $4, $5, $6, $7)
          on conflict (force_id, id) do nothing returning force_id, id, person_id
      )
      insert into amended_detail (force_id, id, amendment_id, person_id, detail, sealed_as, new_value)
        select f.force_id, d.id, f.id, f.person_id, d.detail, d."sealedAs", d.value
        from fresh f, jsonb_to_recordset($8::jsonb) as d(id uuid, detail text, "sealedAs" text, value text)`,
    values: [
      ...[forceId, amendmentId, pathwayId, personId, command],
      await nameIndexAfter(db, amendment),
      mobile === undefined || mobile === null ? null : db.fields.blindIndex('mobile', forceId, mobile),
      JSON.stringify(details),
    ],
  });
}

/** What the person will be found by; null where neither name nor birth date changes. */
async function nameIndexAfter(
  db: Database,
  { forceId, personId, changes }: NewAmendment,
): Promise<string | null> {
  if (!Object.keys(changes).some((detail) => inTheName.includes(detail))) return null;
  const person = await personById(db, wholeForce(forceId), personId);
  if (person === null) throw new Error('A pathway without its person');
  const { surname, forenames, birthDate } = changes;
  return db.fields.nameAndBirthDateIndex(forceId, {
    surname: surname ?? person.surname,
    forenames: forenames === undefined ? person.forenames : forenames,
    birthDate: birthDate ?? person.birthDate,
  });
}

/**
 * The change log of one pathway, in the ledger's order. What was put right about a person to whom it was given by mistake
 * is not for who has the case of the right one: of that only the names of the details are told.
 *
 * @throws MissingKeyError, SealBrokenError
 */
export async function amendmentsOf(
  db: Database,
  forceId: string,
  pathwayId: string,
): Promise<AmendmentRecord[]> {
  type Row = Omit<AmendmentRecord, 'by' | 'details'> &
    AmendmentRecord['by'] & { readonly personId: string; readonly details: AmendedDetail[] };
  const { rows } = await db.pool.query<Row>({
    name: 'llwybr-amendments-of',
    text: `select a.id as "amendmentId", a.seq, a.command, a.person_id as "personId", e.data->>'reason' as reason,
        llwybr_instant(e.occurred_at) as "occurredAt", llwybr_instant(e.recorded_at) as "recordedAt",
        e.actor_id as "userId", e.actor_role as role, e.organisation_id as "organisationId",
        a.person_id <> p.person_id as "ofFormerPerson",
        (select jsonb_agg(jsonb_build_object('detail', d.detail, 'old', d.old_value, 'new', d.new_value) order by d.detail)
          from amended_detail d where d.force_id = a.force_id and d.amendment_id = a.id) as details
      from amendment a
      join pathway p on p.force_id = a.force_id and p.id = a.pathway_id
      join event e on e.force_id = a.force_id and e.pathway_id = a.pathway_id and e.seq = a.seq
      where a.force_id = $1 and a.pathway_id = $2
      order by a.seq`,
    values: [forceId, pathwayId],
  });
  return rows.map(({ personId, userId, role, organisationId, details, ...row }) => ({
    ...row,
    by: { userId, role, organisationId },
    details: details.map(({ detail, old, new: fresh }) => {
      if (row.ofFormerPerson) return { detail, old: null, new: null };
      const column = sealedColumn[detail];
      if (column === undefined) return { detail, old, new: fresh };
      const place = { table: 'person', column, rowId: personId };
      return { detail, old: db.fields.decrypt(old, place), new: db.fields.decrypt(fresh, place) };
    }),
  }));
}
