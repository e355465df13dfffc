import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { judge, judgeEmail, judgeEnrolment, judgeProgress } from '../../messages/judge.ts';
import type { ProgressFacts, SendingFacts } from '../../messages/judge.ts';
import { numberPlanOf } from '../../messages/phone-number.ts';
import { namesNoPlace } from '../../messages/render.ts';
import { skipReasons } from '../../messages/skip-reasons.ts';
import type { SkipReason } from '../../messages/skip-reasons.ts';
import { personFactKinds } from '../../workflows/domain/common/person-fact.ts';
import { purposeRow, textPurposes } from '../../workflows/domain/common/message-purpose.ts';
import { toInstant } from '../../workflows/domain/common/instant.ts';
import { localParts } from '../../workflows/domain/common/london-time.ts';
import type { ToldFact } from '../../workflows/domain/common/standing-facts.ts';
import { facts, sendable } from '../support/sending-facts.ts';

const now = '2026-03-02T09:00:00.000Z';

test('a reminder with nothing against it is sent, to the number and in the language of the person', () => {
  expect(judge(sendable, now)).toEqual({
    verdict: 'send',
    to: '+447700900123',
    language: 'cy',
    startsAt: '2026-03-03T14:30:00.000Z',
  });
});

test('English is used where nobody asked for the language', () => {
  expect(judge({ ...sendable, language: null }, now)).toMatchObject({ verdict: 'send', language: 'en' });
});

/** One way each in which a message must not leave, in the order of what is said first. */
const obstacles: readonly (readonly [SkipReason, Partial<SendingFacts>])[] = [
  ['another-person', { reassigned: true }],
  ['person-died', { personFacts: facts('death') }],
  ['texts-stopped', { personFacts: facts('texts-allowed', 'stop-texts') }],
  ['texts-consent-withdrawn', { personFacts: facts({ fact: 'consent-withdrawn', purpose: 'texts' }) }],
  ['not-safe-to-text', { safeToText: 'no' }],
  ['safety-flag', { personFacts: facts('safety-flag'), purpose: 'appointment-at-a-place' }],
  ['in-custody', { personFacts: facts('release', 'custody') }],
  ['no-textable-number', { mobile: '01267 222020' }],
  ['wrong-number', { wrongNumber: true }],
  ['pathway-closed', { pathwayClosed: true }],
  ['no-appointment', { purpose: 'page-link', bookedFor: [now, '2026-03-01T14:30:00.000Z'] }],
  ['appointment-moved', { appointment: { status: 'superseded', startsAt: '2026-03-03T14:30:00.000Z' } }],
  ['appointment-past', { appointment: { status: 'booked', startsAt: now } }],
  ['expired', { expiresAt: '2026-03-02T08:59:59.999Z' }],
  [
    'not-today',
    {
      ...{ textsToday: 2, policy: { sendFrom: '08:00', sendUntil: '20:00', perDay: 2 } },
      ...{ expiresAt: '2026-03-02T18:00:00.000Z' },
    },
  ],
  ['no-time-left', { notBefore: '2026-03-03T14:30:00.000Z' }],
];

const startsAt = '2026-03-03T14:30:00.000Z';
const yesterday = '2026-03-01T14:30:00.000Z';

