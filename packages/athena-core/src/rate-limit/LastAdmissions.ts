interface Entry {
  /** Epoch milliseconds. */
  readonly time: number
  /** How many all processes had let through by then, this one included. */
  readonly ordinal: number
  wasRefused: boolean
}

/**
 * When requests were admitted, as far back as a refusal may look that was long under way. Of those that other processes
 * let through only the number is known, by the ordinals of our own before and after: they count as spread evenly between.
 */
export class LastAdmissions {
  #entries: Array<Entry> = []

  add(time: number, ordinal: number): void {
    if (this.#entries.length >= 2048) this.#entries = this.#entries.slice(-1024)
    this.#entries.push({ time, ordinal, wasRefused: false })
  }

  /** Counts one no more that was refused after all. */
  remove(time: number): void {
    const entry = this.#entries.findLast((entry) => entry.time === time && !entry.wasRefused)
    if (entry !== undefined) entry.wasRefused = true
  }

  /** How many lie after `from` and not after `to`. */
  between(from: number, to: number): number {
    let own = 0
    let others = 0
    for (const [index, { ordinal, time, wasRefused }] of this.#entries.entries()) {
      if (!wasRefused && time > from && time <= to) own += 1
      const before = this.#entries[index - 1]
      if (before === undefined) continue
      const overlap = Math.min(time, to) - Math.max(before.time, from)
      const meanwhile = Math.max(0, ordinal - before.ordinal - 1)
      if (overlap > 0) others += (meanwhile * overlap) / (time - before.time)
    }
    return own + others
  }
}
