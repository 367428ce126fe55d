import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { engine } from "../support/engine.ts"
import { appointments, count, happens, someOn } from "../support/practice.ts"

const week = { from: "2019-06-03", to: "2019-06-07" }

const historyOf = Effect.fnUntraced(function* (appointmentId: string) {
  const sql = yield* SqlClient
  const rows = yield* sql<{ readonly text: string; readonly source: string; readonly dated: boolean }>`
    select source, changed_at is not null as dated,
      -- Booked, whether or not a charge was entered.
      concat_ws(' ', translate(status_before, '4', 'f'), date_before, was_gone, '->', translate(status, '4', 'f'), date, is_gone) as text
    from athena.appointment_history where appointment_id = ${appointmentId} order by id`
  return rows.map(({ dated, source, text }) => `${source}${dated ? "" : ", undated"}: ${text}`)
})

describe("an appointment's history", () => {
  it.live("has a row for each change of status, day and being gone, with what was before and how it was learnt", () =>
    Effect.gen(function* () {
      yield* appointments(week)
      const [kept = "", freed = "", deleted = "", moved = ""] = yield* someOn(week.from, 4)
      assert.strictEqual(yield* count("select count(*) from athena.appointment_history"), 0)
      yield* happens({ kind: "move", appointmentId: kept, date: "2019-06-04" })
      yield* appointments(week)
      yield* happens({ kind: "cancel", appointmentId: kept })
      yield* happens({ kind: "free", appointmentId: freed })
      yield* happens({ kind: "delete", appointmentId: deleted })
      yield* happens({ kind: "move", appointmentId: moved, date: "2019-06-17" })
      yield* appointments(week)
      assert.deepStrictEqual(yield* historyOf(kept), [
        "list: f 2019-06-03 f -> f 2019-06-04 f",
        "list: f 2019-06-04 f -> x 2019-06-04 f"
      ])
      assert.deepStrictEqual(yield* historyOf(freed), ["read, undated: f 2019-06-03 f -> o 2019-06-03 t"])
      assert.deepStrictEqual(yield* historyOf(deleted), ["read: f 2019-06-03 f -> f 2019-06-03 t"])
      assert.deepStrictEqual(yield* historyOf(moved), ["read, undated: f 2019-06-03 f -> f 2019-06-17 f"])
    }).pipe(Effect.provide(engine()))
  )

  it.live("has none for what changed in nothing that it keeps, nor for what was read anew", () =>
    Effect.gen(function* () {
      yield* appointments(week)
      const [noted = ""] = yield* someOn(week.from, 1)
      yield* happens({ kind: "addNote", appointmentId: noted, text: "Comes by bus" })
      assert.deepInclude(yield* appointments(week), { updated: 1 })
      yield* appointments(week)
      assert.strictEqual(yield* count("select count(*) from athena.appointment_history"), 0)
    }).pipe(Effect.provide(engine()))
  )
})