describe('of every purpose', () => {
  test.each<[string, string, string | null]>([
    ['appointment-booked', 'booked', null],
    ['appointment-moved', 'booked', null],
    ['appointment-cancelled', 'cancelled', null],
    ['appointment-cancelled', 'booked', 'appointment-not-cancelled'],
    ['appointment-cancelled', 'superseded', 'appointment-not-cancelled'],
    ['appointment-missed', 'held', 'appointment-not-missed'],
    ['appointment-booked', 'cancelled', 'appointment-not-booked'],
    ['appointment-reminder-week', 'superseded', 'appointment-moved'],
  ])('%s of an appointment that is %s: %s', (purpose, status, reason) => {
    const appointment = { status, startsAt } as SendingFacts['appointment'];
    const judgement = judge({ ...sendable, purpose, appointment }, now);
    expect(judgement).toMatchObject(reason === null ? { verdict: 'send', startsAt } : { reason });
  });

  test('that an appointment was missed is told after its start; that it is cancelled is not', () => {
    const past = (status: string) => ({ status, startsAt: yesterday }) as SendingFacts['appointment'];
    expect(
      judge({ ...sendable, purpose: 'appointment-missed', appointment: past('missed') }, now),
    ).toMatchObject({ verdict: 'send', startsAt: yesterday });
    expect(
      judge({ ...sendable, purpose: 'appointment-cancelled', appointment: past('cancelled') }, now),
    ).toEqual({ verdict: 'skip', reason: 'appointment-past' });
  });

  test('what is about no appointment needs none', () => {
    const judgement = judge({ ...sendable, purpose: 'could-not-reach', appointment: null }, now);
    expect(judgement).toMatchObject({ verdict: 'send', startsAt: null });
  });

  describe('on a day that is full', () => {
    const full = { ...sendable, textsToday: 3, policy: { ...sendable.policy, perDay: 3 } };
    const tomorrow = { verdict: 'later', at: '2026-03-03T08:00:00.000Z', dayFull: true };

    test('what can wait waits for the next, and leaves where there is room', () => {
      expect(judge(full, now)).toEqual(tomorrow);
      expect(judge({ ...full, textsToday: 2 }, now)).toMatchObject({ verdict: 'send' });
      expect(judge({ ...full, textsToday: 0 }, tomorrow.at)).toMatchObject({ verdict: 'send' });
    });

    test('what is of no use by then does not go, and it is not said what else left', () => {
      const today = { status: 'booked', startsAt: '2026-03-02T18:00:00.000Z' } as const;
      const skipped = { verdict: 'skip', reason: 'not-today' };
      expect(judge({ ...full, appointment: today }, now)).toEqual(skipped);
      expect(judge({ ...full, expiresAt: '2026-03-03T07:59:00.000Z' }, now)).toEqual(skipped);
      expect(skipReasons['not-today']).not.toMatch(/text|other|many/i);
    });

    test('in the evening the next day has its own room', () => {
      expect(judge(full, '2026-03-02T20:00:00.000Z')).toEqual({ verdict: 'later', at: tomorrow.at });
    });

    test.each<[SendingFacts['kind'], string, boolean]>([
      ['diversion', 'appointment-moved', true],
      ['diversion', 'appointment-cancelled', true],
      ['diversion', 'appointment-booked', false],
      ['diversion', 'appointment-reminder', false],
      ['diversion', 'could-not-reach', false],
      ['compulsory', 'appointment-booked', true],
      ['compulsory', 'appointment-moved', true],
      ['compulsory', 'appointment-cancelled', true],
      ['compulsory', 'appointment-missed', true],
      ['compulsory', 'appointment-reminder-week', true],
      ['compulsory', 'appointment-reminder', true],
      ['compulsory', 'page-link', false],
    ])('M91 of the %s path %s goes all the same: %s', (kind, purpose, goes) => {
      const status = purposeRow(purpose)?.appointment ?? 'booked';
      const appointment = { status, startsAt };
      const judgement = judge({ ...full, kind, purpose, appointment }, now);
      expect(judgement).toMatchObject(goes ? { verdict: 'send' } : { verdict: 'later', dayFull: true });
    });
  });

  test('the link goes to whoever has any appointment ahead: the page shows the next', () => {
    const link = { ...sendable, purpose: 'page-link', appointment: null };
    expect(judge({ ...link, bookedFor: [yesterday, startsAt] }, now)).toMatchObject({
      ...{ verdict: 'send', startsAt: null },
    });
    expect(judge({ ...link, bookedFor: [] }, now)).toEqual({ verdict: 'skip', reason: 'no-appointment' });
  });

  test('an e-mail to whoever works with the case is judged by its time alone', () => {
    const times = { notBefore: now, expiresAt: startsAt };
    expect(judgeEmail(times, now)).toEqual({ verdict: 'send' });
    expect(judgeEmail(times, yesterday)).toEqual({ verdict: 'later', at: now });
    expect(judgeEmail(times, '2026-03-04T00:00:00.000Z')).toEqual({ verdict: 'skip', reason: 'expired' });
  });
});

