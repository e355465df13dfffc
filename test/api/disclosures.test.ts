import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { z } from 'zod';
import { referralAnswer } from '../../api/schemas/answers.ts';
import { dangersTold, disclosureAnswer, disclosureLog } from '../../api/schemas/disclosures.ts';
import { aReferral, ApiCaller } from '../support/api-caller.ts';
import { startApiWithoutEngine } from '../support/api-without-engine.ts';
import type { ApiWithoutEngine } from '../support/api-without-engine.ts';

let api: ApiWithoutEngine;
let officer: ApiCaller;
let worker: ApiCaller;
let lead: ApiCaller;
let manager: ApiCaller;
/** Of another provider, which has none of these people. */
let partner: ApiCaller;
let analyst: ApiCaller;

beforeAll(async () => {
  api = await startApiWithoutEngine();
  officer = await ApiCaller.as(api, 'officer');
  worker = await ApiCaller.as(api, 'caseworker');
  lead = await ApiCaller.as(api, 'provider-manager');
  manager = await ApiCaller.as(api, 'manager');
  partner = await ApiCaller.as(api, 'kaleidoscope-caseworker');
  analyst = await ApiCaller.as(api, 'analyst');
}, 60_000);

afterAll(async () => {
  await api.close();
});

const of = (personId: string) => `/api/v1/persons/${personId}/disclosures`;
const danger = { matter: 'danger', toOrganisationId: 'kaleidoscope', reason: 'risk-to-worker' };

async function referred(changes: Record<string, unknown> = {}) {
  return (await officer.post('/api/v1/referrals', aReferral(changes))).as(referralAnswer);
}

async function flagged(changes: Record<string, unknown> = {}) {
  const referral = await referred(changes);
  expect((await worker.command(referral.pathwayId, 'record-safety-flag', {})).status).toBe(201);
  return referral;
}

async function log(personId: string, who = manager): Promise<z.output<typeof disclosureLog>['items']> {
  return (await who.get(of(personId))).as(disclosureLog).items;
}

async function told(who: ApiCaller): Promise<z.output<typeof dangersTold>['items']> {
  return (await who.get('/api/v1/disclosures')).as(dangersTold).items;
}

describe('M200 a danger, told to a partner', () => {
  test('by a person, with a reason: the partner reads whom it is about and since when, while it holds', async () => {
    const { personId, pathwayId } = await flagged({ surname: 'Griffiths', forenames: 'Mair' });
    expect(await told(partner)).toEqual([]);
    const given = (await lead.post(of(personId), danger)).as(disclosureAnswer);
    expect(given).toMatchObject({
      ...danger,
      personId,
      by: { role: 'ProviderManager', organisationId: 'ddas' },
    });
    expect(await told(partner)).toMatchObject([
      {
        ...{ disclosureId: given.disclosureId, reason: 'risk-to-worker' },
        person: { personId, surname: 'Griffiths', forenames: 'Mair', birthDate: '1994-05-17' },
      },
    ]);
    // Of the rest it learns nothing, and nobody else was told.
    expect((await partner.get(`/api/v1/persons/${personId}`)).outcome).toEqual([404, 'not-found']);
    expect(await told(worker)).toEqual([]);
    expect((await lead.command(pathwayId, 'lift-safety-flag', {})).status).toBe(201);
    expect(await told(partner)).toEqual([]);
    expect(await log(personId)).toHaveLength(1);
  });

  test('that was told and not answered is answered to a repeat, also when it is over by then', async () => {
    const { personId, pathwayId } = await flagged();
    const key = 'told-and-not-answered';
    const first = (await lead.post(of(personId), danger, key)).as(disclosureAnswer);
    expect((await lead.command(pathwayId, 'lift-safety-flag', {})).status).toBe(201);
    await api.db.pool.query(
      `update request set state = 'running', status = null, body = null, answered_at = null,
        lease_until = clock_timestamp() where key = $1`,
      [key],
    );
    expect((await lead.post(of(personId), danger, key)).as(disclosureAnswer)).toEqual(first);
    expect(await log(personId)).toHaveLength(1);
  });

  test('is refused where nothing stands to tell, and of who is not theirs', async () => {
    const { personId } = await referred();
    expect((await lead.post(of(personId), danger)).outcome).toEqual([409, 'condition-not-met']);
    const elsewhere = await referred({ residence: { postcode: 'SY16 1AA' } });
    expect((await lead.post(of(elsewhere.personId), danger)).outcome).toEqual([404, 'not-found']);
    expect((await manager.post(of(elsewhere.personId), danger)).outcome).toEqual([409, 'condition-not-met']);
    const flag = await flagged();
    for (const [changes, outcome] of [
      [{ toOrganisationId: 'nobody' }, [404, 'not-found']],
      [{ reason: 'curiosity' }, [400, 'invalid-request']],
      [{ matter: 'treatment' }, [400, 'invalid-request']],
    ] as const) {
      expect((await lead.post(of(flag.personId), { ...danger, ...changes })).outcome).toEqual(outcome);
    }
    for (const who of [officer, worker, analyst]) {
      expect((await who.post(of(flag.personId), danger)).outcome).toEqual([403, 'wrong-role']);
    }
    expect(await log(flag.personId)).toEqual([]);
  });
});

