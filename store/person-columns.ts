import type { FieldEncryption } from '../platform/field-encryption.ts';
import type { Language } from '../workflows/domain/common/contact-preference.ts';
import type { LocalDate } from '../workflows/domain/common/london-time.ts';

/** A person as people know them, in clear. Never logged, never sent to Temporal. */
export interface PersonDetails {
  /** The force's own number of the person. */
  readonly nominalNumber: string | null;
  readonly surname: string;
  readonly forenames: string | null;
  readonly birthDate: LocalDate;
  /** With the postcode null too: no fixed abode. */
  readonly address: string | null;
  readonly postcode: string | null;
  readonly mobile: string | null;
  readonly email: string | null;
  readonly sex: 'M' | 'F' | 'U' | null;
  /** Self-defined, 16+1 codes. */
  readonly ethnicity: string | null;
  /** null: not asked. */
  readonly language: Language | null;
  /** null: not asked, which means no. */
  readonly safeToText: 'yes' | 'no' | null;
}

/** The columns that hold what a person is called and reached by. */
export interface EncryptedColumns {
  readonly nominal: string | null;
  readonly surname: string;
  readonly forenames: string | null;
  readonly birthDate: string;
  readonly address: string | null;
  readonly postcode: string | null;
  readonly mobile: string | null;
  readonly email: string | null;
}

export interface PersonColumns extends EncryptedColumns {
  readonly id: string;
  readonly nominalIndex: string | null;
  readonly nameDobIndex: string;
  readonly mobileIndex: string | null;
  readonly sex: string | null;
  readonly ethnicity: string | null;
  readonly language: string | null;
  readonly safeToText: string | null;
}

const place = (column: string, rowId: string) => ({ table: 'person', column, rowId });

export function encryptPerson(
  fields: FieldEncryption,
  forceId: string,
  id: string,
  person: PersonDetails,
): PersonColumns {
  const { nominalNumber, mobile } = person;
  return {
    id,
    ...encryptColumns(fields, id, person),
    nominalIndex: nominalNumber === null ? null : fields.blindIndex('nominal', forceId, nominalNumber),
    nameDobIndex: fields.nameAndBirthDateIndex(forceId, person),
    mobileIndex: mobile === null ? null : fields.blindIndex('mobile', forceId, mobile),
    sex: person.sex,
    ethnicity: person.ethnicity,
    language: person.language,
    safeToText: person.safeToText,
  };
}

function encryptColumns(fields: FieldEncryption, id: string, person: PersonDetails): EncryptedColumns {
  return {
    nominal: fields.encrypt(person.nominalNumber, place('nominal', id)),
    surname: fields.encrypt(person.surname, place('surname', id)),
    forenames: fields.encrypt(person.forenames, place('forenames', id)),
    birthDate: fields.encrypt(person.birthDate, place('birth_date', id)),
    address: fields.encrypt(person.address, place('address', id)),
    postcode: fields.encrypt(person.postcode, place('postcode', id)),
    mobile: fields.encrypt(person.mobile, place('mobile', id)),
    email: fields.encrypt(person.email, place('email', id)),
  };
}

/** Decrypts one column: a delivery needs the number and nothing else. */
export function decryptMobile(fields: FieldEncryption, id: string, mobile: string | null): string | null {
  return fields.decrypt(mobile, place('mobile', id));
}

/** The same of the address, for an e-mail. */
export function decryptEmail(fields: FieldEncryption, id: string, email: string | null): string | null {
  return fields.decrypt(email, place('email', id));
}

/** @throws MissingKeyError, SealBrokenError */
export function decryptPerson(
  fields: FieldEncryption,
  row: EncryptedColumns & {
    readonly id: string;
    readonly sex: string | null;
    readonly ethnicity: string | null;
    readonly language: string | null;
    readonly safeToText: string | null;
  },
): PersonDetails {
  const { id } = row;
  return {
    nominalNumber: fields.decrypt(row.nominal, place('nominal', id)),
    surname: fields.decrypt(row.surname, place('surname', id)),
    forenames: fields.decrypt(row.forenames, place('forenames', id)),
    birthDate: fields.decrypt(row.birthDate, place('birth_date', id)),
    address: fields.decrypt(row.address, place('address', id)),
    postcode: fields.decrypt(row.postcode, place('postcode', id)),
    mobile: fields.decrypt(row.mobile, place('mobile', id)),
    email: fields.decrypt(row.email, place('email', id)),
    // The CHECKs of the table allow no other codes.
    sex: row.sex as PersonDetails['sex'],
    ethnicity: row.ethnicity,
    language: row.language as Language | null,
    safeToText: row.safeToText as PersonDetails['safeToText'],
  };
}
