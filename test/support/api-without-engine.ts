import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { createApp } from '../../api/app.ts';
import type { Api } from '../../api/app.ts';
import { readConfig } from '../../platform/config.ts';
import type { EnvironmentName } from '../../platform/config.ts';
import { createLog } from '../../platform/log.ts';
import { createMetrics } from '../../platform/metrics.ts';
import { listen } from '../../stand-ins/listen.ts';
import { startIssuer } from '../../stand-ins/oidc-issuer.ts';
import type { Issuer } from '../../stand-ins/oidc-issuer.ts';
import { openDatabase } from '../../store/database.ts';
import type { Database } from '../../store/database.ts';
import { loadPreset } from '../../store/presets.ts';
import { createTestDatabase } from './database.ts';
import { gatewayToken } from './delivery.ts';

export interface ApiWithoutEngine {
  readonly url: string;
  readonly db: Database;
  readonly databaseUrl: string;
  readonly issuer: Issuer;
  readonly api: Api;
  /** Of a demo user or client (stand-ins/demo-users.ts). */
  token(who: string): Promise<string>;
  close(): Promise<void>;
}

/** The whole API over a database of its own, with an issuer, while Temporal is away. */
export async function startApiWithoutEngine(
  environment: EnvironmentName = 'test',
): Promise<ApiWithoutEngine> {
  const database = await createTestDatabase();
  const config = readConfig({ LLWYBR_ENV: 'test', LOG_LEVEL: 'silent' });
  const db = openDatabase(database.url, { max: 20, applicationName: 'llwybr-api' });
  await loadPreset(db, 'dyfed-powys-2024');
  await loadPreset(db, 'demo');
  const directory = mkdtempSync(join(tmpdir(), 'llwybr-issuer-'));
  const issuer = await startIssuer({ port: 0, directory, audience: 'llwybr' });
  // Nobody listens on the discard port.
  const connection = Connection.lazy({ address: '127.0.0.1:9', connectTimeout: 500 });
  const webhooks = { publicUrl: '', authToken: gatewayToken };
  const api = createApp({
    db,
    client: new Client({ connection }),
    log: createLog({ level: 'silent', process: 'api', build: 'test' }),
    metrics: createMetrics({ process: 'api', build: 'test' }),
    issuer: { issuer: issuer.url, audience: 'llwybr' },
    secret: config.blindIndexKey,
    build: 'test',
    environment,
    webhooks,
  });
  const server = await listen(api.app, 0);
  webhooks.publicUrl = server.url;
  return {
    url: server.url,
    db,
    databaseUrl: database.url,
    issuer,
    api,
    token: (who) => issuer.mint(who),
    close: async () => {
      await server.close();
      await api.settled();
      // A connection closed while it is still being tried throws from a timer.
      await connection.ensureConnected().catch(() => undefined);
      await connection.close();
      await issuer.close();
      await db.close();
      await database.drop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
