import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  append,
  findCommand,
  IdTakenError,
  LedgerRefusedError,
  readEvents,
  UnknownPathwayError,
  verifyChain,
} from '../../store/ledger.ts';
import { pathwayById } from '../../store/pathways.ts';
import { taskById } from '../../store/tasks.ts';
import { wholeForce } from '../../store/scope.ts';
import {
  aSummary,
  anActor,
  anAppend,
  anEntry,
  anEvent,
  anIntent,
  force,
  openAPathway,
  openStore,
  otherForce,
} from '../support/recorded-pathway.ts';
import type { StoreUnderTest } from '../support/recorded-pathway.ts';

let store: StoreUnderTest;

beforeAll(async () => {
  store = await openStore();
});

afterAll(async () => {
  await store.close();
});

describe('append', () => {
  test('M195 inserts the events of a command with who, in which role and when, and returns them as stored', async () => {
    const { pathwayId } = await openAPathway(store.db);
    const deadline = {
      id: 'd1',
      rule: 'first-contact',
      start: '2026-09-01T06:02:00.000Z',
      due: '2026-09-03T23:00:00.000Z',
    };
    const events = [
      anEvent({
        type: 'contact-recorded',
        data: { channel: 'phone', nested: { n: 1.5, none: null } },
        stage: 'contacted',
        armed: [deadline],
      }),
      anEvent({ type: 'contact-counted', version: 2, data: [1, 'two'], cleared: [{ id: 'd0', why: 'met' }] }),
    ];
    const entry = anEntry({ events, summary: aSummary({ stage: 'contacted', nextDeadline: deadline }) });

    const result = await append(store.db, { forceId: force, pathwayId, expectedSeq: 1, entry }, 'build-7');

    expect(result).toEqual({
      head: 3,
      recorded: true,
      earlier: [],
      openIntents: [],
      events: events.map((event, index) => ({
        ...event,
        seq: index + 2,
        commandId: entry.commandId,
        actor: entry.actor,
        recordedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      })),
    });
    const row = await pathwayById(store.db, wholeForce(force), pathwayId);
    expect(row).toMatchObject({
      headSeq: 3,
      stage: 'contacted',
      nextDueAt: deadline.due,
      nextDueRule: 'first-contact',
      summary: entry.summary,
    });
    expect(await verifyChain(store.db, force, pathwayId)).toEqual({ ok: true });
    const { rows } = await store.db.pool.query(
      'select build, policy_version, organisation_id from event where pathway_id = $1 and seq = 3',
      [pathwayId],
    );
    expect(rows).toEqual([{ build: 'build-7', policy_version: 1, organisation_id: 'ddas' }]);
  });

  test('of 20 callers with one expected sequence inserts one, and gives the others what is stored', async () => {
    const { pathwayId } = await openAPathway(store.db);
    const inputs = Array.from({ length: 20 }, () => anAppend(pathwayId, 1));

    const results = await Promise.all(inputs.map((input) => append(store.db, input, 'test')));

    expect(results.filter(({ recorded }) => recorded)).toHaveLength(1);
    const winner = inputs[results.findIndex(({ recorded }) => recorded)];
    for (const { head, events, earlier } of results) {
      expect({ head, earlier }).toEqual({ head: 2, earlier: [] });
      expect(events).toMatchObject([{ seq: 2, commandId: winner?.entry?.commandId }]);
    }
    expect(await readEvents(store.db, wholeForce(force), pathwayId)).toHaveLength(2);
  });

  test('records a command once, though 20 callers bring it at once', async () => {
    const { pathwayId } = await openAPathway(store.db);
    const input = anAppend(pathwayId, 1, { events: [anEvent(), anEvent()], intents: [anIntent()] });

    const results = await Promise.all(Array.from({ length: 20 }, () => append(store.db, input, 'test')));

    for (const result of results) {
      expect(result).toMatchObject({ head: 3, recorded: true, events: [{ seq: 2 }, { seq: 3 }] });
      expect(result.openIntents).toEqual(results[0]?.openIntents);
    }
    expect(results[0]?.openIntents).toEqual([
      { intentId: expect.any(String), urgency: 3, purpose: 'appointment-reminder' },
    ]);
    expect(await readEvents(store.db, wholeForce(force), pathwayId)).toHaveLength(3);
  });

  test('finds a command at an older sequence, and says what came of it', async () => {
    const { pathwayId } = await openAPathway(store.db);
    const old = anAppend(pathwayId, 1, { events: [anEvent({ type: 'first' }), anEvent({ type: 'second' })] });
    await append(store.db, old, 'test');
    await append(store.db, anAppend(pathwayId, 3, { events: [anEvent({ type: 'third' })] }), 'test');

    const knowsAll = await append(store.db, { ...old, expectedSeq: 4 }, 'test');
    expect(knowsAll).toMatchObject({
      head: 4,
      recorded: true,
      events: [],
      earlier: [{ type: 'first' }, { type: 'second' }],
    });

    const behind = await append(store.db, { ...old, expectedSeq: 2 }, 'test');
    expect(behind).toMatchObject({
      head: 4,
      recorded: true,
      events: [{ type: 'second' }, { type: 'third' }],
      earlier: [{ type: 'first' }],
    });
  });

  test('looks for a command without inserting anything, found or not', async () => {
    const { pathwayId } = await openAPathway(store.db);
    const taken = anAppend(pathwayId, 1, { events: [anEvent({ type: 'taken' })], intents: [anIntent()] });
    await append(store.db, taken, 'test');
    const look = (expectedSeq: number, lookFor: string) =>
      append(store.db, { ...anAppend(pathwayId, expectedSeq, null), lookFor }, 'test');

    const known = taken.entry?.commandId ?? '';
    expect(await look(1, known)).toMatchObject({
      head: 2,
      recorded: true,
      events: [{ type: 'taken' }],
      earlier: [],
    });
    expect(await look(2, known)).toMatchObject({
      recorded: true,
      events: [],
      earlier: [{ type: 'taken' }],
      openIntents: [],
    });
    expect(await look(2, randomUUID())).toMatchObject({ head: 2, recorded: false, events: [], earlier: [] });

    const other = { ...anAppend(pathwayId, 2), lookFor: known };
    expect(await append(store.db, other, 'test')).toMatchObject({
      head: 2,
      recorded: true,
      earlier: [{ type: 'taken' }],
    });
    expect(await append(store.db, { ...other, lookFor: randomUUID() }, 'test')).toMatchObject({
      head: 3,
      recorded: true,
    });
  });

  test('inserts nothing when the ledger is ahead, and nothing when it was put back', async () => {
    const { pathwayId } = await openAPathway(store.db);
    await append(store.db, anAppend(pathwayId, 1), 'test');

    expect(await append(store.db, anAppend(pathwayId, 1), 'test')).toMatchObject({
      head: 2,
      recorded: false,
      events: [{ seq: 2 }],
    });
    expect(await append(store.db, anAppend(pathwayId, 9), 'test')).toMatchObject({
      head: 2,
      recorded: false,
      events: [],
    });
    expect(await readEvents(store.db, wholeForce(force), pathwayId)).toHaveLength(2);
  });

  test('without an entry answers the events after the sequence and every message still owed', async () => {
    const { pathwayId } = await openAPathway(store.db, { entry: { intents: [anIntent({ urgency: 5 })] } });
    const intents = [anIntent({ urgency: 1, purpose: 'moved' }), anIntent({ urgency: 1, purpose: 'moved' })];
    const owed = await append(store.db, anAppend(pathwayId, 1, { intents }), 'test');
    expect(owed.openIntents).toEqual([{ intentId: expect.any(String), urgency: 1, purpose: 'moved' }]);

    const caughtUp = await append(store.db, anAppend(pathwayId, 0, null), 'test');
    expect(caughtUp).toMatchObject({
      head: 2,
      recorded: false,
      earlier: [],
      events: [{ seq: 1 }, { seq: 2 }],
    });
    expect(caughtUp.openIntents.map(({ urgency }) => urgency)).toEqual([1, 5]);

    const continued = await append(store.db, anAppend(pathwayId, 2, null), 'test');
    expect(continued.events).toEqual([]);
    expect(continued.openIntents).toEqual(caughtUp.openIntents);
  });

  test("keeps the arrest tasks of the summary, and lets no pathway take another one's", async () => {
    const [first, second] = [await openAPathway(store.db), await openAPathway(store.db)];
    const task = {
      taskId: randomUUID(),
      breachId: 'b1',
      unitCode: 'lpu-llanelli',
      marker: 'RED' as const,
      status: 'issued',
      issuedAt: '2026-09-02T10:00:00.000Z',
    };
    await append(store.db, anAppend(first.pathwayId, 1, { summary: aSummary({ tasks: [task] }) }), 'test');
    await append(
      store.db,
      anAppend(first.pathwayId, 2, {
        summary: aSummary({ tasks: [{ ...task, marker: 'AMBER', status: 'acknowledged' }] }),
      }),
      'test',
    );

    const stolen = append(
      store.db,
      anAppend(second.pathwayId, 1, { summary: aSummary({ tasks: [task] }) }),
      'test',
    );
    await expect(stolen).rejects.toBeInstanceOf(IdTakenError);

    expect(await taskById(store.db, wholeForce(force), task.taskId)).toMatchObject({
      pathwayId: first.pathwayId,
      marker: 'AMBER',
      status: 'acknowledged',
    });
    expect(await readEvents(store.db, wholeForce(force), second.pathwayId)).toHaveLength(1);
  });

  test.each([
    ['a NUL character', { code: 'a\u0000b' }],
    ['half of a surrogate pair', { code: '\ud800' }],
  ])('refuses %s for good, and keeps nothing of the command', async (_, data) => {
    const { pathwayId } = await openAPathway(store.db);
    const input = anAppend(pathwayId, 1, { events: [anEvent(), anEvent({ data })], intents: [anIntent()] });

    await expect(append(store.db, input, 'test')).rejects.toBeInstanceOf(LedgerRefusedError);

    expect(await append(store.db, anAppend(pathwayId, 0, null), 'test')).toMatchObject({
      head: 1,
      openIntents: [],
    });
  });

  test('refuses a command without events and an actor of another force', async () => {
    const { pathwayId } = await openAPathway(store.db);
    await expect(append(store.db, anAppend(pathwayId, 1, { events: [] }), 'test')).rejects.toMatchObject({
      code: 'LW004',
    });
    const foreign = anAppend(pathwayId, 1, { actor: anActor(otherForce) });
    await expect(append(store.db, foreign, 'test')).rejects.toMatchObject({ code: 'LW002' });
  });

  test('knows no pathway of another force, and none that does not exist', async () => {
    const { pathwayId } = await openAPathway(store.db);
    await expect(append(store.db, anAppend(pathwayId, 1, {}, otherForce), 'test')).rejects.toBeInstanceOf(
      UnknownPathwayError,
    );
    await expect(append(store.db, anAppend(randomUUID(), 0, null), 'test')).rejects.toBeInstanceOf(
      UnknownPathwayError,
    );
    await expect(append(store.db, anAppend('nonsense', 0, null), 'test')).rejects.toMatchObject({
      code: '22P02',
    });
  });

  test('makes one unbroken chain of 20 writers who each take their turn', async () => {
    const { pathwayId } = await openAPathway(store.db);
    const write = async (): Promise<void> => {
      const input = anAppend(pathwayId, 1);
      for (let expectedSeq = 1; ;) {
        const { recorded, head } = await append(store.db, { ...input, expectedSeq }, 'test');
        if (recorded) return;
        expectedSeq = head;
      }
    };
    await Promise.all(Array.from({ length: 20 }, write));

    const events = await readEvents(store.db, wholeForce(force), pathwayId);
    expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 21 }, (_, index) => index + 1));
    expect(new Set(events.map(({ commandId }) => commandId)).size).toBe(21);
    expect(await verifyChain(store.db, force, pathwayId)).toEqual({ ok: true });
  });
});

