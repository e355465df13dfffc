import { z } from 'zod';
import { rerouteReasons } from '../../workflows/domain/diversion/acceptance.ts';
import { transferReasons } from '../../workflows/domain/diversion/transfer.ts';
import { uuid } from './lists.ts';
import { code, newId, reference } from './values.ts';

/** A reason that both ways of handing a case over know. */
export const handoverReasons = transferReasons.filter((reason) =>
  (rerouteReasons as readonly string[]).includes(reason),
) as Extract<(typeof transferReasons)[number], (typeof rerouteReasons)[number]>[];

const after = newId('`next` of the answer before: goes on behind that case').exactOptional();

export const newHandover = z.union(
  [
    z
      .strictObject({
        fromProviderId: code('Whose cases'),
        toProviderId: code('To which provider'),
        programme: code('Into which programme, where that provider runs several').exactOptional(),
        reason: z.enum(handoverReasons),
        after,
      })
      .meta({ description: 'All open cases of a provider' }),
    z
      .strictObject({
        providerId: code('The provider'),
        fromWorkerId: reference('Account that carries the cases'),
        toWorkerId: reference('Account that carries them from now on').nullable().meta({
          description: 'null: the list of the team',
        }),
        newWorker: z.literal(true).exactOptional().meta({
          description: 'The provider has not heard of this account yet, and it is no slip',
        }),
        after,
      })
      .meta({ description: 'All open cases of a caseworker' }),
  ],
  'all cases of a provider (fromProviderId, toProviderId, reason), or of a worker (providerId, fromWorkerId, toWorkerId)',
);

export const takenOver = z.strictObject({ fromProviderId: code('Who offered them'), after });

export const handoverAnswer = z
  .strictObject({
    done: z.array(
      z.strictObject({
        pathwayId: uuid,
        how: z.enum(['offered', 'routed', 'assigned', 'accepted']),
      }),
    ),
    refused: z.array(z.strictObject({ pathwayId: uuid, code: z.string(), detail: z.string() })),
    remaining: z.int().meta({ description: 'Cases that are still where they were' }),
    next: uuid.nullable().meta({ description: 'To go on with; null: every case was reached' }),
  })
  .meta({ id: 'Handover' });
