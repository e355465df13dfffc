import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { append } from '../../store/ledger.ts';
import { wholeForce } from '../../store/scope.ts';
import { treatmentFigures } from '../../store/treatment-figures.ts';
import type { NewEvent } from '../../workflows/domain/common/event.ts';
import type { Json } from '../../workflows/domain/common/json.ts';
import type { PathwaySummary } from '../../workflows/domain/common/pathway-state.ts';
import { anAppend, anEvent, aSummary, force, openAPathway, openStore } from '../support/recorded-pathway.ts';
import type { StoreUnderTest } from '../support/recorded-pathway.ts';

let store: StoreUnderTest;
const heads = new Map<string, number>();

beforeAll(async () => {
  store = await openStore();
});

afterAll(async () => {
  await store.close();
});

const at = (day: number, hour = 10): string =>
  `2026-06-${String(day).padStart(2, '0')}T${String(hour).padStart(2, '0')}:00:00.000Z`;
/** June, of which the days before the eleventh are not asked for. */
const period = { from: at(11, 0), until: '2026-07-01T00:00:00.000Z' };
const quarter = { from: at(1, 0), until: period.until };

function happened(type: string, occurredAt: string, data: Json = {}): NewEvent {
  return anEvent({ type, occurredAt, data });
}

/** A referral received on that day, with the events after it and the summary that they come to. */
async function aLife(
  day: number,
  events: readonly NewEvent[],
  given: { readonly summary?: Partial<PathwaySummary>; readonly nominalNumber?: string } = {},
) {
  const summary = aSummary(given.summary ?? {});
  const { nominalNumber } = given;
  const opening = {
    ...anEvent({ type: 'referral-received', occurredAt: at(day), data: {} }),
    armed: [{ id: 'd', rule: 'first-contact', start: at(day), due: at(day + 2) }],
  };
  const opened = await openAPathway(store.db, {
    ...{ receivedAt: at(day), entry: { events: [opening], summary } },
    ...(nominalNumber === undefined ? {} : { person: { nominalNumber, surname: 'Same', forenames: null } }),
  });
  heads.set(opened.pathwayId, 1);
  for (const event of events) {
    const seq = heads.get(opened.pathwayId) ?? 0;
    await append(store.db, anAppend(opened.pathwayId, seq, { events: [event], summary }), 'test');
    heads.set(opened.pathwayId, seq + 1);
  }
  return opened;
}

const strand = (modalityId: string, type: string, prescribed: boolean, day: number) =>
  happened('treatment-started', at(day), { modalityId, type, prescribed, startedAt: at(day) });
const over = (modalityId: string, day: number, reason = 'completed') =>
  happened('modality-ended', at(day), { modalityId, reason });
const closing = (day: number, data: Json) => happened('pathway-closed', at(day), data);
const closed = (day: number) => ({
  summary: { stage: 'closed', closedAt: at(day), closureReason: 'completed' },
});

const figures = (asked = period, scope = wholeForce(force)) => treatmentFigures(store.db, scope, asked);

