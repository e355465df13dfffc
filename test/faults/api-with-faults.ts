import { WorkflowClient } from '@temporalio/client';
import { dieOf, isArmed, takeFault } from './armed-fault.ts';

/*
 * The API process as it is, with one thing wrong with it: while a fault is armed, a command ends the
 * process when it is on its way to Temporal, or when Temporal has answered and the caller has not been.
 */
const file = process.env['FAULT_ARMED_SEND'] ?? '';

type Send = (this: WorkflowClient, ...args: unknown[]) => Promise<unknown>;

// The function is called with its own `this` below.
// eslint-disable-next-line @typescript-eslint/unbound-method
const send = WorkflowClient.prototype.executeUpdateWithStart as Send;

async function sendWithFaults(this: WorkflowClient, ...args: unknown[]): Promise<unknown> {
  const fault = isArmed(file) ? takeFault(file) : undefined;
  if (fault === undefined) return send.apply(this, args);
  const { moment } = fault;
  const answer = send.apply(this, args);
  if (moment.kind === 'under-way') {
    setTimeout(() => void dieOf(fault), moment.afterMs);
    return answer;
  }
  await answer.catch(() => undefined);
  return dieOf(fault);
}

WorkflowClient.prototype.executeUpdateWithStart =
  sendWithFaults as unknown as typeof WorkflowClient.prototype.executeUpdateWithStart;

await import('../../api/server.ts');
