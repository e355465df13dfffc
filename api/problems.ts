import type { RefusalCode } from '../workflows/domain/common/decision.ts';
import type { Json } from '../workflows/domain/common/json.ts';

interface ProblemRow {
  readonly status: number;
  /** Short, the same for every occurrence. */
  readonly title: string;
  /** Said where the occurrence has no words of its own. */
  readonly words: string;
}

/**
 * Every problem that the API answers with (RFC 9457): the code is stable, programs may rely on it. Codes
 * of refusals come from the domain, and the compiler sees to it that each of them has its row.
 */
export const problems = {
  // What the domain refuses.
  'wrong-stage': {
    status: 409,
    title: 'Not in this stage',
    words: 'The pathway is in a stage that does not allow this.',
  },
  'wrong-role': { status: 403, title: 'Not for this role', words: 'Your role does not allow this.' },
  'not-found': { status: 404, title: 'Not found', words: 'There is nothing here under this address.' },
  conflict: {
    status: 409,
    title: 'Conflict',
    words: 'This contradicts what is recorded. A person has to decide.',
  },
  'already-done': { status: 409, title: 'Already done', words: 'This has been done already.' },
  'condition-not-met': {
    status: 409,
    title: 'A condition is not met',
    words: 'A condition that the law or the practice asks for is not met.',
  },
  'in-the-future': {
    status: 422,
    title: 'In the future',
    words: 'What is recorded must have happened already.',
  },
  'before-the-start': {
    status: 422,
    title: 'Out of order',
    words:
      'One of these times lies before the start of the pathway, or before another that it can only follow.',
  },
  'under-18': {
    status: 422,
    title: 'Under 18',
    words: 'The person was under 18. Nothing was kept. Signpost to the young people’s service.',
  },
  'unknown-command': {
    status: 404,
    title: 'Unknown command',
    words: 'This kind of pathway has no such command.',
  },
  'internal-error': {
    status: 500,
    title: 'Internal error',
    words: 'Something failed on our side. Nothing was recorded by this request.',
  },

  // Who is asking.
  'no-token': { status: 401, title: 'Not signed in', words: 'Send a bearer token.' },
  'invalid-token': {
    status: 401,
    title: 'Token not accepted',
    words: 'The token is malformed, expired, of another issuer or for another audience.',
  },
  'issuer-away': {
    status: 503,
    title: 'Sign-in is not available',
    words: 'The keys of the sign-in service cannot be read now. Nothing was done; try again.',
  },

  'signature-missing': {
    status: 400,
    title: 'Not signed',
    words: 'Only the text gateway calls here, and it signs. Nothing was done.',
  },
  'signature-wrong': {
    status: 403,
    title: 'Wrongly signed',
    words: 'The signature does not fit the address and the form. Nothing was done.',
  },

  // How it is asked.
  'malformed-request': { status: 400, title: 'Malformed request', words: 'The request cannot be read.' },
  'malformed-json': {
    status: 400,
    title: 'Malformed JSON',
    words: 'The body is not one JSON value in UTF-8.',
  },
  'malformed-csv': {
    status: 400,
    title: 'Malformed CSV',
    words: 'The file is not CSV in UTF-8 with one header line. Nothing was taken.',
  },
  'missing-columns': {
    status: 422,
    title: 'Missing columns',
    words: 'The file lacks columns that it cannot be read without. Nothing was taken.',
  },
  'invalid-request': {
    status: 400,
    title: 'Invalid request',
    words: 'The request does not have the shape that this route takes.',
  },
  'invalid-date': {
    status: 422,
    title: 'Invalid date',
    words: 'A date or time does not exist, or is outside the years that are taken.',
  },
  'zone-missing': {
    status: 422,
    title: 'Offset missing',
    words: 'An instant ends in Z or an offset such as +01:00.',
  },
  'missing-hour': {
    status: 422,
    title: 'In the missing hour',
    words: 'This time does not exist: the clocks go forward over it.',
  },
  'doubled-hour': {
    status: 422,
    title: 'In the doubled hour',
    words:
      'This time comes twice in that night. Say which: with the offset +01:00 (first) or +00:00 (second).',
  },
  'invalid-phone': {
    status: 422,
    title: 'Not a mobile number',
    words: 'Only a mobile number of the United Kingdom is taken here. Leave it out where there is none.',
  },
  'invalid-cursor': {
    status: 400,
    title: 'Invalid cursor',
    words: 'Cursors are taken as the list gave them, with the same filters.',
  },
  'body-too-large': {
    status: 413,
    title: 'Body too large',
    words: 'The body is larger than this route takes.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'Unsupported media type',
    words: 'This route takes another content type, in UTF-8 and not compressed.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'Method not allowed',
    words: 'This address does not take this method.',
  },
  'idempotency-key-required': {
    status: 400,
    title: 'Idempotency-Key required',
    words: 'Send an Idempotency-Key: one new value for each act, the same one when you repeat it.',
  },
  'idempotency-key-malformed': {
    status: 400,
    title: 'Idempotency-Key malformed',
    words: 'An Idempotency-Key has 8 to 128 characters out of A-Z a-z 0-9 . _ : -',
  },
  'idempotency-key-reused': {
    status: 422,
    title: 'Idempotency-Key reused',
    words: 'This key was used before with another request. Use a new key for a new act.',
  },
  'request-running': {
    status: 409,
    title: 'Still running',
    words: 'The first request with this key is still being answered. Try again with the same key.',
  },

  'import-running': {
    status: 409,
    title: 'This file is being taken in',
    words: 'Another request takes in the same file now. Send it again when that has ended.',
  },

  // What came of it.
  'outcome-unknown': {
    status: 503,
    title: 'Outcome unknown',
    words:
      'No answer came in time. It may or may not have been recorded: repeat with the same Idempotency-Key, which never does it twice.',
  },
  'too-many-in-flight': {
    status: 429,
    title: 'Too many at once',
    words: 'Other commands of this pathway are being answered. Nothing was recorded; try again.',
  },
  'no-policy': {
    status: 409,
    title: 'No policy in force',
    words:
      'The force has no policy for this on that day, so no clock could be set. An administrator has to add one.',
  },
  'identity-conflict': {
    status: 409,
    title: 'Identity conflict',
    words:
      'This occurrence or this person’s number is recorded with another name and another birth date. Nothing was recorded or changed. Compare occurrence number, nominal number, name and birth date with the records system: where one was mistyped, send it again corrected. If all of it is right, two people share a number or the first entry is wrong: ask the records team to mend that first.',
  },
  'engine-away': {
    status: 503,
    title: 'The engine is not available',
    words: 'The workflow engine does not answer. Nothing was done; try again.',
  },
  'ledger-away': {
    status: 503,
    title: 'The ledger is not available',
    words: 'The database does not answer. Nothing is known to have been recorded; repeat with the same key.',
  },
} as const satisfies Record<RefusalCode, ProblemRow> & Record<string, ProblemRow>;

