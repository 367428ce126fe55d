/** The inbox and its worker on a database of their own, with athenahealth simulated in memory. */
import { layer as athenaLayer } from "@athena-engine/athena-core/AthenaClient"
import { RunId } from "@athena-engine/athena-core/ids/RunId"
import { layer as auditLayer } from "@athena-engine/audit/store/AuditTrailSql"
import { auditMigrations } from "@athena-engine/audit/store/migrations/AuditMigrations"
import { Leases } from "@athena-engine/database/locks/Leases"
import { metaMigrations } from "@athena-engine/database/migrations/MetaMigrations"
import { TestDatabase } from "@athena-engine/database/testing/TestDatabase"
import { SimulatorHttpClient } from "@athena-engine/simulator/memory/SimulatorHttpClient"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { syncMigrations } from "@athena-engine/sync/migrations/SyncMigrations"
import { Duration, Effect, Layer, Logger, Redacted } from "effect"
import * as HandledInbox from "../../src/deliver/HandledInbox.ts"
import { startDeliveries } from "../../src/deliver/startDeliveries.ts"
import { inboxMigrations } from "../../src/migrations/InboxMigrations.ts"
import { startWorker } from "../../src/process/Worker.ts"

const client = athenaLayer({
  connection: {
    environment: "simulator",
    origin: SimulatorHttpClient.origin,
    credentials: { clientId: "simulator", clientSecret: Redacted.make("simulator-secret") },
    scope: "athena/service/Athenanet.MDP.*"
  },
  budget: {
    requestsPerSecond: 1000,
    appRequestsPerSecond: 1000,
    startRequestsPerSecond: 1000,
    maxConcurrency: 64,
    maxWait: Duration.seconds(5)
  }
})

/** With handlers, where some are given. */
export const engineWith = <E>(handlers: Layer.Layer<never, E> = Layer.empty) =>
  Layer.mergeAll(client, auditLayer({ environment: "simulator" }), Leases.layer).pipe(
    Layer.provideMerge(SimulatorHttpClient.layer),
    Layer.provideMerge(Simulator.layer({ limits: { tokensPerMinute: 1000 } })),
    Layer.provideMerge(HandledInbox.layer()),
    Layer.provideMerge(handlers),
    Layer.provideMerge(TestDatabase.layer([metaMigrations, auditMigrations, syncMigrations, inboxMigrations])),
    Layer.provideMerge(Logger.layer([]))
  )

export const engine = engineWith()

let workers = 0

/** Calls the handlers as long as the effect runs. */
export const withDeliveries = <A, E, R>(effect: Effect.Effect<A, E, R>, grace: Duration.Input = "1 second") =>
  Effect.scoped(
    Effect.andThen(
      Effect.suspend(() => {
        const name = `deliverer ${++workers}`
        return startDeliveries({ runId: RunId.make(`deliveries-${process.pid}-${workers}`), holder: name }, grace)
      }),
      effect
    )
  )

/** Runs a worker as long as the effect. */
export const withWorker = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.scoped(
    Effect.andThen(
      Effect.suspend(() => {
        const name = `worker ${++workers}`
        return startWorker({ runId: RunId.make(`events-${process.pid}-${workers}`), holder: name }, "2 seconds")
      }),
      effect
    )
  )
