import type { AppendInput, AppendResult, CarryFactInput, DeliveryOutcome } from './envelope.ts';

/** Runs on the pathways queue, as a local activity first. Idempotent by (pathway, command id). */
export interface LedgerActivities {
  /**
   * @throws ApplicationFailure non-retryable, of type `AppendRejected` when PostgreSQL refuses the data itself, and of
   * type `AppendConflict` when the sender chose an id that another pathway has.
   */
  append(input: AppendInput): Promise<AppendResult>;
}

export const appendRejectedType = 'AppendRejected';
export const appendConflictType = 'AppendConflict';

/** Runs on the messages queue. A second run for the same intent never sends a second time. */
export interface MessageActivities {
  deliverMessage(input: { readonly forceId: string; readonly intentId: string }): Promise<DeliveryOutcome>;
}

/**
 * Types of the retryable failures by which a delivery waits without holding a place at the worker. Who lists
 * deliveries that retry can tell waiting on purpose (`hours`) from trouble.
 */
export const deliveryWaitTypes = {
  /** For its time, or for the sending hours. */
  hours: 'WaitsForHours',
  /** The gateway is away, or asked for a pause; it surely did not take the text. */
  gateway: 'GatewayAway',
  /** The gateway's answer was unclear; it is looked up there. */
  lookUp: 'LooksUpAtGateway',
  /** The invitation waits for the access code. */
  enrolment: 'WaitsForEnrolment',
  /** Another try of the same delivery is at it. */
  busy: 'DeliveryBusy',
  /** The database did not answer. */
  record: 'MessageRecordAway',
} as const;

/** Runs on the pathways queue. Takes one fact to every open pathway of its person, then marks it carried. */
export interface FactActivities {
  carryFact(input: CarryFactInput): Promise<{ readonly pathways: number }>;
}
