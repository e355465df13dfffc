import { createHash, timingSafeEqual } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import express from 'express';
import type { ErrorRequestHandler, Express, Request, Response } from 'express';
import { z } from 'zod';
import { CreatesLimit } from './creates-limit.ts';
import { listen } from './listen.ts';
import { sendPage } from './page.ts';
import { phonePage, phonesPage } from './phone-page.ts';
import { StatusCallbacks } from './twilio-callbacks.ts';
import { e164, mistakeIn, readCreateRequest, textOf } from './twilio-create.ts';
import { faultScript, ScriptedFaults } from './twilio-faults.ts';
import type { Fault } from './twilio-faults.ts';
import { inboundScript, InboundTexts, newSid } from './twilio-inbound.ts';
import { messageOf, messageResource, messagesOf, passes, withReceived } from './twilio-messages.ts';
import type { GatewayMessage, Pace } from './twilio-messages.ts';
import { TwilioRecord } from './twilio-record.ts';
import type { CreateAttempt, InboundText, WebhookPost } from './twilio-record.ts';
import { Webhook } from './twilio-webhook.ts';

export interface TwilioStandInOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** Where the record is kept. */
  readonly directory: string;
  readonly accountSid: string;
  readonly authToken: string;
  /** How long an accepted message is queued before it counts as sent. */
  readonly queuedForMs?: number;
  /** How long a sent message takes to be delivered. */
  readonly deliveringForMs?: number;
  /** Where texts from phones are posted. Without it they are kept and go nowhere. */
  readonly inboundUrl?: string | undefined;
  /** The number that a phone without any text answers to; otherwise it is the number that the last text came from. */
  readonly number?: string;
  /** How long the account's server may take to answer, and how long after that it is asked again. */
  readonly answerWithinMs?: number;
  readonly retryAfterMs?: number;
}

export interface TwilioStandIn {
  readonly url: string;
  /** Every attempt to create a message since the record began, oldest first. */
  record(): readonly CreateAttempt[];
  /** Every text that a phone has sent, oldest first. */
  inbound(): readonly InboundText[];
  /** Every try to tell the account's server something, oldest first. */
  posts(): readonly WebhookPost[];
  /** From now on so many creates are taken in any second, and the others answered with 429; null: all are. */
  limitTo(createsPerSecond: number | null): void;
  /** Stops listening, cuts every open connection, the hung ones too, and tells nobody anything any more. */
  close(): Promise<void>;
}

/**
 * A server on this machine that answers like Twilio's Messages resource (2010-04-01): create, fetch and
 * list, with its own record, signed callbacks, the faults that tests ask for, and a page that shows the phone and
 * answers from it.
 *
 *     POST   /stand-in/faults   {"on": "create", "does": "accept-then-hang", "to": "+447700900123", "times": 1}
 *     GET    /stand-in/faults   those not used up
 *     DELETE /stand-in/faults
 *     GET    /stand-in/record   every attempt to create a message
 *     GET    /stand-in/posts    every try to tell the account's server something
 *     POST   /stand-in/inbound  {"from": "+447700900123", "body": "1"}; GET: every text from a phone
 */
export async function startTwilioStandIn(options: TwilioStandInOptions): Promise<TwilioStandIn> {
  const record = new TwilioRecord(options.directory);
  const stop = new AbortController();
  // Each message whose next callback is still to come waits for its time or for this.
  setMaxListeners(0, stop.signal);
  const limit = new CreatesLimit();
  const { app, callbacks } = createApp(options, record, limit, stop.signal);
  const server = await listen(app, options.port);
  callbacks.resume(record);
  return {
    url: server.url,
    record: () => record.attempts,
    inbound: () => record.inbound,
    posts: () => record.posts,
    limitTo: (createsPerSecond) => {
      limit.set(createsPerSecond);
    },
    close: async () => {
      stop.abort();
      await server.close();
    },
  };
}

