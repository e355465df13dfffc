import { Problem } from './problems.ts';
import type { PublicRoute } from './route.ts';

/**
 * Where the invitation's link leads. The programme's own address would tell whoever reads the text what it is about, so the
 * text names this one, which is the same for everybody and holds nothing of the person.
 */
export function onlineStartRoutes(signInUrl: string | null): PublicRoute[] {
  return [
    {
      ...{ method: 'get', path: '/start', tag: 'about', media: 'text/plain' },
      summary: 'Passes a person on to where they type in their code',
      success: 303,
      problems: ['not-found'],
      respond: () => {
        if (signInUrl === null) return Promise.reject(new Problem('not-found'));
        const headers = { location: signInUrl, 'referrer-policy': 'no-referrer' };
        return Promise.resolve({ status: 303, media: 'text/plain', body: '', headers });
      },
    },
  ];
}
