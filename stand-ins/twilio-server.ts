import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import express from 'express';
import type { ErrorRequestHandler, Express, Request, Response } from 'express';
import { z } from 'zod';
import { listen } from './listen.ts';
import { phonePage, phonesPage } from './phone-page.ts';
import { faultScript, ScriptedFaults } from './twilio-faults.ts';
import type { Fault } from './twilio-faults.ts';
import { messageResource, messagesOf, passes } from './twilio-messages.ts';
import type { GatewayMessage } from './twilio-messages.ts';
import { TwilioRecord } from './twilio-record.ts';
import type { CreateAttempt } from './twilio-record.ts';

export interface TwilioStandInOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** Where the record is kept. */
  readonly directory: string;
  readonly accountSid: string;
  readonly authToken: string;
  /** How long an accepted message is queued before it counts as sent. */
  readonly queuedForMs?: number;
}

export interface TwilioStandIn {
  readonly url: string;
  /** Every attempt to create a message since the record began, oldest first. */
  record(): readonly CreateAttempt[];
  /** Stops listening and cuts every open connection, the hung ones too. */
  close(): Promise<void>;
}

/**
 * A server on this machine that answers like Twilio's Messages resource (2010-04-01): create, fetch and
 * list, with its own record, the faults that tests ask for, and a page that shows the phone.
 *
 *     POST   /stand-in/faults   {"on": "create", "does": "accept-then-hang", "to": "+447700900123", "times": 1}
 *     GET    /stand-in/faults   those not used up
 *     DELETE /stand-in/faults
 *     GET    /stand-in/record   every attempt to create a message
 */
export async function startTwilioStandIn(options: TwilioStandInOptions): Promise<TwilioStandIn> {
  const record = new TwilioRecord(options.directory);
  const server = await listen(createApp(options, record), options.port);
  return { ...server, record: () => record.attempts };
}

function createApp(options: TwilioStandInOptions, record: TwilioRecord): Express {
  const { accountSid, authToken, queuedForMs = 1_000 } = options;
  const faults = new ScriptedFaults();
  const messages = (): GatewayMessage[] => messagesOf(record.attempts, new Date(), queuedForMs);
  const collection = `/2010-04-01/Accounts/${accountSid}/Messages`;

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');

  app.get('/', (_request, response) => {
    sendPage(response, phonesPage(messages()));
  });
  app.get('/phones/:number', (request, response) => {
    const { number } = request.params;
    sendPage(
      response,
      phonePage(
        number,
        messages().filter(({ to }) => to === number),
      ),
    );
  });

  app
    .route('/stand-in/faults')
    .post(express.json(), (request, response) => {
      const script = faultScript.safeParse(request.body);
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
    response.json(record.attempts);
  });

  app.use('/2010-04-01', (request, response, next) => {
    if (authorised(request, accountSid, authToken)) {
      next();
    } else {
      refuse(response, 401, 20003, 'Authenticate');
    }
  });
  app
    .route(`${collection}.json`)
    .post(express.urlencoded({ extended: false }), (request, response) => {
      create(request, response);
    })
    .get((request, response) => {
      list(request, response);
    });
  app.get(`${collection}/:sid.json`, (request, response) => {
    const found = messages().find(({ sid }) => sid === request.params.sid);
    if (found === undefined) {
      refuseUnknown(request, response);
    } else {
      response.json(messageResource(found, accountSid));
    }
  });
  app.use((request, response) => {
    refuseUnknown(request, response);
  });
  app.use(answerBadBody);
  return app;

  function create(request: Request, response: Response): void {
    const form = (request.body ?? {}) as Record<string, unknown>;
    const to = textOf(form['To']);
    const from = textOf(form['From']);
    const body = textOf(form['Body']);
    const fault = faults.take('create', to);
    const at = new Date();
    const attempt = { at: at.toISOString(), to, from, body, fault: fault?.does ?? null };

    const wrong = mistakeIn({ to, from, body });
    if (wrong !== undefined) {
      record.add({ ...attempt, accepted: false, sid: null, code: wrong.code });
      refuse(response, 400, wrong.code, wrong.message);
      return;
    }
    if (fault !== undefined && !fault.does.startsWith('accept-then-')) {
      const code = fault.does === 'refuse' ? fault.code : fault.does === 'too-many' ? 20429 : null;
      record.add({ ...attempt, accepted: false, sid: null, code });
      fail(fault, response);
      return;
    }
    const sid = `SM${randomBytes(16).toString('hex')}`;
    record.add({ ...attempt, accepted: true, sid, code: null });
    if (fault !== undefined) {
      fail(fault, response);
      return;
    }
    const message: GatewayMessage = { sid, to, from, body, createdAt: at, sentAt: null, status: 'queued' };
    response.status(201).json(messageResource(message, accountSid));
  }

  function list(request: Request, response: Response): void {
    const query = new URL(request.originalUrl, 'http://stand-in').searchParams;
    const to = query.get('To') ?? undefined;
    const fault = faults.take('list', to);
    if (fault !== undefined && fault.does !== 'lag') {
      fail(fault, response);
      return;
    }
    const filter = {
      to,
      from: query.get('From') ?? undefined,
      sentOn: query.get('DateSent') ?? undefined,
      sentUntil: query.get('DateSent<') ?? undefined,
      sentFrom: query.get('DateSent>') ?? undefined,
    };
    const { sentOn, sentUntil, sentFrom } = filter;
    if ([sentOn, sentUntil, sentFrom].some((date) => date !== undefined && Number.isNaN(Date.parse(date)))) {
      refuse(response, 400, 20001, 'Invalid date value');
      return;
    }
    const pageSize = Math.min(Math.max(Number(query.get('PageSize') ?? 50) || 50, 1), 1_000);
    const page = Math.max(Number(query.get('Page') ?? 0) || 0, 0);
    const all = fault === undefined ? messages().filter((message) => passes(message, filter)) : [];
    // A token names the last message of the page before it, so that what arrives meanwhile moves nothing.
    const after = query.get('PageToken')?.replace(/^PA/, '');
    const start = after === undefined ? page * pageSize : all.findIndex(({ sid }) => sid === after) + 1;
    const shown = all.slice(start, start + pageSize);
    const more = start + shown.length < all.length;
    const lastSid = shown.at(-1)?.sid ?? '';
    response.json({
      messages: shown.map((message) => messageResource(message, accountSid)),
      page,
      page_size: pageSize,
      start,
      end: Math.max(start + shown.length - 1, 0),
      uri: pageUri(query, { page, pageSize }),
      first_page_uri: pageUri(query, { page: 0, pageSize }),
      next_page_uri: more ? pageUri(query, { page: page + 1, pageSize, token: `PA${lastSid}` }) : null,
      previous_page_uri: page === 0 ? null : pageUri(query, { page: page - 1, pageSize }),
    });
  }

  function pageUri(query: URLSearchParams, at: { page: number; pageSize: number; token?: string }): string {
    const next = new URLSearchParams(query);
    next.delete('PageToken');
    next.set('PageSize', String(at.pageSize));
    next.set('Page', String(at.page));
    if (at.token !== undefined) next.set('PageToken', at.token);
    return `${collection}.json?${next.toString()}`;
  }
}

