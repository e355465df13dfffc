import { describe, expect, test } from '@jest/globals';
import type { ProviderRoute } from '../../../workflows/domain/diversion/acceptance.ts';
import { declineReasons } from '../../../workflows/domain/diversion/acceptance.ts';
import type { ReferralData } from '../../../workflows/domain/diversion/commands.ts';
import { local, policy, receipt, referral, ReferralLife } from './referral-life.ts';
import type { Given } from './referral-life.ts';

const ddas: ProviderRoute = { providerId: 'ddas', programme: 'acr-diversion', routeId: 'route-1' };
const kaleidoscope: ProviderRoute = {
  providerId: 'kaleidoscope',
  programme: 'acr-diversion',
  routeId: 'route-2',
};
const outsider = { organisationId: 'kaleidoscope' } as const;
const manager = { role: 'Manager' } as const;
const answerDue = local('2026-03-05 00:00');

describe('M03 received by the provider and accepted are two dates', () => {
  test('accepting stops the clock of the word, and nothing else', () => {
    const life = ReferralLife.received().until(local('2026-03-03 09:00'));
    const before = life.at.deadlines.filter(({ rule }) => rule !== 'acceptance');
    life.do('accept-referral', {});
    expect(life.ledger.at(-1)).toMatchObject({
      type: 'referral-accepted',
      occurredAt: local('2026-03-03 09:00'),
      cleared: [{ id: 'acceptance:-:0', why: 'met' }],
    });
    expect(life.at.acceptance).toMatchObject({ routedAt: receipt, acceptedAt: local('2026-03-03 09:00') });
    expect(life.at).toMatchObject({ stage: 'awaiting-contact', receivedAt: receipt, deadlines: before });
  });

  test('no word in time: team lead and manager are told, the referral goes on, a late word settles both', () => {
    const life = ReferralLife.received().until(answerDue);
    expect(life.at.attention).toEqual([
      { code: 'not-accepted', since: answerDue, owner: 'ProviderManager' },
      { code: 'not-accepted-manager', since: answerDue, owner: 'Manager' },
      { code: 'no-first-contact', since: answerDue, owner: 'ProviderManager' },
    ]);
    expect(life.do('accept-referral', {}).codes).toEqual(['no-first-contact']);
    expect(life.at.acceptance.acceptedAt).toBe(answerDue);
  });

  test('M193 the time for the word is policy; one that says nothing of it gives as long as to the first try', () => {
    const { acceptance: _none, ...older } = policy;
    expect(ReferralLife.received({ policy: older }).clock('acceptance')?.due).toBe(answerDue);
    const week = ReferralLife.received({ policy: { ...policy, acceptance: { unit: 'days', count: 7 } } });
    expect(week.clock('acceptance')?.due).toBe(local('2026-03-09 10:00'));
  });

  test('told of late, it keeps its own time; one before the referral came is refused', () => {
    const life = ReferralLife.received().until(local('2026-03-06 09:00'));
    life.do('accept-referral', {}, { occurredAt: local('2026-03-04 16:00') });
    expect(life.at.acceptance.acceptedAt).toBe(local('2026-03-04 16:00'));
    expect(life.codes).toEqual(['no-first-contact']);
    const routed = ReferralLife.received({ route: null }).until(local('2026-03-04 09:00'));
    routed.do('reroute', { route: ddas, reason: 'no-route' }, manager);
    const early = { occurredAt: local('2026-03-03 09:00') };
    expect(routed.refused('accept-referral', {}, early)).toMatchObject({
      code: 'before-the-start',
      details: { recordedAt: local('2026-03-04 09:00') },
    });
  });

  test.each([
    ['a second time', () => ReferralLife.received(), {}, 'already-done'],
    ['by another provider', () => ReferralLife.received(), outsider, 'condition-not-met'],
    ['without a provider', () => ReferralLife.received({ route: null }), {}, 'condition-not-met'],
    ['by a manager of the force', () => ReferralLife.received(), manager, 'wrong-role'],
  ] as const)('%s it is refused', (name, make, given, code) => {
    const life = make();
    if (name === 'a second time') life.do('accept-referral', {});
    expect(life.refused('accept-referral', {}, given).code).toBe(code);
  });
});

