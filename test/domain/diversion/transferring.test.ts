import { describe, expect, test } from '@jest/globals';
import type { ProviderRoute } from '../../../workflows/domain/diversion/acceptance.ts';
import { transferReasons, transferRefusals } from '../../../workflows/domain/diversion/transfer.ts';
import { diversion } from '../../../workflows/domain/diversion/kind.ts';
import { local, policy, receipt, ReferralLife, slot } from './referral-life.ts';

const ddas: ProviderRoute = { providerId: 'ddas', programme: 'acr-diversion', routeId: 'route-1' };
const to: ProviderRoute = { providerId: 'kaleidoscope', programme: 'acr-diversion', routeId: 'route-2' };
const online: ProviderRoute = { providerId: 'bfo', programme: 'acr-diversion', routeId: 'route-3' };

const sender = { organisationId: 'ddas' } as const;
const receiver = { organisationId: 'kaleidoscope' } as const;
const stranger = { organisationId: 'bfo' } as const;
const manager = { role: 'Manager' } as const;
const offer = { to, reason: 'moved' } as const;
const answer = { transferId: 'offer-1' } as const;

const taken = () => ReferralLife.received().do('accept-referral', {}).until(local('2026-03-03 09:00'));
const offered = (life = taken()) => life.do('transfer-pathway', offer, { commandId: 'offer-1' });

describe('offering a transfer', () => {
  test.each(transferReasons)('as %s: nothing changes but that an answer is waited for', (reason) => {
    const life = taken();
    const before = life.at;
    life.do('transfer-pathway', { to, reason }, { commandId: 'offer-1' });
    expect(life.ledger.at(-1)).toMatchObject({
      type: 'transfer-offered',
      data: { transferId: 'offer-1', to, from: ddas, reason },
    });
    const { transfer, deadlines, undoable: _undoable, seq: _seq, ...rest } = life.at;
    expect(transfer).toEqual({ transferId: 'offer-1', to, reason, offeredAt: life.now });
    expect(before).toMatchObject(rest);
    expect(deadlines.slice(0, -1)).toEqual(before.deadlines);
    expect(deadlines.at(-1)).toMatchObject({
      rule: 'transfer-answer',
      ref: 'offer-1',
      start: local('2026-03-03 09:00'),
      due: local('2026-03-11 00:00'),
    });
  });

  test('no answer in time: the team lead who offered it and the manager are told, and the offer stands', () => {
    const life = offered().until(local('2026-03-11 00:00'));
    expect(life.at.attention.filter(({ code }) => code.startsWith('transfer'))).toEqual([
      { code: 'transfer-unanswered', since: life.now, owner: 'ProviderManager' },
      { code: 'transfer-unanswered-manager', since: life.now, owner: 'Manager' },
    ]);
    life.do('accept-transfer', answer, receiver);
    expect(life.codes.filter((code) => code.startsWith('transfer'))).toEqual([]);
  });

  test('M193 the time for the answer is policy, five working days where it says nothing', () => {
    const { transferAnswer: _none, ...older } = policy;
    expect(offered(ReferralLife.received({ policy: older })).clock('transfer-answer')?.due).toBe(
      local('2026-03-10 00:00'),
    );
    const days = { ...policy, transferAnswer: { unit: 'days', count: 1 } } as const;
    expect(offered(ReferralLife.received({ policy: days })).clock('transfer-answer')?.due).toBe(
      local('2026-03-03 10:00'),
    );
  });

  test('it is what the change of address asked for', () => {
    const life = taken().do('record-move', { route: to });
    expect(offered(life).codes).toEqual([]);
  });

  test.each([
    ['the same again', offered, offer, {}, 'already-done'],
    ['a second one', offered, { to: online, reason: 'moved' }, {}, 'conflict'],
    ['the same for another reason', offered, { to, reason: 'safety' }, {}, 'conflict'],
    ['to who has the person', taken, { to: ddas, reason: 'other' }, {}, 'condition-not-met'],
    ['by the receiver', taken, offer, receiver, 'condition-not-met'],
    ['a second one by the receiver', offered, offer, receiver, 'condition-not-met'],
    ['by the police', taken, offer, { role: 'PoliceOfficer' }, 'wrong-role'],
    ['without a provider', () => ReferralLife.received({ route: null }), offer, manager, 'condition-not-met'],
    ['of a closed one', () => taken().do('close-pathway', { reason: 'moved' }), offer, {}, 'wrong-stage'],
  ] as const)('%s is refused', (_name, make, data, given, code) => {
    expect(make().refused('transfer-pathway', data, given).code).toBe(code);
  });

  test('dated before the provider got the person it contradicts', () => {
    const life = ReferralLife.received({ route: null }).until(local('2026-03-04 09:00'));
    life.do('reroute', { route: ddas, reason: 'no-route' }, manager);
    const early = { occurredAt: local('2026-03-03 09:00') };
    expect(life.refused('transfer-pathway', offer, early).code).toBe('before-the-start');
  });
});

