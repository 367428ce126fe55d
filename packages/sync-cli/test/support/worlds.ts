/** A simulator on a socket and a database of its own: what a process needs to be run against. */
import { TestDatabase } from "@athena-engine/database/testing/TestDatabase"
import { migrations } from "@athena-engine/program/services/database"
import type { SimulatorOptions } from "@athena-engine/simulator/SimulatorOptions"
import { SimulatorServer } from "@athena-engine/simulator/server/SimulatorServer"
import { SimulatorTest } from "@athena-engine/simulator/testing/SimulatorTest"
import { Effect, Layer } from "effect"

export const layer = (options: SimulatorOptions = {}) =>
  Layer.merge(
    SimulatorTest.layerServer({
      clientId: "an-app",
      clientSecret: "its-secret",
      // Every process asks for a token of its own.
      limits: { tokensPerMinute: 1000 },
      ...options
    }),
    TestDatabase.layer(migrations)
  )

/** The environment of a process that talks to that simulator, as to the sandbox, and to that database. */
export const environment = Effect.gen(function* () {
  const { origin } = yield* SimulatorServer
  const { url } = yield* TestDatabase
  return {
    ATHENA_ENVIRONMENT: "sandbox",
    ATHENA_BASE_URL: origin,
    ATHENA_SANDBOX_CLIENT_ID: "an-app",
    ATHENA_SANDBOX_CLIENT_SECRET: "its-secret",
    ATHENA_PRACTICES: "195900",
    ATHENA_REQUESTS_PER_SECOND: "500",
    ATHENA_APP_REQUESTS_PER_SECOND: "500",
    DATABASE_URL: url
  }
})