describe('what the provider does for the person is its acceptance too', () => {
  test.each([
    ['a try', (life: ReferralLife) => life.attempt()],
    ['a wrong number', (life: ReferralLife) => life.attempt('wrong-number')],
    ['a booking', (life: ReferralLife) => life.book('a1', '2026-03-05 14:00')],
    ['an engagement', (life: ReferralLife) => life.do('record-engagement', { evidence: 'logged-in' })],
  ])('%s: recorded with the same command, as a fact with a date', (_name, act) => {
    const life = ReferralLife.received().until(local('2026-03-03 09:00'));
    act(life);
    const [accepted] = life.of('referral-accepted');
    expect(accepted).toMatchObject({
      occurredAt: local('2026-03-03 09:00'),
      commandId: life.ledger[1]?.commandId,
      cleared: [{ id: 'acceptance:-:0', why: 'met' }],
    });
    life.until(answerDue);
    expect(life.codes).not.toContain('not-accepted');
    expect(life.attempt().of('referral-accepted')).toHaveLength(1);
  });

  test('it settles that nobody had given their word', () => {
    const life = ReferralLife.received().until(answerDue).attempt('reached');
    expect(life.codes).toEqual([]);
  });

  test('entered late it dates from the act itself, never from before the referral came', () => {
    const life = ReferralLife.received({ route: null }).until(local('2026-03-04 09:00'));
    life.do('reroute', { route: ddas, reason: 'no-route' }, manager).until(local('2026-03-06 09:00'));
    life.attempt('no-answer', { occurredAt: local('2026-03-03 09:00') });
    expect(life.at.acceptance.acceptedAt).toBe(local('2026-03-04 09:00'));
  });

  test.each([
    [
      'what the system sent',
      (life: ReferralLife) => life.attempt('left-message', { by: 'system', channel: 'text' }),
    ],
    ['what a manager did', (life: ReferralLife) => life.attempt('no-answer', manager)],
    [
      'what another provider tried',
      (life: ReferralLife) => {
        life.refused(
          'record-contact-attempt',
          { channel: 'phone', result: 'reached', by: 'person' },
          outsider,
        );
      },
    ],
    ['a note', (life: ReferralLife) => life.do('add-note', { noteId: 'n1' })],
    ['a caseworker named', (life: ReferralLife) => life.do('assign-caseworker', { workerId: 'w1' })],
    ['a closure', (life: ReferralLife) => life.do('close-pathway', { reason: 'declined' })],
    [
      'a refused command',
      (life: ReferralLife) => void life.refused('close-pathway', { reason: 'no-contact' }),
    ],
  ])('%s is none', (_name, act) => {
    const life = ReferralLife.received();
    act(life);
    expect(life.of('referral-accepted')).toEqual([]);
    expect(life.at.acceptance.acceptedAt).toBeNull();
  });

  test('coming back to a referral that nobody had taken is taking it', () => {
    const life = ReferralLife.received().until(local('2026-06-10 09:00'));
    life.do('record-engagement', { evidence: 'attended' });
    expect(life.types.slice(-3)).toEqual(['pathway-reopened', 'engagement-recorded', 'referral-accepted']);
    expect(life.clock('acceptance')).toBeUndefined();
  });
});

describe('who has the person before the referral is here has taken them', () => {
  const opening = (given: Given, changed: Partial<ReferralData> = {}) =>
    new ReferralLife().do('receive-referral', referral(changed), given);
  const selfReferral = {
    source: { source: 'self', via: 'form' },
    disposal: null,
    offenceCode: null,
    offenceDate: null,
  } as const;
  const imported = { source: { source: 'police', via: 'caseload-import' } } as const;
  const ofDdas = { role: 'ProviderWorker', organisationId: 'ddas' } as const;

  test.each([
    ['a provider that brings the person itself', ofDdas, selfReferral],
    ['a provider whose open cases are taken over', { role: 'Manager' }, imported],
  ] as const)('%s', (_name, given, changed) => {
    const life = opening(given, changed);
    expect(life.types).toEqual(['referral-received', 'referral-accepted']);
    expect(life.at.acceptance).toMatchObject({ routedAt: receipt, acceptedAt: receipt });
    expect(life.clock('acceptance')).toBeUndefined();
    expect(life.clock('first-contact')).toBeDefined();
  });

  test.each([
    ['a referral to another provider', { ...ofDdas, organisationId: 'bfo' }, selfReferral],
    ['one of the police', { role: 'PoliceOfficer', organisationId: 'ddas' }, {}],
    ['one without a provider', ofDdas, { ...imported, route: null }],
  ] as const)('%s is still to be answered', (_name, given, changed) => {
    const life = opening(given, changed);
    expect(life.types).toEqual(['referral-received']);
    expect(life.at.acceptance.acceptedAt).toBeNull();
  });
});

test('a try undone takes back the acceptance that it was, with the clock of the word', () => {
  const life = ReferralLife.received().until(local('2026-03-03 09:00'));
  life.attempt('no-answer', { commandId: 'try-1' });
  expect(life.at.acceptance.acceptedAt).toBe(local('2026-03-03 09:00'));
  life.do('undo-contact-attempt', { attemptId: 'try-1' });
  expect(life.at.acceptance).toMatchObject({ routedAt: receipt, acceptedAt: null });
  expect(life.clock('acceptance')).toMatchObject({ start: receipt, due: answerDue });
  expect(life.clock('first-contact')).toMatchObject({ start: receipt, due: answerDue });
  // One that came when the referral was already accepted takes nothing of that back.
  life.do('accept-referral', {}).attempt('no-answer', { commandId: 'try-2' });
  life.do('undo-contact-attempt', { attemptId: 'try-2' });
  expect(life.at.acceptance.acceptedAt).toBe(local('2026-03-03 09:00'));
});