describe('edge case 36: hand-over accepted by the receiver before the sender lets go', () => {
  const midway = () =>
    offered(
      taken()
        .do('assign-caseworker', { workerId: 'w1' })
        .attempt('reached')
        .do('record-engagement', { evidence: 'logged-in' })
        .book('a1', '2026-03-12 14:00'),
    );

  test('M25 one waiting time: receipt, first contact, engagement and every clock stay, in all its history', () => {
    const life = midway();
    const { receivedAt, contact, engagement } = life.at;
    const running = life.at.deadlines.filter(({ rule }) => rule.startsWith('closure'));
    const history = JSON.stringify(life.ledger);
    life.until(local('2026-03-05 09:00')).do('accept-transfer', answer, receiver);
    expect(life.ledger.at(-1)?.data).toEqual({
      transferId: 'offer-1',
      route: to,
      from: ddas,
      cancelled: ['a1'],
    });
    expect(life.at).toMatchObject({ stage: 'engaged', receivedAt, contact, engagement, route: to });
    expect(life.at.deadlines).toEqual(running);
    expect(JSON.stringify(life.ledger.slice(0, -1))).toBe(history);
    expect(diversion.summarise(life.at)).toMatchObject({
      providerId: 'kaleidoscope',
      workerId: null,
      offeredTo: null,
      acceptedAt: local('2026-03-05 09:00'),
    });
  });

  test('the caseworker is forgotten and what the sender had booked is cancelled: both are said', () => {
    const life = midway().do('accept-transfer', answer, receiver);
    expect(life.at).toMatchObject({
      acceptance: { workerId: null, assignedAt: null, acceptedAt: life.now, routedAt: life.now },
      appointments: [{ status: 'cancelled' }],
      transfer: null,
    });
    expect(life.at.attention).toEqual([
      { code: 'appointment-to-rebook', since: life.now, owner: 'ProviderWorker' },
      { code: 'unassigned', since: life.now, owner: 'ProviderManager' },
    ]);
    expect(life.until(local('2026-03-12 12:00')).intents).toEqual([]);
  });

  test('the first-contact clock and the contact effort of who still waits go on as they were', () => {
    const life = offered(ReferralLife.received().until(local('2026-03-02 15:00')));
    const first = life.clock('first-contact');
    life.do('accept-transfer', answer, receiver);
    expect(life.clock('first-contact')).toEqual(first);
    expect(life.clock('acceptance')).toBeUndefined();
    expect(life.codes).toEqual([]);
    const effort = life.attempt().clock('contact-effort');
    life.do('transfer-pathway', { to: online, reason: 'other' }, { commandId: 'offer-2' });
    life.do('accept-transfer', { transferId: 'offer-2' }, stranger);
    expect(life.clock('contact-effort')).toEqual(effort);
  });

  describe('an appointment that has begun is still answered for', () => {
    const begun = () => offered(taken().book('a1', '2026-03-05 14:00')).until(local('2026-03-05 14:30'));
    const attended = { appointmentId: 'a1', attendance: 'attended-and-remained' } as const;

    test('by who held it, though another has the case: they alone of those who were there', () => {
      const life = begun().do('accept-transfer', answer, receiver);
      expect(life.at.appointments).toMatchObject([{ status: 'booked', formerProviderId: 'ddas' }]);
      expect(diversion.summarise(life.at).appointments).toMatchObject([{ formerProviderId: 'ddas' }]);
      expect(life.fork().refused('record-attendance', attended, stranger).code).toBe('condition-not-met');
      for (const given of [sender, receiver, manager]) {
        expect(life.fork().do('record-attendance', attended, given).at.stage).toBe('engaged');
      }
      life.do('record-attendance', { ...attended, attendance: 'absent' }, sender);
      expect(life.at.route).toEqual(to);
      expect(life.at.attention).toContainEqual(
        expect.objectContaining({ code: 'appointment-to-rebook', owner: 'ProviderWorker' }),
      );
      expect(life.refused('correct-attendance', { ...attended, reason: 'misunderstood' }, sender).code).toBe(
        'condition-not-met',
      );
    });

    test('in its time a manager is asked to have it from them, and not the receiver, who was not there', () => {
      const life = begun().do('accept-transfer', answer, receiver);
      const due = life.clock('feedback')?.due ?? '';
      life.until(local('2026-03-20 09:00'));
      expect(life.at.attention).toEqual([
        { code: 'feedback-elsewhere', since: due, owner: 'Manager', ref: 'a1' },
      ]);
      expect(life.clock('feedback-escalation')).toBeUndefined();
      life.do('record-attendance', attended, sender);
      expect(life.codes).toEqual([]);
    });

    test('what was asked of them before they let go is asked of a manager from then on, as old as it is', () => {
      const life = begun().until(local('2026-03-09 12:00'));
      const asked = life.at.attention.find(({ code }) => code === 'feedback-missing');
      expect(asked).toBeDefined();
      life.do('accept-transfer', answer, receiver);
      expect(life.at.attention).toEqual([{ ...asked, code: 'feedback-elsewhere', owner: 'Manager' }]);
      life.until(local('2026-03-20 09:00'));
      expect(life.codes).toEqual(['feedback-elsewhere']);
    });

    test('where the person comes back to them it is theirs as any other', () => {
      const life = begun().do('accept-transfer', answer, receiver);
      life.do('transfer-pathway', { to: ddas, reason: 'persons-choice' }, { commandId: 'offer-2' });
      life.do('accept-transfer', { transferId: 'offer-2' }, sender);
      expect(life.at.appointments[0]).not.toHaveProperty('formerProviderId');
      expect(life.until(local('2026-03-09 12:00')).codes).toContain('feedback-missing');
    });

    test('after a reroute as after a transfer', () => {
      const life = ReferralLife.received().do('book-appointment', slot('a1', '2026-03-05 14:00'), manager);
      life.until(local('2026-03-05 15:30')).do('reroute', { route: to, reason: 'wrong-area' }, manager);
      expect(life.at.appointments).toMatchObject([{ formerProviderId: 'ddas' }]);
      life.until(local('2026-03-09 12:00'));
      expect(life.codes).toContain('feedback-elsewhere');
      expect(life.codes).not.toContain('feedback-missing');
      life.do('record-attendance', attended, sender);
      expect(life.at).toMatchObject({ stage: 'engaged', acceptance: { acceptedAt: null } });
    });
  });

  test('only the receiver accepts or declines, only the sender takes back; a manager may do either', () => {
    for (const given of [sender, stranger]) {
      expect(offered().refused('accept-transfer', answer, given).code).toBe('condition-not-met');
      expect(offered().refused('decline-transfer', { ...answer, reason: 'other' }, given).code).toBe(
        'condition-not-met',
      );
    }
    for (const given of [receiver, stranger]) {
      expect(offered().refused('take-back-transfer', answer, given).code).toBe('condition-not-met');
    }
    expect(offered().do('accept-transfer', answer, manager).at.route).toEqual(to);
    offered().do('decline-transfer', { ...answer, reason: 'other' }, manager);
    offered().do('take-back-transfer', answer, manager);
    expect(offered().refused('accept-transfer', answer, { role: 'PoliceOfficer' }).code).toBe('wrong-role');
  });
});

