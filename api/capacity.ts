import type { z } from 'zod';
import { capacityOf, sayCapacity } from '../store/capacity.ts';
import type { ProviderCapacity } from '../store/capacity.ts';
import type { Database } from '../store/database.ts';
import { describeLocal } from '../workflows/domain/common/london-time.ts';
import { providerOf, rolesOfRoute } from './access-policy.ts';
import { jsonBody } from './json-body.ts';
import { Problem } from './problems.ts';
import { signer } from './refusals.ts';
import { acting, reading } from './route.ts';
import type { Act, Route } from './route.ts';
import { capacityLine, capacityList, newCapacity } from './schemas/capacity.ts';

const path = '/api/v1/capacity';

/** What providers say they can take. Nobody is refused for it: who comes beyond it is received, and shown as waiting. */
export function capacityRoutes({ db }: { readonly db: Database }): Route[] {
  return [
    reading({
      method: 'get',
      path,
      summary: 'How many people each provider can take at present, and how many wait beyond that',
      tag: 'reference data',
      answers: { 200: { description: 'The providers; of a provider its own line', body: capacityList } },
      handle: async ({ caller, receivedAt }) => {
        const { forceId } = caller;
        const lines = await capacityOf(
          db,
          { forceId, providerId: providerOf(caller, `GET ${path}`) },
          receivedAt,
        );
        return { status: 200, body: { items: lines.map(viewOf) } satisfies z.output<typeof capacityList> };
      },
    }),
    acting({
      method: 'post',
      path,
      summary: 'Says how many more people a provider can take from now on',
      tag: 'reference data',
      body: jsonBody(newCapacity),
      answers: { 201: { description: 'It holds from now on', body: capacityLine } },
      problems: ['not-found'],
      prepare: async ({ caller, body, receivedAt }): Promise<Act> => {
        const allowed = rolesOfRoute(`POST ${path}`);
        const actor = signer(caller, allowed);
        const { providerId, openSlots } = body;
        const own = providerOf(caller, `POST ${path}`);
        const scope = { forceId: actor.forceId, providerId };
        // A provider does not learn here which others the force has.
        const known = own === null || own === providerId ? await capacityOf(db, scope, receivedAt) : [];
        if (known.length === 0) {
          const message = 'There is no such provider.';
          throw new Problem('not-found', {
            detail: message,
            errors: [{ path: '/providerId', code: 'unknown-id', message }],
          });
        }
        return async ({ requestId, receivedAt: saidAt }) => {
          await sayCapacity(db, { requestId, providerId, openSlots, saidAt, actor });
          const [line] = await capacityOf(db, scope, receivedAt);
          if (line === undefined) throw new Error('The provider just found is not there');
          return { status: 201, body: viewOf(line) };
        };
      },
    }),
  ];
}

function viewOf(capacity: ProviderCapacity): z.output<typeof capacityLine> {
  const { saidAt } = capacity;
  return { ...capacity, saidText: saidAt === null ? null : describeLocal(saidAt) };
}
