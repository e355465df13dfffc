import { randomUUID } from 'node:crypto';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import { gatewayToken } from './delivery.ts';

// What the text gateway posts to the API, signed by its own library.

export interface Posted {
  readonly signature?: 'right' | 'wrong' | 'none';
}

export interface Answered {
  readonly status: number;
  /** Of a refusal. */
  readonly code: string | null;
  readonly text: string;
}

export async function postWebhook(
  apiUrl: string,
  path: string,
  form: Record<string, string>,
  { signature = 'right' }: Posted = {},
): Promise<Answered> {
  const url = `${apiUrl}${path}`;
  const token = signature === 'right' ? gatewayToken : 'somebody else';
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
      ...(signature === 'none' ? {} : { 'x-twilio-signature': getExpectedTwilioSignature(token, url, form) }),
    },
    body: new URLSearchParams(form).toString(),
  });
  const text = await answer.text();
  const code = answer.status < 400 ? null : (JSON.parse(text) as { code: string }).code;
  return { status: answer.status, code, text };
}

/** An id as the gateway makes them. */
export function aSid(): string {
  return `SM${randomUUID().replaceAll('-', '')}`;
}