describe('M234 the provider gives the referral back', () => {
  const booked = () => ReferralLife.received().attempt('reached').book('a1', '2026-03-12 14:00');

  test.each(declineReasons)('edge case 37: as %s, with its first date', (reason) => {
    const life = ReferralLife.received().until(local('2026-03-03 09:00'));
    const closing = [life.clock('closure'), life.clock('closure-warning')];
    life.do('decline-referral', { reason });
    expect(life.ledger.at(-1)).toMatchObject({
      type: 'referral-declined',
      data: { reason, route: ddas, cancelled: [] },
    });
    expect(life.at).toMatchObject({
      stage: 'awaiting-route',
      receivedAt: receipt,
      route: null,
      declined: { reason, at: local('2026-03-03 09:00') },
      acceptance: { routedAt: null, acceptedAt: null, workerId: null },
    });
    expect(life.at.attention).toEqual([
      { code: 'declined', since: local('2026-03-03 09:00'), owner: 'Manager' },
    ]);
    expect([life.clock('closure'), life.clock('closure-warning')]).toEqual(closing);
    expect(life.at.deadlines.map(({ rule }) => rule)).toEqual(['closure-warning', 'closure', 'routing']);
    expect(life.clock('routing')).toMatchObject({
      start: local('2026-03-03 09:00'),
      due: local('2026-03-05 00:00'),
    });
  });

  test('nobody finds another provider in time: the manager is told again, and the referral still closes in time', () => {
    const life = ReferralLife.received().do('decline-referral', { reason: 'inappropriate' });
    life.until(local('2026-03-04 00:00'));
    expect(life.at.attention.at(-1)).toEqual({
      code: 'not-routed',
      since: local('2026-03-04 00:00'),
      owner: 'Manager',
    });
    life.until(local('2026-06-03 00:00'));
    expect(life.at.closure).toMatchObject({ reason: 'not-engaged-in-time', at: local('2026-06-03 00:00') });
  });

  test('what they had booked is cancelled by name, and somebody is asked to tell the person', () => {
    const life = booked().do('assign-caseworker', { workerId: 'w1' });
    life.do('decline-referral', { reason: 'no-capacity' });
    expect(life.of('referral-declined')[0]?.data).toMatchObject({ cancelled: ['a1'] });
    expect(life.at).toMatchObject({ stage: 'contacted', appointments: [{ status: 'cancelled' }] });
    expect(life.at.attention).toEqual([
      { code: 'declined', since: receipt, owner: 'Manager' },
      { code: 'appointment-to-rebook', since: receipt, owner: 'Manager' },
    ]);
    expect(life.at.deadlines.map(({ rule }) => rule)).toEqual(['closure-warning', 'closure', 'routing']);
    expect(life.until(local('2026-03-12 12:00')).intents).toEqual([]);
  });

  test('the waits of the contact effort end, and what is known of the person is handed to the manager', () => {
    const life = ReferralLife.received().attempt('wrong-number').attempt('no-answer', { channel: 'email' });
    expect(life.clock('contact-effort')).toBeDefined();
    const failed = { intentId: 'i1', outcome: 'failed', purpose: 'appointment-reminder' };
    life.engine('report-delivery', failed);
    expect(life.at.attention.map(({ owner }) => owner)).toEqual(['ProviderWorker', 'ProviderWorker']);
    life.do('decline-referral', { reason: 'known-conflict' });
    expect(life.clock('contact-effort')).toBeUndefined();
    expect(life.at.attention).toEqual([
      { code: 'declined', since: receipt, owner: 'Manager' },
      { code: 'wrong-number', since: receipt, owner: 'Manager' },
      { code: 'message-not-sent', since: receipt, owner: 'Manager', ref: 'i1' },
    ]);
    // And to the next provider with the route.
    life.do('reroute', { route: kaleidoscope, reason: 'declined' }, manager);
    expect(life.at.attention).toEqual([
      { code: 'wrong-number', since: receipt, owner: 'ProviderWorker' },
      { code: 'message-not-sent', since: receipt, owner: 'ProviderWorker', ref: 'i1' },
    ]);
  });

  test('that the closure is near is asked of one manager while there is no provider, and then of both again', () => {
    const life = ReferralLife.received().until(local('2026-05-12 10:00'));
    expect(life.codes).toContain('closure-near-lead');
    life.do('decline-referral', { reason: 'no-capacity' });
    expect(life.at.attention).toEqual([
      { code: 'declined', since: local('2026-05-12 10:00'), owner: 'Manager' },
      { code: 'closure-near', since: local('2026-05-11 10:00'), owner: 'Manager' },
    ]);
    life.do('reroute', { route: kaleidoscope, reason: 'declined' }, manager);
    expect(life.at.attention).toEqual([
      { code: 'closure-near', since: local('2026-05-11 10:00'), owner: 'ProviderWorker' },
      { code: 'closure-near-lead', since: local('2026-05-11 10:00'), owner: 'ProviderManager' },
    ]);
  });

  test.each([
    ['without a provider', () => ReferralLife.received({ route: null }), {}, 'wrong-stage'],
    ['by another provider', booked, outsider, 'condition-not-met'],
    ['by a manager, who routes', booked, manager, 'wrong-role'],
    [
      'engaged: the person stays or is transferred',
      () => ReferralLife.received().do('record-engagement', { evidence: 'logged-in' }),
      {},
      'wrong-stage',
    ],
    [
      'while an appointment has begun and nothing is recorded of it',
      () => booked().until(local('2026-03-12 14:30')),
      {},
      'condition-not-met',
    ],
    [
      'while the person is offered to another',
      () => booked().do('transfer-pathway', { to: kaleidoscope, reason: 'moved' }),
      {},
      'condition-not-met',
    ],
    [
      'dated before it was accepted',
      () => ReferralLife.received().until(local('2026-03-04 09:00')).do('accept-referral', {}),
      { occurredAt: local('2026-03-03 09:00') },
      'before-the-start',
    ],
  ] as const)('%s it is refused', (_name, make, given, code) => {
    expect(make().refused('decline-referral', { reason: 'out-of-area' }, given).code).toBe(code);
  });

  test('twice is already done, for another reason it contradicts', () => {
    const life = booked().do('decline-referral', { reason: 'under-18' });
    const again = { organisationId: 'ddas' };
    expect(life.refused('decline-referral', { reason: 'under-18' }, again).code).toBe('already-done');
    expect(life.refused('decline-referral', { reason: 'duplicate' }, again).code).toBe('conflict');
    expect(life.refused('decline-referral', { reason: 'under-18' }, outsider).code).toBe('condition-not-met');
  });
});

