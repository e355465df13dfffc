import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { toInstant } from '../workflows/domain/common/instant.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import type { PublicRoute } from './route.ts';

/** The description of the API for programs, and a page over it for people. */

/**
 * Scripts come from here only. The page is drawn with style attributes and images in data: addresses, which it
 * cannot do without; it asks nobody but this API.
 */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Llwybr API</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/api/docs/swagger-ui.css">
  </head>
  <body>
    <main id="docs"></main>
    <noscript>This page needs JavaScript; <a href="/api/openapi.json">the description itself</a> does not.</noscript>
    <script src="/api/docs/swagger-ui-bundle.js"></script>
    <script src="/api/docs/start.js"></script>
  </body>
</html>
`;

/** Nothing is sent to a validator elsewhere, and no token is kept after the page is closed. */
const start = `window.addEventListener('load', () => {
  window.SwaggerUIBundle({
    url: '/api/openapi.json',
    dom_id: '#docs',
    validatorUrl: null,
    persistAuthorization: false,
    deepLinking: true,
    docExpansion: 'none',
    defaultModelsExpandDepth: 0,
    filter: true,
  });
});
`;

const library = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

/**
 * `describe` makes the description as of an instant; its examples speak of days around that, so it is made anew each
 * hour.
 */
export function documentationRoutes(describe: (now: Instant) => unknown): PublicRoute[] {
  const hourMs = 3_600_000;
  let made: { readonly hour: number; readonly body: string } | undefined;
  const description = (): string => {
    const now = Date.now();
    const hour = Math.floor(now / hourMs);
    if (made?.hour !== hour) made = { hour, body: JSON.stringify(describe(toInstant(now))) };
    return made.body;
  };
  const fixed = (path: string, summary: string, media: string, body: string): PublicRoute => ({
    ...{ method: 'get', path, summary, tag: 'about', media },
    respond: () => Promise.resolve({ status: 200, media, body }),
  });
  const fromLibrary = (file: string, media: string): PublicRoute => ({
    ...{ method: 'get', path: `/api/docs/${file}`, tag: 'about', media },
    summary: 'Part of the page of the description',
    respond: async () => ({ status: 200, media, body: await readFile(join(library, file), 'utf8') }),
  });
  return [
    {
      ...{ method: 'get', path: '/api/openapi.json', tag: 'about', media: 'application/json' },
      summary: 'This description',
      respond: () => Promise.resolve({ status: 200, media: 'application/json', body: description() }),
    },
    {
      ...{ method: 'get', path: '/api/docs', tag: 'about', media: 'text/html' },
      summary: 'This description as a page to browse and to try',
      respond: () =>
        Promise.resolve({
          ...{ status: 200, media: 'text/html', body: page },
          headers: { 'Content-Security-Policy': pagePolicy },
        }),
    },
    fixed('/api/docs/start.js', 'Part of the page of the description', 'text/javascript', start),
    fromLibrary('swagger-ui.css', 'text/css'),
    fromLibrary('swagger-ui-bundle.js', 'text/javascript'),
  ];
}
