import { describe, expect, test } from '@jest/globals';
import type { ContactChannel } from '../../../workflows/domain/diversion/commands.ts';
import { addLocalDays } from '../../../workflows/domain/common/london-time.ts';
import { diversion } from '../../../workflows/domain/diversion/kind.ts';
import { local, policy, receipt, ReferralLife } from './referral-life.ts';

/** The due time of the contact effort that a first try on the Monday of receipt starts. */
const effortDue = local('2026-03-17 00:00');

describe('the first-contact clock', () => {
  test('M09 nobody tried in two working days: the team lead is asked, the referral goes on', () => {
    const life = ReferralLife.received().do('accept-referral', {}).until(local('2026-03-05 00:00'));
    expect(life.types.slice(2)).toEqual(['deadline-passed']);
    expect(life.at.stage).toBe('awaiting-contact');
    expect(life.at.attention).toEqual([
      { code: 'no-first-contact', since: local('2026-03-05 00:00'), owner: 'ProviderManager' },
    ]);
  });

  test('M241 weekends and bank holidays do not count: before Easter it runs to Wednesday', () => {
    const life = ReferralLife.received({ receivedAt: local('2026-04-02 17:00') });
    expect(life.clock('first-contact')?.due).toBe(local('2026-04-09 00:00'));
  });

  test.each([
    ['a try of a person', { by: 'person' }, true],
    ['a wrong number that a person tried', { by: 'person', result: 'wrong-number' }, true],
    ['a text of the system', { by: 'system', channel: 'text', result: 'left-message' }, false],
  ] as const)('%s', (_name, given, met) => {
    const life = ReferralLife.received();
    life.attempt('result' in given ? given.result : 'no-answer', {
      by: given.by,
      channel: 'channel' in given ? given.channel : 'phone',
    });
    expect(life.clock('first-contact') === undefined).toBe(met);
    const { cleared } = life.of('contact-attempted')[0] ?? {};
    expect(cleared).toEqual(met ? [{ id: 'first-contact:-:0', why: 'met' }] : undefined);
    expect(life.at.contact.attempts).toBe(1);
  });

  test.each(['reached', 'declined'] as const)(
    'the system reaches nobody by itself: %s is refused',
    (result) => {
      const refusal = ReferralLife.received().refused('record-contact-attempt', {
        channel: 'text',
        result,
        by: 'system',
      });
      expect(refusal).toMatchObject({ code: 'condition-not-met', details: { by: 'system', result } });
    },
  );

  test('a late try settles the attention', () => {
    const life = ReferralLife.received().until(local('2026-03-06 11:00')).attempt();
    expect(life.codes).toEqual([]);
  });

  test.each([
    ['engagement', (life: ReferralLife) => life.do('record-engagement', { evidence: 'logged-in' })],
    ['a booking', (life: ReferralLife) => life.book('a1', '2026-03-05 10:00')],
  ])('%s meets it', (_name, act) => {
    expect(act(ReferralLife.received()).clock('first-contact')).toBeUndefined();
  });
});

