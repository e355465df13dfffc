import { setTimeout as pause } from 'node:timers/promises';

/** Asks again and again until the fact is there; no test sleeps for a guessed time. @throws the last reason */
export async function eventually<T>(fact: () => Promise<T> | T, withinMs = 15_000, everyMs = 50): Promise<T> {
  const giveUp = Date.now() + withinMs;
  for (;;) {
    try {
      return await fact();
    } catch (error) {
      if (Date.now() > giveUp) throw error;
      await pause(everyMs);
    }
  }
}
