import type { Response } from 'express';

/** A page for people at a demonstration: plain HTML that works without script and with a screen reader. */
export function page(title: string, of: string, main: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)} - ${escaped(of)}</title>
<style>
body { font: 1.1rem/1.5 sans-serif; max-width: 42rem; margin: 1.5rem auto; padding: 0 1rem; color: #0b0c0c; background: #fff; }
a { color: #1d70b8; }
a:focus, button:focus, textarea:focus { outline: 3px solid #0b0c0c; outline-offset: 2px; }
a:focus { background: #fd0; }
ol { list-style: none; padding: 0; }
dt { font-weight: bold; }
dd { margin: 0 0 .5rem; overflow-wrap: anywhere; }
label { display: block; font-weight: bold; }
textarea { box-sizing: border-box; width: 100%; font: inherit; padding: .5rem; border: 2px solid #0b0c0c; }
button { font: inherit; margin-top: .5rem; padding: .5rem 1rem; color: #fff; background: #00703c; border: 2px solid #00703c; cursor: pointer; }
.text { background: #f3f2f1; border-left: 5px solid #1d70b8; padding: .75rem 1rem; margin: 1.5rem 0 .25rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.sent .text { border-left: 0; border-right: 5px solid #00703c; margin-left: 3rem; }
.sent .about { margin-left: 3rem; }
.about, .hint { color: #505a5f; margin: 0; }
.mistake { color: #d4351c; font-weight: bold; }
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

/** Nothing is loaded, nothing runs, and forms go nowhere but here. */
export function sendPage(response: Response, html: string): void {
  response
    .set(
      'Content-Security-Policy',
      "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    )
    .set('Cache-Control', 'no-store')
    .type('html')
    .send(html);
}

export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${String(sign.charCodeAt(0))};`);
}

/** Escaped, with its web addresses as links. */
export function escapedWithLinks(text: string): string {
  return text
    .split(/(https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)])/)
    .map((part, index) =>
      index % 2 === 0 ? escaped(part) : `<a href="${escaped(part)}" rel="noreferrer">${escaped(part)}</a>`,
    )
    .join('');
}

const londonTime = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'full',
  timeStyle: 'short',
  timeZone: 'Europe/London',
});

export function timeOf(at: Date): string {
  return `<time datetime="${at.toISOString()}">${escaped(londonTime.format(at))}</time>`;
}

/** Frequent words that the other language does not have. */
const welshWords =
  /(?<!\p{L})(?:mae|eich|gennych|apwyntiad|ddydd|rhowch|atebwch|nad|yw|wedi|neu|gyda)(?!\p{L})/giu;
const englishWords = /(?<!\p{L})(?:the|you|your|have|is|on|please|this|and|with|if|not)(?!\p{L})/giu;

/** Which language to read a text out in. */
export function languageOf(text: string): 'en' | 'cy' {
  const welsh = text.match(welshWords)?.length ?? 0;
  return welsh > (text.match(englishWords)?.length ?? 0) ? 'cy' : 'en';
}
