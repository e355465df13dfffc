import type { MailAttempt } from './mail-record.ts';
import { escaped, escapedWithLinks, languageOf, page, timeOf } from './page.ts';

const inbox = 'inbox stand-in';

/** A mail that the inbox has, under its number. */
export interface NumberedMail {
  readonly number: number;
  readonly attempt: MailAttempt;
}

/** All mails, the last first. */
export function inboxPage(mails: readonly NumberedMail[]): string {
  const items = mails.toReversed().map(({ number, attempt: { at, recipients, mail } }) => {
    const subject = mail === null || mail.subject === '' ? 'No subject' : mail.subject;
    return `<li><a href="/mails/${String(number)}" lang="${languageOf(subject)}">${escaped(subject)}</a>
<p class="about">to ${escaped(recipients.join(', '))}, ${timeOf(new Date(at))}</p></li>`;
  });
  const list = items.length === 0 ? '<p>No e-mails have been sent yet.</p>' : `<ul>${items.join('\n')}</ul>`;
  return page(
    'Inbox',
    inbox,
    `<h1>Inbox</h1>
<p>This machine stands in for the mail server. Nothing leaves it: these are the e-mails that would have been sent.</p>
${list}`,
  );
}

/** One mail: its plain text, and never its HTML. */
export function mailPage({ number, attempt }: NumberedMail): string {
  const { at, sender, recipients, mail } = attempt;
  const text = mail?.text ?? '';
  const facts: readonly (readonly [name: string, value: string])[] = [
    ['From', mail?.from ?? ''],
    ['Reply to', mail?.replyTo.join(', ') ?? ''],
    ['To', mail?.to.join(', ') ?? ''],
    ['Envelope', `${sender} to ${recipients.join(', ')}`],
    ['Message-ID', mail?.messageId ?? ''],
    ['Attachments', mail?.attachments.join(', ') ?? ''],
    ['Parts', mail?.html === true ? 'an HTML part as well, which is not shown' : ''],
  ];
  return page(
    mail?.subject ?? '',
    inbox,
    `<p><a href="/">Inbox</a></p>
<h1 lang="${languageOf(mail?.subject ?? '')}">${escaped(mail?.subject ?? '')}</h1>
<dl>
<dt>When</dt><dd>${timeOf(new Date(at))}</dd>
${facts
  .filter(([, value]) => value !== '')
  .map(([name, value]) => `<dt>${name}</dt><dd>${escaped(value)}</dd>`)
  .join('\n')}
</dl>
<p lang="${languageOf(text)}" class="text">${escapedWithLinks(text.trimEnd())}</p>
<p><a href="/mails/${String(number)}/source">As it came over the line</a></p>`,
  );
}
