import { RunId } from "@athena-engine/athena-core/ids/RunId"
import { LocalDate } from "@athena-engine/athena-core/time/LocalDate"
import { Leases } from "@athena-engine/database/locks/Leases"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { verifyAppointments } from "../../src/verify/verifyAppointments.ts"
import { engine } from "../support/engine.ts"
import { appointments, happens, practiceId, rowVersions, someOn } from "../support/practice.ts"

const week = { from: "2019-06-03", to: "2019-06-07" }

const verify = verifyAppointments({
  runId: RunId.make("verification"),
  practiceId,
  from: LocalDate.make(week.from),
  to: LocalDate.make(week.to),
  holder: "the test"
})

const differencesIn = (result: Effect.Success<typeof verify>) =>
  result.differences
    .map(
      ({ appointmentId, columns, kind }): ReadonlyArray<string | undefined> => [appointmentId, kind, columns.join(" ")]
    )
    .sort()

describe("a verification of what is stored", () => {
  it.live("finds what the practice changed since the sync, by id and column, and writes nothing", () =>
    Effect.gen(function* () {
      const synced = yield* appointments(week)
      const same = yield* verify
      assert.deepInclude(same, { status: "same", compared: synced.fetched, differences: [] })

      const [moved = "", cancelled = "", deleted = "", freed = ""] = yield* someOn(week.from, 4)
      yield* happens({ kind: "move", appointmentId: moved, date: "2019-06-17" })
      yield* happens({ kind: "cancel", appointmentId: cancelled })
      yield* happens({ kind: "delete", appointmentId: deleted })
      yield* happens({ kind: "free", appointmentId: freed })
      const before = yield* rowVersions
      const result = yield* verify
      assert.strictEqual(result.status, "different")
      assert.deepStrictEqual(
        differencesIn(result),
        [
          [moved, "different", "date"],
          [cancelled, "different", "status"],
          [deleted, "gone", ""],
          [freed, "gone", ""]
        ].sort()
      )
      assert.deepStrictEqual(yield* rowVersions, before)

      yield* appointments(week)
      assert.strictEqual((yield* verify).status, "same")
    }).pipe(Effect.provide(engine()))
  )

  it.live("finds what was changed in the table, and what was taken out of it", () =>
    Effect.gen(function* () {
      yield* appointments(week)
      const [spoiled = "", lost = ""] = yield* someOn(week.from, 2)
      const sql = yield* SqlClient
      yield* sql`update athena.appointments set start_time = '03:33', status = '9' where appointment_id = ${spoiled}`
      yield* sql`delete from athena.appointments where appointment_id = ${lost}`
      assert.deepStrictEqual(
        differencesIn(yield* verify),
        [
          [spoiled, "different", "start_time status"],
          [lost, "missing", ""]
        ].sort()
      )
    }).pipe(Effect.provide(engine()))
  )

  it.live("waits for nobody: while a sync is at work it fails, and says who holds the practice", () =>
    Effect.gen(function* () {
      const leases = yield* Leases
      const result = yield* leases.withLease(
        `appointments of practice ${practiceId}`,
        { holder: "a sync" },
        () => verify
      )
      assert.strictEqual(result.status, "failed")
      assert.strictEqual(result.error?.tag, "LeaseHeld")
      assert.include(result.error?.message, "a sync")
    }).pipe(Effect.provide(engine()))
  )
})
