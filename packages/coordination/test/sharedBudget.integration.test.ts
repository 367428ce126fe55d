/** Budgets of several processes on one PostgreSQL: what one is told, all keep; and without the database nothing is sent. */
import { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import type { BudgetPaused, RequestBudget } from "@athena-engine/athena-core/rate-limit/RequestBudget"
import { TestDatabase } from "@athena-engine/database/testing/TestDatabase"
import { TestServer } from "@athena-engine/database/testing/TestServer"
import * as PgClient from "@effect/sql-pg/PgClient"
import { assert, describe, layer } from "@effect/vitest"
import { Clock, DateTime, Effect, Fiber, Layer, Redacted } from "effect"
import { Headers } from "effect/http"
import * as Reactivity from "effect/reactivity/Reactivity"
import { TestClock } from "effect/testing"
import { coordinationMigrations } from "../src/migrations/CoordinationMigrations.ts"
import { budgetOfProcess } from "./support/processes.ts"

const practice = PracticeId.make("195900")
const otherPractice = PracticeId.make("195901")

type Budget = RequestBudget["Service"]

const admit = (budget: Budget, practiceId = practice) =>
  budget.admit(practiceId, Effect.void, (admission) => Effect.succeed(admission))
const answered = (seconds: number) => Headers.fromInput({ "retry-after": String(seconds) })

describe("budgets that share a database", () => {
  layer(TestDatabase.layer([coordinationMigrations]), { excludeTestServices: true })((it) => {
    it.effect("rest together when one is told to wait, and go on together at the lowered pace", () =>
      Effect.gen(function* () {
        const [one, other] = yield* Effect.all([budgetOfProcess(), budgetOfProcess()])
        yield* admit(other)
        const admission = yield* admit(one)
        yield* one.refused(admission, answered(1))
        const { practice: told } = yield* one.state(practice)
        const { at } = yield* admit(other)
        assert.isAtLeast(at, told.pausedUntil - 5, "the clocks differ by less")
        const { practice: heard } = yield* other.state(practice)
        assert.closeTo(heard.pausedUntil, told.pausedUntil, 5)
        assert.closeTo(heard.requestsPerSecond, told.requestsPerSecond, 1)
        assert.isBelow(heard.requestsPerSecond, 20)
      })
    )

    it.effect("fail together, also those who wait already, when the wait is too long; other practices go on", () =>
      Effect.gen(function* () {
        const options = { sharedAs: "patience" }
        const [one, other] = yield* Effect.all([budgetOfProcess(options), budgetOfProcess(options)])
        yield* admit(other)
        const admission = yield* admit(one)
        yield* one.refused(admission, answered(30))
        const waiting = yield* Effect.forkScoped(
          Effect.flip(
            Effect.all(
              Array.from({ length: 5 }, () => admit(other)),
              { concurrency: 5 }
            )
          )
        )
        yield* Effect.sleep("50 millis")
        yield* one.refused(admission, answered(3600))
        const error = yield* Fiber.join(waiting)
        assert.strictEqual(error._tag, "BudgetPaused")
        const left = DateTime.toEpochMillis((error as BudgetPaused).retryAt) - (yield* Clock.currentTimeMillis)
        assert.closeTo(left, 3_600_000, 5000)
        yield* admit(other, otherPractice)
      })
    )

    it.effect("start low after nobody used them for a minute, and keep a pause that lasts", () =>
      Effect.gen(function* () {
        const options = { sharedAs: "idle", startRequestsPerSecond: 4 }
        const one = yield* budgetOfProcess({ ...options, startRequestsPerSecond: 20, requestsPerSecond: 60 })
        yield* admit(one)
        assert.isAtLeast((yield* one.state(practice)).practice.requestsPerSecond, 20)
        const joining = yield* budgetOfProcess({ ...options, requestsPerSecond: 60 })
        yield* admit(joining)
        assert.isAtLeast((yield* joining.state(practice)).practice.requestsPerSecond, 20, "the others' pace")
        const sql = yield* PgClient.PgClient
        yield* sql`
          update coordination.cells set version = version + 1,
            value = jsonb_set(value::jsonb, '{usedAt}', to_jsonb((value::jsonb ->> 'usedAt')::float8 - 70000))::text
          where name like 'idle/%'`
        const late = yield* budgetOfProcess({ ...options, requestsPerSecond: 60 })
        yield* admit(late)
        assert.isAtMost((yield* late.state(practice)).practice.requestsPerSecond, 8)
      })
    )
  })

  layer(TestServer.layer)((it) => {
    it.effect("wait for a database that is away for a moment; if it stays away, nothing is sent", () =>
      Effect.gen(function* () {
        const server = yield* TestServer
        const url = yield* server.createDatabase([coordinationMigrations])
        const client = PgClient.layer({ url: Redacted.make(url) }).pipe(Layer.provide(Reactivity.layer))
        yield* Effect.gen(function* () {
          const budget = yield* budgetOfProcess()
          /** The test's clock goes on as the real one does. */
          const ticking = yield* Effect.forkScoped(
            Effect.forever(Effect.andThen(TestClock.withLive(Effect.sleep("5 millis")), TestClock.adjust("250 millis")))
          )
          yield* admit(budget)
          yield* server.stop("fast")
          const waiting = yield* Effect.forkScoped(admit(budget))
          yield* TestClock.withLive(Effect.sleep("30 millis"))
          assert.isUndefined(waiting.pollUnsafe())
          yield* Fiber.interrupt(ticking)
          yield* server.start
          const again = yield* Effect.forkScoped(
            Effect.forever(Effect.andThen(TestClock.withLive(Effect.sleep("5 millis")), TestClock.adjust("250 millis")))
          )
          yield* Fiber.join(waiting)
          yield* server.stop("fast")
          let isSent = false
          const error = yield* Effect.flip(
            budget.admit(practice, Effect.void, () =>
              Effect.sync(() => {
                isSent = true
              })
            )
          )
          assert.strictEqual(error._tag, "SharedStateUnavailable")
          assert.isFalse(isSent)
          yield* Fiber.interrupt(again)
        }).pipe(Effect.provide(client))
      })
    )
  })
})
