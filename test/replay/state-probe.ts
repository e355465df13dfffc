import { proxySinks, type Sinks, type WorkflowInterceptorsFactory, workflowInfo } from '@temporalio/workflow';
import { getActivator } from '@temporalio/workflow/lib/global-attributes.js';
import { messageNames } from '../../workflows/contract/temporal.ts';

/** Told after every activation, so the last one is the state that the replay has reached. */
export interface ProbeSinks extends Sinks {
  readonly probe: { readonly state: (workflowId: string, view: string) => void };
}

/** Bundled into the replay only: histories hold no queries, so the state is asked for from inside. */
export const interceptors: WorkflowInterceptorsFactory = () => {
  const { probe } = proxySinks<ProbeSinks>();
  return {
    internals: [
      {
        concludeActivation(input, next) {
          const view = getActivator().queryHandlers.get(messageNames.view)?.handler;
          if (view !== undefined) probe.state(workflowInfo().workflowId, JSON.stringify(view()));
          return next(input);
        },
      },
    ],
  };
};