test('who is offered the person can only answer; who had them can do nothing any more', () => {
  const life = offered();
  for (const [name, data] of [
    ['record-contact-attempt', { channel: 'phone', result: 'reached', by: 'person' }],
    ['record-engagement', { evidence: 'attended' }],
    ['close-pathway', { reason: 'declined' }],
    ['add-note', { noteId: 'n' }],
    ['assign-caseworker', { workerId: 'w' }],
  ] as const) {
    const { refusal } = life.take(life.command(name, data, receiver));
    expect([name, refusal?.code]).toEqual([name, 'condition-not-met']);
  }
  life.do('accept-transfer', answer, receiver);
  expect(life.refused('add-note', { noteId: 'n' }, sender).code).toBe('condition-not-met');
  life.do('add-note', { noteId: 'n' }, receiver);
});

describe('an offer that comes to nothing', () => {
  test.each(transferRefusals)('declined as %s: the person stays, the team lead is told why', (reason) => {
    const life = offered().until(local('2026-03-11 00:00'));
    life.do('decline-transfer', { ...answer, reason }, receiver);
    expect(life.ledger.at(-1)).toMatchObject({
      type: 'transfer-declined',
      data: { transferId: 'offer-1', reason },
    });
    expect(life.at).toMatchObject({ route: ddas, transfer: null, stage: 'awaiting-contact' });
    expect(life.clock('transfer-answer')).toBeUndefined();
    expect(life.at.attention).toEqual([
      expect.objectContaining({ code: 'no-first-contact' }),
      { code: 'transfer-declined', since: life.now, owner: 'ProviderManager' },
    ]);
    // Offered elsewhere it is answered.
    life.do('transfer-pathway', { to: online, reason: 'other' });
    expect(life.codes).toEqual(['no-first-contact']);
  });

  test('taken back: the person stays, nobody is asked, and another may be made', () => {
    const life = offered().do('take-back-transfer', answer, sender);
    expect(life.at).toMatchObject({ route: ddas, transfer: null, attention: [] });
    expect(life.clock('transfer-answer')).toBeUndefined();
    life.do('transfer-pathway', { to: online, reason: 'other' });
  });

  test.each([
    ['death', (life: ReferralLife) => life.engine('carry-fact', { factId: 'f', fact: 'death' })],
    ['closure', (life: ReferralLife) => life.do('close-pathway', { reason: 'moved' })],
    ['the closing clock', (life: ReferralLife) => life.until(local('2026-06-03 00:00'))],
    ['void', (life: ReferralLife) => life.do('void-pathway', { reason: 'rescinded' }, manager)],
  ])('%s ends it', (_name, act) => {
    const life = offered();
    act(life);
    expect(life.at.transfer).toBeNull();
    expect(life.clock('transfer-answer')).toBeUndefined();
    expect(life.codes).toEqual([]);
    expect(life.refused('accept-transfer', answer, receiver).code).toBe('wrong-stage');
  });

  test('after a return it is none any more', () => {
    const life = offered().do('close-pathway', { reason: 'moved' });
    life.do('record-engagement', { evidence: 'attended' });
    expect(life.refused('accept-transfer', answer, receiver).code).toBe('not-found');
  });
});

