/** The engine's client in front of a simulator in memory, on the test's clock, with an audit trail that remembers. */
import * as AthenaClient from "@athena-engine/athena-core/AthenaClient"
import { type AccessIntent, AuditTrail } from "@athena-engine/athena-core/audit/AuditTrail"
import { defaultScope } from "@athena-engine/athena-core/environment/Connection"
import { SimulatorHttpClient } from "@athena-engine/simulator/memory/SimulatorHttpClient"
import type { SimulatorOptions } from "@athena-engine/simulator/SimulatorOptions"
import { SimulatorTest } from "@athena-engine/simulator/testing/SimulatorTest"
import { Duration, Effect, Fiber, Layer, Redacted } from "effect"
import { TestClock } from "effect/testing"

const client = AthenaClient.layer({
  connection: {
    environment: "simulator",
    origin: SimulatorHttpClient.origin,
    credentials: { clientId: "simulator", clientSecret: Redacted.make("simulator-secret") },
    scope: defaultScope
  },
  budget: {
    requestsPerSecond: 900,
    appRequestsPerSecond: 900,
    startRequestsPerSecond: 900,
    maxConcurrency: 16,
    maxWait: Duration.seconds(60)
  }
})

/** Client, simulator and trail, and what the trail was told. */
export const clientOf = (options: SimulatorOptions = {}) => {
  const intents: Array<AccessIntent> = []
  const trail = AuditTrail.of({
    access: (intent, effect) =>
      Effect.suspend(() => {
        intents.push(intent)
        return effect
      })
  })
  const layer = client.pipe(
    Layer.provideMerge(SimulatorTest.layerMemory(options)),
    Layer.merge(Layer.succeed(AuditTrail, trail))
  )
  return { intents, layer }
}

const macrotask = Effect.promise(() => new Promise<void>((resolve) => setImmediate(resolve)))

/** Runs `effect` while the clock goes on, slowly enough that answers come before their time is up. */
export const run = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkScoped(effect)
    while (fiber.pollUnsafe() === undefined) {
      for (let turn = 0; turn < 10; turn++) yield* macrotask
      yield* TestClock.adjust("500 millis")
    }
    return yield* Fiber.join(fiber)
  })
