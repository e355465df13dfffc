import { demoClients, demoUsers } from '../stand-ins/demo-users.ts';
import { demoToken } from './access-token.ts';

/**
 * Prints an access token of the development issuer for one demo user or client, and nothing else, so
 * that it can stand in a command: `TOKEN=$(npm run --silent token -- officer)`.
 */
const [who, ...rest] = process.argv.slice(2);

try {
  const token = who === undefined || rest.length > 0 ? undefined : await demoToken(who);
  if (token === undefined) {
    showUsage();
    process.exitCode = 2;
  } else {
    console.log(token);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

function showUsage(): void {
  if (who !== undefined && !['--help', 'list'].includes(who))
    console.error(`There is no demo user "${[who, ...rest].join(' ')}".`);
  console.error(
    'Usage: npm run --silent token -- <user>, where <user> is one of these (with the id by which cases are given to them)',
  );
  for (const { signIn, userId, name, roles, organisationId, forceId } of demoUsers) {
    console.error(
      `  ${signIn.padEnd(28)} ${userId.padEnd(7)} ${name}, ${roles.join(', ')} (${organisationId}, ${forceId})`,
    );
  }
  for (const { clientId, roles, organisationId, forceId } of demoClients) {
    console.error(`  ${clientId.padEnd(28)} a machine, ${roles.join(', ')} (${organisationId}, ${forceId})`);
  }
}
