import { describe, expect, test } from '@jest/globals';
import type { ProviderRoute } from '../../../workflows/domain/diversion/acceptance.ts';
import { rerouteReasons } from '../../../workflows/domain/diversion/acceptance.ts';
import { routeFor } from '../../../workflows/domain/diversion/routing.ts';
import type { RouteRow } from '../../../workflows/domain/diversion/routing.ts';
import { local, policy, receipt, ReferralLife } from './referral-life.ts';

const ddas: ProviderRoute = { providerId: 'ddas', programme: 'acr-diversion', routeId: 'route-1' };
const kaleidoscope: ProviderRoute = {
  providerId: 'kaleidoscope',
  programme: 'acr-diversion',
  routeId: 'route-2',
};
const online: ProviderRoute = { providerId: 'bfo', programme: 'acr-diversion', routeId: 'route-3' };
const manager = { role: 'Manager' } as const;

const unrouted = () => ReferralLife.received({ route: null });
const toPowys = { route: kaleidoscope, reason: 'wrong-area' } as const;

describe('edge case 35: a postcode not yet in the table', () => {
  test('the manager is asked at once, and again when the time for a route is over', () => {
    const life = unrouted();
    expect(life.clock('routing')).toMatchObject({ start: receipt, due: local('2026-03-04 00:00') });
    life.until(local('2026-03-04 00:00'));
    expect(life.at.attention).toEqual([
      { code: 'no-route', since: receipt, owner: 'Manager' },
      { code: 'not-routed', since: local('2026-03-04 00:00'), owner: 'Manager' },
    ]);
  });

  test('a policy that says nothing of it gives one working day', () => {
    const { routing: _none, ...older } = policy;
    const life = ReferralLife.received({ route: null, policy: older });
    expect(life.clock('routing')?.due).toBe(local('2026-03-04 00:00'));
  });

  test('M05 a provider found: the clocks of provider and first try start, those of receipt go on', () => {
    const life = unrouted().until(local('2026-03-05 09:00'));
    const closing = [life.clock('closure-warning'), life.clock('closure')];
    life.do('reroute', { route: online, reason: 'no-route' }, manager);
    expect(life.ledger.at(-1)?.data).toEqual({
      route: online,
      reason: 'no-route',
      from: null,
      cancelled: [],
    });
    expect(life.at).toMatchObject({
      stage: 'awaiting-contact',
      receivedAt: receipt,
      route: online,
      attention: [],
      acceptance: { routedAt: local('2026-03-05 09:00'), acceptedAt: null },
    });
    expect([life.clock('closure-warning'), life.clock('closure')]).toEqual(closing);
    const waits = { start: local('2026-03-05 09:00'), due: local('2026-03-10 00:00') };
    expect(life.clock('acceptance')).toMatchObject(waits);
    expect(life.clock('first-contact')).toMatchObject(waits);
    expect(life.clock('routing')).toBeUndefined();
    life.until(local('2026-03-10 00:00'));
    expect(life.codes).toEqual(['not-accepted', 'not-accepted-manager', 'no-first-contact']);
    expect(life.at.attention.at(-1)?.owner).toBe('ProviderManager');
  });

  test('what a manager had booked meanwhile stands, and no first try is waited for', () => {
    const life = unrouted().do('book-appointment', booking('a1'), manager);
    life.do('reroute', { route: ddas, reason: 'no-route' }, manager);
    expect(life.at).toMatchObject({ stage: 'appointment-booked', appointments: [{ status: 'booked' }] });
    expect(life.clock('first-contact')).toBeUndefined();
    expect(life.clock('acceptance')).toBeDefined();
  });

  test('who engaged without a provider is routed too', () => {
    const life = unrouted().do('record-engagement', { evidence: 'other' }, manager);
    life.do('reroute', { route: ddas, reason: 'no-route' }, manager);
    expect(life.at).toMatchObject({ stage: 'engaged', route: ddas, attention: [] });
    expect(life.clock('first-contact')).toBeUndefined();
  });

  test.each([
    [
      'where the person died',
      (life: ReferralLife) => life.engine('carry-fact', { factId: 'f', fact: 'death' }),
    ],
    ['where it is closed', (life: ReferralLife) => life.do('close-pathway', { reason: 'moved' }, manager)],
    ['where it is void', (life: ReferralLife) => life.do('void-pathway', { reason: 'rescinded' }, manager)],
  ])('the clock ends %s', (_name, act) => {
    const life = unrouted();
    act(life);
    expect(life.clock('routing')).toBeUndefined();
  });
});

