const leastMs = 5_000;
const mostMs = 3_600_000;

/**
 * Whose turn it is, among things that are found again and again: at once, and then after pauses that double up to
 * an hour, so that what nothing helps is not tried for ever at the same pace. Kept in memory only.
 */
export class GrowingPauses {
  readonly #turns = new Map<string, { readonly nextMs: number; readonly pauseMs: number }>();

  /** Those whose turn has come. */
  due(ids: readonly string[], nowMs: number): string[] {
    // What was not found again for so long has healed, and begins anew if it comes back.
    for (const [id, { nextMs }] of this.#turns) if (nextMs + mostMs < nowMs) this.#turns.delete(id);
    return ids.filter((id) => {
      const turn = this.#turns.get(id);
      return turn === undefined || nowMs >= turn.nextMs;
    });
  }

  /** It was tried now. What could not be tried at all keeps its turn. */
  tried(id: string, nowMs: number): void {
    const turn = this.#turns.get(id);
    const pauseMs = turn === undefined ? leastMs : Math.min(turn.pauseMs * 2, mostMs);
    this.#turns.set(id, { nextMs: nowMs + pauseMs, pauseMs });
  }
}
