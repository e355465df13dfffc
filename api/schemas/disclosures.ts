import { z } from 'zod';
import { disclosedMatters } from '../../store/disclosures.ts';
import { roles } from '../../workflows/domain/common/actor.ts';
import { instant, text, uuid } from './answers.ts';
import { code } from './values.ts';

/** Why somebody outside is told: for which protection, under which gateway of the law the force has agreed. */
export const disclosureReasons = [
  'risk-to-worker',
  'risk-to-community',
  'risk-to-the-person',
  'safeguarding-children',
  'multi-agency-conference',
] as const;

export const newDisclosure = z.strictObject({
  matter: z.literal('danger').meta({ description: 'That the person, or who meets them, may be in danger' }),
  toOrganisationId: code('Which organisation of the force is told'),
  reason: z.enum(disclosureReasons),
});

const disclosure = {
  disclosureId: uuid,
  disclosedAt: instant,
  disclosedText: text,
  reason: z.string(),
};

export const disclosureAnswer = z
  .strictObject({
    ...disclosure,
    personId: uuid,
    matter: z.enum(disclosedMatters),
    pathwayId: uuid.nullable().meta({ description: 'The referral that it was about; null: the person' }),
    toOrganisationId: z.string(),
    by: z.strictObject({ userId: z.string(), role: z.enum(roles), organisationId: z.string() }),
  })
  .meta({ id: 'Disclosure' });

export const disclosureLog = z.strictObject({ personId: uuid, items: z.array(disclosureAnswer) });

export const dangersTold = z.strictObject({
  items: z.array(
    z.strictObject({
      ...disclosure,
      since: instant.meta({ description: 'Since when somebody may be in danger' }),
      sinceText: text,
      person: z.strictObject({
        personId: uuid,
        surname: z.string(),
        forenames: z.string().nullable(),
        birthDate: z.string(),
      }),
    }),
  ),
});
