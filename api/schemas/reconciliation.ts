import { z } from 'zod';
import { acrReasons, mostNamed, referralReasons } from '../../store/listed-acrs.ts';

/** The force's list of community resolutions beside the referrals. Nothing here names anybody. */

const count = z.int().min(0);
const date = z.string().meta({ format: 'date' });
const uuid = z.string().meta({ format: 'uuid' });

const whyNotReferred = z.enum(acrReasons).meta({
  description:
    '`never-received`: neither referred nor counted. `counted-no-referral`: came with the records export and was no referral. ' +
    '`referral-voided`: the referral should never have been. `referred-as-another-disposal`: the referral says that another disposal brought it. `referred-under-another-number`: the person has a referral that is on no list',
});

const whyNotListed = z.enum(referralReasons).meta({
  description:
    '`not-on-the-list`: the list has that day and not this one. `outside-the-list`: the list does not reach there. ' +
    '`no-police-number`: nothing to compare by. `listed-under-another-number`: the person has a listed resolution without a referral',
});

const atMost = `At most ${String(mostNamed)}; the counts are of all`;

export const acrReconciliation = z
  .strictObject({
    from: date,
    to: date,
    listFrom: date.nullable().meta({ description: 'The first day that the list has; null: none was loaded' }),
    listTo: date.nullable(),
    acrs: count.meta({ description: 'Community resolutions on the force’s list' }),
    acrsReferred: count,
    referrals: count.meta({ description: 'Referrals that a community resolution brought' }),
    referralsListed: count,
    notCompared: count.meta({
      description: 'Referrals that none brought, e.g. of people who asked for help',
    }),
    acrsWithoutReferral: z.strictObject({
      byReason: z.record(z.enum(acrReasons), count),
      named: z
        .array(
          z.strictObject({
            outcomeDate: date,
            reason: whyNotReferred,
            importId: uuid.meta({ description: 'The file in which the force finds it' }),
            line: z.int(),
          }),
        )
        .meta({ description: atMost }),
    }),
    referralsWithoutAcr: z.strictObject({
      byReason: z.record(z.enum(referralReasons), count),
      named: z
        .array(
          z.strictObject({
            reference: z.string(),
            pathwayId: uuid,
            receivedAt: z.string().meta({ format: 'date-time' }),
            reason: whyNotListed,
          }),
        )
        .meta({ description: atMost }),
    }),
    compares: z.string(),
  })
  .meta({ id: 'AcrReconciliation' });
