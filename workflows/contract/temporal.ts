import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { PathwayKindName } from '../domain/common/pathway-kind.ts';
import type { CommandAnswer, RunView, SentCommand } from './envelope.ts';

/**
 * Every name that Temporal keeps. They are frozen by test/engine/contract.test.ts: open runs and
 * recorded histories know them. Nothing here, and nothing built here, ever holds personal data: ids,
 * types, queues and search attributes stay in clear on the server.
 */
export const taskQueues = { pathways: 'llwybr-pathways', messages: 'llwybr-messages' } as const;

export const workflowTypes = {
  diversion: 'diversionPathway',
  compulsory: 'compulsoryPathway',
  carryPersonFact: 'carryPersonFact',
} as const;

/** Set at start and never upserted: an upsert costs events, and a stage in clear would say too much. */
export const searchAttributes = { kind: 'LlwybrKind', force: 'LlwybrForce' } as const;

export const messageNames = { command: 'command', lookAgain: 'look-again', view: 'view' } as const;

/**
 * A command of a person or a machine: checked, answered, in the history. The Update's id is the command's id.
 * With it goes the sequence at which the sender saw the ledger stand: only a run that stands there too may
 * refuse the command at the door. Builds before sent that as an argument of its own, which costs a payload more.
 */
export const commandUpdate = defineUpdate<CommandAnswer, [command: SentCommand, seenSeq?: number]>(
  messageNames.command,
);

/** "Read the ledger again": a person's fact was recorded, or the ledger moved without this run. */
export const lookAgainSignal = defineSignal(messageNames.lookAgain);

/** For support and for the checks of the ledger; pages read PostgreSQL. */
export const viewQuery = defineQuery<RunView>(messageNames.view);

export function pathwayWorkflowId(pathwayId: string): string {
  return `pathway:${pathwayId}`;
}

export function carryFactWorkflowId(factId: string): string {
  return `carry-fact:${factId}`;
}

export function pathwayWorkflowType(kind: PathwayKindName): string {
  return workflowTypes[kind];
}
