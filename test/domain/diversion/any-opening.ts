import fc from 'fast-check';
import { knownChannels } from '../../../workflows/domain/common/contact-preference.ts';
import { toInstant } from '../../../workflows/domain/common/instant.ts';
import { policy } from './referral-life.ts';

/** Any way in which a referral may begin: here, or elsewhere and carried over. */

const day = 86_400_000;

/** Days from receipt on which the conditions of a caution are due; none: an Adult Community Resolution. */
const brought = fc.array(fc.integer({ min: 10, max: 120 }), { maxLength: 2 });

/** A case that was open elsewhere for so many days, and has come so far; undefined: it began here. */
const elsewhere = fc.option(
  fc.record({
    days: fc.integer({ min: 1, max: 140 }),
    reached: fc.boolean(),
    attempts: fc.option(fc.nat({ max: 4 })),
    assessed: fc.boolean(),
    treated: fc.boolean(),
    /** Days after it came here, or before. */
    appointment: fc.option(fc.integer({ min: -10, max: 40 })),
  }),
  { nil: undefined, freq: 5 },
);

type Elsewhere = NonNullable<typeof elsewhere extends fc.Arbitrary<infer E> ? E : never>;

function cameFrom(
  receivedAt: string,
  { days, reached, attempts, assessed, treated, appointment }: Elsewhere,
) {
  const after = (count: number): string => toInstant(Date.parse(receivedAt) + count * day);
  return {
    takenAt: after(days),
    route: { providerId: 'ddas', programme: 'p', routeId: 'r' },
    source: { source: 'other', via: 'caseload-import' } as const,
    disposal: null,
    ...{ offenceCode: null, offenceDate: null },
    soFar: {
      firstContactAt: reached ? after(days / 4) : null,
      attempts,
      assessedAt: assessed ? after(days / 3) : null,
      treatmentStartedAt: treated ? after(days / 2) : null,
      nextAppointmentAt: appointment === null ? null : after(Math.max(0, days + appointment)),
      workerId: attempts === null ? null : 'worker-elsewhere',
    },
  };
}

/** `takenAt`: when it came here. */
export const anyOpening = fc
  .record({
    receivedAt: fc
      .integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 11, 31) })
      .map((ms) => toInstant(ms)),
    route: fc.constantFrom(null, { providerId: 'ddas', programme: 'p', routeId: 'r' }),
    knownChannels: fc.subarray([...knownChannels]),
    safeToText: fc.constantFrom('yes' as const, 'no' as const, null),
    due: brought,
    open: elsewhere,
  })
  .map(({ due, open, ...received }) => ({
    takenAt: received.receivedAt,
    ...received,
    offenceDate: '2025-12-31',
    // A short list of bank holidays: the state is compared as a whole at every step.
    policy: {
      ...policy,
      bankHolidays: ['2026-04-03', '2026-12-25'],
      policeFeedback: { unit: 'working-days', count: 15 } as const,
    },
    ...(due.length === 0 || open !== undefined
      ? {}
      : {
          disposal: 'conditional-caution' as const,
          source: { source: 'police', via: 'conditional-caution' } as const,
          conditions: due.map((count, index) => ({
            conditionId: `c${String(index + 1)}`,
            code: 'attend-assessment',
            dueAt: toInstant(Date.parse(received.receivedAt) + count * day),
          })),
        }),
    ...(open === undefined ? {} : cameFrom(received.receivedAt, open)),
  }));
