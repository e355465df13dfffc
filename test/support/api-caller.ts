import { randomUUID } from 'node:crypto';
import type { Issuer } from '../../stand-ins/oidc-issuer.ts';

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  // The tests look into bodies of many shapes.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

/** Speaks to the API as one demo user. Each POST gets a key of its own unless one is given. */
export class ApiCaller {
  readonly #url: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  static async as(
    stack: { readonly url: string; readonly issuer: Pick<Issuer, 'mint'> },
    who: string,
  ): Promise<ApiCaller> {
    return new ApiCaller(stack.url, await stack.issuer.mint(who));
  }

  get(path: string): Promise<Answered> {
    return this.send('GET', path);
  }

  post(path: string, body: unknown, key: string = randomUUID()): Promise<Answered> {
    return this.send('POST', path, {
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
    });
  }

  command(pathwayId: string, name: string, data: unknown, key?: string): Promise<Answered> {
    return this.post(`/api/v1/pathways/${pathwayId}/commands/${name}`, { data }, key);
  }

  async send(
    method: string,
    path: string,
    {
      headers,
      body,
    }: { readonly headers?: Record<string, string>; readonly body?: string | Uint8Array } = {},
  ): Promise<Answered> {
    const answer = await fetch(`${this.#url}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.#token}`, ...headers },
      ...(body === undefined ? {} : { body: body as string }),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      headers: answer.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
  }
}

let people = 0;

/** A referral form that is taken; everybody is somebody else. */
export function aReferral(changes: Record<string, unknown> = {}): Record<string, unknown> {
  people += 1;
  return {
    surname: 'Morgan',
    forenames: 'Siân Elin',
    birthDate: '1994-05-17',
    nominalNumber: `N${String(process.pid)}-${String(people)}`,
    occurrenceNumber: `DP-2026-${String(process.pid)}-${String(people)}`,
    outcomeAt: new Date(Date.now() - 3_600_000).toISOString(),
    offenceCode: '92E',
    offenceDate: new Date(Date.now() - 2 * 86_400_000).toISOString().slice(0, 10),
    residence: { postcode: 'sa311zz' },
    mobile: '07700 900123',
    language: 'cy',
    safeToText: 'yes',
    agreed: true,
    ...changes,
  };
}

/** A positive test under a legal basis. */
export function aTest(changes: Record<string, unknown> = {}): Record<string, unknown> {
  people += 1;
  return {
    surname: 'Rees',
    birthDate: '1990-05-17',
    nominalNumber: `N${String(process.pid)}-${String(people)}`,
    testedAt: new Date(Date.now() - 3_600_000).toISOString(),
    suiteCode: 'custody-llanelli',
    basis: { kind: 'trigger-offence', offenceCode: 'TH68001' },
    selectionReasonCode: 'intelligence-led',
    results: [{ substance: 'cocaine', result: 'positive' }],
    mobile: '07700 900124',
    safeToText: 'yes',
    ...changes,
  };
}
