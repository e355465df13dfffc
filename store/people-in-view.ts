import type { Instant } from '../workflows/domain/common/instant.ts';
import type { LocalDate } from '../workflows/domain/common/london-time.ts';
import type { PathwayKindName } from '../workflows/domain/common/pathway-kind.ts';
import type { Database } from './database.ts';
import { decryptPerson } from './person-columns.ts';
import type { PersonColumns, PersonDetails } from './person-columns.ts';
import { isUuid } from './scope.ts';
import { saidOfTexts } from './wrong-number.ts';

/**
 * Which people somebody may know of. Whoever is outside is not there: not as a match either, and not as another row of
 * the same human being.
 */
export interface PeopleView {
  readonly forceId: string;
  readonly everybody: boolean;
  /** Those who have a referral with this provider now. */
  readonly providerId: string | null;
  /** Those whom the police hold: tested on arrest, or referred by the police. Never who is known from treatment alone. */
  readonly policeHeld: boolean;
}

export interface PersonInView {
  readonly personId: string;
  readonly details: PersonDetails;
}

export interface PossibleMatch extends PersonInView {
  /** Why they may be the same, by code. */
  readonly basis: string;
  readonly foundAt: Instant;
}

export interface PersonPathway {
  readonly pathwayId: string;
  readonly personId: string;
  readonly reference: string;
  readonly kind: PathwayKindName;
  readonly stage: string;
  readonly providerId: string | null;
  readonly receivedAt: Instant;
  readonly closedAt: Instant | null;
}

type Row = Omit<PersonColumns, 'nominalIndex' | 'nameDobIndex' | 'mobileIndex'>;

const reached = `q.id, q.nominal, q.address, q.postcode, q.mobile, q.email, q.sex, q.ethnicity, q.language,
  q.safe_to_text as "safeToText"`;

/** What a name is, and its column. */
const nameParts = [
  ['surname', 'surname'],
  ['forenames', 'forenames'],
  ['birthDate', 'birth_date'],
] as const;
type NamePart = (typeof nameParts)[number];

const heldByPolice = (q: string, [detail, column]: NamePart): string =>
  `llwybr_police_held(${q}.force_id, ${q}.id, '${detail}', ${q}.${column})`;

/** What the police call somebody: not as a provider has put it right since. */
const asPoliceHold = nameParts.map((part) => `${heldByPolice('q', part)} as "${part[0]}"`).join(', ');

/** Whether the police call the person of this id by another name or birth date than they have now. */
const calledElse = (id: string): string => `exists (select from person held
  where held.force_id = $1 and held.id = ${id}
    and (${nameParts.map((part) => `${heldByPolice('held', part)} is distinct from held.${part[1]}`).join(' or ')}))`;

/** Who sees a person through the police alone sees what the police hold. */
function columnsFor({ everybody, providerId, policeHeld }: PeopleView): string {
  const now = 'q.surname, q.forenames, q.birth_date as "birthDate"';
  if (everybody || !policeHeld) return `${reached}, ${now}`;
  if (providerId === null) return `${reached}, ${asPoliceHold}`;
  return `${reached}, ${nameParts
    .map(
      (part) =>
        `case when ${ofProvider} then q.${part[1]} else ${heldByPolice('q', part)} end as "${part[0]}"`,
    )
    .join(', ')}`;
}

/** With the provider as `$2`. */
const ofProvider = `exists (select from pathway v where v.force_id = q.force_id and v.person_id = q.id
  and v.kind = 'diversion' and v.provider_id = $2 and v.stage <> 'void')`;

/** Nobody looks through more of them. */
const mostMatches = 50;

/**
 * The condition on the event `opening`: the police referred the person. A case brought over from a provider's own books is
 * not the police's, whoever first referred it.
 */
const referredByPolice = `(opening.data#>>'{source,source}' = 'police' and opening.data#>>'{source,via}' <> 'caseload-import')`;

/** Whether the police made this referral, and may ask what became of it; false where there is none. */
export async function isPoliceReferral(db: Database, forceId: string, pathwayId: string): Promise<boolean> {
  const { rowCount } = await db.pool.query({
    name: 'llwybr-is-police-referral',
    text: `select from pathway p
        join event opening on opening.force_id = p.force_id and opening.pathway_id = p.id and opening.seq = 1
        where p.force_id = $1 and p.id = $2 and p.kind = 'diversion' and ${referredByPolice}`,
    values: [forceId, pathwayId],
  });
  return rowCount === 1;
}

/** The condition on `person q`, with the provider as `$2`. A case that is void, and should never have been, shows nobody. */
function inView({ everybody, providerId, policeHeld }: PeopleView): string {
  if (everybody) return '($2::text is null or true) and q.erased_at is null';
  const held = `exists (select from pathway v
    join event opening on opening.force_id = v.force_id and opening.pathway_id = v.id and opening.seq = 1
    where v.force_id = q.force_id and v.person_id = q.id and v.stage <> 'void' and (v.kind = 'compulsory' or ${referredByPolice}))`;
  return `($2::text is not null and ${providerId === null ? 'false' : ofProvider} or ${policeHeld ? held : 'false'})
    and q.erased_at is null`;
}

/**
 * With what is said of texts as it binds: "no", said of any row of a merged one, is said of all.
 *
 * @returns null: there is no such person for who asks
 * @throws MissingKeyError, SealBrokenError
 */
export async function personInView(
  db: Database,
  view: PeopleView,
  personId: string,
): Promise<PersonInView | null> {
  if (!isUuid(personId)) return null;
  const { rows } = await db.pool.query<Row & { said: string | null }>(
    `select ${columnsFor(view)}, ${saidOfTexts('q')} as said
       from person q where q.force_id = $1 and q.id = $3 and ${inView(view)}`,
    [view.forceId, view.providerId, personId],
  );
  return rows.map(({ said, ...row }) => seen(db, { ...row, safeToText: said }))[0] ?? null;
}

