import type { Client } from '@temporalio/client';
import twilio from 'twilio';
import { z } from 'zod';
import { automaticReplies, inBothLanguages } from '../messages/automatic-replies.ts';
import { judgeWay } from '../messages/judge.ts';
import type { NumberPlan } from '../messages/phone-number.ts';
import { readReply } from '../messages/reply-meaning.ts';
import { startCarryFact } from '../platform/pathway-runs.ts';
import { webhookRetries } from '../platform/webhook-retries.ts';
import type { Database } from '../store/database.ts';
import { recordCarrierStop } from '../store/carrier-stops.ts';
import { keepInboundText, rememberInboundAddress } from '../store/inbound-texts.ts';
import { messageById, recordGatewayReport } from '../store/messages.ts';
import type { GatewayReport } from '../store/messages.ts';
import { waysToNumber } from '../store/ways-to-number.ts';
import { isStoppedAtCarrier } from '../workflows/domain/common/delivery-failure.ts';
import type { BestEffort } from './best-effort.ts';
import { followReply } from './follow-reply.ts';
import { Problem } from './problems.ts';
import { calledBack } from './route.ts';
import type { Called, WebhookRoute } from './route.ts';
import { uuid } from './schemas/lists.ts';
import { reference } from './schemas/values.ts';

/** How the text gateway reaches this API, and what it signs with. */
export interface WebhookSettings {
  /** Where the API is reached from outside, without a slash at the end: the gateway signs over it. */
  readonly publicUrl: string;
  /** The token of the account. */
  readonly authToken: string;
}

export interface WebhookParts {
  readonly db: Database;
  readonly client: Client;
  readonly bestEffort: BestEffort;
  readonly webhooks: WebhookSettings;
  /** Which numbers may be texted here. */
  readonly numbers: NumberPlan;
}

/** A text of 1,600 characters of four bytes each, percent-encoded, with the other fields of the form. */
const largestForm = 65_536;

const nothing = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>';

/** The gateway's words for what became of a text (https://www.twilio.com/docs/messaging/api/message-resource). */
const statuses: Readonly<Partial<Record<string, GatewayReport['status']>>> = {
  sent: 'sent',
  delivered: 'delivered',
  read: 'delivered',
  failed: 'failed',
  undelivered: 'failed',
  canceled: 'failed',
};

/**
 * What the text gateway tells: what became of a text, and that one came in. Each says 2xx only when it is stored; the
 * gateway tries again after 5xx, for seconds and where its address asks for it (platform/webhook-retries.ts), and a second
 * telling has no second effect. What came in and could not be stored in that time the worker asks for.
 */
export function webhookRoutes(parts: WebhookParts): WebhookRoute[] {
  return [
    calledBack({
      method: 'post',
      path: '/webhooks/sms/status/{forceId}/{intentId}',
      summary: 'The text gateway tells what became of a text; twice or backwards, it only ever moves it on',
      tag: 'webhooks',
      params: z.strictObject({ forceId: reference('The force'), intentId: uuid }),
      largest: largestForm,
      // Nothing can be stored of a text that is not ours, and the gateway does not repeat what is answered with 4xx: in
      // its log of errors it stands where somebody looks who has mixed two installations up.
      problems: ['not-found'],
      receive: async (called) => {
        checkSignature(parts.webhooks, called);
        const { forceId, intentId } = called.params;
        const message = await messageById(parts.db, forceId, intentId);
        if (message === null) throw new Problem('not-found');
        const report = reportIn(called.form);
        if (report !== undefined) {
          await takeReport(parts, { forceId, intentId, ...report });
        }
        return { status: 204, media: 'text/plain', body: '' };
      },
    }),
    calledBack({
      method: 'post',
      path: '/webhooks/sms/inbound/{forceId}',
      summary: 'The text gateway hands over a text that came in; the same one again has no second effect',
      tag: 'webhooks',
      params: z.strictObject({ forceId: reference('The force') }),
      largest: largestForm,
      problems: ['not-found'],
      receive: async (called) => {
        checkSignature(parts.webhooks, called);
        return { status: 200, media: 'text/xml', body: await takeIn(parts, called) };
      },
    }),
  ];
}

/** @throws Problem `signature-missing`, `signature-wrong` */
function checkSignature(
  { publicUrl, authToken }: WebhookSettings,
  { signature, address, form }: Called<unknown>,
): void {
  if (signature === undefined || signature === '') throw new Problem('signature-missing');
  // What stands behind # is not sent. The documentation does not say that it is not signed either.
  const signed = [address, `${address}${webhookRetries}`];
  if (
    !signed.some((one) => twilio.validateRequest(authToken, signature, `${publicUrl}${one}`, { ...form }))
  ) {
    throw new Problem('signature-wrong');
  }
}

