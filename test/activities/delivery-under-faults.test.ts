import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { FaultScript } from '../../stand-ins/twilio-faults.ts';
import type { CreateAttempt } from '../../stand-ins/twilio-record.ts';
import type { Database } from '../../store/database.ts';
import { DeliveryUnderTest, leaseOver, planMessage, startGateway } from '../support/delivery.ts';
import type { GatewayUnderTest } from '../support/delivery.ts';
import { openStore } from '../support/recorded-pathway.ts';
import type { StoreUnderTest } from '../support/recorded-pathway.ts';

let store: StoreUnderTest;
let db: Database;
let under: GatewayUnderTest;

beforeAll(async () => {
  store = await openStore();
  ({ db } = store);
  under = await startGateway();
});

afterAll(async () => {
  await under.close();
  await store.close();
});

const accepted = (): readonly CreateAttempt[] =>
  under
    .standIn()
    .record()
    .filter((attempt) => attempt.accepted);
const delivery = (): DeliveryUnderTest => new DeliveryUnderTest({ db, gateway: under.gateway });

test('whatever the gateway does, no message is accepted twice, and the record says what is so', async () => {
  const kinds: readonly FaultScript[] = [
    { on: 'create', does: 'accept-then-hang' },
    { on: 'create', does: 'accept-then-500' },
    { on: 'create', does: 'accept-then-reset' },
    { on: 'create', does: '500' },
    { on: 'create', does: 'reset' },
    { on: 'create', does: 'too-many', retryAfterSeconds: 1 },
    { on: 'create', does: 'refuse' },
    { on: 'list', does: 'lag' },
    { on: 'list', does: '500' },
    { on: 'list', does: 'reset' },
  ];
  const seed = Math.floor(Math.random() * 2 ** 31);
  const random = generator(seed);
  const outcomes = await Promise.all(
    Array.from({ length: 20 }, async (_, index) => {
      const to = `+447700900${String(200 + index)}`;
      const faults = Array.from(
        { length: Math.floor(random() * 5) },
        () => kinds[Math.floor(random() * kinds.length)],
      );
      const message = await planMessage(db, { person: { mobile: to } });
      for (const fault of faults) if (fault !== undefined) await under.script({ ...fault, to });
      // Two runs at once, as after a run that continued as a new one; then one of them goes on alone.
      const [one, other] = [delivery(), delivery()];
      await Promise.allSettled([one.attempt(message), other.attempt(message)]);
      await leaseOver(db, message);
      const outcome = await one.run(message);
      return { to, faults, outcome };
    }),
  );
  for (const { to, faults, outcome } of outcomes) {
    const taken = accepted().filter((attempt) => attempt.to === to).length;
    const said = { seed, to, faults, outcome, taken };
    expect(said).toMatchObject({
      taken: outcome.status === 'sent' ? 1 : outcome.status === 'unknown' ? taken : 0,
    });
    expect(taken).toBeLessThanOrEqual(1);
    // Skipped: the carrier refused it because of a STOP, which the person's own record then says.
    expect(['sent', 'failed', 'skipped', 'unknown']).toContain(outcome.status);
    // Nothing was accepted where the outcome is unknown: the look-ups would have found it.
    if (outcome.status === 'unknown') expect(said).toMatchObject({ taken: 0 });
  }
}, 60_000);

/** mulberry32: small, seeded, good enough to choose faults. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}
