import { join } from 'node:path';
import { startIssuer } from './oidc-issuer.ts';
import { startOnlineProgramme } from './online-programme.ts';
import { startSmtpInbox } from './smtp-inbox.ts';
import { startTwilioStandIn } from './twilio-server.ts';

/**
 * All stand-ins in one process, for development: the text gateway, the issuer of tokens, the inbox and the
 * online programme. They serve
 * on the loopback address, keep their data under LLWYBR_DATA_DIR, print one line when they are ready and
 * stop at SIGINT or SIGTERM.
 */
const env = process.env;
const directory = join(env['LLWYBR_DATA_DIR'] ?? '.llwybr', 'stand-ins');

const gateway = await onPorts({ TWILIO_STAND_IN_PORT: 3001 }, ({ TWILIO_STAND_IN_PORT: port }) =>
  startTwilioStandIn({
    port,
    directory,
    accountSid: env['TWILIO_ACCOUNT_SID'] ?? `AC${'0'.repeat(32)}`,
    authToken: env['TWILIO_AUTH_TOKEN'] ?? 'development-token',
    inboundUrl: env['TWILIO_INBOUND_URL'],
    ...(env['TWILIO_FROM'] === undefined ? {} : { number: env['TWILIO_FROM'] }),
  }),
);
const issuer = await onPorts({ ISSUER_PORT: 3002 }, ({ ISSUER_PORT: port }) =>
  startIssuer({ port, directory, audience: env['OIDC_AUDIENCE'] ?? 'llwybr' }),
);
const inbox = await onPorts({ SMTP_PORT: 3004, SMTP_PAGE_PORT: 3003 }, (ports) =>
  startSmtpInbox({ port: ports.SMTP_PORT, pagePort: ports.SMTP_PAGE_PORT, directory }),
);
const programme = await onPorts({ PROGRAMME_PORT: 3005 }, ({ PROGRAMME_PORT: port }) =>
  startOnlineProgramme({ port, directory, token: env['ONLINE_PROGRAMME_TOKEN'] ?? 'development-token' }),
);
console.log(
  `Stand-ins ready: text gateway and phones ${gateway.url}, issuer ${issuer.url}, inbox ${inbox.url} of ${inbox.smtpUrl}, online programme ${programme.url}`,
);

let stopping = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    void Promise.all([gateway.close(), issuer.close(), inbox.close(), programme.close()]).then(() =>
      process.exit(0),
    );
  });
}

/** Starts on the ports that the variables name, or on the usual ones. */
async function onPorts<Name extends string, T>(
  usual: Readonly<Record<Name, number>>,
  start: (ports: Readonly<Record<Name, number>>) => Promise<T>,
): Promise<T> {
  const chosen = (Object.entries<number>(usual) as [Name, number][]).map(
    ([name, port]) => [name, Number(env[name] ?? port)] as const,
  );
  try {
    return await start(Object.fromEntries(chosen) as Record<Name, number>);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'EADDRINUSE') throw error;
    const taken = 'port' in error ? error.port : undefined;
    const [name, port] = chosen.find(([, each]) => each === taken) ?? chosen[0] ?? [];
    console.error(
      `Port ${String(port)} is in use. Stop what listens there, or set ${String(name)} to another port.`,
    );
    process.exit(1);
  }
}
