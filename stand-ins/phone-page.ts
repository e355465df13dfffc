import type { GatewayMessage } from './twilio-messages.ts';
import { partsOf } from './twilio-messages.ts';

/**
 * The phone, for people at a demonstration: plain HTML that works without script and with a screen
 * reader. Each text says its language, so that Welsh is read out as Welsh.
 */
export function phonesPage(messages: readonly GatewayMessage[]): string {
  const byNumber = new Map<string, GatewayMessage[]>();
  for (const message of messages) {
    byNumber.set(message.to, [...(byNumber.get(message.to) ?? []), message]);
  }
  const items = Array.from(byNumber, ([number, [newest, ...older]]) =>
    newest === undefined
      ? ''
      : `<li><a href="/phones/${encodeURIComponent(number)}">${escaped(number)}</a>: ${String(older.length + 1)} ${
          older.length === 0 ? 'text' : 'texts'
        }, the last on ${timeOf(newest)}</li>`,
  );
  const list = items.length === 0 ? '<p>No texts have been sent yet.</p>' : `<ul>${items.join('\n')}</ul>`;
  return page(
    'Phones',
    `<h1>Phones</h1>
<p>This machine stands in for the text gateway. Nothing leaves it: these are the texts that would have been sent.</p>
${list}`,
  );
}

/** The thread of one number, oldest first as on a phone. */
export function phonePage(number: string, messages: readonly GatewayMessage[]): string {
  const items = messages.toReversed().map((message) => {
    const language = languageOf(message.body);
    const parts = partsOf(message.body);
    return `<li>
<p lang="${language}" class="text">${escaped(message.body)}</p>
<p class="about">${timeOf(message)}, from ${escaped(message.from)}, ${message.status}, ${
      language === 'cy' ? 'Welsh' : 'English'
    }, ${String(parts)} ${parts === 1 ? 'part' : 'parts'}</p>
</li>`;
  });
  const thread = items.length === 0 ? '<p>No texts for this number.</p>' : `<ol>${items.join('\n')}</ol>`;
  return page(
    `Texts to ${number}`,
    `<p><a href="/">All phones</a></p>
<h1>Texts to ${escaped(number)}</h1>
${thread}`,
  );
}

/** Frequent words that the other language does not have. */
const welshWords =
  /(?<!\p{L})(?:mae|eich|gennych|apwyntiad|ddydd|rhowch|atebwch|nad|yw|wedi|neu|gyda)(?!\p{L})/giu;
const englishWords = /(?<!\p{L})(?:the|you|your|have|is|on|please|this|and|with|if|not)(?!\p{L})/giu;

function languageOf(text: string): 'en' | 'cy' {
  const welsh = text.match(welshWords)?.length ?? 0;
  return welsh > (text.match(englishWords)?.length ?? 0) ? 'cy' : 'en';
}

const londonTime = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'full',
  timeStyle: 'short',
  timeZone: 'Europe/London',
});

function timeOf({ createdAt }: GatewayMessage): string {
  return `<time datetime="${createdAt.toISOString()}">${escaped(londonTime.format(createdAt))}</time>`;
}

function page(title: string, main: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)} - text gateway stand-in</title>
<style>
body { font: 1.1rem/1.5 sans-serif; max-width: 42rem; margin: 1.5rem auto; padding: 0 1rem; color: #0b0c0c; background: #fff; }
a { color: #1d70b8; }
a:focus { outline: 3px solid #0b0c0c; background: #fd0; }
ol { list-style: none; padding: 0; }
.text { background: #f3f2f1; border-left: 5px solid #1d70b8; padding: .75rem 1rem; margin: 1.5rem 0 .25rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.about { color: #505a5f; margin: 0; }
</style>
</head>
<body>
<main>
${main}
</main>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${String(sign.charCodeAt(0))};`);
}