describe('M234 another provider after the first gave the referral back', () => {
  const declined = () => ReferralLife.received().do('decline-referral', { reason: 'out-of-area' });

  test('with its first date, and a new time for the word and the first try', () => {
    const life = declined().until(local('2026-03-04 09:00'));
    life.do('reroute', { route: kaleidoscope, reason: 'declined' }, manager);
    expect(life.at).toMatchObject({
      stage: 'awaiting-contact',
      receivedAt: receipt,
      route: kaleidoscope,
      declined: null,
      attention: [],
    });
    expect(life.clock('closure')).toMatchObject({ start: receipt, due: local('2026-06-03 00:00') });
    expect(life.clock('acceptance')?.start).toBe(local('2026-03-04 09:00'));
    expect(life.clock('first-contact')?.start).toBe(local('2026-03-04 09:00'));
  });

  test('reached by the former one: the new one is waited for to try, and then to book', () => {
    const life = ReferralLife.received().attempt('reached').do('decline-referral', { reason: 'no-capacity' });
    life.until(local('2026-03-04 09:00')).do('reroute', { route: kaleidoscope, reason: 'declined' }, manager);
    expect(life.at).toMatchObject({ stage: 'contacted', contact: { reachedAt: receipt } });
    expect(life.clock('booking')?.start).toBe(local('2026-03-04 09:00'));
    life.attempt('no-answer');
    expect(life.clock('first-contact')).toBeUndefined();
    expect(life.clock('booking')).toBeDefined();
  });

  test('the new one has a time for trying of its own, what was tried before still counts for a person who closes', () => {
    const life = ReferralLife.received();
    life.attempt().until(local('2026-03-17 00:00'));
    expect(life.at.contact.effortOver).toBe(true);
    life.do('decline-referral', { reason: 'inappropriate' });
    life.do('reroute', { route: kaleidoscope, reason: 'declined' }, manager);
    expect(life.codes).toEqual([]);
    life.attempt('no-answer', { channel: 'email' });
    expect(life.clock('contact-effort')?.start).toBe(local('2026-03-17 00:00'));
    life.until(local('2026-03-18 10:00')).attempt();
    life.do('close-pathway', { reason: 'no-contact' });
  });

  test('dated before it was given back it contradicts', () => {
    const life = ReferralLife.received().until(local('2026-03-04 09:00'));
    life.do('decline-referral', { reason: 'out-of-area' });
    const given = { ...manager, occurredAt: local('2026-03-03 09:00') };
    expect(life.refused('reroute', { route: kaleidoscope, reason: 'declined' }, given).code).toBe(
      'before-the-start',
    );
  });
});

