import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { problemDocument } from '../../api/schemas/answers.ts';
import type { Issuer } from '../../stand-ins/oidc-issuer.ts';

/** One answer of the API. What is read from its body is held to the schema that the API describes it with. */
export class Answered {
  readonly status: number;
  readonly headers: Headers;
  /** JSON, or text of another kind. */
  readonly body: unknown;

  constructor(status: number, headers: Headers, text: string) {
    this.status = status;
    this.headers = headers;
    this.body = /json/.test(headers.get('content-type') ?? '') ? JSON.parse(text) : text;
  }

  /** The body of a success. @throws Error when the answer is a problem, or not as described */
  as<T>(schema: z.ZodType<T>): T {
    if (this.status >= 400) throw new Error(`${String(this.status)} ${JSON.stringify(this.body)}`);
    return schema.parse(this.body);
  }

  get problem(): z.output<typeof problemDocument> {
    const problem = problemDocument.parse(this.body);
    if (problem.status !== this.status) throw new Error('The problem and the answer differ in their status');
    if (this.headers.get('content-type') !== 'application/problem+json; charset=utf-8') {
      throw new Error(`A problem came as ${String(this.headers.get('content-type'))}`);
    }
    return problem;
  }

  /** Status, and of a problem its code: what most tests are about. */
  get outcome(): [number] | [number, string] {
    return this.status < 400 ? [this.status] : [this.status, this.problem.code];
  }
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
    return new Answered(answer.status, answer.headers, await answer.text());
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
