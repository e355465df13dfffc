import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import type { JWTPayload } from 'jose';
import { demoClients, demoUserGrant, demoUsers } from '../../stand-ins/demo-users.ts';
import { startIssuer } from '../../stand-ins/oidc-issuer.ts';
import type { Issuer } from '../../stand-ins/oidc-issuer.ts';
import { dyfedPowys2024 } from '../../store/presets/dyfed-powys-2024.ts';
import { roles } from '../../workflows/domain/common/actor.ts';

const audience = 'llwybr';
const directory = mkdtempSync(join(tmpdir(), 'issuer-'));
let issuer: Issuer;

beforeAll(async () => {
  issuer = await startIssuer({ port: 0, directory, audience });
});

afterAll(async () => {
  await issuer.close();
  rmSync(directory, { recursive: true });
});

/** As a resource server does it: by discovery, keys and the claims it asks for. */
async function verified(token: string, by = issuer): Promise<JWTPayload> {
  const discovery = (await (await fetch(`${by.url}/.well-known/openid-configuration`)).json()) as {
    issuer: string;
    jwks_uri: string;
  };
  const keys = createRemoteJWKSet(new URL(discovery.jwks_uri));
  const { payload } = await jwtVerify(token, keys, {
    issuer: discovery.issuer,
    audience,
    algorithms: ['RS256', 'ES256'],
  });
  return payload;
}

function askForToken(form: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${issuer.url}/token`, { method: 'POST', headers, body: new URLSearchParams(form) });
}

async function tokenOf(answer: Response): Promise<string> {
  expect(answer.status).toBe(200);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  const body = (await answer.json()) as { access_token: string; token_type: string; expires_in: number };
  expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3_600 });
  return body.access_token;
}

describe('tokens', () => {
  test.each(demoUsers)('$signIn signs in by name and is who the list says', async (user) => {
    const payload = await verified(
      await tokenOf(await askForToken({ grant_type: demoUserGrant, user: user.signIn })),
    );
    expect(payload).toMatchObject({
      sub: user.userId,
      llwybr_force: user.forceId,
      llwybr_organisation: user.organisationId,
      llwybr_roles: user.roles,
    });
    expect(Number(payload.exp) - Number(payload.iat)).toBe(3_600);
    expect(JSON.stringify(payload)).not.toContain(user.name);
  });

  test('the records system signs in with its secret, in either of the two ways', async () => {
    const [client] = demoClients;
    if (client === undefined) throw new Error('no client');
    const { clientId, clientSecret } = client;
    const basic = { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` };
    const grant = { grant_type: 'client_credentials' };
    const byHeader = await tokenOf(await askForToken(grant, basic));
    const byForm = await tokenOf(
      await askForToken({ ...grant, client_id: clientId, client_secret: clientSecret }),
    );
    for (const token of [byHeader, byForm]) {
      expect(await verified(token)).toMatchObject({ sub: 'records-system', llwybr_roles: ['RecordsSystem'] });
    }
  });

  test.each([
    [{}, 400, 'invalid_request'],
    [{ grant_type: 'password' }, 400, 'unsupported_grant_type'],
    [{ grant_type: demoUserGrant }, 400, 'invalid_grant'],
    [{ grant_type: demoUserGrant, user: 'records-system' }, 400, 'invalid_grant'],
    [{ grant_type: 'client_credentials' }, 401, 'invalid_client'],
    [
      { grant_type: 'client_credentials', client_id: 'records-system', client_secret: 'guess' },
      401,
      'invalid_client',
    ],
    [{ grant_type: 'client_credentials', client_id: 'officer', client_secret: '' }, 401, 'invalid_client'],
  ])('%j gets none', async (form, status, error) => {
    const answer = await askForToken(form);
    expect([answer.status, await answer.json()]).toEqual([status, { error }]);
  });

  test('stay good over a restart, whose keys nobody else can read', async () => {
    const token = await issuer.mint('officer');
    const kept = statSync(join(directory, 'issuer-keys.json'));
    expect((kept.mode & 0o777).toString(8)).toBe('600');
    const again = await startIssuer({ port: 0, directory, audience });
    try {
      const keys = createRemoteJWKSet(new URL(`${again.url}/jwks`));
      expect((await jwtVerify(token, keys)).payload.sub).toBe('u-101');
    } finally {
      await again.close();
    }
  });

  test('each have an id of their own', async () => {
    const ids = await Promise.all(
      [1, 2, 3].map(async () => (await verified(await issuer.mint('officer'))).jti),
    );
    expect(new Set(ids).size).toBe(3);
  });
});

