import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { epochMs } from '../../workflows/domain/common/instant.ts';
import type { Instant } from '../../workflows/domain/common/instant.ts';
import type { LiveLink } from '../../store/person-links.ts';

/** How long the right year of birth is remembered, in seconds: a phone is put down, and taken up by somebody else. */
const cookieSeconds = 15 * 60;

const cookieName = 'page';

/**
 * What the page gives to a browser and knows again: the cookie after the right year, the form of one showing, and names of
 * appointments that say nothing. All are bound to one link, and to a secret that all processes of the API share; none is
 * stored.
 */
export class PageKeys {
  readonly #secret: Uint8Array;
  readonly #secure: boolean;

  /** @param secure whether the cookie only goes over https: everywhere but in development */
  constructor(secret: Uint8Array, secure: boolean) {
    this.#secret = secret;
    this.#secure = secure;
  }

  /** The header that sets the cookie. */
  cookieFor(token: string, { hash }: Pick<LiveLink, 'hash'>, now: Instant): string {
    const until = String(Math.floor(epochMs(now) / 1_000) + cookieSeconds);
    const parts = [
      `${cookieName}=${until}.${this.#mac('cookie', hash, until)}`,
      `Path=/p/${token}`,
      `Max-Age=${String(cookieSeconds)}`,
      'HttpOnly',
      'SameSite=Strict',
      ...(this.#secure ? ['Secure'] : []),
    ];
    return parts.join('; ');
  }

  /** Whether the header has the cookie of this link, and its time is not over. */
  knows(header: string | undefined, { hash }: Pick<LiveLink, 'hash'>, now: Instant): boolean {
    return (header ?? '')
      .split(';')
      .map((cookie) => cookie.trim())
      .filter((cookie) => cookie.startsWith(`${cookieName}=`))
      .some((cookie) => {
        const [until = '', mac = ''] = cookie.slice(cookieName.length + 1).split('.');
        return isSame(mac, this.#mac('cookie', hash, until)) && Number(until) * 1_000 > epochMs(now);
      });
  }

  /** Of one showing of the page: what comes back with it was chosen there. */
  newForm({ hash }: Pick<LiveLink, 'hash'>): string {
    const nonce = randomBytes(16).toString('hex');
    return `${nonce}.${this.#mac('form', hash, nonce)}`;
  }

  /** The name of the showing, the same each time it is sent; undefined: no page of this link has it. */
  showingOf(form: string, { hash }: Pick<LiveLink, 'hash'>): string | undefined {
    const [nonce = '', mac = ''] = form.split('.');
    return isSame(mac, this.#mac('form', hash, nonce)) ? nonce : undefined;
  }

  /** The same for the same appointment, also as the name of its entry in a calendar. */
  nameOf({ hash }: Pick<LiveLink, 'hash'>, appointmentId: string): string {
    return this.#mac('appointment', hash, appointmentId).slice(0, 32);
  }

  #mac(what: string, hash: string, value: string): string {
    return createHmac('sha256', this.#secret).update(`person-page ${what} ${hash} ${value}`).digest('hex');
  }
}

function isSame(given: string, wanted: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(wanted)];
  return one.length === other.length && timingSafeEqual(one, other);
}