describe('a second answer', () => {
  const declined = { ...answer, reason: 'other' } as const;

  test('the same is already done, another contradicts', () => {
    const accepted = offered().do('accept-transfer', answer, receiver);
    expect(accepted.refused('accept-transfer', answer, receiver).code).toBe('already-done');
    expect(accepted.refused('decline-transfer', declined, receiver).code).toBe('conflict');
    expect(accepted.refused('take-back-transfer', answer, manager).code).toBe('conflict');
    expect(accepted.refused('take-back-transfer', answer, sender).code).toBe('condition-not-met');
    const refused = offered().do('decline-transfer', declined, receiver);
    expect(refused.refused('decline-transfer', declined, receiver).code).toBe('already-done');
    expect(refused.refused('accept-transfer', answer, receiver).code).toBe('conflict');
    const back = offered().do('take-back-transfer', answer, sender);
    expect(back.refused('take-back-transfer', answer, sender).code).toBe('already-done');
    expect(back.refused('accept-transfer', answer, receiver).code).toBe('conflict');
  });

  test('an offer that never was is not found; one answered before it was made contradicts', () => {
    expect(taken().refused('accept-transfer', answer, receiver).code).toBe('not-found');
    expect(offered().refused('accept-transfer', { transferId: 'other' }, receiver).code).toBe('not-found');
    const early = { ...receiver, occurredAt: local('2026-03-02 12:00') };
    expect(offered().refused('accept-transfer', answer, early).code).toBe('before-the-start');
    expect(offered().refused('decline-transfer', declined, early).code).toBe('before-the-start');
  });

  test('entered late, the acceptance dates from when it was', () => {
    const life = offered().until(local('2026-03-06 09:00'));
    life.do('accept-transfer', answer, { ...receiver, occurredAt: local('2026-03-04 09:00') });
    expect(life.at.acceptance.acceptedAt).toBe(local('2026-03-04 09:00'));
  });
});

