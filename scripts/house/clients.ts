/** Does the work for each item, so many at a time, as that many people would. */
export async function byClients<T, R>(
  items: readonly T[],
  clients: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const left = items.entries();
  await Promise.all(
    Array.from({ length: Math.min(clients, items.length) }, async () => {
      for (const [index, item] of left) results[index] = await work(item, index);
    }),
  );
  return results;
}

export function numbers(count: number, first = 0): number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}
