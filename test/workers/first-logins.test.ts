import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import type { OnlineProgrammeGateway } from '../../activities/gateways/online-programme.ts';
import { createLog } from '../../platform/log.ts';
import { firstLoginsAskedUntil } from '../../store/online-enrolments.ts';
import { FirstLogins } from '../../workers/first-logins.ts';
import { toInstant } from '../../workflows/domain/common/instant.ts';
import { openStore } from '../support/recorded-pathway.ts';
import type { StoreUnderTest } from '../support/recorded-pathway.ts';

// Up to when the programme is believed to have told everything.

let store: StoreUnderTest;

beforeAll(async () => {
  store = await openStore();
});

afterAll(async () => {
  await store.close();
});

test('a programme whose clock is ahead is asked again for what it has not told yet', async () => {
  const until = '2099-01-01T00:00:00.000Z';
  const notAsked = () => Promise.reject(new Error('Not asked for'));
  const programme: OnlineProgrammeGateway = {
    ...{ enrol: notAsked, find: notAsked },
    firstLogins: () => Promise.resolve({ answer: 'told', firstLogins: [], unread: 0, until, more: false }),
  };
  const log = createLog({ level: 'silent', process: 'test', build: 'test' });
  // Nobody listens on the discard port, and nobody is asked.
  const client = new Client({ connection: Connection.lazy({ address: '127.0.0.1:9' }) });
  await new FirstLogins({ db: store.db, client, programme, log }).once();
  const askedUntil = await firstLoginsAskedUntil(store.db);
  expect(askedUntil).not.toBeNull();
  expect(String(askedUntil) <= toInstant(Date.now())).toBe(true);
});
