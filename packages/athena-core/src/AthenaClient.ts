/**
 * Everything that a program needs to call athenahealth, in one layer: tokens, budget and the request pipeline over any
 * `HttpClient`. Calls that return patient data need an `AuditTrail` besides.
 */
import { Layer } from "effect"
import type { HttpClient } from "effect/http"
import { RateLimiter } from "effect/persistence"
import { AccessTokens } from "./auth/AccessTokens.ts"
import { SharedState } from "./coordination/SharedState.ts"
import { appOf, Connection, type ConnectionOptions } from "./environment/Connection.ts"
import { Athena } from "./http/Athena.ts"
import type { BudgetOptions } from "./rate-limit/BudgetOptions.ts"
import { RequestBudget } from "./rate-limit/RequestBudget.ts"

export interface AthenaClientOptions {
  readonly connection: ConnectionOptions
  readonly budget: BudgetOptions
}

/**
 * The client of one of several processes of an app. They keep to the ceilings together, and hear of each other's pauses,
 * through what is given as `SharedState` and `RateLimiterStore`: those of `@athena-engine/coordination`, say.
 */
export const layerShared = (
  options: AthenaClientOptions
): Layer.Layer<
  Athena | RequestBudget | AccessTokens,
  never,
  HttpClient.HttpClient | SharedState | RateLimiter.RateLimiterStore
> =>
  Athena.layer.pipe(
    Layer.provideMerge(
      Layer.mergeAll(
        AccessTokens.layerShared({ maxWait: options.budget.maxWait }),
        RequestBudget.layerShared({ sharedAs: appOf(options.connection), ...options.budget })
      )
    ),
    Layer.provide(Connection.layer(options.connection))
  )

/** The client of a process that shares its limits with no other. */
export const layer = (
  options: AthenaClientOptions
): Layer.Layer<Athena | RequestBudget | AccessTokens, never, HttpClient.HttpClient> =>
  Layer.provide(layerShared(options), [SharedState.layerLocal, RateLimiter.layerStoreMemory])
