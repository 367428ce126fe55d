import { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { assertNone, makeLeakFinder } from "@athena-engine/testing/leaks/LeakFinder"
import { printed } from "@athena-engine/testing/leaks/printed"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Metric } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { readStatus } from "../../src/status/readStatus.ts"
import { engine } from "../support/engine.ts"
import { everythingStored, everythingTold } from "../support/everythingStored.ts"
import { changes } from "../support/feeds.ts"
import { listening } from "../support/listening.ts"
import { appointments, count, happens, patients, someOn } from "../support/practice.ts"

const marker = "QXMARKERXQ"
const finder = makeLeakFinder([marker])
const week = { from: "2019-06-03", to: "2019-06-07" }
describe("a marker in every string of every patient and appointment", () => {
  it.live("is in the records' own columns and in nothing else that leaves the engine", () =>
    Effect.gen(function* () {
      const heard = listening()
      const simulator = yield* Simulator
      const plant = { fault: { kind: "plantMarker", marker } } as const
      const misfits = [
        {
          match: { route: "bookedMultipleDepartment" },
          fault: { kind: "badRecord", field: "date", value: marker, every: 9 }
        },
        {
          match: { route: "patient", id: "30003" },
          fault: { kind: "badRecord", field: "dob", value: `${marker} 1980` }
        },
        { match: { route: "appointment" }, fault: { kind: "badRecord", field: "starttime", value: [marker], every: 1 } }
      ] as const
      const unreadable = [
        {
          match: { route: "bookedMultipleDepartment" },
          when: { probability: 0.2 },
          fault: { kind: "truncate", after: 0.6 }
        },
        { match: { route: "patient" }, when: { probability: 0.2 }, fault: { kind: "malformedJson" } },
        { match: { route: "patient" }, when: { probability: 0.05 }, fault: { kind: "status", status: 500 } }
      ] as const

      const program = Effect.gen(function* () {
        // By the feeds: what fits, what does not, and what has to be replayed.
        yield* Effect.all([changes(), changes("patients")])
        yield* simulator.advance("3 seconds")
        yield* happens({ kind: "touch", appointmentId: (yield* someOn(week.from, 1))[0] ?? "" })
        yield* happens({ kind: "touch", appointmentId: (yield* someOn("2019-06-05", 1))[0] ?? "" })
        yield* happens({ kind: "updatePatient", patientId: "30004", fields: { email: null } })
        yield* simulator.setFaults({
          rules: [
            plant,
            {
              match: { route: "changedAppointments" },
              when: { nth: [1] },
              fault: { kind: "truncate", after: 0.6 }
            },
            {
              match: { route: "changedAppointments" },
              fault: { kind: "badRecord", field: "date", value: marker, every: 2 }
            }
          ]
        })
        const fed = [yield* changes(), yield* changes("patients")]
        assert.deepInclude(fed[0], { quarantined: 1, replayed: 2 })
        assert.deepInclude(fed[1], { fetched: 1 })
        yield* simulator.setFaults({ rules: [plant, ...misfits, ...unreadable] })
        const results: Array<unknown> = [yield* appointments(week), yield* patients()]
        // Read by id: one that moved and does not fit, one that is unknown.
        yield* happens({ kind: "move", appointmentId: (yield* someOn(week.from, 1))[0] ?? "", date: "2019-06-20" })
        yield* happens({ kind: "delete", appointmentId: (yield* someOn("2019-06-04", 1))[0] ?? "" })
        results.push(yield* appointments(week))
        // Runs that fail: with the marker in the error, in what cannot be read, and under the trail.
        results.push(yield* appointments(week, PracticeId.make("195903")))
        yield* simulator.setFaults({
          rules: [plant, { match: { route: "bookedMultipleDepartment" }, fault: { kind: "truncate", after: 0.9 } }]
        })
        results.push(yield* appointments(week))
        yield* simulator.setFaults({ rules: [plant] })
        const sql = yield* SqlClient
        // The database refuses a row, and quotes it.
        yield* sql`alter table athena.patients add constraint refuses check (last_name not like ${sql.literal(`'%${marker}%'`)}) not valid`
        yield* sql`update athena.patients set content_hash = '', raw = '{}'`.pipe(Effect.ignore)
        yield* sql`delete from athena.patients`
        results.push(yield* patients())
        return { results, fed, status: yield* readStatus(), metrics: yield* Metric.snapshot }
      })
      const told = yield* heard.to(program)

      const tags = told.results.map((result) => (result as { readonly error?: { readonly tag: string } }).error?.tag)
      assert.deepStrictEqual(tags, [
        undefined,
        undefined,
        undefined,
        "PracticeNotAuthorized",
        "UnreadableAnswer",
        "DatabaseError"
      ])
      // What the test looks at is there.
      const stored = yield* everythingStored
      const server = yield* everythingTold
      assert.isAbove(heard.lines.length, 12)
      assert.isAbove(heard.spans().length, 100)
      assert.isAbove(stored.length, 300)
      assert.isAbove(yield* count("select count(*) from athena.quarantine"), 5)
      assert.isAbove(yield* count(`select count(*) from athena.appointments where raw::text like '%${marker}%'`), 50)

      assertNone([
        ...heard.lines.flatMap((line) => finder.find("log", line)),
        ...heard.spans().flatMap((span) => finder.find("spans", span)),
        ...stored.flatMap((row) => finder.find("database", row)),
        ...finder.find("results", printed(told)),
        ...finder.find("server log", server.log)
      ])
    }).pipe(Effect.provide(engine({ clockFactor: 20 })))
  )
})
