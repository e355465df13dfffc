import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { append } from '../../store/ledger.ts';
import { markCarried } from '../../store/person-facts.ts';
import { contactsStillCarried, findSharedContact, pathwaysOfContact } from '../../store/shared-contacts.ts';
import type { SharedContactRecord } from '../../store/shared-contacts.ts';
import type { PathwaySummary } from '../../workflows/domain/common/pathway-state.ts';
import type { Json } from '../../workflows/domain/common/json.ts';
import { aSummary, anAppend, anEvent, force, openAPathway, openStore } from '../support/recorded-pathway.ts';
import type { StoreUnderTest } from '../support/recorded-pathway.ts';

let store: StoreUnderTest;

beforeAll(async () => {
  store = await openStore();
});

afterAll(async () => {
  await store.close();
});

const undoableUntil = '2026-09-02T10:15:00.000Z';
const tried = { channel: 'phone', result: 'reached', by: 'person' };

/** Two open referrals of one person with one provider; the first with what it recorded, and its head. */
class Referrals {
  readonly first: string;
  readonly second: string;
  #head = 1;

  private constructor(first: string, second: string) {
    this.first = first;
    this.second = second;
  }

  static async open(): Promise<Referrals> {
    const person = { nominalNumber: `N${randomUUID()}` };
    const ids: string[] = [];
    for (let count = 0; count < 2; count += 1) ids.push((await openAPathway(store.db, { person })).pathwayId);
    const [first = '', second = ''] = ids;
    const referrals = new Referrals(first, second);
    await append(store.db, anAppend(second, 1, { events: [anEvent()] }), 'test');
    await referrals.record('something-happened', {});
    return referrals;
  }

  /** Answers the id of the command. */
  async record(type: string, data: Json, summary: Partial<PathwaySummary> = {}): Promise<string> {
    const commandId = randomUUID();
    const events = [anEvent({ type, data })];
    await append(
      store.db,
      anAppend(this.first, this.#head, { commandId, events, summary: aSummary(summary) }),
      'test',
    );
    this.#head += 1;
    return commandId;
  }

  /** What is carried of this referral, in the order in which it was recorded. */
  async contacts(): Promise<SharedContactRecord[]> {
    const { rows } = await store.db.pool.query<{ id: string }>(
      `select id from person_fact where force_id = $1 and pathway_id = $2 and kind = 'contact' order by seq`,
      [force, this.first],
    );
    const found = await Promise.all(rows.map(({ id }) => findSharedContact(store.db, force, id)));
    return found.filter((contact) => contact !== null);
  }

  async contact(place: number): Promise<SharedContactRecord> {
    const contact = (await this.contacts()).at(place);
    if (contact === undefined) throw new Error('Nothing is carried');
    return contact;
  }
}

const reached = async (contact: SharedContactRecord) =>
  (await pathwaysOfContact(store.db, force, contact)).map(({ pathwayId }) => pathwayId);

describe('a contact that is undone', () => {
  test('reaches no other referral any more, whichever is carried first; its undoing does, after it', async () => {
    const referrals = await Referrals.open();
    const attemptId = await referrals.record('contact-attempted', { ...tried, undoableUntil });
    const attempt = await referrals.contact(0);
    expect(await reached(attempt)).toEqual([referrals.second]);
    await referrals.record('contact-attempt-undone', { attemptId });
    const undone = await referrals.contact(1);
    expect(undone).toMatchObject({ attemptId, result: 'undone' });

    // Whoever listed the referrals before may still be telling them.
    expect(await contactsStillCarried(store.db, force, undone)).toBe(true);
    expect(await reached(attempt)).toEqual([]);
    await markCarried(store.db, force, attempt.factId);
    expect(await contactsStillCarried(store.db, force, undone)).toBe(false);
    expect(await reached(undone)).toEqual([referrals.second]);
  });

  test('is another one than those that stand', async () => {
    const referrals = await Referrals.open();
    const attemptId = await referrals.record('contact-attempted', { ...tried, undoableUntil });
    await referrals.record('contact-attempted', { ...tried, undoableUntil });
    await referrals.record('contact-attempt-undone', { attemptId });
    const [first, second, undone] = await referrals.contacts();
    if (first === undefined || second === undefined || undone === undefined) throw new Error('Not carried');
    expect(await reached(first)).toEqual([]);
    await markCarried(store.db, force, first.factId);
    expect(await reached(second)).toEqual([referrals.second]);
    expect(await contactsStillCarried(store.db, force, undone)).toBe(false);
    expect(await contactsStillCarried(store.db, force, second)).toBe(false);
  });
});

describe('what is carried', () => {
  test('is no contact that a build wrote which cannot carry it', async () => {
    const referrals = await Referrals.open();
    await referrals.record('contact-attempted', tried);
    expect(await referrals.contacts()).toEqual([]);
  });

  test('is the contact that brings somebody back, which nobody can undo', async () => {
    const referrals = await Referrals.open();
    const closed = { closedAt: '2026-09-02T11:00:00.000Z', closureReason: 'no-contact', workerId: null };
    await referrals.record('pathway-closed', {}, closed);
    await referrals.record('contact-attempted', tried, { workerId: null });
    expect(await referrals.contacts()).toHaveLength(1);
  });
});
