import type { NewEvent } from './event.ts';
import type { Json } from './json.ts';
import type { MessageIntent } from './message-intent.ts';

/** Why a command was not taken. `code` is stable and listed in api/problems.ts with its status and words. */
export interface Refusal {
  readonly code: RefusalCode;
  /** One plain English sentence for the person who sent the command. */
  readonly message: string;
  /**
   * Codes and instants only, e.g. the current stage, the allowed commands, the conditions met and not met. What of the
   * command is at fault stands under its own name; `field` names it where it is missing or has another name here.
   */
  readonly details?: Json;
}

export const refusalCodes = [
  'wrong-stage',
  'wrong-role',
  'not-found',
  'conflict',
  'already-done',
  'condition-not-met',
  'in-the-future',
  'before-the-start',
  'under-18',
  'unknown-command',
  'internal-error',
] as const;

export type RefusalCode = (typeof refusalCodes)[number];

/** Either events (at least one) with the messages they cause, or a refusal. */
export type Decision<E extends NewEvent<string, unknown> = NewEvent> =
  | {
      readonly events: readonly E[];
      readonly intents: readonly MessageIntent[];
      readonly refusal?: undefined;
    }
  | { readonly refusal: Refusal; readonly events?: undefined; readonly intents?: undefined };

export function refuse(code: RefusalCode, message: string, details?: Json): { readonly refusal: Refusal } {
  return { refusal: details === undefined ? { code, message } : { code, message, details } };
}
