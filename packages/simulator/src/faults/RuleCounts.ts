/** How often each rule of a plan was looked at and struck, and with that whether it is due. */
import { share } from "../world/random.ts"
import type { FaultTiming } from "./FaultPlan.ts"

export class RuleCounts {
  readonly #seed: number
  readonly #seen = new Map<number, number>()
  readonly #struck = new Map<number, number>()

  constructor(seed: number) {
    this.#seed = seed
  }

  /** Counts a match of the rule with this number, and says whether it strikes. */
  isStruck(rule: number, { after, nth, probability, times }: typeof FaultTiming.Type = {}): boolean {
    const number = (this.#seen.get(rule) ?? 0) + 1
    this.#seen.set(rule, number)
    const struck = this.#struck.get(rule) ?? 0
    const isDue =
      (nth === undefined || nth.includes(number)) &&
      (after === undefined || number > after) &&
      (times === undefined || struck < times) &&
      (probability === undefined || this.chance(rule, number) < probability)
    if (isDue) this.#struck.set(rule, struck + 1)
    return isDue
  }

  /** A number from 0 up to but not including 1, by the plan's seed. */
  chance(purpose: number, n: number): number {
    return share(this.#seed, purpose, n)
  }
}
