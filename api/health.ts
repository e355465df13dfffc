import type { Client } from '@temporalio/client';
import type { Metrics } from '../platform/metrics.ts';
import { isReachable } from '../store/database.ts';
import type { Database } from '../store/database.ts';
import { lastSweep } from '../store/sweeps.ts';
import { isWorkerPresent } from '../store/worker-presence.ts';
import type { PublicRoute } from './route.ts';

export interface HealthParts {
  readonly db: Database;
  readonly client: Client;
  readonly metrics: Metrics;
  readonly build: string;
  readonly environment: string;
}

const answerWithinMs = 1_500;

/** The sweep runs every five seconds; silent for longer than this, nobody mends what the engine cannot see. */
const sweepSilentMs = 30_000;

type PartState = 'up' | 'away' | 'late';

/** Pages for probes and operators. They say how parts are, never what they hold. */
export function healthRoutes({ db, client, metrics, build, environment }: HealthParts): PublicRoute[] {
  const startedAt = new Date().toISOString();
  const json = (status: number, body: unknown) =>
    ({ status, media: 'application/json', body: JSON.stringify(body) }) as const;
  const addresses = { api: '/api/v1', description: '/api/openapi.json', health: '/health' };
  return [
    {
      ...{ method: 'get', path: '/', tag: 'about', media: 'application/json' },
      summary: 'What this is and where to go on',
      respond: () => Promise.resolve(json(200, { name: 'llwybr', ...addresses })),
    },
    {
      ...{ method: 'get', path: '/ping', tag: 'about', media: 'text/plain' },
      summary: 'Whether the process answers',
      respond: () => Promise.resolve({ status: 200, media: 'text/plain', body: 'pong' }),
    },
    {
      ...{ method: 'get', path: '/info', tag: 'about', media: 'application/json' },
      summary: 'Which build this is',
      respond: () => Promise.resolve(json(200, { name: 'llwybr', build, environment, startedAt })),
    },
    {
      ...{ method: 'get', path: '/health', tag: 'about', media: 'application/json' },
      summary: 'How the parts are: 503 where nothing can be taken in',
      respond: async () => {
        const upOrAway = async (fact: Promise<boolean>): Promise<PartState> =>
          (await within(fact, false)) ? 'up' : 'away';
        const [database, temporal, worker, sweep] = await Promise.all([
          upOrAway(isReachable(db)),
          upOrAway(answers(client)),
          upOrAway(isWorkerPresent(db)),
          within(sweepState(db), 'away' as const),
        ]);
        // Referrals, tests and safety facts need PostgreSQL only, so without Temporal the API stays ready.
        const ready = database === 'up';
        const parts = { database, temporal, worker, sweep };
        const whole = Object.values(parts).every((state) => state === 'up');
        const status = !ready ? 'down' : whole ? 'up' : 'degraded';
        return json(ready ? 200 : 503, { status, live: true, ready, parts });
      },
    },
    {
      ...{ method: 'get', path: '/metrics', tag: 'about', media: 'text/plain' },
      summary: 'Counters in the format of Prometheus',
      respond: async () => ({
        status: 200,
        media: metrics.registry.contentType,
        body: await metrics.registry.metrics(),
      }),
    },
  ];
}

/** Whether Temporal answers. */
export async function answers(client: Client): Promise<boolean> {
  try {
    await client.withDeadline(Date.now() + answerWithinMs, () => client.workflowService.getSystemInfo({}));
    return true;
  } catch {
    return false;
  }
}

async function sweepState(db: Database): Promise<PartState> {
  const at = await lastSweep(db).catch(() => null);
  return at !== null && Date.now() - Date.parse(at) <= sweepSilentMs ? 'up' : 'late';
}

/** The value, or the other one where it takes longer than a probe waits. */
export async function within<T>(value: Promise<T>, otherwise: T, ms = answerWithinMs): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<T>((resolve) => {
    timer = setTimeout(() => {
      resolve(otherwise);
    }, ms);
  });
  try {
    return await Promise.race([value.catch(() => otherwise), late]);
  } finally {
    clearTimeout(timer);
  }
}
