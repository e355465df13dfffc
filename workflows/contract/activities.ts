import type { AppendInput, AppendResult, CarryFactInput, DeliveryOutcome } from './envelope.ts';

/** Runs on the pathways queue, as a local activity first. Idempotent by (pathway, command id). */
export interface LedgerActivities {
  /** @throws ApplicationFailure type `AppendRejected`, non-retryable, when PostgreSQL refuses the data itself. */
  append(input: AppendInput): Promise<AppendResult>;
}

export const appendRejectedType = 'AppendRejected';

/** Runs on the messages queue. A second run for the same intent never sends a second time. */
export interface MessageActivities {
  deliverMessage(input: { readonly forceId: string; readonly intentId: string }): Promise<DeliveryOutcome>;
}

/** Runs on the pathways queue. Takes one fact to every open pathway of its person, then marks it carried. */
export interface FactActivities {
  carryFact(input: CarryFactInput): Promise<{ readonly pathways: number }>;
}
