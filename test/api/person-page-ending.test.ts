import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startApiWithoutEngine } from '../support/api-without-engine.ts';
import type { ApiWithoutEngine } from '../support/api-without-engine.ts';
import { DeliveryUnderTest, pageUrl, planMessage, startGateway } from '../support/delivery.ts';
import type { GatewayUnderTest } from '../support/delivery.ts';
import { PageVisitor } from '../support/page-visitor.ts';

// Wrong years end a link, and somebody hears of it, also where the one could be written and the other not.

let api: ApiWithoutEngine;
let under: GatewayUnderTest;

beforeAll(async () => {
  api = await startApiWithoutEngine();
  under = await startGateway();
});

afterAll(async () => {
  await under.close();
  await api.close();
});

test('a link that ends unheard of asks on, and ends with the next answer, the right one too', async () => {
  const { pool, fields } = api.db;
  const person = { mobile: '+447700900123', birthDate: '1990-02-03' };
  const message = await planMessage(api.db, { person, intent: { purpose: 'page-link' } });
  const outcome = await new DeliveryUnderTest({ db: api.db, gateway: under.gateway, pageUrl }).run(message);
  expect(outcome).toMatchObject({ status: 'sent' });
  // It left on a day of March, under the clock of the delivery.
  await pool.query(`update person_link set expires_at = clock_timestamp() + interval '1 hour'`);
  const visitor = new PageVisitor(api.url, fields.linkToken(message.forceId, message.intentId));
  const toldOf = async () =>
    (await pool.query<object>(`select meaning from reply where pathway_id = $1`, [message.pathwayId])).rows;
  await pool.query(`alter table reply add constraint away check (meaning <> 'other') not valid`);
  for (const typed of ['1991', '1992', '1993', '1994']) {
    expect((await visitor.answer(typed)).status).toBe(404);
  }
  expect((await visitor.answer('1995')).status).toBe(503);
  expect(await toldOf()).toEqual([]);
  await pool.query('alter table reply drop constraint away');
  expect((await visitor.get()).status).toBe(200);
  expect(await visitor.answer('1990')).toMatchObject({ status: 404, set: null });
  expect((await visitor.get()).status).toBe(404);
  expect(await toldOf()).toEqual([{ meaning: 'other' }]);
});
