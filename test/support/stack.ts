import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMessageActivities } from '../../activities/deliver-message.ts';
import { numberPlanOf } from '../../messages/phone-number.ts';
import type { OnlineProgrammeGateway } from '../../activities/gateways/online-programme.ts';
import { createApp } from '../../api/app.ts';
import type { Api } from '../../api/app.ts';
import { readConfig } from '../../platform/config.ts';
import { createLog } from '../../platform/log.ts';
import { createMetrics } from '../../platform/metrics.ts';
import { webhookRetries } from '../../platform/webhook-retries.ts';
import { listen } from '../../stand-ins/listen.ts';
import { startIssuer } from '../../stand-ins/oidc-issuer.ts';
import type { Issuer } from '../../stand-ins/oidc-issuer.ts';
import { openDatabase } from '../../store/database.ts';
import type { Database } from '../../store/database.ts';
import { loadPreset } from '../../store/presets.ts';
import { createTestDatabase } from './database.ts';
import { gatewayToken, pageUrl, startGateway } from './delivery.ts';
import type { GatewayUnderTest } from './delivery.ts';
import { startEngine } from './engine.ts';
import type { EngineParts, TestEngine } from './engine.ts';

export interface Stack {
  readonly url: string;
  readonly db: Database;
  readonly api: Api;
  readonly engine: TestEngine;
  readonly issuer: Issuer;
  readonly gateway: GatewayUnderTest;
  close(): Promise<void>;
}

/**
 * API, engine, ledger, issuer and text gateway in one process, on the shared servers: the parts as they
 * run, with a database and a namespace of their own.
 */
export async function startStack(
  parts: Pick<EngineParts, 'wrapLedger'> & {
    readonly programme?: { readonly gateway: OnlineProgrammeGateway; readonly signInUrl: string };
  } = {},
  /** The force that texts from phones are posted for; nobody wants them where it is left out. */
  inboundFor?: string,
): Promise<Stack> {
  const database = await createTestDatabase();
  const { blindIndexKey } = readConfig({ LLWYBR_ENV: 'test' });
  const db = openDatabase(database.url, { max: 20, applicationName: 'llwybr-api' });
  await loadPreset(db, 'dyfed-powys-2024');
  await loadPreset(db, 'demo');
  const directory = mkdtempSync(join(tmpdir(), 'llwybr-issuer-'));
  const issuer = await startIssuer({ port: 0, directory, audience: 'llwybr' });
  const gateway = await startGateway();
  const engine = await startEngine({
    db,
    messages: createMessageActivities({
      ...{ db, gateway: gateway.gateway, numbers: numberPlanOf('test') },
      programme: parts.programme?.gateway ?? null,
      // Where the invitation leads; without a programme nothing does.
      publicUrl: parts.programme === undefined ? null : 'https://diary.example',
      pageUrl,
    }),
    ...(parts.wrapLedger === undefined ? {} : { wrapLedger: parts.wrapLedger }),
  });
  const webhooks = { publicUrl: '', authToken: gatewayToken };
  const api = createApp({
    db,
    client: engine.client,
    log: createLog({ level: 'silent', process: 'api', build: 'test' }),
    metrics: createMetrics({ process: 'api', build: 'test' }),
    issuer: { issuer: issuer.url, audience: 'llwybr' },
    secret: blindIndexKey,
    build: 'test',
    environment: 'test',
    webhooks,
    onlineSignInUrl: parts.programme?.signInUrl ?? null,
  });
  const server = await listen(api.app, 0);
  webhooks.publicUrl = server.url;
  if (inboundFor !== undefined)
    await gateway.postTo(`${server.url}/webhooks/sms/inbound/${inboundFor}${webhookRetries}`);
  return {
    ...{ url: server.url, db, api, engine, issuer, gateway },
    async close() {
      await server.close();
      await api.settled();
      await engine.close();
      await gateway.close();
      await issuer.close();
      await db.close();
      await database.drop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
