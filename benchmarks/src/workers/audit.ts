/**
 * The trail's commits: appends a second by so many callers at once, against commits of a single row, one after the other,
 * on the same PostgreSQL.
 */
import { AuditTrail } from "@athena-engine/athena-core/audit/AuditTrail"
import { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import * as AuditTrailSql from "@athena-engine/audit/store/AuditTrailSql"
import * as Database from "@athena-engine/database/Database"
import { Effect, Layer, Redacted, Schema } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { workerMain } from "./workerMain.ts"

const Input = Schema.Struct({
  databaseUrl: Schema.String,
  callers: Schema.Array(Schema.Int),
  millis: Schema.Finite
})

const call = AuditTrail.use((trail) =>
  trail.access(
    {
      practiceId: PracticeId.make("195900"),
      action: "E",
      endpoint: "GET /v1/{practiceid}/appointments/booked",
      parameters: {},
      patientIds: [],
      appointmentIds: []
    },
    Effect.void,
    () => ({
      outcome: "success",
      errorTag: undefined,
      patientIds: [],
      appointmentIds: [],
      records: 0,
      attempts: 1,
      requestId: undefined
    })
  )
)

/** How often `effect` is done a second by so many fibers. */
const rate = <E, R>(fibers: number, millis: number, effect: Effect.Effect<unknown, E, R>) =>
  Effect.gen(function* () {
    let done = 0
    const began = performance.now()
    const untilEnd = Effect.gen(function* () {
      while (performance.now() - began < millis) {
        yield* effect
        done += 1
      }
    })
    yield* Effect.all(
      Array.from({ length: fibers }, () => untilEnd),
      { concurrency: "unbounded", discard: true }
    )
    return (done * 1000) / (performance.now() - began)
  })

workerMain(Input, ({ databaseUrl, callers, millis }) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    yield* sql`create table single_rows (id integer generated always as identity primary key, body text)`
    const single = sql`insert into single_rows (body) values (${"x".repeat(400)})`
    yield* rate(1, millis / 3, call)
    const commits = yield* rate(1, millis, single)
    const appends: Array<{ readonly callers: number; readonly perSecond: number }> = []
    // A call is two appends: its intent and its outcome.
    for (const fibers of callers) appends.push({ callers: fibers, perSecond: 2 * (yield* rate(fibers, millis, call)) })
    return { commitsPerSecond: commits, appends }
  }).pipe(
    Effect.provide(
      AuditTrailSql.layer({ environment: "simulator" }).pipe(
        Layer.provideMerge(Database.layer({ _tag: "Url", url: Redacted.make(databaseUrl) }))
      )
    )
  )
)
