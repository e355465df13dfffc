import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { referralAnswer } from '../../api/schemas/answers.ts';
import { policySaved, rebasePreview } from '../../api/schemas/reference-data.ts';
import { policyVersion, underEarlierVersion } from '../../store/policies.ts';
import { aReferral, ApiCaller } from '../support/api-caller.ts';
import { startApiWithoutEngine } from '../support/api-without-engine.ts';
import type { ApiWithoutEngine } from '../support/api-without-engine.ts';

let api: ApiWithoutEngine;

beforeAll(async () => {
  api = await startApiWithoutEngine();
});

afterAll(async () => {
  await api.close();
});

const policyId = 'diversion:acr-diversion';

test('while Temporal is away the rules can be changed and tried, and a re-base waits, to be asked again with its key', async () => {
  const [officer, manager] = [await ApiCaller.as(api, 'officer'), await ApiCaller.as(api, 'manager')];
  const referred: string[] = [];
  for (let count = 0; count < 53; count += 1) {
    referred.push((await officer.post('/api/v1/referrals', aReferral())).as(referralAnswer).pathwayId);
  }
  const body = {
    ...{ policyId, basedOn: 3, validFrom: new Date().toISOString(), reason: 'A longer contract' },
    rules: { closure: { unit: 'months', count: 4, endOfDay: true } },
  };
  const saved = (await manager.post('/api/v1/policies', body)).as(policySaved);
  expect([saved.version, saved.rebase.open, saved.rebase.pathways.length]).toEqual([4, 53, 50]);

  // Page by page, each pathway once.
  const path = `/api/v1/policies/${policyId}/versions/4/rebase`;
  const rest = (await manager.get(`${path}?after=${String(saved.rebase.next)}`)).as(rebasePreview);
  expect([rest.pathways.length, rest.next]).toEqual([3, null]);
  const seen = [...saved.rebase.pathways, ...rest.pathways];
  expect(seen.map(({ pathwayId }) => pathwayId).sort()).toEqual([...referred].sort());
  for (const { moved } of seen) expect(moved.map(({ rule }) => rule)).toEqual(['closure']);

  const key = randomUUID();
  const asked = { reason: 'contract-changed', pathwayIds: referred.slice(0, 2) };
  expect((await manager.post(path, asked, key)).outcome).toEqual([503, 'outcome-unknown']);
  const policy = await policyVersion(api.db, 'dyfed-powys', policyId, 4);
  if (policy === null) throw new Error('Not saved');
  expect((await underEarlierVersion(api.db, policy, { limit: 0 })).total).toBe(53);
  // Not kept as the answer of the key: it may go better next time.
  expect((await manager.post(path, asked, key)).outcome).toEqual([503, 'outcome-unknown']);
}, 60_000);