export type ProblemCode = keyof typeof problems;

/** One field that is wrong. `path` is a JSON pointer into the body, or the name of a parameter. */
export interface FieldError {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/** The body of every answer that is not a success, as `application/problem+json`. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ProblemCode;
  readonly detail: string;
  /** The id of this request, as in the answer's X-Request-Id and in the log. */
  readonly requestId?: string;
  readonly errors?: readonly FieldError[];
  readonly details?: Json;
}

interface ProblemParts {
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
  readonly details?: Json;
  /** Seconds after which trying again makes sense. */
  readonly retryAfter?: number;
}

/** Thrown by handlers and middleware; the error handler turns it into the document. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly parts: ProblemParts;

  constructor(code: ProblemCode, parts: ProblemParts = {}) {
    super(code);
    this.code = code;
    this.parts = parts;
  }

  get status(): number {
    return problems[this.code].status;
  }

  document(): ProblemDocument {
    const row: ProblemRow = problems[this.code];
    const { detail, errors, details } = this.parts;
    return {
      type: `urn:llwybr:problem:${this.code}`,
      title: row.title,
      status: row.status,
      code: this.code,
      detail: detail ?? row.words,
      ...(errors === undefined ? {} : { errors }),
      ...(details === undefined ? {} : { details }),
    };
  }
}
