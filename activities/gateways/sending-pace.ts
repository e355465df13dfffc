import PQueue from 'p-queue';
import type { Urgency } from '../../workflows/domain/common/message-intent.ts';

/** In what order and how fast the texts of this process go to the gateway. */
export interface SendingPace {
  /** Resolves when it is the turn of a text of this urgency: the most urgent first, and those alike as they came. */
  turn(urgency: Urgency): Promise<void>;
}

/**
 * Between its turn and the gateway a text is judged and written down, which takes one longer than another. Without room for
 * that the gateway sees eleven within a second where ten were let go, and refuses one.
 */
const room = 1.02;

/**
 * So many texts in any second, one after the other: ten let go at once would be judged and written down side by side, and
 * reach the gateway as that went. The engine gives them out at the same rate for the whole queue, but by when it does and not
 * by when they reach the gateway; one that the gateway refused would have to win its place against all that came after it.
 * @param perSecond above nought; less than one is one in so many seconds
 */
export function sendingPace(perSecond: number): SendingPace {
  const queue = new PQueue({ intervalCap: 1, interval: (1_000 / perSecond) * room, strict: true });
  return {
    async turn(urgency) {
      await queue.add(() => undefined, { priority: -urgency });
    },
  };
}

/** Each at once. */
export const unhurried: SendingPace = { turn: () => Promise.resolve() };
