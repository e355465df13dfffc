import { type Client, WithStartWorkflowOperation, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure, defineSearchAttributeKey, TypedSearchAttributes } from '@temporalio/common';
import {
  carryFactWorkflowId,
  commandUpdate,
  lookAgainSignal,
  pathwayWorkflowId,
  pathwayWorkflowType,
  searchAttributes,
  taskQueues,
  workflowTypes,
} from '../workflows/contract/temporal.ts';
import type {
  CarryFactInput,
  CommandAnswer,
  PathwayInput,
  RefusalDetails,
} from '../workflows/contract/envelope.ts';
import { refusalFailureType } from '../workflows/contract/envelope.ts';
import type { Command } from '../workflows/domain/common/command.ts';
import type { PathwayKindName } from '../workflows/domain/common/pathway-kind.ts';

/** Which run is meant. The ids are opaque; the ledger knows the rest. */
export interface RunAddress {
  readonly forceId: string;
  readonly pathwayId: string;
  readonly kind: PathwayKindName;
}

const kindKey = defineSearchAttributeKey(searchAttributes.kind, 'KEYWORD');
const forceKey = defineSearchAttributeKey(searchAttributes.force, 'KEYWORD');

type PathwayWorkflow = (input: PathwayInput) => Promise<void>;

/**
 * How every run is started, by whoever starts it. A run that is there already is used; one that has
 * ended (a late correction, a lost store, a termination) is started again and catches up from the ledger.
 */
function runOptions({ forceId, pathwayId, kind }: RunAddress) {
  return {
    taskQueue: taskQueues.pathways,
    workflowId: pathwayWorkflowId(pathwayId),
    args: [{ forceId, pathwayId }] satisfies [PathwayInput],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE' as const,
    workflowIdConflictPolicy: 'USE_EXISTING' as const,
    typedSearchAttributes: new TypedSearchAttributes([
      { key: kindKey, value: kind },
      { key: forceKey, value: forceId },
    ]),
  };
}

/** Starts the run where none is alive. Safe to repeat; a second start of a live run changes nothing. */
export async function startRun(client: Client, address: RunAddress): Promise<void> {
  await client.workflow.start<PathwayWorkflow>(pathwayWorkflowType(address.kind), runOptions(address));
}

/**
 * Sends one command as one Update-with-start and waits for its answer, at most `timeoutMs`. With the sequence
 * at which the sender saw the ledger stand, a refusal may be given without a trace; without it the ledger is
 * always asked. One Update's id has one answer for the life of a run, also where that was a failure: who means to try
 * again gives another. The command's own id keeps it from being recorded twice.
 *
 * @throws the client's errors; `refusalOf` tells a refusal from silence
 */
export async function sendCommand(
  client: Client,
  address: RunAddress,
  command: Command,
  timeoutMs: number,
  seenSeq?: number,
  updateId = command.commandId,
): Promise<CommandAnswer> {
  const startWorkflowOperation = new WithStartWorkflowOperation<PathwayWorkflow>(
    pathwayWorkflowType(address.kind),
    runOptions(address),
  );
  // The handle's promise rejects beside the call's own; nobody waits for it here.
  startWorkflowOperation.workflowHandle().catch(() => undefined);
  return client.withDeadline(Date.now() + timeoutMs, () =>
    client.workflow.executeUpdateWithStart(commandUpdate, {
      updateId,
      args: [seenSeq === undefined ? command : { ...command, seenSeq }],
      startWorkflowOperation,
    }),
  );
}

/** The refusal in an error of `sendCommand`; undefined where the outcome is not known. */
export function refusalOf(error: unknown): RefusalDetails | undefined {
  if (!(error instanceof WorkflowUpdateFailedError)) return undefined;
  const { cause } = error;
  if (!(cause instanceof ApplicationFailure) || cause.type !== refusalFailureType) return undefined;
  return cause.details?.[0] as RefusalDetails | undefined;
}

/** Wakes a run: it reads the ledger again and tries clocks that had failed. */
export async function lookAgain(client: Client, pathwayId: string): Promise<void> {
  await client.workflow.getHandle(pathwayWorkflowId(pathwayId)).signal(lookAgainSignal);
}

/**
 * Starts the carrying of one safety fact, or of a reply. A second start of the same changes nothing while the first goes on.
 * @param part of it that came up later: it is carried by a run of its own, since the first may be just about to end
 */
export async function startCarryFact(
  client: Client,
  input: CarryFactInput,
  part?: 'settlement',
): Promise<void> {
  await client.workflow.start<(input: CarryFactInput) => Promise<void>>(workflowTypes.carryPersonFact, {
    taskQueue: taskQueues.pathways,
    workflowId: carryFactWorkflowId(part === undefined ? input.factId : `${input.factId}:${part}`),
    args: [input],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    workflowIdConflictPolicy: 'USE_EXISTING',
  });
}
