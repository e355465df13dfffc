import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Rig } from './rig.ts';

const require = createRequire(import.meta.url);

/** What a figure was measured with. */
export async function versionsOf({ house, db }: Rig): Promise<Record<string, string>> {
  const { serverVersion } = await house.client.workflowService.getSystemInfo({});
  const { rows } = await db.pool.query<{ server_version: string }>('show server_version');
  return {
    node: process.versions.node,
    temporal: serverVersion,
    postgres: rows[0]?.server_version ?? '',
    sdk: packageVersion('@temporalio/worker'),
    pg: packageVersion('pg'),
    express: packageVersion('express'),
  };
}

function packageVersion(name: string): string {
  const { version } = JSON.parse(readFileSync(require.resolve(`${name}/package.json`), 'utf8')) as {
    readonly version: string;
  };
  return version;
}
