import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { referralAnswer } from '../../api/schemas/answers.ts';
import { referralFiguresAnswer } from '../../api/schemas/figures.ts';
import { erasureAnswer, keptPeople } from '../../api/schemas/retention.ts';
import { append } from '../../store/ledger.ts';
import { addPerson } from '../../store/new-person.ts';
import { policiesOf, savePolicy } from '../../store/policies.ts';
import { recordReply } from '../../store/replies.ts';
import { eraseUnmatchedReplies, peopleToErase } from '../../store/retention.ts';
import type { ReplyMeaning } from '../../workflows/domain/common/reply.ts';
import { aReferral, ApiCaller } from '../support/api-caller.ts';
import { eventually } from '../support/eventually.ts';
import { startApiWithoutEngine } from '../support/api-without-engine.ts';
import type { ApiWithoutEngine } from '../support/api-without-engine.ts';
import { aPerson, anAppend, anEvent, aSummary } from '../support/recorded-pathway.ts';

const forceId = 'dyfed-powys';
const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();

let api: ApiWithoutEngine;
let officer: ApiCaller;
let lead: ApiCaller;
let manager: ApiCaller;

beforeAll(async () => {
  api = await startApiWithoutEngine();
  officer = await ApiCaller.as(api, 'officer');
  lead = await ApiCaller.as(api, 'provider-manager');
  manager = await ApiCaller.as(api, 'manager');
}, 60_000);

afterAll(async () => {
  await api.close();
});

/** What follows the latest version of the policy of the referrals here; null: no end is set. */
async function keepFor(days: number | null): Promise<void> {
  const latest = (await policiesOf(api.db, forceId))
    .map(({ policy }) => policy)
    .filter(({ policyId }) => policyId === 'diversion:acr-diversion')
    .reduce((best, policy) => (policy.version > best.version ? policy : best));
  const { retention: _, ...without } = latest;
  await savePolicy(api.db, {
    ...without,
    ...(days === null ? {} : { retention: { unit: 'days', count: days } }),
    ...{ version: latest.version + 1, validFrom: daysAgo(0.001) },
  });
}

/** Referred by an officer; its end, so many days ago, is written as the engine writes it. */
async function ended(days: number, changes: Record<string, unknown> = {}) {
  const referral = (await officer.post('/api/v1/referrals', aReferral(changes))).as(referralAnswer);
  await end(referral.pathwayId, days);
  return referral;
}

/** `closed`: how many days ago an event of a closure says so, where there is one. */
async function end(pathwayId: string, days: number, closed?: number): Promise<void> {
  const summary = aSummary({
    ...{ stage: 'finished', closedAt: daysAgo(days), closureReason: 'completed', needsRun: false },
  });
  const { rows } = await api.db.pool.query<{ seq: number }>(
    'select head_seq as seq from pathway where id = $1',
    [pathwayId],
  );
  const events = [
    closed === undefined
      ? anEvent({ occurredAt: daysAgo(days) })
      : anEvent({ type: 'pathway-closed', occurredAt: daysAgo(closed) }),
  ];
  await append(api.db, anAppend(pathwayId, rows[0]?.seq ?? 0, { events, summary }), 'test');
}

/** As if the event had been recorded so many days ago, which the ledger itself never allows. */
async function inThePast(pathwayId: string, seq: number, days: number): Promise<void> {
  const client = await api.db.pool.connect();
  try {
    await client.query('begin');
    await client.query('set local session_replication_role = replica');
    await client.query('update event set recorded_at = $3 where pathway_id = $1 and seq = $2', [
      ...[pathwayId, seq, daysAgo(days)],
    ]);
    await client.query('commit');
  } finally {
    client.release();
  }
}

async function due(who = manager): Promise<string[]> {
  const { items } = (await who.get('/api/v1/retention/due')).as(keptPeople);
  return items.map(({ personId }) => personId);
}

const erase = (personId: string, who = manager, key?: string) =>
  who.post(`/api/v1/persons/${personId}/erasure`, { reason: 'Reviewed: nothing speaks against it' }, key);