/** What Twilio would refuse of a text, with its code (https://www.twilio.com/docs/api/errors). */
function mistakeIn({ to, from, body }: { to: string; from: string; body: string }) {
  const e164 = /^\+[1-9]\d{6,14}$/;
  const alphanumeric = /^(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}$/;
  if (to === '') return { code: 21604, message: "A 'To' phone number is required." };
  if (from === '') return { code: 21603, message: "A 'From' phone number is required." };
  if (body === '') return { code: 21602, message: 'Message body is required.' };
  if (!e164.test(to)) return { code: 21211, message: `Invalid 'To' Phone Number: ${to}` };
  if (!e164.test(from) && !alphanumeric.test(from)) {
    return { code: 21212, message: `Invalid From Number (caller ID): ${from}` };
  }
  if (body.length > 1_600) {
    return { code: 21617, message: 'The concatenated message body exceeds the 1600 character limit' };
  }
  return undefined;
}

function fail(fault: Fault, response: Response): void {
  switch (fault.does) {
    case 'accept-then-hang':
    case 'hang':
      return;
    case 'accept-then-reset':
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'accept-then-500':
    case '500':
      refuse(response, 500, 20500, 'An internal server error has occurred');
      return;
    case 'too-many':
      if (fault.retryAfterSeconds !== undefined) response.set('Retry-After', String(fault.retryAfterSeconds));
      refuse(response, 429, 20429, 'Too Many Requests');
      return;
    case 'refuse':
      refuse(response, 400, fault.code, 'Attempt to send to unsubscribed recipient');
      return;
    case 'lag':
      throw new Error('A lagging list is answered, not failed');
  }
}

function refuse(response: Response, status: number, code: number, message: string): void {
  response
    .status(status)
    .json({ code, message, more_info: `https://www.twilio.com/docs/errors/${String(code)}`, status });
}

function refuseUnknown(request: Request, response: Response): void {
  refuse(response, 404, 20404, `The requested resource ${request.path} was not found`);
}

/** A body that cannot be read is the caller's mistake. */
const answerBadBody: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (response.headersSent || !(error instanceof Error) || !('status' in error) || error.status === 500) {
    next(error);
    return;
  }
  refuse(response, 400, 20001, 'The request body cannot be read');
};

function authorised(request: Request, accountSid: string, authToken: string): boolean {
  const given = request.get('Authorization') ?? '';
  const expected = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
  return timingSafeEqual(digest(given), digest(expected));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function sendPage(response: Response, html: string): void {
  response
    .set('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'")
    .type('html')
    .send(html);
}
