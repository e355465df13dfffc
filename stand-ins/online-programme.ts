import { createHash, randomInt, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import express from 'express';
import type { ErrorRequestHandler, Express, Request, Response } from 'express';
import { z } from 'zod';
import { JsonLines } from './json-lines.ts';
import { listen } from './listen.ts';
import { programmeFaultScript, ScriptedProgrammeFaults } from './online-programme-faults.ts';
import type { ProgrammeFault } from './online-programme-faults.ts';
import { signInPage } from './online-programme-page.ts';
import { sendPage } from './page.ts';

export interface OnlineProgrammeOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** Where the record is kept. */
  readonly directory: string;
  readonly token: string;
}

/** One try to enrol somebody, whatever became of it. */
export interface EnrolAttempt {
  readonly kind: 'enrol';
  /** ISO instant in UTC. */
  readonly at: string;
  readonly key: string;
  readonly reference: string;
  /** Whether the programme has them from this try. A key that it knows enrols nobody again. */
  readonly accepted: boolean;
  readonly accessCode: string | null;
  /** The fault that was scripted for it, or null. */
  readonly fault: ProgrammeFault['does'] | null;
}

export interface LoginRecord {
  readonly kind: 'login';
  readonly at: string;
  readonly reference: string;
}

export interface OnlineProgrammeStandIn {
  readonly url: string;
  /** Every try to enrol somebody since the record began, oldest first. */
  attempts(): readonly EnrolAttempt[];
  /** Every login, the first of a person and others. */
  logins(): readonly LoginRecord[];
  /** Stops listening and cuts every open connection, the hung ones too. */
  close(): Promise<void>;
}

type Line = EnrolAttempt | LoginRecord;

/** Without signs that look alike, and without vowels. */
const codeLetters = 'BCDFGHJKMNPQRSTVWXZ23456789';

const enrolBody = z.strictObject({ reference: z.string().min(1).max(100) });

/**
 * A server on this machine that speaks our own protocol of the online programme (docs/decisions/0008), with its own
 * record, the faults that tests ask for, and a page on which somebody with an access code logs in.
 *
 *     POST   /stand-in/faults   {"on": "enrol", "does": "accept-then-hang", "reference": "...", "times": 1}
 *     GET    /stand-in/faults   those not used up
 *     DELETE /stand-in/faults
 *     GET    /stand-in/record   every try to enrol somebody, and every login
 *
 * @throws Error with code EADDRINUSE when the port is taken.
 */
export async function startOnlineProgramme(options: OnlineProgrammeOptions): Promise<OnlineProgrammeStandIn> {
  const record = new JsonLines<Line>(join(options.directory, 'online-programme-record.jsonl'));
  const server = await listen(createApp(options.token, record), options.port);
  return {
    url: server.url,
    attempts: () => record.all.filter((line) => line.kind === 'enrol'),
    logins: () => record.all.filter((line) => line.kind === 'login'),
    close: () => server.close(),
  };
}