function createApp(
  options: TwilioStandInOptions,
  record: TwilioRecord,
  limit: CreatesLimit,
  stop: AbortSignal,
): { readonly app: Express; readonly callbacks: StatusCallbacks } {
  const { accountSid, authToken, number: ownNumber = '+447700900000' } = options;
  const pace: Pace = {
    queuedForMs: options.queuedForMs ?? 1_000,
    deliveringForMs: options.deliveringForMs ?? 0,
  };
  const { answerWithinMs = 5_000, retryAfterMs = 1_000 } = options;
  const webhook = new Webhook({ authToken, answerWithinMs, retryAfterMs }, record, stop);
  const callbacks = new StatusCallbacks({ webhook, accountSid, pace, stop });
  const inbound = new InboundTexts({ record, webhook, accountSid, inboundUrl: options.inboundUrl });
  const faults = new ScriptedFaults();
  const messages = (): GatewayMessage[] => messagesOf(record.attempts, new Date(), pace);
  const listed = (): GatewayMessage[] => withReceived(messages(), record.inbound);
  const collection = `/2010-04-01/Accounts/${accountSid}/Messages`;

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');

  app.get('/', (_request, response) => {
    sendPage(response, phonesPage(messages(), record.inbound));
  });
  app.get('/phones/:number', (request, response) => {
    sendPage(response, threadOf(request.params.number));
  });
  app.post(
    '/phones/:number/texts',
    express.urlencoded({ extended: false }),
    async (request: Request<{ number: string }>, response) => {
      const { number } = request.params;
      const body = textOf(((request.body ?? {}) as Record<string, unknown>)['body']).replaceAll('\r\n', '\n');
      const to = numberThatWroteTo(number);
      if (!e164.test(number) || !e164.test(to) || body.trim() === '' || body.length > 1_600) {
        response.status(400);
        sendPage(response, threadOf(number, 'Write between 1 and 1,600 characters to a number.'));
        return;
      }
      await inbound.take({ from: number, to, body });
      response.redirect(303, `/phones/${encodeURIComponent(number)}#answer`);
    },
  );

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
  app.get('/stand-in/posts', (_request, response) => {
    response.json(record.posts);
  });
  app
    .route('/stand-in/inbound')
    .post(express.json(), async (request, response) => {
      const script = inboundScript.safeParse(request.body);
      if (!script.success) {
        response.status(400).json({ message: z.prettifyError(script.error) });
        return;
      }
      const { from, to = numberThatWroteTo(from), ...rest } = script.data;
      const answers = await inbound.play({ from, to, ...rest });
      response.status(201).json({ sid: answers[0]?.sid, answers: answers.map(({ answer }) => answer) });
    })
    .get((_request, response) => {
      response.json(record.inbound);
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
    const found = listed().find(({ sid }) => sid === request.params.sid);
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
  return { app, callbacks };

  /** The account's number that wrote to the phone last, which is the one that its owner answers. */
  function numberThatWroteTo(phone: string): string {
    return record.attempts.findLast(({ accepted, to }) => accepted && to === phone)?.from ?? ownNumber;
  }

  function threadOf(phone: string, mistake?: string): string {
    return phonePage({
      phone,
      answersTo: numberThatWroteTo(phone),
      messages: messages().filter(({ to }) => to === phone),
      inbound: record.inbound.filter(({ from }) => from === phone),
      replies: record.replies.filter(({ to }) => to === phone),
      posts: record.posts.filter(({ kind }) => kind === 'inbound-post'),
      ...(mistake === undefined ? {} : { mistake }),
    });
  }

  function create(request: Request, response: Response): void {
    const asked = readCreateRequest((request.body ?? {}) as Record<string, unknown>);
    const { to, from } = asked;
    const fault = faults.take('create', to);
    const attempt = { at: new Date().toISOString(), ...asked, fault: fault?.does ?? null };

    const wrong = mistakeIn(asked) ?? (inbound.isBlocked(to, from) ? unsubscribed : undefined);
    if (wrong !== undefined) {
      record.add({ ...attempt, accepted: false, sid: null, code: wrong.code });
      refuse(response, 400, wrong.code, wrong.message);
      return;
    }
    if (fault === undefined && !limit.takes(Date.now())) {
      record.add({ ...attempt, accepted: false, sid: null, code: tooMany.code });
      response.set('Retry-After', '1');
      refuse(response, 429, tooMany.code, tooMany.message);
      return;
    }
    if (fault !== undefined && !fault.does.startsWith('accept-then-')) {
      const code = fault.does === 'refuse' ? fault.code : fault.does === 'too-many' ? 20429 : null;
      record.add({ ...attempt, accepted: false, sid: null, code });
      fail(fault, response);
      return;
    }
    const accepted: CreateAttempt = {
      ...attempt,
      accepted: true,
      sid: newSid(),
      code: null,
      ...scriptsFor(to, asked.statusCallback),
    };
    record.add(accepted);
    callbacks.follow(accepted);
    if (fault !== undefined) {
      fail(fault, response);
      return;
    }
    // As it was at its creation: queued.
    const message = messageOf(accepted, new Date(0), pace);
    if (message !== undefined) response.status(201).json(messageResource(message, accountSid));
  }

  /** How the message that is accepted now is to fare, as far as somebody has scripted it. */
  function scriptsFor(
    to: string,
    statusCallback: string | undefined,
  ): Pick<CreateAttempt, 'delivery' | 'callbacks'> {
    const delivery = faults.take('delivery', to);
    const told = statusCallback === undefined ? undefined : faults.take('callback', to);
    return {
      ...(delivery === undefined
        ? {}
        : {
            delivery:
              delivery.does === 'stay-queued'
                ? { queuedSeconds: delivery.queuedSeconds }
                : { ends: { status: delivery.does, code: delivery.code } },
          }),
      ...(told === undefined
        ? {}
        : {
            callbacks: {
              does: told.does,
              ...(told.does === 'late' ? { lateSeconds: told.lateSeconds } : {}),
            },
          }),
    };
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
    const all = fault === undefined ? listed().filter((message) => passes(message, filter)) : [];
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

const tooMany = { code: 20429, message: 'Too Many Requests' };

/** What a create is answered once the phone has said STOP to the number. */
const unsubscribed = { code: 21610, message: 'Attempt to send to unsubscribed recipient' };

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
      refuse(response, 400, fault.code, unsubscribed.message);
      return;
    default:
      throw new Error(`${fault.does} is no answer to a request`);
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
