import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { AppendEntry } from '../workflows/contract/envelope.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import type { Json } from '../workflows/domain/common/json.ts';
import type { PathwayKindName } from '../workflows/domain/common/pathway-kind.ts';
import type { Database } from './database.ts';
import { ledgerError } from './ledger.ts';
import { outcomeIdentity } from './outcome-identity.ts';
import type { OutcomeHashes, OutcomeIdentity } from './outcome-identity.ts';
import { decryptPerson, encryptPerson } from './person-columns.ts';
import type { PersonColumns, PersonDetails } from './person-columns.ts';
import { providerCaseHashes } from './provider-cases.ts';
import type { ProviderCase } from './provider-cases.ts';
import { outcomeTakenBefore } from './reassigned-outcomes.ts';
import { newReference } from './reference.ts';

/** Everything that accepting a referral or a positive test needs. It needs nothing of Temporal. */
export interface Intake {
  readonly forceId: string;
  /** A fresh uuid; the opening events speak of it. Not used when the pathway is there already. */
  readonly pathwayId: string;
  readonly kind: PathwayKindName;
  /** Where it came from, e.g. `acr`, `records-export`, `drug-test`. */
  readonly source: string;
  readonly programme: string;
  /** With `entry.policyVersion`, a version that the force has (store/policies.ts). */
  readonly policyId: string;
  readonly receivedAt: Instant;
  /**
   * `personId` is a fresh uuid. When the force knows the nominal number already, that person is meant:
   * `personId` in the data of the opening events is then replaced by that person's. Details that differ
   * change nothing, with two exceptions: who is not safe to text is not texted from now on, and of two
   * mobile numbers the one given later is used, with what was said about texts to it (the other is kept as a
   * former number); that the number in use is safe to text is heard where nothing was said of it. Another name
   * and another birth date together are another human being, and refused.
   */
  readonly person: PersonDetails & { readonly personId: string };
  /**
   * False: the number is one to ring, as a landline is, and takes no other one's place. True where it is not
   * said.
   */
  readonly mobileIsTextable?: boolean;
  /** Occurrence and nominal number: at most one pathway is made of one outcome. */
  readonly outcome?: OutcomeIdentity;
  /** Of a case that was open elsewhere: at most one pathway is made of one reference of that provider. */
  readonly providerCase?: ProviderCase;
  /**
   * The test that opened a compulsory pathway, counted in the same breath. One person's test at one instant
   * opens one pathway, under however many keys it is sent.
   */
  readonly drugTest?: {
    readonly suiteCode: string;
    readonly testedAt: Instant;
    readonly details: Json;
  };
  /** The opening command: its events start at sequence 1. */
  readonly entry: AppendEntry;
  readonly build: string;
}

type Known = 'command' | 'outcome' | 'test' | 'case';

export interface OpenedPathway {
  readonly created: boolean;
  readonly pathwayId: string;
  readonly personId: string;
  readonly reference: string;
  readonly head: number;
  /** What was there already: the same command, outcome, test or provider's case. Only where nothing was created. */
  readonly because?: Known;
  /** What is said otherwise than it was taken first, and changed nothing: an amendment to propose. */
  readonly differs: readonly Difference[];
  /** Only where created. */
  readonly personCreated?: boolean;
  /** Persons of the same name and birth date. They are recorded as possible matches and never merged. */
  readonly possibleMatches?: number;
}

export const differences = ['name', 'birth-date', 'mobile', 'test'] as const;
/** `test`: suite, basis, selection or results of the same test. */
export type Difference = (typeof differences)[number];

/** The outcome, or the person's number, is known under another name and another birth date: a person decides. */
export class IdentityConflictError extends Error {
  override readonly name = 'IdentityConflictError';

  constructor() {
    super('This number is known under another name and birth date');
  }
}

interface Opened {
  readonly created: boolean;
  readonly because?: Known;
  readonly pathwayId: string;
  readonly personId: string;
  readonly reference: string;
  readonly head: number;
  /** Of an outcome or a provider's case that is there. */
  readonly sameName?: boolean;
  readonly sameBirthDate?: boolean;
  /** Of a test that is there. */
  readonly sameTest?: boolean;
  /** True too where the number was taken. */
  readonly sameMobile: boolean;
  readonly personCreated?: boolean;
  readonly possibleMatches?: number;
}