function createApp(token: string, record: JsonLines<Line>): Express {
  const faults = new ScriptedProgrammeFaults();
  const enrolled = (): EnrolAttempt[] =>
    record.all.filter((line) => line.kind === 'enrol').filter(({ accepted }) => accepted);

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');

  app.get('/', (_request, response) => {
    sendPage(response, signInPage({ enrolled: enrolled().length }));
  });
  app.post('/log-in', express.urlencoded({ extended: false }), (request, response) => {
    const typed = ((request.body ?? {}) as Record<string, unknown>)['code'];
    const code = typeof typed === 'string' ? typed.trim().toUpperCase() : '';
    const found = enrolled().find(({ accessCode }) => accessCode === code);
    if (found === undefined) {
      response.status(400);
      sendPage(response, signInPage({ enrolled: enrolled().length, mistake: 'Nobody has this code.' }));
      return;
    }
    record.add({ kind: 'login', at: new Date().toISOString(), reference: found.reference });
    sendPage(response, signInPage({ enrolled: enrolled().length, welcome: true }));
  });

  app
    .route('/stand-in/faults')
    .post(express.json(), (request, response) => {
      const script = programmeFaultScript.safeParse(request.body);
      if (!script.success) {
        response.status(400).json({ message: z.prettifyError(script.error) });
        return;
      }
      faults.add(script.data);
      response.status(201).json(script.data);
    })
    .get((_request, response) => {
      response.json(faults.all);
    })
    .delete((_request, response) => {
      faults.clear();
      response.status(204).end();
    });
  app.get('/stand-in/record', (_request, response) => {
    response.json(record.all);
  });

  app.use('/v1', (request, response, next) => {
    if (isSame(request.get('authorization') ?? '', `Bearer ${token}`)) next();
    else refuse(response, 401, 'not-authenticated');
  });
  app.post('/v1/enrolments', express.json(), (request, response) => {
    enrol(request, response);
  });
  app.get('/v1/enrolments/:reference', (request, response) => {
    const { reference } = request.params;
    const fault = faults.take('find', reference);
    if (fault !== undefined) {
      fail(fault, response);
      return;
    }
    const found = enrolled().find((known) => known.reference === reference);
    if (found === undefined) refuse(response, 404, 'not-found');
    else response.json({ accessCode: found.accessCode });
  });
  app.get('/v1/first-logins', (request, response) => {
    const { since = '', limit = '' } = request.query;
    const most = typeof limit === 'string' && /^[1-9]\d{0,6}$/.test(limit) ? Number(limit) : Infinity;
    const from = typeof since === 'string' && since !== '' ? Date.parse(since) : 0;
    if (Number.isNaN(from)) {
      refuse(response, 400, 'since-is-no-instant');
      return;
    }
    const fault = faults.take('logins', '');
    if (fault !== undefined) {
      fail(fault, response);
      return;
    }
    const until = new Date().toISOString();
    const first = new Map<string, string>();
    for (const line of record.all) {
      if (line.kind === 'login' && !first.has(line.reference)) first.set(line.reference, line.at);
    }
    const told = Array.from(first, ([reference, at]) => ({ reference, at }))
      .filter(({ at }) => Date.parse(at) >= from && at < until)
      .sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
    // Never between two of one instant: whoever asks from there on would be told of the first of them for ever.
    const cut = told.findIndex(({ at }, index) => index >= most && at !== told[index - 1]?.at);
    const next = told[cut];
    response.json(
      next === undefined
        ? { firstLogins: told, until }
        : { firstLogins: told.slice(0, cut), until: next.at, more: true },
    );
  });
  app.use((_request, response) => {
    refuse(response, 404, 'not-found');
  });
  app.use(answerBadBody);
  return app;

  function enrol(request: Request, response: Response): void {
    const key = request.get('idempotency-key') ?? '';
    const body = enrolBody.safeParse(request.body);
    if (key === '' || !body.success) {
      refuse(response, 400, key === '' ? 'key-missing' : 'bad-request');
      return;
    }
    const { reference } = body.data;
    const known = enrolled().find((attempt) => attempt.key === key);
    const fault = faults.take('enrol', reference);
    const attempt = { kind: 'enrol', at: new Date().toISOString(), key, reference } as const;
    const accepts = fault === undefined || fault.does.startsWith('accept-then-');
    const isNew = accepts && known === undefined;
    const accessCode = known?.accessCode ?? newAccessCode(enrolled());
    record.add({
      ...attempt,
      accepted: isNew,
      accessCode: accepts ? accessCode : null,
      fault: fault?.does ?? null,
    });
    if (fault === undefined) response.status(isNew ? 201 : 200).json({ accessCode });
    else fail(fault, response);
  }
}

function newAccessCode(taken: readonly EnrolAttempt[]): string {
  const four = (): string =>
    Array.from({ length: 4 }, () => codeLetters.charAt(randomInt(codeLetters.length))).join('');
  for (;;) {
    const code = `${four()}-${four()}`;
    if (!taken.some(({ accessCode }) => accessCode === code)) return code;
  }
}

/** What the caller sees of a fault; whether somebody was enrolled is decided by then. */
function fail({ does, retryAfterSeconds }: ProgrammeFault, response: Response): void {
  switch (does) {
    case 'hang':
    case 'accept-then-hang':
      return;
    case 'reset':
    case 'accept-then-reset':
      response.socket?.resetAndDestroy();
      return;
    case '500':
    case 'accept-then-500':
      response.status(500).type('text/plain').send('Something went wrong');
      return;
    case 'accept-then-nonsense':
      response.status(201).type('text/html').send('<p>Thank you</p>');
      return;
    case 'too-many':
      if (retryAfterSeconds !== undefined) response.set('Retry-After', String(retryAfterSeconds));
      refuse(response, 429, 'too-many-requests');
      return;
    case 'lag':
      refuse(response, 404, 'not-found');
      return;
    case 'refuse':
      refuse(response, 422, 'not-taken');
  }
}

function refuse(response: Response, status: number, code: string): void {
  response.status(status).json({ code });
}

const answerBadBody: ErrorRequestHandler = (_error, _request, response, next) => {
  if (response.headersSent) next();
  else refuse(response, 400, 'bad-request');
};

function isSame(given: string, right: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(right));
}
