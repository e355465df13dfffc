import { describe, expect, test } from '@jest/globals';
import type { ProviderRoute } from '../../../workflows/domain/diversion/acceptance.ts';
import { amendableDetails, amendmentReasons } from '../../../workflows/domain/diversion/amendment.ts';
import type { AmendDetailsData } from '../../../workflows/domain/diversion/amendment.ts';
import { local, receipt, ReferralLife } from './referral-life.ts';

const ddas: ProviderRoute = { providerId: 'ddas', programme: 'acr-diversion', routeId: 'route-1' };
const kaleidoscope: ProviderRoute = {
  providerId: 'kaleidoscope',
  programme: 'acr-diversion',
  routeId: 'route-2',
};
const online: ProviderRoute = { providerId: 'bfo', programme: 'acr-diversion', routeId: 'route-3' };
const manager = { role: 'Manager' } as const;
const police = { role: 'PoliceOfficer' } as const;

const postcode = (route: ProviderRoute | null, reason: AmendDetailsData['reason'] = 'entered-wrongly') => ({
  amendmentId: 'change-1',
  fields: ['address', 'postcode'] as const,
  reason,
  route,
});

describe('M250 details put right', () => {
  test.each(amendmentReasons)(
    'as %s: the ledger says which, when, by whom and why, and nothing moves',
    (reason) => {
      const life = ReferralLife.received().until(local('2026-03-03 09:00'));
      const { deadlines, attention, stage } = life.at;
      const data = { amendmentId: 'change-1', fields: amendableDetails, reason };
      life.do('amend-details', data, { ...police, occurredAt: local('2026-03-02 16:00') });
      expect(life.ledger.at(-1)).toMatchObject({
        type: 'details-amended',
        occurredAt: local('2026-03-02 16:00'),
        data,
        actor: { role: 'PoliceOfficer' },
      });
      expect(Object.keys(life.ledger.at(-1)?.data ?? {})).toEqual(['amendmentId', 'fields', 'reason']);
      expect(life.at).toMatchObject({ deadlines, attention, stage });
    },
  );

  test('a changed postcode runs the route again at once while nobody has accepted', () => {
    const life = ReferralLife.received().until(local('2026-03-03 09:00'));
    life.do('amend-details', postcode(kaleidoscope), police);
    expect(life.types).toEqual(['referral-received', 'details-amended', 'referral-routed']);
    expect(life.ledger.at(-1)?.data).toEqual({
      route: kaleidoscope,
      reason: 'wrong-area',
      from: ddas,
      cancelled: [],
    });
    expect(life.at).toMatchObject({ route: kaleidoscope, receivedAt: receipt, attention: [] });
    expect(life.clock('acceptance')?.start).toBe(local('2026-03-03 09:00'));
    expect(life.clock('first-contact')?.start).toBe(local('2026-03-03 09:00'));
    expect(life.clock('closure')?.start).toBe(receipt);
  });

  test('a postcode that has changed since is a move, one for who had no route finds it', () => {
    const moved = ReferralLife.received().do('amend-details', postcode(kaleidoscope, 'changed'), police);
    expect(moved.ledger.at(-1)?.data).toMatchObject({ reason: 'moved' });
    const found = ReferralLife.received({ route: null });
    found.do('amend-details', postcode(ddas, 'completed'), police);
    expect(found.ledger.at(-1)?.data).toMatchObject({ reason: 'no-route', from: null });
    expect(found.at).toMatchObject({ route: ddas, attention: [], stage: 'awaiting-contact' });
    expect(found.clock('routing')).toBeUndefined();
  });

  test.each([
    ['accepted', (life: ReferralLife) => life.do('accept-referral', {})],
    ['engaged', (life: ReferralLife) => life.do('record-engagement', { evidence: 'other' }, manager)],
    [
      'offered to another',
      (life: ReferralLife) => life.do('transfer-pathway', { to: online, reason: 'other' }, manager),
    ],
  ])('where it is %s, a transfer is asked for instead', (_name, act) => {
    const life = ReferralLife.received();
    act(life);
    const { route, deadlines } = life.at;
    life.do('amend-details', postcode(kaleidoscope), police);
    expect(life.types.at(-1)).toBe('details-amended');
    expect(life.at).toMatchObject({ route, deadlines });
    expect(life.at.attention).toEqual([
      { code: 'routed-elsewhere', since: receipt, owner: 'ProviderManager' },
    ]);
    // Put right once more, nobody has to do anything.
    expect(life.do('amend-details', postcode(ddas), police).codes).toEqual([]);
  });

  test('the same route again changes nothing', () => {
    const life = ReferralLife.received().do('amend-details', postcode(ddas), police);
    expect(life.types).toEqual(['referral-received', 'details-amended']);
    expect(life.clock('acceptance')?.start).toBe(receipt);
  });

  test('a postcode that nobody serves: the manager is asked, unless somebody has taken the person', () => {
    const life = ReferralLife.received().do('amend-details', postcode(null), police);
    expect(life.at.attention).toEqual([{ code: 'no-route', since: receipt, owner: 'Manager' }]);
    expect(life.at.route).toEqual(ddas);
    const taken = ReferralLife.received().do('accept-referral', {});
    expect(taken.do('amend-details', postcode(null), police).codes).toEqual([]);
  });

  test('given back as out of area: the right postcode finds another, never the same one again', () => {
    const declined = () => ReferralLife.received().do('decline-referral', { reason: 'out-of-area' });
    const life = declined().do('amend-details', postcode(kaleidoscope), police);
    expect(life.at).toMatchObject({ route: kaleidoscope, attention: [] });
    const same = declined().do('amend-details', postcode(ddas), police);
    expect(same.at.route).toBeNull();
    expect(same.codes).toEqual(['declined', 'routed-elsewhere']);
  });

  test('known from before the present provider had it, the new route counts from when they did', () => {
    const life = ReferralLife.received({ route: null }).until(local('2026-03-04 09:00'));
    life.do('reroute', { route: ddas, reason: 'no-route' }, manager);
    life.do('amend-details', postcode(kaleidoscope), { ...police, occurredAt: local('2026-03-03 09:00') });
    expect(life.at.acceptance.routedAt).toBe(local('2026-03-04 09:00'));
  });

  test('after the closure it is noted only, and for good it is too late', () => {
    const life = ReferralLife.received().do('close-pathway', { reason: 'moved' });
    life.do('amend-details', postcode(kaleidoscope), police);
    expect(life.at).toMatchObject({ stage: 'closed', route: ddas, attention: [] });
    life.until(local('2026-12-01 00:00'));
    expect(life.refused('amend-details', postcode(kaleidoscope), police).code).toBe('wrong-stage');
  });

  test.each([
    ['no detail', { fields: [] }, {}, 'condition-not-met'],
    ['one detail twice', { fields: ['surname', 'surname'] as const }, {}, 'condition-not-met'],
    ['a route without a postcode', { fields: ['surname'] as const, route: ddas }, {}, 'condition-not-met'],
    ['another provider', {}, { organisationId: 'bfo' }, 'condition-not-met'],
    ['an arrest unit', {}, { role: 'LpuOfficer' }, 'wrong-role'],
  ] as const)('%s is refused', (_name, changed, given, code) => {
    const data = { amendmentId: 'a', fields: ['mobile'] as const, reason: 'changed' as const, ...changed };
    expect(ReferralLife.received().refused('amend-details', data, given).code).toBe(code);
  });
});

