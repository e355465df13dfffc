import { expect, test } from '@jest/globals';
import { noEmailReasons, textsOffReasons } from '../../../workflows/domain/common/by-email.ts';
import { withAllMessages } from '../../../workflows/domain/common/default-messages.ts';
import { CompulsoryCase, initial, policy } from './compulsory-case.ts';

// Who can be reached by e-mail alone is told of a duty by e-mail; the notice binds, and no e-mail.

const telling = { policy: withAllMessages(policy) };
const byEmail = { urgency: 3, expiresAt: initial.startsAt, appointmentId: 'ia-1' } as const;
const skipped = { intentId: 'i1', outcome: 'skipped', purpose: 'appointment-booked' } as const;

function reported(it: CompulsoryCase, report: object) {
  const { length } = it.intents;
  it.tell('report-delivery', report);
  return it.intents.slice(length);
}

test.each(textsOffReasons)(
  'M90 a text left out (%s) is followed by an e-mail, and nobody is asked yet',
  (reason) => {
    const it = CompulsoryCase.required({}, telling);
    expect(reported(it, { ...skipped, reason, byEmail })).toEqual([
      { ...byEmail, purpose: 'appointment-booked', channel: 'email', notBefore: it.now },
    ]);
    expect(it.attention).toEqual([]);
    expect(it.last('message-not-sent')).toEqual({ ...skipped, reason, byEmail: true });
  },
);

test.each(noEmailReasons)('M90 once the e-mail has no way either (%s), who assesses is asked', (reason) => {
  const it = CompulsoryCase.required({}, telling);
  reported(it, { ...skipped, reason: 'not-safe-to-text', byEmail });
  const intents = reported(it, { ...skipped, intentId: 'i2', reason });
  expect(intents.map(({ purpose }) => purpose)).toEqual(['text-not-sent']);
  expect(it.attention).toEqual(['reach-another-way ia-1']);
});

test('an e-mail that failed is a person’s to see to', () => {
  const it = CompulsoryCase.required({}, telling);
  reported(it, { ...skipped, reason: 'not-safe-to-text', byEmail });
  reported(it, { ...skipped, intentId: 'i2', outcome: 'failed' });
  expect(it.attention).toEqual(['message-not-sent i2']);
});

test('where it had a link, or no e-mail can go, who assesses is asked at once; in custody nothing follows', () => {
  const linked = CompulsoryCase.required({}, telling);
  const reason = 'not-safe-to-text';
  const channels = (intents: ReturnType<typeof reported>) => intents.map(({ purpose }) => purpose);
  expect(channels(reported(linked, { ...skipped, purpose: 'page-link', reason, byEmail }))).toEqual([
    'text-not-sent',
  ]);
  expect(linked.attention).toEqual(['reach-another-way ia-1']);
  const held = CompulsoryCase.required({}, telling);
  held.tell('carry-fact', { factId: 'f1', fact: 'custody' });
  expect(channels(reported(held, { ...skipped, reason, byEmail }))).not.toContain('appointment-booked');
});
