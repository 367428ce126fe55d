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
  /** Budgets of the same name are one, in all processes that share a store. One for each set of credentials. */
  readonly sharedAs?: string
}
