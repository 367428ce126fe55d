/** A range of years: over days, within half of what syncs may use of each, with the nightly jobs between. */
import * as Priority from "@athena-engine/athena-core/rate-limit/Priority"
import { daysBetween, LocalDate } from "@athena-engine/athena-core/time/LocalDate"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { sized } from "@athena-engine/testing/size/sized"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { planAppointments } from "../../src/plan/planAppointments.ts"
import { engine } from "../support/engine.ts"
import * as LaterClock from "../support/LaterClock.ts"
import { appointments, assertExact, count, june, newRunId, practiceId, requestsOf } from "../support/practice.ts"

const years = sized({
  short: { from: "2018-12-10", to: "2019-06-20" },
  long: { from: "2017-06-01", to: "2020-06-30" }
})
const windows = daysBetween(LocalDate.make(years.from), LocalDate.make(years.to)).length
/** A backfill may use 45 of 100 of it, so that it takes three days. */
const quota = Math.ceil(windows)
const mayUse = Math.floor(quota * 0.45)

/** The days that a run asked for, as the audit trail has them. */
const daysAsked = Effect.fnUntraced(function* (runId: string) {
  const sql = yield* SqlClient
  const rows = yield* sql<{ readonly day: string }>`
    select distinct parameters->>'startdate' as day from audit.entries
    where run_id = ${runId} and kind = 'intent' and parameters ? 'startdate'`
  return rows.map(({ day }) => day.replace(/^(..)\/(..)\/(....)$/, "$3-$1-$2"))
})

const finishedDays = Effect.flatMap(
  SqlClient,
  (sql) => sql<{ readonly day: string }>`select window_key as day from athena.finished_windows`
).pipe(Effect.map((rows) => new Set(rows.map(({ day }) => day))))

const requestsSoFar = Effect.map(
  Simulator.use((simulator) => simulator.statistics),
  ({ requests }) => requests
)

const finished = count("select count(*) from athena.finished_windows")

describe("a backfill", () => {
  it.live(
    "ends at half of what syncs may use of a day, leaves the night its work, and goes on the next day behind what is done",
    () =>
      Effect.gen(function* () {
        const simulator = yield* Simulator
        let isComplete = false
        let day = 0
        for (; !isComplete; day += 1) {
          assert.isBelow(day, 5, "it does not end")
          const before = yield* requestsSoFar
          const done = yield* finishedDays
          const runId = newRunId()
          const today = LaterClock.daysLater(day)
          const result = yield* today(Priority.sync(appointments(years, practiceId, runId)))
          const used = (yield* requestsSoFar) - before
          assert.isAtMost(used, mayUse + 10, "more than its share of the day is used")
          const asked = yield* daysAsked(runId)
          assert.isAbove(asked.length, 0)
          assert.deepStrictEqual(
            asked.filter((date) => done.has(date)),
            [],
            "what is done is not asked again"
          )
          isComplete = result.status === "complete"
          if (isComplete) continue
          assert.strictEqual(result.status, "partial")
          assert.strictEqual(result.error?.tag, "Throttled")
          assert.isAtLeast(used, mayUse - 10, "its share of the day is not used")
          const midnight = DateTime.startOf(yield* LaterClock.daysLater(day + 1)(DateTime.now), "day")
          assert.strictEqual(result.error?.retryAt, DateTime.formatIso(midnight))
          assert.match(result.error?.message ?? "", /Run the same command again then: it goes on behind what is done/)
          const left = yield* finished

          // The night's work of another range takes nothing from it.
          const night = yield* today(Priority.sync(appointments({ from: "2019-06-03", to: "2019-06-05" })))
          assert.strictEqual(night.status, "complete", night.error?.message)
          assert.strictEqual(yield* finished, left)
          const plan = yield* planAppointments(practiceId, LocalDate.make(years.from), LocalDate.make(years.to))
          assert.deepInclude(plan, { windows, finished: left, isBackfill: true })
          yield* simulator.advance("1 day")
        }
        assert.isAtLeast(day, 3)
        assert.strictEqual(yield* finished, 0)
        yield* assertExact(years)
      }).pipe(
        Effect.provide(engine({ simulator: { limits: { tokensPerMinute: 1000, dailyQuota: quota }, volume: 200 } }))
      )
  )

  it.live("is not asked anew because its first days were read long ago, but if nobody went on with it for a week", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient
      const some = { from: "2019-06-01", to: "2019-06-08" }
      const done = (read: string, days: ReadonlyArray<string>) => sql`
        insert into athena.finished_windows (practice_id, resource, scope, window_key, read_at)
        select ${practiceId}, 'appointments', ${`${some.from}/${some.to}`}, day, now() - ${read}::interval
        from unnest(${days}::text[]) as day`
      const lists = requestsOf("bookedMultipleDepartment")
      yield* done("40 days", ["2019-06-01", "2019-06-02"])
      yield* done("6 days", ["2019-06-03"])
      yield* appointments(some)
      assert.strictEqual(yield* lists, 5)
      const age = yield* count(
        "select extract(day from now() - read_at) from athena.watermarks where resource = 'appointments'"
      )
      assert.strictEqual(age, 40, "the watermark is as old as the oldest day")

      yield* done("40 days", ["2019-06-01", "2019-06-02"])
      yield* done("8 days", ["2019-06-03"])
      yield* appointments({ from: "2019-06-09", to: "2019-06-09" })
      assert.strictEqual(yield* finished, 0, "what was abandoned is forgotten")
      yield* done("8 days", ["2019-06-03"])
      yield* appointments(some)
      assert.strictEqual(yield* lists, 5 + 1 + 8)
    }).pipe(Effect.provide(engine()))
  )

  it.live("is a range of more than half a year: a month uses all that syncs may", () =>
    Effect.gen(function* () {
      const result = yield* Priority.sync(appointments(june))
      assert.strictEqual(result.status, "complete", result.error?.message)
      // Beyond half, and short of the reserve.
      assert.isAbove(result.requests, 0.45 * 36)
    }).pipe(Effect.provide(engine({ simulator: { volume: 100, limits: { tokensPerMinute: 1000, dailyQuota: 36 } } })))
  )
})
