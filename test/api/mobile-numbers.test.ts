import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { refuseDramaNumbers } from '../../api/mobile-numbers.ts';
import { Problem } from '../../api/problems.ts';
import { numberPlanOf } from '../../messages/phone-number.ts';
import { ApiCaller, aReferral } from '../support/api-caller.ts';
import { startApiWithoutEngine } from '../support/api-without-engine.ts';
import type { ApiWithoutEngine } from '../support/api-without-engine.ts';

const production = numberPlanOf('production');

describe('a number of nobody', () => {
  test.each([
    ['/mobile', { mobile: '+447700900123', surname: 'Pugh' }],
    ['/changes/mobile', { reason: 'corrected', changes: { mobile: '+447700900000' } }],
    ['/person/mobile', { person: { mobile: '+447700900999' } }],
  ])('at %s is refused in production, and taken elsewhere', (path, body) => {
    let thrown: unknown;
    try {
      refuseDramaNumbers(body, production);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(Problem);
    expect(thrown).toMatchObject({
      ...{ code: 'invalid-phone', parts: { errors: [{ path, code: 'invalid-phone' }] } },
    });
    expect(() => {
      refuseDramaNumbers(body, numberPlanOf('development'));
    }).not.toThrow();
  });

  test.each([
    [{ mobile: '+447911123456' }],
    [{ mobile: null }],
    [{}],
    [null],
    [undefined],
    ['+447700900123'],
    [{ note: '+447700900123' }],
    [[{ mobile: '+447911123456' }]],
  ])('is not found in %j', (body) => {
    expect(() => {
      refuseDramaNumbers(body, production);
    }).not.toThrow();
  });
});

describe('the API of a production system', () => {
  let api: ApiWithoutEngine;

  beforeAll(async () => {
    api = await startApiWithoutEngine('production');
  }, 60_000);

  afterAll(async () => {
    await api.close();
  });

  test('takes a referral with a number that somebody can have, and none with a number of nobody', async () => {
    const officer = await ApiCaller.as(api, 'officer');
    const refused = await officer.post('/api/v1/referrals', aReferral({ mobile: '07700 900123' }));
    expect(refused.outcome).toEqual([422, 'invalid-phone']);
    expect(refused.problem.errors).toMatchObject([{ path: '/mobile', code: 'invalid-phone' }]);
    const taken = await officer.post('/api/v1/referrals', aReferral({ mobile: '07911 123456' }));
    expect(taken.outcome).toEqual([201]);
  });
});