/** By exact value, spelled as people spell it; of a name the surname, the first forename and the birth date count. */
export type PeopleSearch =
  | { readonly mobile: string }
  | { readonly nominalNumber: string }
  | { readonly surname: string; readonly forenames: string | null; readonly birthDate: LocalDate };

/**
 * Whom somebody knows by this number or name, whoever was taken in last first. By a name also those of whom no forename is
 * known; the police find nobody by a name that only a provider has for them.
 *
 * @throws MissingKeyError, SealBrokenError
 */
export async function peopleBy(
  db: Database,
  view: PeopleView,
  search: PeopleSearch,
  limit: number,
): Promise<PersonInView[]> {
  const { column, values } = indexed(db, view.forceId, search);
  const { rows } = await db.pool.query<Row>(
    `select ${columnsFor(view)} from person q
      where q.force_id = $1 and ${column} = any ($3) and ${inView(view)}
      order by q.created_at desc, q.id limit $4`,
    [view.forceId, view.providerId, values, limit],
  );
  const found = rows.map((row) => seen(db, row));
  return 'surname' in search
    ? found.filter(({ details }) => values.includes(db.fields.nameAndBirthDateIndex(view.forceId, details)))
    : found;
}

function indexed(
  { fields }: Database,
  forceId: string,
  search: PeopleSearch,
): { readonly column: string; readonly values: readonly string[] } {
  if ('mobile' in search)
    return { column: 'q.mobile_index', values: [fields.blindIndex('mobile', forceId, search.mobile)] };
  if ('nominalNumber' in search)
    return {
      column: 'q.nominal_index',
      values: [fields.blindIndex('nominal', forceId, search.nominalNumber)],
    };
  const named = [search, { ...search, forenames: null }];
  return {
    column: 'q.name_dob_index',
    values: [...new Set(named.map((name) => fields.nameAndBirthDateIndex(forceId, name)))],
  };
}

/** The other rows of the same human being, as merged by a person. */
export async function sameInView(db: Database, view: PeopleView, personId: string): Promise<PersonInView[]> {
  const { rows } = await db.pool.query<Row>(
    `select ${columnsFor(view)} from person q
      where q.force_id = $1 and q.id in (select llwybr_cluster($1, $3)) and q.id <> $3 and ${inView(view)}
      order by q.id`,
    [view.forceId, view.providerId, personId],
  );
  return rows.map((row) => seen(db, row));
}

/**
 * Who may be the same human being, found when either was taken in or amended; for a person to decide. Where a provider put
 * the name of one of them right, the police are told only what their own names of both say.
 */
export async function matchesInView(
  db: Database,
  view: PeopleView,
  personId: string,
): Promise<PossibleMatch[]> {
  const asPolice = view.policeHeld && !view.everybody;
  const { rows } = await db.pool.query<Row & { basis: string; foundAt: Instant; changed: boolean }>(
    `select ${columnsFor(view)}, m.basis, llwybr_instant(m.found_at) as "foundAt",
         ${asPolice ? `${calledElse('q.id')} or ${calledElse('$3')}` : 'false'} as changed
       from (select case person_id when $3 then other_person_id else person_id end as id, min(basis) as basis,
                 min(found_at) as found_at
               from person_possible_match where force_id = $1 and $3::uuid in (person_id, other_person_id) group by 1) m
       join person q on q.force_id = $1 and q.id = m.id
      where ${inView(view)}
      order by m.found_at desc, q.id limit ${String(mostMatches)}`,
    [view.forceId, view.providerId, personId],
  );
  const own = rows.some(({ changed }) => changed) ? await personInView(db, view, personId) : null;
  const nameOf = ({ details }: PersonInView): string =>
    db.fields.nameAndBirthDateIndex(view.forceId, details);
  return rows
    .map(({ basis, foundAt, changed, ...row }) => ({
      changed,
      match: { ...seen(db, row), basis, foundAt },
    }))
    .filter(({ changed, match }) => !changed || (own !== null && nameOf(own) === nameOf(match)))
    .map(({ match }) => match);
}

/** The pathways of these rows, newest receipt first. What is void is none. */
export async function pathwaysOfPeople(
  db: Database,
  forceId: string,
  personIds: readonly string[],
): Promise<PersonPathway[]> {
  const { rows } = await db.pool.query<PersonPathway>(
    `select p.id as "pathwayId", p.person_id as "personId", p.reference, p.kind, p.stage, p.provider_id as "providerId",
        llwybr_instant(p.received_at) as "receivedAt", llwybr_instant(p.closed_at) as "closedAt"
       from pathway p where p.force_id = $1 and p.person_id = any ($2::uuid[]) and p.stage <> 'void'
      order by p.received_at desc, p.id`,
    [forceId, personIds],
  );
  return rows;
}

/** Who it is, as the police hold it, for those who are to arrest them. null: there is no such person. */
export async function personAsPoliceHold(
  db: Database,
  forceId: string,
  personId: string,
): Promise<PersonDetails | null> {
  if (!isUuid(personId)) return null;
  const { rows } = await db.pool.query<Row>(
    `select ${reached}, ${asPoliceHold} from person q where q.force_id = $1 and q.id = $2`,
    [forceId, personId],
  );
  return rows.map((row) => decryptPerson(db.fields, row))[0] ?? null;
}

function seen(db: Database, row: Row): PersonInView {
  return { personId: row.id, details: decryptPerson(db.fields, row) };
}
