/**
 * The whole engine on a database of its own: athenahealth simulated in memory, the audit trail and the leases in
 * PostgreSQL. With `clockFactor` or `athenaClockFactor`, waits pass that many times faster.
 */
import { layer as athenaLayer } from "@athena-engine/athena-core/AthenaClient"
import { layer as auditLayer } from "@athena-engine/audit/store/AuditTrailSql"
import { auditMigrations } from "@athena-engine/audit/store/migrations/AuditMigrations"
import { Leases } from "@athena-engine/database/locks/Leases"
import { metaMigrations } from "@athena-engine/database/migrations/MetaMigrations"
import { TestDatabase } from "@athena-engine/database/testing/TestDatabase"
import { SimulatorHttpClient } from "@athena-engine/simulator/memory/SimulatorHttpClient"
import { Simulator } from "@athena-engine/simulator/Simulator"
import type { SimulatorOptions } from "@athena-engine/simulator/SimulatorOptions"
import { SimulatorServer } from "@athena-engine/simulator/server/SimulatorServer"
import { Duration, Effect, Layer, Logger, Redacted } from "effect"
import { FetchHttpClient, type HttpClient } from "effect/http"
import { syncMigrations } from "../../src/migrations/SyncMigrations.ts"
import * as HurriedAthena from "./HurriedAthena.ts"
import * as HurriedClock from "./HurriedClock.ts"
import type { Unrest } from "./Unrest.ts"

export interface EngineOptions {
  readonly simulator?: SimulatorOptions
  /** For all waits, those for the database too. */
  readonly clockFactor?: number
  /** For waits for athenahealth only. */
  readonly athenaClockFactor?: number
  /**
   * Whether the practice's own clock keeps the database's time although waits for it are shortened: its feeds are replayed by
   * the database's clock, and a few minutes apart is all that two clocks may be. `false` by default.
   */
  readonly keepsTime?: boolean
  /** 1000 by default. */
  readonly requestsPerSecond?: number
  /** What happens in the practice while it is read. */
  readonly unrest?: Unrest
  /** Told to wait longer than this, a run ends. */
  readonly maxWait?: Duration.Duration
  /** The share of the day's quota that a sync leaves. */
  readonly dailyReserve?: number
}

/** The client of `origin`, over any `HttpClient`. */
export const client = (origin: string, options: EngineOptions = {}) => {
  const athena = athenaLayer({
    connection: {
      environment: "simulator",
      origin,
      credentials: { clientId: "simulator", clientSecret: Redacted.make("simulator-secret") },
      scope: "athena/service/Athenanet.MDP.*"
    },
    budget: {
      requestsPerSecond: options.requestsPerSecond ?? 1000,
      appRequestsPerSecond: 1000,
      startRequestsPerSecond: options.requestsPerSecond ?? 1000,
      // A hurried answer must come within a second, on a machine that does other things too.
      maxConcurrency: options.athenaClockFactor === undefined ? 64 : 12,
      maxWait: options.maxWait ?? Duration.seconds(60),
      ...(options.dailyReserve === undefined ? {} : { dailyReserve: options.dailyReserve })
    }
  })
  const factor = options.athenaClockFactor
  return factor === undefined ? athena : HurriedAthena.make(factor).athena.pipe(Layer.provideMerge(athena))
}

/** What a program needs beside a database and an `HttpClient`: the client, the audit trail, the leases. */
export const program = (origin: string, options: EngineOptions = {}) =>
  Layer.mergeAll(
    client(origin, options),
    auditLayer({ environment: "simulator" }),
    Leases.layer,
    // Runs tell how they ended; tests read the result.
    Logger.layer([])
  )

const simulator = (options: EngineOptions) => {
  const plain = Simulator.layer({ limits: { tokensPerMinute: 1000 }, ...options.simulator })
  const factor = options.keepsTime === true ? undefined : options.athenaClockFactor
  const timed = factor === undefined ? plain : HurriedAthena.make(factor).simulator.pipe(Layer.provide(plain))
  return options.unrest === undefined ? timed : options.unrest.layer.pipe(Layer.provide(timed))
}

const migrations = [metaMigrations, auditMigrations, syncMigrations]

/** Everything but the database: what another process on the same database would have. */
export const withoutDatabase = (options: EngineOptions = {}) =>
  program(SimulatorHttpClient.origin, options).pipe(
    Layer.provideMerge(Layer.provideMerge(SimulatorHttpClient.layer, simulator(options)))
  )

export const engine = (options: EngineOptions = {}) => {
  const whole = withoutDatabase(options).pipe(Layer.provideMerge(TestDatabase.layer(migrations)))
  return options.clockFactor === undefined
    ? whole
    : whole.pipe(Layer.provideMerge(HurriedClock.layer(options.clockFactor)))
}

/** The same, with athenahealth on a loopback socket. */
export const engineOnSocket = (options: EngineOptions = {}) =>
  Layer.unwrap(Effect.map(SimulatorServer, ({ origin }) => program(origin, options))).pipe(
    Layer.provideMerge(FetchHttpClient.layer),
    Layer.provideMerge(SimulatorServer.layer()),
    Layer.provideMerge(simulator(options)),
    Layer.provideMerge(TestDatabase.layer(migrations))
  )

/** The same, with another in the place of athenahealth. */
export const engineTowards = (athenahealth: Layer.Layer<HttpClient.HttpClient>, options: EngineOptions = {}) =>
  program(SimulatorHttpClient.origin, options).pipe(
    Layer.provide(athenahealth),
    Layer.provideMerge(TestDatabase.layer(migrations))
  )
