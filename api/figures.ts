import { z } from 'zod';
import type { Database } from '../store/database.ts';
import { referralFigures } from '../store/figures.ts';
import { providerRoles } from '../workflows/domain/common/actor.ts';
import { isBefore } from '../workflows/domain/common/instant.ts';
import { describeLocal } from '../workflows/domain/common/london-time.ts';
import { Problem } from './problems.ts';
import { reading } from './route.ts';
import type { Route } from './route.ts';
import { referralFiguresAnswer } from './schemas/answers.ts';
import { instant } from './schemas/values.ts';

/** Counts, with what they count said beside them. */
export function figureRoutes({ db }: { readonly db: Database }): Route[] {
  return [
    reading({
      method: 'get',
      path: '/api/v1/figures/referrals',
      summary: 'Referrals received, open and closed at an instant; open and closed add up to received',
      tag: 'figures',
      query: z.strictObject({ asAt: instant('The instant; left out, it is now').exactOptional() }),
      answers: { 200: { description: 'The figures', body: referralFiguresAnswer } },
      problems: ['in-the-future'],
      handle: async ({ caller, query, receivedAt }) => {
        const ofProvider = caller.roles.every((role) => providerRoles.includes(role));
        const scope = { forceId: caller.forceId, providerId: ofProvider ? caller.organisationId : null };
        if (query.asAt !== undefined && isBefore(receivedAt, query.asAt)) {
          throw new Problem('in-the-future', {
            errors: [{ path: '/asAt', code: 'in-the-future', message: 'asAt has not come yet' }],
          });
        }
        const figures = await referralFigures(db, scope, query.asAt ?? receivedAt);
        return {
          status: 200,
          body: {
            ...figures,
            asAtText: describeLocal(figures.asAt),
            counts:
              'Diversion referrals by receipt, by the dates as they are known today, without those that are void.',
          },
        };
      },
    }),
  ];
}
