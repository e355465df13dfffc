import { heartbeat } from '@temporalio/activity';

/** After three times that nobody heard of it is missed, by the `heartbeatTimeout` of whoever asked for it. */
const aliveEveryMs = 3_000;

/** Says while the work goes on that it does: an activity whose worker died is missed within seconds. */
export async function sayingAlive<T>(work: () => Promise<T>): Promise<T> {
  const alive = setInterval(() => {
    heartbeat();
  }, aliveEveryMs);
  try {
    return await work();
  } finally {
    clearInterval(alive);
  }
}
