/** Processes as a test plays them: each with sessions and a memory of its own, on the test's one database. */
import type { SharedState } from "@athena-engine/athena-core/coordination/SharedState"
import type { Keyring } from "@athena-engine/athena-core/encryption/Keyring"
import type { BudgetOptions } from "@athena-engine/athena-core/rate-limit/BudgetOptions"
import { RequestBudget } from "@athena-engine/athena-core/rate-limit/RequestBudget"
import type * as PgClient from "@effect/sql-pg/PgClient"
import { Context, Duration, Effect, Layer, Option, Redacted, type Scope } from "effect"
import type { RateLimiter } from "effect/persistence"
import * as Coordination from "../../src/Coordination.ts"

export type Stores = SharedState | RateLimiter.RateLimiterStore

/** The keys of a test's processes. */
export const key = (fill = 7): Keyring => [{ name: `key-${fill}`, bytes: Redacted.make(new Uint8Array(32).fill(fill)) }]

/** The stores of one process. */
export const process = (
  keyring: Option.Option<Keyring> = Option.some(key())
): Effect.Effect<Context.Context<Stores>, never, PgClient.PgClient | Scope.Scope> =>
  Effect.orDie(Layer.build(Layer.fresh(Coordination.layer({ keyring }))))

export const budget: BudgetOptions = {
  requestsPerSecond: 20,
  appRequestsPerSecond: 1000,
  startRequestsPerSecond: 1000,
  maxConcurrency: 64,
  maxWait: Duration.seconds(60)
}

/** The budget of one more process. */
export const budgetOfProcess = Effect.fnUntraced(function* (options: Partial<BudgetOptions> = {}) {
  const stores = yield* process()
  const services = yield* Layer.build(Layer.fresh(RequestBudget.layerShared({ ...budget, ...options }))).pipe(
    Effect.provideContext(stores)
  )
  return Context.get(services, RequestBudget)
})