describe('M192 what is told outside a case is logged', () => {
  test('each answer to the police about a referral of theirs, and none to who works on it', async () => {
    const { personId, pathwayId, reference } = await referred();
    const path = `/api/v1/referrals/${reference}`;
    expect((await officer.get(path)).status).toBe(200);
    expect((await officer.get(`/api/v1/referrals/${pathwayId}`)).status).toBe(200);
    expect((await manager.get(path)).status).toBe(200);
    expect((await worker.get(path)).status).toBe(403);
    const items = await log(personId, lead);
    expect(items).toHaveLength(2);
    for (const item of items) {
      expect(item).toMatchObject({
        ...{ personId, pathwayId, matter: 'referral-status', reason: 'asked-by-who-referred' },
        by: { role: 'PoliceOfficer', organisationId: item.toOrganisationId },
      });
    }
  });

  test('to a provider no line about a case that another one has, or that another one told', async () => {
    const nominalNumber = `N-${randomUUID().slice(0, 8)}`;
    const ours = await flagged({ nominalNumber });
    const theirs = await referred({ nominalNumber, residence: { postcode: 'SY16 1AA' } });
    expect(theirs.personId).toBe(ours.personId);
    const { personId } = ours;
    for (const { reference } of [ours, theirs]) {
      expect((await officer.get(`/api/v1/referrals/${reference}`)).status).toBe(200);
    }
    const theirLead = new ApiCaller(
      api.url,
      await api.issuer.mint('provider-manager', { claims: { llwybr_organisation: 'kaleidoscope' } }),
    );
    for (const who of [lead, theirLead, manager]) {
      const toOrganisationId = 'breaking-free-online';
      expect((await who.post(of(personId), { ...danger, toOrganisationId })).status).toBe(201);
    }
    const seen = async (who: ApiCaller) =>
      (await log(personId, who)).map(({ pathwayId, by }) => pathwayId ?? by.organisationId).toSorted();
    const police = (await log(personId)).find(({ by }) => by.role === 'Manager')?.by.organisationId ?? '';
    expect(await seen(manager)).toEqual(
      [ours.pathwayId, theirs.pathwayId, 'ddas', 'kaleidoscope', police].toSorted(),
    );
    expect(await seen(lead)).toEqual([ours.pathwayId, 'ddas', police].toSorted());
    expect(await seen(theirLead)).toEqual([theirs.pathwayId, 'kaleidoscope', police].toSorted());
  });

  test('newest first, for the team lead and the manager; no line of it can be changed', async () => {
    const { personId, reference } = await flagged();
    expect((await lead.post(of(personId), danger)).status).toBe(201);
    expect((await officer.get(`/api/v1/referrals/${reference}`)).status).toBe(200);
    expect((await log(personId)).map(({ matter }) => matter)).toEqual(['referral-status', 'danger']);
    for (const who of [officer, worker, analyst]) {
      expect((await who.get(of(personId))).outcome).toEqual([403, 'wrong-role']);
    }
    const provider = new ApiCaller(
      api.url,
      await api.issuer.mint('provider-manager', { claims: { llwybr_organisation: 'kaleidoscope' } }),
    );
    expect((await provider.get(of(personId))).outcome).toEqual([404, 'not-found']);
    for (const statement of ['delete from disclosure', `update disclosure set reason = 'other'`]) {
      await expect(api.db.pool.query(statement)).rejects.toThrow();
    }
  });
});
