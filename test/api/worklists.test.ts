import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { z } from 'zod';
import { commandAnswer, pathwayView, referralAnswer } from '../../api/schemas/answers.ts';
import { offerList, pathwayCounts, pathwayList } from '../../api/schemas/worklists.ts';
import { aReferral, ApiCaller } from '../support/api-caller.ts';
import type { Answered } from '../support/api-caller.ts';
import { eventually } from '../support/eventually.ts';
import { startStack } from '../support/stack.ts';
import type { Stack } from '../support/stack.ts';

let stack: Stack;
let officer: ApiCaller;
/** Of ddas, as u-301. */
let worker: ApiCaller;
let lead: ApiCaller;
let elsewhere: ApiCaller;
let manager: ApiCaller;

beforeAll(async () => {
  stack = await startStack();
  const users = ['officer', 'caseworker', 'provider-manager', 'kaleidoscope-caseworker', 'manager'];
  const [first, ...others] = await Promise.all(users.map((who) => ApiCaller.as(stack, who)));
  if (first === undefined) throw new Error('Nobody signed in');
  officer = first;
  [worker, lead, elsewhere, manager] = others as [ApiCaller, ApiCaller, ApiCaller, ApiCaller];
}, 60_000);

afterAll(async () => {
  await stack.close();
});

type Line = z.output<typeof pathwayList>['items'][number];

async function referred(): Promise<z.output<typeof referralAnswer>> {
  return (await officer.post('/api/v1/referrals', aReferral())).as(referralAnswer);
}

/** Of a month ago, if not said; its run has found the clock of the first contact passed: nothing is due, and somebody is asked. */
async function referredLongAgo(ago = 30): Promise<z.output<typeof referralAnswer>> {
  const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();
  const form = aReferral({ outcomeAt: daysAgo(ago), offenceDate: daysAgo(ago + 1).slice(0, 10) });
  const late = (await officer.post('/api/v1/referrals', form)).as(referralAnswer);
  await eventually(async () => {
    const line = (await all(worker, 'overdue=true')).find(({ pathwayId }) => pathwayId === late.pathwayId);
    expect(line?.attention).toContain('no-first-contact');
  });
  return late;
}

async function done(answer: Promise<Answered>): Promise<z.output<typeof commandAnswer>> {
  return (await answer).as(commandAnswer);
}

/** Every page, with few on each. */
async function all(who: ApiCaller, query: string): Promise<Line[]> {
  const lines: Line[] = [];
  let cursor: string | null = null;
  do {
    const page: z.output<typeof pathwayList> = (
      await who.get(`/api/v1/pathways?limit=2&${query}${cursor === null ? '' : `&cursor=${cursor}`}`)
    ).as(pathwayList);
    lines.push(...page.items);
    cursor = page.next;
  } while (cursor !== null);
  return lines;
}

async function idsOf(who: ApiCaller, query: string): Promise<string[]> {
  return (await all(who, query)).map(({ pathwayId }) => pathwayId);
}

async function offersTo(who: ApiCaller): Promise<z.output<typeof offerList>['items']> {
  return (await who.get('/api/v1/pathways?offered=true')).as(offerList).items;
}

