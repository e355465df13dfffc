import type { Database } from '../../store/database.ts';

/** A browser at a person's page, as far as the page needs one: it keeps the cookie, follows no script, and reads forms. */
export class PageVisitor {
  readonly #url: string;
  readonly #token: string;
  cookie = '';

  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  get path(): string {
    return `/p/${this.#token}`;
  }

  async get(after = ''): Promise<Visited> {
    return await this.#fetch(after, {});
  }

  /** As a form of the page sends it; a redirect is told and not followed. */
  async post(form: Readonly<Record<string, string>>): Promise<Visited> {
    return await this.#fetch('', { method: 'POST', body: new URLSearchParams(form) });
  }

  async answer(year: string): Promise<Visited> {
    return await this.post({ act: 'year', year, lang: 'en' });
  }

  /** Presses the button with this value, with all that its form holds. */
  async press(page: Visited, act: string): Promise<Visited> {
    return await this.post(formWith(page.body, act));
  }

  async #fetch(after: string, init: RequestInit): Promise<Visited> {
    const headers = this.cookie === '' ? {} : { cookie: this.cookie };
    const answer = await fetch(`${this.#url}${this.path}${after}`, { ...init, headers, redirect: 'manual' });
    const set = answer.headers.get('set-cookie');
    if (set !== null) this.cookie = set.split(';')[0] ?? '';
    return { status: answer.status, headers: answer.headers, set, body: await answer.text() };
  }
}

export interface Visited {
  readonly status: number;
  readonly headers: Headers;
  readonly set: string | null;
  readonly body: string;
}

/** @throws Error when the page has no such button */
export function formWith(html: string, act: string): Record<string, string> {
  const forms = html.match(/<form [^]*?<\/form>/g) ?? [];
  const form = forms.find((one) => one.includes(`name="act" value="${act}"`));
  if (form === undefined) throw new Error(`The page has no button ${act}`);
  const fields = [...form.matchAll(/name="(\w+)" value="([^"]*)"/g)];
  return Object.fromEntries(fields.map(([, name = '', value = '']) => [name, value]));
}

/** What is read on a page, without its title. */
export function readOn({ body }: Pick<Visited, 'body'>): string {
  return body
    .replace(/<head>[^]*<\/head>/, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** Whoever asks for another link within minutes asks for the one that has just left. */
export async function minutesLater(
  db: Database,
  { pathwayId }: { readonly pathwayId: string },
): Promise<void> {
  await db.pool.query(
    `update message set handed_over_at = handed_over_at - interval '6 minutes'
      where pathway_id = $1 and purpose = 'page-link'`,
    [pathwayId],
  );
}
