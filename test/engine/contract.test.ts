import { expect, test } from '@jest/globals';
import {
  carryFactWorkflowId,
  commandUpdate,
  lookAgainSignal,
  messageNames,
  pathwayWorkflowId,
  pathwayWorkflowType,
  searchAttributes,
  taskQueues,
  viewQuery,
  workflowTypes,
} from '../../workflows/contract/temporal.ts';
import { deadlineCommandId, factCommandId } from '../../workflows/domain/common/command.ts';

/**
 * Open runs, recorded histories and the ledger know these names. A change here is not a rename: it
 * orphans every open case. Read docs/releasing.md before touching an expectation.
 */
test('M188 names that Temporal keeps never change', () => {
  expect(taskQueues).toEqual({ pathways: 'llwybr-pathways', messages: 'llwybr-messages' });
  expect(workflowTypes).toEqual({
    diversion: 'diversionPathway',
    compulsory: 'compulsoryPathway',
    carryPersonFact: 'carryPersonFact',
  });
  expect(searchAttributes).toEqual({ kind: 'LlwybrKind', force: 'LlwybrForce' });
  expect(messageNames).toEqual({ command: 'command', lookAgain: 'look-again', view: 'view' });
  expect([commandUpdate.name, lookAgainSignal.name, viewQuery.name]).toEqual([
    'command',
    'look-again',
    'view',
  ]);
});

test('every workflow type the contract names is exported by the bundle, and nothing else is', async () => {
  const exported = Object.keys(await import('../../workflows/index.ts'));
  expect(exported.sort()).toEqual(Object.values(workflowTypes).sort());
  expect(pathwayWorkflowType('diversion')).toBe('diversionPathway');
  expect(pathwayWorkflowType('compulsory')).toBe('compulsoryPathway');
});

test('M188 M196 workflow ids are built from opaque ids only', () => {
  expect(pathwayWorkflowId('3f2b8f6e-0000-4000-8000-000000000001')).toBe(
    'pathway:3f2b8f6e-0000-4000-8000-000000000001',
  );
  expect(carryFactWorkflowId('3f2b8f6e-0000-4000-8000-000000000002')).toBe(
    'carry-fact:3f2b8f6e-0000-4000-8000-000000000002',
  );
});

test('command ids of clocks and facts stay as the ledger knows them', () => {
  expect(deadlineCommandId('closure:-:1')).toBe('deadline:closure:-:1');
  expect(factCommandId('f-1')).toBe('fact:f-1');
});