describe('the lists people work from', () => {
  test('M03: what its provider has not accepted shows as such, until it is', async () => {
    const { pathwayId } = await referred();
    const line = async () => (await all(lead, 'state=open')).find((each) => each.pathwayId === pathwayId);
    expect(await line()).toMatchObject({ acceptedAt: null, workerId: null });
    await done(worker.command(pathwayId, 'accept-referral', {}));
    expect(await line()).toMatchObject({ acceptedAt: expect.stringMatching(/Z$/) });
  });

  test('M124, M207: one’s own, the team’s, what nobody carries, and a worker’s', async () => {
    const [mine, nobodys] = [await referred(), await referred()];
    await done(worker.command(mine.pathwayId, 'assign-caseworker', { workerId: 'u-301' }));
    expect(await idsOf(worker, 'mine=true&order=due')).toEqual([mine.pathwayId]);
    expect(await idsOf(lead, 'mine=true')).toEqual([]);
    expect(await idsOf(lead, 'worker=u-301')).toEqual([mine.pathwayId]);
    expect(await idsOf(lead, 'worker=u-301&mine=true')).toEqual([]);
    const unassigned = await idsOf(worker, 'unassigned=true');
    expect(unassigned).toContain(nobodys.pathwayId);
    expect(unassigned).not.toContain(mine.pathwayId);
    const team = await idsOf(worker, 'state=working');
    expect(team).toEqual(expect.arrayContaining([mine.pathwayId, nobodys.pathwayId]));
    expect(await idsOf(elsewhere, 'unassigned=true')).toEqual([]);
    expect(await idsOf(manager, `search=${mine.reference.toLowerCase().slice(3, 9)}`)).toEqual([
      mine.pathwayId,
    ]);
  });

  test('M207: one’s own list is what one carries still, unless another is asked for', async () => {
    const { pathwayId } = await referred();
    await done(worker.command(pathwayId, 'assign-caseworker', { workerId: 'u-301' }));
    const counted = async () => (await worker.get('/api/v1/pathways/counts')).as(pathwayCounts).mine;
    expect(await idsOf(worker, 'mine=true')).toContain(pathwayId);
    const before = await counted();
    await done(worker.command(pathwayId, 'close-pathway', { reason: 'declined' }));
    expect(await idsOf(worker, 'mine=true')).not.toContain(pathwayId);
    expect(await counted()).toBe(before - 1);
    for (const query of ['state=closed', 'stage=closed']) {
      expect(await idsOf(worker, `mine=true&${query}`)).toContain(pathwayId);
    }
  });

  test('M92, M207: who carries a closed case that asks for somebody sees it among what asks, and nowhere else unasked', async () => {
    const { pathwayId } = await referred();
    await done(worker.command(pathwayId, 'accept-referral', {}));
    await done(worker.command(pathwayId, 'assign-caseworker', { workerId: 'u-301' }));
    const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
    const where = { kind: 'assessment', placeCode: 'ddas-carmarthen' };
    const times = { startsAt: inHours(72), endsAt: inHours(73) };
    await done(worker.command(pathwayId, 'book-appointment', { ...where, ...times }));
    await done(worker.command(pathwayId, 'close-pathway', { reason: 'declined' }));
    const asks = async (query: string) =>
      (await all(worker, query)).find((line) => line.pathwayId === pathwayId)?.attention;
    for (const order of ['received', 'due']) {
      expect(await asks(`mine=true&attention=true&order=${order}`)).toContain('tell-of-change');
    }
    expect(await asks('mine=true&attention=true&state=closed')).toContain('tell-of-change');
    for (const query of [
      '',
      '&attention=false',
      '&attention=true&state=open',
      '&attention=true&state=working',
    ]) {
      expect(await asks(`mine=true${query}`)).toBeUndefined();
    }
    const own = (await worker.get('/api/v1/pathways/counts?worker=u-301')).as(pathwayCounts);
    expect(own.attention).toBe((await all(worker, 'mine=true&attention=true')).length);
    expect(own.mine).toBe((await all(worker, 'mine=true')).length);
    const reached = { channel: 'phone', result: 'reached', by: 'person' };
    await done(worker.command(pathwayId, 'record-contact-attempt', reached));
    expect(await idsOf(worker, 'mine=true&attention=true')).not.toContain(pathwayId);
  });

  test('M207: a case goes to nobody of whom the provider has not heard, unless a manager introduces them', async () => {
    const { pathwayId } = await referred();
    const assign = (who: ApiCaller, data: object) => who.command(pathwayId, 'assign-caseworker', data);
    for (const workerId of ['u-999999', 'u-401', 'u-103']) {
      const answer = await assign(lead, { workerId });
      expect(answer.outcome).toEqual([404, 'not-found']);
      expect(answer.body).toMatchObject({ errors: [{ path: '/data/workerId', code: 'unknown-id' }] });
    }
    expect(await idsOf(lead, 'unassigned=true')).toContain(pathwayId);
    const colleague = { workerId: 'u-777', newWorker: true };
    const introduced = await assign(worker, colleague);
    expect(introduced.outcome).toEqual([403, 'wrong-role']);
    // The command is theirs; only the field is not.
    expect(introduced.problem).toMatchObject({
      detail: expect.stringMatching(/^newWorker is for/),
      errors: [{ path: '/data/newWorker', code: 'wrong-role' }],
    });
    await done(assign(lead, colleague));
    await done(assign(lead, { workerId: null }));
    await done(assign(worker, { workerId: 'u-777' }));
    expect(await idsOf(lead, 'worker=u-777')).toEqual([pathwayId]);
    await done(assign(worker, { workerId: 'u-301' }));
  });

  test('M207: a row says what is late for longest and since when, and those come first', async () => {
    const newer = await referredLongAgo(20);
    const oldest = await referredLongAgo(40);
    const inTime = await referred();
    for (const { pathwayId } of [newer, oldest, inTime]) {
      await done(worker.command(pathwayId, 'assign-caseworker', { workerId: 'u-301' }));
    }
    const own = await all(worker, 'mine=true&order=due');
    const lines = [oldest, newer, inTime].map(({ pathwayId }) =>
      own.findIndex((line) => line.pathwayId === pathwayId),
    );
    expect(lines).toEqual(lines.toSorted((a, b) => a - b));
    const [first, second, third] = lines.map((at) => own[at]);
    expect(third).toMatchObject({ overdueFor: null, overdueSince: null });
    expect(second?.overdueFor).not.toBeNull();
    for (const [line, daysAgo] of [
      [first, 40],
      [second, 20],
    ] as const) {
      const since = (Date.now() - Date.parse(line?.overdueSince ?? '')) / 86_400_000;
      expect(since).toBeGreaterThan(daysAgo - 10);
      expect(since).toBeLessThan(daysAgo);
    }
    const late = (await all(worker, 'overdue=true&order=due')).map(({ overdueSince }) => overdueSince);
    expect(late).not.toContain(null);
    expect(late).toEqual(late.toSorted());
    // The same order in every list.
    for (const query of [
      'mine=true',
      'worker=u-301',
      'overdue=true',
      'state=working',
      'attention=true',
      '',
    ]) {
      const places = (await all(worker, `${query}&order=due`)).map(
        ({ overdueSince, nextDueAt }) => overdueSince ?? nextDueAt ?? 'neither',
      );
      expect(places.length).toBeGreaterThan(1);
      expect(places).toEqual(places.toSorted());
    }
  });

  test('M207: what is late is found by the clock that asked, and the counts agree with the lists', async () => {
    const late = await referredLongAgo();
    const stillLate = await referredLongAgo();
    await done(
      worker.command(late.pathwayId, 'record-contact-attempt', {
        ...{ channel: 'phone', result: 'reached', by: 'person' },
      }),
    );
    expect(await idsOf(worker, 'overdue=true')).not.toContain(late.pathwayId);
    expect(await idsOf(worker, 'overdue=true')).toContain(stillLate.pathwayId);
    const voided = await referred();
    await done(manager.command(voided.pathwayId, 'void-pathway', { reason: 'wrong-person' }));
    expect(await idsOf(manager, 'state=closed')).not.toContain(voided.pathwayId);
    expect(await idsOf(manager, 'stage=void')).toEqual([voided.pathwayId]);
    for (const who of [worker, lead, elsewhere, manager]) {
      const counts = (await who.get('/api/v1/pathways/counts?kind=diversion')).as(pathwayCounts);
      const length = async (query: string) => (await all(who, `kind=diversion&${query}`)).length;
      expect(counts).toMatchObject({
        total: await length(''),
        open: await length('state=open'),
        closed: await length('state=closed'),
        working: await length('state=working'),
        mine: await length('mine=true'),
        unassigned: await length('unassigned=true'),
        overdue: await length('overdue=true'),
        attention: await length('attention=true'),
        offered: (await offersTo(who)).length,
      });
      for (const { stage, count } of counts.stages) expect(await length(`stage=${stage}`)).toBe(count);
      const staged = counts.stages.filter(({ stage }) => stage !== 'void');
      expect(staged.reduce((sum, { count }) => sum + count, 0)).toBe(counts.total);
    }
  });

  test('refuses what no list has, and a cursor of somebody else’s own list', async () => {
    for (const query of [
      'mine=false',
      'mine=yes',
      'search=LL-1',
      'search=%25',
      'search=Howell',
      'search=LL-KRTB-WNDC-K',
      'state=void',
      'worker=',
    ]) {
      expect((await worker.get(`/api/v1/pathways?${query}`)).outcome).toEqual([400, 'invalid-request']);
    }
    expect((await worker.get('/api/v1/pathways/counts?state=open')).outcome).toEqual([
      400,
      'invalid-request',
    ]);
    for (const other of ['stage=engaged', 'mine=true', `person=${randomUUID()}`, 'kind=diversion']) {
      const answer = await worker.get(`/api/v1/pathways?offered=true&${other}`);
      expect(answer.outcome).toEqual([400, 'invalid-request']);
    }
    const page = (await worker.get('/api/v1/pathways?limit=1&state=open')).as(pathwayList);
    expect(page.next).not.toBeNull();
    const cursor = page.next ?? '';
    expect((await worker.get(`/api/v1/pathways?limit=1&state=open&cursor=${cursor}`)).status).toBe(200);
    for (const other of [
      lead.get(`/api/v1/pathways?limit=1&state=open&cursor=${cursor}`),
      worker.get(`/api/v1/pathways?limit=1&state=working&cursor=${cursor}`),
      worker.get(`/api/v1/pathways?offered=true&cursor=${cursor}`),
    ]) {
      expect((await other).outcome).toEqual([400, 'invalid-cursor']);
    }
  });
});

