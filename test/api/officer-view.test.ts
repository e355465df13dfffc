import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { rolesOfCommand, sendableCommands } from '../../api/access-policy.ts';
import { commandAnswer, pathwayView } from '../../api/schemas/answers.ts';
import { officerViewAnswer } from '../../api/schemas/officer-views.ts';
import type { Role } from '../../workflows/domain/common/actor.ts';
import { ApiCaller } from '../support/api-caller.ts';
import type { Answered } from '../support/api-caller.ts';
import { openCompulsory, openDiversion, prepareForce, testForce } from '../support/pathways.ts';
import { startStack } from '../support/stack.ts';
import type { Stack } from '../support/stack.ts';

let stack: Stack;
let officer: ApiCaller;
let provider: ApiCaller;
let manager: ApiCaller;

const policeRoles: readonly Role[] = ['PoliceOfficer', 'Inspector', 'DipOfficer'];

beforeAll(async () => {
  stack = await startStack();
  await prepareForce(stack.db);
  officer = await holding('PoliceOfficer');
  provider = await holding('ProviderManager', 'ddas');
  manager = await holding('Manager');
}, 60_000);

afterAll(async () => {
  await stack.close();
});

async function holding(role: Role, organisation = 'oocd-team', force = testForce): Promise<ApiCaller> {
  const claims = { llwybr_roles: [role], llwybr_force: force, llwybr_organisation: organisation };
  return new ApiCaller(stack.url, await stack.issuer.mint('officer', { claims: { ...claims, sub: role } }));
}

const soon = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();

/** A conditional caution with one condition, as its provider has it. */
async function cautioned(): Promise<{ pathwayId: string; reference: string }> {
  const { pathwayId } = await openDiversion(stack.db, {
    referral: {
      source: { source: 'police', via: 'conditional-caution' },
      disposal: 'conditional-caution',
      conditions: [{ conditionId: 'c-1', code: 'attend-assessment', dueAt: soon(20) }],
    },
  });
  const { reference } = (await manager.get(`/api/v1/pathways/${pathwayId}`)).as(pathwayView);
  return { pathwayId, reference };
}

async function say(who: ApiCaller, pathwayId: string, name: string, data: unknown): Promise<void> {
  (await who.command(pathwayId, name, data)).as(commandAnswer);
}

