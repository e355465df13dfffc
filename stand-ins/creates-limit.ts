/**
 * The gateway's own rate for one sender: so many creates a second, over any second, and no more; what is above is answered
 * with 429. Only what is taken counts.
 */
export class CreatesLimit {
  #perSecond: number | null = null;
  #taken: number[] = [];

  /** @param perSecond null: no limit, as at the start */
  set(perSecond: number | null): void {
    this.#perSecond = perSecond;
    this.#taken = [];
  }

  /** Whether one more is taken at this moment, in milliseconds. */
  takes(now: number): boolean {
    if (this.#perSecond === null) return true;
    this.#taken = this.#taken.filter((at) => at > now - 1_000);
    if (this.#taken.length >= this.#perSecond) return false;
    this.#taken.push(now);
    return true;
  }
}