describe('rerouting', () => {
  test.each(rerouteReasons)('before the provider has accepted, as %s', (reason) => {
    const life = ReferralLife.received().until(local('2026-03-03 09:00'));
    life.do('assign-caseworker', { workerId: 'w1' });
    life.do('reroute', { route: kaleidoscope, reason }, manager);
    expect(life.ledger.at(-1)).toMatchObject({
      data: { route: kaleidoscope, reason, from: ddas },
      cleared: [
        { id: 'first-contact:-:0', why: 'superseded' },
        { id: 'acceptance:-:0', why: 'superseded' },
      ],
    });
    // Whoever was to carry the case is of the former provider.
    expect(life.at.acceptance).toMatchObject({ workerId: null, assignedAt: null, acceptedAt: null });
  });

  test('what a manager had booked with the former one is cancelled by name, and asked for again', () => {
    const life = ReferralLife.received().do('book-appointment', booking('a1'), manager);
    life.do('reroute', toPowys, manager);
    expect(life.of('referral-routed')[0]?.data).toMatchObject({ cancelled: ['a1'] });
    expect(life.at.attention).toEqual([
      { code: 'appointment-to-rebook', since: receipt, owner: 'ProviderWorker' },
    ]);
    expect(life.at.deadlines.map(({ rule }) => rule).sort()).toEqual([
      'acceptance',
      'closure',
      'closure-warning',
      'first-contact',
    ]);
  });

  test('another programme of the same provider is another route, another row of the same is not', () => {
    const life = ReferralLife.received();
    const sameProgramme = { route: { ...ddas, routeId: 'route-9' }, reason: 'other' } as const;
    expect(life.refused('reroute', sameProgramme, manager).code).toBe('already-done');
    life.do('reroute', { route: { ...ddas, programme: 'evening' }, reason: 'other' }, manager);
    expect(life.at.route?.programme).toBe('evening');
  });

  test.each([
    ['accepted', () => ReferralLife.received().do('accept-referral', {}), manager, 'condition-not-met'],
    ['tried, which is accepted', () => ReferralLife.received().attempt(), manager, 'condition-not-met'],
    [
      'engaged',
      () => ReferralLife.received().do('record-engagement', { evidence: 'other' }, manager),
      manager,
      'condition-not-met',
    ],
    [
      'offered to another',
      () => ReferralLife.received().do('transfer-pathway', { to: online, reason: 'other' }, manager),
      manager,
      'condition-not-met',
    ],
    ['by the provider', () => ReferralLife.received(), {}, 'wrong-role'],
    [
      'closed',
      () => ReferralLife.received().do('close-pathway', { reason: 'moved' }),
      manager,
      'wrong-stage',
    ],
  ] as const)('%s it is refused', (_name, make, given, code) => {
    const refusal = make().refused('reroute', toPowys, given);
    expect(refusal.code).toBe(code);
    if (['accepted', 'engaged'].includes(_name)) {
      expect(refusal.details).toMatchObject({ useCommand: 'transfer-pathway' });
    }
  });

  test('twice is already done; dated before the present route it contradicts', () => {
    const life = ReferralLife.received().until(local('2026-03-03 09:00')).do('reroute', toPowys, manager);
    expect(life.refused('reroute', toPowys, manager).code).toBe('already-done');
    const early = { ...manager, occurredAt: local('2026-03-02 12:00') };
    expect(life.refused('reroute', { route: online, reason: 'other' }, early).code).toBe('before-the-start');
  });

  test('entered late, the waits count from when it was', () => {
    const life = ReferralLife.received().until(local('2026-03-04 16:00'));
    life.do('reroute', toPowys, { ...manager, occurredAt: local('2026-03-02 15:00') });
    expect(life.clock('acceptance')?.due).toBe(local('2026-03-05 00:00'));
  });
});

