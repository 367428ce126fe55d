/** The engine's client for a simulator at `origin`, with a budget that stands in nobody's way. */
import * as AthenaClient from "@athena-engine/athena-core/AthenaClient"
import { defaultScope } from "@athena-engine/athena-core/environment/Connection"
import type { BudgetOptions } from "@athena-engine/athena-core/rate-limit/BudgetOptions"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Undici from "@effect/platform-node/Undici"
import { Duration, Effect, Layer, Redacted } from "effect"

const unlimited: BudgetOptions = {
  requestsPerSecond: 100_000,
  appRequestsPerSecond: 100_000,
  startRequestsPerSecond: 100_000,
  maxConcurrency: 64,
  maxWait: Duration.seconds(60)
}

/** As in `athena-sync`, which honours proxies. */
const dispatcher = Layer.effect(
  NodeHttpClient.Dispatcher,
  Effect.acquireRelease(
    Effect.sync(() => new Undici.EnvHttpProxyAgent()),
    (agent) => Effect.promise(() => agent.destroy())
  )
)
const httpClient = Layer.provide(NodeHttpClient.layerUndiciNoDispatcher, dispatcher)

export const athena = (origin: string, budget: Partial<BudgetOptions> = {}) =>
  AthenaClient.layer({
    connection: {
      environment: "simulator",
      origin,
      credentials: { clientId: "simulator", clientSecret: Redacted.make("simulator-secret") },
      scope: defaultScope
    },
    budget: { ...unlimited, ...budget }
  }).pipe(Layer.provide(httpClient))