/** undefined: it says only that the text is on its way. */
function reportIn(
  form: Readonly<Record<string, string>>,
): Pick<GatewayReport, 'gatewayId' | 'gatewayStatus' | 'status' | 'reason'> | undefined {
  const gatewayStatus = needed(form, 'MessageStatus');
  const gatewayId = needed(form, 'MessageSid');
  const status = Object.hasOwn(statuses, gatewayStatus) ? statuses[gatewayStatus] : undefined;
  if (status === undefined) return undefined;
  const { ErrorCode: code = '' } = form;
  return {
    ...{ gatewayId, gatewayStatus, status },
    ...(status === 'failed' ? { reason: /^\d{1,6}$/.test(code) ? `gateway-${code}` : 'gateway-failed' } : {}),
  };
}

/** The record first; where the text failed, an attempt to start telling its pathway, which may fail. */
async function takeReport({ db, client, bestEffort }: WebhookParts, report: GatewayReport): Promise<void> {
  const { forceId, intentId, status } = report;
  // First, so that whoever dies here hears of it again; told of again it is the same stop.
  const stops = isStoppedAtCarrier(report.reason) ? await recordCarrierStop(db, report) : [];
  for (const { factId } of stops) {
    bestEffort.start('carry what the carrier says', () =>
      client.withDeadline(Date.now() + 5_000, () => startCarryFact(client, { forceId, factId })),
    );
  }
  if (!(await recordGatewayReport(db, report)) || status !== 'failed') return;
  bestEffort.start('carry that a text failed', () =>
    client.withDeadline(Date.now() + 5_000, () => startCarryFact(client, { forceId, factId: intentId })),
  );
}

/** The text first, and what it says of texts; then an attempt to start carrying it, which may fail. */
async function takeIn(
  parts: WebhookParts,
  { params, form, receivedAt }: Called<{ readonly forceId: string }>,
): Promise<string> {
  const { db } = parts;
  const words = form['Body'] ?? '';
  const [gatewayId, from] = [needed(form, 'MessageSid'), needed(form, 'From')];
  // The gateway has stopped the texts at its own side by then.
  const stopped = form['OptOutType'] === 'STOP';
  const { meaning: read, callToday } = readReply(words);
  const meaning = stopped ? 'stop' : read;
  const text = { gatewayId, from, words, receivedAt, meaning, callToday };
  await rememberInboundAddress(db, params.forceId);
  let answer: string | undefined;
  for (const { replies, created } of await keepInboundText(db, text, params.forceId)) {
    answer ??= nothing;
    for (const reply of replies) await followReply(parts, reply);
    // To its own words the gateway has answered by itself.
    if (created && meaning === 'help' && form['OptOutType'] === undefined) {
      answer = await help(parts, from);
    }
  }
  if (answer === undefined) throw new Problem('not-found');
  return answer;
}

/**
 * Neutral, in the language of whom the number is; in both where that is not known. It says that there are appointments, so
 * it goes only where a text about one might: not to a number of nobody here or of nobody with a case that goes on, nor where
 * anything speaks against texting one of those whose it is, in whichever force.
 */
async function help({ db, numbers }: WebhookParts, from: string): Promise<string> {
  const ways = await waysToNumber(db, from);
  const open = ways.every(
    (way) => judgeWay({ ...way, numbers, purpose: 'could-not-reach' }).reason === undefined,
  );
  const theirs = ways.filter(({ goesOn }) => goesOn);
  if (theirs.length === 0 || !open) return nothing;
  const reply = theirs.some(({ appointmentAhead }) => appointmentAhead) ? 'help' : 'helpWithoutAppointment';
  const [language, ...others] = new Set(ways.map((way) => way.language));
  const known = others.length === 0 ? (language ?? null) : null;
  const words = known === null ? inBothLanguages(reply) : automaticReplies[reply][known];
  return nothing.replace('</Response>', `<Message>${escaped(words)}</Message></Response>`);
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** As the gateway writes them: its own ids, its words for what became of a text, and where a text came from. */
const shapes = {
  MessageSid: /^[A-Za-z0-9]{1,100}$/,
  MessageStatus: /^[A-Za-z_-]{1,100}$/,
  From: /^[\x20-\x7e]{1,100}$/,
} as const;

/** @throws Problem `invalid-request` */
function needed(form: Readonly<Record<string, string>>, name: keyof typeof shapes): string {
  const value = form[name] ?? '';
  if (!shapes[name].test(value)) {
    const message = `${name} is missing or is none`;
    throw new Problem('invalid-request', { errors: [{ path: `/${name}`, code: 'invalid', message }] });
  }
  return value;
}
