/** Decides which faults of the plan strike a request. */
import type { Query } from "../routes/Query.ts"
import type { RouteMatch } from "../routes/Routes.ts"
import type { Fault, FaultPlan, FaultRule } from "./FaultPlan.ts"
import { RuleCounts } from "./RuleCounts.ts"

export class FaultEngine {
  #plan: FaultPlan
  #counts: RuleCounts

  constructor(plan: FaultPlan) {
    this.#plan = plan
    this.#counts = new RuleCounts(plan.seed ?? 1)
  }

  get plan(): FaultPlan {
    return this.#plan
  }

  /** All counting starts anew. */
  replace(plan: FaultPlan): void {
    this.#plan = plan
    this.#counts = new RuleCounts(plan.seed ?? 1)
  }

  /** The faults that strike this request, in the order of the plan. Counts it. */
  strikes(match: RouteMatch, query: Query): ReadonlyArray<Fault> {
    const faults: Array<Fault> = []
    for (const [i, rule] of this.#plan.rules.entries()) {
      if (matches(rule, match, query) && this.#counts.isStruck(i, rule.when)) faults.push(rule.fault)
    }
    return faults
  }

  /** A number from 0 up to but not including 1, by the plan's seed. */
  chance(purpose: number, n: number): number {
    return this.#counts.chance(purpose, n)
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
