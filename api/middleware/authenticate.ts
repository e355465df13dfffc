import { createRemoteJWKSet, customFetch, jwtVerify } from 'jose';
import type { FetchImplementation, JWTPayload, JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { roles } from '../../workflows/domain/common/actor.ts';
import type { Caller } from '../caller.ts';
import { Problem } from '../problems.ts';

/** `System` signs for the engine itself; no token can speak for it. */
export const rolesOfPeople = roles.filter((role) => role !== 'System');

/**
 * What a token says beside the standard claims. Roles that this version does not know count for nothing.
 * Ids are bounded because they are stored with every event.
 */
const id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._@:-]{0,99}$/);
const claims = z.object({
  sub: id,
  llwybr_force: id,
  llwybr_organisation: id,
  llwybr_roles: z.array(z.string()).max(32),
});

const discovery = z.object({ jwks_uri: z.url() });

/** Signatures that are taken. A list, because `none` and the issuer's own wishes must have no say. */
const algorithms = ['RS256', 'ES256'];

/** Seconds that the issuer's clock and ours may differ. */
const clockTolerance = 5;

export interface TokenIssuer {
  /** As in the tokens' `iss`; its discovery document names the keys (OpenID Connect Discovery 1.0 section 4). */
  readonly issuer: string;
  readonly audience: string;
}

export type Authenticate = (authorization: string | undefined) => Promise<Caller>;

/**
 * Checks bearer tokens against the issuer's published keys. The keys are read when the first token comes
 * and again when a token names a key that is not among them.
 *
 * The function returned throws Problem `no-token`, `invalid-token` or `issuer-away`.
 */
export function createAuthenticate({ issuer, audience }: TokenIssuer): Authenticate {
  let keys: Promise<JWTVerifyGetKey> | undefined;

  async function keySet(): Promise<JWTVerifyGetKey> {
    keys ??= readKeySet(issuer);
    try {
      return await keys;
    } catch {
      // Asked again by the next request: the issuer may only have been starting.
      keys = undefined;
      throw new Problem('issuer-away', { retryAfter: 2 });
    }
  }

  return async (authorization) => {
    const token = /^Bearer ([A-Za-z0-9._~+/=-]+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) throw new Problem(authorization === undefined ? 'no-token' : 'invalid-token');
    const key = await keySet();
    let payload: JWTPayload;
    try {
      ({ payload } = await jwtVerify(token, key, {
        issuer,
        audience,
        algorithms,
        clockTolerance,
        requiredClaims: ['exp', 'sub'],
      }));
    } catch (error) {
      if (error instanceof IssuerAway) throw new Problem('issuer-away', { retryAfter: 2 });
      throw new Problem('invalid-token');
    }
    const known = claims.safeParse(payload);
    if (!known.success) throw new Problem('invalid-token');
    const { sub, llwybr_force, llwybr_organisation, llwybr_roles } = known.data;
    return {
      userId: sub,
      roles: rolesOfPeople.filter((role) => llwybr_roles.includes(role)),
      organisationId: llwybr_organisation,
      forceId: llwybr_force,
    };
  };
}

/** The keys could not be read, which says nothing about the token. */
class IssuerAway extends Error {}

const readFromIssuer: FetchImplementation = async (address, options) => {
  try {
    const answer = await fetch(address, options);
    if (answer.status === 200) return answer;
  } catch {
    // Said below; the cause may quote the address and nothing more.
  }
  throw new IssuerAway('The issuer does not answer');
};

async function readKeySet(issuer: string): Promise<JWTVerifyGetKey> {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const answer = await fetch(address, { signal: AbortSignal.timeout(3_000), redirect: 'error' });
  const { jwks_uri } = discovery.parse(await answer.json());
  return createRemoteJWKSet(new URL(jwks_uri), { timeoutDuration: 3_000, [customFetch]: readFromIssuer });
}
