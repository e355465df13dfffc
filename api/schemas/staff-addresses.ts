import { z } from 'zod';
import { instant } from './answers.ts';
import { code, email } from './values.ts';

/** Where e-mails to people at work go. */

export const organisationParams = z.strictObject({ organisationId: code('The organisation') });

export const userParams = z.strictObject({ userId: code('The account, as the identity provider names it') });

export const newStaffAddress = z.strictObject({
  address: email.nullable().meta({
    description: 'One address without a name; null: none, and e-mails that would go there are skipped',
  }),
});

export const staffAddressAnswer = z
  .strictObject({
    address: z.string().nullable().meta({ description: 'null: none is known' }),
    changedBy: z.string().nullable(),
    updatedAt: instant.nullable(),
  })
  .meta({ id: 'StaffAddress' });