describe('what the officer is told of the person', () => {
  const progress: ProgressFacts = {
    ...{ notBefore: now, expiresAt: startsAt, personFacts: [], voided: false, reassigned: false },
  };
  const withdrawn = { fact: 'consent-withdrawn', purpose: 'sharing' } as const;

  test.each<[SkipReason, Partial<ProgressFacts>]>([
    ['another-person', { reassigned: true, personFacts: facts('death') }],
    ['voided', { voided: true, personFacts: facts('death') }],
    ['person-died', { personFacts: facts('death', withdrawn) }],
    ['sharing-withdrawn', { personFacts: facts(withdrawn) }],
    ['expired', { expiresAt: yesterday }],
  ])('is not told: %s', (reason, changes) => {
    expect(judgeProgress({ ...progress, ...changes }, now)).toEqual({ verdict: 'skip', reason });
  });

  test('is told when nothing of that holds, in its time', () => {
    const shares = facts(withdrawn, { fact: 'consent-given', purpose: 'sharing' }, 'stop-texts', 'custody');
    expect(judgeProgress({ ...progress, personFacts: shares }, now)).toEqual({ verdict: 'send' });
    expect(judgeProgress(progress, yesterday)).toEqual({ verdict: 'later', at: now });
  });
});

test('nobody is enrolled in the online programme who has died, shares nothing, is gone or is somebody else', () => {
  const enrolment = {
    ...{ notBefore: now, expiresAt: startsAt, personFacts: [], pathwayClosed: false, routedOn: false },
  };
  const withdrawn = facts({ fact: 'consent-withdrawn', purpose: 'sharing' });
  const reasonWith = (changes: object): unknown => judgeEnrolment({ ...enrolment, ...changes }, now);
  expect(reasonWith({})).toEqual({ verdict: 'send' });
  expect(reasonWith({ personFacts: facts('death') })).toMatchObject({ reason: 'person-died' });
  expect(reasonWith({ personFacts: withdrawn })).toMatchObject({ reason: 'sharing-withdrawn' });
  expect(reasonWith({ pathwayClosed: true })).toMatchObject({ reason: 'pathway-closed' });
  expect(reasonWith({ routedOn: true })).toMatchObject({ reason: 'routed-elsewhere' });
});

describe('sent all the same', () => {
  test.each<[string, ToldFact[]]>([
    ['texts allowed again after a stop', facts('stop-texts', 'texts-allowed')],
    ['released', facts('custody', 'release')],
    ['the safety flag, of a text that names no place', facts('safety-flag')],
    [
      'consent to texts given again',
      facts({ fact: 'consent-withdrawn', purpose: 'texts' }, { fact: 'consent-given', purpose: 'texts' }),
    ],
    ['another consent taken back', facts({ fact: 'consent-withdrawn', purpose: 'sharing' })],
    ['another way that is not wanted', facts({ fact: 'contact-preferences', preferences: { email: 'no' } })],
    ['a task withdrawn', facts('task-withdrawn')],
  ])('%s', (_why, personFacts) => {
    expect(judge({ ...sendable, personFacts }, now).verdict).toBe('send');
  });

  test('edge case 29: a death that was corrected, also when it was told after its correction', () => {
    const [death, correction] = facts('death', 'death-corrected');
    if (death === undefined || correction === undefined) throw new Error('two facts');
    const corrects = { ...correction, correctsFactId: death.factId };
    expect(judge({ ...sendable, personFacts: [corrects, death] }, now).verdict).toBe('send');
    const another = { ...corrects, correctsFactId: 'another' };
    expect(judge({ ...sendable, personFacts: [death, another] }, now).verdict).toBe('skip');
  });

  test('every text about an appointment names no place', () => {
    for (const purpose of textPurposes.filter((one) => one.startsWith('appointment-'))) {
      expect(namesNoPlace(purpose)).toBe(true);
    }
    expect(namesNoPlace('page-link')).toBe(false);
  });
});

