import { describe, expect, test } from '@jest/globals';
import { inOrder } from '../../api/imports/in-order.ts';

interface Gate {
  readonly opened: Promise<void>;
  readonly open: () => void;
}

function gate(): Gate {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

// An async generator, as the rows of a file are.
// eslint-disable-next-line @typescript-eslint/require-await
async function* stream<T>(
  items: readonly T[],
  onRead: (item: T) => void = () => undefined,
): AsyncGenerator<T> {
  for (const item of items) {
    onRead(item);
    yield item;
  }
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

/** Lets everything run that waits for nothing. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

const noKeys = (): string[] => [];

describe('in order', () => {
  test('answers come in the order of the rows, whichever work ends first', async () => {
    const gates = [gate(), gate(), gate()];
    const answers = all(
      inOrder(stream([0, 1, 2]), 3, noKeys, async (row) => {
        await gates[row]?.opened;
        return `answer ${String(row)}`;
      }),
    );
    for (const { open } of gates.toReversed()) {
      open();
      await settle();
    }
    expect(await answers).toEqual(['answer 0', 'answer 1', 'answer 2']);
  });

  test('no more rows are read and begun than are allowed at once', async () => {
    const read: number[] = [];
    let atWork = 0;
    let most = 0;
    const rows = Array.from({ length: 100 }, (_, row) => row);
    const answers = await all(
      inOrder(
        stream(rows, (row) => read.push(row)),
        4,
        noKeys,
        async (row) => {
          atWork += 1;
          most = Math.max(most, atWork);
          expect(read.length - row).toBeLessThanOrEqual(4);
          await new Promise((resolve) => setImmediate(resolve));
          atWork -= 1;
          return row;
        },
      ),
    );
    expect(answers).toEqual(rows);
    expect(most).toBe(4);
  });

  test('rows that share a key wait for each other, others do not', async () => {
    const first = gate();
    const begun: string[] = [];
    const answers = all(
      inOrder(
        stream(['a1', 'a2 b1', 'b2', 'c1']),
        4,
        (row) => row.split(' ').map((part) => part.charAt(0)),
        async (row) => {
          begun.push(row);
          if (row === 'a1') await first.opened;
          return row;
        },
      ),
    );
    await settle();
    expect(begun).toEqual(['a1', 'c1']);
    first.open();
    await answers;
    expect(begun).toEqual(['a1', 'c1', 'a2 b1', 'b2']);
  });

  test('a failure begins nothing more, waits for what is running, and is passed on', async () => {
    const last = gate();
    const begun: number[] = [];
    const ended: number[] = [];
    const answers: number[] = [];
    const run = (async () => {
      for await (const answer of inOrder(stream([0, 1, 2, 3, 4, 5]), 3, noKeys, async (row) => {
        begun.push(row);
        if (row === 1) throw new Error('the ledger is away');
        if (row === 2) await last.opened;
        ended.push(row);
        return row;
      })) {
        answers.push(answer);
      }
    })();
    let settled = false;
    const outcome = run.then(
      () => 'ended',
      (error: unknown) => (error as Error).message,
    );
    void outcome.then(() => (settled = true));
    await settle();
    expect(settled).toBe(false);
    last.open();
    expect(await outcome).toBe('the ledger is away');
    expect(answers).toEqual([0]);
    expect(ended).toContain(2);
    expect(begun).not.toContain(5);
  });
});
