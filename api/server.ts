import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readConfig } from '../platform/config.ts';
import { createLog } from '../platform/log.ts';
import { createMetrics } from '../platform/metrics.ts';
import { connectTemporal } from '../platform/temporal-client.ts';
import { openDatabase } from '../store/database.ts';
import { createApp } from './app.ts';

/*
 * One API process. It starts while PostgreSQL or Temporal are away: safety facts, referrals and tests need
 * PostgreSQL only. Stops at SIGINT or SIGTERM: no new requests, those under way are answered, then the
 * connections close.
 */
const config = readConfig();
const log = createLog({ level: config.logLevel, process: 'api', build: config.build });
const metrics = createMetrics({ process: 'api', build: config.build });
const db = openDatabase(config.databaseUrl, {
  max: Number(process.env['DATABASE_POOL'] ?? 20),
  applicationName: 'llwybr-api',
});
const temporal = connectTemporal(config.keys, { compress: config.compressPayloads });

const api = createApp({
  db,
  client: temporal.client,
  log,
  metrics,
  issuer: { issuer: config.issuer.url, audience: config.issuer.audience },
  secret: config.blindIndexKey,
  build: config.build,
  environment: config.environment,
  webhooks: { publicUrl: config.publicUrl, authToken: config.twilio.authToken },
  onlineSignInUrl: config.onlineProgramme?.signInUrl ?? null,
});

/** What is under way at a stop gets this long; a command waits at most five seconds for its answer. */
const graceMs = 10_000;

const server = createServer(api.app);
// A body that dribbles in must not hold a connection for ever.
server.headersTimeout = 10_000;
server.requestTimeout = 30_000;
server.listen(config.port, process.env['HOST'] ?? '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;
log.info({ port }, 'api ready');

const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
await stopped;
const closed = once(server, 'close');
server.close();
server.closeIdleConnections();
const impatience = setTimeout(() => {
  server.closeAllConnections();
}, graceMs);
await closed;
clearTimeout(impatience);
await api.settled();
await db.close();
await temporal.close();
log.info('api stopped');
// A connection to Temporal that is still being tried would keep the process, and then throw.
process.exit();