/** What no police role may learn of the voluntary side, by a word of it. */
const clinical =
  /treat|assess(?!ment")|care-?plan|modalit|prescri|substance|heroin|ketamine|housing|need|appointment|session|providerId|ddas|workerId|attendance|attention|consent|safety|custody|death|deadline|nextDue|closureReason|completed|drugFree|"stage":"/i;

/** The condition's own code is the police's own word. */
function shown(answer: Answered): string {
  return JSON.stringify(answer.body).replaceAll('attend-assessment', '');
}

async function view(reference: string) {
  const answer = await officer.get(`/api/v1/referrals/${reference}`);
  expect(shown(answer)).not.toMatch(clinical);
  return answer.as(officerViewAnswer);
}

describe('M96, M117: what the police learn of a referral of theirs', () => {
  test('received, in contact, engaged and closed, with their dates, and nothing of the treatment', async () => {
    const { pathwayId, reference } = await cautioned();
    const first = await view(reference);
    expect(first).toMatchObject({
      ...{ reference, pathwayId, status: 'received', notices: [] },
      ...{ inContactAt: null, engagedAt: null, closedAt: null },
    });
    await say(provider, pathwayId, 'record-contact-attempt', {
      ...{ channel: 'phone', result: 'reached', by: 'person' },
    });
    expect(await view(reference)).toMatchObject({ status: 'in-contact', inContactAt: expect.any(String) });
    await say(provider, pathwayId, 'record-engagement', { evidence: 'other' });
    await say(provider, pathwayId, 'record-assessment', { substances: ['heroin'], result: 'suitable' });
    await say(provider, pathwayId, 'add-need', { needId: randomUUID(), code: 'housing' });
    const modalityId = randomUUID();
    await say(provider, pathwayId, 'agree-care-plan', {
      modalities: [{ modalityId, type: 'pharmacological', prescribed: true }],
    });
    await say(provider, pathwayId, 'start-treatment', { modalityId });
    const engaged = await view(pathwayId);
    expect(engaged).toMatchObject({ status: 'engaged', engagedAt: expect.any(String), closedAt: null });
    await say(provider, pathwayId, 'end-modality', { modalityId, reason: 'completed' });
    await say(provider, pathwayId, 'close-pathway', {
      ...{ reason: 'completed', drugFree: 'yes', crimeFree: 'unknown' },
    });
    expect(await view(reference)).toMatchObject({
      ...{ status: 'closed', closedAt: expect.any(String), engagedAt: engaged.engagedAt },
    });
    expect((await officer.get(`/api/v1/pathways/${pathwayId}`)).outcome).toEqual([404, 'not-found']);
    expect((await officer.get(`/api/v1/pathways/${pathwayId}/events`)).outcome).toEqual([404, 'not-found']);
    for (const query of ['', '?kind=diversion', `?reference=${reference}`, '?offered=true']) {
      const list = await officer.get(`/api/v1/pathways${query}`);
      expect(list.body).toMatchObject({ items: [] });
    }
    expect((await officer.get('/api/v1/pathways/counts')).body).toMatchObject({ total: 0, offered: 0 });
  });

  test('of a condition that was not met they get the notice, and say that they have seen it', async () => {
    const { pathwayId, reference } = await cautioned();
    const unmet = { conditionId: 'c-1' };
    const early = await officer.command(pathwayId, 'acknowledge-non-compliance', unmet);
    expect(early.outcome).toEqual([409, 'condition-not-met']);
    expect(early.problem.details).toBeUndefined();
    await say(provider, pathwayId, 'record-condition-result', { ...unmet, result: 'not-met' });
    const [notice] = (await view(reference)).notices;
    expect(notice).toMatchObject({ conditionId: 'c-1', code: 'attend-assessment', open: true });
    const key = randomUUID();
    const seen = await officer.command(pathwayId, 'acknowledge-non-compliance', unmet, key);
    expect(seen.as(commandAnswer)).toMatchObject({
      ...{ stage: null, events: [{ type: 'non-compliance-acknowledged' }] },
    });
    expect((await view(reference)).notices).toMatchObject([{ conditionId: 'c-1', open: false }]);
    expect((await officer.get(`/api/v1/requests/${key}`)).body).toMatchObject({ answer: { stage: null } });
  });

  test('M191: nothing of the provider’s from the second in which sharing is withdrawn, whoever is away', async () => {
    const { pathwayId, reference } = await cautioned();
    await say(provider, pathwayId, 'record-contact-attempt', {
      ...{ channel: 'phone', result: 'reached', by: 'person' },
    });
    expect(await view(reference)).toMatchObject({ status: 'in-contact' });
    await stack.engine.stopWorkers();
    const withdrawn = await provider.command(pathwayId, 'withdraw-consent', { purpose: 'sharing' });
    expect(withdrawn.status).toBe(201);
    expect(await view(reference)).toMatchObject({ status: 'received', inContactAt: null });
    await stack.engine.startWorkers();
  });

  test('is for the police who refer and the manager, of their force, about the voluntary side only', async () => {
    const { pathwayId, reference } = await cautioned();
    const path = `/api/v1/referrals/${reference}`;
    for (const role of ['PoliceOfficer', 'RecordsSystem', 'Manager'] as const) {
      expect((await (await holding(role)).get(path)).status).toBe(200);
      const foreign = await holding(role, 'oocd-team', 'dyfed-powys');
      expect((await foreign.get(path)).outcome).toEqual([404, 'not-found']);
      expect((await foreign.get(`/api/v1/referrals/${pathwayId}`)).outcome).toEqual([404, 'not-found']);
    }
    expect((await provider.get(path)).outcome).toEqual([403, 'wrong-role']);
    const compulsory = await openCompulsory(stack.db);
    for (const unknown of [compulsory.pathwayId, randomUUID(), 'LL-BBBB-BBBB', 'nothing']) {
      expect((await officer.get(`/api/v1/referrals/${unknown}`)).outcome).toEqual([404, 'not-found']);
    }
  });
});

describe('M117: what the police may say of a referral of theirs', () => {
  const bodies: Readonly<Record<string, unknown>> = {
    'acknowledge-non-compliance': { conditionId: 'c-1' },
    'amend-details': { changes: { offenceCode: '92D' }, reason: 'entered-wrongly' },
    'set-iom-flag': { designated: true },
    'void-pathway': { reason: 'wrong-person' },
  };

  test('is exactly what the table names an officer for, and no answer holds anything of the treatment', async () => {
    const named = sendableCommands('diversion').filter(
      (name) => rolesOfCommand('diversion', name)?.includes('PoliceOfficer') === true,
    );
    expect(named.sort()).toEqual(Object.keys(bodies).sort());
    for (const role of policeRoles) {
      const police = await holding(role);
      const { pathwayId } = await cautioned();
      await say(provider, pathwayId, 'record-engagement', { evidence: 'other' });
      await say(provider, pathwayId, 'record-assessment', { substances: ['ketamine'], result: 'suitable' });
      await say(provider, pathwayId, 'record-condition-result', { conditionId: 'c-1', result: 'not-met' });
      for (const name of sendableCommands('diversion')) {
        const own = named.includes(name) && rolesOfCommand('diversion', name)?.includes(role) === true;
        const wrong = await police.command(pathwayId, name, 1);
        expect([role, name, wrong.status]).toEqual([role, name, own ? 400 : 404]);
        if (!own) continue;
        // Taken, then refused: as done already, or because it is void by now.
        for (const _ of [1, 2]) {
          const key = randomUUID();
          const answer = await police.command(pathwayId, name, bodies[name], key);
          const kept = await police.get(`/api/v1/requests/${key}`);
          for (const each of [answer, kept]) expect(shown(each)).not.toMatch(clinical);
          if (answer.status < 400) expect(answer.as(commandAnswer).stage).toBeNull();
          else expect([name, answer.status, answer.problem.details]).toEqual([name, 409, undefined]);
        }
      }
    }
  });

  test('a refusal names neither the stage nor what would be allowed', async () => {
    const { pathwayId } = await cautioned();
    await say(officer, pathwayId, 'void-pathway', { reason: 'wrong-person' });
    const refused = await officer.command(pathwayId, 'set-iom-flag', bodies['set-iom-flag']);
    expect(refused.outcome).toEqual([409, 'wrong-stage']);
    expect(refused.problem).not.toHaveProperty('details');
    expect(refused.problem.detail).toBe('The pathway is in a stage that does not allow this.');
    expect((await view(pathwayId)).status).toBe('void');
  });
});
