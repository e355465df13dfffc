import { describe, expect, test } from '@jest/globals';
import { judgePersonEmail } from '../../messages/judge-person-email.ts';
import type { PersonEmailFacts } from '../../messages/judge-person-email.ts';
import { skipReasons } from '../../messages/skip-reasons.ts';
import type { SkipReason } from '../../messages/skip-reasons.ts';
import type { ToldFact } from '../../workflows/domain/common/standing-facts.ts';

const now = '2026-03-02T22:30:00.000Z';
const startsAt = '2026-03-04T14:30:00.000Z';

type Said = Pick<ToldFact, 'fact' | 'purpose' | 'preferences'>;

/** In the order in which they were told. */
function facts(...said: readonly Said[]): ToldFact[] {
  return said.map((each, index) => {
    const at = `2026-03-01T09:00:0${String(index)}.000Z`;
    return { factId: `fact-${String(index)}`, occurredAt: at, recordedAt: at, ...each };
  });
}

const yes: Said = { fact: 'contact-preferences', preferences: { email: 'yes' } };

const sendable: PersonEmailFacts = {
  purpose: 'appointment-booked',
  notBefore: now,
  expiresAt: startsAt,
  personFacts: facts(yes),
  email: 'sian@example.org',
  yesOfAddress: true,
  language: 'cy',
  kind: 'diversion',
  pathwayClosed: false,
  textsToday: 0,
  appointment: { status: 'booked', startsAt },
  bookedFor: [startsAt],
  reassigned: false,
  policy: { sendFrom: '08:00', sendUntil: '20:00' },
};

test('an e-mail with nothing against it is sent at any hour, to the address, in the language of the person', () => {
  const judgement = { verdict: 'send', to: 'sian@example.org', language: 'cy', startsAt };
  expect(judgePersonEmail(sendable, now)).toEqual(judgement);
  expect(judgePersonEmail({ ...sendable, language: null }, now)).toEqual({ ...judgement, language: null });
  expect(judgePersonEmail({ ...sendable, notBefore: startsAt }, now)).toEqual({
    verdict: 'later',
    at: startsAt,
  });
});

describe('an e-mail does not leave', () => {
  const full = { ...sendable.policy, perDay: 2 };
  test.each<[SkipReason, Partial<PersonEmailFacts>]>([
    ['person-died', { personFacts: facts(yes, { fact: 'death' }) }],
    ['email-not-wanted', { personFacts: [] }],
    ['email-not-wanted', { yesOfAddress: false }],
    [
      'email-not-wanted',
      { personFacts: facts(yes, { fact: 'contact-preferences', preferences: { email: 'unknown' } }) },
    ],
    [
      'email-not-wanted',
      { personFacts: facts(yes, { fact: 'contact-preferences', preferences: { email: 'no' } }) },
    ],
    ['email-not-safe', { personFacts: facts(yes, { fact: 'safety-flag' }) }],
    ['in-custody', { personFacts: facts(yes, { fact: 'custody' }) }],
    ['no-address', { email: null }],
    ['no-address', { email: 'sian@example.org, other@example.org' }],
    ['no-address', { email: 'sian@example.org\r\nBcc: other@example.org' }],
    ['email-not-safe', { purpose: 'page-link', appointment: null }],
    ['email-not-safe', { purpose: 'online-invitation', appointment: null }],
    ['pathway-closed', { pathwayClosed: true }],
    ['appointment-moved', { appointment: { status: 'superseded', startsAt } }],
    ['appointment-not-booked', { appointment: { status: 'cancelled', startsAt } }],
    ['appointment-past', { appointment: { status: 'booked', startsAt: now } }],
    ['expired', { expiresAt: '2026-03-02T22:29:59.999Z' }],
    ['not-today', { textsToday: 2, policy: full, expiresAt: '2026-03-02T23:00:00.000Z' }],
    ['another-person', { reassigned: true }],
  ])('%s: %j', (reason, changed) => {
    expect(judgePersonEmail({ ...sendable, ...changed }, now)).toEqual({ verdict: 'skip', reason });
    expect(skipReasons[reason]).toMatch(/\.$/);
  });
});

test('a full day puts it off to the next; what tells of a change goes, and so does what tells of a duty', () => {
  const full = { ...sendable, textsToday: 2, policy: { ...sendable.policy, perDay: 2 } };
  expect(judgePersonEmail(full, now)).toEqual({
    ...{ verdict: 'later', at: '2026-03-03T00:00:00.000Z', dayFull: true },
  });
  expect(judgePersonEmail({ ...full, purpose: 'appointment-moved' }, now)).toMatchObject({ verdict: 'send' });
  expect(judgePersonEmail({ ...full, kind: 'compulsory' }, now)).toMatchObject({ verdict: 'send' });
});

test('STOP and a consent to texts taken back are words about texts; what was taken back holds no e-mail', () => {
  const personFacts = facts(
    ...([{ fact: 'safety-flag' }, { fact: 'custody' }, yes, { fact: 'stop-texts' }] as const),
    ...([{ fact: 'consent-withdrawn', purpose: 'texts' }, { fact: 'safety-flag-lifted' }] as const),
    { fact: 'release' },
    { fact: 'contact-preferences', preferences: { text: 'no' } },
  );
  expect(judgePersonEmail({ ...sendable, personFacts }, now)).toMatchObject({ verdict: 'send' });
});