describe('M08 the contact effort', () => {
  const ways: { name: string; tries: readonly [string, ContactChannel][]; closed: boolean }[] = [
    {
      name: 'three days and two channels',
      tries: [
        ['2026-03-02 11:00', 'phone'],
        ['2026-03-04 11:00', 'email'],
        ['2026-03-16 23:59', 'phone'],
      ],
      closed: true,
    },
    {
      name: 'two tries only',
      tries: [
        ['2026-03-02 11:00', 'phone'],
        ['2026-03-04 11:00', 'email'],
      ],
      closed: false,
    },
    {
      name: 'many tries on two days',
      tries: [
        ['2026-03-02 11:00', 'phone'],
        ['2026-03-02 12:00', 'email'],
        ['2026-03-03 00:30', 'text'],
        ['2026-03-03 23:30', 'phone'],
      ],
      closed: false,
    },
    {
      name: 'three days by one channel, a voicemail being a try by phone',
      tries: [
        ['2026-03-02 11:00', 'phone'],
        ['2026-03-04 11:00', 'voicemail'],
        ['2026-03-06 11:00', 'phone'],
      ],
      closed: false,
    },
  ];

  test.each(ways)('ten working days after the first try: $name', ({ tries, closed }) => {
    const life = ReferralLife.received();
    for (const [time, channel] of tries) {
      life.until(local(time)).attempt('no-answer', { channel });
    }
    expect(life.clock('contact-effort')).toMatchObject({ start: local('2026-03-02 11:00'), due: effortDue });
    life.until(effortDue);
    expect(life.at.closure).toEqual(
      closed
        ? {
            at: effortDue,
            reason: 'no-contact',
            drugFree: null,
            crimeFree: null,
            mayReturnUntil: addLocalDays(effortDue, 28),
          }
        : null,
    );
    expect(life.codes).toEqual(closed ? [] : ['too-few-tries']);
  });

  test('two known channels are enough to ask for both', () => {
    const life = ReferralLife.received({ knownChannels: ['phone', 'email'] });
    for (const time of ['2026-03-02 11:00', '2026-03-03 11:00', '2026-03-04 11:00']) {
      life.until(local(time)).attempt();
    }
    expect(life.until(effortDue)).toMatchObject({ at: { closure: null }, codes: ['too-few-tries'] });
  });

  test("a phone that is somebody else's is no known channel: the other one is enough", () => {
    const life = ReferralLife.received({ knownChannels: ['phone', 'text', 'email'] }).attempt('wrong-number');
    for (const time of ['2026-03-02 11:00', '2026-03-03 11:00', '2026-03-04 11:00']) {
      life.until(local(time)).attempt('no-answer', { channel: 'email' });
    }
    expect(life.until(effortDue).at.closure?.reason).toBe('no-contact');
  });

  test.each([
    ['letters only', ['post', 'post', 'post'], false],
    ['letters and one call', ['post', 'phone', 'post'], true],
  ] as const)('a way that is not known is no second one, nor the only one: %s', (_name, channels, closed) => {
    const life = ReferralLife.received({ knownChannels: ['phone'] });
    channels.forEach((channel, index) =>
      life.until(local(`2026-03-0${String(index + 2)} 11:00`)).attempt('no-answer', { channel }),
    );
    if (!closed) {
      expect(life.refused('close-pathway', { reason: 'no-contact' }).details).toMatchObject({
        channels: { made: 0, needed: 1 },
      });
    }
    expect(life.until(effortDue).at.closure?.reason).toBe(closed ? 'no-contact' : undefined);
  });

  test('only tries within the clock count: not those before it started, not those after it was due', () => {
    const oneChannel = { knownChannels: ['phone'] } as const;
    const before = ReferralLife.received(oneChannel).attempt().until(local('2026-03-03 12:00')).attempt();
    before.book('a1', '2026-03-05 10:00').until(local('2026-03-05 12:00'));
    before.do('record-attendance', { appointmentId: 'a1', attendance: 'absent' }).attempt();
    before.until(before.clock('contact-effort')?.due ?? '');
    expect(before.codes).toContain('too-few-tries');
    const after = ReferralLife.received(oneChannel).attempt().until(local('2026-03-03 12:00')).attempt();
    after.asleepUntil(effortDue).attempt().until(effortDue);
    expect(after.codes).toEqual(['too-few-tries']);
  });

  test('the days are local: 23:30 UTC in summer is the next day', () => {
    const life = ReferralLife.received({
      receivedAt: '2026-07-06T09:00:00.000Z',
      knownChannels: ['phone'],
    });
    for (const at of ['2026-07-06T12:00:00.000Z', '2026-07-07T12:00:00.000Z', '2026-07-07T23:30:00.000Z']) {
      life.until(at).attempt();
    }
    life.until(life.clock('contact-effort')?.due ?? '');
    expect(life.at.closure?.reason).toBe('no-contact');
  });

  test.each([
    ['one known channel', { knownChannels: ['phone'] }],
    ['none known', { knownChannels: [] }],
    [
      'texts that nobody said are safe do not count as a second',
      { knownChannels: ['phone', 'text'], safeToText: null },
    ],
    ['a channel named twice is one', { knownChannels: ['phone', 'phone'] }],
  ] as const)('one channel is enough: %s', (_name, changed) => {
    const life = ReferralLife.received(changed);
    for (const time of ['2026-03-02 11:00', '2026-03-03 11:00', '2026-03-04 11:00']) {
      life.until(local(time)).attempt();
    }
    expect(life.until(effortDue).at.closure?.reason).toBe('no-contact');
  });

  test('what the system sent never counts, however often', () => {
    const life = ReferralLife.received().do('accept-referral', {});
    for (let day = 2; day < 16; day += 1) {
      life.until(local(`2026-03-${String(day).padStart(2, '0')} 12:00`));
      life.attempt('left-message', { by: 'system', channel: day % 2 === 0 ? 'text' : 'email' });
    }
    life.until(effortDue);
    expect(life.at.closure).toBeNull();
    expect(life.codes).toEqual(['no-first-contact']);
    expect(life.at.contact).toMatchObject({ attempts: 14, tries: [] });
  });

  test('wrong numbers never count as tries', () => {
    const life = ReferralLife.received({ knownChannels: ['phone'] });
    life.attempt('no-answer');
    for (const time of ['2026-03-03 11:00', '2026-03-04 11:00']) {
      life.until(local(time)).attempt('wrong-number');
    }
    life.until(effortDue);
    expect(life.at.closure).toBeNull();
    expect(life.codes).toEqual(['wrong-number', 'too-few-tries']);
  });

  test.each([
    ['reached', (life: ReferralLife) => life.attempt('reached')],
    ['declined', (life: ReferralLife) => life.attempt('declined')],
    ['engaged', (life: ReferralLife) => life.do('record-engagement', { evidence: 'logged-in' })],
    ['booked', (life: ReferralLife) => life.book('a1', '2026-03-20 10:00')],
  ])('ends when %s, and does not close what is under way', (_name, act) => {
    const life = ReferralLife.received().attempt().until(local('2026-03-03 12:00')).attempt();
    act(life.until(local('2026-03-04 12:00')).attempt('no-answer', { channel: 'email' }));
    expect(life.clock('contact-effort')).toBeUndefined();
    expect(life.until(local('2026-03-19 00:00')).at.closure).toBeNull();
  });

  test('a try recorded late that came first starts it anew from there; the old clock is superseded', () => {
    const life = ReferralLife.received().until(local('2026-03-04 12:00')).attempt();
    const first = life.clock('contact-effort');
    life.attempt('no-answer', { occurredAt: local('2026-03-03 09:00') });
    expect(life.clock('contact-effort')).toMatchObject({ start: local('2026-03-03 09:00') });
    expect(life.clock('contact-effort')?.id).not.toBe(first?.id);
    expect(life.ledger.at(-1)?.cleared).toEqual([{ id: first?.id, why: 'superseded' }]);
    for (const time of ['2026-03-03 09:00', '2026-03-03 10:00']) {
      life.attempt('no-answer', { occurredAt: local(time) });
      expect(life.ledger.at(-1)?.armed).toBeUndefined();
    }
  });

  test('after too few tries a later one sets no second clock, and reaching settles it', () => {
    const life = ReferralLife.received().attempt().until(local('2026-03-18 10:00')).attempt();
    expect(life.clock('contact-effort')).toBeUndefined();
    expect(life.codes).toEqual(['too-few-tries']);
    expect(life.attempt('reached').codes).toEqual([]);
  });

  test('a missed appointment of somebody never reached lets the effort run again', () => {
    const life = ReferralLife.received().attempt().book('a1', '2026-03-05 10:00');
    life.until(local('2026-03-05 12:00'));
    life.do('record-attendance', { appointmentId: 'a1', attendance: 'absent' });
    expect(life.at.stage).toBe('awaiting-contact');
    life.attempt();
    expect(life.clock('contact-effort')).toMatchObject({ start: local('2026-03-05 12:00') });
  });
});

