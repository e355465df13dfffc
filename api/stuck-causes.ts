import type { Role } from '../workflows/domain/common/actor.ts';
import { ledgerCauses } from '../store/stuck.ts';
import { taskQueues } from '../workflows/contract/temporal.ts';

/** What an operator can press. Each is safe to repeat: the ledger decides what counts. */
export const remedies = {
  retry: {
    title: 'Retry now',
    consequence:
      'What waits for its next try is tried at once; a run whose code failed starts over from the ledger. Nothing is recorded or sent a second time.',
  },
  wake: {
    title: 'Wake',
    consequence:
      'The run reads the ledger again and tries the clocks that had failed. A run that is well does nothing.',
  },
  start: {
    title: 'Start the run',
    consequence:
      'Where no run is alive one is started and catches up from the ledger; a live one is left alone.',
  },
} as const;

export type RemedyName = keyof typeof remedies;

export interface EngineCause {
  readonly title: string;
  /** One plain sentence. */
  readonly cause: string;
  readonly owner: Role;
  readonly remedies: readonly RemedyName[];
  /** Said where there is nothing to press. */
  readonly remedy: string;
}

/** The engine family of the stuck list. Causes of practice stand in the tables of the kinds. */
export const engineCauses = {
  'workflow-task-failing': {
    title: 'The run fails',
    cause: 'The engine’s code fails on this pathway each time it is tried, so its clocks stand still.',
    owner: 'Operator',
    remedies: ['retry'],
    remedy: 'Read the log of the worker and mend the code; then retry.',
  },
  'append-retrying': {
    title: 'Recording is retried',
    cause: 'Something that happened cannot be written to the ledger yet and is tried again and again.',
    owner: 'Operator',
    remedies: ['retry'],
    remedy: 'See whether the database is well; then retry.',
  },
  'delivery-retrying': {
    title: 'A message is retried',
    cause: 'A message cannot be handed over yet and is tried again and again.',
    owner: 'Operator',
    remedies: ['retry'],
    remedy: 'See whether the gateway is well; then retry.',
  },
  [ledgerCauses.deadlineOverdue]: {
    title: 'A clock is overdue',
    cause: 'A clock has been due for more than a minute and its passing is not recorded.',
    owner: 'Operator',
    remedies: ['wake', 'start'],
    remedy: 'Wake the run, or start it where there is none.',
  },
  [ledgerCauses.runMissing]: {
    title: 'No run',
    cause: 'The pathway needs a run and none is alive.',
    owner: 'Operator',
    remedies: ['start'],
    remedy: 'Start the run; the sweep does so by itself within a minute.',
  },
  [ledgerCauses.factWaiting]: {
    title: 'A fact is on its way',
    cause:
      'Something that was told of the person has not reached the case for more than a minute: it binds every text and task, and the clocks do not know of it.',
    owner: 'Operator',
    remedies: [],
    remedy: 'See whether Temporal and the workers are well; the sweep goes on carrying it by itself.',
  },
  'run-left-over': {
    title: 'A run too many',
    cause: 'The pathway has ended and its run is still alive.',
    owner: 'Operator',
    remedies: ['wake'],
    remedy: 'Wake the run: it reads the ledger and ends.',
  },
} as const satisfies Record<string, EngineCause>;

export type EngineCauseCode = keyof typeof engineCauses;

export function engineCauseOf(code: string): EngineCause | undefined {
  return Object.hasOwn(engineCauses, code) ? engineCauses[code as EngineCauseCode] : undefined;
}

/** A queue without a worker holds up every pathway at once, so it stands beside the rows. */
export const silentQueueWords: Readonly<Record<string, string>> = {
  [taskQueues.pathways]:
    'No worker takes pathways: no command is answered and no clock passes until one is started.',
  [taskQueues.messages]: 'No worker takes messages: no text leaves until one is started.',
};
