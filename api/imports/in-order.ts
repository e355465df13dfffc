/**
 * Does the same work for every row of a stream: at most `atOnce` rows at a time, rows that share a key one
 * after the other, answers in the order of the rows. The next row is read only when there is room for it.
 *
 * When a row's work fails, no further row is begun, and the failure is passed on after the work that is
 * running has ended: nothing goes on behind the caller's back.
 */
export async function* inOrder<Row, Answer>(
  rows: AsyncIterable<Row>,
  atOnce: number,
  keysOf: (row: Row) => readonly string[],
  work: (row: Row) => Promise<Answer>,
): AsyncGenerator<Answer> {
  const running: Promise<Answer>[] = [];
  const lastOfKey = new Map<string, Promise<Answer>>();

  function begin(row: Row): Promise<Answer> {
    const keys = keysOf(row);
    const before = keys.flatMap((key) => lastOfKey.get(key) ?? []);
    const answer = before.length === 0 ? work(row) : Promise.all(before).then(() => work(row));
    for (const key of keys) {
      lastOfKey.set(key, answer);
    }
    const forget = (): void => {
      for (const key of keys) {
        if (lastOfKey.get(key) === answer) lastOfKey.delete(key);
      }
    };
    // A failure is seen when its turn comes to be answered; until then it must not count as unhandled.
    answer.then(forget, forget);
    return answer;
  }

  try {
    for await (const row of rows) {
      running.push(begin(row));
      if (running.length >= atOnce) yield await (running.shift() as Promise<Answer>);
    }
    for (let next = running.shift(); next !== undefined; next = running.shift()) {
      yield await next;
    }
  } finally {
    await Promise.allSettled(running);
  }
}
