import type { Duration } from "effect"

/** How fast the engine asks. The vendor's limits are contractual and unpublished, so all of it is configuration. */
export interface BudgetOptions {
  /** Ceiling for one practice. */
  readonly requestsPerSecond: number
  /** Ceiling for all practices of the credentials together. */
  readonly appRequestsPerSecond: number
  /** The climb to the ceiling starts at a third of it, and at most here: 5 in the simulator and sandbox, 10 in production. */
  readonly startRequestsPerSecond: number
  /** Requests in flight per practice. */
  readonly maxConcurrency: number
  /** Told to wait longer than this, a call fails with `Throttled` instead. */
  readonly maxWait: Duration.Duration
  /** Calls a day for the app, where its headers do not tell; by default what they tell is all that is known. */
  readonly dailyQuota?: number
  /** The share of the day's quota that a sync leaves to what is more urgent. 0.1 by default. */
  readonly dailyReserve?: number
  /** Budgets of the same name are one, in all processes that share a store. One for each set of credentials. */
  readonly sharedAs?: string
}