describe('M40 a birth date put right by which the person was under 18', () => {
  const born = (underAge: boolean) =>
    ({ amendmentId: 'a', fields: ['birthDate'], reason: 'identity-checked', underAge }) as const;

  test('is taken, since it may be the truth, and asks a manager; of the date nothing is kept but that', () => {
    const life = ReferralLife.received().do('amend-details', born(true));
    expect(life.ledger.at(-1)?.data).toEqual({
      ...{ amendmentId: 'a', fields: ['birthDate'], reason: 'identity-checked', underAge: true },
    });
    expect(life.at.attention).toEqual([{ code: 'found-under-18', since: life.now, owner: 'Manager' }]);
    life.do('amend-details', born(true));
    expect(life.codes).toEqual(['found-under-18']);
  });

  test('put right again it asks nobody, and neither does what is void', () => {
    const life = ReferralLife.received().do('amend-details', born(true));
    const voided = life.fork().do('void-pathway', { reason: 'under-18' }, manager);
    expect(voided.codes).toEqual([]);
    life.do('amend-details', born(false));
    expect(life.codes).toEqual([]);
    expect(life.ledger.at(-1)?.data).not.toHaveProperty('underAge');
  });

  test('a closure does not answer it, and after one it is asked too', () => {
    const before = ReferralLife.received().do('amend-details', born(true));
    before.do('close-pathway', { reason: 'moved' });
    const after = ReferralLife.received().do('close-pathway', { reason: 'moved' });
    after.do('amend-details', born(true));
    for (const life of [before, after]) {
      expect(life.codes).toEqual(['found-under-18']);
      expect(life.until(local('2026-12-01 00:00')).at).toMatchObject({ finished: true });
      expect(life.codes).toEqual(['found-under-18']);
    }
  });

  test('with another postcode both are asked', () => {
    const life = ReferralLife.received().do('accept-referral', {});
    const { route, fields } = postcode(kaleidoscope);
    life.do('amend-details', { ...born(true), route, fields: ['birthDate', ...fields] });
    expect(life.codes).toEqual(expect.arrayContaining(['found-under-18', 'routed-elsewhere']));
  });
});

