import { join } from 'node:path';
import { JsonLines } from './json-lines.ts';

/** One request to create a message, whatever became of it. */
export interface CreateAttempt {
  /** ISO instant in UTC. */
  readonly at: string;
  readonly to: string;
  readonly from: string;
  readonly body: string;
  /** Whether the phone gets the text. What the caller was told is another matter. */
  readonly accepted: boolean;
  readonly sid: string | null;
  /** The error code that was answered, or null. */
  readonly code: number | null;
  /** The fault that was scripted for this attempt, or null. */
  readonly fault: string | null;
  /** Where the caller wants to be told what becomes of it. */
  readonly statusCallback?: string;
  /** How long it may be queued before it makes no sense any more. */
  readonly validitySeconds?: number;
  /** How its delivery was scripted to go, where it was. */
  readonly delivery?: ScriptedDelivery;
  /** How its callbacks were scripted to go wrong, where they were. */
  readonly callbacks?: ScriptedCallbacks;
}

export interface ScriptedDelivery {
  /** What it ends as instead of `delivered`, with its error code. */
  readonly ends?: { readonly status: 'undelivered' | 'failed'; readonly code: number };
  /** How long it stays queued. */
  readonly queuedSeconds?: number;
}

export const callbackFaults = ['twice', 'reversed', 'late', 'forged', 'unsigned', 'drop'] as const;

export interface ScriptedCallbacks {
  readonly does: (typeof callbackFaults)[number];
  /** Of `late`: how long each callback is held back. */
  readonly lateSeconds?: number;
}

/** A text that a phone sent to a number of the account. */
export interface InboundText {
  readonly kind: 'inbound';
  readonly at: string;
  readonly sid: string;
  /** The phone. */
  readonly from: string;
  /** The number of the account. */
  readonly to: string;
  readonly body: string;
  /** What the gateway itself made of it. */
  readonly optOut: 'STOP' | 'START' | 'HELP' | null;
}

/** A text that a phone got by itself after one of its own: from the gateway, or by TwiML from the account's server. */
export interface AutomaticReply {
  readonly kind: 'reply';
  readonly at: string;
  /** The id of the text that it answers. */
  readonly answers: string;
  readonly from: string;
  readonly to: string;
  readonly body: string;
  readonly by: 'gateway' | 'webhook';
}

/** One try to tell the account's server something. */
export interface WebhookPost {
  readonly kind: 'status-post' | 'inbound-post';
  readonly at: string;
  /** Of the message or the text. */
  readonly sid: string;
  /** What it said of a message; null for a text. */
  readonly status: string | null;
  /** The status of the answer over HTTP; or why there was none. */
  readonly answer: number | 'no-answer' | 'not-on-this-machine';
}

type Line = CreateAttempt | InboundText | AutomaticReply | WebhookPost;

/** What the stand-in knows, in `twilio-record.jsonl` of the directory. */
export class TwilioRecord {
  readonly #lines: JsonLines<Line>;
  readonly #attempts: CreateAttempt[] = [];
  readonly #inbound: InboundText[] = [];
  readonly #replies: AutomaticReply[] = [];
  readonly #posts: WebhookPost[] = [];

  constructor(directory: string) {
    this.#lines = new JsonLines<Line>(join(directory, 'twilio-record.jsonl'));
    for (const line of this.#lines.all) this.#sort(line);
  }

  get attempts(): readonly CreateAttempt[] {
    return this.#attempts;
  }

  get inbound(): readonly InboundText[] {
    return this.#inbound;
  }

  get replies(): readonly AutomaticReply[] {
    return this.#replies;
  }

  get posts(): readonly WebhookPost[] {
    return this.#posts;
  }

  add(line: Line): void {
    this.#lines.add(line);
    this.#sort(line);
  }

  #sort(line: Line): void {
    if (!('kind' in line)) this.#attempts.push(line);
    else if (line.kind === 'inbound') this.#inbound.push(line);
    else if (line.kind === 'reply') this.#replies.push(line);
    else this.#posts.push(line);
  }
}
