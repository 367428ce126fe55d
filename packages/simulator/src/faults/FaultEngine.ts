/** Decides which faults of the plan strike a request. */
import type { Query } from "../routes/Query.ts"
import type { RouteMatch } from "../routes/Routes.ts"
import { share } from "../world/random.ts"
import type { Fault, FaultPlan, FaultRule } from "./FaultPlan.ts"

export class FaultEngine {
  #plan: FaultPlan
  #seen: Array<number> = []
  #struck: Array<number> = []

  constructor(plan: FaultPlan) {
    this.#plan = plan
    this.replace(plan)
  }

  get plan(): FaultPlan {
    return this.#plan
  }

  /** All counting starts anew. */
  replace(plan: FaultPlan): void {
    this.#plan = plan
    this.#seen = plan.rules.map(() => 0)
    this.#struck = plan.rules.map(() => 0)
  }

  /** The faults that strike this request, in the order of the plan. Counts it. */
  strikes(match: RouteMatch, query: Query): ReadonlyArray<Fault> {
    const faults: Array<Fault> = []
    for (const [i, rule] of this.#plan.rules.entries()) {
      if (!matches(rule, match, query)) continue
      const number = (this.#seen[i] ?? 0) + 1
      this.#seen[i] = number
      if (!this.#isDue(i, rule, number)) continue
      this.#struck[i] = (this.#struck[i] ?? 0) + 1
      faults.push(rule.fault)
    }
    return faults
  }

  /** A number from 0 up to but not including 1, by the plan's seed. */
  chance(purpose: number, n: number): number {
    return share(this.#plan.seed ?? 1, purpose, n)
  }

  #isDue(i: number, rule: FaultRule, number: number): boolean {
    const { after, nth, probability, times } = rule.when ?? {}
    return (
      (nth === undefined || nth.includes(number)) &&
      (after === undefined || number > after) &&
      (times === undefined || (this.#struck[i] ?? 0) < times) &&
      (probability === undefined || this.chance(i, number) < probability)
    )
  }
}

const matches = (rule: FaultRule, match: RouteMatch, query: Query): boolean => {
  const { id, page, practiceId, route, startDate } = rule.match ?? {}
  const isFirst = Number(query.text("offset") ?? 0) === 0
  return (
    (practiceId === undefined || practiceId === match.practiceId) &&
    (route === undefined || route === match.name) &&
    (id === undefined || id === match.id) &&
    (page === undefined || (page === "first") === isFirst) &&
    (startDate === undefined || startDate === query.text("startdate"))
  )
}