/**
 * Makes person, pathway, opening events and the wish to run, in one statement: all or nothing. The run is
 * started by the caller at once, or by the sweep. Sent again, by command, outcome or test, it answers the
 * pathway that is there. So does an outcome whose referral was opened under somebody else's number and has been given to
 * the person of whom it is sent now.
 * @throws IdentityConflictError
 * @throws LedgerRefusedError
 */
export async function openPathway(db: Database, intake: Intake): Promise<OpenedPathway> {
  for (let left = 3; ; left -= 1) {
    const known = await knownPerson(db, intake);
    if (known !== null && !known.sameName && !known.sameBirthDate) throw new IdentityConflictError();
    const before = await takenBefore(db, intake);
    try {
      return answerOf(await callOpen(db, intake, known, before), known);
    } catch (error) {
      // A reference taken by chance is tried again with another; the chance is one in seven thousand million.
      // A person made meanwhile is looked at before anything is hung on them.
      if (left > 0 && (isTakenReference(error) || isPersonMadeMeanwhile(error))) continue;
      throw ledgerError(error);
    }
  }
}

/** @throws IdentityConflictError where a person has to say whether it is the same outcome */
async function takenBefore(
  db: Database,
  { forceId, outcome, person }: Intake,
): Promise<OutcomeHashes | null> {
  if (outcome === undefined) return null;
  const before = await outcomeTakenBefore(db, forceId, outcome, person);
  if (before !== null && !before.sure) throw new IdentityConflictError();
  return before?.hashes ?? null;
}

function answerOf(opened: Opened, known: KnownPerson | null): OpenedPathway {
  const { because, personCreated, possibleMatches, sameMobile, sameTest = true } = opened;
  const { sameName, sameBirthDate } =
    because === 'outcome' || because === 'case' ? opened : (known ?? opened);
  if (sameName === false && sameBirthDate === false) throw new IdentityConflictError();
  return {
    created: opened.created,
    pathwayId: opened.pathwayId,
    personId: opened.personId,
    reference: opened.reference,
    head: opened.head,
    ...(because === undefined ? {} : { because }),
    differs: [
      ...(sameName === false ? (['name'] as const) : []),
      ...(sameBirthDate === false ? (['birth-date'] as const) : []),
      ...(sameMobile ? [] : (['mobile'] as const)),
      ...(sameTest ? [] : (['test'] as const)),
    ],
    ...(personCreated === undefined ? {} : { personCreated }),
    ...(possibleMatches === undefined ? {} : { possibleMatches }),
  };
}

/**
 * "Not safe to text" binds also where nothing else of it is kept, as of a test that is only counted: whoever has this
 * nominal number is not texted from now on. Nothing becomes of it where the force knows nobody by it, and where
 * another name and another birth date say that it is another human being.
 */
export async function keepFromTexts(
  db: Database,
  forceId: string,
  person: Named & Pick<PersonDetails, 'safeToText'>,
): Promise<void> {
  if (person.safeToText !== 'no') return;
  const known = await knownPerson(db, { forceId, person });
  if (known === null || (!known.sameName && !known.sameBirthDate)) return;
  await db.pool.query({
    name: 'llwybr-keep-from-texts',
    text: `select llwybr_keep_from_texts($1, $2, 'no')`,
    values: [forceId, known.personId],
  });
}

/** The case that a positive test of this person at this instant opened. null: there is none, or nobody of the force's. */
export async function caseOfTest(
  db: Database,
  {
    forceId,
    person,
    testedAt,
  }: { readonly forceId: string; readonly person: PersonDetails; readonly testedAt: Instant },
): Promise<{ readonly pathwayId: string; readonly reference: string } | null> {
  const known = await knownPerson(db, { forceId, person });
  if (known === null) return null;
  const { rows } = await db.pool.query<{ pathwayId: string; reference: string }>(
    `select p.id as "pathwayId", p.reference
       from drug_test t join pathway p on p.force_id = t.force_id and p.id = t.pathway_id
      where t.force_id = $1 and t.tested_at = $2 and p.person_id = $3`,
    [forceId, testedAt, known.personId],
  );
  return rows[0] ?? null;
}