describe('reading', () => {
  test('pages events, and shows none to another force or another provider', async () => {
    const { pathwayId } = await openAPathway(store.db);
    await append(store.db, anAppend(pathwayId, 1, { events: [anEvent(), anEvent(), anEvent()] }), 'test');

    const page = await readEvents(store.db, wholeForce(force), pathwayId, { after: 1, limit: 2 });
    expect(page.map(({ seq }) => seq)).toEqual([2, 3]);
    expect(await readEvents(store.db, { forceId: force, providerId: 'ddas' }, pathwayId)).toHaveLength(4);
    expect(await readEvents(store.db, { forceId: force, providerId: 'kaleidoscope' }, pathwayId)).toEqual([]);
    expect(await readEvents(store.db, wholeForce(otherForce), pathwayId)).toEqual([]);
    expect(await readEvents(store.db, wholeForce(force), 'nonsense')).toEqual([]);
  });

  test('finds the events of one command', async () => {
    const { pathwayId } = await openAPathway(store.db);
    const input = anAppend(pathwayId, 1, { events: [anEvent({ type: 'x' }), anEvent({ type: 'y' })] });
    await append(store.db, input, 'test');
    const commandId = input.entry?.commandId ?? '';

    expect(await findCommand(store.db, force, pathwayId, commandId)).toMatchObject([
      { type: 'x' },
      { type: 'y' },
    ]);
    expect(await findCommand(store.db, force, pathwayId, randomUUID())).toEqual([]);
    expect(await findCommand(store.db, otherForce, pathwayId, commandId)).toEqual([]);
  });
});
