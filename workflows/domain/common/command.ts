import type { Actor } from './actor.ts';
import type { ByEmail, NotReachedReason } from './by-email.ts';
import type { ConsentPurpose } from './consent.ts';
import type { ContactPreferences } from './contact-preference.ts';
import type { Instant } from './instant.ts';
import type { PersonFactKind } from './person-fact.ts';
import type { RecordReplyData, SettleReplyData } from './reply.ts';

/**
 * One act of a person, a machine client, a clock or the engine. `commandId` is made where the intent
 * was made (the request, the clock, the fact) and is unique in the pathway's ledger for ever.
 */
export interface Command<N extends string = string, D = unknown> {
  readonly commandId: string;
  readonly name: N;
  readonly data: D;
  /** When it happened in the world. */
  readonly occurredAt: Instant;
  /** When it reached the API or the engine. */
  readonly receivedAt: Instant;
  readonly actor: Actor;
}

export interface DeadlineDueData {
  readonly deadlineId: string;
}

/** A safety fact recorded beside the ledger, carried to each open pathway of the person. */
export interface CarryFactData {
  readonly factId: string;
  readonly fact: PersonFactKind;
  /** Only for `task-withdrawn`. */
  readonly taskId?: string;
  /** Coded reason, where the fact has one. */
  readonly reason?: string;
  /** Only for `consent-given` and `consent-withdrawn`, and always for those. */
  readonly purpose?: ConsentPurpose;
  /** Only for `contact-preferences`, and always for those: at least one way. */
  readonly preferences?: ContactPreferences;
  /** Only for `death-corrected`, and always for it: the fact of the death that was none. */
  readonly correctsFactId?: string;
}

export interface DeliveryOutcomeData {
  readonly intentId: string;
  /** The outcomes that need a person; of what was skipped only what somebody has to know (no-way.ts). */
  readonly outcome: 'unknown' | 'failed' | 'skipped';
  readonly purpose: string;
  /** Only of what was skipped. */
  readonly reason?: NotReachedReason;
  /** Only of a text that was skipped: the person wants e-mails, and can be told by one. */
  readonly byEmail?: ByEmail;
  /** The gateway says that there is no phone with this number. Left out: no. */
  readonly numberGone?: true;
}

/**
 * A contact with the person on another open referral of theirs with the same provider. It is carried as facts are, under
 * the id of its row.
 */
export interface ShareContactData {
  readonly factId: string;
  readonly fromPathwayId: string;
  /** The command that recorded it there; null: all that came from there, which is another person's. */
  readonly attemptId: string | null;
  /** As recorded there; empty where it was undone. */
  readonly channel: string;
  /** As recorded there, or `undone`. */
  readonly result: string;
}

export interface InternalErrorData {
  /** The command that could not be decided; its text is in the log, not here. */
  readonly commandName: string;
}

/** Commands that every kind of pathway takes and that nobody can send through the API. */
export type EngineCommand =
  | Command<'deadline-due', DeadlineDueData>
  | Command<'carry-fact', CarryFactData>
  | Command<'share-contact', ShareContactData>
  | Command<'record-reply', RecordReplyData>
  | Command<'settle-reply', SettleReplyData>
  | Command<'report-delivery', DeliveryOutcomeData>
  | Command<'report-internal-error', InternalErrorData>;

export const engineCommandNames = [
  'deadline-due',
  'carry-fact',
  'share-contact',
  'record-reply',
  'settle-reply',
  'report-delivery',
  'report-internal-error',
] as const;

/** The ledger's id of a clock's command: a clock passes once. */
export function deadlineCommandId(deadlineId: string): string {
  return `deadline:${deadlineId}`;
}

/** `reassignedAt`: where the pathway has become another person's, at which event; what was told before was of somebody else. */
export function factCommandId(factId: string, reassignedAt: number | null = null): string {
  return reassignedAt === null ? `fact:${factId}` : `fact:${factId}:${String(reassignedAt)}`;
}

/** A rule failed on this command; reported once. */
export function internalErrorCommandId(commandId: string): string {
  return `internal:${commandId}`;
}

/** A text that came in is recorded once, however often the gateway tells of it. */
export function replyCommandId(replyId: string): string {
  return `reply:${replyId}`;
}

export function replySettledCommandId(replyId: string): string {
  return `reply-settled:${replyId}`;
}

/** Somebody logs in for the first time once, however often the online programme tells of it. */
export function firstLoginCommandId(intentId: string): string {
  return `first-login:${intentId}`;
}

export function deliveryCommandId(intentId: string): string {
  return `delivery:${intentId}`;
}