describe('reaching the person', () => {
  test.each(['reached', 'declined'] as const)('%s is contact, dated when it was', (result) => {
    const life = ReferralLife.received().until(local('2026-03-03 12:00'));
    life.attempt(result, { occurredAt: local('2026-03-03 09:00') });
    expect(life.at).toMatchObject({ stage: 'contacted', contact: { reachedAt: local('2026-03-03 09:00') } });
    life.attempt(result, { occurredAt: local('2026-03-02 11:00') });
    expect(life.at.contact.reachedAt).toBe(local('2026-03-02 11:00'));
    life.attempt(result);
    expect(life.at.contact.reachedAt).toBe(local('2026-03-02 11:00'));
  });

  test('tries after it are counted and no longer listed', () => {
    const life = ReferralLife.received().attempt().attempt('reached').attempt();
    expect(life.at.contact).toMatchObject({ attempts: 3, tries: [{ at: receipt, channel: 'phone' }] });
  });

  test('M88 a wrong number asks the caseworker until the person was reached on it', () => {
    const life = ReferralLife.received().attempt('wrong-number', { channel: 'text', by: 'system' });
    expect(life.at.attention).toMatchObject([{ code: 'wrong-number', owner: 'ProviderWorker' }]);
    life.attempt('wrong-number');
    expect(life.codes).toEqual(['wrong-number']);
    expect(life.attempt('reached', { channel: 'email' }).codes).toEqual(['wrong-number']);
    expect(life.attempt('reached', { channel: 'phone' }).codes).toEqual([]);
  });

  test.each(['email', 'post', 'in-person'] as const)('%s goes to no number', (channel) => {
    const refusal = ReferralLife.received().refused('record-contact-attempt', {
      channel,
      result: 'wrong-number',
      by: 'person',
    });
    expect(refusal.code).toBe('condition-not-met');
  });

  test('a reach entered late answers nothing that came up after it', () => {
    const life = ReferralLife.received().until(local('2026-03-05 12:00')).attempt('wrong-number');
    expect(life.codes).toEqual(['wrong-number']);
    life.attempt('reached', { occurredAt: local('2026-03-05 11:59') });
    expect(life.codes).toEqual(['wrong-number']);
  });

  test('a reach entered late answers that nobody tried, and too few tries', () => {
    const life = ReferralLife.received().until(local('2026-03-05 12:00'));
    expect(life.attempt('reached', { occurredAt: local('2026-03-04 11:00') }).codes).toEqual([]);
    const tried = ReferralLife.received().attempt().until(local('2026-03-18 12:00'));
    expect(tried.attempt('reached', { occurredAt: local('2026-03-04 11:00') }).codes).toEqual([]);
  });

  describe('edge case 42: after a closure as no contact', () => {
    const closed = (): ReferralLife => {
      const life = ReferralLife.received({ knownChannels: ['phone'] });
      for (const time of ['2026-03-02 11:00', '2026-03-03 11:00', '2026-03-04 11:00']) {
        life.until(local(time)).attempt();
      }
      expect(life.until(effortDue).at.closure?.reason).toBe('no-contact');
      return life;
    };

    test.each([
      ['on the last evening, entered the next morning', '2026-03-16 17:00', '2026-03-17 09:00', effortDue],
      [
        'a day later, when the person rings',
        '2026-03-18 09:00',
        '2026-03-18 09:00',
        '2026-03-18T09:00:00.000Z',
      ],
    ])('who is reached comes back to the same referral: %s', (_name, at, now, reopenedAt) => {
      const life = closed()
        .until(local(now))
        .attempt('reached', { occurredAt: local(at) });
      expect(life.types.slice(-2)).toEqual(['pathway-reopened', 'contact-attempted']);
      expect(life.at).toMatchObject({
        stage: 'contacted',
        receivedAt: receipt,
        closure: null,
        reopenedAt,
        contact: { reachedAt: local(at) },
      });
      expect(life.at.deadlines.map(({ rule }) => rule)).toEqual(['closure-warning', 'closure', 'booking']);
      expect(life.book('a1', '2026-03-25 10:00').at.stage).toBe('appointment-booked');
    });

    test('who declines then, or is reached when the late window is over, changes nothing', () => {
      const life = closed();
      expect(life.attempt('declined').at.stage).toBe('closed');
      life.asleepUntil(addLocalDays(effortDue, 28)).attempt('reached');
      expect(life.at.stage).toBe('closed');
      life.until(life.now);
      expect(life.at.stage).toBe('finished');
    });
  });

  test.each(['reached', 'no-answer', 'wrong-number'] as const)(
    'after the closure an attempt is only noted: %s',
    (result) => {
      const life = ReferralLife.received().do('close-pathway', { reason: 'moved' });
      const before = life.at;
      life.until(local('2026-03-05 12:00')).attempt(result);
      const { type, armed, cleared, raised, settled } = { ...life.ledger.at(-1) };
      expect({ type, armed, cleared, raised, settled }).toEqual({ type: 'contact-attempted' });
      expect(life.at).toMatchObject({
        stage: 'closed',
        contact: { attempts: 1 },
        deadlines: before.deadlines,
        closure: before.closure,
      });
    },
  );
});

