import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { CurrentAuditContext } from "@athena-engine/athena-core/audit/AuditContext"
import { AuditTrail } from "@athena-engine/athena-core/audit/AuditTrail"
import { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { RunId } from "@athena-engine/athena-core/ids/RunId"
import { TestDatabase } from "@athena-engine/database/testing/TestDatabase"
import { assert, it } from "@effect/vitest"
import { Context, Deferred, Effect, Fiber, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { closeUnfinished } from "../../src/recovery/UnfinishedCalls.ts"
import * as AuditTrailSql from "../../src/store/AuditTrailSql.ts"
import * as Verify from "../../src/verify/Verify.ts"
import * as AuditDatabase from "../database/AuditDatabase.ts"
import { context } from "../store/AuditTrail.suite.ts"
import { intent, outcome } from "./deadCall.ts"

const trail = AuditTrailSql.layer({ environment: "simulator" })

/** Leaves `count` calls of `run` behind, spread over three practices, as a process that died does. */
const leaveBehind = Effect.fnUntraced(function* (run: string, count: number) {
  const fibers = yield* Effect.scoped(
    Effect.gen(function* () {
      const dying = Context.get(yield* Layer.build(trail), AuditTrail)
      const calls: Array<Fiber.Fiber<unknown, unknown>> = []
      for (let index = 0; index < count; index++) {
        const started = yield* Deferred.make<void>()
        const practiceId = PracticeId.make(String(1959 + (index % 3)))
        calls.push(
          yield* dying
            .access(
              { ...intent, practiceId },
              Effect.andThen(Deferred.succeed(started, undefined), Effect.never),
              outcome
            )
            .pipe(Effect.provideService(CurrentAuditContext, { ...context, runId: RunId.make(run) }), Effect.forkDetach)
        )
        if (index === count - 1) yield* Deferred.await(started)
      }
      return calls
    })
  )
  // The trail is closed by now, so that no outcome is written any more.
  yield* Fiber.interruptAll(fibers)
})

const unknownEvents = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ readonly n: number }>`select count(*)::int as n from audit.events where outcome = 'unknown'`
  return rows[0]?.n
})

it.live("closes the call of a killed process, saying what is unknown", () =>
  Effect.gen(function* () {
    const { url } = yield* TestDatabase
    const program = fileURLToPath(new URL("./dieDuringCall.ts", import.meta.url))
    const child = spawnSync(process.execPath, [program], { env: { DATABASE_URL: url } })
    assert.strictEqual(child.signal, "SIGKILL", child.stderr.toString())
    assert.strictEqual(yield* unknownEvents, 1)
    assert.deepInclude(yield* Verify.run(), { status: "verified", unfinished: 1, recovered: 0 })

    assert.deepStrictEqual(yield* closeUnfinished({ olderThan: "1 hour" }), { closed: 0 })
    assert.deepStrictEqual(yield* closeUnfinished({ olderThan: 0 }), { closed: 1 })
    assert.deepStrictEqual(yield* closeUnfinished({ olderThan: 0 }), { closed: 0 })

    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql`
      select r.endpoint, r.parameters, r.intent_sequence::int, r.started_at = i.recorded_at as has_time, r.event_id = i.event_id as is_same
      from audit.entries r join audit.entries i on i.kind = 'intent' where r.kind = 'recovery'`
    assert.deepStrictEqual(rows, [
      {
        endpoint: intent.endpoint,
        parameters: intent.parameters,
        intent_sequence: 1,
        has_time: true,
        is_same: true
      }
    ])
    assert.strictEqual(yield* unknownEvents, 1)
    assert.deepInclude(yield* Verify.run(), { status: "verified", entries: 2, unfinished: 1, recovered: 1 })
  }).pipe(Effect.provide(AuditDatabase.layer))
)

it.effect("closes only the runs that are named, each call once, however many close at the same time", () =>
  Effect.gen(function* () {
    yield* leaveBehind("dead", 600)
    yield* leaveBehind("alive", 5)
    const closers = yield* Effect.all(
      Array.from({ length: 4 }, () => closeUnfinished({ runs: [RunId.make("dead")] })),
      { concurrency: "unbounded" }
    )
    assert.strictEqual(
      closers.reduce((sum, { closed }) => sum + closed, 0),
      600
    )
    assert.deepInclude(yield* Verify.run(), { status: "verified", events: 605, unfinished: 605, recovered: 600 })
  }).pipe(Effect.provide(AuditDatabase.layer))
)

it.effect("leaves finished calls alone, and shows the outcome of a slow one that was closed too early", () =>
  Effect.gen(function* () {
    const audit = yield* AuditTrail
    yield* audit.access(intent, Effect.void, outcome)
    const closed = yield* audit.access(intent, closeUnfinished({ olderThan: 0 }), outcome)
    assert.deepStrictEqual(closed, { closed: 1 })
    assert.strictEqual(yield* unknownEvents, 0)
    assert.deepInclude(yield* Verify.run(), { status: "verified", entries: 5, unfinished: 0, recovered: 0 })
  }).pipe(Effect.provide(Layer.provideMerge(trail, AuditDatabase.layer)))
)
