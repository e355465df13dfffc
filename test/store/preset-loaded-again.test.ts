import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { openDatabase } from '../../store/database.ts';
import type { Database } from '../../store/database.ts';
import { openPathway } from '../../store/intake.ts';
import { readEvents } from '../../store/ledger.ts';
import { messageForDelivery } from '../../store/messages.ts';
import { pathwayById } from '../../store/pathways.ts';
import { policyInForce } from '../../store/policies.ts';
import { loadPreset } from '../../store/presets.ts';
import { wholeForce } from '../../store/scope.ts';
import { toInstant } from '../../workflows/domain/common/instant.ts';
import type { Instant } from '../../workflows/domain/common/instant.ts';
import { diversion } from '../../workflows/domain/diversion/kind.ts';
import type { DiversionPolicy } from '../../workflows/domain/diversion/policy.ts';
import { createTestDatabase } from '../support/database.ts';
import { firstBuildPresets, loadAsFirstBuild } from '../support/first-build-presets.ts';
import { command, openingEntry, takeOnLedger } from '../support/pathways.ts';
import { anIntake, force } from '../support/recorded-pathway.ts';

// A force that runs since the first build, and is started with today's presets: docs/decisions/0007.

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.url);
  await loadAsFirstBuild(db, firstBuildPresets['dyfed-powys']);
}, 60_000);

afterAll(async () => {
  await db.close();
  await database.drop();
});

const dayMs = 86_400_000;
const now = toInstant(Date.now());
const inDays = (count: number): Instant => toInstant(Date.now() + count * dayMs);

async function inForce(): Promise<DiversionPolicy> {
  const policy = await policyInForce(db, force, 'diversion', 'acr-diversion', now);
  if (policy === null) throw new Error('No policy');
  return policy;
}

/** A referral of this moment under the policy in force. */
async function received() {
  const policy = await inForce();
  const intake = anIntake({ receivedAt: now });
  const { pathwayId, person } = intake;
  const opening = command('receive-referral', 'PoliceOfficer', {
    ...{ pathwayId, personId: person.personId, receivedAt: now, policy },
    ...{ source: { source: 'police', via: 'records-export' }, disposal: 'adult-community-resolution' },
    ...{ offenceCode: '92E', offenceDate: now.slice(0, 10), birthDate: '1990-05-17', language: 'en' },
    ...{ safeToText: 'yes', knownChannels: ['phone', 'text'] },
    route: { providerId: 'ddas', programme: 'acr-diversion', routeId: 'route-1' },
  });
  const signed = { ...opening, actor: { ...opening.actor, forceId: force } };
  const entry = openingEntry(diversion, signed);
  await openPathway(db, { ...intake, policyId: policy.policyId, entry });
  return { pathwayId, intents: entry.intents.map(({ purpose }) => purpose) };
}

const purposesOf = (policy: DiversionPolicy) => policy.messages.purposes ?? [];

test('M06, M94 what runs keeps the policy that it began under and sends nothing that it did not plan; what comes next has all messages', async () => {
  expect(purposesOf(await inForce())).toEqual([]);
  const before = await received();
  expect(before.intents).toEqual([]);

  await loadPreset(db, 'dyfed-powys-2024');
  await loadPreset(db, 'dyfed-powys-2024');
  expect(purposesOf(await inForce())).toContain('appointment-booked');

  const take = (name: string, data: unknown, at: Instant) => {
    const role = name === 'deadline-due' ? 'System' : 'ProviderWorker';
    return takeOnLedger(db, diversion, before.pathwayId, { name, role, data, at }, force);
  };
  const startsAt = inDays(10);
  const slot = {
    startsAt,
    endsAt: toInstant(Date.parse(startsAt) + dayMs / 24),
    placeCode: 'ddas-carmarthen',
  };
  expect([...(await take('book-appointment', { kind: 'first-meeting', ...slot }, now)).keys()]).toEqual([]);
  const events = await readEvents(db, wholeForce(force), before.pathwayId);
  const reminders = events
    .flatMap(({ armed = [] }) => armed)
    .filter(({ rule }) => rule.startsWith('reminder'));
  expect(reminders.map(({ rule }) => rule)).toEqual(['reminder']);
  const [reminder] = reminders;
  const planned = await take('deadline-due', { deadlineId: reminder?.id }, reminder?.due ?? startsAt);
  expect([...planned.keys()]).toEqual(['appointment-reminder']);
  const judged = await messageForDelivery(db, force, planned.get('appointment-reminder') ?? randomUUID());
  expect(judged?.policy.messages).not.toHaveProperty('purposes');
  expect(judged?.policy.messages).not.toHaveProperty('perDay');
  expect(await pathwayById(db, wholeForce(force), before.pathwayId)).toMatchObject({ policyVersion: 1 });

  const after = await received();
  expect(after.intents).toEqual(['referral-received', 'new-referral', 'referral-progress']);
});