describe('skipped', () => {
  test.each(obstacles)('%s', (reason, facts) => {
    expect(judge({ ...sendable, ...facts }, now)).toEqual({ verdict: 'skip', reason });
  });

  test.each(['no', 'unknown', 'not-asked', 'Yes', '', null])('safe to text: %s', (safeToText) => {
    expect(judge({ ...sendable, safeToText }, now)).toEqual({ verdict: 'skip', reason: 'not-safe-to-text' });
  });

  test('every reason has its words', () => {
    expect(obstacles.every(([reason]) => reason in skipReasons)).toBe(true);
    for (const words of Object.values(skipReasons)) expect(words).toMatch(/^[A-Z].+\.$/);
  });

  test.each(['no', 'unknown'] as const)('a wish for texts that is %s', (text) => {
    const personFacts = facts(
      { fact: 'contact-preferences', preferences: { text: 'yes' } },
      { fact: 'contact-preferences', preferences: { text, email: 'yes' } },
    );
    expect(judge({ ...sendable, personFacts }, now)).toEqual({ verdict: 'skip', reason: 'not-safe-to-text' });
  });

  test.each(['cancelled', 'held', 'missed', 'provider-caused'] as const)(
    'an appointment that is %s',
    (status) => {
      const appointment = { status, startsAt: '2026-03-03T14:30:00.000Z' };
      expect(judge({ ...sendable, appointment }, now)).toEqual({
        verdict: 'skip',
        reason: 'appointment-not-booked',
      });
    },
  );

  test('an appointment that the pathway does not have, and a person without a number', () => {
    expect(judge({ ...sendable, appointment: null }, now)).toEqual({
      verdict: 'skip',
      reason: 'appointment-not-booked',
    });
    expect(judge({ ...sendable, mobile: null }, now)).toEqual({
      verdict: 'skip',
      reason: 'no-textable-number',
    });
  });

  test('a number of nobody, in production', () => {
    expect(judge({ ...sendable, numbers: numberPlanOf('production') }, now)).toEqual({
      verdict: 'skip',
      reason: 'no-textable-number',
    });
  });

  test('edge case 33: the link to the page, where somebody may be in danger', () => {
    const flagged = { ...sendable, personFacts: facts('safety-flag'), purpose: 'page-link' };
    expect(judge(flagged, now)).toEqual({ verdict: 'skip', reason: 'safety-flag' });
  });

  test('hours that begin again only when the appointment has begun', () => {
    const facts = {
      ...sendable,
      expiresAt: '2026-03-03T07:30:00.000Z',
      appointment: { status: 'booked', startsAt: '2026-03-03T07:30:00.000Z' },
    } as const;
    expect(judge(facts, '2026-03-02T20:00:00.000Z')).toEqual({ verdict: 'skip', reason: 'no-time-left' });
  });
});

describe('later', () => {
  test.each([
    ['not before its instant', '2026-03-02T08:59:59.999Z', '2026-03-02T09:00:00.000Z'],
    ['not in the evening', '2026-03-02T20:00:00.000Z', '2026-03-03T08:00:00.000Z'],
    ['not in the early morning', '2026-03-03T07:59:59.999Z', '2026-03-03T08:00:00.000Z'],
  ])('%s', (_why, at, then) => {
    expect(judge(sendable, at)).toEqual({ verdict: 'later', at: then });
  });

  test('by local time, so an hour earlier in summer', () => {
    const summer = {
      ...sendable,
      notBefore: '2026-07-01T06:00:00.000Z',
      expiresAt: '2026-07-02T10:00:00.000Z',
      appointment: { status: 'booked', startsAt: '2026-07-02T10:00:00.000Z' },
    } as const;
    expect(judge(summer, '2026-07-01T06:59:00.000Z')).toEqual({
      verdict: 'later',
      at: '2026-07-01T07:00:00.000Z',
    });
    expect(judge(summer, '2026-07-01T07:00:00.000Z').verdict).toBe('send');
    expect(judge(summer, '2026-07-01T18:59:59.999Z').verdict).toBe('send');
    expect(judge(summer, '2026-07-01T19:00:00.000Z')).toEqual({
      verdict: 'later',
      at: '2026-07-02T07:00:00.000Z',
    });
  });
});

