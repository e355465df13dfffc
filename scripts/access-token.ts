import { demoClients, demoUserGrant, demoUsers } from '../stand-ins/demo-users.ts';

/**
 * An access token of the development issuer for one demo user or client; undefined when there is nobody of
 * this name.
 * @throws Error with words for the person at the terminal
 */
export async function demoToken(who: string): Promise<string | undefined> {
  const client = demoClients.find(({ clientId }) => clientId === who);
  if (client !== undefined) {
    const { clientId, clientSecret } = client;
    return tokenFor({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret });
  }
  const known = demoUsers.some(({ signIn }) => signIn === who);
  return known ? tokenFor({ grant_type: demoUserGrant, user: who }) : undefined;
}

async function tokenFor(form: Record<string, string>): Promise<string> {
  const issuer = process.env['OIDC_ISSUER'] ?? `http://127.0.0.1:${process.env['ISSUER_PORT'] ?? '3002'}`;
  const answer = await fetch(`${issuer}/token`, { method: 'POST', body: new URLSearchParams(form) }).catch(
    () => {
      throw new Error(`No issuer answers at ${issuer}. Is the system started (npm start)?`);
    },
  );
  const body: unknown = await answer.json().catch(() => undefined);
  if (answer.ok && typeof body === 'object' && body !== null && 'access_token' in body) {
    return String(body.access_token);
  }
  throw new Error(
    `The issuer at ${issuer} gave no token (HTTP ${String(answer.status)}). Is it the development issuer?`,
  );
}
