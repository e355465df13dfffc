import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { commandAnswer, drugTestAnswer, pathwayView, referralAnswer } from '../../api/schemas/answers.ts';
import { letterheadAnswer } from '../../api/schemas/letters.ts';
import { letterStyle } from '../../messages/letters/letter.ts';
import { sendCommand } from '../../platform/pathway-runs.ts';
import type { Role } from '../../workflows/domain/common/actor.ts';
import { aReferral, ApiCaller, aTest } from '../support/api-caller.ts';
import { eventually } from '../support/eventually.ts';
import { command, openDiversion, prepareForce, testForce } from '../support/pathways.ts';
import { startStack } from '../support/stack.ts';
import type { Stack } from '../support/stack.ts';

// Whoever no text reaches: the task to find another way, and the letter where that way is known to be safe.

let stack: Stack;
let officer: ApiCaller;
let worker: ApiCaller;
let lead: ApiCaller;

const letterhead = { lines: ['PO Box 12', 'Carmarthen'], phone: '01267 000000' };
const headOf = (organisationId: string) => `/api/v1/organisations/${organisationId}/letterhead`;

beforeAll(async () => {
  stack = await startStack();
  officer = await ApiCaller.as(stack, 'officer');
  worker = await ApiCaller.as(stack, 'caseworker');
  lead = await ApiCaller.as(stack, 'provider-manager');
  expect((await lead.post(headOf('ddas'), letterhead)).status).toBe(200);
}, 60_000);

afterAll(async () => {
  await stack.close();
});

const holding = async (roles: readonly Role[], organisation: string): Promise<ApiCaller> => {
  const claims = { llwybr_roles: roles, llwybr_organisation: organisation, sub: 'u-letters' };
  return new ApiCaller(stack.url, await stack.issuer.mint('officer', { claims }));
};

interface Case {
  readonly pathwayId: string;
  readonly personId: string;
}

/** Nobody has a number of theirs, unless one is given. */
async function referred(
  form: Record<string, unknown> = {},
  known: Record<string, string> = { address: '1 Stryd Enghraifft, Llanelli' },
): Promise<Case> {
  const { mobile: _none, ...rest } = aReferral();
  const it = (await officer.post('/api/v1/referrals', { ...rest, ...form })).as(referralAnswer);
  const amended = { changes: known, reason: 'entered-wrongly' };
  if (Object.keys(known).length > 0) expect(await say(it, 'amend-details', amended)).toBe(200);
  return it;
}

const say = async ({ pathwayId }: Case, name: string, data: unknown) =>
  (await worker.command(pathwayId, name, data)).status;

const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();

async function booked(it: Case): Promise<string> {
  const slot = { startsAt: inDays(3), endsAt: inDays(3.1), placeCode: 'ddas-carmarthen' };
  const answer = await worker.command(it.pathwayId, 'book-appointment', { kind: 'assessment', ...slot });
  return answer.as(commandAnswer).commandId;
}

const letter = ({ pathwayId }: Case, query = 'purpose=please-ring', by = worker) =>
  by.get(`/api/v1/pathways/${pathwayId}/letter?${query}`);

/** Why there is none. */
async function refused(it: Case, query?: string): Promise<unknown> {
  const answer = await letter(it, query);
  expect(answer.outcome).toEqual([409, 'condition-not-met']);
  return (answer.problem.details as { reason?: unknown }).reason;
}

const preferring = (it: Case, preferences: Record<string, string>) =>
  say(it, 'record-contact-preferences', { preferences });

async function asked({ pathwayId }: Case): Promise<string[]> {
  return (await worker.get(`/api/v1/pathways/${pathwayId}`))
    .as(pathwayView)
    .attention.map(({ code }) => code);
}