describe('a note', () => {
  test.each([
    ['open', () => ReferralLife.received()],
    ['closed', () => ReferralLife.received().do('close-pathway', { reason: 'moved' })],
    ['closed for good', () => ReferralLife.received().do('close-pathway', { reason: 'duplicate' })],
  ])('of a referral that is %s is kept by its id, and moves nothing', (_name, make) => {
    const life = make();
    const { deadlines, attention, stage } = life.at;
    life.do('add-note', { noteId: 'note-1' });
    expect(life.ledger.at(-1)).toMatchObject({ type: 'note-added', data: { noteId: 'note-1' } });
    expect(life.at).toMatchObject({ deadlines, attention, stage });
  });

  test('is of the team: not of the police, nor of another provider', () => {
    const data = { noteId: 'note-1' };
    expect(ReferralLife.received().refused('add-note', data, police).code).toBe('wrong-role');
    const other = { organisationId: 'bfo' };
    expect(ReferralLife.received().refused('add-note', data, other).code).toBe('condition-not-met');
  });
});

describe('Integrated Offender Management', () => {
  test.each([
    ['the provider', {}],
    ['a manager', manager],
    ['the police', police],
    ['the regional officer', { role: 'DipOfficer' }],
  ] as const)('%s says from when on the person is designated, and from when no more', (_name, given) => {
    const life = ReferralLife.received().until(local('2026-03-05 09:00')).do('accept-referral', {});
    const { deadlines } = life.at;
    life.do('set-iom-flag', { designated: true }, { ...given, occurredAt: local('2026-03-03 09:00') });
    expect(life.at.iomSince).toBe(local('2026-03-03 09:00'));
    const early = { ...given, occurredAt: local('2026-03-02 12:00') };
    expect(life.refused('set-iom-flag', { designated: false }, early).code).toBe('before-the-start');
    expect(life.refused('set-iom-flag', { designated: true }, given).code).toBe('already-done');
    life.do('set-iom-flag', { designated: false }, given);
    expect(life.at).toMatchObject({ iomSince: null, deadlines, stage: 'awaiting-contact' });
    expect(life.refused('set-iom-flag', { designated: false }, given).code).toBe('already-done');
  });

  test('is no matter of another provider', () => {
    const other = { organisationId: 'bfo' };
    expect(ReferralLife.received().refused('set-iom-flag', { designated: true }, other).code).toBe(
      'condition-not-met',
    );
  });
});