describe('reached, and nothing booked', () => {
  const askedAt = local('2026-03-18 00:00');
  const reached = (given: Parameters<ReferralLife['attempt']>[1] = {}): ReferralLife =>
    ReferralLife.received().until(local('2026-03-03 12:00')).attempt('reached', given);

  test.each(['reached', 'declined'] as const)(
    '%s: ten working days later the caseworker is asked',
    (result) => {
      const life = ReferralLife.received().until(local('2026-03-03 12:00')).attempt(result);
      expect(life.clock('booking')).toMatchObject({ start: local('2026-03-03 12:00'), due: askedAt });
      life.until(askedAt);
      expect(life.at.attention).toEqual([
        { code: 'nothing-booked', since: askedAt, owner: 'ProviderWorker' },
      ]);
      expect(diversion.explain(life.at, life.now).waits[0]).toMatchObject({
        rule: 'nothing-booked',
        overdue: true,
      });
      expect(life.book('a1', '2026-03-25 10:00').codes).toEqual([]);
    },
  );

  test.each([
    ['a booking', (life: ReferralLife) => life.book('a1', '2026-03-25 10:00')],
    ['engagement', (life: ReferralLife) => life.do('record-engagement', { evidence: 'logged-in' })],
    ['the closure', (life: ReferralLife) => life.do('close-pathway', { reason: 'declined' })],
  ])('%s ends the wait', (_name, act) => {
    expect(act(reached()).clock('booking')).toBeUndefined();
    const asked = act(reached().until(askedAt).asleepUntil(local('2026-03-18 09:00')).attempt('reached', {}));
    expect(asked.codes).not.toContain('nothing-booked');
    expect(asked.clock('booking')).toBeUndefined();
  });

  test('a second talk neither starts it anew nor asks twice', () => {
    const life = reached().until(local('2026-03-06 12:00')).attempt('reached');
    expect(life.clock('booking')?.due).toBe(askedAt);
    expect(life.until(askedAt).attempt('reached').codes).toEqual(['nothing-booked']);
    expect(life.clock('booking')).toBeUndefined();
  });

  test('nothing is asked while an appointment is booked, to be rebooked, or after engagement', () => {
    const booked = ReferralLife.received().book('a1', '2026-03-05 10:00').attempt('reached');
    expect(booked.clock('booking')).toBeUndefined();
    booked.until(local('2026-03-05 12:00'));
    booked.do('record-attendance', { appointmentId: 'a1', attendance: 'absent' }).attempt('reached');
    expect(booked.codes).toEqual(['appointment-to-rebook']);
    expect(booked.clock('booking')).toBeUndefined();
    const engaged = ReferralLife.received().do('record-engagement', { evidence: 'logged-in' });
    expect(engaged.attempt('reached').clock('booking')).toBeUndefined();
  });

  test.each(['attended-and-left', 'sent-away'] as const)(
    'who came and has not engaged waits too: %s',
    (attendance) => {
      const life = ReferralLife.received().book('a1', '2026-03-03 12:00').until(local('2026-03-03 14:00'));
      life.do('record-attendance', { appointmentId: 'a1', attendance });
      expect(life.clock('booking')).toMatchObject({ start: local('2026-03-03 12:00'), due: askedAt });
    },
  );

  test('the length is the policy, where it has one', () => {
    const days = { ...policy, booking: { unit: 'working-days', count: 5 } as const };
    const life = ReferralLife.received({ policy: days }).attempt('reached');
    expect(life.clock('booking')?.due).toBe(local('2026-03-10 00:00'));
  });
});
