import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { append } from '../../store/ledger.ts';
import { markNobodyTold } from '../../store/messages.ts';
import { deliveryCommandId } from '../../workflows/domain/common/command.ts';
import {
  anAppend,
  anEntry,
  anEvent,
  anIntent,
  force,
  openAPathway,
  openStore,
} from '../support/recorded-pathway.ts';
import type { StoreUnderTest } from '../support/recorded-pathway.ts';

// A message that is settled, and of which the run that delivered it told the ledger nothing: it is gone.

let store: StoreUnderTest;

beforeAll(async () => {
  store = await openStore();
});

afterAll(async () => {
  await store.close();
});

interface Settled {
  readonly pathwayId: string;
  readonly personId: string;
  readonly intentId: string;
}

async function settled(set: string, intent: Parameters<typeof anIntent>[0] = {}): Promise<Settled> {
  const { pathwayId, personId } = await openAPathway(store.db, {
    entry: { intents: [anIntent({ urgency: 2, ...intent })] },
  });
  const { openIntents } = await append(store.db, anAppend(pathwayId, 0, null), 'test');
  const intentId = openIntents[0]?.intentId ?? '';
  await store.db.pool.query(
    `update message set ${set.includes('settled_at') ? '' : 'settled_at = clock_timestamp(), '}${set} where force_id = $1 and id = $2`,
    [force, intentId],
  );
  return { pathwayId, personId, intentId };
}

async function owed({ pathwayId }: Settled, expectedSeq = 0): Promise<string[]> {
  const { openIntents } = await append(store.db, anAppend(pathwayId, expectedSeq, null), 'test');
  return openIntents.map(({ intentId }) => intentId);
}

const failed = `status = 'failed', reason = 'refused-30007'`;

describe('who only asks gets', () => {
  test.each([
    ['failed', failed],
    ['is not clear', `status = 'unknown', reason = 'not-at-gateway'`],
    ['was skipped', `status = 'skipped', reason = 'texts-stopped'`],
    ['was settled a day ago', `${failed}, settled_at = clock_timestamp() - interval '35 hours'`],
  ])('what %s and is not in the ledger, until it is', async (_, set) => {
    const one = await settled(set);
    expect(await owed(one)).toEqual([one.intentId]);
    expect(await owed(one, 1)).toEqual([one.intentId]);
    const { openIntents } = await append(store.db, anAppend(one.pathwayId, 0, null), 'test');
    expect(openIntents).toEqual([{ intentId: one.intentId, urgency: 2, purpose: 'appointment-reminder' }]);

    const entry = anEntry({ commandId: deliveryCommandId(one.intentId) });
    const report = await append(store.db, { ...anAppend(one.pathwayId, 1), entry }, 'test');
    expect(report).toMatchObject({ recorded: true, openIntents: [] });
    expect(await owed(one)).toEqual([]);
  });

  test('an access code that came, of which nobody may have heard that no text tells it', async () => {
    const one = await settled(`status = 'sent'`, { channel: 'programme', purpose: 'online-enrolment' });
    expect(await owed(one)).toEqual([one.intentId]);
    await markNobodyTold(store.db, force, one.intentId);
    expect(await owed(one)).toEqual([]);
  });

  test('it behind what is still to be delivered', async () => {
    const one = await settled(failed);
    const { openIntents } = await append(
      store.db,
      anAppend(one.pathwayId, 1, { intents: [anIntent({ urgency: 5 })] }),
      'test',
    );
    expect(openIntents.map(({ urgency }) => urgency)).toEqual([5]);
    expect(await owed(one, 2)).toEqual([openIntents[0]?.intentId, one.intentId]);
  });
});

describe('who only asks does not get', () => {
  test.each([
    ['was sent', `status = 'sent'`],
    ['arrived', `status = 'delivered'`],
    [
      'failed longer ago than a delivery lasts',
      `${failed}, settled_at = clock_timestamp() - interval '37 hours'`,
    ],
    [
      'failed as the gateway found later, which is carried',
      `${failed}, failure_reported_at = clock_timestamp()`,
    ],
  ])('what %s', async (_, set) => {
    expect(await owed(await settled(set))).toEqual([]);
  });

  test('what nobody need be told', async () => {
    const one = await settled(`status = 'skipped', reason = 'appointment-moved'`);
    await markNobodyTold(store.db, force, one.intentId);
    expect(await owed(one)).toEqual([]);
  });

  test('what was told to somebody else, before the pathway became that of another person', async () => {
    const one = await settled(failed);
    const other = await openAPathway(store.db);
    const events = [anEvent({ type: 'person-reassigned', data: { from: one.personId, to: other.personId } })];
    await append(store.db, anAppend(one.pathwayId, 1, { events }), 'test');
    expect(await owed(one)).toEqual([]);
  });

  test('what another command has, or the same of another pathway', async () => {
    const [one, other] = [await settled(failed), await settled(failed)];
    const entry = anEntry({ commandId: deliveryCommandId(one.intentId) });
    await append(store.db, { ...anAppend(other.pathwayId, 1), entry }, 'test');
    expect([await owed(one), await owed(other)]).toEqual([[one.intentId], [other.intentId]]);
  });
});

describe('a report that the rules refuse', () => {
  const look = (one: Settled, expectedSeq: number, intentId = one.intentId) =>
    append(
      store.db,
      { ...anAppend(one.pathwayId, expectedSeq, null), lookFor: deliveryCommandId(intentId) },
      'test',
    );

  test('is an answer: it is not asked for again', async () => {
    const one = await settled(failed);
    expect(await look(one, 1)).toMatchObject({ head: 1, recorded: false, events: [], openIntents: [] });
    expect(await owed(one)).toEqual([]);
  });

  test('by a run that the ledger was ahead of is none, since it is decided again', async () => {
    const one = await settled(failed);
    await append(store.db, anAppend(one.pathwayId, 1), 'test');
    expect(await look(one, 1)).toMatchObject({ head: 2, recorded: false, events: [{ seq: 2 }] });
    expect(await owed(one)).toEqual([one.intentId]);
    expect(await look(one, 2)).toMatchObject({ recorded: false, events: [] });
    expect(await owed(one)).toEqual([]);
  });

  test('is none where the rule itself failed, nor of another message', async () => {
    const one = await settled(failed);
    const other = await settled(failed);
    await look(other, 1, one.intentId);
    await append(
      store.db,
      { ...anAppend(one.pathwayId, 1), lookFor: deliveryCommandId(one.intentId) },
      'test',
    );
    expect([await owed(one), await owed(other)]).toEqual([[one.intentId], [other.intentId]]);
  });
});

test('an upgrade asks for no skip of before, which was told where it had to be, and for what failed', async () => {
  const path = '../../prisma/migrations/20261123213000_unreported_deliveries/migration.sql';
  const sql = readFileSync(new URL(path, import.meta.url), 'utf8');
  const skipped = await settled(`status = 'skipped', reason = 'texts-stopped'`);
  const stopped = await settled(`status = 'failed', reason = 'refused-21610'`);
  const lost = await settled(failed);
  const upgrade = sql.slice(sql.indexOf('UPDATE "message"'));
  await store.db.pool.query(upgrade.slice(0, upgrade.indexOf(';')));
  expect([await owed(skipped), await owed(stopped), await owed(lost)]).toEqual([[], [], [lost.intentId]]);
});
