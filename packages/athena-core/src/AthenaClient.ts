/**
 * Everything that a program needs to call athenahealth, in one layer: tokens, budget and the request pipeline over any
 * `HttpClient`. Calls that return patient data need an `AuditTrail` besides.
 */
import { Layer } from "effect"
import type { HttpClient } from "effect/http"
import { AccessTokens } from "./auth/AccessTokens.ts"
import { Connection, type ConnectionOptions } from "./environment/Connection.ts"
import { Athena } from "./http/Athena.ts"
import type { BudgetOptions } from "./rate-limit/BudgetOptions.ts"
import { RequestBudget } from "./rate-limit/RequestBudget.ts"

export interface AthenaClientOptions {
  readonly connection: ConnectionOptions
  readonly budget: BudgetOptions
}

export const layer = (
  options: AthenaClientOptions
): Layer.Layer<Athena | RequestBudget | AccessTokens, never, HttpClient.HttpClient> =>
  Athena.layer.pipe(
    Layer.provideMerge(
      Layer.mergeAll(AccessTokens.layer({ maxWait: options.budget.maxWait }), RequestBudget.layer(options.budget))
    ),
    Layer.provide(Connection.layer(options.connection))
  )
