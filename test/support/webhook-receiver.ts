import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import twilio from 'twilio';

/** One request that came in. */
export interface Received {
  readonly path: string;
  readonly form: Readonly<Record<string, string>>;
  /** What the library of the real gateway says of its signature. */
  readonly signature: 'right' | 'wrong' | 'none';
}

/** What is answered: a status and a body; or nothing, for ever. */
export type Reply = { readonly status: number; readonly body?: string } | 'nothing';

export interface WebhookReceiver {
  readonly url: string;
  readonly received: readonly Received[];
  /** The answers to the next requests, one each; after them 204. */
  answer(...replies: readonly Reply[]): void;
  close(): Promise<void>;
}

/** Somebody's server that the text gateway tells what happens, on a free port. */
export async function startWebhookReceiver(authToken: string): Promise<WebhookReceiver> {
  const received: Received[] = [];
  const replies: Reply[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const form = Object.fromEntries(new URLSearchParams(body));
      const path = request.url ?? '';
      const signature = request.headers['x-twilio-signature'];
      received.push({
        path,
        form,
        signature:
          typeof signature !== 'string'
            ? 'none'
            : twilio.validateRequest(authToken, signature, url + path, form)
              ? 'right'
              : 'wrong',
      });
      const reply = replies.shift() ?? { status: 204 };
      if (reply !== 'nothing') response.writeHead(reply.status).end(reply.body);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return {
    url,
    received,
    answer: (...next) => void replies.push(...next),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
