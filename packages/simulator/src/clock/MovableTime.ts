/**
 * The simulated host's time: that of Effect's clock, moved forward by whoever tests, or standing still until they do.
 * Tokens, feeds, subscriptions, quotas, stamps and retries of notifications all go by it.
 *
 * It never runs backward: what has a stamp would have one of the future then.
 */
export class MovableTime {
  /** What it is ahead of Effect's clock, while it runs. */
  #ahead: number
  /** Where it stands, while it does. */
  #stoppedAt: number | undefined

  /** Shows `startsAt` when Effect's clock shows `clockMillis`; both in epoch milliseconds. */
  constructor(startsAt: number, clockMillis: number) {
    this.#ahead = startsAt - clockMillis
  }

  /** The time, in epoch milliseconds, when Effect's clock shows `clockMillis`. */
  at(clockMillis: number): number {
    return this.#stoppedAt ?? clockMillis + this.#ahead
  }

  get isStopped(): boolean {
    return this.#stoppedAt !== undefined
  }

  /** Goes to `millis`, unless it is there or past it. */
  moveTo(millis: number, clockMillis: number): void {
    if (millis <= this.at(clockMillis)) return
    if (this.#stoppedAt === undefined) this.#ahead = millis - clockMillis
    else this.#stoppedAt = millis
  }

  /** Stands still from now on. */
  stop(clockMillis: number): void {
    this.#stoppedAt = this.at(clockMillis)
  }

  /** Goes on from where it stands. */
  run(clockMillis: number): void {
    if (this.#stoppedAt === undefined) return
    this.#ahead = this.#stoppedAt - clockMillis
    this.#stoppedAt = undefined
  }
}