/** By what somebody is known again. */
type Named = Pick<PersonDetails, 'nominalNumber' | 'surname' | 'forenames' | 'birthDate'>;

interface KnownPerson {
  readonly personId: string;
  readonly sameName: boolean;
  readonly sameBirthDate: boolean;
}

/**
 * Who has this nominal number already. A slip in it would hang a test, a breach and an arrest task on somebody
 * else, whose name the arresting officer then reads. One difference may be a slip in the name or the date;
 * both are another person.
 */
async function knownPerson(
  db: Database,
  { forceId, person }: { readonly forceId: string; readonly person: Named },
): Promise<KnownPerson | null> {
  const { nominalNumber } = person;
  if (nominalNumber === null) return null;
  const { rows } = await db.pool.query<PersonColumns>({
    name: 'llwybr-known-as',
    text: `select id, nominal, name_dob_index as "nameDobIndex", surname, forenames, birth_date as "birthDate", address,
               postcode, mobile, email, sex, ethnicity, language, safe_to_text as "safeToText"
             from person where force_id = $1 and nominal_index = $2`,
    values: [forceId, db.fields.blindIndex('nominal', forceId, nominalNumber)],
  });
  const [row] = rows;
  if (row === undefined) return null;
  if (row.nameDobIndex === db.fields.nameAndBirthDateIndex(forceId, person)) {
    return { personId: row.id, sameName: true, sameBirthDate: true };
  }
  const known = decryptPerson(db.fields, row);
  const nameOf = ({ surname, forenames }: Pick<PersonDetails, 'surname' | 'forenames'>): string =>
    db.fields.blindIndex('outcome-name', forceId, surname, forenames ?? '');
  return {
    personId: row.id,
    sameName: nameOf(known) === nameOf(person),
    sameBirthDate: known.birthDate === person.birthDate,
  };
}

async function callOpen(
  db: Database,
  intake: Intake,
  known: KnownPerson | null,
  before: OutcomeHashes | null,
): Promise<Opened> {
  const { forceId, person, outcome, providerCase, drugTest, entry, build, ...rest } = intake;
  const personId = known?.personId ?? person.personId;
  const text = JSON.stringify({
    ...rest,
    forceId,
    reference: newReference(),
    // Who has the nominal number was looked up: the function says so if it is somebody else by now.
    person: { ...encryptPerson(db.fields, forceId, personId, person), seen: true },
    outcome: before ?? (outcome === undefined ? null : outcomeIdentity(db.fields, forceId, outcome, person)),
    drugTest: drugTest === undefined ? null : { ...drugTest, id: randomUUID(), result: 'positive' },
    entry: { ...entry, events: entry.events.map((event) => eventAbout(event, person.personId, personId)) },
  });
  const call =
    providerCase === undefined
      ? {
          name: 'llwybr-open-pathway',
          text: 'select llwybr_open_pathway($1::jsonb, $2) as result',
          values: [text, build],
        }
      : {
          name: 'llwybr-open-case',
          text: 'select llwybr_open_case($1::jsonb, $2, $3::jsonb) as result',
          values: [text, build, JSON.stringify(providerCaseHashes(db.fields, forceId, providerCase, person))],
        };
  const { rows } = await db.pool.query<{ result: Opened }>(call);
  const [row] = rows;
  if (row === undefined) throw new Error(`${call.name} answered no row`);
  return row.result;
}

type OpeningEvent = AppendEntry['events'][number];

/** The opening event speaks of the person whom the force knows, not of the fresh id. */
function eventAbout(event: OpeningEvent, freshId: string, personId: string): OpeningEvent {
  const { data } = event;
  const about = typeof data === 'object' && data !== null && 'personId' in data && data.personId === freshId;
  return about ? { ...event, data: { ...data, personId } } : event;
}

function isTakenReference(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.constraint === 'pathway_force_id_reference_key';
}

function isPersonMadeMeanwhile(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === 'LW005';
}
