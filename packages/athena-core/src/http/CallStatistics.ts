import { Context } from "effect"

/** What calls cost, counted where they are made. A job gives itself one and reads it at its end. */
export interface CallStatistics {
  /** Requests sent, repeats included. */
  requests: number
  /** Requests sent again after a failure. */
  retries: number
  /** Requests refused for their rate. */
  rateLimited: number
}

export const emptyStatistics = (): CallStatistics => ({ requests: 0, retries: 0, rateLimited: 0 })

/** The counters of the running job; by default nobody counts. */
export const CurrentCallStatistics = Context.Reference<CallStatistics>("athena-core/http/CurrentCallStatistics", {
  defaultValue: emptyStatistics
})
