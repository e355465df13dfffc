import { randomUUID } from 'node:crypto';
import express from 'express';
import type { ErrorRequestHandler, Request, Response } from 'express';
import { SignJWT, UnsecuredJWT } from 'jose';
import type { JWTPayload } from 'jose';
import { demoClients, demoUserGrant, demoUsers } from './demo-users.ts';
import { openSigningKeys, signingAlgorithms, strangersKey } from './issuer-keys.ts';
import type { SigningAlgorithm, SigningKey } from './issuer-keys.ts';
import { listen } from './listen.ts';

const lifetimeSeconds = 3_600;

export interface IssuerOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** Where the keys are kept. */
  readonly directory: string;
  /** The `aud` of every token: the API. */
  readonly audience: string;
}

/** Departures from a good token, for tests of what must be refused. */
export interface MintOptions {
  /** From now; negative for a token that has expired. One hour when not given. */
  readonly expiresInSeconds?: number;
  readonly audience?: string;
  readonly issuer?: string;
  readonly algorithm?: SigningAlgorithm | 'none';
  /** Signed with a key that the issuer does not publish, under the id of one that it does. */
  readonly forged?: boolean;
  /** Put over the claims of the user; undefined takes one away. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

export interface Issuer {
  /** Also the `iss` of the tokens. */
  readonly url: string;
  /** A token for a demo user (sign-in name) or a demo client (id). @throws Error when there is none. */
  mint(who: string, options?: MintOptions): Promise<string>;
  close(): Promise<void>;
}

/**
 * A minimal OpenID Connect issuer for development and tests: discovery, keys and a token endpoint. It
 * knows the demo users only and asks none of them for a password, so it serves on the loopback address
 * and belongs nowhere else. A real force's own identity provider takes its place by configuration.
 */
export async function startIssuer({ port, directory, audience }: IssuerOptions): Promise<Issuer> {
  const keys = await openSigningKeys(directory);
  const app = express();
  app.disable('x-powered-by');
  const server = await listen(app, port);
  const { url } = server;
  const mint = async (who: string, options: MintOptions = {}): Promise<string> =>
    await sign(keys, claimsOf(who), { audience, issuer: url, ...options });

  app.get('/.well-known/openid-configuration', (_request, response) => {
    response.json({
      issuer: url,
      jwks_uri: `${url}/jwks`,
      token_endpoint: `${url}/token`,
      grant_types_supported: ['client_credentials', demoUserGrant],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
      response_types_supported: [],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: signingAlgorithms,
    });
  });
  app.get('/jwks', (_request, response) => {
    response.json({ keys: keys.map(({ publicJwk }) => publicJwk) });
  });
  app.post('/token', express.urlencoded({ extended: false }), async (request, response) => {
    response.set('Cache-Control', 'no-store');
    const who = requester(request);
    if ('error' in who) {
      refuse(response, who.error);
      return;
    }
    response.json({ access_token: await mint(who.name), token_type: 'Bearer', expires_in: lifetimeSeconds });
  });
  app.use(answerBadBody);
  return { ...server, mint };
}

function claimsOf(who: string): JWTPayload {
  const user = demoUsers.find(({ signIn }) => signIn === who);
  const client = demoClients.find(({ clientId }) => clientId === who);
  const found = user ?? client;
  if (found === undefined) throw new Error(`There is no demo user ${who}`);
  return {
    sub: user?.userId ?? who,
    llwybr_force: found.forceId,
    llwybr_organisation: found.organisationId,
    llwybr_roles: found.roles,
  };
}

async function sign(
  keys: readonly SigningKey[],
  claims: JWTPayload,
  options: MintOptions & { readonly audience: string; readonly issuer: string },
): Promise<string> {
  const now = Math.floor(Date.now() / 1_000);
  const payload: JWTPayload = {
    ...claims,
    iss: options.issuer,
    aud: options.audience,
    iat: now,
    exp: now + (options.expiresInSeconds ?? lifetimeSeconds),
    jti: randomUUID(),
    ...options.claims,
  };
  const algorithm = options.algorithm ?? 'RS256';
  if (algorithm === 'none') return new UnsecuredJWT(payload).encode();
  const published = keys.find(({ alg }) => alg === algorithm);
  if (published === undefined) throw new Error(`The issuer has no key for ${algorithm}`);
  const { privateKey } = options.forged === true ? await strangersKey(algorithm) : published;
  return new SignJWT(payload)
    .setProtectedHeader({ alg: algorithm, kid: published.kid, typ: 'at+jwt' })
    .sign(privateKey);
}

type TokenError = 'invalid_request' | 'invalid_client' | 'invalid_grant' | 'unsupported_grant_type';

/** Who asks for a token, or the error of RFC 6749 section 5.2. */
function requester(request: Request): { readonly name: string } | { readonly error: TokenError } {
  const form = (request.body ?? {}) as Record<string, unknown>;
  switch (form['grant_type']) {
    case undefined:
      return { error: 'invalid_request' };
    case demoUserGrant: {
      const user = demoUsers.find(({ signIn }) => signIn === form['user']);
      return user === undefined ? { error: 'invalid_grant' } : { name: user.signIn };
    }
    case 'client_credentials': {
      const { id, secret } = basicCredentials(request) ?? {
        id: form['client_id'],
        secret: form['client_secret'],
      };
      const client = demoClients.find(
        ({ clientId, clientSecret }) => clientId === id && clientSecret === secret,
      );
      return client === undefined ? { error: 'invalid_client' } : { name: client.clientId };
    }
    default:
      return { error: 'unsupported_grant_type' };
  }
}

function basicCredentials(request: Request): { readonly id: string; readonly secret: string } | undefined {
  const encoded = /^Basic (\S+)$/i.exec(request.get('Authorization') ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const [id = '', ...rest] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return { id, secret: rest.join(':') };
}

function refuse(response: Response, error: TokenError): void {
  if (error === 'invalid_client') response.set('WWW-Authenticate', 'Basic realm="token"');
  response.status(error === 'invalid_client' ? 401 : 400).json({ error });
}

const answerBadBody: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (response.headersSent || !(error instanceof Error) || !('status' in error)) {
    next(error);
    return;
  }
  refuse(response, 'invalid_request');
};
