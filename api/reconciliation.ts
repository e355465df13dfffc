import { z } from 'zod';
import type { Database } from '../store/database.ts';
import { reconcileAcrs } from '../store/listed-acrs.ts';
import { Problem } from './problems.ts';
import { reading } from './route.ts';
import type { Route } from './route.ts';
import { acrReconciliation } from './schemas/reconciliation.ts';
import { localDate } from './schemas/values.ts';

/** What another list says, held against what is here. */
export function reconciliationRoutes({ db }: { readonly db: Database }): Route[] {
  return [
    reading({
      method: 'get',
      path: '/api/v1/reconciliation/acrs',
      summary:
        'The force’s own list of community resolutions held against the referrals: what is on one side only, and why',
      tag: 'figures',
      query: z.strictObject({
        from: localDate('The first local day'),
        to: localDate('The last local day'),
      }),
      answers: { 200: { description: 'The comparison', body: acrReconciliation } },
      problems: ['before-the-start'],
      handle: async ({ caller, query: { from, to } }) => {
        if (from > to) {
          const message = 'The last day is before the first.';
          throw new Problem('before-the-start', {
            detail: message,
            errors: [{ path: '/to', code: 'before-the-start', message }],
          });
        }
        const { acrsWithoutReferral, referralsWithoutAcr, unreferred, unlisted, ...rest } =
          await reconcileAcrs(db, caller.forceId, from, to);
        return {
          status: 200,
          body: {
            ...{ from, to, ...rest },
            acrsWithoutReferral: { byReason: acrsWithoutReferral, named: unreferred },
            referralsWithoutAcr: { byReason: referralsWithoutAcr, named: unlisted },
            compares:
              'Resolutions by the day of the outcome and referrals by the local day of receipt, matched by occurrence and nominal number over all days. Referrals without a community resolution are counted and not compared; void ones count nowhere.',
          },
        };
      },
    }),
  ];
}