test('where letters come from is set by who leads the team, and tells nothing; before that there is no letter', async () => {
  await stack.db.pool.query('delete from letterhead');
  const it = await referred();
  await preferring(it, { post: 'yes' });
  expect(await refused(it)).toBe('no-letterhead');
  const none = { lines: null, phone: null, changedBy: null, updatedAt: null };
  expect((await lead.get(headOf('ddas'))).as(letterheadAnswer)).toEqual(none);
  expect((await lead.post(headOf('ddas'), letterhead)).as(letterheadAnswer)).toMatchObject(letterhead);
  expect((await worker.get(headOf('ddas'))).as(letterheadAnswer)).toMatchObject(letterhead);
  expect((await worker.post(headOf('ddas'), letterhead)).outcome).toEqual([403, 'wrong-role']);
  expect((await lead.post(headOf('kaleidoscope'), letterhead)).outcome).toEqual([404, 'not-found']);
  const telling = { ...letterhead, lines: ['Dyfed Drug and Alcohol Service', 'Carmarthen'] };
  const refusal = await lead.post(headOf('ddas'), telling);
  expect(refusal.outcome).toEqual([409, 'condition-not-met']);
  expect(refusal.problem.details).toMatchObject({ words: expect.arrayContaining(['drug']) });
  expect((await lead.get(headOf('ddas'))).as(letterheadAnswer)).toMatchObject(letterhead);
});

describe('M90: no phone', () => {
  test('somebody is asked to find another way; where post is not known to be safe no letter is made', async () => {
    const it = await referred();
    await booked(it);
    await eventually(async () => {
      expect(await asked(it)).toContain('reach-another-way');
    }, 30_000);
    expect(await refused(it)).toBe('post-not-safe');
    for (const post of ['no', 'unknown']) {
      await preferring(it, { post });
      expect(await refused(it)).toBe('post-not-safe');
    }
    expect(await asked(it)).toContain('reach-another-way');
  }, 60_000);

  test('M87: where it is, the letter is a page to print in the person’s language, and names neither place nor service', async () => {
    const it = await referred();
    await booked(it);
    await preferring(it, { post: 'yes' });
    const page = await letter(it, 'purpose=appointment');
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('cache-control')).toBe('no-store');
    const style = createHash('sha256').update(letterStyle).digest('base64');
    expect(page.headers.get('content-security-policy')).toContain(`style-src 'sha256-${style}'`);
    expect(page.body).toContain('<html lang="cy">');
    expect(page.body).toContain('Annwyl Siân Elin Morgan');
    expect(page.body).toContain('1 Stryd Enghraifft\nLlanelli\nSA31 1ZZ');
    expect(page.body).toContain('PO Box 12\nCarmarthen');
    expect(page.body).not.toMatch(/ddas|drug|cyffur|police|heddlu/i);
    const english = await letter(it, 'purpose=appointment&language=en');
    expect(english.body).toContain('Dear Siân Elin Morgan');
    const both = String((await letter(it, 'purpose=please-ring&language=both')).body);
    expect(both.match(/<article lang="(cy|en)">/g)).toEqual(['<article lang="cy">', '<article lang="en">']);
    expect(both.match(/<h1>/g)).toHaveLength(2);
  }, 60_000);

  test('the place stands in it, in the language of each sheet, once it is recorded as safe to show; not where somebody may be in danger', async () => {
    const placeOf = (code: string) => `/api/v1/organisations/ddas/places/${code}/shown`;
    const words = { en: '5 High Street & Lane', cy: '5 Stryd Fawr a’r Lôn' };
    const it = await referred();
    const appointmentId = await booked(it);
    await preferring(it, { post: 'yes' });
    const read = async (language: string) =>
      String(
        (await letter(it, `purpose=appointment&appointmentId=${appointmentId}&language=${language}`)).body,
      );
    expect((await lead.post(placeOf('ddas-llanelli'), { words })).status).toBe(200);
    expect(await read('both')).not.toMatch(/High Street|Stryd Fawr/);
    expect((await lead.post(placeOf('ddas-carmarthen'), { words })).status).toBe(200);
    expect(await read('en')).toContain('<p>The place is 5 High Street &amp; Lane.</p>');
    expect(await read('cy')).toContain('<p>Y lleoliad yw 5 Stryd Fawr a’r Lôn.</p>');
    const [welsh = '', english = ''] = (await read('both')).split('<article lang="en">');
    expect(welsh).toContain('Y lleoliad yw 5 Stryd Fawr a’r Lôn.');
    expect(welsh).not.toContain('High Street');
    expect(english).toContain('The place is 5 High Street &amp; Lane.');
    expect(english).not.toContain('Stryd Fawr');
    expect((await letter(it)).body).not.toMatch(/High Street|Stryd Fawr/);
    await say(it, 'record-safety-flag', {});
    await preferring(it, { post: 'yes' });
    const decided = await read('both');
    expect(decided).toContain('We will tell you where to come.');
    expect(decided).not.toMatch(/High Street|Stryd Fawr/);
    expect((await lead.command(it.pathwayId, 'lift-safety-flag', {})).status).toBe(201);
    expect(await read('en')).toContain('The place is');
    expect((await lead.post(placeOf('ddas-carmarthen'), { words: null })).status).toBe(200);
    expect(await read('both')).not.toMatch(/High Street|Stryd Fawr/);
    expect(await read('en')).toContain('We will tell you where to come.');
  }, 60_000);

  test('a letter that was posted is a try by post, and settles the task; looking at it is not', async () => {
    const it = await referred();
    await booked(it);
    await preferring(it, { post: 'yes' });
    await eventually(async () => {
      expect(await asked(it)).toContain('reach-another-way');
    }, 30_000);
    await letter(it);
    expect(await asked(it)).toContain('reach-another-way');
    // The second text that reaches nobody may be skipped a moment after the letter was posted, and asks once more.
    await eventually(async () => {
      await say(it, 'record-contact-attempt', { channel: 'post', result: 'left-message', by: 'person' });
      expect(await asked(it)).not.toContain('reach-another-way');
    });
  }, 60_000);

  test('in neither language asked it is in both; of no appointment there is none about one', async () => {
    const it = await referred({ language: undefined });
    await preferring(it, { post: 'yes' });
    expect((await letter(it)).body).toContain('<article lang="en">');
    expect(await refused(it, 'purpose=appointment')).toBe('no-appointment');
    expect((await letter(it, 'purpose=please-ring&appointmentId=a')).outcome).toEqual([
      400,
      'invalid-request',
    ]);
    expect((await letter(it, 'purpose=notice')).outcome).toEqual([400, 'invalid-request']);
  });
});

