import { Duration, Layer, Redacted } from "effect"
import { AccessTokens } from "../../src/auth/AccessTokens.ts"
import { Connection } from "../../src/environment/Connection.ts"
import type { Environment } from "../../src/environment/Environment.ts"
import { Athena } from "../../src/http/Athena.ts"
import type { BudgetOptions } from "../../src/rate-limit/BudgetOptions.ts"
import { RequestBudget } from "../../src/rate-limit/RequestBudget.ts"
import type { StubServer } from "./StubServer.ts"

/** Unlike any text that the code has a reason to write. */
export const secret = "Xq7secretwyvern"

export const connectionTo = (environment: Environment = "sandbox") =>
  Connection.layer({
    environment,
    origin: "https://athena.test",
    credentials: { clientId: "client", clientSecret: Redacted.make(secret) },
    scope: "athena/service/Athenanet.MDP.*"
  })

/** Fast enough that a test which is not about the rate never notices it. */
export const wideBudget: BudgetOptions = {
  requestsPerSecond: 900,
  appRequestsPerSecond: 900,
  startRequestsPerSecond: 900,
  maxConcurrency: 64,
  maxWait: Duration.seconds(60)
}

/** The whole pipeline in front of a stub server. */
export const athenaOn = (server: StubServer, budget: Partial<BudgetOptions> = {}) => {
  const options = { ...wideBudget, ...budget }
  return Athena.layer.pipe(
    Layer.provideMerge(AccessTokens.layer({ maxWait: options.maxWait })),
    Layer.provideMerge(RequestBudget.layer(options)),
    Layer.provide(connectionTo()),
    Layer.provide(server.layer)
  )
}
