/** The engine on a database of a test's own server, which may be stopped, or behind a proxy, which may be cut. */
import { auditMigrations } from "@athena-engine/audit/store/migrations/AuditMigrations"
import { run as verify } from "@athena-engine/audit/verify/Verify"
import * as Database from "@athena-engine/database/Database"
import { metaMigrations } from "@athena-engine/database/migrations/MetaMigrations"
import { TestServer } from "@athena-engine/database/testing/TestServer"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { assert } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { syncMigrations } from "../../src/migrations/SyncMigrations.ts"
import type { SyncResult } from "../../src/runs/SyncResult.ts"
import { slowly } from "../runs/slowly.ts"
import { type EngineOptions, withoutDatabase } from "../support/engine.ts"
import * as HurriedClock from "../support/HurriedClock.ts"
import { assertExact, count, june } from "../support/practice.ts"

export const migrations = [metaMigrations, auditMigrations, syncMigrations]

export const engineOn = (url: string, options: EngineOptions = {}) => {
  const whole = withoutDatabase({ simulator: slowly, ...options }).pipe(
    Layer.provideMerge(Database.layer({ _tag: "Url", url: Redacted.make(url) }))
  )
  return options.clockFactor === undefined
    ? whole
    : whole.pipe(Layer.provideMerge(HurriedClock.layer(options.clockFactor)))
}

/** Runs the test on a fresh database of the server, with the engine on it. */
export const onServer = <A, E>(
  test: (server: TestServer["Service"], url: string) => Effect.Effect<A, E, Layer.Success<ReturnType<typeof engineOn>>>,
  options: EngineOptions = {}
) =>
  Effect.gen(function* () {
    const server = yield* TestServer
    const url = yield* server.createDatabase(migrations)
    return yield* Effect.provide(test(server, url), engineOn(url, options))
  })

/** The database equals the practice, the run's row tells what the result tells, and the result tells what was done. */
export const assertOnce = Effect.fnUntraced(function* (result: SyncResult, rowsBefore = 0) {
  yield* assertExact(june)
  assert.strictEqual(result.inserted, (yield* count("select count(*) from athena.appointments")) - rowsBefore)
  const sql = yield* SqlClient
  const [row] = yield* sql`
    select status, fetched::int, inserted::int, updated::int, unchanged::int, gone::int from athena.sync_runs
    order by started_at desc limit 1`
  const { fetched, gone, inserted, status, unchanged, updated } = result
  assert.deepStrictEqual({ ...row }, { status, fetched, inserted, updated, unchanged, gone })
})

/** Every answer with patient data that was served has its event, none has two, and the chains are whole. */
export const assertAudited = Effect.gen(function* () {
  const sql = yield* SqlClient
  const { disclosures } = yield* Simulator.use((simulator) => simulator.statistics)
  const events = yield* sql<{ readonly requestId: string }>`
    select request_id as "requestId" from audit.events where request_id is not null`
  const withoutAnswer = yield* count("select count(*) from audit.events where request_id is null")
  const recorded = new Set(events.map(({ requestId }) => requestId))
  const unrecorded = disclosures.filter(({ requestId }) => !recorded.has(requestId))
  // What was served and is not named was handed to nobody: its call never came back, or was interrupted on its way.
  assert.isAtMost(unrecorded.length, withoutAnswer)
  assert.deepStrictEqual(yield* sql`select event_id from audit.entries group by event_id, kind having count(*) > 1`, [])
  assert.strictEqual((yield* verify()).status, "verified")
  return yield* count("select count(*) from audit.events where outcome = 'unknown'")
})
