import { describe, expect, test } from '@jest/globals';
import { sendingPace } from '../../activities/gateways/sending-pace.ts';
import type { Urgency } from '../../workflows/domain/common/message-intent.ts';

/** The order in which they had their turns, and when, in milliseconds. */
async function turnsOf(perSecond: number, urgencies: readonly Urgency[]): Promise<[Urgency, number][]> {
  const pace = sendingPace(perSecond);
  const turns: [Urgency, number][] = [];
  await Promise.all(
    urgencies.map(async (urgency) => {
      await pace.turn(urgency);
      turns.push([urgency, Date.now()]);
    }),
  );
  return turns;
}

describe('texts of one process', () => {
  test('are never more in any second than the gateway takes', async () => {
    const asked = Date.now();
    const at = (await turnsOf(20, new Array<Urgency>(45).fill(4))).map(([, ms]) => ms - asked);
    expect(at).toHaveLength(45);
    expect(at[20]).toBeGreaterThanOrEqual(1_000);
    expect(at[40]).toBeGreaterThanOrEqual(2_000);
  }, 15_000);

  test('are let go one by one, so that none is held up by what is done for nine others', async () => {
    const asked = Date.now();
    const at = (await turnsOf(20, new Array<Urgency>(6).fill(4))).map(([, ms]) => ms - asked);
    expect(at.map((ms, index) => ms >= index * 50)).toEqual(at.map(() => true));
  });

  test('the most urgent goes next, however many wait', async () => {
    const pace = sendingPace(10);
    const order: string[] = [];
    const wait = async (urgency: Urgency, name: string): Promise<void> => {
      await pace.turn(urgency);
      order.push(name);
    };
    await Promise.all(Array.from({ length: 10 }, () => pace.turn(5)));
    await Promise.all([
      wait(5, 'first come'),
      wait(4, 'booking'),
      wait(1, 'moved today'),
      wait(4, 'second booking'),
    ]);
    expect(order).toEqual(['moved today', 'booking', 'second booking', 'first come']);
  });

  test('one in two seconds is one in two seconds', async () => {
    const [one, other] = await turnsOf(0.5, [1, 1]);
    expect((other?.[1] ?? 0) - (one?.[1] ?? 0)).toBeGreaterThanOrEqual(2_000);
  }, 15_000);
});