describe('who carries the case', () => {
  test('edge case 48: a closed account gives the case back to the team, where it is seen; the name stays', () => {
    const life = ReferralLife.received().do('assign-caseworker', { workerId: 'w1' });
    expect(life.at.acceptance).toMatchObject({ workerId: 'w1', assignedAt: receipt });
    expect(life.codes).toEqual([]);
    life.until(local('2026-03-03 09:00')).do('assign-caseworker', { workerId: null }, manager);
    expect(life.at.attention).toEqual([
      { code: 'unassigned', since: local('2026-03-03 09:00'), owner: 'ProviderManager' },
    ]);
    expect(life.of('caseworker-assigned').map(({ data }) => data)).toEqual([
      { workerId: 'w1' },
      { workerId: null },
    ]);
    expect(life.do('assign-caseworker', { workerId: 'w2' }).codes).toEqual([]);
  });

  test('no clock moves, at any change', () => {
    const life = ReferralLife.received();
    const { deadlines } = life.at;
    life.do('assign-caseworker', { workerId: 'w1' }).do('assign-caseworker', { workerId: 'w2' });
    expect(life.at.deadlines).toEqual(deadlines);
  });

  test('after the closure it is noted and nobody is asked', () => {
    const life = ReferralLife.received().do('assign-caseworker', { workerId: 'w1' });
    life.do('close-pathway', { reason: 'declined' }).do('assign-caseworker', { workerId: null });
    expect(life.at).toMatchObject({ stage: 'closed', attention: [], acceptance: { workerId: null } });
  });

  test.each([
    ['the same caseworker', 'w1', {}, 'already-done'],
    ['dated before the present one', 'w2', { occurredAt: local('2026-03-02 12:00') }, 'before-the-start'],
    ['by another provider', 'w2', outsider, 'condition-not-met'],
    ['by the police', 'w2', { role: 'PoliceOfficer' }, 'wrong-role'],
  ] as const)('%s is refused', (_name, workerId, given, code) => {
    const life = ReferralLife.received().until(local('2026-03-03 09:00'));
    life.do('assign-caseworker', { workerId: 'w1' });
    expect(life.refused('assign-caseworker', { workerId }, given).code).toBe(code);
  });

  test('nobody for nobody is already done; without a provider there is nobody to name', () => {
    const data = { workerId: null };
    expect(ReferralLife.received().refused('assign-caseworker', data).code).toBe('already-done');
    const unrouted = ReferralLife.received({ route: null });
    expect(unrouted.refused('assign-caseworker', { workerId: 'w1' }, manager).code).toBe('condition-not-met');
  });
});
