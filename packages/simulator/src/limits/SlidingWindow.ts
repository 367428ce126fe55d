/** Instants of the last while, oldest first, to count how many fall into a sliding window. */
export class SlidingWindow {
  #instants: Array<number> = []
  #first = 0

  add(now: number): void {
    this.#instants.push(now)
  }

  /** How many instants lie less than `length` before `now`; older ones are forgotten. */
  count(now: number, length: number): number {
    while (this.#first < this.#instants.length && (this.#instants[this.#first] as number) <= now - length) this.#first++
    if (this.#first > 1024) {
      this.#instants = this.#instants.slice(this.#first)
      this.#first = 0
    }
    return this.#instants.length - this.#first
  }

  /** The oldest instant still counted. */
  get oldest(): number | undefined {
    return this.#instants[this.#first]
  }
}