describe('a transfer', () => {
  async function offered(): Promise<{ pathwayId: string; reference: string; transferId: string }> {
    const { pathwayId, reference } = await referred();
    await done(worker.command(pathwayId, 'record-engagement', { evidence: 'other' }));
    await done(
      worker.command(pathwayId, 'record-assessment', { substances: ['heroin'], result: 'suitable' }),
    );
    const { commandId } = await done(
      lead.command(pathwayId, 'transfer-pathway', { providerId: 'kaleidoscope', reason: 'persons-choice' }),
    );
    return { pathwayId, reference, transferId: commandId };
  }

  const reads = (who: ApiCaller, pathwayId: string) =>
    Promise.all(
      [`/api/v1/pathways/${pathwayId}`, `/api/v1/pathways/${pathwayId}/events`].map(
        async (path) => (await who.get(path)).status,
      ),
    );

  test('is seen by its receiver as the bare case, and read once it is theirs; the sender has it no more', async () => {
    const { pathwayId, reference, transferId } = await offered();
    const offers = await offersTo(elsewhere);
    expect(offers).toEqual([
      {
        ...{ pathwayId, reference, transferId, reason: 'persons-choice', demo: false },
        ...{ fromProviderId: 'ddas', toProviderId: 'kaleidoscope', toProgramme: expect.any(String) },
        ...{ receivedAt: expect.any(String), offeredAt: expect.any(String), offeredText: expect.any(String) },
      },
    ]);
    expect(JSON.stringify(offers)).not.toMatch(/assess|heroin|engaged|stage/);
    expect((await elsewhere.get('/api/v1/pathways/counts')).as(pathwayCounts)).toMatchObject({
      ...{ offered: 1, total: 0 },
    });
    // Who offers it is offered nothing; the force sees every offer that is open.
    expect(await offersTo(worker)).toEqual([]);
    expect((await offersTo(manager)).map((offer) => offer.transferId)).toEqual([transferId]);
    expect(await idsOf(elsewhere, '')).toEqual([]);
    expect(await reads(elsewhere, pathwayId)).toEqual([404, 404]);
    for (const [name, data] of [
      ['record-engagement', { evidence: 'other' }],
      ['take-back-transfer', { transferId }],
      ['amend-details', { changes: { drugCode: 'heroin' }, reason: 'completed' }],
    ] as const) {
      expect((await elsewhere.command(pathwayId, name, data)).outcome).toEqual([404, 'not-found']);
    }
    const unknown = await elsewhere.command(pathwayId, 'accept-transfer', { transferId: randomUUID() });
    expect(unknown.outcome).toEqual([404, 'not-found']);
    const strange = new ApiCaller(
      stack.url,
      await stack.issuer.mint('caseworker', { claims: { llwybr_organisation: 'pobl' } }),
    );
    expect((await strange.command(pathwayId, 'accept-transfer', { transferId })).outcome).toEqual([
      404,
      'not-found',
    ]);

    const taken = await done(elsewhere.command(pathwayId, 'accept-transfer', { transferId }));
    expect(taken.stage).toBe('assessed');
    expect(await reads(elsewhere, pathwayId)).toEqual([200, 200]);
    expect(await offersTo(elsewhere)).toEqual([]);
    const { providerId } = (await manager.get(`/api/v1/pathways/${pathwayId}`)).as(pathwayView);
    expect(providerId).toBe('kaleidoscope');
    // The sender has it no more.
    expect(await reads(worker, pathwayId)).toEqual([404, 404]);
    expect((await worker.command(pathwayId, 'record-engagement', { evidence: 'other' })).outcome).toEqual([
      404,
      'not-found',
    ]);
    expect(await idsOf(worker, '')).not.toContain(pathwayId);
  });

  test('that is declined tells its receiver nothing, and a repeat of the answer is answered as the first time', async () => {
    const { pathwayId, transferId } = await offered();
    const key = randomUUID();
    const data = { transferId, reason: 'no-capacity' };
    const declined = await elsewhere.command(pathwayId, 'decline-transfer', data, key);
    expect(declined.as(commandAnswer)).toMatchObject({
      ...{ stage: null, events: [{ type: 'transfer-declined' }] },
    });
    expect(await offersTo(elsewhere)).toEqual([]);
    expect(await reads(elsewhere, pathwayId)).toEqual([404, 404]);
    const again = await elsewhere.command(pathwayId, 'decline-transfer', data, key);
    expect([again.status, again.body]).toEqual([200, declined.body]);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    const late = await elsewhere.command(pathwayId, 'decline-transfer', data);
    expect(late.outcome).toEqual([404, 'not-found']);
    const other = await elsewhere.command(pathwayId, 'decline-transfer', { ...data, reason: 'other' }, key);
    expect(other.outcome).toEqual([404, 'not-found']);
    expect(await reads(worker, pathwayId)).toEqual([200, 200]);
  });

  test('an answer that was recorded and never heard is found again by its key, without the stage', async () => {
    const { pathwayId, transferId } = await offered();
    const key = randomUUID();
    const data = { transferId, reason: 'out-of-area' };
    const first = (await elsewhere.command(pathwayId, 'decline-transfer', data, key)).as(commandAnswer);
    // As a process leaves it that died between the ledger and its answer.
    await stack.db.pool.query(
      `update request set state = 'running', status = null, body = null, answered_at = null,
         lease_until = clock_timestamp() - interval '1 second' where key = $1`,
      [key],
    );
    const again = await elsewhere.command(pathwayId, 'decline-transfer', data, key);
    expect(again.as(commandAnswer)).toEqual(first);
    expect(first.stage).toBeNull();
  });

  test('a referral that its provider gives back is answered again to the same key', async () => {
    const { pathwayId } = await referred();
    const key = randomUUID();
    const give = () => worker.command(pathwayId, 'decline-referral', { reason: 'no-capacity' }, key);
    const first = await give();
    expect(first.as(commandAnswer).stage).toBe('awaiting-route');
    expect(await reads(worker, pathwayId)).toEqual([404, 404]);
    const again = await give();
    expect([again.status, again.body]).toEqual([200, first.body]);
  });
});
