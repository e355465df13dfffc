import { defineUpdate } from '@temporalio/workflow';

/** The names of the bare workflow, for its worker and its callers. */
export const bareQueue = 'bench-bare';
export const bareType = 'bare';
export const step = defineUpdate<number>('step');
