import { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { Leases } from "@athena-engine/database/locks/Leases"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { purgePractice } from "../../src/purge/PurgePractice.ts"
import { countRows } from "../../src/purge/practiceTables.ts"
import { syncReference } from "../../src/reference/SyncReference.ts"
import { leaseOf } from "../../src/runs/SyncResult.ts"
import { engine } from "../support/engine.ts"
import { appointments, count, newRunId, patients, practiceId } from "../support/practice.ts"

const other = PracticeId.make("195901")
const day = { from: "2019-06-03", to: "2019-06-04" }

const purge = purgePractice({ practiceId, holder: "the test", batchRows: 7 })

const fill = Effect.gen(function* () {
  const simulator = yield* Simulator
  yield* simulator.setFaults({
    rules: [
      {
        match: { route: "bookedMultipleDepartment" },
        fault: { kind: "badRecord", field: "duration", value: [], every: 9 }
      }
    ]
  })
  for (const practice of [practiceId, other]) {
    yield* appointments(day, practice)
    yield* patients(practice)
    yield* syncReference({ runId: newRunId(), practiceId: practice, holder: "the test" })
  }
})

describe("a purge", () => {
  it.live("destroys all of a practice, batch by batch, and nothing of another; the trail stays and tells of it", () =>
    Effect.gen(function* () {
      yield* fill
      const before = yield* countRows(practiceId)
      const others = yield* countRows(other)
      for (const table of ["appointments", "patients", "providers", "quarantine", "sync_runs", "watermarks"]) {
        assert.isAbove(before[`athena.${table}`] ?? 0, 0, table)
      }
      const events = yield* count("select count(*) from audit.events")
      const purged = yield* purge
      assert.deepStrictEqual(purged.deleted, before)
      assert.deepStrictEqual(yield* countRows(practiceId), {})
      assert.deepStrictEqual(yield* countRows(other), others)
      assert.strictEqual(yield* count("select count(*) from audit.events"), events + 1)
      const sql = yield* SqlClient
      const [event] = yield* sql`
        select event.action, event.outcome, event.practice_id, entry.records
        from audit.events as event join audit.entries as entry using (event_id)
        where event.endpoint = 'PURGE /{practiceid}' and entry.kind = 'outcome'`
      assert.deepStrictEqual(
        { ...event },
        { action: "D", outcome: "success", practice_id: practiceId, records: purged.rows }
      )

      const again = yield* purge
      assert.deepStrictEqual(again, { practiceId, deleted: {}, rows: 0 })
      const anew = yield* appointments(day)
      assert.strictEqual(anew.inserted, before["athena.appointments"])
    }).pipe(Effect.provide(engine()))
  )

  it.live("knows every table of the schema: none holds a practice's data without naming the practice", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient
      const rows = yield* sql<{ readonly name: string }>`
        select table_name as name from information_schema.tables t
        where table_schema = 'athena' and not exists (
          select from information_schema.columns c
          where c.table_schema = 'athena' and c.table_name = t.table_name and c.column_name = 'practice_id'
        )
        order by 1`
      assert.deepStrictEqual(
        rows.map(({ name }) => name),
        // Rounds name jobs and copies.
        ["job_rounds", "migrations"]
      )
    }).pipe(Effect.provide(engine()))
  )

  it.live("does nothing while a run of the practice is under way, and lets none begin", () =>
    Effect.gen(function* () {
      yield* appointments(day)
      const before = yield* countRows(practiceId)
      const leases = yield* Leases
      const refused = yield* leases.withLease(leaseOf("patients", practiceId), { holder: "a run" }, () =>
        Effect.flip(purge)
      )
      assert.strictEqual(refused._tag, "LeaseHeld")
      assert.deepStrictEqual(yield* countRows(practiceId), before)
      assert.strictEqual(yield* count("select count(*) from audit.events where action = 'D'"), 0)

      const tried = yield* purgePractice({
        practiceId,
        holder: "the test",
        alsoDelete: { run: Effect.map(appointments(day), ({ error }) => (error?.tag === "LeaseHeld" ? 1 : 0)) }
      })
      assert.strictEqual(tried.deleted["run"], 1, "a run was refused meanwhile")
    }).pipe(Effect.provide(engine()))
  )
})
