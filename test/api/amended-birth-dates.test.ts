import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { commandAnswer, eventList, referralAnswer, stuckList } from '../../api/schemas/answers.ts';
import { personById } from '../../store/persons.ts';
import { wholeForce } from '../../store/scope.ts';
import { ApiCaller, aReferral } from '../support/api-caller.ts';
import { eventually } from '../support/eventually.ts';
import { startStack } from '../support/stack.ts';
import type { Stack } from '../support/stack.ts';

let stack: Stack;
let officer: ApiCaller;
let worker: ApiCaller;
let manager: ApiCaller;

beforeAll(async () => {
  stack = await startStack();
  officer = await ApiCaller.as(stack, 'officer');
  worker = await ApiCaller.as(stack, 'caseworker');
  manager = await ApiCaller.as(stack, 'manager');
}, 60_000);

afterAll(async () => {
  await stack.close();
});

const daysAgo = (count: number) => new Date(Date.now() - count * 86_400_000).toISOString().slice(0, 10);

const referred = async (changes: Record<string, unknown> = {}) =>
  (await officer.post('/api/v1/referrals', aReferral(changes))).as(referralAnswer);

const personOf = ({ personId }: { readonly personId: string }) =>
  personById(stack.db, wholeForce('dyfed-powys'), personId);

const eventsOf = async (pathwayId: string) =>
  (await manager.get(`/api/v1/pathways/${pathwayId}/events`)).as(eventList).items;

describe('a birth date put right', () => {
  test.each([
    ['of a child', { birthDate: daysAgo(15 * 365) }],
    ['by an earlier offence', { offenceDate: '2005-01-01' }],
  ])(
    'M40 under 18 %s: taken, a manager is asked, whoever amends is told, and no date is kept',
    async (_name, changes) => {
      const taken = await referred();
      const answer = await officer.command(taken.pathwayId, 'amend-details', {
        ...{ changes, reason: 'identity-checked' },
      });
      expect(answer.as(commandAnswer).hints).toEqual(['found-under-18']);
      expect((await eventsOf(taken.pathwayId)).at(-1)?.data).toEqual({
        amendmentId: expect.any(String),
        fields: Object.keys(changes),
        reason: 'identity-checked',
        underAge: true,
      });
      const stuck = await eventually(async () => {
        const { items } = (await manager.get('/api/v1/operations/stuck')).as(stuckList);
        return items.find(
          ({ pathwayId, causeCode }) => pathwayId === taken.pathwayId && causeCode === 'found-under-18',
        );
      });
      expect(stuck).toMatchObject({ owner: 'Manager', remedy: expect.stringContaining('void-pathway') });
      const again = await worker.command(taken.pathwayId, 'amend-details', {
        changes: { birthDate: '1970-01-01', offenceDate: '2026-01-01' },
        reason: 'entered-wrongly',
      });
      expect(again.as(commandAnswer)).not.toHaveProperty('hints');
    },
  );

  test.each([
    ['to come', '2055-01-01', 'before-the-start'],
    ['after the offence', '2026-10-01', 'before-the-start'],
    ['before 1900', '1899-12-31', 'invalid-date'],
  ])('a birth date %s is refused as the form of a referral refuses it', async (_name, birthDate, code) => {
    const form = await officer.post('/api/v1/referrals', aReferral({ birthDate, offenceDate: '2026-09-30' }));
    const taken = await referred({ offenceDate: '2026-09-30' });
    const before = await personOf(taken);
    const answer = await worker.command(taken.pathwayId, 'amend-details', {
      ...{ changes: { birthDate }, reason: 'entered-wrongly' },
    });
    for (const [refused, path] of [
      [form, '/birthDate'],
      [answer, '/data/changes/birthDate'],
    ] as const) {
      expect(refused.status).toBeGreaterThanOrEqual(400);
      expect(refused.body).toMatchObject({ errors: [{ path, code }] });
      expect(JSON.stringify(refused.body)).not.toContain(birthDate);
    }
    expect(await personOf(taken)).toEqual(before);
  });
});
