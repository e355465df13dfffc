import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startApiWithoutEngine } from '../support/api-without-engine.ts';
import type { ApiWithoutEngine } from '../support/api-without-engine.ts';

let api: ApiWithoutEngine;

beforeAll(async () => {
  api = await startApiWithoutEngine();
});

afterAll(async () => {
  await api.close();
});

async function fetched(path: string) {
  const answer = await fetch(`${api.url}${path}`);
  const { status, headers } = answer;
  return { status, headers, type: headers.get('content-type') ?? '', text: await answer.text() };
}

test('the page of the API needs no token, and everything on it comes from here', async () => {
  const page = await fetched('/api/docs');
  expect([page.status, page.type]).toEqual([200, 'text/html; charset=utf-8']);
  const parts = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address = '']) => address);
  expect(parts).toEqual([
    'data:,',
    '/api/docs/swagger-ui.css',
    '/api/openapi.json',
    '/api/docs/swagger-ui-bundle.js',
    '/api/docs/start.js',
  ]);
  for (const [path, type] of [
    ['/api/docs/swagger-ui.css', 'text/css'],
    ['/api/docs/swagger-ui-bundle.js', 'text/javascript'],
    ['/api/docs/start.js', 'text/javascript'],
  ] as const) {
    const part = await fetched(path);
    expect([path, part.status, part.type.split(';')[0]]).toEqual([path, 200, type]);
    expect(part.headers.get('x-content-type-options')).toBe('nosniff');
  }
  expect((await fetched('/api/docs/start.js')).text).toContain("url: '/api/openapi.json'");
  const library = readFileSync('node_modules/swagger-ui-dist/swagger-ui-bundle.js', 'utf8');
  expect((await fetched('/api/docs/swagger-ui-bundle.js')).text).toBe(library);
});

test('its policy takes scripts and data from here alone, and no script that stands in the page', async () => {
  const { headers, text } = await fetched('/api/docs');
  const policy = new Map(
    (headers.get('content-security-policy') ?? '').split(';').map((directive) => {
      const [name = '', ...sources] = directive.trim().split(' ');
      return [name, sources];
    }),
  );
  expect(Object.fromEntries(policy)).toMatchObject({
    ...{ 'default-src': ["'none'"], 'script-src': ["'self'"], 'connect-src': ["'self'"] },
    ...{ 'frame-ancestors': ["'none'"], 'base-uri': ["'none'"], 'form-action': ["'none'"] },
  });
  expect(text).not.toMatch(/<script(?![^>]* src=)/);
  // Everything else keeps the policy of an API.
  for (const path of ['/api/openapi.json', '/ping']) {
    expect((await fetched(path)).headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
  }
});

test('no other file of the library is served', async () => {
  for (const path of ['/api/docs/', '/api/docs/package.json', '/api/docs/index.html', '/api/docs/%2e%2e/x']) {
    expect([path, (await fetched(path)).status]).toEqual([path, 404]);
  }
});