describe('what was done in a period', () => {
  test('M17 strands that ended and people are two figures; M28 a course is in neither, and has its own', async () => {
    const before = await figures();
    await aLife(2, [
      strand('a', 'psychosocial', false, 3),
      strand('b', 'pharmacological', true, 4),
      over('a', 12),
      over('b', 13, 'dropped-out'),
    ]);
    await aLife(2, [strand('a', 'residential', false, 5), over('a', 8)]);
    await aLife(2, [strand('c', 'awareness-course', false, 12), over('c', 14)]);
    await aLife(2, [strand('c', 'awareness-course', false, 12), over('c', 14, 'dropped-out')]);
    await aLife(2, [strand('a', 'psychosocial', false, 20)]);
    const after = await figures();
    expect(after.modalitiesEnded).toEqual({
      prescribed: before.modalitiesEnded.prescribed + 1,
      notPrescribed: before.modalitiesEnded.notPrescribed + 1,
    });
    expect(after.peopleInTreatment - before.peopleInTreatment).toBe(2);
    expect(after.awarenessCourses).toEqual({ begun: 2, completed: 1 });
  });

  test('M18 M19 people whom a prescription began for, or who were tested, and not prescriptions and tests', async () => {
    const before = await figures();
    const nominalNumber = 'N-figures-1';
    const tested = (day: number) => happened('treatment-tested', at(day), { results: [] });
    const prescribed = (day: number) => happened('prescription-started', at(day), { modalityId: 'a' });
    await aLife(2, [prescribed(12), tested(12), tested(13)], { nominalNumber });
    await aLife(3, [prescribed(15), tested(16)], { nominalNumber });
    await aLife(2, [prescribed(9), tested(9)]);
    const after = await figures();
    expect([
      after.peopleWithPrescriptionBegun - before.peopleWithPrescriptionBegun,
      after.peopleTested - before.peopleTested,
    ]).toEqual([1, 1]);
    expect((await figures(quarter)).peopleTested).toBe(2);
  });

  test('M20 M21 completions in four kinds that add up, and engaged without completing beside them', async () => {
    const before = await figures();
    for (const [drugFree, crimeFree] of [
      ['yes', 'yes'],
      ['yes', 'no'],
      ['yes', 'unknown'],
      ['no', 'yes'],
      ['unknown', 'unknown'],
    ] as const) {
      await aLife(2, [closing(12, { reason: 'completed', drugFree, crimeFree })], closed(12));
    }
    await aLife(
      2,
      [closing(12, { reason: 'engaged-then-ended', drugFree: null, crimeFree: null })],
      closed(12),
    );
    await aLife(2, [closing(9, { reason: 'completed', drugFree: 'yes', crimeFree: 'yes' })], closed(9));
    // Came back: no closure stands.
    await aLife(2, [
      closing(12, { reason: 'completed', drugFree: 'yes', crimeFree: 'yes' }),
      happened('pathway-reopened', at(14), {}),
    ]);
    const { completions, endResults } = await figures();
    expect(completions).toEqual({
      ...{ drugAndCrimeFree: 1, drugFreeOnly: 2, crimeFreeOnly: 1, neitherOrUnknown: 1 },
    });
    const sum = Object.values(completions).reduce((all, one) => all + one, 0);
    expect(endResults).toEqual({ completed: sum, engagedThenEnded: before.endResults.engagedThenEnded + 1 });
  });

  test('M37 positive outcomes are events, by area and kind, however many a person has', async () => {
    const better = (day: number, outcome: string) =>
      happened('positive-outcome-recorded', at(day), { outcome });
    const inPowys = { summary: { area: 'powys' } };
    await aLife(
      2,
      [better(12, 'housed'), better(13, 'housed'), better(14, 'health'), better(9, 'housed')],
      inPowys,
    );
    await aLife(2, [better(12, 'housed')]);
    expect((await figures()).positiveOutcomes).toEqual([
      { area: 'powys', outcome: 'health', events: 1 },
      { area: 'powys', outcome: 'housed', events: 2 },
      { area: null, outcome: 'housed', events: 1 },
    ]);
    expect((await figures(period, { forceId: force, providerId: 'kaleidoscope' })).positiveOutcomes).toEqual(
      [],
    );
  });

  test('M09 how soon people are tried: in time by the clock of receipt, and the median', async () => {
    const attempt = (day: number, hour: number, by = 'person') =>
      happened('contact-attempted', at(day, hour), { channel: 'phone', result: 'no-answer', by });
    const of = { from: at(20, 0), until: at(25, 0) };
    expect((await figures(of)).firstTry).toEqual({ received: 0, tried: 0, inTime: 0, medianHours: null });
    await aLife(20, [attempt(20, 12), attempt(21, 9)]);
    await aLife(20, [attempt(20, 11, 'system'), attempt(21, 10)]);
    await aLife(20, [attempt(23, 10)]);
    await aLife(20, []);
    expect((await figures(of)).firstTry).toEqual({ received: 4, tried: 3, inTime: 2, medianHours: 24 });
    // One that was undone is no try.
    const undone = await aLife(21, [attempt(21, 11)]);
    const { rows } = await store.db.pool.query<{ attempt: string }>(
      `select command_id as attempt from event where pathway_id = $1 and type = 'contact-attempted'`,
      [undone.pathwayId],
    );
    const undoing = happened('contact-attempt-undone', at(21, 11), { attemptId: rows[0]?.attempt ?? '' });
    await append(store.db, anAppend(undone.pathwayId, 2, { events: [undoing] }), 'test');
    expect((await figures(of)).firstTry).toMatchObject({ received: 5, tried: 3, medianHours: 24 });
  });

  test('what was voided by a slip and had been closed ends its strands again; what was reopened does not', async () => {
    const before = await figures();
    const ended = { reason: 'disengaged', endedModalities: [{ modalityId: 'a', reason: 'dropped-out' }] };
    const lived = (data: Json) => [
      ...[
        strand('a', 'psychosocial', false, 12),
        closing(13, ended),
        happened('pathway-reopened', at(15), data),
      ],
    ];
    await aLife(2, lived({ because: 'came-back' }));
    expect((await figures()).modalitiesEnded).toEqual(before.modalitiesEnded);
    await aLife(2, lived({ because: 'voided-in-error', closureStands: true }), closed(13));
    expect((await figures()).modalitiesEnded.notPrescribed).toBe(before.modalitiesEnded.notPrescribed + 1);
  });

  test('what is void is in none of it', async () => {
    const before = await figures(quarter);
    const data = { reason: 'completed', drugFree: 'yes', crimeFree: 'yes' };
    await aLife(12, [strand('a', 'psychosocial', true, 12), over('a', 13), closing(14, data)], {
      summary: { stage: 'void', closedAt: at(15), closureReason: 'void', needsRun: false },
    });
    expect(await figures(quarter)).toEqual(before);
  });
});
