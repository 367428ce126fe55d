import { AuditTrail, AuditTrailUnavailable } from "@athena-engine/athena-core/audit/AuditTrail"
import { PatientId } from "@athena-engine/athena-core/ids/PatientId"
import { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import * as Database from "@athena-engine/database/Database"
import { TestDatabase } from "@athena-engine/database/testing/TestDatabase"
import * as TestProxy from "@athena-engine/database/testing/TestProxy"
import { canFillDisk, TestServer } from "@athena-engine/database/testing/TestServer"
import { chance } from "@athena-engine/testing/random/Chance"
import { seeds } from "@athena-engine/testing/random/seeds"
import { sized } from "@athena-engine/testing/size/sized"
import { assert, it, layer } from "@effect/vitest"
import { Effect, Fiber, Layer, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import * as AuditTrailSql from "../../src/store/AuditTrailSql.ts"
import { auditMigrations } from "../../src/store/migrations/AuditMigrations.ts"
import * as Verify from "../../src/verify/Verify.ts"
import { access, intentOf, outcomeOf, practice } from "./AuditTrail.suite.ts"

const on = (url: string, options?: Partial<AuditTrailSql.Options>) =>
  Layer.provideMerge(
    AuditTrailSql.layer({ environment: "simulator", ...options }),
    Database.layer({ _tag: "Url", url: Redacted.make(url) })
  )

const withDatabase = <A, E, R>(test: (server: TestServer["Service"], url: string) => Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const server = yield* TestServer
    yield* test(server, yield* server.createDatabase([auditMigrations]))
  })

/** A call that tells when it is sent. */
const call = (sent: { calls: number }, outcome = {}) =>
  access(
    Effect.sync(() => ++sent.calls),
    { patientIds: [] },
    outcome
  )

layer(TestServer.layer, { excludeTestServices: true })("a database", (it) => {
  it.effect("that restarts is waited for by those who write to the trail; each of their calls is recorded once", () =>
    withDatabase((server, url) =>
      Effect.gen(function* () {
        yield* access(Effect.void)
        for (const ending of ["fast", "immediate"] as const) {
          yield* server.stop(ending)
          let handedOver = 0
          const calls = yield* Effect.forkChild(
            Effect.forEach(
              Array.from({ length: 20 }, (_, n) => n),
              (n) => Effect.tap(access(Effect.succeed(n)), () => Effect.sync(() => ++handedOver)),
              { concurrency: 7 }
            )
          )
          yield* Effect.sleep("300 millis")
          assert.strictEqual(handedOver, 0)
          yield* server.start
          assert.strictEqual((yield* Fiber.join(calls)).length, 20)
        }
        assert.deepInclude(yield* Verify.run(), { status: "verified", events: 41, entries: 82, unfinished: 0 })
      }).pipe(Effect.provide(on(url)))
    )
  )

  it.effect("that stays away ends each call in bounded time, before it is sent or before it is handed over", () =>
    withDatabase((server, url) =>
      Effect.gen(function* () {
        const patient = yield* Effect.flip(access(server.stop("immediate")))
        const nobody = yield* Effect.flip(access(Effect.die("sent without a record")))
        assert.deepStrictEqual(
          [patient, nobody].map((error) => [error instanceof AuditTrailUnavailable, error.step]),
          [
            [true, "outcome"],
            [true, "intent"]
          ]
        )
        yield* server.start
        yield* access(Effect.void)
        assert.deepInclude(yield* Verify.run(), { status: "verified", events: 2, unfinished: 1 })
      }).pipe(Effect.provide(on(url, { writeTimeout: "700 millis" })))
    )
  )

  it.effect.skipIf(!canFillDisk)(
    "whose disk is full lets no call out whose intent it cannot hold, and hands over none whose outcome",
    () =>
      withDatabase((server, url) => {
        const sent = { calls: 0 }
        // An outcome with patients needs a row of its own for them.
        const patients = (id: string) => ({ patientIds: [PatientId.make(id)] })
        return Effect.gen(function* () {
          const intent = yield* server.whileFull(url, ["audit.entries"], Effect.flip(call(sent)))
          assert.strictEqual(
            intent.message,
            "The audit trail could not be written (intent, 53100), so no patient data was handed over. " +
              "The disk of the database is full: free some space, then run again."
          )
          assert.strictEqual(sent.calls, 0)
          const outcome = yield* server.whileFull(url, ["audit.subject_sets"], Effect.flip(call(sent, patients("9"))))
          assert.deepInclude(outcome, { step: "outcome", reason: "53100" })
          assert.strictEqual(sent.calls, 1)
          yield* call(sent, patients("10"))
          assert.deepInclude(yield* Verify.run(), { status: "verified", events: 2, unfinished: 1 })
        }).pipe(Effect.provide(on(url)))
      })
  )
})

const practices = [practice, PracticeId.make("195901"), PracticeId.make("195902")]
const calls = sized({ short: 60, long: 1500 })

for (const seed of seeds({ short: 1, long: 10 })) {
  it.live(
    `answers to COMMIT that are lost leave every entry once and the chains whole (TEST_SEED=${seed})`,
    () =>
      Effect.gen(function* () {
        const { url } = yield* TestDatabase
        const proxy = yield* TestProxy.make(TestProxy.socketFolderIn(url))
        const { happens, pick } = chance(seed)
        let lost = 0
        yield* Effect.gen(function* () {
          const { access: accessOf } = yield* AuditTrail
          yield* proxy.loseCommits(() => {
            const isLost = happens(0.3)
            if (isLost) lost += 1
            return isLost
          })
          const told = yield* Effect.forEach(
            Array.from({ length: calls }, (_, n) => n),
            (n) => accessOf(intentOf({ practiceId: pick(practices) }), Effect.succeed(n), outcomeOf()),
            { concurrency: 4 }
          )
          assert.strictEqual(told.length, calls)
        }).pipe(Effect.provide(on(proxy.through(url))))
        assert.isAbove(lost, 3)
        const sql = yield* SqlClient.SqlClient
        const doubled = yield* sql`select event_id from audit.entries group by event_id, kind having count(*) > 1`
        assert.deepStrictEqual(doubled, [])
        assert.deepInclude(yield* Verify.run(), {
          status: "verified",
          events: calls,
          entries: 2 * calls,
          unfinished: 0
        })
      }).pipe(Effect.scoped, Effect.provide(TestDatabase.layer([auditMigrations]))),
    sized({ short: 60_000, long: 600_000 })
  )
}
