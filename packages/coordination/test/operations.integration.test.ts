/** What operators ask of the shared tables: how budgets stand, and that a practice is forgotten. */
import { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { gateMemory } from "@athena-engine/athena-core/rate-limit/GateMemory"
import { initialPace } from "@athena-engine/athena-core/rate-limit/Pace"
import { TestDatabase } from "@athena-engine/database/testing/TestDatabase"
import { assert, layer } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { forgetPractice } from "../src/forgetPractice.ts"
import { coordinationMigrations } from "../src/migrations/CoordinationMigrations.ts"
import { readBudgets } from "../src/status/readBudgets.ts"

const app = "api.example.test/an-app"

const pace = { ...initialPace(40, 5), since: 1000 }
const encode = Schema.encodeSync(Schema.fromJsonString(gateMemory(pace).schema))

layer(TestDatabase.layer([coordinationMigrations]), { excludeTestServices: true })("the shared tables", (it) => {
  it.effect("tell what each budget runs at, whether it rests, and what is left of the day's quota", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient
      const [clock] = yield* sql<{ readonly now: number }>`
        select (extract(epoch from clock_timestamp()) * 1000)::float8 as now`
      const now = clock?.now ?? 0
      const day = Math.floor(now / 86_400_000)
      const memory = (pausedUntil: number) => encode({ pace, pausedUntil, consecutiveRefusals: 0, usedAt: now })
      const quota = JSON.stringify({ day, limit: 50_000, remaining: 40_000, counted: 100 })
      for (const [name, value] of [
        [`${app}/app`, memory(0)],
        [`${app}/app/day`, quota],
        [`${app}/practice/195900`, memory(Math.ceil(now) + 60_000)],
        [`${app}/practice/1959001`, "of another version"],
        ["another secret cell", "sealed"]
      ] as const) {
        yield* sql`insert into coordination.cells (name, version, value) values (${name}, 1, ${value})`
      }
      for (const [name, today] of [
        [`${app}/app`, 150],
        [`${app}/practice/195900`, 30],
        [`${app}/practice/1959001`, 120]
      ] as const) {
        yield* sql`
          insert into coordination.counters (name, total, day, today) values (${name}, ${today}, ${day}, ${today})`
      }
      const { budgets, quotas } = yield* readBudgets
      assert.deepStrictEqual(budgets, [
        { app, practiceId: null, requestsPerSecond: 40, ceiling: 40, pausedUntil: null, requestsToday: 150 },
        {
          app,
          practiceId: "195900",
          requestsPerSecond: 40,
          ceiling: 40,
          pausedUntil: new Date(Math.ceil(now) + 60_000).toISOString(),
          requestsToday: 30
        }
      ])
      assert.deepStrictEqual(quotas, [
        { app, limit: 50_000, remaining: 39_950, resetsAt: new Date((day + 1) * 86_400_000).toISOString() }
      ])
    })
  )

  it.effect("forget one practice, and none whose id begins alike", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient
      assert.strictEqual(yield* forgetPractice(PracticeId.make("195900")), 2)
      assert.strictEqual(yield* forgetPractice(PracticeId.make("195900")), 0)
      const left = yield* sql`select name from coordination.counters order by name`
      assert.deepStrictEqual(
        left.map(({ name }) => name),
        [`${app}/app`, `${app}/practice/1959001`]
      )
    })
  )
})