describe('no letter', () => {
  test('where a text reaches the person, or an e-mail; STOP, or no other way, makes room for it', async () => {
    const it = await referred(
      { mobile: '07700 900123' },
      { address: '2 Stryd Enghraifft', email: 'sian@example.org' },
    );
    await preferring(it, { post: 'yes' });
    expect(await refused(it)).toBe('text-reaches');
    await say(it, 'stop-texts', {});
    expect((await letter(it)).status).toBe(200);
    await preferring(it, { email: 'yes' });
    expect(await refused(it)).toBe('email-reaches');
    await preferring(it, { email: 'no' });
    expect((await letter(it)).status).toBe(200);
  });

  test('M90: a text that failed shows that none reaches the person, whatever was said: then there is a letter', async () => {
    await prepareForce(stack.db);
    const claims = { llwybr_force: testForce };
    const own = new ApiCaller(stack.url, await stack.issuer.mint('caseworker', { claims }));
    const ownLead = new ApiCaller(stack.url, await stack.issuer.mint('provider-manager', { claims }));
    expect((await ownLead.post(headOf('ddas'), letterhead)).status).toBe(200);
    // At any hour of the day.
    const hours = { sendFrom: '00:00', sendUntil: '00:00' };
    const reminder = { before: { unit: 'days', count: 1 }, at: null } as const;
    const messages = { ...hours, reminder, purposes: ['appointment-booked'] as const };
    const it = await openDiversion(stack.db, { policy: { messages } });
    const changes = { address: '2 Stryd Enghraifft' };
    await own.command(it.pathwayId, 'amend-details', { changes, reason: 'entered-wrongly' });
    await own.command(it.pathwayId, 'record-contact-preferences', { preferences: { post: 'yes' } });
    const answer = await letter(it, 'purpose=please-ring', own);
    expect(answer.problem.details).toEqual({ reason: 'text-reaches' });
    await stack.gateway.script({ on: 'create', does: 'refuse', code: 21614, times: 1 });
    const slot = { startsAt: inDays(3), endsAt: inDays(3.1), placeCode: 'ddas-carmarthen' };
    const booking = command('book-appointment', 'ProviderWorker', { kind: 'assessment', ...slot });
    await sendCommand(stack.engine.client, it, booking, 15_000);
    await eventually(async () => {
      expect((await letter(it, 'purpose=please-ring', own)).status).toBe(200);
    }, 30_000);
    // The number is known to be none from the message's own record; the pathway hears of it a moment later.
    await eventually(async () => {
      const { attention } = (await own.get(`/api/v1/pathways/${it.pathwayId}`)).as(pathwayView);
      expect(attention.map(({ code }) => code)).toContain('message-not-sent');
    }, 30_000);
  }, 60_000);

  test('after a death, in custody, after the closure, or to no address', async () => {
    const dead = await referred();
    await preferring(dead, { post: 'yes' });
    await say(dead, 'record-custody', {});
    expect(await refused(dead)).toBe('in-custody');
    await say(dead, 'record-release', {});
    expect((await letter(dead)).status).toBe(200);
    await say(dead, 'record-death', {});
    expect(['person-died', 'pathway-closed']).toContain(await refused(dead));
    const closed = await referred();
    await preferring(closed, { post: 'yes' });
    await say(closed, 'close-pathway', { reason: 'declined' });
    expect(await refused(closed)).toBe('pathway-closed');
    // The referral's time is over, and its treatment goes on: so does what the person is told.
    const continuing = await referred();
    await preferring(continuing, { post: 'yes' });
    await stack.db.pool.query(
      `update pathway set closed_at = clock_timestamp(), closure_reason = 'concluded-in-treatment' where id = $1`,
      [continuing.pathwayId],
    );
    expect((await letter(continuing)).status).toBe(200);
    const nowhere = await referred({}, {});
    await preferring(nowhere, { post: 'yes' });
    expect(await refused(nowhere)).toBe('no-address');
  });

  test('M88: where somebody may be in danger, but by a decision of its own for each letter', async () => {
    const it = await referred();
    await preferring(it, { post: 'yes' });
    await say(it, 'record-safety-flag', {});
    expect(await refused(it)).toBe('danger-undecided');
    await preferring(it, { post: 'yes' });
    expect((await letter(it)).status).toBe(200);
    await say(it, 'record-contact-attempt', { channel: 'post', result: 'left-message', by: 'person' });
    expect(await refused(it)).toBe('danger-undecided');
    await preferring(it, { post: 'yes' });
    expect((await letter(it)).status).toBe(200);
    // A decision of the day before yesterday knows nothing of today.
    await stack.db.pool.query('alter table person_fact disable trigger user');
    await stack.db.pool.query(
      `update person_fact set recorded_at = recorded_at - interval '2 days', occurred_at = occurred_at - interval '2 days'
        where person_id = $1`,
      [it.personId],
    );
    await stack.db.pool.query('alter table person_fact enable trigger user');
    expect(await refused(it)).toBe('danger-undecided');
  });

  test('for who does not work with the person', async () => {
    const it = await referred();
    await preferring(it, { post: 'yes' });
    const elsewhere = await holding(['Operator', 'ProviderWorker'], 'kaleidoscope');
    expect((await letter(it, undefined, elsewhere)).outcome).toEqual([404, 'not-found']);
    expect((await letter(it, undefined, officer)).outcome).toEqual([403, 'wrong-role']);
    expect((await letter({ ...it, pathwayId: randomUUID() })).outcome).toEqual([404, 'not-found']);
  });
});

test('on the compulsory path no letter is made: the notice is handed over, and no address is shown to the police', async () => {
  const custody = await ApiCaller.as(stack, 'custody');
  const it = (await custody.post('/api/v1/drug-tests', aTest())).as(drugTestAnswer);
  const path = `/api/v1/pathways/${String(it.pathwayId)}/letter?purpose=please-ring`;
  const manager = await holding(['Manager'], 'oocd-team');
  expect((await manager.get(path)).outcome).toEqual([404, 'not-found']);
  for (const role of ['InitialAssessor', 'DipOfficer', 'CustodyOfficer'] as const) {
    expect((await (await holding([role], 'oocd-team')).get(path)).outcome).toEqual([403, 'wrong-role']);
  }
});
