import { z } from 'zod';
import { roles } from '../../workflows/domain/common/actor.ts';
import { consentPurposes } from '../../workflows/domain/common/consent.ts';
import { yesNoUnknown } from '../../workflows/domain/common/contact-preference.ts';
import type { ContactPreferences } from '../../workflows/domain/common/contact-preference.ts';
import { personFactKinds } from '../../workflows/domain/common/person-fact.ts';
import { personMatters } from '../../workflows/domain/common/standing-facts.ts';
import type { PersonFactName } from '../fact-table.ts';
import { personFactNames } from '../fact-table.ts';
import { instant, text } from './answers.ts';
import { uuid } from './lists.ts';
import { code, moment, newId } from './values.ts';

const way = z.enum(yesNoUnknown).exactOptional();

const preferences = z
  .strictObject({ text: way, email: way, post: way, voicemail: way })
  .refine(
    (said) => Object.keys(said).length > 0,
    'must name at least one way: text, email, post or voicemail',
  )
  .meta({
    minProperties: 1,
    description: '`no` and `unknown` (not asked) both mean that nothing is sent or left that way.',
  }) satisfies z.ZodType<ContactPreferences>;

const said = {
  correction: { correctsFactId: newId('The death that was none, by its fact; not corrected before') },
  consent: { purpose: z.enum(consentPurposes) },
  preferences: { preferences },
};

const plainFacts = [
  ...(['death', 'stop-texts', 'texts-allowed', 'custody', 'release', 'safety-flag'] as const),
  'safety-flag-lifted',
] as const satisfies readonly PersonFactName[];

const told = {
  occurredAt: moment('When it was so in the world; left out, it is now').exactOptional(),
  reason: code('Why, by code').exactOptional(),
};

/** One fact about a person, each kind with its own fields. */
export const personFactBody = z.discriminatedUnion(
  'fact',
  [
    z.strictObject({ fact: z.enum(plainFacts), ...told }),
    z.strictObject({ fact: z.literal('death-corrected'), ...said.correction, ...told }),
    z.strictObject({ fact: z.enum(['consent-given', 'consent-withdrawn']), ...said.consent, ...told }),
    z.strictObject({ fact: z.literal('contact-preferences'), ...said.preferences, ...told }),
  ],
  { error: `Is none of ${personFactNames.join(', ')}` },
);

export type PersonFactBody = z.output<typeof personFactBody>;

function saidIn(fact: PersonFactName): z.ZodRawShape {
  switch (fact) {
    case 'death-corrected':
      return said.correction;
    case 'consent-given':
    case 'consent-withdrawn':
      return said.consent;
    case 'contact-preferences':
      return said.preferences;
    default:
      return {};
  }
}

function commandBodyOf(fact: PersonFactName) {
  const { occurredAt, reason } = told;
  return z.strictObject({ occurredAt, data: z.strictObject({ ...saidIn(fact), reason }) });
}

const commandBodies: ReadonlyMap<PersonFactName, z.ZodType> = new Map(
  personFactNames.map((fact) => [fact, commandBodyOf(fact)]),
);

/** The body of the command that tells this fact from a case. @throws Error when there is none */
export function factCommandBody(fact: PersonFactName): z.ZodType {
  const body = commandBodies.get(fact);
  if (body === undefined) throw new Error(`There is no schema for ${fact}`);
  return body;
}

/** What a command says, as the body of the fact that it records. */
export function factOfCommandBody(fact: PersonFactName, read: unknown): PersonFactBody {
  const { data, ...rest } = read as { readonly occurredAt?: string; readonly data: object };
  // Its own schema has read it; together they make one of the union.
  return { fact, ...rest, ...data } as PersonFactBody;
}

export const standingItem = z.strictObject({
  matter: z.enum(personMatters),
  fact: z.enum(personFactKinds),
  says: z.enum(yesNoUnknown).nullable().meta({ description: 'Only of a way of being reached' }),
  factId: uuid,
  since: instant,
  sinceText: text,
  recordedAt: instant,
  recordedText: text,
  by: z
    .strictObject({ userId: z.string(), role: z.enum(roles) })
    .nullable()
    .meta({ description: 'Who told it; null: on a side that the caller may not read' }),
});

export const standingFactsAnswer = z
  .strictObject({
    personId: uuid,
    asAt: instant,
    items: z
      .array(standingItem)
      .meta({ description: 'Of each matter the latest; a matter that is not here was never spoken of' }),
  })
  .meta({ id: 'StandingFacts' });
