import { allHandlersFinished, condition, proxyLocalActivities, setHandler } from '@temporalio/workflow';
import type { BareActivities } from './activities.ts';
import { step } from './names.ts';

const { nothing } = proxyLocalActivities<BareActivities>({
  scheduleToCloseTimeout: '3s',
  startToCloseTimeout: '3s',
});

/** The least that a workflow with answered commands can be: no rules, no clocks, no ledger. Ends after so many Updates. */
export async function bare(updates: number): Promise<void> {
  let done = 0;
  setHandler(step, async () => {
    await nothing();
    done += 1;
    return done;
  });
  await condition(() => done >= updates && allHandlersFinished());
}
