import { escaped, escapedWithLinks, languageOf, page, timeOf } from './page.ts';
import { e164 } from './twilio-create.ts';
import type { GatewayMessage } from './twilio-messages.ts';
import { partsOf } from './twilio-messages.ts';
import type { AutomaticReply, InboundText, WebhookPost } from './twilio-record.ts';

const gateway = 'text gateway stand-in';

/** The phones that were sent a text or have sent one, the last used first. */
export function phonesPage(messages: readonly GatewayMessage[], inbound: readonly InboundText[]): string {
  const uses = [
    ...messages.map(({ to, createdAt }) => ({ phone: to, at: createdAt })),
    ...inbound.map(({ from, at }) => ({ phone: from, at: new Date(at) })),
  ].sort((one, other) => other.at.getTime() - one.at.getTime());
  const byPhone = new Map<string, (typeof uses)[number][]>();
  for (const use of uses) byPhone.set(use.phone, [...(byPhone.get(use.phone) ?? []), use]);
  const items = Array.from(byPhone, ([phone, [newest, ...older]]) =>
    newest === undefined
      ? ''
      : `<li><a href="/phones/${encodeURIComponent(phone)}">${escaped(phone)}</a>: ${String(older.length + 1)} ${
          older.length === 0 ? 'text' : 'texts'
        }, the last on ${timeOf(newest.at)}</li>`,
  );
  const list = items.length === 0 ? '<p>No texts have been sent yet.</p>' : `<ul>${items.join('\n')}</ul>`;
  return page(
    'Phones',
    gateway,
    `<h1>Phones</h1>
<p>This machine stands in for the text gateway. Nothing leaves it: these are the texts that would have been sent.</p>
${list}`,
  );
}

export interface Thread {
  readonly phone: string;
  /** The number that an answer goes to. */
  readonly answersTo: string;
  readonly messages: readonly GatewayMessage[];
  readonly inbound: readonly InboundText[];
  readonly replies: readonly AutomaticReply[];
  /** What became of the texts from phones. */
  readonly posts: readonly WebhookPost[];
  /** What is wrong with the answer that was given. */
  readonly mistake?: string;
}

/** The thread of one number, oldest first as on a phone, with a form that answers it. */
export function phonePage(thread: Thread): string {
  const { phone, messages, inbound, replies, posts } = thread;
  const items = [
    // Newest first as they come; of two at one instant the earlier stays first.
    ...messages.toReversed().map((message) => ({ at: message.createdAt, html: sentToPhone(message) })),
    ...inbound.map((text) => ({
      at: new Date(text.at),
      html: fromPhone(
        text,
        posts.findLast(({ sid }) => sid === text.sid),
      ),
    })),
    ...replies.map((reply) => ({ at: new Date(reply.at), html: automatic(reply) })),
  ].sort((one, other) => one.at.getTime() - other.at.getTime());
  const list =
    items.length === 0
      ? '<p>No texts for this number.</p>'
      : `<ol>${items.map(({ html }) => html).join('\n')}</ol>`;
  return page(
    `Texts to ${phone}`,
    gateway,
    `<p><a href="/">All phones</a></p>
<h1>Texts to ${escaped(phone)}</h1>
${list}
${answerForm(thread)}`,
  );
}

function sentToPhone(message: GatewayMessage): string {
  const parts = partsOf(message.body);
  const error = message.errorCode === null ? '' : ` (error ${String(message.errorCode)})`;
  return item(message.body, message.createdAt, [
    `from ${message.from}`,
    `${message.status}${error}`,
    languageOf(message.body) === 'cy' ? 'Welsh' : 'English',
    `${String(parts)} ${parts === 1 ? 'part' : 'parts'}`,
  ]);
}

function automatic({ body, at, from, by }: AutomaticReply): string {
  return item(body, new Date(at), [
    `from ${from}`,
    by === 'gateway' ? 'automatic reply of the gateway itself' : 'automatic reply',
    languageOf(body) === 'cy' ? 'Welsh' : 'English',
  ]);
}

function fromPhone({ body, at, to }: InboundText, post: WebhookPost | undefined): string {
  return item(body, new Date(at), [`to ${to}`, becameOf(post)], 'sent');
}

function becameOf(post: WebhookPost | undefined): string {
  if (post === undefined) return 'kept here: no address for texts from phones is set';
  const { answer } = post;
  if (answer === 'not-on-this-machine') return 'not passed on: its address is not on this machine';
  if (answer === 'no-answer') return 'not taken: no answer';
  return answer >= 200 && answer < 300 ? 'taken' : `not taken: answered ${String(answer)}`;
}

function item(body: string, at: Date, about: readonly string[], kind?: 'sent'): string {
  return `<li${kind === undefined ? '' : ` class="${kind}"`}>
<p lang="${languageOf(body)}" class="text">${escapedWithLinks(body)}</p>
<p class="about">${timeOf(at)}, ${escaped(about.join(', '))}</p>
</li>`;
}

function answerForm({ phone, answersTo, mistake }: Thread): string {
  if (!e164.test(phone)) return '';
  if (!e164.test(answersTo)) return '<p>The sender is a name: it cannot be answered.</p>';
  const wrong =
    mistake === undefined ? '' : `<p id="mistake" class="mistake" role="alert">${escaped(mistake)}</p>\n`;
  return `<h2 id="answer">Answer from this phone</h2>
<form method="post" action="/phones/${encodeURIComponent(phone)}/texts">
${wrong}<label for="body">Text to ${escaped(answersTo)}</label>
<p class="hint" id="hint">For example 1, 2, STOP, STOPIWCH, HELP or any words.</p>
<textarea id="body" name="body" rows="3" maxlength="1600" required aria-describedby="hint${
    mistake === undefined ? '' : ' mistake'
  }"></textarea>
<button type="submit">Send</button>
</form>`;
}