describe('edge case 38: a contract ends with people still open', () => {
  test('M25 who is taken waits for the taker, who is not goes at once; each keeps date, clocks and history', () => {
    const inCare = taken().attempt('reached').do('record-engagement', { evidence: 'logged-in' });
    const waiting = ReferralLife.received().until(local('2026-03-03 09:00'));
    const lives = [inCare, waiting].map((life) => ({
      life,
      closure: life.clock('closure'),
      before: life.types,
    }));
    inCare.do('transfer-pathway', { to, reason: 'contract-ended' }, { ...manager, commandId: 'offer-1' });
    waiting.do('reroute', { route: to, reason: 'contract-ended' }, manager);
    expect(inCare.at.route).toEqual(ddas);
    inCare.do('accept-transfer', answer, receiver);
    for (const { life, closure, before } of lives) {
      expect(life.at).toMatchObject({ route: to, receivedAt: receipt });
      expect(life.clock('closure')).toEqual(closure);
      expect(life.types.slice(0, before.length)).toEqual(before);
    }
    expect(waiting.clock('acceptance')).toBeDefined();
  });
});

describe('sharing taken back', () => {
  const said = (life: ReferralLife, fact: string, factId: string, at = life.now) => {
    expect(life.engine('carry-fact', { factId, fact, purpose: 'sharing' }, at)).not.toHaveProperty('refusal');
    return life;
  };

  test('nobody is offered to another provider until they agree again', () => {
    const life = said(taken(), 'consent-withdrawn', 'said-no');
    expect(life.refused('transfer-pathway', offer)).toMatchObject({
      code: 'condition-not-met',
      details: { sharing: 'withdrawn' },
    });
    said(life.until(local('2026-03-04 09:00')), 'consent-given', 'said-yes');
    offered(life).do('accept-transfer', answer, receiver);
    expect(life.at.route).toEqual(to);
  });

  test('it ends the offer: nothing goes over, and no answer is waited for', () => {
    const life = offered().until(local('2026-03-11 00:00'));
    expect(life.codes).toContain('transfer-unanswered');
    said(life, 'consent-withdrawn', 'said-no');
    expect(life.ledger.slice(-2)).toMatchObject([
      { type: 'consent-noted' },
      { type: 'transfer-taken-back', data: { transferId: 'offer-1' } },
    ]);
    expect(life.at).toMatchObject({ route: ddas, transfer: null });
    expect(life.codes).toEqual(['no-first-contact', 'sharing-withdrawn']);
    expect(life.clock('transfer-answer')).toBeUndefined();
    expect(life.refused('accept-transfer', answer, receiver).code).toBe('conflict');
  });

  test('said before the offer and told after it, it ends the offer at the offer', () => {
    const life = said(offered(), 'consent-withdrawn', 'said-no', receipt);
    expect(life.ledger.at(-1)).toMatchObject({
      type: 'transfer-taken-back',
      occurredAt: local('2026-03-03 09:00'),
    });
  });

  test('an offer that stands all the same is not accepted', () => {
    const life = offered();
    const { at, now } = life;
    const command = life.command('accept-transfer', answer, receiver);
    const state = { ...at, consents: { sharing: 'withdrawn' } } as const;
    expect(diversion.decide(state, command, now)).toMatchObject({ refusal: { code: 'condition-not-met' } });
  });

  test('consent to something else ends no offer', () => {
    const life = offered();
    life.engine('carry-fact', { factId: 'f', fact: 'consent-withdrawn', purpose: 'texts' });
    expect(life.at.transfer).toMatchObject(answer);
  });
});
