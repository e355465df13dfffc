import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { e164 } from './twilio-create.ts';
import type { AutomaticReply, InboundText, TwilioRecord } from './twilio-record.ts';
import type { Signature, Webhook, WebhookAnswer } from './twilio-webhook.ts';

/**
 * The words that Twilio acts on by itself when a text is one of them alone
 * (https://help.twilio.com/articles/223134027). Welsh ones are not among them.
 */
const gatewayWords: Readonly<Record<'STOP' | 'START' | 'HELP', readonly string[]>> = {
  STOP: ['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT'],
  START: ['START', 'YES', 'UNSTOP'],
  HELP: ['HELP', 'INFO'],
};

/** What Twilio answers to its own words by itself, in English to everybody. */
export const gatewayReplies = {
  STOP: 'You have successfully been unsubscribed. You will not receive any more messages from this number. Reply START to resubscribe.',
  START:
    'You have successfully been re-subscribed to messages from this number. Reply HELP for help. Reply STOP to unsubscribe. Msg&Data Rates May Apply.',
  HELP: 'Reply STOP to unsubscribe. Msg&Data Rates May Apply.',
} as const;

/** What the gateway itself makes of a text. */
export function optOutOf(body: string): InboundText['optOut'] {
  const word = body.trim().toUpperCase();
  return (['STOP', 'START', 'HELP'] as const).find((type) => gatewayWords[type].includes(word)) ?? null;
}

/** A text from a phone. */
export interface TextFromPhone {
  readonly from: string;
  readonly to: string;
  readonly body: string;
}

/**
 * A text to be played by a test or a tour (`POST /stand-in/inbound`): `{"from": "+447700900123", "body": "1"}`. Without
 * the right signature it is a forgery: it is posted, and no phone has sent it.
 */
export const inboundScript = z.strictObject({
  from: z.string().regex(e164),
  /** Otherwise the number that wrote to the phone last. */
  to: z.string().regex(e164).optional(),
  body: z.string().max(1_600),
  signature: z.enum(['right', 'wrong', 'none']).default('right'),
  /** How often it is posted, under one id. */
  times: z.number().int().min(1).max(100).default(1),
});

type InboundScript = z.output<typeof inboundScript>;

export interface InboundAnswer extends WebhookAnswer {
  readonly sid: string;
}

/** The texts that phones send to the account's numbers. */
export class InboundTexts {
  readonly #record: TwilioRecord;
  readonly #webhook: Webhook;
  readonly #accountSid: string;
  /** Where they are posted; undefined when nobody wants them. */
  readonly #url: string | undefined;

  constructor(parts: {
    record: TwilioRecord;
    webhook: Webhook;
    accountSid: string;
    inboundUrl: string | undefined;
  }) {
    this.#record = parts.record;
    this.#webhook = parts.webhook;
    this.#accountSid = parts.accountSid;
    this.#url = parts.inboundUrl;
  }

  /** Whether the phone has told the number to stop. */
  isBlocked(phone: string, number: string): boolean {
    const last = this.#record.inbound.findLast(
      ({ from, to, optOut }) => from === phone && to === number && (optOut === 'STOP' || optOut === 'START'),
    );
    return last?.optOut === 'STOP';
  }

  /** Keeps a text and posts it to the account's server. Its answer by TwiML comes back to the phone. */
  take(text: TextFromPhone): Promise<InboundAnswer> {
    return this.#take(textOfNow(text));
  }

  /** Plays a script: the answers of the account's server, one for each time that it was told. */
  async play({ signature, times, ...rest }: InboundScript & TextFromPhone): Promise<InboundAnswer[]> {
    const text = textOfNow(rest);
    const answers = [signature === 'right' ? await this.#take(text) : await this.#post(text, signature)];
    while (answers.length < times) answers.push(await this.#post(text, signature));
    return answers;
  }

  async #take(text: InboundText): Promise<InboundAnswer> {
    this.#record.add(text);
    if (text.optOut !== null) this.#reply(text, gatewayReplies[text.optOut], 'gateway');
    const answer = await this.#post(text, 'right');
    // A phone that said stop gets nothing more, from a server's TwiML neither.
    if (!this.isBlocked(text.from, text.to)) {
      for (const words of messagesIn(answer.body)) this.#reply(text, words, 'webhook');
    }
    return answer;
  }

  async #post(text: InboundText, signature: Signature): Promise<InboundAnswer> {
    const { sid } = text;
    if (this.#url === undefined) return { sid, answer: 'no-answer', body: '' };
    const answer = await this.#webhook.tell({
      kind: 'inbound-post',
      sid,
      status: null,
      url: this.#url,
      form: this.#formOf(text),
      signature,
    });
    return { sid, ...answer };
  }

  #formOf({ sid, from, to, body, optOut }: InboundText): Record<string, string> {
    const form = {
      AccountSid: this.#accountSid,
      ApiVersion: '2010-04-01',
      Body: body,
      From: from,
      MessageSid: sid,
      NumMedia: '0',
      NumSegments: '1',
      SmsMessageSid: sid,
      SmsSid: sid,
      SmsStatus: 'received',
      To: to,
    };
    return optOut === null ? form : { ...form, OptOutType: optOut };
  }

  #reply({ sid, from, to }: InboundText, body: string, by: AutomaticReply['by']): void {
    this.#record.add({
      kind: 'reply',
      at: new Date().toISOString(),
      answers: sid,
      from: to,
      to: from,
      body,
      by,
    });
  }
}

function textOfNow({ from, to, body }: TextFromPhone): InboundText {
  return {
    kind: 'inbound',
    at: new Date().toISOString(),
    sid: newSid(),
    from,
    to,
    body,
    optOut: optOutOf(body),
  };
}

export function newSid(): string {
  return `SM${randomBytes(16).toString('hex')}`;
}

/** The texts that a TwiML answer asks for: `<Response><Message>words</Message></Response>`, with or without `<Body>`. */
export function messagesIn(twiml: string): string[] {
  return Array.from(twiml.matchAll(/<Message\b[^>]*>(.*?)<\/Message>/gs), ([, inner = '']) =>
    textOfXml(/<Body\b[^>]*>(.*?)<\/Body>/s.exec(inner)?.[1] ?? inner).trim(),
  ).filter((words) => words !== '');
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function textOfXml(xml: string): string {
  return xml.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal, hex, name) => {
    if (typeof decimal === 'string') return String.fromCodePoint(Number(decimal));
    if (typeof hex === 'string') return String.fromCodePoint(Number.parseInt(hex, 16));
    return entities[String(name)] ?? whole;
  });
}
