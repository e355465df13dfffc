import { demoClients, demoUserGrant, demoUsers } from '../stand-ins/demo-users.ts';

/**
 * Prints an access token of the development issuer for one demo user or client, and nothing else, so
 * that it can stand in a command: `TOKEN=$(npm run --silent token -- officer)`.
 */
const issuer = process.env['OIDC_ISSUER'] ?? `http://127.0.0.1:${process.env['ISSUER_PORT'] ?? '3002'}`;
const [who, ...rest] = process.argv.slice(2);
const user = demoUsers.find(({ signIn }) => signIn === who);
const client = demoClients.find(({ clientId }) => clientId === who);

if (rest.length > 0 || (user === undefined && client === undefined)) {
  if (who !== undefined) console.error(`There is no demo user "${[who, ...rest].join(' ')}".`);
  console.error('Usage: npm run --silent token -- <user>, where <user> is one of');
  for (const { signIn, name, roles, organisationId } of demoUsers) {
    console.error(`  ${signIn.padEnd(24)} ${name}, ${roles.join(', ')} (${organisationId})`);
  }
  for (const { clientId, roles, organisationId } of demoClients) {
    console.error(`  ${clientId.padEnd(24)} a machine, ${roles.join(', ')} (${organisationId})`);
  }
  process.exitCode = 2;
} else {
  const form =
    client === undefined
      ? { grant_type: demoUserGrant, user: who ?? '' }
      : { grant_type: 'client_credentials', client_id: client.clientId, client_secret: client.clientSecret };
  try {
    console.log(await tokenFor(form));
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}

/** @throws Error with words for the person at the terminal. */
async function tokenFor(form: Record<string, string>): Promise<string> {
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
