import { apiAfterSend } from './cells/api-after-send.ts';
import { messagesSentOnce } from './cells/messages-sent-once.ts';
import { postgresAway } from './cells/postgres-away.ts';
import { postgresDuringAppend } from './cells/postgres-during-append.ts';
import { randomKills } from './cells/random-kills.ts';
import { temporalAway } from './cells/temporal-away.ts';
import { temporalStoreLost } from './cells/temporal-store-lost.ts';
import { workerAfterAppend, workerAndTemporal } from './cells/worker-after-append.ts';
import type { Cell } from './cell.ts';

/** The longest first, so that a run of several at once does not end with one that is alone. */
export const matrix: readonly Cell[] = [
  postgresAway,
  temporalStoreLost,
  randomKills,
  temporalAway,
  apiAfterSend,
  messagesSentOnce,
  workerAfterAppend,
  workerAndTemporal,
  postgresDuringAppend,
];
