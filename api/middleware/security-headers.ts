import type { RequestHandler } from 'express';
import helmet from 'helmet';

/**
 * An API of JSON: nothing may be framed, run, sniffed or cached. Answers name people's cases, so no-store
 * holds for all of them, also for problems.
 */
export function setUpSecurityHeaders(): RequestHandler[] {
  return [
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          frameAncestors: ["'none'"],
          baseUri: ["'none'"],
          formAction: ["'none'"],
        },
      },
      referrerPolicy: { policy: 'no-referrer' },
      xFrameOptions: { action: 'deny' },
    }),
    (_request, response, next) => {
      response.setHeader('Cache-Control', 'no-store');
      next();
    },
  ];
}
