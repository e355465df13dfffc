import { z } from 'zod';
import { rerouteReasons } from '../../workflows/domain/diversion/acceptance.ts';
import type { RerouteReason } from '../../workflows/domain/diversion/acceptance.ts';
import { amendableDetails, amendmentReasons } from '../../workflows/domain/diversion/amendment.ts';
import type { AmendableDetail, AmendmentReason } from '../../workflows/domain/diversion/amendment.ts';
import { rebaseReasons } from '../../workflows/domain/diversion/rebase.ts';
import type { RebaseReason } from '../../workflows/domain/diversion/rebase.ts';
import { reassignmentReasons } from '../../workflows/domain/diversion/reassignment.ts';
import type { ReassignmentReason } from '../../workflows/domain/diversion/reassignment.ts';
import { transferReasons } from '../../workflows/domain/diversion/transfer.ts';
import type { TransferReason } from '../../workflows/domain/diversion/transfer.ts';
import { mobile, residence } from './intake.ts';
import {
  birthDate,
  code,
  email,
  language,
  line,
  localDate,
  postcode,
  prose,
  safeToText,
  uuidPattern,
} from './values.ts';

/**
 * What is sent of the commands whose data the API completes (api/resolved-commands.ts): a provider and not the row of
 * the route table, values and notes that the ledger may not hold.
 */

const provider = {
  providerId: code('A provider of the force'),
  programme: code('The programme there; left out, that of the referral, or what the provider offers'),
};

const providerChoice = { providerId: provider.providerId, programme: provider.programme.exactOptional() };

export const longestNote = 4_000;

/** Of each detail that may be amended. null takes away what was entered. */
const newValues = {
  surname: line(100, 'Surname'),
  forenames: line(100, 'Forenames').nullable(),
  birthDate: birthDate('Date of birth'),
  address: line(200, 'Address, without the postcode').nullable(),
  postcode: postcode.nullable(),
  mobile: mobile.nullable(),
  email: email.nullable(),
  sex: z.enum(['M', 'F', 'U']).nullable(),
  ethnicity: z
    .string()
    .max(4)
    .regex(/^[A-Z][0-9A-Z]{0,3}$/, 'must be a self-defined ethnicity code')
    .meta({ description: 'Self-defined ethnicity, 16+1 codes', examples: ['W1'] })
    .nullable(),
  language: language.nullable(),
  offenceCode: code('The offence, Home Office counting rules'),
  offenceDate: localDate('Date of the offence'),
  drugCode: code('Code of the substance list'),
} satisfies Readonly<Record<AmendableDetail, z.ZodType<string | null>>>;

const changes = z
  .strictObject({
    surname: newValues.surname.exactOptional(),
    forenames: newValues.forenames.exactOptional(),
    birthDate: newValues.birthDate.exactOptional(),
    address: newValues.address.exactOptional(),
    postcode: newValues.postcode.exactOptional(),
    mobile: newValues.mobile.exactOptional(),
    email: newValues.email.exactOptional(),
    sex: newValues.sex.exactOptional(),
    ethnicity: newValues.ethnicity.exactOptional(),
    language: newValues.language.exactOptional(),
    offenceCode: newValues.offenceCode.exactOptional(),
    offenceDate: newValues.offenceDate.exactOptional(),
    drugCode: newValues.drugCode.exactOptional(),
  })
  .refine((given) => amendableDetails.some((detail) => given[detail] !== undefined), 'must name what changes')
  .meta({
    description:
      'The details that are put right, with their new values. null takes away what was entered; a postcode taken away means no fixed abode.',
    minProperties: 1,
  });

const rightPerson = z
  .union([
    z.strictObject({
      personId: z
        .string()
        .max(36)
        .regex(uuidPattern, 'must be a UUID in lower case')
        .meta({ format: 'uuid', description: 'Somebody who is known' }),
    }),
    z.strictObject({
      surname: newValues.surname,
      forenames: line(100, 'Forenames').exactOptional(),
      birthDate: newValues.birthDate,
      nominalNumber: code('The force’s number of the person').exactOptional(),
      residence: residence.exactOptional(),
      mobile: mobile.exactOptional(),
      language: language.exactOptional(),
      safeToText: safeToText.exactOptional(),
    }),
  ])
  .meta({ description: 'Whose the referral really is: somebody who is known, by id, or somebody new' });

export interface SentProvider {
  readonly providerId: string;
  readonly programme?: string;
}

/** The bodies of these commands as they are sent, read. */
export interface ResolvedCommandBodies {
  readonly reroute: SentProvider & { readonly reason: RerouteReason };
  readonly 'transfer-pathway': SentProvider & { readonly reason: TransferReason };
  readonly 'record-move': {
    readonly residence: z.output<typeof residence>;
    readonly address?: string;
  };
  readonly 'amend-details': {
    readonly changes: z.output<typeof changes>;
    readonly reason: AmendmentReason;
  };
  readonly 'add-note': { readonly text: string };
  readonly 'reassign-person': {
    readonly person: z.output<typeof rightPerson>;
    readonly reason: ReassignmentReason;
  };
  readonly 'rebase-policy': { readonly version: number; readonly reason: RebaseReason };
}

export type ResolvedCommandName = keyof ResolvedCommandBodies;

export const resolvedCommandSchemas = {
  reroute: z.strictObject({ ...providerChoice, reason: z.enum(rerouteReasons) }),
  'transfer-pathway': z.strictObject({ ...providerChoice, reason: z.enum(transferReasons) }),
  'record-move': z.strictObject({
    residence,
    address: line(200, 'The new address, without the postcode').exactOptional(),
  }),
  'amend-details': z.strictObject({ changes, reason: z.enum(amendmentReasons) }),
  'reassign-person': z.strictObject({ person: rightPerson, reason: z.enum(reassignmentReasons) }),
  'rebase-policy': z.strictObject({
    version: z
      .int()
      .min(1)
      .max(1_000_000)
      .meta({ description: 'A later version of the policy that the referral is under' }),
    reason: z.enum(rebaseReasons),
  }),
  'add-note': z.strictObject({
    text: prose(
      longestNote,
      'The note. It is kept encrypted and apart from the ledger; no police role reads it.',
    ),
  }),
} satisfies { readonly [N in ResolvedCommandName]: z.ZodType<ResolvedCommandBodies[N]> };
