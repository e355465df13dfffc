import { join } from 'node:path';
import { startIssuer } from './oidc-issuer.ts';
import { startTwilioStandIn } from './twilio-server.ts';

/**
 * Both stand-ins in one process, for development: the text gateway and the issuer of tokens. They serve
 * on the loopback address, keep their data under LLWYBR_DATA_DIR, print one line when they are ready and
 * stop at SIGINT or SIGTERM.
 */
const env = process.env;
const directory = join(env['LLWYBR_DATA_DIR'] ?? '.llwybr', 'stand-ins');

const gateway = await onPort('TWILIO_STAND_IN_PORT', 3001, (port) =>
  startTwilioStandIn({
    port,
    directory,
    accountSid: env['TWILIO_ACCOUNT_SID'] ?? `AC${'0'.repeat(32)}`,
    authToken: env['TWILIO_AUTH_TOKEN'] ?? 'development-token',
  }),
);
const issuer = await onPort('ISSUER_PORT', 3002, (port) =>
  startIssuer({ port, directory, audience: env['OIDC_AUDIENCE'] ?? 'llwybr' }),
);
console.log(`Stand-ins ready: text gateway and phones ${gateway.url}, issuer ${issuer.url}`);

let stopping = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    void Promise.all([gateway.close(), issuer.close()]).then(() => process.exit(0));
  });
}

async function onPort<T>(name: string, usual: number, start: (port: number) => Promise<T>): Promise<T> {
  const port = Number(env[name] ?? usual);
  try {
    return await start(port);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'EADDRINUSE') throw error;
    console.error(`Port ${String(port)} is in use. Stop what listens there, or set ${name} to another port.`);
    process.exit(1);
  }
}
