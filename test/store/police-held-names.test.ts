import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { layDownAmendment } from '../../store/amendments.ts';
import type { DetailChanges } from '../../store/amendments.ts';
import type { OpenedPathway } from '../../store/intake.ts';
import { append } from '../../store/ledger.ts';
import { indexNameAgain } from '../../store/name-index.ts';
import {
  matchesInView,
  peopleBy,
  personAsPoliceHold,
  personInView,
  sameInView,
} from '../../store/people-in-view.ts';
import type { PeopleView } from '../../store/people-in-view.ts';
import { mergePersons } from '../../store/person-merges.ts';
import type { Role } from '../../workflows/domain/common/actor.ts';
import { anActor, anAppend, anEvent, force, openAPathway, openStore } from '../support/recorded-pathway.ts';
import type { StoreUnderTest } from '../support/recorded-pathway.ts';

let store: StoreUnderTest;

beforeAll(async () => {
  store = await openStore();
});

afterAll(async () => {
  await store.close();
});

const view: PeopleView = { forceId: force, everybody: false, providerId: null, policeHeld: false };
const police: PeopleView = { ...view, policeHeld: true };
const provider: PeopleView = { ...view, providerId: 'ddas' };
const manager: PeopleView = { ...view, everybody: true };

/** Referred by the police, so that they hold the person. */
function referred(surname: string): Promise<OpenedPathway> {
  const data = { source: { source: 'police', via: 'acr' } };
  const events = [anEvent({ type: 'opened', occurredAt: '2026-09-01T06:02:00.000Z', data })];
  return openAPathway(store.db, {
    person: { surname, forenames: 'Dai', birthDate: '1990-01-01' },
    entry: { events },
  });
}

let heads = new Map<string, number>();
async function amend(
  { pathwayId, personId }: OpenedPathway,
  role: Role,
  changes: DetailChanges,
): Promise<void> {
  const commandId = randomUUID();
  await layDownAmendment(store.db, {
    ...{ forceId: force, pathwayId, personId, amendmentId: commandId, command: 'amend-details', changes },
  });
  const seq = heads.get(pathwayId) ?? 1;
  const data = { amendmentId: commandId, fields: [], reason: 'changed' };
  const events = [anEvent({ type: 'details-amended', data })];
  const actor = { ...anActor(), role };
  await append(store.db, anAppend(pathwayId, seq, { commandId, actor, events }), 'test');
  heads = new Map(heads).set(pathwayId, seq + 1);
}

async function nameFor(whose: PeopleView, { personId }: OpenedPathway) {
  const person = await personInView(store.db, whose, personId);
  if (person === null) throw new Error('Nobody there');
  const { surname, forenames, birthDate } = person.details;
  return [surname, forenames, birthDate];
}

test('what a provider puts right of a name or birth date, the police see as they hold it', async () => {
  const person = await referred('Before');
  await amend(person, 'ProviderWorker', { surname: 'Treatment', forenames: null });
  await amend(person, 'ProviderManager', { surname: 'Again', birthDate: '1991-02-02', postcode: 'SA1 1AA' });
  expect(await nameFor(provider, person)).toEqual(['Again', null, '1991-02-02']);
  expect(await nameFor(manager, person)).toEqual(['Again', null, '1991-02-02']);
  expect(await nameFor(police, person)).toEqual(['Before', 'Dai', '1990-01-01']);
  // Somebody of both sides sees their own people as they are, and others as the police do.
  expect(await nameFor({ ...police, providerId: 'ddas' }, person)).toEqual(['Again', null, '1991-02-02']);
  expect(await nameFor({ ...police, providerId: 'kaleidoscope' }, person)).toEqual([
    'Before',
    'Dai',
    '1990-01-01',
  ]);
  expect(await personAsPoliceHold(store.db, force, person.personId)).toMatchObject({
    ...{ surname: 'Before', forenames: 'Dai', birthDate: '1990-01-01' },
  });
});

test('what the police, or a manager, put right is what the police hold, also after a provider did', async () => {
  const person = await referred('First');
  await amend(person, 'PoliceOfficer', { surname: 'Police' });
  expect(await nameFor(police, person)).toEqual(['Police', 'Dai', '1990-01-01']);
  await amend(person, 'ProviderWorker', { surname: 'Treatment' });
  expect(await nameFor(police, person)).toEqual(['Police', 'Dai', '1990-01-01']);
  await amend(person, 'Manager', { surname: 'Managed' });
  expect(await nameFor(police, person)).toEqual(['Managed', 'Dai', '1990-01-01']);
});

test('nor as another row of theirs, nor as a match', async () => {
  const [one, other] = [await referred('One'), await referred('One')];
  await amend(other, 'ProviderWorker', { forenames: 'Dafydd' });
  const matches = await matchesInView(store.db, police, one.personId);
  expect(matches.map(({ details }) => details.forenames)).toEqual(['Dai']);
  await mergePersons(store.db, {
    ...{ forceId: force, personId: one.personId, otherPersonId: other.personId, reason: 'same-nominal' },
    ...{ confirmed: ['birth-date'], actor: anActor(), requestId: randomUUID() },
  });
  const same = await sameInView(store.db, police, one.personId);
  expect(same.map(({ details }) => details.forenames)).toEqual(['Dai']);
  expect((await sameInView(store.db, manager, one.personId)).map(({ details }) => details.forenames)).toEqual(
    ['Dafydd'],
  );
});

test('nor that somebody may be another one, where only what a provider put right says so', async () => {
  const [one, other] = [await referred('Alike'), await referred('Unlike')];
  expect(await matchesInView(store.db, police, one.personId)).toEqual([]);
  await amend(other, 'ProviderWorker', { surname: 'Alike' });
  const found = async (whose: PeopleView, { personId }: OpenedPathway) =>
    (await matchesInView(store.db, whose, personId)).map((match) => match.personId);
  expect(await found(police, one)).toEqual([]);
  expect(await found(police, other)).toEqual([]);
  expect(await found(manager, one)).toEqual([other.personId]);
  // Once the police hold the name themselves, they see it.
  await amend(other, 'PoliceOfficer', { surname: 'Alike' });
  expect(await found(police, one)).toEqual([other.personId]);
  expect(await found(police, other)).toEqual([one.personId]);
  // What they hold is as it was when it was found: a slip that is put right later takes no match from them.
  await amend(other, 'PoliceOfficer', { surname: 'Unlike' });
  expect(await found(police, one)).toEqual([other.personId]);
});

test('a name that only a provider has for them finds them for the provider, and for the police nobody', async () => {
  const person = await referred(`Held-${randomUUID()}`);
  const surname = `Given-${randomUUID()}`;
  await amend(person, 'ProviderWorker', { surname });
  await indexNameAgain(store.db, force, person.personId);
  const named = { surname, forenames: 'Dai Rhys', birthDate: '1990-01-01' };
  const found = async (whose: PeopleView) =>
    (await peopleBy(store.db, whose, named, 20)).map(({ personId }) => personId);
  for (const whose of [manager, provider, { ...police, providerId: 'ddas' }]) {
    expect(await found(whose)).toEqual([person.personId]);
  }
  expect(await found(police)).toEqual([]);
  expect(await found({ ...police, providerId: 'kaleidoscope' })).toEqual([]);
});
