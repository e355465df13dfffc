import type { SendingFacts } from '../../messages/judge.ts';
import { numberPlanOf } from '../../messages/phone-number.ts';
import { toInstant } from '../../workflows/domain/common/instant.ts';
import type { ToldFact } from '../../workflows/domain/common/standing-facts.ts';

// What a text is judged by (messages/judge.ts), on a Monday in the sending hours: 2 March 2026 at 09:00.

/** Told before now; later ones of one list came later. */
export function facts(
  ...kinds: (ToldFact['fact'] | Pick<ToldFact, 'fact' | 'purpose' | 'preferences'>)[]
): ToldFact[] {
  return kinds.map((given, index) => {
    const at = toInstant(Date.parse('2026-03-01T09:00:00.000Z') + index * 1_000);
    const said = typeof given === 'string' ? { fact: given } : given;
    return { factId: `fact-${String(index)}`, occurredAt: at, recordedAt: at, ...said };
  });
}

/** A reminder with nothing against it. */
export const sendable: SendingFacts = {
  purpose: 'appointment-reminder',
  notBefore: '2026-03-02T09:00:00.000Z',
  expiresAt: '2026-03-03T14:30:00.000Z',
  personFacts: [],
  safeToText: 'yes',
  mobile: '07700 900123',
  numbers: numberPlanOf('test'),
  wrongNumber: false,
  language: 'cy',
  kind: 'diversion',
  pathwayClosed: false,
  textsToday: 0,
  appointment: { status: 'booked', startsAt: '2026-03-03T14:30:00.000Z' },
  bookedFor: ['2026-03-03T14:30:00.000Z'],
  reassigned: false,
  policy: { sendFrom: '08:00', sendUntil: '20:00' },
};