describe('M202 how long details are kept', () => {
  test('is what the force says: without a word nobody is due, and nobody can be erased', async () => {
    const { personId } = await ended(5_000);
    expect(await due()).not.toContain(personId);
    const refused = await erase(personId);
    expect(refused.outcome).toEqual([409, 'condition-not-met']);
    expect(refused.problem.details).toMatchObject({ keptUntil: null });
    await keepFor(730);
    expect(await due()).toContain(personId);
    const rules = JSON.stringify((await officer.get('/api/v1/rules')).body);
    expect(rules).toContain('How long the details of a person are kept');
    expect(rules).toContain('730 days');
    await keepFor(null);
    expect(await due()).toEqual([]);
  });

  test('counts from the end of the last case, and of a case that goes on there is no end', async () => {
    await keepFor(730);
    const person = { nominalNumber: `N-${randomUUID().slice(0, 8)}` };
    const first = await ended(900, person);
    const second = await ended(700, person);
    expect(second.personId).toBe(first.personId);
    expect(await due()).not.toContain(first.personId);
    const refused = await erase(first.personId);
    expect(refused.outcome).toEqual([409, 'condition-not-met']);
    expect(refused.problem.detail).toMatch(/are kept until \d/);
    const over = await ended(900);
    expect(await due()).toContain(over.personId);
    const open = { nominalNumber: `N-${randomUUID().slice(0, 8)}` };
    const old = await ended(900, open);
    expect(await due()).toContain(old.personId);
    await officer.post('/api/v1/referrals', aReferral(open));
    expect(await due()).not.toContain(old.personId);
    expect((await erase(old.personId)).outcome).toEqual([409, 'condition-not-met']);
  });

  test('is looked through in parts, which find together whom one look finds', async () => {
    await keepFor(730);
    await ended(900);
    await ended(100);
    const listed = await due();
    const found: string[] = [];
    let after: string | null = null;
    do {
      const part: Awaited<ReturnType<typeof peopleToErase>> = await peopleToErase(
        api.db,
        forceId,
        daysAgo(0),
        { limit: 100, looked: 1, ...(after === null ? {} : { after }) },
      );
      found.push(...part.people.map(({ personId }) => personId));
      after = part.next;
    } while (after !== null);
    expect(found).toEqual(listed);
    expect(found.length).toBeGreaterThan(0);
  });

  test('counts from the end of treatment that went on after the referral was concluded', async () => {
    await keepFor(730);
    const concluded = async (closed: number) => {
      const { personId, pathwayId } = (await officer.post('/api/v1/referrals', aReferral())).as(
        referralAnswer,
      );
      await end(pathwayId, 1_500, closed);
      return personId;
    };
    const [lately, longAgo] = [await concluded(10), await concluded(900)];
    const listed = await due();
    expect([listed.includes(lately), listed.includes(longAgo)]).toEqual([false, true]);
    expect((await erase(lately)).outcome).toEqual([409, 'condition-not-met']);
  });

  test('ends, for who was named in another one’s place, counted from when that was put right', async () => {
    await keepFor(730);
    const { personId, pathwayId } = (await officer.post('/api/v1/referrals', aReferral())).as(referralAnswer);
    const right = randomUUID();
    await addPerson(api.db, forceId, right, aPerson());
    const recipient = api.db.fields.encrypt('07700 900123', {
      ...{ table: 'message', column: 'recipient', rowId: pathwayId },
    });
    await api.db.pool.query(
      `insert into message (force_id, id, pathway_id, seq, command_id, purpose, channel, urgency, not_before, expires_at,
           status, recipient, body, planned_at, updated_at)
         values ($1, $2, $2, 1, 'c', 'p', 'sms', 1, now(), now(), 'sent', $3, 'sealed', now(), now())`,
      [forceId, pathwayId, recipient],
    );
    const data = { from: personId, to: right, reason: 'false-identity' };
    const event = { type: 'person-reassigned', version: 1, occurredAt: daysAgo(0.01), data };
    await append(api.db, anAppend(pathwayId, 1, { events: [event] }), 'test');
    expect(await due()).not.toContain(personId);
    expect((await erase(personId)).problem.detail).toMatch(/are kept until \d/);
    await inThePast(pathwayId, 2, 900);
    expect(await due()).toContain(personId);
    expect((await erase(personId)).status).toBe(201);
    const { rows } = await api.db.pool.query<{ recipient: string }>(
      'select recipient from message where id = $1',
      [pathwayId],
    );
    const read = api.db.fields.decrypt(rows[0]?.recipient ?? null, {
      ...{ table: 'message', column: 'recipient', rowId: pathwayId },
    });
    expect(read).toBe('-');
  });

  test('is over for nobody of whom something begins while they are being erased', async () => {
    await keepFor(730);
    const { personId, pathwayId } = await ended(900);
    const client = await api.db.pool.connect();
    try {
      await client.query('begin');
      // As an intake does: it holds the person, and then there is a case that goes on.
      await client.query('select from person where id = $1 for no key update', [personId]);
      await client.query('update pathway set needs_run = true where id = $1', [pathwayId]);
      const erasing = erase(personId);
      await eventually(async () => {
        const { rowCount } = await api.db.pool.query(
          `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        );
        expect(rowCount).toBe(1);
      });
      await client.query('commit');
      expect((await erasing).outcome).toEqual([409, 'conflict']);
    } finally {
      client.release();
    }
    expect((await manager.get(`/api/v1/persons/${personId}`)).status).toBe(200);
  });

  test('then a manager erases: nobody finds the person, and every count stays as it was', async () => {
    await keepFor(730);
    const nominalNumber = `N-${randomUUID().slice(0, 8)}`;
    const form = aReferral({ surname: 'Anwyl', nominalNumber });
    const referral = (await officer.post('/api/v1/referrals', form)).as(referralAnswer);
    const { personId, pathwayId } = referral;
    for (const statement of [
      `insert into note (force_id, id, pathway_id, body, seq) values ($1, $2, $3, 'sealed', 1)`,
      `insert into former_number (force_id, id, person_id, mobile, replaced_at, command_id)
         values ($1, $2, (select person_id from pathway where id = $3), 'sealed', now(), 'c')`,
      `with sent as (
         insert into message (force_id, id, pathway_id, seq, command_id, purpose, channel, urgency, not_before, expires_at,
             status, planned_at, updated_at)
           values ($1, $2, $3, 1, 'c', 'page-link', 'sms', 1, now(), now(), 'planned', now(), now()) returning id
       ) insert into person_link (force_id, id, token_hash, person_id, pathway_id, made_at, expires_at)
           select $1, sent.id, 'hash', pathway.person_id, $3, now(), now() + interval '1 day'
             from sent, pathway where pathway.id = $3`,
    ]) {
      await api.db.pool.query(statement, [forceId, randomUUID(), pathwayId]);
    }
    const { rows: found } = await api.db.pool.query<{ index: string }>(
      'select name_dob_index as index from person where id = $1',
      [personId],
    );
    const index = found[0]?.index;
    await end(pathwayId, 900);
    const figures = async () => {
      const body = (await manager.get('/api/v1/figures/referrals')).as(referralFiguresAnswer);
      return [body.received, body.open, body.closed, body.people, body.areas];
    };
    const before = await figures();
    const events = (await manager.get(`/api/v1/pathways/${pathwayId}/events`)).body;
    const key = `erase-${randomUUID()}`;
    const erased = (await erase(personId, manager, key)).as(erasureAnswer);
    expect(erased.personId).toBe(personId);

    expect((await manager.get(`/api/v1/persons/${personId}`)).outcome).toEqual([404, 'not-found']);
    const { rows } = await api.db.pool.query<Record<string, string | null>>(
      `select nominal, nominal_index, mobile_index, forenames, address, postcode, mobile, email, sex, ethnicity
         from person where id = $1`,
      [personId],
    );
    expect(Object.values(rows[0] ?? { none: 'none' }).filter((value) => value !== null)).toEqual([]);
    const { rows: sealed } = await api.db.pool.query<{ surname: string; birth: string; index: string }>(
      'select surname, birth_date as birth, name_dob_index as index from person where id = $1',
      [personId],
    );
    const read = (column: string, value = '') =>
      api.db.fields.decrypt(value, { table: 'person', column, rowId: personId });
    expect([read('surname', sealed[0]?.surname), read('birth_date', sealed[0]?.birth)]).toEqual(['-', '-']);
    expect(sealed[0]?.index).not.toBe(index);
    for (const table of [
      'note where pathway_id',
      'former_number where person_id',
      'person_link where person_id',
    ]) {
      const { rowCount } = await api.db.pool.query(`select from ${table} = $1`, [
        table.startsWith('note') ? pathwayId : personId,
      ]);
      expect([table, rowCount]).toEqual([table, 0]);
    }
    expect(await figures()).toEqual(before);
    expect((await manager.get(`/api/v1/pathways/${pathwayId}/events`)).body).toEqual(events);
    expect(await due()).not.toContain(personId);

    // Sent again, the same outcome is still known, and opens no second case; somebody new with the number is new.
    const again = (await officer.post('/api/v1/referrals', form)).as(referralAnswer);
    expect([again.replay, again.pathwayId]).toEqual([true, pathwayId]);
    const later = (await officer.post('/api/v1/referrals', aReferral({ nominalNumber }))).as(referralAnswer);
    expect(later.personId).not.toBe(personId);

    expect((await erase(personId, manager, key)).body).toEqual(erased);
    expect((await erase(personId)).outcome).toEqual([404, 'not-found']);
  });

  test('and what was written from their numbers that no case has; not what is somebody else’s by now', async () => {
    await keepFor(730);
    const [present, former, passedOn] = ['+447700900801', '+447700900802', '+447700900803'];
    const { personId } = await ended(900, { mobile: '07700900801' });
    await api.db.pool.query(
      `insert into former_number (force_id, id, person_id, mobile, mobile_index, replaced_at, command_id)
         select $1, gen_random_uuid(), $2, 'sealed', index, now(), 'c' from unnest($3::text[]) as index`,
      [
        forceId,
        personId,
        [former, passedOn].map((number) => api.db.fields.blindIndex('mobile', forceId, number)),
      ],
    );
    await addPerson(api.db, forceId, randomUUID(), aPerson({ mobile: passedOn }));
    const ids = await Promise.all([present, former, passedOn].map((number) => wrote(number)));
    expect((await erase(personId)).status).toBe(201);
    expect(await Promise.all(ids.map(keptOf))).toEqual([
      { mobile: false, words: false, index: false },
      { mobile: false, words: false, index: false },
      { mobile: true, words: true, index: true },
    ]);
  });

  test('and what answered no text of a case that is another person’s since', async () => {
    await keepFor(730);
    const [theirs, others] = ['+447700900807', '+447700900808'];
    const { personId, pathwayId } = await ended(900, { mobile: '07700900807' });
    const other = await ended(900, { mobile: '07700900808' });
    const ids = [await answering(pathwayId, theirs, 'other'), await answering(pathwayId, others, 'other')];
    const data = { from: personId, to: other.personId, reason: 'false-identity' };
    const event = { type: 'person-reassigned', version: 1, occurredAt: daysAgo(0.01), data };
    const { head } = await append(api.db, anAppend(pathwayId, 2, { events: [event] }), 'test');
    await inThePast(pathwayId, head, 900);
    expect((await erase(personId)).status).toBe(201);
    expect(await Promise.all(ids.map(keptOf))).toEqual([
      { mobile: false, words: false, index: false },
      { mobile: true, words: true, index: true },
    ]);
  });

  test('but that a number is a stranger’s stays known by its hash, as long as somebody else is known with it', async () => {
    await keepFor(730);
    const [theirs, shared] = ['+447700900805', '+447700900806'];
    const { personId, pathwayId } = await ended(900, { mobile: '07700900805' });
    await addPerson(api.db, forceId, randomUUID(), aPerson({ mobile: shared }));
    const denied = (from: string) => answering(pathwayId, from, 'wrong-person');
    const ids = await Promise.all([denied(theirs), denied(shared), answering(pathwayId, shared, 'other')]);
    expect((await erase(personId)).status).toBe(201);
    const none = { mobile: false, words: false, index: false };
    expect(await Promise.all(ids.map(keptOf))).toEqual([none, { ...none, index: true }, none]);
  });

  /** To a text of that case. */
  async function answering(pathwayId: string, from: string, meaning: ReplyMeaning): Promise<string> {
    const id = randomUUID();
    await api.db.pool.query(
      `insert into reply (force_id, id, gateway_id, mobile, mobile_index, words, meaning, call_today, received_at, pathway_id)
         values ($1, $2, $3, 'sealed', $4, 'sealed', $5, false, $6, $7)`,
      [
        ...[forceId, id, randomUUID(), api.db.fields.blindIndex('mobile', forceId, from)],
        ...[meaning, daysAgo(900), pathwayId],
      ],
    );
    return id;
  }

  test('of what no case has ends a quarter after somebody settled it; a stranger’s number, and one that sent STOP, stays known by its hash', async () => {
    const settled = async (id: string, days: number) => {
      await api.db.pool.query(
        `update reply set settled_at = $2, settled_by = 'u', settled_as = 'Manager', finding = 'dealt-with' where id = $1`,
        [id, daysAgo(days)],
      );
      return id;
    };
    const waiting = await wrote('+447700900811', 'other', 2_000);
    const lately = await settled(await wrote('+447700900812', 'other', 2_000), 91);
    const over = await settled(await wrote('+447700900813'), 93);
    const stranger = await settled(await wrote('+447700900814', 'wrong-person'), 93);
    const help = await wrote('+447700900815', 'help', 93);
    const stop = await settled(await wrote('+447700900816', 'stop'), 93);
    expect(await eraseUnmatchedReplies(api.db)).toBe(4);
    expect(await eraseUnmatchedReplies(api.db)).toBe(0);
    const all = { mobile: true, words: true, index: true };
    const none = { mobile: false, words: false, index: false };
    expect(await keptOf(waiting)).toEqual(all);
    expect(await keptOf(lately)).toEqual(all);
    expect(await keptOf(over)).toEqual(none);
    for (const binds of [stranger, stop]) expect(await keptOf(binds)).toEqual({ ...none, index: true });
    expect(await keptOf(help)).toEqual(none);
  });

  /** From a number that no text went to. */
  async function wrote(from: string, meaning: ReplyMeaning = 'other', days = 1): Promise<string> {
    const text = { words: 'Who is this?', callToday: false, receivedAt: daysAgo(days) };
    const kept = await recordReply(api.db, { forceId, gatewayId: randomUUID(), from, meaning, ...text });
    return kept?.replies[0].replyId ?? '';
  }

  async function keptOf(replyId: string) {
    const { rows } = await api.db.pool.query(
      `select mobile is not null as mobile, words is not null as words, mobile_index is not null as index
         from reply where id = $1`,
      [replyId],
    );
    return rows[0] as unknown;
  }

  test('and nothing is written about them any more', async () => {
    await keepFor(730);
    const { personId, pathwayId } = await ended(900);
    expect((await erase(personId)).status).toBe(201);
    const note = await manager.command(pathwayId, 'add-note', { text: 'His sister Mair Anwyl rang' });
    expect(note.outcome).toEqual([409, 'condition-not-met']);
    const { rowCount } = await api.db.pool.query('select from note where pathway_id = $1', [pathwayId]);
    expect(rowCount).toBe(0);
  });

  test('by a manager of the force alone, with a reason; who has no case is not touched', async () => {
    await keepFor(730);
    const { personId } = await ended(900);
    for (const who of [officer, lead]) {
      expect((await erase(personId, who)).outcome).toEqual([403, 'wrong-role']);
      expect((await who.get('/api/v1/retention/due')).outcome).toEqual([403, 'wrong-role']);
    }
    expect((await manager.post(`/api/v1/persons/${personId}/erasure`, {})).outcome).toEqual([
      400,
      'invalid-request',
    ]);
    const other = await ApiCaller.as(api, 'manager');
    expect((await erase(randomUUID(), other)).outcome).toEqual([404, 'not-found']);
    const nobody = randomUUID();
    await addPerson(api.db, forceId, nobody, aPerson());
    expect((await erase(nobody)).outcome).toEqual([409, 'condition-not-met']);
    await expect(api.db.pool.query('delete from erasure')).rejects.toThrow();
  });
});
