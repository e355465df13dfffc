import { describe, expect, test } from '@jest/globals';
import type { ReferralData } from '../../../workflows/domain/diversion/commands.ts';
import type { ReferralOrigin } from '../../../workflows/domain/diversion/referral-origin.ts';
import { summarise } from '../../../workflows/domain/diversion/summarise.ts';
import type { ReferralSourceName } from '../../../workflows/domain/diversion/referral-source.ts';
import { receipt, referral, ReferralLife } from './referral-life.ts';

/** Received on 2 March 2026. */
function opened(source: ReferralSourceName, origin: ReferralOrigin, changed: Partial<ReferralData> = {}) {
  const life = new ReferralLife(receipt);
  const data = referral({
    ...{ source: { source, via: 'form' }, disposal: null, offenceCode: null, offenceDate: null },
    ...origin,
    ...changed,
  });
  const decision = life.take(life.command('receive-referral', data, { role: 'Manager' }));
  return { life, code: decision.refusal?.code };
}

const prison = { prisonCode: 'hmp-swansea', expectedRelease: '2026-03-20' } as const;
const courtOrder = { requirement: 'drug-rehabilitation', madeOn: '2026-02-20' } as const;

describe('M49 from prison', () => {
  test('prison and expected release are kept, and known from the ledger', () => {
    const { life } = opened('prison', { prison });
    expect(life.at.prison).toEqual(prison);
    expect(life.ledger[0]?.data).toMatchObject({ prison });
  });

  test('a release that nobody knows says why, and no day is made up', () => {
    const unknown = { ...prison, expectedRelease: null, releaseUnknown: 'recall' } as const;
    expect(opened('prison', { prison: unknown }).life.at.prison).toEqual(unknown);
    expect(opened('prison', {}).life.ledger[0]?.data).not.toHaveProperty('prison');
  });

  test.each<[string, ReferralSourceName, ReferralOrigin]>([
    ['of another source', 'health', { prison }],
    ['of probation', 'probation', { prison }],
    ['neither day nor reason', 'prison', { prison: { ...prison, expectedRelease: null } }],
    ['a day and a reason', 'prison', { prison: { ...prison, releaseUnknown: 'not-set' } }],
    ['released before the referral', 'prison', { prison: { ...prison, expectedRelease: '2026-03-01' } }],
  ])('%s is refused', (_name, source, origin) => {
    expect(opened(source, origin)).toMatchObject({ code: 'condition-not-met', life: { ledger: [] } });
  });

  test('what else came with it goes into no event', () => {
    const noted = { ...prison, wing: 'Somewhere' };
    expect(JSON.stringify(opened('prison', { prison: noted }).life.ledger)).not.toContain('Somewhere');
  });
});

describe('M50 from a court', () => {
  test.each(['court', 'probation'] as const)(
    'an order with a treatment requirement is context of a referral by %s',
    (source) => {
      const { life } = opened(source, { courtOrder });
      expect(life.at.courtOrder).toEqual(courtOrder);
      // A duty is kept where it was imposed: no clock runs for it here.
      expect(life.at.deadlines.map(({ rule }) => rule)).toEqual(
        opened(source, {}).life.at.deadlines.map(({ rule }) => rule),
      );
    },
  );

  test.each<[string, ReferralSourceName, ReferralOrigin]>([
    ['under which the person comes by themselves', 'self', { courtOrder }],
    ['made after the referral', 'court', { courtOrder: { ...courtOrder, madeOn: '2026-03-03' } }],
  ])('an order %s is refused', (_name, source, origin) => {
    expect(opened(source, origin).code).toBe('condition-not-met');
  });
});

describe('M42 M207 the area where the person lives', () => {
  test('is of the referral from its opening on; who moves, or is put right, is of the new one', () => {
    const { life } = opened('self', {}, { area: 'newport' });
    expect(summarise(life.at).area).toBe('newport');
    life.do('record-move', { route: life.at.route, area: 'torfaen' });
    expect(summarise(life.at).area).toBe('torfaen');
    life.do('amend-details', {
      ...{ amendmentId: 'a-1', fields: ['postcode'], reason: 'entered-wrongly' },
      ...{ route: life.at.route, area: null },
    });
    expect(summarise(life.at).area).toBeNull();
    life.do('amend-details', { amendmentId: 'a-2', fields: ['surname'], reason: 'entered-wrongly' });
    expect(summarise(life.at).area).toBeNull();
  });

  test('of another person is that person’s', () => {
    const { life } = opened('self', {}, { area: 'newport' });
    life.do(
      'reassign-person',
      {
        ...{ personId: 'person-2', reason: 'false-identity', language: null, safeToText: null },
        ...{ knownChannels: [], area: 'caerphilly' },
      },
      { role: 'Manager' },
    );
    expect(summarise(life.at).area).toBe('caerphilly');
  });

  test('that was never known is in no summary, as in those that were written before', () => {
    expect(summarise(opened('self', {}).life.at)).not.toHaveProperty('area');
  });
});
