/**
 * The whole engine on a database of its own: athenahealth simulated in memory, the audit trail and the leases in
 * PostgreSQL. With `clockFactor`, waits pass that many times faster.
 */
import { layer as athenaLayer } from "@athena-engine/athena-core/AthenaClient"
import { layer as auditLayer } from "@athena-engine/audit/store/AuditTrailSql"
import { auditMigrations } from "@athena-engine/audit/store/migrations/AuditMigrations"
import { Leases } from "@athena-engine/database/locks/Leases"
import { metaMigrations } from "@athena-engine/database/migrations/MetaMigrations"
import { TestDatabase } from "@athena-engine/database/testing/TestDatabase"
import { SimulatorHttpClient } from "@athena-engine/simulator/memory/SimulatorHttpClient"
import type { SimulatorOptions } from "@athena-engine/simulator/SimulatorOptions"
import { SimulatorTest } from "@athena-engine/simulator/testing/SimulatorTest"
import { Duration, Layer, Logger, Redacted } from "effect"
import { syncMigrations } from "../../src/migrations/SyncMigrations.ts"
import * as HurriedClock from "./HurriedClock.ts"

export interface EngineOptions {
  readonly simulator?: SimulatorOptions
  readonly clockFactor?: number
  /** Told to wait longer than this, a run ends. */
  readonly maxWait?: Duration.Duration
}

/** Everything but the database: what another process on the same database would have. */
export const withoutDatabase = (options: EngineOptions = {}) =>
  Layer.mergeAll(
    athenaLayer({
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
        maxWait: options.maxWait ?? Duration.seconds(60)
      }
    }),
    auditLayer({ environment: "simulator" }),
    Leases.layer,
    // Runs tell how they ended; tests read the result.
    Logger.layer([])
  ).pipe(Layer.provideMerge(SimulatorTest.layerMemory({ limits: { tokensPerMinute: 1000 }, ...options.simulator })))

export const engine = (options: EngineOptions = {}) => {
  const whole = withoutDatabase(options).pipe(
    Layer.provideMerge(TestDatabase.layer([metaMigrations, auditMigrations, syncMigrations]))
  )
  return options.clockFactor === undefined
    ? whole
    : whole.pipe(Layer.provideMerge(HurriedClock.layer(options.clockFactor)))
}
