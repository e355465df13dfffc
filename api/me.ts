import { z } from 'zod';
import { roles as known } from '../workflows/domain/common/actor.ts';
import { reading } from './route.ts';
import type { Route } from './route.ts';

const meAnswer = z
  .strictObject({
    userId: z.string().meta({ description: 'The id by which a case is given to you' }),
    roles: z.array(z.enum(known)),
    organisationId: z.string(),
    forceId: z.string(),
  })
  .meta({ id: 'Me' });

/** Who is asking, as the token says it: the id that others name when they give a case to you. */
export function meRoutes(): Route[] {
  return [
    reading({
      method: 'get',
      path: '/api/v1/me',
      summary: 'Who you are here: your id, your roles, for whom you work',
      tag: 'requests',
      answers: { 200: { description: 'You, as your token says', body: meAnswer } },
      handle: ({ caller: { userId, roles, organisationId, forceId } }) =>
        Promise.resolve({ status: 200, body: { userId, roles: [...roles], organisationId, forceId } }),
    }),
  ];
}
