import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { roleToSign, roleToTell, rolesHeld } from '../../api/signing-role.ts';
import { openDatabase, type Database } from '../../store/database.ts';
import { pathwayById } from '../../store/pathways.ts';
import type { PathwayRow } from '../../store/pathways.ts';
import { wholeForce } from '../../store/scope.ts';
import type { Role } from '../../workflows/domain/common/actor.ts';
import { diversion } from '../../workflows/domain/diversion/kind.ts';
import { createTestDatabase } from '../support/database.ts';
import { command, now, openDiversion, prepareForce, testForce } from '../support/pathways.ts';
import { recordUnheard } from '../support/unheard.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.url);
  await prepareForce(db);
});

afterAll(async () => {
  await db.close();
  await database.drop();
});

/** A referral with ddas, whom a worker there has tried to reach. */
async function tried(): Promise<PathwayRow> {
  const address = await openDiversion(db);
  const attempt = { channel: 'phone', result: 'no-answer', by: 'person' };
  await recordUnheard(db, diversion, address, command('record-contact-attempt', 'ProviderWorker', attempt));
  const row = await pathwayById(db, wholeForce(testForce), address.pathwayId);
  if (row === null) throw new Error('No pathway');
  return row;
}

async function signedBy(
  roles: readonly Role[],
  organisationId: string,
  name: string,
  data: (row: PathwayRow) => unknown,
): Promise<Role | undefined> {
  const row = await tried();
  const at = now();
  const caller = { userId: 'user-of-two', roles, organisationId, forceId: testForce };
  const sent = { commandId: randomUUID(), name, data: data(row), occurredAt: at, receivedAt: at };
  return roleToSign(db, caller, row, roles, sent);
}

const engagement = () => ({ evidence: 'other' });
const offer = () => ({ providerId: 'pobl', reason: 'moved' });

describe('who has several roles signs a command in one that may send it', () => {
  test.each([
    ['a worker of the provider that has the case', ['ProviderWorker', 'Manager'], 'ddas', 'ProviderWorker'],
    ['a worker of another provider', ['ProviderWorker', 'Manager'], 'pobl', 'Manager'],
    ['in the other order', ['Manager', 'ProviderWorker'], 'pobl', 'Manager'],
    ['of one role alone, whether or not it may', ['ProviderWorker'], 'pobl', 'ProviderWorker'],
    [
      'where none of them may, the first, which is told why',
      ['ProviderWorker', 'ProviderManager'],
      'pobl',
      'ProviderWorker',
    ],
  ] as const)('%s', async (_name, roles, organisation, expected) => {
    expect(await signedBy(roles, organisation, 'record-engagement', engagement)).toBe(expected);
  });

  test('what somebody else recorded is undone by the team lead that they are too', async () => {
    const row = await tried();
    const [attempt] = (
      await db.pool.query<{ id: string }>(
        `select command_id as id from event where pathway_id = $1 and type = 'contact-attempted'`,
        [row.pathwayId],
      )
    ).rows;
    const at = now();
    const caller = { userId: 'lead', organisationId: 'ddas', forceId: testForce };
    const held: readonly Role[] = ['ProviderWorker', 'ProviderManager'];
    const data = { attemptId: attempt?.id };
    const sent = {
      commandId: randomUUID(),
      name: 'undo-contact-attempt',
      data,
      occurredAt: at,
      receivedAt: at,
    };
    expect(await roleToSign(db, { ...caller, roles: held }, row, held, sent)).toBe('ProviderManager');
  });

  test('to where no route leads a manager sends somebody, and details are amended by the provider of the case', async () => {
    const both: readonly Role[] = ['ProviderWorker', 'Manager'];
    expect(await signedBy(both, 'ddas', 'transfer-pathway', offer)).toBe('Manager');
    const changes = () => ({ changes: { surname: 'Rees' }, reason: 'misspelt' });
    expect(await signedBy(both, 'ddas', 'amend-details', changes)).toBe('ProviderWorker');
    expect(await signedBy(both, 'pobl', 'amend-details', changes)).toBe('Manager');
  });
});

test('a fact is told in the role of a provider only where the case is theirs, or there is no other', () => {
  const caller = {
    userId: 'u',
    roles: ['ProviderWorker', 'Manager', 'Analyst'],
    organisationId: 'ddas',
    forceId: 'f',
  } as const;
  const held = rolesHeld(caller, ['Manager', 'ProviderWorker', 'DipOfficer']);
  expect(held).toEqual(['ProviderWorker', 'Manager']);
  expect(roleToTell(caller, held, { providerId: 'ddas' })).toBe('ProviderWorker');
  expect(roleToTell(caller, held, { providerId: 'pobl' })).toBe('Manager');
  expect(roleToTell(caller, held, { providerId: null })).toBe('Manager');
  expect(roleToTell(caller, ['ProviderWorker'], { providerId: 'pobl' })).toBe('ProviderWorker');
  expect(roleToTell(caller, [], { providerId: 'pobl' })).toBeUndefined();
});