describe('edge case 34, M07: routed by the residence, with a person who may decide otherwise', () => {
  const row = (postcodeArea: string, providerId: string): RouteRow => ({
    routeId: `${postcodeArea}-${providerId}`,
    programme: 'acr-diversion',
    postcodeArea,
    providerId,
    validFrom: '2024-08-19T00:00:00.000Z',
    validUntil: null,
  });
  const table = [row('SA', 'ddas'), row('LD', 'kaleidoscope'), row('*', 'bfo')];

  test.each([
    ['in Dyfed', 'SA31 1AA', 'ddas'],
    ['in Powys', 'LD1 5LG', 'kaleidoscope'],
    ['outside the force', 'B15 2JJ', 'bfo'],
    ['of no fixed abode', null, undefined],
    ['whose home nobody knows', 'ZZ99 3VZ', undefined],
  ])('M05 a person %s goes to their provider, and a manager sends them elsewhere', (_name, postcode, to) => {
    const found = routeFor(table, postcode);
    const route: ProviderRoute | null = found && {
      providerId: found.providerId,
      programme: found.programme,
      routeId: found.routeId,
    };
    const life = ReferralLife.received({ route });
    expect(life.at.route?.providerId).toBe(to);
    const other = { ...online, providerId: 'elsewhere' };
    life.do('reroute', { route: other, reason: 'persons-choice' }, manager);
    expect(life.at.route?.providerId).toBe('elsewhere');
  });
});

describe('the person moves', () => {
  const moved = { route: kaleidoscope } as const;

  test('somebody is asked to offer a transfer; nothing moves by itself, no clock either', () => {
    const life = ReferralLife.received().do('accept-referral', {}).until(local('2026-03-03 09:00'));
    const { deadlines, route } = life.at;
    life.do('record-move', moved);
    expect(life.ledger.at(-1)).toMatchObject({ type: 'person-moved', data: { proposed: kaleidoscope } });
    expect(life.at).toMatchObject({ deadlines, route, stage: 'awaiting-contact' });
    expect(life.at.attention).toEqual([
      { code: 'routed-elsewhere', since: local('2026-03-03 09:00'), owner: 'ProviderManager' },
    ]);
  });

  test('within the area of the same provider nobody is asked, and moving back settles what was', () => {
    const life = ReferralLife.received().do('record-move', { route: ddas });
    expect(life.codes).toEqual([]);
    expect(life.do('record-move', moved).codes).toEqual(['routed-elsewhere']);
    expect(life.do('record-move', { route: { ...ddas, routeId: 'other-row' } }).codes).toEqual([]);
  });

  test('where nobody serves the new home, who has taken the person keeps them; else a manager is asked', () => {
    const nowhere = { route: null };
    const taken = ReferralLife.received().attempt('reached').do('record-move', nowhere);
    expect(taken.codes).toEqual([]);
    const open = ReferralLife.received().do('record-move', nowhere);
    expect(open.at.attention).toMatchObject([{ code: 'no-route', owner: 'Manager' }]);
    expect(open.do('accept-referral', {}).codes).toEqual([]);
  });

  test('without a provider the manager is asked', () => {
    const life = unrouted().do('record-move', moved, manager);
    expect(life.at.attention).toMatchObject([
      { code: 'no-route', owner: 'Manager' },
      { code: 'routed-elsewhere', owner: 'Manager' },
    ]);
    expect(life.do('reroute', { route: kaleidoscope, reason: 'moved' }, manager).codes).toEqual([]);
  });

  test.each([
    ['the same again', receipt, moved, {}, 'already-done'],
    ['one before the last', receipt, { route: online }, {}, 'before-the-start'],
    [
      'one of another provider',
      local('2026-03-03 09:00'),
      moved,
      { organisationId: 'bfo' },
      'condition-not-met',
    ],
    ['one by the police', local('2026-03-03 09:00'), moved, { role: 'PoliceOfficer' }, 'wrong-role'],
  ] as const)('%s is refused', (name, occurredAt, data, given, code) => {
    const life = ReferralLife.received().until(local('2026-03-03 09:00'));
    life.do('record-move', moved, name === 'the same again' ? { occurredAt } : {});
    expect(life.refused('record-move', data, { occurredAt, ...given }).code).toBe(code);
  });
});

function booking(appointmentId: string) {
  return {
    appointmentId,
    kind: 'first-meeting',
    startsAt: local('2026-03-12 14:00'),
    endsAt: local('2026-03-12 15:00'),
    placeCode: 'place-1',
  } as const;
}
