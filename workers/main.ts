import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { NativeConnection, Runtime } from '@temporalio/worker';
import { createLedgerActivities } from '../activities/append.ts';
import { createFactActivities } from '../activities/carry-fact.ts';
import { createMessageActivities } from '../activities/deliver-message.ts';
import { sendingPace } from '../activities/gateways/sending-pace.ts';
import { createEmailGateway } from '../activities/gateways/email.ts';
import { createOnlineProgramme } from '../activities/gateways/online-programme.ts';
import { createSmsGateway } from '../activities/gateways/sms.ts';
import { tellingSettings } from '../messages/outward-settings.ts';
import { numberPlanOf } from '../messages/phone-number.ts';
import { readConfig } from '../platform/config.ts';
import { createLog } from '../platform/log.ts';
import { createMetrics } from '../platform/metrics.ts';
import { connectTemporal, temporalSettings } from '../platform/temporal-client.ts';
import { openDatabase } from '../store/database.ts';
import { showPresence } from '../store/worker-presence.ts';
import { buildBundle } from './build-bundle.ts';
import { FirstLogins } from './first-logins.ts';
import { InboundTexts } from './inbound-texts.ts';
import { createWorkers } from './run-workers.ts';
import { Sweep } from './sweep.ts';
import { messagesPerSecond } from './worker-options.ts';

/*
 * One worker process: the pathways, the messages (or one of the two, by WORKER_ROLES), and its turn at the sweep. Stops at SIGINT or SIGTERM
 * with what is under way finished; what is killed instead is found again in the ledger.
 */
const config = readConfig();
const telling = tellingSettings({
  ...{ textSender: config.twilio.from, publicUrl: config.publicUrl, pageUrl: config.pageUrl },
  ...{ caseUrl: config.caseUrl },
  ...{ emailFrom: config.mail.from, emailReplyTo: config.mail.replyTo },
});
if (telling.length > 0) {
  const which = telling.map(({ setting, words }) => `${setting} (${words.join(', ')})`).join(', ');
  throw new Error(`What every message shows would say what the messages are about: ${which}`);
}
const log = createLog({ level: config.logLevel, process: 'worker', build: config.build });
const metrics = createMetrics({ process: 'worker', build: config.build });

// The SDK would end the process at these signals by itself, before the sweep and the database are done.
Runtime.install({ shutdownSignals: [] });

const payloads = { compress: config.compressPayloads };
const settings = temporalSettings(config.keys, payloads);
const db = openDatabase(config.databaseUrl, {
  max: Number(process.env['DATABASE_POOL'] ?? 20),
  applicationName: 'llwybr-worker',
});
const temporal = connectTemporal(config.keys, payloads);
const connection = await NativeConnection.connect(settings.connectionOptions);

const prebuilt = process.env['WORKFLOW_BUNDLE'];
const bundle =
  prebuilt === undefined || prebuilt === ''
    ? await buildBundle()
    : { code: await readFile(prebuilt, 'utf8') };

const gateway = createSmsGateway(config.twilio);
const programme = config.onlineProgramme === null ? null : createOnlineProgramme(config.onlineProgramme);
const workers = await createWorkers({
  connection,
  namespace: settings.namespace,
  dataConverter: settings.dataConverter,
  bundle,
  buildId: config.build,
  pathwayActivities: {
    ...createLedgerActivities({ db, build: config.build, metrics }),
    ...createFactActivities({ db, client: temporal.client }),
  },
  messageActivities: createMessageActivities({
    ...{ db, gateway, emails: createEmailGateway(config.mail), programme },
    ...{ numbers: numberPlanOf(config.environment), publicUrl: config.publicUrl, pageUrl: config.pageUrl },
    pace: sendingPace(messagesPerSecond(process.env)),
    caseUrl: config.caseUrl,
    log,
  }),
  env: process.env,
});

const pages = createServer((request, response) => {
  if (request.url !== '/metrics') {
    response.writeHead(request.url === '/health' ? 200 : 404).end();
    return;
  }
  void metrics.registry.metrics().then((text) => {
    response.writeHead(200, { 'content-type': metrics.registry.contentType }).end(text);
  });
});
pages.on('error', (error) => log.warn({ error }, 'no metrics page'));
pages.listen(config.metricsPort, process.env['METRICS_HOST'] ?? '127.0.0.1');

const stop = new AbortController();
stop.signal.addEventListener('abort', () => {
  for (const worker of workers) {
    if (worker.getState() === 'RUNNING') worker.shutdown();
  }
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    stop.abort();
  });
}

log.info('worker ready');
const sweeping = new Sweep({ db, client: temporal.client, log, metrics }).run(stop.signal);
const asking =
  programme === null
    ? Promise.resolve()
    : new FirstLogins({ db, client: temporal.client, programme, log }).run(stop.signal);
const lookingBack = new InboundTexts({ db, inbox: gateway, log, metrics }).run(stop.signal);
const present = showPresence(db, stop.signal);
const running = workers.map((worker) => worker.run());
try {
  await Promise.all(running);
} finally {
  // Where one of them failed, the others end too, and what they have under way with them.
  stop.abort();
  await Promise.allSettled([...running, sweeping, asking, lookingBack, present]);
  pages.close();
  await connection.close();
  await temporal.close();
  await db.close();
}
log.info('worker stopped');
