import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { AppendEntry } from '../workflows/contract/envelope.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import type { Json } from '../workflows/domain/common/json.ts';
import type { PathwayKindName } from '../workflows/domain/common/pathway-kind.ts';
import type { Database } from './database.ts';
import { ledgerError } from './ledger.ts';
import { outcomeIdentity } from './outcome-identity.ts';
import type { OutcomeIdentity } from './outcome-identity.ts';
import { decryptPerson, encryptPerson } from './person-columns.ts';
import type { PersonColumns, PersonDetails } from './person-columns.ts';
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
   * change nothing, save that who is not safe to text is not texted from now on. Another name and another
   * birth date together are another human being, and refused.
   */
  readonly person: PersonDetails & { readonly personId: string };
  /** Occurrence and nominal number: at most one pathway is made of one outcome. */
  readonly outcome?: OutcomeIdentity;
  /** The test that opened a compulsory pathway, counted in the same breath. */
  readonly drugTest?: {
    readonly suiteCode: string;
    readonly testedAt: Instant;
    readonly details: Json;
  };
  /** The opening command: its events start at sequence 1. */
  readonly entry: AppendEntry;
  readonly build: string;
}

export interface OpenedPathway {
  readonly created: boolean;
  readonly pathwayId: string;
  readonly personId: string;
  readonly reference: string;
  readonly head: number;
  /** What was there already: the same command, or the same outcome. Only where nothing was created. */
  readonly because?: 'command' | 'outcome';
  /** Only with `because: 'outcome'`: name or birth date differ from those taken first, an amendment to propose. */
  readonly differs?: readonly ('name' | 'birth-date')[];
  /** Only where created. */
  readonly personCreated?: boolean;
  /** Persons of the same name and birth date. They are recorded as possible matches and never merged. */
  readonly possibleMatches?: number;
}

/** The outcome, or the person's number, is known under another name and another birth date: a person decides. */
export class IdentityConflictError extends Error {
  override readonly name = 'IdentityConflictError';

  constructor() {
    super('This number is known under another name and birth date');
  }
}

interface Opened {
  readonly created: boolean;
  readonly because?: 'command' | 'outcome';
  readonly pathwayId: string;
  readonly personId: string;
  readonly reference: string;
  readonly head: number;
  readonly sameName?: boolean;
  readonly sameBirthDate?: boolean;
  readonly personCreated?: boolean;
  readonly possibleMatches?: number;
}

/**
 * Makes person, pathway, opening events and the wish to run, in one statement: all or nothing. The run is
 * started by the caller at once, or by the sweep. Sent again, by command or by outcome, it answers the
 * pathway that is there.
 * @throws IdentityConflictError
 * @throws LedgerRefusedError
 */
export async function openPathway(db: Database, intake: Intake): Promise<OpenedPathway> {
  await refuseAnotherPerson(db, intake);
  const opened = await callOpen(db, intake);
  const { because, personCreated, possibleMatches } = opened;
  const differs = [
    ...(opened.sameName === false ? (['name'] as const) : []),
    ...(opened.sameBirthDate === false ? (['birth-date'] as const) : []),
  ];
  if (differs.length === 2) throw new IdentityConflictError();
  // Once more for a person whom another intake made meanwhile: the statement did not see them.
  if (opened.personCreated === false && intake.person.safeToText === 'no') {
    await db.pool.query(
      `update person set safe_to_text = 'no', updated_at = clock_timestamp()
        where force_id = $1 and id = $2 and safe_to_text is distinct from 'no'`,
      [intake.forceId, opened.personId],
    );
  }
  return {
    created: opened.created,
    pathwayId: opened.pathwayId,
    personId: opened.personId,
    reference: opened.reference,
    head: opened.head,
    ...(because === undefined ? {} : { because }),
    ...(because === 'outcome' ? { differs } : {}),
    ...(personCreated === undefined ? {} : { personCreated }),
    ...(possibleMatches === undefined ? {} : { possibleMatches }),
  };
}

/**
 * A slip in the nominal number would hang a test, a breach and an arrest task on somebody else, whose name the
 * arresting officer then reads. One difference may be a slip in the name or the date; both are another person.
 */
async function refuseAnotherPerson(db: Database, { forceId, person }: Intake): Promise<void> {
  const { nominalNumber } = person;
  if (nominalNumber === null) return;
  const { rows } = await db.pool.query<PersonColumns>({
    name: 'llwybr-known-as',
    text: `select id, nominal, surname, forenames, birth_date as "birthDate", address, postcode, mobile, email, sex,
               ethnicity, language, safe_to_text as "safeToText"
             from person where force_id = $1 and nominal_index = $2 and name_dob_index <> $3`,
    values: [
      forceId,
      db.fields.blindIndex('nominal', forceId, nominalNumber),
      db.fields.nameAndBirthDateIndex(forceId, person),
    ],
  });
  const [row] = rows;
  if (row === undefined) return;
  const known = decryptPerson(db.fields, row);
  const nameOf = ({ surname, forenames }: Pick<PersonDetails, 'surname' | 'forenames'>): string =>
    db.fields.blindIndex('outcome-name', forceId, surname, forenames ?? '');
  if (known.birthDate !== person.birthDate && nameOf(known) !== nameOf(person)) {
    throw new IdentityConflictError();
  }
}

async function callOpen(db: Database, intake: Intake): Promise<Opened> {
  const { forceId, person, outcome, drugTest, build, ...rest } = intake;
  const identity = outcome === undefined ? null : outcomeIdentity(db.fields, forceId, outcome, person);
  // A reference taken by chance is tried again with another; the chance is one in seven thousand million.
  for (let left = 3; ; left -= 1) {
    const text = JSON.stringify({
      ...rest,
      forceId,
      reference: newReference(),
      person: encryptPerson(db.fields, forceId, person.personId, person),
      outcome: identity,
      drugTest: drugTest === undefined ? null : { ...drugTest, id: randomUUID(), result: 'positive' },
    });
    try {
      const { rows } = await db.pool.query<{ result: Opened }>({
        name: 'llwybr-open-pathway',
        // "Not safe to text" binds whoever said it last, in the same breath; "safe" lifts nothing by itself.
        text: `with opened as materialized (select llwybr_open_pathway($1::jsonb, $2) as result),
            kept_from_texts as (
              update person set safe_to_text = 'no', updated_at = clock_timestamp()
                from opened
                where $3 and force_id = $4 and id = (result->>'personId')::uuid and safe_to_text is distinct from 'no'
                  and (coalesce((result->>'sameName')::boolean, true) or coalesce((result->>'sameBirthDate')::boolean, true))
            )
          select result from opened`,
        values: [text, build, person.safeToText === 'no', forceId],
      });
      const [row] = rows;
      if (row === undefined) throw new Error('llwybr_open_pathway answered no row');
      return row.result;
    } catch (error) {
      if (left > 0 && isTakenReference(error)) continue;
      throw ledgerError(error);
    }
  }
}

function isTakenReference(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.constraint === 'pathway_force_id_reference_key';
}