describe('published keys', () => {
  test('hold nothing private', async () => {
    const { keys } = (await (await fetch(`${issuer.url}/jwks`)).json()) as {
      keys: Record<string, unknown>[];
    };
    expect(keys.map(({ alg }) => alg)).toEqual(['RS256', 'ES256']);
    for (const key of keys) {
      for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) expect(key).not.toHaveProperty(secret);
    }
  });
});

describe('tokens made to be refused', () => {
  test('ES256 is as good as RS256', async () => {
    const token = await issuer.mint('officer', { algorithm: 'ES256' });
    expect(decodeProtectedHeader(token).alg).toBe('ES256');
    expect((await verified(token)).sub).toBe('u-101');
  });

  test.each([
    ['expired', { expiresInSeconds: -60 }, 'ERR_JWT_EXPIRED'],
    ['for another audience', { audience: 'elsewhere' }, 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
    ['of another issuer', { issuer: 'http://127.0.0.1:1' }, 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
    ['forged', { forged: true }, 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED'],
    [
      'forged in the other algorithm',
      { forged: true, algorithm: 'ES256' },
      'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    ],
  ] as const)('%s', async (_what, options, code) => {
    await expect(verified(await issuer.mint('officer', options))).rejects.toMatchObject({ code });
  });

  test('unsigned', async () => {
    const token = await issuer.mint('officer', { algorithm: 'none' });
    expect(token).toMatch(/^[\w-]+\.[\w-]+\.$/);
    await expect(verified(token)).rejects.toThrow();
  });

  test('with claims changed or missing', async () => {
    const token = await issuer.mint('officer', {
      claims: { llwybr_roles: ['Manager'], llwybr_force: undefined },
    });
    const payload = await verified(token);
    expect(payload).toMatchObject({ sub: 'u-101', llwybr_roles: ['Manager'] });
    expect(payload).not.toHaveProperty('llwybr_force');
  });

  test('nobody can be made up', async () => {
    await expect(issuer.mint('nobody')).rejects.toThrow('There is no demo user nobody');
  });
});

describe('demo users', () => {
  test('cover every role of a person, and the machine has its own', () => {
    const ofPeople = new Set(
      demoUsers.filter(({ forceId }) => forceId === 'dyfed-powys').flatMap((user) => user.roles),
    );
    expect([...ofPeople].sort()).toEqual(
      roles.filter((role) => role !== 'System' && role !== 'RecordsSystem').sort(),
    );
    expect(demoClients.flatMap((client) => client.roles)).toEqual(['RecordsSystem', 'ProviderWorker']);
  });

  test('have ids and sign-in names of their own, and ids that name nobody', () => {
    const everyone = demoUsers.length + demoClients.length;
    const names = [...demoUsers.map(({ signIn }) => signIn), ...demoClients.map(({ clientId }) => clientId)];
    expect(new Set(names).size).toBe(everyone);
    expect(new Set(demoUsers.map(({ userId }) => userId)).size).toBe(demoUsers.length);
    for (const { userId } of demoUsers) expect(userId).toMatch(/^u-\d+$/);
  });

  test('come from three forces, and work where the first one has its providers and teams', () => {
    expect(new Set(demoUsers.map(({ forceId }) => forceId))).toEqual(
      new Set(['dyfed-powys', 'demo', 'gwent']),
    );
    const known = new Set(dyfedPowys2024.organisations.map(({ organisationId }) => organisationId));
    const first = [...demoUsers, ...demoClients].filter(({ forceId }) => forceId === 'dyfed-powys');
    expect(first.filter(({ organisationId }) => !known.has(organisationId))).toEqual([]);
    const providers = demoUsers.filter((user) => user.roles.includes('ProviderWorker'));
    expect(new Set(providers.map(({ organisationId }) => organisationId))).toEqual(
      new Set(['ddas', 'kaleidoscope', 'breaking-free-online']),
    );
  });
});

describe('the token command', () => {
  const root = new URL('../../', import.meta.url);

  function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    return new Promise((resolve) => {
      const env = { ...process.env, OIDC_ISSUER: issuer.url, NODE_OPTIONS: '' };
      const command = ['--import', 'tsx', 'scripts/token.ts', ...args];
      execFile(process.execPath, command, { cwd: root, env }, (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
      });
    });
  }

  test('prints one token and nothing else', async () => {
    const { code, stdout, stderr } = await run('dip');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^\S+\n$/);
    expect(await verified(stdout.trim())).toMatchObject({ sub: 'u-201', llwybr_roles: ['DipOfficer'] });
    expect(await verified((await run('records-system')).stdout.trim())).toMatchObject({
      sub: 'records-system',
    });
  });

  test('names the users when it knows none of that name', async () => {
    const { code, stdout, stderr } = await run('nobody');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('There is no demo user "nobody".');
    for (const { signIn } of demoUsers) expect(stderr).toContain(`  ${signIn} `);
  });
});