describe('whatever the facts', () => {
  const start = Date.parse('2026-03-20T00:00:00.000Z');
  const day = 24 * 60;
  const within = (from: number, to: number): fc.Arbitrary<string> =>
    fc.integer({ min: from * day, max: to * day }).map((minutes) => toInstant(start + minutes * 60_000));
  const localTime = fc
    .integer({ min: 0, max: day - 1 })
    .map(
      (minutes) =>
        `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`,
    );
  const mostly = <T>(usual: T, ...others: T[]): fc.Arbitrary<T> =>
    fc.oneof(
      { weight: 9, arbitrary: fc.constant(usual) },
      { weight: 1, arbitrary: fc.constantFrom(...others) },
    );
  const anyFacts: fc.Arbitrary<SendingFacts> = fc.record({
    purpose: mostly<string>('appointment-reminder', 'another'),
    notBefore: within(0, 10),
    expiresAt: within(5, 15),
    personFacts: fc.oneof(
      { weight: 9, arbitrary: fc.constant<ToldFact[]>([]) },
      fc.shuffledSubarray([...personFactKinds]).map((kinds) => facts(...kinds)),
    ),
    safeToText: mostly<string | null>('yes', 'no', 'unknown', null),
    mobile: mostly<string | null>('07700 900123', '01267 222020', null),
    numbers: fc.constant(numberPlanOf('test')),
    wrongNumber: mostly(false, true),
    language: fc.constantFrom('en', 'cy', null),
    kind: fc.constant('diversion'),
    pathwayClosed: mostly(false, true),
    textsToday: fc.nat({ max: 3 }),
    appointment: fc.option(
      fc.record({
        status: mostly('booked', 'superseded', 'cancelled', 'held', 'missed', 'provider-caused'),
        startsAt: within(5, 15),
      }),
      { freq: 9 },
    ),
    bookedFor: fc.constant<string[]>([]),
    reassigned: mostly(false, true),
    policy: fc.record({ sendFrom: localTime, sendUntil: localTime }),
  });
  // The night of 29 March, in which an hour is missing, is among them.
  const instant = within(0, 15);

  const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
  const lengthOf = ({ sendFrom, sendUntil }: SendingFacts['policy']): number =>
    (minutesOf(sendUntil) - minutesOf(sendFrom) + day) % day || day;

  test('a text leaves only when nothing at all speaks against it', () => {
    let sent = 0;
    fc.assert(
      fc.property(anyFacts, instant, (given, at) => {
        const judgement = judge(given, at);
        if (judgement.verdict !== 'send') return;
        sent += 1;
        const { sendFrom, sendUntil } = given.policy;
        const { time } = localParts(at);
        const told = given.personFacts.map(({ fact }) => fact);
        expect(told).not.toContain('death');
        expect(told.lastIndexOf('stop-texts')).toBeLessThanOrEqual(told.lastIndexOf('texts-allowed'));
        expect(told.lastIndexOf('custody')).toBeLessThanOrEqual(told.lastIndexOf('release'));
        expect(given.safeToText).toBe('yes');
        expect(given.wrongNumber).toBe(false);
        expect(given.pathwayClosed).toBe(false);
        expect(given.reassigned).toBe(false);
        expect(given.appointment?.status).toBe('booked');
        expect(at < String(given.appointment?.startsAt)).toBe(true);
        expect(at >= given.notBefore && at <= given.expiresAt).toBe(true);
        if (sendFrom < sendUntil) expect(time >= sendFrom && time < sendUntil).toBe(true);
        if (sendFrom > sendUntil) expect(time >= sendFrom || time < sendUntil).toBe(true);
        expect(judgement.to).toBe('+447700900123');
        expect(judgement.startsAt).toBe(given.appointment?.startsAt);
      }),
      { numRuns: 26_000 },
    );
    expect(sent).toBeGreaterThan(1_000);
  });

  test('what waits is sent at the instant it waits for, and never waits twice', () => {
    let waited = 0;
    fc.assert(
      fc.property(anyFacts, instant, (given, at) => {
        const judgement = judge(given, at);
        if (judgement.verdict !== 'later') return;
        // Hours that lie within the one that is missing in March open at an instant at which they are closed.
        fc.pre(lengthOf(given.policy) > 60);
        waited += 1;
        expect(judgement.at > at).toBe(true);
        expect(judge(given, judgement.at).verdict).toBe('send');
      }),
      { numRuns: 20_000 },
    );
    expect(waited).toBeGreaterThan(1_000);
  });

  test('each obstacle alone keeps the text back, whichever others there are', () => {
    fc.assert(
      fc.property(fc.subarray([...obstacles], { minLength: 1 }), (chosen) => {
        const all = Object.assign(
          {},
          sendable,
          ...chosen.map(([, changed]) => changed).reverse(),
        ) as SendingFacts;
        const judgement = judge(all, now);
        expect(judgement.verdict).toBe('skip');
      }),
    );
  });
});
