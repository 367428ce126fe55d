/** When requests were admitted, epoch milliseconds, as far back as a refusal may look that was long under way. */
export class LastAdmissions {
  #times: Array<number> = []

  add(now: number): void {
    if (this.#times.length >= 2048) this.#times = this.#times.slice(-1024)
    this.#times.push(now)
  }

  /** Forgets one that was refused after all. */
  remove(time: number): void {
    const index = this.#times.lastIndexOf(time)
    if (index >= 0) this.#times.splice(index, 1)
  }

  /** How many lie after `from` and not after `to`. */
  between(from: number, to: number): number {
    return this.#times.filter((time) => time > from && time <= to).length
  }
}
